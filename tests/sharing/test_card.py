"""The card says what was recorded, and calls the rest unknown."""

import json
from pathlib import Path

import pytest
import toy_segmenter
import yaml
from toy_runs import write_run

from tf_advseg.datasets.manifests.manifest import Entry
from tf_advseg.datasets.manifests.manifest import make_manifest
from tf_advseg.networks.model_file import copy_segmenter
from tf_advseg.sharing.card.writing import forget_card
from tf_advseg.sharing.card.writing import write_card

CLASSES = ["red", "green", "blue"]
IMAGES = {"domain": "photos", "split": "val", "num_images": 2, "labelled": True}


def exported(**changes):
    role = {"name": "photos", "split": "train", "id": "0f38", "num_images": 6}
    facts = {
        "classes": CLASSES,
        "class_set": "colours",
        "data": {"format": 1, "source": None, "target": role},
        "weights": None,
        "combine": "logits",
    }
    return {**facts, **changes}


def gate(**changes):
    entry = {
        "name": "model_int8.tflite",
        "kept": True,
        "passed": True,
        "made_by": "converter",
        "agreement": 99.15,
        "miou": 19.679,
        "miou_interval": [19.14, 20.21],
        "miou_change": 0.2,
    }
    keras = {
        "miou": {"16x32": 19.48},
        "intervals": {
            "16x32": {
                "level": 0.95,
                "miou": [18.93, 20.02],
                "iou": {"red": [76.5, 71.4, 81.1], "green": None},
            }
        },
    }
    artefacts = [{**entry, **changes}]
    return {"images": IMAGES, "keras": keras, "artefacts": artefacts}


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "model_int8.tflite").write_bytes(b"x" * 30_000)
    return folder


def the_run(tmp_path, **changes) -> Path:
    run = write_run(tmp_path / "run", "advent", "renders", "photos", **changes)
    metrics = {
        "domain": "photos",
        "split": "val",
        "num_images": 100,
        "miou": 0.18669,
        "accuracy": 0.6775,
        "iou": {"red": 0.5, "green": 0.0, "blue": None},
    }
    (run / "metrics.json").write_text(json.dumps(metrics))
    (run / "alarms.json").write_text('{"alarms": []}')
    return run


def card_of(out, model, the_gate=None, facts=None, **options) -> str:
    path = write_card(
        out,
        facts or exported(),
        [str(model)],
        ["model_int8.tflite"],
        gate() if the_gate is None else the_gate,
        ("target", 20),
        **options,
    )
    return path.read_text(encoding="utf-8")


def head_of(text):
    return yaml.safe_load(text.split("---\n")[1])


def test_figures_stand_there_with_their_intervals_and_images(out, tmp_path):
    text = card_of(out, the_run(tmp_path))
    for line in (
        "| target | photos | train | 6 | `0f38` | unknown |",
        "`last.keras`, the Keras model, on 100 images of",
        "of its run: mIoU 18.67 %, pixel accuracy\n67.75 %.",
        "| red | 76.50 (71.40 to 81.10) |",
        "| green | not in these images |",
        "| mIoU | 19.48 (18.93 to 20.02) |",
        "| `model_int8.tflite` | converter | 0.03 | passed | 99.150 "
        "| 19.68 (19.14 to 20.21) | 0.20 |",
        "`last.keras`: watched, and no alarm.",
        "* Classes that were never right in the measurement: green.",
        "unlabelled\nimages of the target domain.",
    ):
        assert line in text


def test_a_licence_is_what_the_datas_manifest_says(out, tmp_path):
    run = the_run(tmp_path)
    manifest = make_manifest(
        [(Entry("images/a.png", 3, "00ff"), None)],
        about={"name": "idd", "split": "train", "licence": "IDD's own"},
    )
    manifest.save(run / f"manifests/{manifest.id}.json")
    data = {"format": 1, "source": manifest.summary(), "target": None}
    text = card_of(out, run, facts=exported(data=data))
    row = f"| source | idd | train | 1 | `{manifest.id}` | IDD's own |"
    assert row in text


def test_what_was_not_recorded_is_called_unknown(out, tmp_path):
    model = toy_segmenter.save_colour_segmenter(tmp_path / "lone/model.keras")
    text = card_of(out, model, {}, exported(data=None))
    for line in (
        "| unknown | unknown | unknown | unknown | unknown | unknown |",
        "whether with labels of it is unknown.",
        "Whether labels of the target had a say in it is unknown.",
        "`model.keras`: unknown.",
        "The gate was not asked (`--nogate`)",
        "| not looked at | - | - | - |",
        "* This model: unknown (its owner said nothing",
        "began with (unknown):\n  unknown; none is recorded.",
    ):
        assert line in text
    assert "mIoU 1" not in text and "%" not in text.split("## Files")[0]
    head = head_of(text)
    assert head["license"] == "unknown" and "model-index" not in head


@pytest.mark.parametrize(
    ("weights", "backbone", "said"),
    [
        ("imagenet", "efficientnet_lite0", "Apache-2.0, says the package"),
        ("imagenet", "resnet50", "unknown; none is recorded."),
        ("mine.npz", "efficientnet_lite0", "unknown; none is recorded."),
        ("none", "efficientnet_lite0", "none, they were random."),
    ],
)
def test_the_licence_of_weights_is_what_their_package_says(
    out, tmp_path, weights, backbone, said
):
    run = the_run(tmp_path)
    config = json.loads((run / "config.json").read_text())
    config |= {"weights": weights, "backbone": backbone}
    (run / "config.json").write_text(json.dumps(config))
    text = card_of(out, run, licence="apache-2.0")
    assert f"began with ({weights}):\n  {said}" in text
    assert "* This model: apache-2.0.\n" in text


def test_the_licence_that_a_model_itself_states_counts(out, tmp_path):
    run = the_run(tmp_path)
    model = run / "last.keras"
    facts = {"weights_licence": "MIT, its folder says"}
    copy_segmenter(model, tmp_path / "changed.keras", facts)
    (tmp_path / "changed.keras").replace(model)
    assert "  MIT, its folder says.\n" in card_of(out, run)


def test_hugging_face_reads_its_head(out, tmp_path):
    hub = pytest.importorskip("huggingface_hub")
    run = the_run(tmp_path)
    text = card_of(out, run, licence="apache-2.0")
    loaded = hub.ModelCard.load(out / "README.md")
    assert loaded.text.strip() == text.split("---\n", 2)[2].strip()
    assert loaded.data.license == "apache-2.0"
    assert loaded.data.pipeline_tag == "image-segmentation"
    assert "tflite" in loaded.data.tags and "onnx" not in loaded.data.tags
    results = {
        one.metric_name: one.metric_value for one in loaded.data.eval_results
    }
    assert results == {
        "mIoU of last.keras, 100 images": 0.18669,
        "mIoU of model_int8.tflite, 2 images of the gate": 0.19679,
    }
    # What the hub makes of it again is the same head.
    assert yaml.safe_load(loaded.data.to_yaml()) == head_of(text)


def test_labels_of_the_target_are_owned_up_to(out, tmp_path):
    run = the_run(tmp_path)
    told = {"chosen_by": "mIoU on val", "method": "target_oracle()"}
    copy_segmenter(run / "last.keras", run / "best.keras", told)
    text = card_of(out, run)
    assert "with its labels too (target_oracle)" in text
    assert "It used labels of the target: figures on that split" in text


def test_alarms_are_told(out, tmp_path):
    run = the_run(tmp_path)
    alarm = {"step": 40, "kind": "cliff", "message": "The loss fell | off."}
    (run / "alarms.json").write_text(json.dumps({"alarms": [alarm]}))
    assert "* step 40: The loss fell \\| off." in card_of(out, run)


def test_an_artefact_of_an_earlier_export_is_not_vouched_for(out, tmp_path):
    (out / "model_float32.tflite").write_bytes(b"old")
    found = gate()
    found["artefacts"].append(
        {**found["artefacts"][0], "name": "model_float32.tflite"}
    )
    text = card_of(out, the_run(tmp_path), found)
    assert "| `model_float32.tflite` |" not in text
    assert "`model_float32.tflite` lies here from an earlier export." in text
    assert "float32" not in json.dumps(head_of(text))


def test_names_are_no_markup_and_folders_stay_at_home(out, tmp_path):
    run = the_run(tmp_path, weights="/home/ann/secret/resnet.pth")
    names = ["<script>", "a | b", "c\n---\nlicense: mit"]
    text = card_of(out, run, facts=exported(classes=names))
    assert "0. \\<script\\>\n1. a \\| b\n2. c?---?license: mit\n" in text
    assert "/home" not in text and str(tmp_path) not in text
    assert "`weights=resnet.pth`" in text
    assert head_of(text)["license"] == "unknown"


def test_a_card_replaces_a_card_and_no_other_file(out, tmp_path):
    run = the_run(tmp_path)
    card_of(out, run)
    assert "license: other" in card_of(out, run, licence="other")
    forget_card(out)
    assert not (out / "README.md").exists()
    (out / "README.md").write_text("# My project\n")
    text = card_of(out, run)
    assert (out / "README.md").read_text() == "# My project\n"
    assert (out / "model_card.md").read_text() == text
    forget_card(out)
    assert [p.name for p in sorted(out.glob("*.md"))] == ["README.md"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("metrics.json", '{"miou": "high", "iou": [1]}'),
        ("metrics.json", '{"miou": 7, "iou": {"red": {}}, "num_images": {}}'),
        ("alarms.json", '{"alarms": 5}'),
        ("alarms.json", '{"alarms": [5, null]}'),
        ("environment.json", '{"commit": ["x"]}'),
    ],
)
def test_a_strange_run_makes_a_card_that_claims_less(
    out, tmp_path, name, content
):
    run = the_run(tmp_path)
    (run / name).write_text(content)
    text = card_of(out, run)
    assert "mIoU high" not in text and "mIoU 700" not in text
    assert "## Where it comes from" in text
