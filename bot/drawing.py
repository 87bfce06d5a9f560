"""Drawings become PNG files. Pillow is loaded when the first picture is drawn: most desks' processes never draw one."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

from knowledge.drawing import Drawing, Shape

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

FINER = 2
"""Everything is drawn so many times larger and then made smaller: Pillow does not smooth the edges of lines."""
DASH, GAP = 12, 8


def png(drawing: Drawing) -> bytes:
    """The picture as a PNG file; takes a tenth of a second of CPU, so call it beside the event loop."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    canvas = Image.new("RGB", (drawing.width * FINER, drawing.height * FINER), "#ffffff")
    pen = ImageDraw.Draw(canvas)
    for shape in drawing.shapes:
        _draw(pen, shape)
    small = canvas.resize((drawing.width, drawing.height), Image.Resampling.BOX)
    file = BytesIO()
    small.save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw(pen: ImageDraw.ImageDraw, shape: Shape) -> None:
    points = [value * FINER for value in shape.points]
    size = shape.size * FINER
    match shape.kind:
        case "line":
            pen.line(points, fill=shape.colour, width=size)
        case "dashes":
            for start, end in _dashes(points):
                pen.line([*start, *end], fill=shape.colour, width=size)
        case "area":
            pen.polygon(points, fill=shape.colour)
        case "disc" | "ring":
            x, y = points
            around = (x - size, y - size, x + size, y + size)
            if shape.kind == "disc":
                pen.ellipse(around, fill=shape.colour)
            else:
                pen.ellipse(around, fill="#ffffff", outline=shape.colour, width=4 * FINER)
        case "words":
            pen.text((points[0], points[1]), shape.words, fill=shape.colour, font=_font(size), anchor=shape.anchor)


def _dashes(points: list[int]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The pieces of an upright line."""
    x, top, _, bottom = points
    marks = range(top, bottom, (DASH + GAP) * FINER)
    ends = (min(start + DASH * FINER, bottom) for start in marks)
    return [((x, start), (x, end)) for start, end in zip(marks, ends, strict=True)]


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont | Any:
    """Pillow's own Aileron (CC0), which has digits and Latin letters."""
    from PIL import ImageFont  # noqa: PLC0415

    return ImageFont.load_default(size)
