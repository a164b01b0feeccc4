"""Spaces: what can be searched, and what is refused by name."""

import pytest
from optuna.distributions import CategoricalDistribution
from optuna.distributions import FloatDistribution
from optuna.distributions import IntDistribution

from tf_advseg.base.checks import DataError
from tf_advseg.search.space import DEFAULT
from tf_advseg.search.space import read_space
from tf_advseg.search.space import starting_values
from tf_advseg.settings.parts.presets import PLAIN
from tf_advseg.settings.train import TrainSettings

BASE = TrainSettings()


@pytest.fixture
def read(tmp_path):
    def one(text, base=BASE):
        file = tmp_path / "space.yaml"
        file.write_text(text)
        return read_space(file, base)

    return one


def test_each_kind_of_range(read):
    space = read(
        "learning_rate: {low: 3e-4, high: 3.0e-3, log: true}\n"
        "warmup_steps: {low: 0, high: 40, step: 10}\n"
        "blur: {low: 0, high: 1}\n"
        "decoder: [fpn, deeplab_v2]\n"
        "flip: [true, false]\n"
    )
    assert space == {
        "learning_rate": FloatDistribution(3e-4, 3e-3, log=True),
        "warmup_steps": IntDistribution(0, 40, step=10),
        "blur": FloatDistribution(0.0, 1.0),
        "decoder": CategoricalDistribution(["fpn", "deeplab_v2"]),
        "flip": CategoricalDistribution([True, False]),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must map flags of `train` to their values"),
        ("- blur", "must map flags of `train` to their values"),
        ("learning_rat: [1]", "Did you mean learning_rate?"),
        ("target: [a, b]", "target decides what trials are measured on"),
        ("target_size: [a]", "target_size decides what trials are"),
        ("select_images: [3]", "does not change what is learned"),
        ("trials: [3]", "there is no flag 'trials'"),
        ("blur: 0.3", "blur: expected a list of values or {low"),
        ("decoder: fpn", "decoder: expected a list of values; received"),
        ("decoder: {low: 1, high: 2}", "decoder: expected a list of values;"),
        ("decoder: []", "decoder: expected a list"),
        ("decoder: [fpn, fpn]", "a value is named twice"),
        ("decoder: [fnp]", "Did you mean 'fpn'?"),
        ("method: [advnt]", "Did you mean 'advent'?"),
        ("method: [target_oracle]", "trains on the target's labels"),
        ("method: [advent(a=1)]", "Unknown option of method 'advent': 'a'"),
        ("decoder: [no]", "must be text (in quotes"),
        ("blur: [yes]", "blur: must be a number; received True"),
        ("blur: [.nan]", "blur: must be a number; received nan"),
        ("flip: [1]", "flip: must be true or false"),
        ("steps: [1.5]", "steps: must be a whole number; received 1.5"),
        ("steps: [true]", "steps: must be a whole number; received True"),
        ("blur: {low: 0}", "a range has low and high"),
        ("blur: {low: 0, high: 1, hihg: 2}", "a range has low and high"),
        ("blur: {low: 1, high: 0}", "low must be below high"),
        ("blur: {low: 0, high: 1.5}", "--blur must be at least 0 and at most"),
        ("blur: {low: 0, high: 1, log: true}", "low must be above 0"),
        ("blur: {low: 0, high: 1, step: 0}", "step must be above 0"),
        ("target_delay: {low: 0, high: 600}", "--target_delay=600 leaves none"),
        ("blur: {low: 0, high: 1", "is not valid YAML"),
    ],
)
def test_what_cannot_be_searched_is_named(read, text, message):
    with pytest.raises(DataError, match="Space") as error:
        read(text)
    assert message in str(error.value)
    assert "space.yaml" in str(error.value)


def test_the_default_space_is_a_space_that_holds_the_defaults():
    space = read_space("", BASE)
    assert list(space) == list(DEFAULT)
    assert starting_values(space, BASE) == {
        name: getattr(BASE, name) for name in DEFAULT
    }


def test_what_the_user_set_is_not_searched_by_default():
    space = read_space("", TrainSettings(method="adabn", blur=0.1))
    assert set(DEFAULT) - set(space) == {"method", "blur"}


def test_a_start_brings_its_decoder(tmp_path):
    started = TrainSettings(start=str(tmp_path))
    assert "decoder" not in read_space("", started)


def test_a_space_with_nothing_left_is_refused():
    changes = PLAIN | {"method": "dacs", "learning_rate": 1e-4}
    with pytest.raises(DataError, match="holds nothing to search"):
        read_space("", TrainSettings(**changes))


def test_values_outside_the_space_are_no_start(read):
    space = read("blur: {low: 0.5, high: 1}\ndecoder: [fpn]")
    assert starting_values(space, BASE) == {}
    space = read("blur: {low: 0, high: 1}\ndecoder: [lraspp]")
    assert starting_values(space, BASE) == {}
