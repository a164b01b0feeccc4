"""Outlines of the connected regions of a mask, by walking along their edge.

Each side of a pixel that has no neighbour in the mask is an edge, walked with
the pixel on the right. Edges join to loops: clockwise ones surround a region
of pixels that share sides, the others are its holes. Where two pixels touch in
a corner alone, turning right stays with the same one.
"""

import numpy as np

Point = list[int]
_RIGHT, _DOWN, _LEFT, _UP = range(4)
_STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))
"""(x, y) along an edge of each direction; y grows downwards."""
_INSIDE = ((0, 0), (-1, 0), (-1, -1), (0, -1))
"""From where an edge of each direction begins to the pixel on its right."""


def outlines(mask: np.ndarray) -> list[tuple[int, list[Point]]]:
    """Returns each region's area, holes included, and its outline.

    Args:
        mask: bool `(H, W)`.

    Returns:
        Areas in pixels, and points [x, y]: centres of pixels on the outline.
    """
    edges = _edges(mask)
    found = []
    while edges:
        loop = _walk(edges, next(iter(edges)))
        area = _area(loop)
        if area > 0:
            found.append((area, _centres(loop)))
    return found


def _edges(mask: np.ndarray) -> dict[tuple[int, int, int], None]:
    """(x, y, direction) of all edges, in a fixed order."""
    padded = np.pad(mask, 1)
    edges = {}
    for direction, (dy, dx, start) in enumerate(
        [(-1, 0, (0, 0)), (0, 1, (1, 0)), (1, 0, (1, 1)), (0, -1, (0, 1))]
    ):
        height, width = mask.shape
        beside = padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]
        for y, x in np.argwhere(mask & ~beside).tolist():
            edges[x + start[0], y + start[1], direction] = None
    return edges


def _walk(edges: dict, first: tuple[int, int, int]) -> list:
    """Takes one loop out of the edges."""
    loop, edge = [], first
    while edge in edges:
        del edges[edge]
        loop.append(edge)
        x, y, direction = edge
        x, y = x + _STEPS[direction][0], y + _STEPS[direction][1]
        turns = [(direction + turn) % 4 for turn in (1, 0, 3)]
        ways = [(x, y, turn) for turn in turns if (x, y, turn) in edges]
        edge = ways[0] if ways else first
    return loop


def _area(loop: list) -> int:
    """The area in pixels; negative for a hole."""
    return sum(x * _STEPS[direction][1] for x, _, direction in loop)


def _centres(loop: list) -> list[Point]:
    """The pixels on the right of a loop, without those on straight lines."""
    pixels: list[Point] = []
    for x, y, direction in loop:
        dx, dy = _INSIDE[direction]
        pixel = [x + dx, y + dy]
        if not pixels or pixels[-1] != pixel:
            pixels.append(pixel)
    if len(pixels) > 1 and pixels[0] == pixels[-1]:
        pixels.pop()
    kept = [
        pixel
        for before, pixel, after in zip(
            pixels[-1:] + pixels[:-1],
            pixels,
            pixels[1:] + pixels[:1],
            strict=True,
        )
        if [pixel[0] - before[0], pixel[1] - before[1]]
        != [after[0] - pixel[0], after[1] - pixel[1]]
    ]
    kept = kept or pixels
    # Who draws polygons wants three points, also of a single pixel.
    return kept + kept[-1:] * (3 - len(kept))
