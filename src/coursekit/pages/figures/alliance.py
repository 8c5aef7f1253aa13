"""The figures of lesson 03."""

import re
from collections.abc import Callable

import numpy as np

from coursekit.pages.drawing import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    canvas_of,
    keep_lines,
    plain_axes,
    ticks,
)
from coursekit.pages.evidence import evidence
from coursekit.pages.figures.parts import Drawn, from_to, interval, numbers, short

# Drawn from rows


def attachment_and_alliance() -> Drawn:
    """How attachment goes with the alliance, beside how the alliance goes with outcome: three correlations on one scale."""
    anxiety, avoidance, alliance = (evidence()[row] for row in ("A012", "A013", "A001"))
    named = {
        "Anxious attachment and alliance": anxiety,
        "Avoidant attachment and alliance": avoidance,
        "For size: alliance and outcome": alliance,
    }
    canvas, axes = plain_axes(208, xlim=(-0.2, 0.45), ylim=(2.6, -0.8))
    axes.plot(interval(alliance), [2, 2], color=GREY, linewidth=3, solid_capstyle="round")
    for height, (label, row) in enumerate(named.items()):
        value, colour = float(row.es), GREY if row is alliance else ORANGE
        axes.plot([0, 0], [height - 0.2, height + 0.2], color=INK, linewidth=1)
        axes.plot([value], [height], "o", markersize=10, color=colour)
        axes.text(0.45, height, f"r = {short(value)}", fontsize=13.5, color=INK, ha="right", va="center")
        axes.text(-0.2, height - 0.34, label, fontsize=13.5, color=INK)
    ticks(axes, {-0.2: "−.20", 0: "0 (none)", 0.2: ".20", 0.4: ".40"})
    axes.set_xlabel("correlation, r", fontsize=13, color=INK)
    small = [f"r = {short(float(row.es))}" for row in (anxiety, avoidance)]
    alt = (
        f"Three correlations on one scale. Anxious attachment and the alliance: {small[0]}. Avoidant attachment and the "
        f"alliance: {small[1]}. Both stand just left of zero. For size, the alliance and outcome: "
        f"r = {short(float(alliance.es))}, its interval from {from_to(alliance)}, itself no large number, and further from "
        "zero than either."
    )
    caption = (
        f"Attachment from {anxiety.k_studies} studies for each of the two, with the alliance as clients rate it; their "
        "intervals were not in the abstract and are not drawn. The lowest line is another question and stands there for size."
    )
    return Drawn(canvas, alt, caption, ("A012", "A013", "A001"))


def ethnic_match() -> Drawn:
    """A therapist of one's own ethnic group: preferred, rated better, and hardly a difference in outcome."""
    row = evidence()["A084"]
    sizes = [float(row.es), *(float(found) for found in re.findall(r"\.\d+", row.extra)[:2])]
    studies = [int(count) for count in numbers(row.k_studies)]
    names = ["What clients prefer beforehand", "How they rate the therapist", "How they fare"]
    canvas, axes = plain_axes(222, xlim=(0, 1), ylim=(2.6, -0.75))
    for height, (name, size, count) in enumerate(zip(names, sizes, studies, strict=True)):
        axes.barh(height, size, height=0.32, color=(BLUE, BLUE, ORANGE)[height])
        axes.text(0, height - 0.28, name, fontsize=13.5, color=INK)
        axes.text(size + 0.02, height, f"d = {short(size)}", fontsize=13.5, color=INK, va="center")
        axes.text(1, height, f"k = {count}", fontsize=12.5, color=INK, va="center", ha="right")
    ticks(axes, {0: "0", 0.5: ".50", 1: "1"})
    axes.set_xlabel("difference in favour of the same group, d", fontsize=13, color=INK)
    preferred, rated, fared = map(short, sizes)
    alt = (
        "Three bars, each shorter than the one above, for having a therapist of the same ethnic group. Clients prefer it "
        f"beforehand (d = {preferred}); they rate such a therapist somewhat better (d = {rated}); in how they fare there is "
        f"hardly a difference (d = {fared})."
    )
    caption = (
        "Differences in favour of a therapist of one’s own racial or ethnic group; k is the number of studies. Behind each "
        "bar the studies differ widely, and effects were largest for African Americans. No intervals were in the abstract."
    )
    return Drawn(canvas, alt, caption, ("A084",))


# Drawn to explain


def cloud() -> Drawn:
    """SIMULATED: two hundred invented clients whose alliance and outcome correlate exactly as the meta-analysis found."""
    row = evidence()["A001"]
    r = float(row.es)
    alliance, outcome = simulated_clients(r)
    same = (alliance > 0) == (outcome > 0)
    both = int(np.sum((alliance > 0) & (outcome > 0)))
    better = int(np.sum(alliance > 0))
    canvas = canvas_of(470)
    axes = canvas.add_axes(
        (0.07, 0.27, 0.91, 0.66), xlim=(-2.9, 2.9), ylim=(-3.1, 3.1), xticks=[], yticks=[], facecolor="none"
    )
    keep_lines(axes, "left", "bottom")
    for edge in ([0, 0], [-3.1, 3.1]), ([-2.9, 2.9], [0, 0]):
        axes.plot(*edge, color=INK, linewidth=0.8, linestyle=(0, (1, 3)))
    for group, colour in ((same, BLUE), (~same, ORANGE)):
        x, y = alliance[group], outcome[group]
        gap = np.full(len(x), np.nan)
        dots = (np.column_stack(points).ravel() for points in ((x, x + 0.01, gap), (y, y, gap)))
        axes.plot(*dots, color=colour, linewidth=4.5, solid_capstyle="round")
    for x, y, count in ((2.8, 2.65, both), (2.8, -2.95, better - both)):
        axes.text(x, y, f"{count}", fontsize=16, color=INK, ha="right", weight="bold")
    for x, y, count in ((-2.8, 2.65, better - both), (-2.8, -2.95, both)):
        axes.text(x, y, f"{count}", fontsize=16, color=INK, weight="bold")
    axes.set_ylabel("outcome →", fontsize=13, color=INK)
    axes.set_xlabel("alliance →", fontsize=13, color=INK)
    canvas.text(0.98, 0.957, "SIMULATED: no real clients", fontsize=13, color=INK, ha="right", weight="bold")
    share = r * r
    bar = canvas.add_axes((0.07, 0.075, 0.91, 0.06), xlim=(0, 1), ylim=(0, 1))
    bar.barh(0.5, 1, height=1, color="none", edgecolor=GREY, linewidth=1.5)
    bar.barh(0.5, share, height=1, color=BLUE)
    bar.set_axis_off()
    canvas.text(0.07, 0.15, "all differences in outcome", fontsize=13.5, color=INK)
    canvas.text(0.07, 0.025, f"{share:.1%} go with the alliance (r = {short(r)}, squared)", fontsize=13.5, color=INK)
    alt = (
        f"Simulated: {len(alliance)} dots, each an invented client, placed by alliance from left to right and by outcome from "
        f"below to above, with a correlation of {short(r)}. The cloud is nearly round and leans a little to the upper right. "
        f"Of the {better} with an alliance in the better half, {both} have an outcome in the better half too and "
        f"{better - both} have not. Below, a bar for all differences in outcome, of which {share:.1%} is filled in."
    )
    caption = (
        f"SIMULATED, with the correlation that was found for treatment face to face, r = {short(r)}. Dotted lines part the "
        "better half from the other, for alliance and for outcome; the numbers count the dots in each quarter. Blue: both "
        "in the better half, or neither."
    )
    return Drawn(canvas, alt, caption, ("A001",))


def simulated_clients(r: float, count: int = 200, seed: int = 16) -> tuple[np.ndarray, np.ndarray]:
    """Alliance and outcome of invented clients, in standard deviations from the median, correlated at exactly `r`."""
    chance = np.random.default_rng(seed)
    alliance, other = chance.standard_normal((2, count))
    alliance = (alliance - alliance.mean()) / alliance.std()
    other = other - other.mean()
    other = other - alliance * (alliance @ other) / (alliance @ alliance)
    outcome = r * alliance + np.sqrt(1 - r * r) * other / other.std()
    return alliance - np.median(alliance), outcome - np.median(outcome)


def slow_and_jagged() -> Drawn:
    """SIMULATED: forty sessions rated by client and therapist, a slow rise and a great deal of up and down."""
    client, therapist = simulated_pair()
    sessions = np.arange(1, len(client) + 1)
    canvas = canvas_of(290)
    axes = canvas.add_axes(
        (0.075, 0.16, 0.9, 0.75), xlim=(0, len(client) + 1), ylim=(28, 94), yticks=[], facecolor="none"
    )
    keep_lines(axes, "left", "bottom")
    for ratings, colour in ((client, BLUE), (therapist, ORANGE)):
        rise = np.polyval(np.polyfit(sessions, ratings, 1), sessions)
        axes.plot(sessions, rise, color=colour, linewidth=1, linestyle=(0, (5, 3)))
    axes.plot(sessions, client, "-o", color=BLUE, markersize=3, linewidth=1.6)
    axes.plot(sessions, therapist, "-", color=ORANGE, linewidth=1.6)
    axes.text(40, 87, "client", fontsize=14, color=INK, style="italic", ha="right")
    axes.text(40, 47, "therapist", fontsize=14, color=INK, style="italic", ha="right")
    axes.set_ylabel("alliance, rated", fontsize=13, color=INK)
    ticks(axes, {session: str(session) for session in (1, 10, 20, 30, 40)})
    axes.set_xlabel("session", fontsize=13, color=INK)
    canvas.text(0.98, 0.945, "SIMULATED: no real pair", fontsize=13, color=INK, ha="right", weight="bold")
    fell = int(np.sum(np.diff(client) < 0))
    alt = (
        f"Simulated ratings of the alliance over {len(client)} sessions by one invented client and one invented therapist. Both "
        "lines are jagged, often move together, and rise slowly; dashed lines show the rise. The client’s rating is lower than "
        f"the week before {fell} times out of {len(client) - 1}, and ends higher than it began all the same."
    )
    caption = (
        "SIMULATED, after what was found in a large set of real ratings: growth in a straight line and much variability, for "
        "client and therapist alike. That one line lies lower means nothing. In this invented pair the client’s rating falls "
        f"{fell} times in {len(client) - 1} steps."
    )
    return Drawn(canvas, alt, caption, ("A056",))


def simulated_pair(sessions: int = 40, seed: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Alliance ratings of an invented pair, 0–100: the same slow rise, dips that are partly shared."""
    chance = np.random.default_rng(seed)
    shared, own, others = chance.standard_normal((3, sessions))
    rise = 0.45 * np.arange(sessions)
    return 58 + rise + 4 * shared + 3.5 * own, 44 + rise + 3 * shared + 2.5 * others


PAIRS = {
    "Gregor": (25, 65, 90),
    "Imelda": (90, 25, 65),
    "Paulette": (80, 75, 25),
}
"""Goals, tasks and bond of three invented pairs, 0–100, whose totals are the same."""


def three_alliances() -> Drawn:
    """SCHEMATIC: three alliances of the same total, each lacking something else."""
    parts = ("goals", "tasks", "bond")
    canvas = canvas_of(352)
    axes = canvas.add_axes((0.02, 0.02, 0.96, 0.9), xlim=(-46, 130), ylim=(13.7, -0.9))
    axes.set_axis_off()
    for pair, (name, heights) in enumerate(PAIRS.items()):
        top = pair * 4.8
        axes.text(-46, top - 0.05, f"{name} and you", fontsize=14, color=INK, weight="bold", va="center")
        axes.text(130, top - 0.05, f"total {sum(heights)}", fontsize=13.5, color=INK, ha="right", va="center")
        for line, (part, height) in enumerate(zip(parts, heights, strict=True), 1):
            at = top + line
            axes.barh(at, 100, left=0, height=0.62, color="none", edgecolor=GREY, linewidth=0.8)
            axes.barh(at, height, left=0, height=0.62, color=ORANGE if height == min(heights) else BLUE)
            axes.text(-4, at, part, fontsize=13.5, color=INK, ha="right", va="center")
    canvas.text(0.98, 0.95, "SCHEMATIC: no data", fontsize=13, color=INK, ha="right", weight="bold")
    lowest = {name: parts[heights.index(min(heights))] for name, heights in PAIRS.items()}
    alt = (
        "Schematic, without data: three invented pairs, each with three bars for goals, tasks and bond. The total is the "
        f"same, {sum(PAIRS['Gregor'])}, in all three, and another bar is short in each: with Gregor the "
        f"{lowest['Gregor']}, with Imelda the {lowest['Imelda']}, with Paulette the {lowest['Paulette']}."
    )
    caption = (
        "SCHEMATIC. Nobody was measured; the heights are invented. A total cannot tell these three apart, and what one would "
        "do next is different in each."
    )
    return Drawn(canvas, alt, caption, ("B08",))


FIGURES: dict[str, Callable[[], Drawn]] = {
    "three-alliances": three_alliances,
    "slow-and-jagged": slow_and_jagged,
    "attachment-and-alliance": attachment_and_alliance,
    "ethnic-match": ethnic_match,
    "cloud": cloud,
}
"""The figures by name, in the order of the lesson."""
