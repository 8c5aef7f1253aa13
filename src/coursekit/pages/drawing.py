"""Drawing with matplotlib for pages: axes without clutter, and the SVG as one element that takes the page's colour."""

import io
from typing import Any
from xml.etree import ElementTree

import matplotlib
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

WIDTH = 400
"""Units; with words of 12.5 units and more a figure can be read at the width of a telephone."""

INK, BLUE, ORANGE, GREY = "#010101", "#3f83bd", "#c9622c", "#7d7d7d"
"""INK stands for the page's own colour until the SVG is written; the others keep a contrast of 3:1 on white and on black."""

Points = list[tuple[float, float]]

_SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"


def canvas_of(height: float, width: float = WIDTH) -> Canvas:
    """An empty canvas, 400 units wide or as wide as is said."""
    canvas = Canvas(figsize=(width / 72, height / 72))
    FigureCanvasSVG(canvas)
    return canvas


def plain_axes(height: float, xlim: tuple[float, float], ylim: tuple[float, float]) -> tuple[Canvas, Any]:
    """A canvas, and axes on it with nothing but the lower line."""
    canvas = canvas_of(height)
    axes = canvas.add_axes((0.075, 46 / height, 0.9, 1 - 50 / height))
    axes.set(xlim=xlim, ylim=ylim, yticks=[], facecolor="none")
    keep_lines(axes, "bottom")
    return canvas, axes


def keep_lines(axes: Any, *sides: str) -> None:
    """Only these sides of the frame, in the page's colour."""
    for side, line in axes.spines.items():
        line.set_visible(side in sides)
        line.set_color(INK)


def ticks(axes: Any, places: dict[float, str]) -> None:
    """Ticks along the lower line, with their labels."""
    axes.set_xticks(list(places), list(places.values()), fontsize=13)
    axes.tick_params(colors=INK, length=4)


def key(canvas: Canvas, x: float, y: float, text: str, colour: str, hollow: bool) -> None:
    """A dot or a ring and what it stands for; `x` and `y` are shares of the canvas."""
    dot = Line2D([x], [y], marker="o", markersize=10 if hollow else 8, color=colour, markeredgewidth=2)
    dot.set_markerfacecolor("none" if hollow else colour)
    canvas.add_artist(dot)
    canvas.text(x + 0.025, y, text, fontsize=13.5, color=INK, va="center")


def smooth(points: Points) -> tuple[Any, Any]:
    """A soft curve near the points, from 0 to 10."""
    x = np.linspace(-1, 11, 481)
    y = np.interp(x, [at for at, _ in points], [height for _, height in points])
    window = np.hanning(33)
    soft = np.convolve(y, window / window.sum(), mode="same")
    inside = (x >= 0) & (x <= 10)
    return x[inside][::4], soft[inside][::4]


def inline(canvas: Canvas, name: str, alt: str) -> str:
    """The drawing as one `<svg>` to stand in a page: the page's colour, no style sheet, no style attributes (a strict
    content policy blocks them), and no ids that could meet another figure's."""
    written = io.BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        canvas.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(written.getvalue())
    for parent in root.iter():
        for child in [child for child in parent if child.tag in (f"{{{_SVG}}}style", f"{{{_SVG}}}metadata")]:
            parent.remove(child)
        _plain_attributes(parent, name)
    for size in ("width", "height"):
        del root.attrib[size]
    root.attrib |= {"class": "ck-figure", "role": "img", "aria-label": alt, "width": "100%"}
    root.attrib |= {"font-family": "system-ui, sans-serif", "stroke-linejoin": "round", "fill": "currentColor"}
    return ElementTree.tostring(root, encoding="unicode").replace(INK, "currentColor")


def _plain_attributes(element: ElementTree.Element, name: str) -> None:
    for part in filter(None, element.attrib.pop("style", "").split(";")):
        prop, value = (half.strip() for half in part.split(":", 1))
        if prop == "font":
            _font(element, value.split("'")[0].split())
        else:
            element.set(prop, value)
    if "id" in element.attrib:
        element.set("id", f"{name}-{element.get('id')}")
    if _LINK in element.attrib:
        element.set("href", f"#{name}-{element.attrib.pop(_LINK)[1:]}")
    if "clip-path" in element.attrib:
        element.set("clip-path", element.attrib["clip-path"].replace("#", f"#{name}-"))


def _font(element: ElementTree.Element, words: list[str]) -> None:
    """Style, weight and size of a `font:` shorthand, whose last word before the family is the size."""
    element.set("font-size", words[-1])
    if "italic" in words or "oblique" in words:
        element.set("font-style", "italic")
    if "bold" in words or "700" in words:
        element.set("font-weight", "bold")
