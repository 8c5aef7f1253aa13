"""The figures of the course: each an SVG to be set into a page, with what it shows in words, a caption and its sources.

One module for each lesson. Numbers come from course/data/evidence.csv at the moment of drawing; a curve without data says so in
the figure.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from coursekit.pages.drawing import inline
from coursekit.pages.evidence import evidence
from coursekit.pages.figures import alliance, empathy, rupture_and_repair, start_here, transference
from coursekit.pages.figures.parts import Drawn

FIGURES: dict[str, Callable[[], Drawn]] = {
    **start_here.FIGURES,
    **alliance.FIGURES,
    **empathy.FIGURES,
    **rupture_and_repair.FIGURES,
    **transference.FIGURES,
}
"""All figures by name; no two lessons give theirs the same."""


@dataclass(frozen=True)
class Figure:
    """A figure of the course.

    ``svg`` is one element, to be set inline, with its own text alternative; ``alt`` is that alternative, what one sees
    and what follows from it; ``caption`` is plain text and ends with the sources; ``sources`` are ids of rows in
    course/data/evidence.csv.
    """

    name: str
    svg: str
    alt: str
    caption: str
    sources: tuple[str, ...]


@cache
def figure(name: str) -> Figure:
    """Draw a figure by its name. Raises KeyError, with the names there are, for any other."""
    if name not in FIGURES:
        raise KeyError(f"There is no figure {name!r}. The course has: {', '.join(FIGURES)}.")
    drawn = FIGURES[name]()
    caption = f"{drawn.caption} {_cited(drawn.sources)}"
    return Figure(name, inline(drawn.canvas, name, drawn.alt), drawn.alt, caption, drawn.sources)


def _cited(sources: tuple[str, ...]) -> str:
    rows = [evidence()[row] for row in sources]
    named = dict.fromkeys(f"{row.short}, doi:{row.doi}" if row.doi else row.short for row in rows)
    return f"{'Source' if len(named) == 1 else 'Sources'}: {'; '.join(named)}."
