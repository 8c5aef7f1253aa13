"""The figures of lesson 06."""

import random
import re
import statistics
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
    key,
    plain_axes,
    smooth,
    ticks,
)
from coursekit.pages.evidence import evidence
from coursekit.pages.figures.parts import Drawn, forest_row, from_to, numbers, short

# Drawn from rows


def repair_and_outcome() -> Drawn:
    """Forest of correlations with outcome: repair, training in repair, and three neighbours to compare with."""
    named = {
        "A039": "Ruptures repaired",
        "A041": "Ruptures repaired, first count",
        "A040": "Therapists trained in repair",
        "A001": "For comparison: alliance, face to face",
        "A031": "For comparison: empathy",
        "A007": "For comparison: agreement on goals",
    }
    rows = {row: evidence()[row] for row in named}
    canvas, axes = plain_axes(318, xlim=(-0.2, 0.6), ylim=(len(rows) - 0.35, -0.75))
    for height, (row, label) in enumerate(zip(rows.values(), named.values(), strict=True)):
        forest_row(axes, height, row, label, BLUE if height < 3 else GREY)
    ticks(axes, {-0.2: "−.20", 0: "0 (none)", 0.2: ".20", 0.4: ".40", 0.6: ".60"})
    axes.set_xlabel("correlation with outcome, r, and 95% interval", fontsize=13, color=INK)
    repair, training = rows["A039"], rows["A040"]
    alt = (
        f"Six correlations with outcome on one scale. Repair of ruptures stands at {short(float(repair.es))}, its "
        f"interval from {from_to(repair)}, about as high as alliance, empathy and agreement on goals but resting on "
        f"{repair.k_studies} studies and so much less certain. Training therapists in repair stands at "
        f"{short(float(training.es))}; its interval runs from {from_to(training)} and crosses zero: no effect on "
        "clients has been shown."
    )
    caption = (
        "Dots are estimates, bars their 95% intervals, k the number of studies; the ring marks an interval that crosses "
        "zero. The six overlap in what they measure and must not be added up."
    )
    return Drawn(canvas, alt, caption, tuple(rows))


def how_common() -> Drawn:
    """One bar of treatments: without rupture, with a rupture that was repaired, with one that was not."""
    row = evidence()["A042"]
    counts, shares = numbers(row.extra), numbers(row.statement)[:3]
    total = int(sum(counts))
    names = {"no rupture": GREY, "rupture, then repair": BLUE, "rupture, no repair": ORANGE}
    canvas = canvas_of(118)
    axes = canvas.add_axes((0.02, 0.02, 0.96, 0.96), xlim=(0, total), ylim=(3.6, -0.55))
    edge = 0.0
    for place, (name, count, share) in enumerate(zip(names, counts, shares, strict=True)):
        at, below = edge + count * (0.5 if place else 0.7), 1.15 + 0.85 * place
        axes.barh(0, count - 3, left=edge, height=0.9, color=names[name])
        axes.plot([at, at], [0.45, below], color=names[name], linewidth=1.5)
        axes.text(at - 8, below, f"{share:g}%  {name} ({count:g})", fontsize=13.5, color=INK, ha="right")
        edge += count
    axes.set_axis_off()
    alt = (
        f"One bar stands for {total} treatments. Three quarters of it, {shares[0]:g}%, are treatments in which the "
        f"clients' ratings show no rupture; {shares[1]:g}% show a rupture and then a repair; {shares[2]:g}% a rupture "
        "that was not repaired."
    )
    caption = f"{total} treatments in primary care, by the clients' own ratings from session to session."
    return Drawn(canvas, alt, caption, ("A042",))


def before_leaving() -> Drawn:
    """What observers heard in early sessions and how strongly it went with dropout."""
    row = evidence()["A045"]
    sizes = [float(row.es), *(float(found) for found in re.findall(r"d=(\.\d+)", row.extra))]
    names = ["Client moves against", "How far the rupture was resolved", "Therapist's own part in it"]
    canvas, axes = plain_axes(205, xlim=(0, 1), ylim=(2.6, -0.75))
    for height, (name, size, colour) in enumerate(zip(names, sizes, (ORANGE, GREY, BLUE), strict=True)):
        axes.barh(height, size, height=0.3, color=colour)
        axes.text(0, height - 0.27, name, fontsize=13.5, color=INK)
        axes.text(size + 0.02, height, f"d = {short(size)}", fontsize=13.5, color=INK, va="center")
    ticks(axes, {0: "0", 0.5: ".50", 1: "1"})
    axes.set_xlabel("strength of the link with dropout, d", fontsize=13, color=INK)
    against, resolved, own = map(short, sizes)
    alt = (
        "Three bars of similar length. As heard by observers in early sessions, clients' confrontation "
        f"(d = {against}), how far ruptures were resolved (d = {resolved}) and the therapist's own contribution "
        f"(d = {own}) each went with dropout. There were {row.n} only, and no intervals are given, so that the order "
        "of the three means little."
    )
    caption = f"Early sessions of cognitive behavioural therapy, coded by observers; {row.n}. The abstract gives no intervals."
    return Drawn(canvas, alt, caption, ("A045",))


# Drawn to explain


def alliance_curve() -> Drawn:
    """SCHEMATIC: felt and shown alliance over one session, with a withdrawal and with a confrontation."""
    canvas = canvas_of(400)
    above, below = canvas.subplots(2, 1)
    canvas.subplots_adjust(left=0.02, right=0.98, top=0.93, bottom=0.075, hspace=0.3)
    away: dict[str, Points] = {
        "felt": [(0, 58), (2.6, 60), (3.6, 28), (6, 24), (7.2, 38), (10, 68)],
        "shown": [(0, 66), (2.6, 67), (3.6, 65), (6, 67), (7, 43), (7.6, 45), (10, 71)],
    }
    against: dict[str, Points] = {
        "felt": [(0, 58), (2.6, 60), (3.3, 24), (6, 20), (7.2, 38), (10, 68)],
        "shown": [(0, 64), (2.6, 65), (3.3, 27), (6, 23), (7.2, 42), (10, 71)],
    }
    _one_session(above, "Moving away", away, places={"shown": (4.3, 72), "felt": (4.3, 33)})
    _one_session(below, "Moving against", against, places={"shown": (1, 71), "felt": (1, 46)})
    canvas.text(0.98, 0.962, "SCHEMATIC: no data", fontsize=13, color=INK, ha="right", weight="bold")
    canvas.text(0.98, 0.012, "time in one session →", fontsize=13, color=INK, ha="right")
    alt = (
        "Schematic, without data: two panels, each with the alliance a client feels and the alliance she shows over one "
        "session. Moving away: when something hurts, the felt line drops and the shown line hardly moves, so that they "
        "stand far apart; when it is taken up, the shown line falls to meet the felt one, and then both rise. Moving "
        "against: both lines drop together at once, and rise together after it is taken up."
    )
    caption = (
        "SCHEMATIC. Drawn to explain an idea; no session was measured. Solid: what the client feels. Dashed: what she "
        "lets you see."
    )
    return Drawn(canvas, alt, caption, ("B25", "B28"))


def _one_session(axes: Any, title: str, curves: dict[str, Points], places: dict[str, tuple[float, float]]) -> None:
    axes.set(xlim=(0, 10), ylim=(0, 88), xticks=[], yticks=[], facecolor="none")
    keep_lines(axes, "left", "bottom")
    for moment, name in ((2.75, "something hurts"), (6, "it is taken up")):
        axes.plot([moment, moment], [0, 80], color=INK, linewidth=0.8, linestyle=(0, (1, 3)))
        axes.text(moment + 0.08, 2.5, name, fontsize=13, color=INK)
    axes.plot(*smooth(curves["felt"]), color=BLUE, linewidth=2.6)
    axes.plot(*smooth(curves["shown"]), color=ORANGE, linewidth=2.2, linestyle=(0, (4, 2)))
    for name, place in places.items():
        axes.text(*place, name, fontsize=14, color=INK, style="italic")
    axes.set_title(title, fontsize=13.5, color=INK, loc="left", weight="bold", pad=4)


def counting_dips() -> Drawn:
    """SIMULATED: the ratings of one invented treatment, and the dips in it by two criteria."""
    ratings = simulated_ratings()
    loose, strict = dips(ratings, 1), dips(ratings, 2)
    canvas, axes = plain_axes(262, xlim=(0.2, len(ratings) + 0.8), ylim=(min(ratings) - 4, max(ratings) + 16))
    axes.plot(range(1, len(ratings) + 1), ratings, "-o", color=GREY, markersize=4, linewidth=1.6)
    at = {session: ratings[session - 1] for session in loose}
    axes.plot(list(at), list(at.values()), "o", markersize=14, markerfacecolor="none", color=BLUE, markeredgewidth=2)
    axes.plot(strict, [at[session] for session in strict], "o", markersize=8, color=ORANGE)
    axes.set_ylabel("alliance, rated", fontsize=13, color=INK)
    ticks(axes, {session: str(session) for session in (1, 6, 12, 18, 24)})
    axes.set_xlabel("session", fontsize=13, color=INK)
    canvas.text(0.98, 0.945, "SIMULATED: no real client", fontsize=13, color=INK, ha="right", weight="bold")
    key(canvas, 0.09, 0.955, _counted(loose, 1), BLUE, hollow=True)
    key(canvas, 0.09, 0.885, _counted(strict, 2), ORANGE, hollow=False)
    alt = (
        f"Simulated ratings of the alliance over {len(ratings)} sessions, a jagged line that rises a little. By the "
        f"looser criterion, a fall of one standard deviation since the session before, there are {_counted(loose, 1)}; "
        f"by the stricter one, two standard deviations, {_counted(strict, 2)}. The ratings are the same: the criterion "
        "makes the number."
    )
    caption = (
        "SIMULATED. A session counts as a dip when it is rated lower than the one before by one, or two, standard "
        "deviations of this client's own ratings. A study of real treatments found the same dependence on the criterion."
    )
    return Drawn(canvas, alt, caption, ("A055",))


def simulated_ratings(sessions: int = 24, seed: int = 14) -> list[float]:
    """Alliance ratings of an invented client, 0–100: a slow rise, and as many better days as worse ones."""
    chance = random.Random(seed)
    return [round(55 + 0.6 * session + chance.gauss(0, 8), 1) for session in range(sessions)]


def dips(ratings: list[float], criterion: float) -> list[int]:
    """The sessions, from 1, rated lower than the one before by `criterion` standard deviations of all ratings."""
    least = criterion * statistics.stdev(ratings)
    pairs = zip(ratings, ratings[1:], strict=False)
    return [session for session, (before, now) in enumerate(pairs, 2) if before - now >= least]


def _counted(sessions: list[int], criterion: int) -> str:
    return f"{len(sessions)} {'dip' if len(sessions) == 1 else 'dips'} by {criterion} SD"


FIGURES: dict[str, Callable[[], Drawn]] = {
    "alliance-curve": alliance_curve,
    "how-common": how_common,
    "counting-dips": counting_dips,
    "repair-and-outcome": repair_and_outcome,
    "before-leaving": before_leaving,
}
"""The figures by name, in the order of the lesson."""
