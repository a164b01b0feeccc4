"""Files of flags: read as the flags would be, or refused by file and key."""

import dataclasses

import pytest

from tf_advseg.base import config_file
from tf_advseg.base import flags
from tf_advseg.base.checks import DataError
from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import setting


@dataclasses.dataclass(frozen=True)
class Toy(Settings):
    GROUP = "Toy"

    name: str = setting("a", "A name.")
    count: int | None = setting(None, "A count.", unset="all")
    steps: int = setting(3, "Steps.", low=1)
    rate: float = setting(
        0.5, "A rate.", was="speed", now="--rate=SLOW", group="First"
    )
    turn_on: bool = setting(True, "A switch.")
    page: str = setting("auto", "A page.", choices=("auto", "true", "false"))
    folder: str = setting("", "A folder.", decides="place")


def read(tmp_path, text):
    path = tmp_path / "run.yaml"
    path.write_text(text, encoding="utf-8")
    return config_file.read(path, flags.flags_of(Toy))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("name: b\ncount: 3", {"name": "b", "count": 3}),
        ("count: null", {"count": None}),
        ("rate: 1", {"rate": 1.0}),
        # YAML 1.1 takes these for text.
        ("rate: 1e-3", {"rate": 1e-3}),
        ("rate: -2.5E2", {"rate": -250.0}),
        ("turn_on: no", {"turn_on": False}),
        # And these for switches.
        ("page: true", {"page": "true"}),
        ("page: 'false'", {"page": "false"}),
        ("name: ''", {"name": ""}),
        ("name: 8x16", {"name": "8x16"}),
        ("{}", {}),
    ],
)
def test_lines_are_values_of_the_fields_types(tmp_path, text, values):
    found = read(tmp_path, text)
    assert found == values
    assert [type(v) for v in found.values()] == [
        type(v) for v in values.values()
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stpes: 4", "there is no flag 'stpes'. Did you mean 'steps'?"),
        ("zzz: 4", "there is no flag 'zzz'. --help lists all flags."),
        ("7: 4", "there is no flag 7."),
        ("turn-on: true", "Did you mean 'turn_on'?"),
        ("speed: 2.0", "--speed is called --rate=SLOW now."),
        ("steps: 4.0", "steps must be a whole number; received 4.0."),
        ("steps: '4'", "steps must be a whole number; received '4'."),
        ("steps: true", "steps must be a whole number; received True."),
        ("steps: 0", "--steps must be at least 1; received 0."),
        ("rate: fast", "rate must be a number; received 'fast'."),
        ("rate: false", "rate must be a number; received False."),
        (f"rate: 1{'0' * 400}", "too large to convert to float"),
        ("turn_on: 1", "turn_on must be true or false; received 1."),
        ("name: 12", "name must be text; put it in quotes; received 12."),
        ("name: true", "name must be text; put it in quotes; received True."),
        ("name: [a, b]", "name must be text; put it in quotes; received ['a'"),
        ("name:", "name has no value; give it one, or take the line out."),
        ("page: maybe", "Unknown --page 'maybe'"),
        ("steps: 4\nsteps: 5", "'steps' is there twice, the second time in"),
        ("steps", "holds 'steps'; expected one line a flag"),
        ("- steps: 4", "holds [{'steps': 4}]; expected one line a flag"),
        ("# all out", "holds nothing; expected one line a flag"),
        ("!!python/object/apply:os.system ['true']", "is not valid YAML"),
    ],
)
def test_what_cannot_be_meant_is_named_by_file_and_key(tmp_path, text, message):
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    sentence = str(caught.value)
    assert sentence.startswith("The config file ")
    assert repr(str(tmp_path / "run.yaml")) in sentence
    assert message in sentence
    assert "\n" not in sentence


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"no\.yaml' cannot be read: No such"):
        config_file.read(tmp_path / "no.yaml", flags.flags_of(Toy))


@pytest.mark.parametrize(
    "toy",
    [
        Toy(),
        Toy(name="true", count=4, rate=1e-7, turn_on=False, page="true"),
        Toy(name="a: b # c\nd \udc80 \u00e9", rate=1e20),
        Toy(name="x" * 500 + " y" * 500),
    ],
)
def test_what_is_written_is_read_again(tmp_path, toy):
    text = config_file.text(toy, "A heading.\n\nMore.", "First", {"folder"})
    path = tmp_path / "run.yaml"
    path.write_text(text, encoding="utf-8")
    assert Toy(**config_file.read(path, flags.flags_of(Toy))) == toy


def test_the_text_has_groups_and_all_defaults():
    assert config_file.text(Toy(), "It.\n\nMore.", "First", {"folder"}) == (
        "# It.\n#\n# More.\n\n# First\nrate: 0.5\n\n# Toy\nname: a\n"
        "count: null\nsteps: 3\nturn_on: true\npage: auto\n"
    )
