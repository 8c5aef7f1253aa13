"""The figures of the class report: what is drawn, from numbers that are already worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from coursekit.grading.statistics import Estimate, quantile
from coursekit.pages.drawing import BLUE, GREY, INK, ORANGE, canvas_of, keep_lines, ticks

SMALL = 260
ROW, LABEL, DOT = 44, 12, 28
"""How high a row is, and how far below its upper edge its label and its dot stand: nearer to each other than to the next row's."""
EDGE, TOP, BOTTOM = 0.04, 4, 46
HUNDRED: dict[float, str] = {0: "0", 0.5: "50", 1: "100"}
"""The scale of shares, in percent."""
RING = 1.9
"""The radius of the ring of a first play, in points of the score."""
MOST_DOTS = 300
"""With more, dots that lie near each other are drawn as one."""


@dataclass(frozen=True)
class Panel:
    """A column of dots with their intervals beside the labels of a figure: a scale, and one estimate a row, or None."""

    title: str
    limits: tuple[float, float]
    places: Mapping[float, str]
    estimates: Sequence[Estimate | None]
    line: float | None = None


def rows_of_dots(labels: Sequence[str], panels: Sequence[Panel], bold: frozenset[int] = frozenset()) -> Canvas:
    """For each label a dot with its interval in each panel; labels stand above their dots. Rows of `bold` stand out."""
    canvas, gap = _ruled(labels, bold), 0.1
    width = (1 - 2 * EDGE - gap * (len(panels) - 1)) / len(panels)
    for number, panel in enumerate(panels):
        axes = _axes(canvas, len(labels), EDGE + number * (width + gap), width, panel.limits)
        if panel.line is not None:
            axes.axvline(panel.line, color=GREY, linewidth=1, linestyle=(0, (2, 3)))
        for row, found in enumerate(panel.estimates):
            if found:
                _dot(axes, ROW * row + DOT, found, ORANGE if row in bold else BLUE)
        ticks(axes, dict(panel.places))
        axes.set_xlabel(panel.title, fontsize=13, color=INK)
    return canvas


def _ruled(labels: Sequence[str], bold: frozenset[int] = frozenset()) -> Canvas:
    """A canvas with a row for each label, and a rule between rows."""
    height = TOP + ROW * len(labels) + BOTTOM
    canvas = canvas_of(height)
    for row, label in enumerate(labels):
        edge = TOP + ROW * row
        if row:
            rule = Line2D([EDGE, 1 - EDGE], [1 - edge / height] * 2, color=GREY, alpha=0.45, linewidth=0.8)
            canvas.add_artist(rule)
        weight = "bold" if row in bold else "normal"
        canvas.text(EDGE, 1 - (edge + LABEL) / height, label, fontsize=13, color=INK, va="center", weight=weight)
    return canvas


def _axes(canvas: Canvas, rows: int, left: float, width: float, limits: tuple[float, float]) -> Any:
    """Axes over the rows of a canvas; upwards they count units of the canvas from the upper edge of the first row."""
    height = TOP + ROW * rows + BOTTOM
    place = (left, BOTTOM / height, width, ROW * rows / height)
    axes = canvas.add_axes(place, xlim=limits, ylim=(ROW * rows, 0), yticks=[], facecolor="none")
    keep_lines(axes, "bottom")
    return axes


def _dot(axes: Any, down: float, found: Estimate, colour: str) -> None:
    if found.interval:
        axes.plot(found.interval, [down, down], color=colour, linewidth=3, solid_capstyle="round")
    axes.plot([found.value], [down], "o", markersize=8, color=colour, clip_on=False)


def ratings(pairs: Mapping[tuple[int, int], int]) -> Canvas:
    """Own rating (across) against score (up), with the line on which the two are equal."""
    canvas = canvas_of(370)
    axes = canvas.add_axes((0.13, 0.14, 0.83, 0.83), xlim=(-3, 103), ylim=(-3, 112), facecolor="none")
    keep_lines(axes, "left", "bottom")
    axes.plot([0, 100], [0, 100], color=GREY, linewidth=1.5, linestyle=(0, (5, 3)))
    by_size: dict[int, list[tuple[int, int]]] = {}
    for place, count in (pairs if len(pairs) <= MOST_DOTS else _near(pairs)).items():
        by_size.setdefault(count, []).append(place)
    most = max(by_size)
    for count, places in sorted(by_size.items()):
        size = 5.5 if most < 4 else 4 + 12 * sqrt(count / most)
        axes.plot(
            *zip(*places, strict=True), "o", markersize=size, color=BLUE, markerfacecolor="none", markeredgewidth=2
        )
    axes.text(3, 109, "scored above own rating", fontsize=13, color=INK, va="center")
    axes.text(100, 3, "scored below own rating", fontsize=13, color=INK, va="center", ha="right")
    axes.set_yticks([0, 50, 100], ["0", "50", "100"], fontsize=13)
    ticks(axes, {0: "0", 50: "50", 100: "100"})
    axes.set_xlabel("own rating", fontsize=13, color=INK)
    axes.set_ylabel("score", fontsize=13, color=INK)
    return canvas


def _near(pairs: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for (across, up), count in pairs.items():
        place = 5 * round(across / 5), 5 * round(up / 5)
        found[place] = found.get(place, 0) + count
    return found


def curves(felt: Sequence[Mapping[int, int]], shown: Sequence[Mapping[int, int]]) -> Canvas:
    """Felt and shown alliance of a class, turn by turn: the median, and for felt the middle half as a band.

    What was shown lies on top, thinner and in dashes, so that both are seen where they are equal.
    """
    canvas, turns = canvas_of(190, SMALL), list(range(1, len(felt) + 1))
    axes = canvas.add_axes((0.13, 0.21, 0.66, 0.74), xlim=(1, max(2, len(turns))), ylim=(0, 100), facecolor="none")
    keep_lines(axes, "left", "bottom")
    low, middle, high = ([quantile(counts, share) for counts in felt] for share in (0.25, 0.5, 0.75))
    calm = [quantile(counts, 0.5) for counts in shown]
    axes.fill_between(turns, low, high, color=BLUE, alpha=0.28, linewidth=0)
    axes.plot(turns, middle, color=BLUE, linewidth=4)
    axes.plot(turns, calm, color=ORANGE, linewidth=1.8, linestyle=(0, (4, 4)))
    ends = {"felt": middle[-1], "shown": calm[-1]}
    shift = max(0.0, 13 - abs(ends["felt"] - ends["shown"])) / 2
    for name, at in ends.items():
        other = ends["shown" if name == "felt" else "felt"]
        by = shift if at > other or at == other and name == "shown" else -shift
        axes.text(len(turns) + 0.02 * len(turns), at + by, name, fontsize=12.5, color=INK, va="center")
    axes.set_yticks([0, 50, 100], ["0", "50", "100"], fontsize=12.5)
    axes.set_xticks([1, max(2, len(turns))], ["turn 1", str(max(2, len(turns)))], fontsize=12.5)
    axes.tick_params(colors=INK, length=4)
    return canvas


def growth(rows: Sequence[tuple[str, float, float]]) -> Canvas:
    """For each label, from the first score to the second: a ring, a line and a dot, small enough to be seen in the ring."""
    canvas = _ruled([label for label, _, _ in rows])
    axes = _axes(canvas, len(rows), EDGE, 1 - 2 * EDGE, (0, 100))
    for row, (_, first, second) in enumerate(rows):
        down = ROW * row + DOT
        if abs(second - first) > RING:
            axes.plot([first + (RING if second > first else -RING), second], [down, down], color=BLUE, linewidth=3)
        axes.plot([first], [down], "o", markersize=14, color=BLUE, markerfacecolor="none", markeredgewidth=2, clip_on=False)
        axes.plot([second], [down], "o", markersize=6, color=BLUE, clip_on=False)
    ticks(axes, {0: "0", 50: "50", 100: "100"})
    axes.set_xlabel("average score: ring first play, dot second", fontsize=13, color=INK)
    return canvas
