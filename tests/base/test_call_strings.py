import pytest

from tf_advseg.base import call_strings


def test_name_alone_has_no_options():
    assert call_strings.parse(" advent ") == ("advent", {})


def test_options_are_literals():
    name, options = call_strings.parse(
        'advent(target_weights={"main": 2e-3, "aux": 0}, gan="vanilla")'
    )
    assert name == "advent"
    assert options == {
        "target_weights": {"main": 2e-3, "aux": 0},
        "gan": "vanilla",
    }


@pytest.mark.parametrize(
    "text",
    ["", "a b", "a(", "a(1)", "a(**{})", "a.b()", "f(x)(y)", "(" * 500],
)
def test_anything_else_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match="expected a name") as caught:
        call_strings.parse(text)
    assert "\n" not in str(caught.value)


def test_code_is_not_evaluated():
    with pytest.raises(ValueError, match="no literal value"):
        call_strings.parse("advent(gan=__import__('os').getcwd())")


def test_render_is_the_inverse():
    options = {"gan": "vanilla", "target_weights": {"main": 0.1}}
    assert call_strings.parse(call_strings.render("a", options)) == (
        "a",
        options,
    )
