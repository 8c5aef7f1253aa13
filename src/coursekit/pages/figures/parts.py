"""What the figures of several lessons share: rows drawn as a forest, and numbers as the field prints them."""

import re
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure as Canvas

from coursekit.pages.drawing import INK
from coursekit.pages.evidence import Row


@dataclass(frozen=True)
class Drawn:
    """A figure before it is set: the canvas, what it shows in words, a caption without sources, and ids of rows."""

    canvas: Canvas
    alt: str
    caption: str
    sources: tuple[str, ...]


def forest_row(axes: Any, height: int, row: Row, label: str, colour: str) -> None:
    middle, (low, high) = float(row.es), interval(row)
    crosses = low < 0 < high
    axes.plot([0, 0], [height - 0.2, height + 0.2], color=INK, linewidth=1)
    axes.plot([low, high], [height, height], color=colour, linewidth=3, solid_capstyle="round")
    axes.plot([middle], [height], "o", markersize=10, color=colour, markerfacecolor="none" if crosses else colour)
    if crosses:
        axes.plot([middle], [height], "o", markersize=5, color=colour)
    axes.text(-0.2, height - 0.36, label, fontsize=13.5, color=INK)
    axes.text(0.6, height - 0.36, f"r = {short(middle)}", fontsize=13.5, color=INK, ha="right")
    axes.text(0.6, height + 0.12, f"k = {row.k_studies}", fontsize=12.5, color=INK, ha="right")


def short(number: float) -> str:
    """As the field prints it: .29, −.09, .278."""
    text = f"{abs(number):.3f}".lstrip("0")
    return ("−" if number < 0 else "") + (text[:-1] if text.endswith("0") else text)


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"\d+(?:\.\d+)?", text)]


def interval(row: Row) -> tuple[float, float]:
    if row.interval is None:
        raise ValueError(f"Row {row.id} of course/data/evidence.csv has no interval, and the figure needs one.")
    return row.interval


def from_to(row: Row) -> str:
    low, high = interval(row)
    return f"{short(low)} to {short(high)}"
