"""The figures of the class report: what is drawn, from numbers that are already worked out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from matplotlib.figure import Figure as Canvas

from coursekit.grading.statistics import Estimate, quantile
from coursekit.pages.drawing import BLUE, GREY, INK, ORANGE, canvas_of, keep_lines, ticks

ROW, SMALL = 36, 260
HUNDRED: dict[float, str] = {0: "0", 0.5: "50", 1: "100"}
"""The scale of shares, in percent."""
RING = 1.5
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
    height = ROW * len(labels) + 62
    canvas, gap = canvas_of(height), 0.1
    width = (0.92 - gap * (len(panels) - 1)) / len(panels)
    for number, panel in enumerate(panels):
        place = (0.04 + number * (width + gap), 46 / height, width, ROW * len(labels) / height)
        axes = canvas.add_axes(place, xlim=panel.limits, ylim=(len(labels) - 0.75, -0.75), yticks=[], facecolor="none")
        keep_lines(axes, "bottom")
        for row, found in enumerate(panel.estimates):
            if found:
                _dot(axes, row, found, ORANGE if row in bold else BLUE)
        if panel.line is not None:
            axes.axvline(panel.line, color=GREY, linewidth=1, linestyle=(0, (2, 3)))
        ticks(axes, dict(panel.places))
        axes.set_xlabel(panel.title, fontsize=13, color=INK)
    for row, label in enumerate(labels):
        up = 1 - (16 + ROW * row + 9) / height
        canvas.text(0.04, up, label, fontsize=13, color=INK, va="center", weight="bold" if row in bold else "normal")
    return canvas


def _dot(axes: Any, row: int, found: Estimate, colour: str) -> None:
    if found.interval:
        axes.plot(found.interval, [row, row], color=colour, linewidth=3, solid_capstyle="round")
    axes.plot([found.value], [row], "o", markersize=8, color=colour, clip_on=False)


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
    """Felt and shown alliance of a class, turn by turn: the median, and for felt the middle half as a band."""
    canvas, turns = canvas_of(190, SMALL), list(range(1, len(felt) + 1))
    axes = canvas.add_axes((0.13, 0.21, 0.66, 0.74), xlim=(1, max(2, len(turns))), ylim=(0, 100), facecolor="none")
    keep_lines(axes, "left", "bottom")
    low, middle, high = ([quantile(counts, share) for counts in felt] for share in (0.25, 0.5, 0.75))
    calm = [quantile(counts, 0.5) for counts in shown]
    axes.fill_between(turns, low, high, color=BLUE, alpha=0.28, linewidth=0)
    axes.plot(turns, calm, color=ORANGE, linewidth=2, linestyle=(0, (5, 3)))
    axes.plot(turns, middle, color=BLUE, linewidth=2.5)
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
    """For each label, from the first score to the second: a ring, a line and a dot."""
    height = ROW * len(rows) + 62
    canvas = canvas_of(height)
    place = (0.04, 46 / height, 0.92, ROW * len(rows) / height)
    axes = canvas.add_axes(place, xlim=(0, 100), ylim=(len(rows) - 0.75, -0.75), yticks=[], facecolor="none")
    keep_lines(axes, "bottom")
    for row, (label, first, second) in enumerate(rows):
        if abs(second - first) > 2 * RING:
            axes.plot([first + (RING if second > first else -RING), second], [row, row], color=BLUE, linewidth=3)
        axes.plot([first], [row], "o", markersize=9, color=BLUE, markerfacecolor="none", markeredgewidth=2)
        axes.plot([second], [row], "o", markersize=8, color=BLUE)
        canvas.text(0.04, 1 - (16 + ROW * row + 9) / height, label, fontsize=13, color=INK, va="center")
    ticks(axes, {0: "0", 50: "50", 100: "100"})
    axes.set_xlabel("average score: ring first play, dot second", fontsize=13, color=INK)
    return canvas
