import dataclasses
from typing import ClassVar

import pytest

from tf_advseg import methods
from tf_advseg.base import checks
from tf_advseg.datasets import PUBLISHED
from tf_advseg.datasets import ClassSet
from tf_advseg.experiment import catalogue
from tf_advseg.experiment import registry
from tf_advseg.settings.parts import presets
from tf_advseg.settings.train import TrainSettings


def test_every_method_of_the_papers_is_there():
    assert set(registry.method_classes()) >= {
        "source_only",
        "target_oracle",
        "fcns_in_the_wild",
        "adaptsegnet",
        "adaptsegnet_single",
        "adaptsegnet_feature",
        "minent",
        "minent_cp",
        "advent",
        "advent_cp",
    }


def test_options_reach_the_method():
    method = registry.make_method('advent(target_weights={"main": 2e-3})')
    assert method.active_levels() == ("main",)
    assert registry.describe(method) == (
        "advent(target_weights={'main': 0.002})"
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("advnt", "Unknown method 'advnt'. Did you mean 'advent'?"),
        ("advent(gann='vanilla')", "Did you mean 'gan'?"),
        ("advent(gan='wgan')", "Unknown gan loss 'wgan'."),
        ("minent(hardest=0)", "hardest <= 1.0; received 0"),
    ],
)
def test_wrong_method_is_named_with_a_suggestion(call, message):
    with pytest.raises(ValueError) as caught:
        registry.make_method(call)
    assert message in str(caught.value)


@pytest.fixture
def nobody_s_methods(monkeypatch):
    monkeypatch.setattr(registry, "_USERS", {})


def test_a_method_of_ones_own_is_one_like_any_other(nobody_s_methods):
    @registry.register_method
    @dataclasses.dataclass(frozen=True)
    class Mine(methods.MinEnt):
        name: ClassVar[str] = "mine"
        strength: float = 1.0

    made = registry.make_method("mine(strength=2.0)")
    assert (type(made), made.strength) == (Mine, 2.0)
    assert registry.describe(made) == "mine(strength=2.0)"
    with pytest.raises(ValueError, match="Did you mean 'strength'"):
        registry.make_method("mine(strenght=2)")

    @registry.register_method
    @dataclasses.dataclass(frozen=True)
    class Mine(methods.MinEnt):  # The notebook's cell, run again.
        name: ClassVar[str] = "mine"

    assert type(registry.make_method("mine")) is Mine
    assert registry.make_method("minent").name == "minent"


class _Nameless(methods.MinEnt):
    pass


class _Dashed(methods.MinEnt):
    name = "my-own"


class _Taken(methods.MinEnt):
    name = "advent"


class _Bare(methods.MinEnt):
    name = "bare"
    strength: float = 1.0


@dataclasses.dataclass(frozen=True)
class _WithoutDefault(methods.MinEnt):
    name = "without_default"
    strength: float = dataclasses.field(kw_only=True)


@pytest.mark.parametrize(
    ("method", "message"),
    [
        (methods.MinEnt(), "A method is a class on Method; received MinEnt"),
        (dict, "A method is a class on Method"),
        (_Nameless, r"_Nameless needs a name of its own.*received None"),
        (_Dashed, "received 'my-own'"),
        (_Taken, "is called 'advent', as another is already"),
        (_Bare, r"_Bare needs @dataclasses.dataclass\(frozen=True\)"),
        (_WithoutDefault, "needs defaults: .*'strength'"),
    ],
)
def test_what_is_no_method_is_not_registered(nobody_s_methods, method, message):
    with pytest.raises(ValueError, match=message):
        registry.register_method(method)
    assert method not in registry.method_classes().values()


def test_wrong_backbone_is_named_with_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'resnet101'"):
        registry.make_backbone("resnet10")
    with pytest.raises(ValueError, match="Cannot read"):
        registry.make_backbone("resnet101(")


def test_wrong_decoder_is_named_with_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'fpn'"):
        registry.make_decoder("fnp")
    with pytest.raises(ValueError, match="Did you mean 'channels'"):
        registry.make_decoder("fpn(chanels=32)")
    decoder = registry.make_decoder("fpn(channels=96)")
    assert registry.describe(decoder) == "fpn(channels=96)"


def test_domain_options_travel_in_the_call():
    domain = registry.make_domain("streets-real(seed=3, train=2)")
    assert domain.keys("train") == ["train/000000", "train/000001"]


def test_unknown_domain_says_that_a_folder_would_do():
    with pytest.raises(
        ValueError, match=r"Did you mean 'streets-sim'.*images/"
    ):
        registry.make_domain("street-sim")
    with pytest.raises(checks.DataError, match="does not exist"):
        registry.make_domain("no/such/folder")


def test_unlabelled_folder_takes_the_class_set_it_is_given(tmp_path):
    from toy_domains import write_image

    write_image(tmp_path / "images" / "a.png")
    classes = ClassSet("two", ("a", "b"), ((0, 0, 0), (9, 9, 9)))
    domain = registry.make_domain(str(tmp_path), class_set=classes)
    assert domain.class_set.names == ("a", "b")


@pytest.mark.parametrize("name", sorted(presets.PRESETS))
def test_preset_is_made_of_settings_that_exist(name):
    settings = TrainSettings(**presets.settings_of(name))
    registry.make_method(settings.method)
    registry.make_backbone(settings.backbone)
    registry.make_decoder(settings.decoder)


def test_catalogue_has_a_line_for_everything():
    text = catalogue.text()
    names = [
        *registry.method_classes(),
        *registry.backbone_classes(),
        *registry.decoder_classes(),
        *registry.domain_names(),
        *PUBLISHED,
        *presets.PRESETS,
    ]
    lines = [line.split() for line in text.splitlines()]
    for name in names:
        assert any(line[:1] == [name] and len(line) > 3 for line in lines), name
