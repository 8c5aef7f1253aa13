"""The figure of the first page."""

from collections.abc import Callable

from coursekit.pages.drawing import BLUE, GREY, INK, plain_axes, ticks
from coursekit.pages.evidence import evidence
from coursekit.pages.figures.parts import Drawn, numbers


def how_good_am_i() -> Drawn:
    """Where clinicians put their own skill, beside where people have to be."""
    row = evidence()["A026"]
    top, (below, room, half) = float(row.es), numbers(row.extra)
    pairs = {"At the 90th percentile or above": (top, room), "Below the average": (below, half)}
    canvas, axes = plain_axes(196, xlim=(0, 92), ylim=(2.15, -0.7))
    for place, (name, (said, must)) in enumerate(pairs.items()):
        at = place * 1.3
        axes.text(0, at - 0.36, name, fontsize=13.5, color=INK)
        for height, size, colour, who in (
            (at, said, BLUE, "say they are"),
            (at + 0.4, must, GREY, "would be, by chance"),
        ):
            axes.barh(height, size, height=0.26, color=colour)
            axes.text(size + 0.8, height, f"{size:g}% {who}", fontsize=13, color=INK, va="center")
    ticks(axes, {0: "0", 25: "25", 50: "50%"})
    alt = (
        f"Two pairs of bars. At the 90th percentile or above: {top:g}% of clinicians say they are, {room:g}% would be by "
        f"chance. Below the average: {below:g}% say they are, {half:g}% would be by chance."
    )
    caption = "Clinicians on their own skill, compared with others of their profession, and what chance would give."
    return Drawn(canvas, alt, caption, ("A026",))


FIGURES: dict[str, Callable[[], Drawn]] = {"how-good-am-i": how_good_am_i}
"""The figures by name, in the order of the lesson."""
