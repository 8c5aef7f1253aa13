"""How the class report puts numbers into words, and drawings on its page."""

from dataclasses import dataclass
from textwrap import shorten

from markupsafe import Markup
from matplotlib.figure import Figure as Canvas

from coursekit.grading.statistics import Estimate
from coursekit.pages.drawing import inline


@dataclass(frozen=True)
class Figure:
    """A drawing and the one plain sentence of what it shows."""

    svg: Markup
    sentence: str


def figure_of(canvas: Canvas, name: str, alt: str, sentence: str) -> Figure:
    """The drawing as it stands in the page; `name` must be unique there, `alt` says in words what is drawn."""
    return Figure(Markup(inline(canvas, f"ck-{name}", alt)), sentence)


def percent(share: float) -> str:
    """`64 %`."""
    return f"{100 * share:.0f}\u00a0%"


def correlated(value: float) -> str:
    """A correlation or a reliability as the field prints it: `.29`, `−.09`."""
    text = f"{abs(value):.2f}"
    return ("−" if value < -0.004 else "") + (text if text.startswith("1") else text.lstrip("0"))


def interval(found: Estimate) -> str:
    """`60 to 68 %`, or nothing."""
    return f"{100 * found.interval[0]:.0f} to {percent(found.interval[1])}" if found.interval else ""


def signed(value: float) -> str:
    """`+5`, `−12`, `0`."""
    return f"{'−' if value <= -0.5 else '+' if value >= 0.5 else ''}{abs(value):.0f}"


def people_of(count: int) -> str:
    """`1 person`, `7 people`."""
    return "1 person" if count == 1 else f"{count} people"


def quoted(title: str) -> str:
    """A title or a line, or its beginning in whole words, in quotation marks."""
    return f"“{shorten(title.strip('“”'), 70, placeholder=' …')}”"
