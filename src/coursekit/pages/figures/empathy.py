"""The figures of lesson 05."""

import random
from collections.abc import Callable
from typing import Any

from coursekit.pages.drawing import BLUE, GREY, INK, ORANGE, canvas_of, plain_axes, ticks
from coursekit.pages.evidence import evidence
from coursekit.pages.figures.parts import Drawn, from_to, interval, numbers, short

# Drawn to explain


def empathy_cycle() -> Drawn:
    """SCHEMATIC: from what the client says round to the client again, with the three gaps on the way."""
    canvas = canvas_of(392)
    axes = canvas.add_axes((0.01, 0.01, 0.98, 0.98), xlim=(0, 400), ylim=(392, 0))
    axes.set_axis_off()
    axes.text(398, 14, "SCHEMATIC: no data", fontsize=13, color=INK, ha="right", weight="bold")
    axes.text(2, 40, "in the client", fontsize=13, color=INK, style="italic")
    axes.text(398, 40, "in the therapist", fontsize=13, color=INK, style="italic", ha="right")
    boxes = {(4, 56): "something is\nso for her", (256, 56): "felt", (256, 186): "shown", (4, 186): "received"}
    for (x, y), name in boxes.items():
        axes.fill([x, x + 136, x + 136, x], [y, y, y + 62, y + 62], edgecolor=INK, facecolor="none", linewidth=1.4)
        axes.text(x + 68, y + 31, name, fontsize=14, color=INK, ha="center", va="center")
    _gap(axes, (142, 87), (254, 87), "1")
    _gap(axes, (324, 120), (324, 184), "2")
    _gap(axes, (254, 217), (142, 217), "3")
    back = {"arrowstyle": "->", "color": INK, "linewidth": 1.4, "linestyle": (0, (2, 3))}
    axes.annotate("", xy=(72, 120), xytext=(72, 184), arrowprops=back)
    axes.text(82, 157, "how she goes on", fontsize=13, color=INK, va="center")
    for line, text in enumerate(
        ("What I feel is not hers.", "I feel it, and nothing shows.", "I say it, and it doesn’t arrive.")
    ):
        _number(axes, 16, 284 + 38 * line, str(line + 1))
        axes.text(38, 284 + 38 * line, text, fontsize=14, color=INK, va="center")
    alt = (
        "Schematic, without data: a ring of four stations. Something is so for the client; it is felt in the therapist; "
        "it is shown by the therapist; it is received by the client. The three arrows between them are each broken by a "
        "numbered gap. One: what I feel is not hers. Two: I feel it, and nothing shows. Three: I say it, and it doesn't "
        "arrive. A dotted line closes the ring: how the client goes on tells what was received."
    )
    caption = "SCHEMATIC. Drawn after the three parts that Barrett-Lennard tells apart; the gaps are this course's own."
    return Drawn(canvas, alt, caption, ("B20",))


def _gap(axes: Any, start: tuple[float, float], end: tuple[float, float], number: str) -> None:
    """An arrow with a gap in the middle, and the gap's number in it."""
    (x, y), (to_x, to_y) = start, end
    for share in (0.34, 0.66):
        at = (x + (to_x - x) * share, y + (to_y - y) * share)
        near = start if share < 0.5 else end
        axes.plot([at[0], near[0]], [at[1], near[1]], color=INK, linewidth=1.8)
    style = {"arrowstyle": "->", "color": INK, "linewidth": 1.8}
    axes.annotate("", xy=end, xytext=(x + (to_x - x) * 0.7, y + (to_y - y) * 0.7), arrowprops=style)
    _number(axes, (x + to_x) / 2, (y + to_y) / 2, number)


def _number(axes: Any, x: float, y: float, number: str) -> None:
    axes.plot([x], [y], "o", markersize=20, markerfacecolor="none", color=ORANGE, markeredgewidth=2)
    axes.text(x, y + 0.5, number, fontsize=13, color=INK, ha="center", va="center", weight="bold")


def seventy_thirty() -> Drawn:
    """One bar from the row, and below it a SIMULATED minute with the same shares, to show that they alternate."""
    row = evidence()["A037"]
    apart, together = float(row.es), numbers(row.extra)[0]
    canvas = canvas_of(232)
    axes = canvas.add_axes((0.01, 0.01, 0.98, 0.98), xlim=(-1, 101), ylim=(232, 0))
    axes.set_axis_off()
    axes.text(100, 15, "INFANTS, NOT THERAPY", fontsize=13, color=INK, ha="right", weight="bold")
    axes.barh(62, together - 0.6, left=0, height=34, color=BLUE)
    axes.barh(62, apart, left=together, height=34, color=GREY)
    axes.text(0, 36, f"in step, about {together:g}%", fontsize=13.5, color=INK)
    axes.text(100, 36, f"out of step, about {apart:g}%", fontsize=13.5, color=INK, ha="right")
    for second, matched in enumerate(simulated_states(together / 100)):
        axes.barh(
            152, 100 / 60 - 0.35, left=second * 100 / 60, height=34, align="center", color=BLUE if matched else GREY
        )
    axes.text(0, 126, "The same shares as they might alternate", fontsize=13.5, color=INK)
    axes.text(0, 190, "one minute →", fontsize=13, color=INK)
    axes.text(100, 190, "SIMULATED: no real pair", fontsize=13, color=INK, ha="right", weight="bold")
    axes.text(0, 222, "No such number exists for a therapist and a client.", fontsize=13, color=INK)
    alt = (
        "Infants, not therapy. A bar: in typical healthy pairs about "
        f"{together:g}% of the time is in step and about {apart:g}% out of step. Below it a simulated minute with the same "
        "shares: short stretches in step come and go among longer ones out of step. No such number exists for a "
        "therapist and a client."
    )
    caption = (
        "Upper bar: infants and those who look after them, from a book for the general reader. Lower strip: SIMULATED, with "
        "those shares and an invented rhythm. An analogy for therapy, and no statistic of it."
    )
    return Drawn(canvas, alt, caption, ("A037", "A038"))


def simulated_states(share: float, seconds: int = 60, seed: int = 5) -> list[bool]:
    """A minute of an invented pair, second by second: in step or not, in stretches, and together `share` of the time."""
    chance = random.Random(seed)
    wanted = round(seconds * share)
    stretches: list[int] = []
    while sum(stretches) < wanted:
        stretches.append(min(chance.choice((1, 2, 3)), wanted - sum(stretches)))
    cuts = sorted(chance.sample(range(1, seconds - wanted), len(stretches)))
    states, before = [], 0
    for cut, stretch in zip(cuts, stretches, strict=True):
        states += [False] * (cut - before) + [True] * stretch
        before = cut
    return states + [False] * (seconds - wanted - before)


# Drawn from rows


def empathy_numbers() -> Drawn:
    """Forest in two parts: what goes with outcome, and what goes with the alliance; two questions, one scale."""
    parts = {
        "…with how the therapy turns out": {"A031": "Empathy (2018)", "A032": "Empathy (2011)"},
        "…with the alliance": {"A034": "Empathy", "A035": "Genuineness"},
    }
    canvas, axes = plain_axes(318, xlim=(0, 0.8), ylim=(6.0, -0.75))
    height = 0.0
    for (title, rows), colour in zip(parts.items(), (BLUE, ORANGE), strict=True):
        axes.text(0, height - 0.25, title, fontsize=13.5, color=INK, weight="bold")
        height += 0.75
        for name, label in rows.items():
            row = evidence()[name]
            low, high = interval(row)
            axes.plot([low, high], [height + 0.25] * 2, color=colour, linewidth=3, solid_capstyle="round")
            axes.plot([float(row.es)], [height + 0.25], "o", markersize=10, color=colour)
            axes.text(0, height - 0.1, label, fontsize=13.5, color=INK)
            size, many = short(float(row.es)), row.k_studies.split()[0]
            axes.text(0.8, height - 0.1, f"r = {size}  (k = {many})", fontsize=13.5, color=INK, ha="right")
            height += 1
        height += 0.35
    ticks(axes, {0: "0 (none)", 0.2: ".20", 0.4: ".40", 0.6: ".60", 0.8: ".80"})
    axes.set_xlabel("correlation, r, and 95% interval", fontsize=13, color=INK)
    now, before, alliance, genuine = (evidence()[name] for rows in parts.values() for name in rows)
    alt = (
        "Four correlations on one scale, in two groups. With outcome: empathy "
        f"{short(float(now.es))}, interval {from_to(now)}, in the count of 2018, and {short(float(before.es))}, interval "
        f"{from_to(before)}, in that of 2011. With the alliance: empathy {short(float(alliance.es))}, interval "
        f"{from_to(alliance)}, and genuineness {short(float(genuine.es))}, interval {from_to(genuine)}. Empathy goes "
        "with the alliance more closely than with outcome: clients do not keep the two apart."
    )
    caption = (
        "Dots are estimates, bars their 95% intervals, k the number of samples or studies. The upper and the lower pair answer "
        "different questions; what overlaps must not be added up."
    )
    return Drawn(canvas, alt, caption, ("A031", "A032", "A034", "A035"))


def microaggressions() -> Drawn:
    """Two bars: clients who reported a microaggression, and of these the share with whom it was never discussed."""
    row = evidence()["A036"]
    reported, silent = float(row.es), numbers(row.extra)[0]
    canvas = canvas_of(208)
    axes = canvas.add_axes((0.01, 0.01, 0.98, 0.98), xlim=(0, 100.6), ylim=(208, 0))
    axes.set_axis_off()
    axes.text(0, 14, f"Microaggressions by the therapist: {row.n} clients", fontsize=13.5, color=INK)
    axes.barh(40, reported - 0.5, left=0, height=32, color=ORANGE)
    axes.barh(40, 100 - reported, left=reported, height=32, facecolor="none", edgecolor=GREY, linewidth=1.5)
    axes.text(0, 76, f"about {reported:g}% reported one", fontsize=13.5, color=INK)
    for top, bottom in ((0, 0), (reported - 0.5, 99.6)):
        axes.plot([top, bottom], [86, 126], color=INK, linewidth=0.9, linestyle=(0, (2, 3)))
    axes.text(3, 117, "of these", fontsize=13.5, color=INK, style="italic")
    axes.barh(146, silent - 0.5, left=0, height=32, color=ORANGE)
    axes.barh(146, 100 - silent - 0.4, left=silent, height=32, color=BLUE)
    axes.text(0, 182, f"with nearly {silent:g}% never discussed", fontsize=13.5, color=INK)
    axes.text(99.6, 202, "with the others it was", fontsize=13.5, color=INK, ha="right")
    alt = (
        f"Two bars. Of {row.n} clients from racial or ethnic minorities about {reported:g}% had met with a microaggression "
        f"from their therapist. A second bar stands for these alone: with nearly {silent:g}% of them it was never "
        "discussed. It was one counselling centre, asked once."
    )
    caption = (
        "Clients from racial and ethnic minorities of one university counselling centre in the United States, asked once. "
        "Where it had been left undiscussed "
        "the alliance was rated lower; where it had been discussed, it was not."
    )
    return Drawn(canvas, alt, caption, ("A036",))


def own_feelings() -> Drawn:
    """Forest of two correlations with outcome: acting on one's own feelings, and managing them."""
    named = {"A104": "Acting on one’s own reactions", "A106": "Managing them well"}
    rows = {row: evidence()[row] for row in named}
    canvas, axes = plain_axes(186, xlim=(-0.4, 0.7), ylim=(1.75, -0.75))
    for height, (row, colour) in enumerate(zip(rows.values(), (ORANGE, BLUE), strict=True)):
        low, high = interval(row)
        size, many = short(float(row.es)), row.k_studies
        axes.plot([0, 0], [height - 0.02, height + 0.32], color=INK, linewidth=1)
        axes.plot([low, high], [height + 0.15] * 2, color=colour, linewidth=3, solid_capstyle="round")
        axes.plot([float(row.es)], [height + 0.15], "o", markersize=10, color=colour)
        axes.text(-0.4, height - 0.25, named[row.id], fontsize=13.5, color=INK)
        axes.text(0.7, height - 0.25, f"r = {size}  (k = {many})", fontsize=13.5, color=INK, ha="right")
    ticks(axes, {-0.4: "−.40", -0.2: "−.20", 0: "0 (none)", 0.2: ".20", 0.4: ".40", 0.6: ".60"})
    axes.set_xlabel("correlation with outcome, r, and 95% interval", fontsize=13, color=INK)
    acting, managing = rows.values()
    alt = (
        "Two correlations with outcome on one scale. Acting on one's own reactions to a client stands at "
        f"{short(float(acting.es))}, a little to the left of zero, interval {from_to(acting)}. Managing them well stands at "
        f"{short(float(managing.es))}, to the right, on {managing.k_studies} studies and with a wide interval, {from_to(managing)}."
    )
    caption = (
        "Dots are estimates, bars their 95% intervals, k the number of studies, which differed among themselves a good deal. "
        "The second rests on few and small ones."
    )
    return Drawn(canvas, alt, caption, tuple(rows))


FIGURES: dict[str, Callable[[], Drawn]] = {
    "empathy-cycle": empathy_cycle,
    "empathy-numbers": empathy_numbers,
    "seventy-thirty": seventy_thirty,
    "microaggressions": microaggressions,
    "own-feelings": own_feelings,
}
"""The figures by name, in the order of the lesson."""
