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


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("renders", ["renders"]),
        ("a, b", ["a", "b"]),
        (
            'image_folder(path="x,y", of=(1, 2)),b',
            [
                'image_folder(path="x,y", of=(1, 2))',
                "b",
            ],
        ),
        ("f(a=')'),b", ["f(a=')')", "b"]),
        ('f(a="it\'s, so"),b', ['f(a="it\'s, so")', "b"]),
        ("f(a=1,b", ["f(a=1,b"]),
    ],
)
def test_commas_in_brackets_and_quotes_do_not_split(text, names):
    assert call_strings.split_names(text) == names


def test_a_path_that_is_there_is_one_name(tmp_path):
    folder = tmp_path / "a, b"
    assert len(call_strings.split_names(str(folder))) == 2
    folder.mkdir()
    assert call_strings.split_names(str(folder)) == [str(folder)]


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("gta5:/data:0.3", [("gta5:/data:0.3", 1.0)]),
        ("a,b", [("a", 0.5), ("b", 0.5)]),
        ("a,gta5:/data/gta5:0.3", [("a", 0.7), ("gta5:/data/gta5", 0.3)]),
        ("a:.2,b:0.2,c,d", [("a", 0.2), ("b", 0.2), ("c", 0.3), ("d", 0.3)]),
        ("f(a=1.5):0.4,b:0.6", [("f(a=1.5)", 0.4), ("b", 0.6)]),
    ],
)
def test_what_is_unsaid_of_the_shares_is_shared_out(text, shares):
    found = call_strings.parse_shares(text)
    assert [name for name, _ in found] == [name for name, _ in shares]
    assert [s for _, s in found] == pytest.approx([s for _, s in shares])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,,b", "a name is missing"),
        ("a,", "a name is missing"),
        ("a:0.3,a", "'a' comes twice"),
        ("a:0.3,b:0.3", "make no whole"),
        ("a:0.7,b:0.7", "make no whole"),
        ("a:0.5,b:0.5,c", "make no whole"),
        ("a:0,b", "make no whole"),
        ("a:2,b", "make no whole"),
    ],
)
def test_shares_that_make_no_whole_are_refused_in_one_sentence(text, words):
    with pytest.raises(ValueError, match=words) as caught:
        call_strings.parse_shares(text)
    assert repr(text) in str(caught.value)
    assert "\n" not in str(caught.value)
