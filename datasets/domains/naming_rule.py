"""How a data set names its files: `labels/*.png` belongs to `images/*.png`."""

import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class NamingRule:
    """Where the images of a split lie, and the label of each.

    A `*` stands for part of one name and never for a `/`; the stars of
    `labels` stand for what those of `images` stand for, in order.

    Args:
        images: A pattern of paths relative to the root of the data set.
        labels: The pattern of their labels; None if there are none.

    Example:
        >>> rule = NamingRule("rgb/*/*_rgb.png", "gt/*/*_ids.png")
        >>> rule.label_of("rgb/bonn/007_rgb.png")
        'gt/bonn/007_ids.png'
    """

    images: str
    labels: str | None = None

    def __post_init__(self):
        stars = self.images.count("*")
        if self.labels is not None and self.labels.count("*") != stars:
            raise ValueError(
                f"The pattern {self.labels!r} needs as many stars as "
                f"{self.images!r}."
            )

    def matches(self, image: str) -> bool:
        """Whether a path is one of an image of this rule."""
        return self._match(image) is not None

    def label_of(self, image: str) -> str:
        """Returns the path of the label of an image that matches."""
        match = self._match(image)
        assert self.labels is not None and match is not None
        parts, stars = self.labels.split("*"), [*match.groups(), ""]
        return "".join(
            part + star for part, star in zip(parts, stars, strict=True)
        )

    def _match(self, image: str) -> re.Match | None:
        pattern = "([^/]+)".join(map(re.escape, self.images.split("*")))
        return re.fullmatch(pattern, image)
