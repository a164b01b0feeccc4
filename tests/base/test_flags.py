import dataclasses

import pytest

from tf_advseg.base import flags
from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import setting


@dataclasses.dataclass(frozen=True)
class Toy(Settings):
    GROUP = "Toy"

    name: str = setting("a", "A name.")
    count: int | None = setting(None, "A count.", unset="all")
    rate: float = setting(0.5, "A rate.", was="speed", group="First")
    turn_on: bool = setting(True, "A switch.")
    notes: bool = setting(False, "A switch that begins with no.")


def parse(*arguments):
    return flags.parse(flags.flags_of(Toy), arguments)


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        (["--name=b", "--count=3"], {"name": "b", "count": 3}),
        (["--name", "b", "--rate", "-1"], {"name": "b", "rate": -1.0}),
        (["--name=a", "--name=b=c"], {"name": "b=c"}),
        (["--name="], {"name": ""}),
        (["-name=b"], {"name": "b"}),
        (["--turn_on"], {"turn_on": True}),
        (["--noturn_on"], {"turn_on": False}),
        (["--turn-on=false"], {"turn_on": False}),
        (["--turn_on=True"], {"turn_on": True}),
        (["--notes"], {"notes": True}),
        (["--nonotes"], {"notes": False}),
        ([], {}),
    ],
)
def test_values_are_read(arguments, values):
    assert parse(*arguments) == (values, [])


def test_words_may_stand_anywhere():
    values, words = parse("a", "--turn_on", "b", "--rate=1", "--", "--c")
    assert values == {"turn_on": True, "rate": 1.0}
    assert words == ["a", "b", "--c"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nam=b"], "There is no flag --nam. Did you mean --name?"),
        (["--zzz"], "There is no flag --zzz. --help lists all."),
        (["--noname"], "There is no flag --noname. Did you mean --name"),
        (["--speed=2"], "--speed is called --rate now."),
        (["--count=b"], "--count must be a whole number; received 'b'."),
        (["--count=1.5"], "--count must be a whole number; received '1.5'."),
        (["--rate=fast"], "--rate must be a number; received 'fast'."),
        (["--turn_on=maybe"], "--turn_on is a switch: --turn_on, --noturn_on"),
        (["--name"], "--name needs a value: --name=VALUE."),
        (["--name", "--turn_on"], "--name needs a value: --name=VALUE."),
    ],
)
def test_what_cannot_be_read_is_named(arguments, message):
    with pytest.raises(ValueError) as error:
        parse(*arguments)
    assert message in str(error.value)


def test_help_shows_the_first_group_first_and_every_default():
    assert flags.help_text(Toy, first="First") == "\n".join(
        [
            "First:",
            "  --rate=NUMBER",
            "      A rate. (default: 0.5)",
            "",
            "Toy:",
            "  --name=TEXT",
            "      A name. (default: a)",
            "  --count=NUMBER",
            "      A count. (default: all)",
            "  --[no]turn_on",
            "      A switch. (default: on)",
            "  --[no]notes",
            "      A switch that begins with no. (default: off)",
        ]
    )


def test_settings_are_written_as_the_flags_that_make_them():
    toy = Toy(name="b c", turn_on=False)
    written = flags.written(toy)
    assert written == ["--name=b c", "--turn_on=False"]
    assert Toy(**parse(*written)[0]) == toy
