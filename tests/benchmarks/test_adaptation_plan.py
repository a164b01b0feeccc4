"""Which runs there are, what they are told, and in which order."""

import dataclasses
import json

import pytest

from benchmarks.adaptation import __main__ as command
from benchmarks.adaptation import demo_oracle
from benchmarks.adaptation import recipes
from benchmarks.adaptation.pairs import PAIRS
from benchmarks.adaptation.plan import Experiment
from benchmarks.adaptation.plan import Places
from benchmarks.adaptation.plan import in_order
from benchmarks.adaptation.plan import portable
from benchmarks.adaptation.records import Record
from benchmarks.adaptation.records import differences
from tf_advseg.datasets.domains.folder import FolderDomain
from tf_advseg.experiment import registry
from tf_advseg.settings.train import TrainSettings

CAMVID = "airsim_to_camvid/target/train/images"


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path / "runs", tmp_path / "data", tmp_path / "cache")


def told(pair, name, places):
    """The settings of a method's run that decide its weights."""
    run = Experiment(pair, name, 0, recipes.methods()[name])
    return portable(dataclasses.asdict(run.settings(places)), places)


@pytest.mark.parametrize("pair", PAIRS)
def test_methods_of_a_pair_differ_in_their_own_flags_alone(pair, places):
    base = told(pair, recipes.SOURCE_ONLY, places)
    for name, flags in recipes.methods().items():
        assert differences(base, told(pair, name, places)).keys() <= {*flags}


def test_every_registered_method_is_compared_the_deciding_ones_first():
    names = list(recipes.methods())
    assert {*registry.method_classes()} <= {*names}
    assert names[: len(recipes.FIRST)] == list(recipes.FIRST)


def test_baselines_are_source_only_and_as_long():
    """All begin where a run of the common length ended, and train as long."""
    known = recipes.methods()
    for name, other in recipes.BASELINES.items():
        assert known[other]["method"] == recipes.SOURCE_ONLY
        if name != "dacs_of_adabn":  # Its beginning is its point.
            assert known[name]["start"] == known[other]["start"]
        for flags in (known[name], known[other]):
            begun_from = known[flags["start"].strip("{}")]
            assert not {"start", "steps"} & set(begun_from)
            assert "steps" not in flags


def test_a_started_run_begins_where_source_only_ended(places):
    flags = recipes.methods()["dacs_started"]
    run = Experiment("streets", "dacs_started", 2, flags)
    assert run.needs == [recipes.SOURCE_ONLY]
    folder = places.runs / "streets" / "source_only-seed2"
    assert run.settings(places).start == str(folder)


@pytest.mark.parametrize("name", list(recipes.ablation()))
def test_every_change_of_the_ablation_can_be_made(name, places):
    run = Experiment("streets", name, 0, recipes.ablation()[name])
    base = recipes.ablation()[recipes.changed(name.partition("+")[0], "base")]
    before = Experiment("streets", "base", 0, base).settings(places)
    changed = differences(
        dataclasses.asdict(before), dataclasses.asdict(run.settings(places))
    )
    changed.pop("run")
    assert bool(changed) != recipes.is_base(name)


def test_a_flag_that_there_is_not_is_named(places):
    run = Experiment("streets", "mine", 0, {"method": "advent", "nonsense": 1})
    with pytest.raises(ValueError, match=r"mine in .* flag --nonsense"):
        run.settings(places)


def test_what_decides_is_made_first_and_then_every_method_once():
    variants = {name: {} for name in ("minent", "advent", "source_only")}
    order = in_order(["streets", "camvid-idd"], variants, seeds=2)
    assert [(r.pair, r.name, r.seed) for r in order[:6]] == [
        ("streets", "advent", 0),
        ("streets", "source_only", 0),
        ("camvid-idd", "advent", 0),
        ("camvid-idd", "source_only", 0),
        ("streets", "minent", 0),
        ("camvid-idd", "minent", 0),
    ]
    assert [r.seed for r in order[6:]] == [1] * 6
    assert [r.name for r in order[-2:]] == ["minent", "minent"]


def test_records_know_no_path_of_this_machine(places, tmp_path):
    for pair in PAIRS:
        text = json.dumps(told(pair, "advent", places))
        assert str(tmp_path) not in text
    settings = told("camvid-day-dusk", "advent", places)
    assert settings["source"] == "DATA/airsim_to_camvid/target"
    assert settings["classes"] == "LISTS/camvid11.yaml"


def test_dusk_is_split_in_time_and_day_is_the_rest(places):
    folder = places.data / CAMVID
    folder.mkdir(parents=True)
    dusk = [f"0001TP_{number:03}" for number in range(62)]
    day = ["0006R0_001", "0016E5_001"]
    for name in (*dusk, *day):
        (folder / f"{name}.jpg").touch()
    pair = PAIRS["camvid-day-dusk"]
    pair.prepare(places.data, places.lists)
    settings = pair.settings_in(places.data, places.lists)
    domain = FolderDomain(settings["target"], settings["target_classes"])

    def names(role):
        keys = domain.keys(settings[role])
        return [key.split("/")[-1].removesuffix(".jpg") for key in keys]

    assert names("source_split") == day
    assert names("target_split") == dusk[:38]
    assert names("eval_split") == dusk[38:]
    assert domain.class_set.num_classes == 11


def test_commas_in_parentheses_do_not_part_methods():
    call = 'advent(gan="vanilla", hardest=(0, 1))'
    assert command._names(f"minent, {call}") == ["minent", call]


def test_the_adversary_decides_nothing_where_no_target_is_seen(places):
    def decisive(method, scale):
        run = Experiment("streets", method, 0, {"method": method})
        settings = run.settings(places, target_weight_scale=scale)
        return portable(dataclasses.asdict(settings), places)

    def changed(method):
        return differences(decisive(method, 1.0), decisive(method, 0.5))

    assert changed("source_only") == {}
    assert changed("advent") == {"target_weight_scale": (1.0, 0.5)}


def test_sizes_that_follow_the_images_are_what_they_were():
    then = {"method": "advent", "crop": "128x256", "batch_norm": "affine"}
    now = {"method": "advent", "crop": "auto", "batch_norm": "auto"}
    assert differences(then, now) == {"batch_norm": ("affine", "auto")}
    other = {**now, "crop": "64x64", "batch_norm": "affine"}
    assert differences(then, other) == {"crop": ("128x256", "64x64")}


def test_the_demos_oracle_is_of_the_defaults_alone(tmp_path):
    places = Places(tmp_path / "runs")
    streets = Record(tmp_path / "streets.json")
    file = tmp_path / "oracle.json"
    flags = recipes.methods()[recipes.ORACLE]
    for seed, road in enumerate((0.4, 0.6)):
        run = Experiment("streets", recipes.ORACLE, seed, flags)
        figures = {"last": {"miou": road / 2, "iou": {"road": road}}}
        of_trial = portable(
            dataclasses.asdict(run.settings(places, steps=2)), places
        )
        streets.add(run, figures, of_trial)
        assert not demo_oracle.write(streets, file)
    for seed, road in enumerate((0.4, 0.6)):
        run = Experiment("streets", recipes.ORACLE, seed, flags)
        figures = {"last": {"miou": road / 2, "iou": {"road": road}}}
        sizes = {"source_size": "128x256", "target_size": "128x256"}
        settings = portable(
            dataclasses.asdict(run.settings(places, **sizes)), places
        )
        streets.add(run, figures, settings)
    assert demo_oracle.write(streets, file)
    written = json.loads(file.read_text())
    assert written["seeds"] == 2
    assert written["iou"] == pytest.approx({"road": 0.5, "mIoU": 0.25})
    assert written["settings"]["steps"] == TrainSettings().steps
    # What a run has in place of `auto`.
    assert written["settings"]["target_size"] == "128x256"
