"""The report in headless Chromium, as people open it."""

import pytest
import toy_report

from benchmarks.parts import chromium
from tf_advseg.reporting.page.page import render

LONG = "a-very-long-name-without-any-blank-in-it-" * 4
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    try:
        with chromium.chromium() as browser:
            yield browser
    except (ImportError, FileNotFoundError) as error:
        pytest.skip(f"no browser to drive: {error}")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """Two methods, two seeds, a name too long for any phone."""
    names = ("road", LONG, "sky")
    curves = {"loss": [(20, 1.0), (40, 0.5)], LONG: [(20, 1.0)]}
    runs = [
        toy_report.run(method, seed, right, names=names, curves=curves)
        for method, right in (("advent", 0.7), ("minent", 0.6))
        for seed in (0, 1)
    ]
    runs += [toy_report.run("source_only", s, 0.5, names=names) for s in (0, 1)]
    cards = [toy_report.card(f"{LONG}/{n}.png") for n in range(3)]
    report = toy_report.report(runs, names=names, cards=cards)
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(render(report), encoding="utf-8")
    return file


def opened(browser, file, size=DESK, scheme="light"):
    """The page, with what it asked for and complained of."""
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(file.as_uri(), wait_until="load")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_no_request_leaves_the_file_and_nothing_is_wrong(
    browser, page_file, size, scheme
):
    page = opened(browser, page_file, size, scheme)
    left = [url for url in page.asked if not url.startswith("data:")]
    assert left == [page_file.as_uri()]
    assert page.complaints == []


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_sticks_out(browser, page_file, width):
    page = opened(browser, page_file, {"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_slider_uncovers_the_source_only_picture(browser, page_file):
    page = opened(browser, page_file)
    pane = page.locator("[data-slider]").first
    covered = pane.locator("img.source-only")
    slider = pane.locator("input[type=range]")
    for value in (10, 90):
        slider.fill(str(value))
        clip = covered.evaluate("e => getComputedStyle(e).clipPath")
        assert f"{100 - value}%" in clip
    # As a finger or a mouse does it.
    pane.scroll_into_view_if_needed()
    box = pane.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 20)
    assert abs(int(slider.input_value()) - 25) < 5


def test_views_are_switched_without_a_script(browser, page_file):
    page = opened(browser, page_file)
    card = page.locator("article").first
    card.get_by_text("Entropy", exact=True).click()
    assert card.locator(".pane-1").is_visible()
    assert not card.locator(".pane-0").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_its_ground(browser, page_file, scheme):
    """WCAG 2.1: contrast of at least 4.5, of large text at least 3."""
    page = opened(browser, page_file, scheme=scheme)
    for selector, least in (
        ("section p", 4.5),
        (".verdict h2", 3.0),
        (".missing", 4.5),
        ("th", 4.5),
        ("figcaption", 4.5),
        (".tile .note", 4.5),
    ):
        assert page.evaluate(CONTRAST, selector) >= least, selector


CONTRAST = """selector => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(c => {
      c /= 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const element = document.querySelector(selector);
  let ground = element;
  const none = "rgba(0, 0, 0, 0)";
  while (getComputedStyle(ground).backgroundColor === none)
    ground = ground.parentElement;
  const pair = [getComputedStyle(element).color,
                getComputedStyle(ground).backgroundColor].map(light);
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""
