"""The figures of lesson 07."""

from collections.abc import Callable

from coursekit.pages.figures.parts import Drawn

FIGURES: dict[str, Callable[[], Drawn]] = {}
"""The figures by name, in the order of the lesson."""
