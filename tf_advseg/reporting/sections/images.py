"""Images to look at, a slider between source-only and adapted on each."""

import numpy as np

from tf_advseg.reporting.charts import waterfall
from tf_advseg.reporting.facts import ImageCard
from tf_advseg.reporting.facts import Report
from tf_advseg.reporting.page import blocks
from tf_advseg.reporting.page.html import Html
from tf_advseg.reporting.page.html import tag
from tf_advseg.reporting.page.numbers import decimal
from tf_advseg.reporting.page.numbers import points
from tf_advseg.reporting.page.numbers import signed_points


def section(report: Report) -> Html:
    """Returns the gain of all images and the cards of some."""
    if not report.cards:
        body = blocks.missing("No images were put into this report.")
        return blocks.section(
            "images", "Images", blocks.grid([_spread(report)]), body
        )
    labelled = report.cards[0].truth is not None
    text = "Drag the line to uncover one model or the other. Errors are red"
    text += ", pixels without a label are dark." if labelled else "."
    if not labelled:
        text = (
            "Drag the line to uncover one model or the other. There are no "
            "labels, so these are the images whose entropy rose or fell most; "
            "pixels whose class changed are red."
        )
    cards = [_card(index, card) for index, card in enumerate(report.cards)]
    return blocks.section(
        "images",
        "Images",
        blocks.grid(
            [
                _spread(report),
                tag(
                    "div",
                    blocks.paragraph(text, " In entropy maps dark is sure."),
                    _legend(report),
                ),
            ]
        ),
        tag("div", cards, class_="cards"),
    )


def _spread(report: Report):
    pair = report.main
    runs = [pair.adapted, pair.baseline]
    if any(
        r is None or r.target is None or r.target.truth is None for r in runs
    ):
        return None
    after, before = (
        dict(zip(r.target.keys, r.target.truth.image_mious, strict=True))
        for r in runs
    )
    gains = np.array(
        [after[key] - before[key] for key in after if key in before]
    )
    won = int((gains > 0).sum())
    title = (
        f"mIoU of each image on its own: {won} of {len(gains)} images gained"
    )
    return waterfall(title, gains)


def _legend(report: Report):
    items = [
        blocks.swatched(name, colour)
        for name, colour in zip(report.class_names, report.palette, strict=True)
    ]
    return tag("p", items, class_="legend")


def _card(index: int, card: ImageCard) -> Html:
    height, width = card.size
    switches, panes = [], []
    for number, view in enumerate(card.views):
        name = f"view-{index}"
        anchor = f"{name}-{number}"
        switches += [
            tag(
                "input",
                type="radio",
                name=name,
                id=anchor,
                checked=number == 0,
                class_=f"view-{number}",
            ),
            tag("label", view.title, for_=anchor),
        ]
        panes.append(_pane(number, view, width, height))
    plain = [_picture("Image", card.photo, width, height)]
    if card.truth is not None:
        plain.append(_picture("Labels", card.truth, width, height))
    return tag(
        "article",
        tag("h3", card.key, class_="key-name"),
        tag("p", _words(card), class_="reason"),
        tag("div", switches, panes, class_="views"),
        tag("div", plain, class_="thumbs"),
        class_="card",
    )


def _pane(number, view, width, height) -> Html:
    """Both models' pictures, one over the other, and the slider."""

    def image(uri, who):
        return tag(
            "img",
            src=uri,
            width=width,
            height=height,
            alt=f"{view.title}, {who}",
            class_=who,
        )

    after = image(view.after, "adapted")
    if view.before is None:
        return tag("div", after, class_=f"pane pane-{number}")
    return tag(
        "div",
        after,
        image(view.before, "source-only"),
        tag("span", class_="rule", aria_hidden="true"),
        tag(
            "input",
            type="range",
            min=0,
            max=100,
            value=50,
            aria_label=f"{view.title}: source-only on the left of the line, "
            "adapted on the right",
        ),
        tag("span", "source-only", class_="tag left"),
        tag("span", "adapted", class_="tag right"),
        class_=f"pane pane-{number}",
        data_slider=True,
    )


def _picture(title, uri, width, height):
    image = tag("img", src=uri, width=width, height=height, alt=title)
    return tag("figure", image, tag("figcaption", title))


def _words(card: ImageCard) -> str:
    if card.truth is None:
        number = f"entropy {decimal(card.after)}"
        if card.before is not None:
            number += f", was {decimal(card.before)}"
        return f"{card.reason}: {number}"
    number = f"mIoU {points(card.after)}"
    if card.before is not None:
        gain = signed_points(card.after - card.before)
        number += f", was {points(card.before)} ({gain})"
    return f"{card.reason}: {number}"
