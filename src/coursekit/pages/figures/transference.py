"""The figures of lesson 07."""

from collections.abc import Callable
from typing import Any

from coursekit.pages.drawing import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    Points,
    canvas_of,
    keep_lines,
    plain_axes,
    smooth,
    ticks,
)
from coursekit.pages.evidence import evidence
from coursekit.pages.figures.parts import Drawn, numbers

# Drawn from rows


def fest_direction() -> Drawn:
    """The trial of transference interpretation: in which direction it went and for whom. No sizes were seen."""
    row = evidence()["A096"]
    patients = int(numbers(row.n)[0])
    canvas, axes = plain_axes(232, xlim=(-1, 1), ylim=(2.75, -0.75))
    axes.plot([0, 0], [-0.3, 2.75], color=INK, linewidth=1)
    groups = ((f"All {patients} patients", 0), ("Less mature relations", 1), ("More mature relations", -1))
    for height, (name, direction) in enumerate(groups):
        axes.text(-1, height - 0.32, name, fontsize=13.5, color=INK, weight="normal" if height else "bold")
        if direction:
            _arrow(axes, height, direction)
        else:
            axes.plot([0], [height], "o", markersize=13, color=GREY)
    axes.text(0.08, 0.12, "no difference", fontsize=13, color=INK)
    axes.text(0.62, 1.1, "better with", fontsize=13, color=INK, ha="center")
    axes.text(-0.68, 2.1, "a little worse with", fontsize=13, color=INK, ha="center")
    ticks(axes, {-0.75: "worse", 0: "the same", 0.75: "better"})
    axes.set_xlabel("with interpretation of the transference, against without", fontsize=13, color=INK)
    canvas.text(0.98, 0.945, "DIRECTION ONLY: no sizes", fontsize=13, color=INK, ha="right", weight="bold")
    alt = (
        f"Direction only, without sizes: a trial with {patients} patients, dynamic therapy with and without interpretation "
        "of the transference. For all of them together a dot on the middle line: no difference. For patients with less "
        "mature relations an arrow points to better. For patients with more mature relations an arrow points to worse, "
        "and the effect was small."
    )
    caption = (
        f"{patients} patients, by lot with or without interpretation of the transference. DIRECTION ONLY: the arrows’ "
        "length means nothing, since no sizes were seen."
    )
    return Drawn(canvas, alt, caption, ("A096",))


def _arrow(axes: Any, height: int, direction: int) -> None:
    colour = BLUE if direction > 0 else ORANGE
    axes.plot([0, 0.22 * direction], [height, height], color=colour, linewidth=4, solid_capstyle="butt")
    axes.plot([0.24 * direction], [height], ">" if direction > 0 else "<", markersize=15, color=colour)


def show_of_hands() -> Drawn:
    """One dot for each study of a review: filled where anything had improved after transference interpretation."""
    row = evidence()["A099"]
    better, total = (int(number) for number in numbers(row.extra)[1:3])
    canvas = canvas_of(168)
    axes = canvas.add_axes((0.02, 0.02, 0.96, 0.96), xlim=(-0.6, 6.6), ylim=(4.35, -0.55))
    axes.set_axis_off()
    for study in range(total):
        _dot(axes, study % 7, study // 7, 19, filled=study < better)
    counted = {
        f"{better} studies: better on one outcome at least": True,
        f"{total - better} studies: no such finding": False,
    }
    for place, (text, filled) in enumerate(counted.items()):
        _dot(axes, -0.3, 3.2 + 0.8 * place, 10, filled)
        axes.text(0, 3.2 + 0.8 * place, text, fontsize=13.5, color=INK, va="center")
    alt = (
        f"{total} dots of one size, one for each study in a review. {better} are filled: in these studies at least one "
        f"outcome had improved after interpretation of the transference. {total - better} are rings: no such finding "
        "for these. The dots count studies and say nothing about how much anybody improved."
    )
    caption = (
        f"{total} studies, one dot each, large or small. A count of votes: it says in how many studies something improved, and "
        "not by how much."
    )
    return Drawn(canvas, alt, caption, ("A099",))


def _dot(axes: Any, x: float, y: float, size: float, filled: bool) -> None:
    colour = BLUE if filled else GREY
    face = colour if filled else "none"
    axes.plot([x], [y], "o", markersize=size, color=colour, markerfacecolor=face, markeredgewidth=2)


# Drawn to explain


def template_episodes() -> Drawn:
    """INVENTED: four stories told by a client who does not exist, each taken apart into wish, answer and what she does."""
    episodes = (
        (
            "Swimming teacher, at nine",
            "to be believed:\nshe did swim it",
            "“Did you, now?”",
            "swims it again\nand is sick",
        ),
        ("Her manager, at work", "one crown taken\non her word", "asks who\nchecked it", "photographs\nevery stage"),
        ("Her sister", "to look after\nDad’s money", "will want to\ncount it", "tips out the box\nof receipts"),
        ("You", "to be ill and\nstay at home", "…", "brings a note\nfrom the doctor"),
    )
    canvas = canvas_of(330)
    axes = canvas.add_axes((0.01, 0.01, 0.98, 0.98), xlim=(0, 3), ylim=(4.62, -0.72))
    axes.set_axis_off()
    for column, (name, colour) in enumerate((("wishes", BLUE), ("expects", ORANGE), ("then does", GREY))):
        axes.text(column + 0.04, -0.12, name, fontsize=14, color=INK, weight="bold", va="center")
        axes.plot([column + 0.04, column + 0.94], [0.08, 0.08], color=colour, linewidth=4, solid_capstyle="butt")
    for number, (who, *parts) in enumerate(episodes):
        top = 0.3 + 1.09 * number
        axes.text(0.04, top + 0.12, who, fontsize=13.5, color=INK, style="italic", va="center")
        for column, part in enumerate(parts):
            for line, words in enumerate(part.split("\n")):
                axes.text(column + 0.04, top + 0.49 + 0.25 * line, words, fontsize=12.8, color=INK)
        if number:
            axes.plot([0.04, 2.94], [top - 0.1, top - 0.1], color=INK, linewidth=0.6, linestyle=(0, (1, 3)))
    axes.text(2.95, -0.5, "INVENTED: no real client", fontsize=13, color=INK, ha="right", va="center", weight="bold")
    alt = (
        "Invented: four stories told by one client, in three columns: what she wishes, what answer she expects, what she "
        "then does. With a swimming teacher at nine: to be believed that she swam it; expects to be doubted; swims it again "
        "and is sick. With her manager: one piece of work taken on her word; expects to be asked who checked; photographs "
        "every stage. With her sister: to look after their father's money; expects it to be counted; tips out the "
        "receipts. With you: to be ill and stay at home; the answer is still open; brings a doctor's note. Read "
        "downwards, each column says nearly the same thing four times."
    )
    caption = (
        "INVENTED. Four stories by a client who does not exist, taken apart into wish, answer of the other and answer of the "
        "self. In the last, the answer of the other has not been given yet."
    )
    return Drawn(canvas, alt, caption, ("B34",))


def transference_course() -> Drawn:
    """SCHEMATIC: the course of transference in treatments that went well and in those that went less well."""
    quarters = 7.5
    well: Points = [(0, 14), (2.5, 27), (5, 46), (7, 62), (7.6, 62), (10, 26)]
    less: Points = [(0, 11), (2.5, 23), (5, 41), (7.5, 59), (10, 80)]
    canvas = canvas_of(262)
    axes = canvas.add_axes((0.09, 0.16, 0.89, 0.74), xlim=(0, 10), ylim=(0, 92), yticks=[], facecolor="none")
    keep_lines(axes, "left", "bottom")
    axes.plot([quarters, quarters], [0, 84], color=INK, linewidth=0.8, linestyle=(0, (1, 3)))
    axes.plot(*smooth(well), color=BLUE, linewidth=2.8)
    axes.plot(*smooth(less), color=ORANGE, linewidth=2.4, linestyle=(0, (4, 2)))
    axes.text(9.9, 17, "went well", fontsize=14, color=INK, style="italic", ha="right")
    axes.text(9.45, 85, "went less well", fontsize=14, color=INK, style="italic", ha="right")
    axes.set_ylabel("transference", fontsize=13, color=INK)
    ticks(axes, {0: "start", quarters: "three quarters", 10: "end"})
    axes.get_xticklabels()[0].set_horizontalalignment("left")
    axes.get_xticklabels()[-1].set_horizontalalignment("right")
    canvas.text(0.98, 0.945, "SCHEMATIC: no data", fontsize=13, color=INK, ha="right", weight="bold")
    alt = (
        "Schematic, without data: how much transference therapists saw, from the start to the end of a treatment. Two lines "
        "rise side by side for three quarters of the way. Then the line for treatments that went well falls, and the line "
        "for those that went less well goes on rising. Until that point they can hardly be told apart."
    )
    caption = (
        "SCHEMATIC. The two shapes were described, no values were seen, and none are drawn. Solid: treatments that went well. "
        "Dashed: treatments that went less well."
    )
    return Drawn(canvas, alt, caption, ("A101",))


FIGURES: dict[str, Callable[[], Drawn]] = {
    "template-episodes": template_episodes,
    "transference-course": transference_course,
    "fest-direction": fest_direction,
    "show-of-hands": show_of_hands,
}
"""The figures by name, in the order of the lesson."""
