import dataclasses

import pytest

from tf_advseg.base import fields
from tf_advseg.base.fields import Settings
from tf_advseg.base.fields import same
from tf_advseg.base.fields import setting


@dataclasses.dataclass(frozen=True)
class Base(Settings):
    GROUP = "Base"

    size: str = setting("", "A size.", reads=fields.parse_size)
    kind: str = setting("near", "A kind.", choices=("near", "far"))


@dataclasses.dataclass(frozen=True)
class Toy(Base):
    GROUP = "Toy"

    count: int = setting(1, "A count.", low=0, high=3, decides="choice")
    rate: float = setting(0.5, "A rate.", above=0, below=1)
    size: str = same(Base, "size", "2x2", unset="small")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"count": -1}, "--count must be at least 0 and at most 3; received"),
        ({"count": 4}, "--count must be at least 0 and at most 3; received 4."),
        ({"rate": 0.0}, "--rate must be above 0 and below 1; received 0.0."),
        ({"rate": 1.0}, "--rate must be above 0 and below 1; received 1.0."),
        ({"rate": float("nan")}, "received nan"),
        ({"kind": "fat"}, "Unknown --kind 'fat'. Did you mean 'far'?"),
        ({"size": "2x"}, "--size: Cannot read the size '2x'"),
    ],
)
def test_a_value_that_its_field_forbids_is_named(values, message):
    with pytest.raises(ValueError) as error:
        Toy(**values)
    assert message in str(error.value)


def test_limits_belong_to_what_is_allowed():
    assert Toy(count=0, rate=0.99).count == 0
    assert Toy(count=3).count == 3


def test_another_default_changes_nothing_else():
    (ours, theirs) = (one.__dataclass_fields__["size"] for one in (Toy, Base))
    assert (ours.default, theirs.default) == ("2x2", "")
    assert ours.metadata["help"] is theirs.metadata["help"]
    assert ours.metadata["unset"] == "small"
    assert ours.metadata["group"] == theirs.metadata["group"] == "Base"


@dataclasses.dataclass(frozen=True)
class Unset(Settings):
    """Says in words what its default is."""

    size: str = setting("", "A size.", unset="as the image")


@pytest.mark.parametrize(
    ("default", "unset"), [("2x2", ""), ("", "as the image")]
)
def test_words_for_a_default_go_with_that_default(default, unset):
    @dataclasses.dataclass(frozen=True)
    class Other(Settings):
        size: str = same(Unset, "size", default)

    found = Other.__dataclass_fields__["size"]
    assert (found.default, found.metadata["unset"]) == (default, unset)


def test_fields_say_what_they_decide():
    assert fields.names_deciding(Toy, "choice") == {"count"}
    assert fields.names_deciding(Toy, "weights") == {"size", "kind", "rate"}


@pytest.mark.parametrize(
    ("text", "size"), [("128x256", (128, 256)), ("native", None), ("", None)]
)
def test_size_is_read(text, size):
    assert fields.parse_size(text) == size


@pytest.mark.parametrize("text", ["128", "0x4", "-1x4", "axb", "1x2x3", "²x2"])
def test_anything_but_a_size_is_named(text):
    with pytest.raises(ValueError, match="expected HEIGHTxWIDTH"):
        fields.parse_size(text)
