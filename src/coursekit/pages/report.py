"""The class report: one HTML file that needs nothing else, to be read in a staff meeting, without anybody's name.

Every number comes with how many people it is of; of fewer than five nothing is shown.
"""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from coursekit.grading.gradebook import Gradebook
from coursekit.grading.keys import Keys
from coursekit.grading.marks import final
from coursekit.grading.overview import UNFINISHED, Exercise, Overview, Plays, overview
from coursekit.grading.statistics import FEWEST, Estimate, average, correlation, tally, together
from coursekit.pages import report_figures as draw
from coursekit.pages.feedback import debrief, title_of
from coursekit.pages.printing import template
from coursekit.pages.quotes import curly
from coursekit.pages.report_items import exercise
from coursekit.pages.report_words import Figure, correlated, figure_of, interval, people_of, percent, signed
from coursekit.words import short

ENDINGS = ("repair", "half-way", "as-if peace", "leaves", UNFINISHED)
ENDED = {
    "repair": "the rupture repaired",
    "half-way": "half-way to a repair",
    "as-if peace": "an as-if peace",
    "leaves": "the client leaves",
    UNFINISHED: UNFINISHED,
}
NOT_FROM_SO_FEW = f"Nothing is shown of fewer than {('no', 'one', 'two', 'three', 'four', 'five')[FEWEST]} people."


def class_report(book: Gradebook, keys: Keys) -> tuple[Overview, str]:
    """What is known of the class in a gradebook, with the marks that were given, and the page about it."""
    found = overview(book, keys, final(book, keys).in_hand_ins)
    return found, report_page(found)


def report_page(found: Overview) -> str:
    """The report on a class."""
    exercises = [exercise(one) for one in found.exercises.values()]
    return template("report.html", trim=True, curly=curly, percent=percent).render(
        people=found.people,
        hand_ins=found.hand_ins,
        modules=_modules(found),
        exercises=exercises,
        endings=[_endings(one) for one in found.plays.values()],
        dimensions=[view for one in found.plays.values() if (view := _dimensions(one))],
        counted=[words for words in debrief().values() if "about" in words],
        ratings=_ratings(found),
        curves=[_curves(one) for one in found.plays.values()],
        growth=_growth(found),
        few=NOT_FROM_SO_FEW,
        style=_style(),
    )


@cache
def _style() -> Markup:
    here = Path(__file__).parent
    sheets = (here / "static" / "css" / "base.css", here / "templates" / "report.css")
    return Markup("\n".join(sheet.read_text(encoding="utf-8").strip() for sheet in sheets))


# Scores by module and kind of item


def _by_kind(one: Exercise) -> dict[str, Estimate]:
    """The average share of the points by kind of item, and of all; only of five people and more."""
    shares, kinds = one.shares, [column.kind for column in one.columns]
    found: dict[str, Estimate] = {}
    for kind in ("", *dict.fromkeys(kinds)):
        chosen = [place for place, each in enumerate(kinds) if kind in ("", each)]
        estimate = average(tally(together(shares[:, chosen], one.weights[chosen])))
        if estimate and estimate.n >= FEWEST:
            found[kind] = estimate
    return found


def _modules(found: Overview) -> dict[str, Any]:
    by_exercise = {one.name: _by_kind(one) for one in found.exercises.values()}
    labels: list[str] = []
    estimates: list[Estimate] = []
    rows = []
    for name, kinds in by_exercise.items():
        for kind, estimate in kinds.items():
            labels.append(kind or f"{short(title_of(name), 36)}, all items")
            estimates.append(estimate)
            rows.append((title_of(name), kind or "all", estimate, interval(estimate)))
    if not rows:
        return {"figure": None, "rows": []}
    bold = frozenset(place for place, row in enumerate(rows) if row[1] == "all")
    canvas = draw.rows_of_dots(labels, [draw.Panel("% of the points", (0, 1), draw.HUNDRED, estimates)], bold)
    said = [_module(name, kinds) for name, kinds in by_exercise.items() if "" in kinds]
    alt = f"Dots with intervals: the average share of the points by exercise and kind of item. {' '.join(said)}"
    return {"figure": figure_of(canvas, "modules", alt, " ".join(said)), "rows": rows}


def _module(name: str, kinds: dict[str, Estimate]) -> str:
    whole = kinds[""]
    said = f"{title_of(name)}: {percent(whole.value)} of the points (n = {whole.n})"
    apart = {kind: one.value for kind, one in kinds.items() if kind}
    if len(apart) < 2:
        return f"{said}."
    best, worst = max(apart, key=lambda kind: apart[kind]), min(apart, key=lambda kind: apart[kind])
    return f"{said}, most in {best} ({percent(apart[best])}), least in {worst} ({percent(apart[worst])})."


# Role-plays


def _endings(one: Plays) -> dict[str, Any]:
    rows: list[dict[str, Any]] = [
        {"name": ENDED[ending], "count": one.endings[ending], "share": one.endings[ending] / one.people}
        for ending in ENDINGS
        if one.people
    ]
    most = max(rows, key=lambda row: row["count"])
    sentence = f"The most frequent ending of {one.people} first plays: {most['name']}, in {most['count']}."
    return {
        "title": one.title, "people": one.people, "plays": one.plays, "enough": one.people >= FEWEST, "rows": rows,
        "sentence": sentence,
    }  # fmt: skip


def _dimensions(one: Plays) -> dict[str, Any] | None:
    """Average share of each dimension's points in first plays that came to an end."""
    rows = {name: found for name, counts in one.dimensions.items() if (found := average(counts)) and found.n >= FEWEST}
    if not rows:
        return None
    lowest = min(rows, key=lambda name: rows[name].value)
    sentence = (
        f"Lowest was “{debrief()[lowest]['title']}” with {percent(rows[lowest].value)} of its points (n = {rows[lowest].n})."
    )
    told = [
        {"name": debrief()[name]["title"], "share": found.value, "interval": interval(found)}
        for name, found in rows.items()
    ]
    return {"title": one.title, "people": rows[lowest].n, "rows": told, "sentence": sentence}


def _ratings(found: Overview) -> Figure | None:
    pairs: Counter[tuple[int, int]] = Counter()
    for one in found.plays.values():
        pairs.update(one.ratings)
    by = average(found.overrating)
    if by is None or by.n < FEWEST:
        return None
    own, scores = zip(*pairs.elements(), strict=True)
    over = sum(rating > score for rating, score in pairs.elements())
    r = correlation(own, scores)
    within = f"; 95\u00a0% interval {signed(by.interval[0])} to {signed(by.interval[1])}" if by.interval else ""
    sentence = (
        f"{over} of {len(own)} plays were rated above their score. Own rating minus score: {signed(by.value)} points on "
        f"average ({people_of(by.n)}{within})."
    )
    sentence += f" Over all plays the two correlate with r = {correlated(r.value)}." if r else ""
    alt = (
        f"Scatter of {len(own)} first plays: own rating from left to right, score from below to above, and a dashed line on "
        f"which the two are equal. {sentence}"
    )
    return figure_of(draw.ratings(pairs), "ratings", alt, sentence)


def _curves(one: Plays) -> dict[str, Any]:
    """The curves as far as five people are left."""
    felt = [counts for counts in one.felt if counts.total() >= FEWEST]
    shown = one.shown[: len(felt)]
    view = {"title": one.title, "people": one.replayed, "missing": one.not_replayed, "figure": None}
    if len(felt) < 2:
        return view
    first, last = felt[0], felt[-1]
    low = min(range(len(felt)), key=lambda turn: draw.quantile(felt[turn], 0.5))
    gap = max(range(len(felt)), key=lambda turn: draw.quantile(shown[turn], 0.5) - draw.quantile(felt[turn], 0.5))
    apart = draw.quantile(shown[gap], 0.5) - draw.quantile(felt[gap], 0.5)
    sentence = (
        f"What {one.client or 'the client'} felt goes from {draw.quantile(first, 0.5)} to {draw.quantile(last, 0.5)} of 100 "
        f"(median), lowest at turn {low + 1} with {draw.quantile(felt[low], 0.5)}"
    )
    sentence += f"; what was shown is furthest above it at turn {gap + 1}, by {apart}." if apart > 0 else "."
    sentence += f" n = {first.total()} at the first turn, {last.total()} at the last that is drawn."
    alt = f"Two curves over {len(felt)} turns, the alliance as it was felt and as it was shown. {sentence}"
    return view | {"figure": figure_of(draw.curves(felt, shown), f"curve-{one.script}", alt, sentence)}


def _growth(found: Overview) -> dict[str, Any]:
    drawn, rows, said = [], [], []
    for one in found.plays.values():
        gain = average(one.gains)
        if gain is None or gain.n < FEWEST:
            continue
        means = [estimate for counts in one.attempts if (estimate := average(counts)) and estimate.n >= FEWEST]
        drawn.append((f"{short(one.title, 34)} (n = {gain.n})", means[0].value, means[1].value))
        rows.append(
            {"title": one.title, "gain": signed(gain.value), "interval": _gains(gain), "n": gain.n, "means": means[:5]}
        )
        said.append(
            f"{one.title}: {signed(gain.value)} points{f' ({_gains(gain)})' if gain.interval else ''}, n = {gain.n}."
        )
    if not drawn:
        return {"figure": None, "rows": []}
    sentence = f"From the first complete play to the second, on average. {' '.join(said)}"
    alt = f"For each role-play a ring for the average of the first play and a dot for that of the second. {sentence}"
    return {"figure": figure_of(draw.growth(drawn), "growth", alt, sentence), "rows": rows}


def _gains(gain: Estimate) -> str:
    return f"{signed(gain.interval[0])} to {signed(gain.interval[1])}" if gain.interval else ""
