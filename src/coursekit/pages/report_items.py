"""Items in the class report: how hard, how well they go with the rest, what was chosen instead, what was missed."""

from collections import Counter
from typing import Any

import numpy as np

from coursekit.grading.overview import Exercise, Picks, Sheet
from coursekit.grading.scores import NONE
from coursekit.grading.statistics import (
    FEWEST,
    FEWEST_FOR_RELIABILITY,
    FEWEST_ITEMS,
    Estimate,
    average,
    discrimination,
    reliability,
    rest,
    tally,
    thirds,
)
from coursekit.pages import report_figures as draw
from coursekit.pages.feedback import code_name, title_of
from coursekit.pages.report_words import Figure, correlated, figure_of, interval, people_of, percent, quoted
from coursekit.words import short

EASY, HARD, FEWEST_TO_JUDGE = 0.95, 0.2, 20
FEWEST_ALIKE = 3
"""So many must have heard the same in place of what the key has, before it is said what."""


def exercise(one: Exercise) -> dict[str, Any]:
    shares, weights = one.shares, one.weights
    items = [_item(one, place, shares, weights) for place in range(len(one.columns))]
    items = [item for item in items if item["difficulty"] and item["difficulty"].n >= FEWEST]
    enough = one.people >= FEWEST
    return {
        "title": title_of(one.name),
        "people": one.people,
        "enough": enough,
        "items": items,
        "figure": _items_drawn(one.name, items) if items else None,
        "reliability": _reliability(one),
        "choices": [view for picks in one.picks.values() if (view := _choice(one, picks))],
        "sheets": [_sheet(sheet) for sheet in one.sheets.values() if sheet.people >= FEWEST],
    }


def _item(one: Exercise, place: int, shares: np.ndarray, weights: np.ndarray) -> dict[str, Any]:
    column, difficulty = one.columns[place], average(tally(shares[:, place]))
    apart = discrimination(shares, weights, place)
    return {
        "title": column.title,
        "kind": column.kind,
        "difficulty": difficulty,
        "interval": interval(difficulty) if difficulty else "",
        "apart": apart,
        "r": correlated(apart.value) if apart else "",
        "r_interval": f"{correlated(apart.interval[0])} to {correlated(apart.interval[1])}"
        if apart and apart.interval
        else "",
        "note": _note(difficulty, apart),
    }


def _note(difficulty: Estimate | None, apart: Estimate | None) -> str:
    """What an instructor might do about an item."""
    if difficulty and difficulty.value >= EASY:
        return "Nearly everybody has it."
    if difficulty and difficulty.value <= HARD:
        return "Hardly anybody has it: read it and its key again."
    if apart and apart.n >= FEWEST_TO_JUDGE and apart.interval and apart.interval[1] < 0:
        return "Who does well elsewhere does worse here: look at its key."
    return ""


def _items_drawn(name: str, items: list[dict[str, Any]]) -> Figure:
    labels = [f"{short(item['title'], 34)} ({item['kind']})" for item in items]
    easy = draw.Panel("% of the points", (0, 1), draw.HUNDRED, [item["difficulty"] for item in items])
    places = {-1.0: "−1", 0.0: "0", 1.0: "1"}
    apart = draw.Panel("goes with the rest, r", (-1, 1), places, [item["apart"] for item in items], line=0)
    by_difficulty = sorted(items, key=lambda item: item["difficulty"].value)
    hardest, easiest = by_difficulty[0], by_difficulty[-1]
    sentence = (
        f"Hardest was {quoted(hardest['title'])} with {percent(hardest['difficulty'].value)} of its points "
        f"(n = {hardest['difficulty'].n}), easiest {quoted(easiest['title'])} with {percent(easiest['difficulty'].value)} "
        f"(n = {easiest['difficulty'].n})."
    )
    rated = sorted((item for item in items if item["apart"]), key=lambda item: item["apart"].value)
    if len(rated) > 1:
        sentence += f" {quoted(rated[-1]['title'])} goes most with the rest (r = {rated[-1]['r']}), "
        sentence += f"{quoted(rated[0]['title'])} least (r = {rated[0]['r']})."
    told = "; ".join(
        f"{item['title']}: {percent(item['difficulty'].value)}" + (f", r = {item['r']}" if item["r"] else "")
        for item in items
    )
    alt = f"For each item two dots with intervals: the share of its points, and how it goes with the rest. {told}."
    return figure_of(draw.rows_of_dots(labels, [easy, apart]), f"items-{name}", alt, sentence)


def _reliability(one: Exercise) -> str:
    """How far the total can be trusted, or why that cannot be said. An item that hardly anybody was scored on is left out."""
    scored = (~np.isnan(one.shares)).sum(axis=0) * 2 >= one.people
    points = (one.shares * one.weights)[:, scored]
    found = reliability(points)
    if found is None:
        whole = int((~np.isnan(points)).all(axis=1).sum())
        return (
            f"Reliability is not given. It takes at least {FEWEST_FOR_RELIABILITY} people who were scored on every item, and "
            f"{FEWEST_ITEMS} items on which they differ; here are {people_of(whole)} with {scored.sum()} items. With fewer "
            "people an alpha of .60 could as well be .30 or .77. Do not set a pass mark on this total alone."
        )
    low, high = found.interval
    said = f"Alpha is {correlated(found.alpha)} (95 % interval {correlated(low)} to {correlated(high)})"
    said += (
        f", omega {correlated(found.omega)}"
        if found.omega is not None
        else "; omega is not given, for one factor does not fit"
    )
    said += f", of {people_of(found.people)} with {found.items} items on which they differ."
    if low < 0.7:
        said += " That is too little, or too uncertain, to tell one person from another by the total: use it to teach, not to rank."
    return said


# What was chosen instead


def _choice(one: Exercise, picks: Picks) -> dict[str, Any] | None:
    """Who chose what in one choice: of all, and of the top and the bottom third by the rest of the exercise."""
    place = next((place for place, column in enumerate(one.columns) if column.id == picks.item.id), None)
    people = len(picks.chosen["option"])
    if people < FEWEST or place is None:
        return None
    bottom, top = thirds(rest(one.shares, one.weights, place))
    kinds = [
        ("option", picks.item.options, picks.item.key.option),
        ("reason", picks.item.reasons, picks.item.key.reason),
    ]
    tables = [
        _picked(what, offered, key, picks.chosen[what], bottom, top)
        for what, offered, key in kinds
        if picks.chosen[what]
    ]
    return {"title": picks.item.title, "version": picks.item.version, "people": people, "tables": tables}


def _picked(
    what: str,
    offered: list[Any],
    key: str | None,
    chosen: list[tuple[int, str | None]],
    bottom: np.ndarray,
    top: np.ndarray,
) -> dict[str, Any]:
    low, high = ([given for row, given in chosen if group[row]] for group in (bottom, top))
    split = min(len(low), len(high)) >= FEWEST
    rows = [
        {
            "text": each.text,
            "key": each.id == key,
            "all": sum(given == each.id for _, given in chosen) / len(chosen),
            "low": low.count(each.id) / len(low) if split else None,
            "high": high.count(each.id) / len(high) if split else None,
        }
        for each in offered
    ]
    none = sum(given is None for _, given in chosen)
    return {
        "what": what, "rows": rows, "none": none, "split": split, "low": len(low), "high": len(high),
        "people": len(chosen), "sentence": _drew(rows, what, len(chosen)),
    }  # fmt: skip


def _drew(rows: list[dict[str, Any]], what: str, people: int) -> str:
    wrong = [row for row in rows if not row["key"] and row["all"] > 0]
    if not wrong:
        return f"No other {what} drew anybody (n = {people})."
    most = max(wrong, key=lambda row: row["all"])
    said = f"Of the other {what}s {quoted(most['text'])} drew most: {percent(most['all'])} (n = {people})"
    if most["low"] is None:
        return f"{said}."
    said += f"; {percent(most['high'])} of the top third, {percent(most['low'])} of the bottom third."
    if most["high"] > most["low"] + 0.1:
        said += " It drew the better rather than the weaker: it may be right in a way that the key does not see."
    return said


# Markers


def _sheet(sheet: Sheet) -> dict[str, Any]:
    """What the class heard in one coding sheet, line by line, and by marker."""
    lines = {line.id: line for line in sheet.item.lines if line.code and line.id in sheet.judged}
    rows = [_line(line, sheet) for line in lines.values()]
    marked, plain = [row for row in rows if not row["plain"]], [row for row in rows if row["plain"]]
    return {
        "title": sheet.item.title,
        "version": sheet.item.version,
        "people": sheet.people,
        "marked": marked,
        "plain": plain,
        "markers": _markers(sheet),
        "missed": _missed(marked, sheet.people),
        "alarms": _alarms(plain, sheet.people),
    }


def _line(line: Any, sheet: Sheet) -> dict[str, Any]:
    wanted, judged, given = sheet.item.key.codes[line.id], sheet.judged[line.id], sheet.given[line.id]
    others = [(code, count) for code, count in given.most_common() if code and code not in wanted and code != NONE]
    return {
        "text": line.text,
        "who": line.who,
        "plain": wanted == [NONE],
        "wanted": " or ".join(map(code_name, wanted)),
        "right": judged["right"],
        "near": judged["near"],
        "wrong": judged["wrong"],
        "missed": judged["missed"],
        "open": judged["open"],
        "alarms": judged["false alarm"],
        "heard": f"“{code_name(others[0][0])}” ({others[0][1]})" if others and others[0][1] >= FEWEST_ALIKE else "",
    }


def _markers(sheet: Sheet) -> list[dict[str, Any]]:
    """By the first code of the key, the least heard first: how often it stands in the lines of all people, and what was heard."""
    found: dict[str, Counter[str]] = {}
    lines: Counter[str] = Counter()
    for id, judged in sheet.judged.items():
        code = sheet.item.key.codes[id][0]
        if code != NONE:
            found.setdefault(code, Counter()).update(judged)
            lines[code] += 1
    rows = [
        {
            "name": code_name(code),
            "lines": lines[code],
            "chances": judged.total(),
            "right": judged["right"] / judged.total(),
            "other": (judged["near"] + judged["wrong"]) / judged.total(),
            "missed": (judged["missed"] + judged["open"]) / judged.total(),
        }
        for code, judged in found.items()
    ]
    return sorted(rows, key=lambda row: row["right"])


def _missed(marked: list[dict[str, Any]], people: int) -> str:
    if not marked:
        return ""
    most = max(marked, key=lambda row: row["missed"])
    if not most["missed"]:
        return f"Every marked line was given a code by everybody who judged it (n = {people})."
    line = f"{quoted(most['text'])} (the key: {most['wanted']})"
    return f"Most passed over was {line}: {most['missed']} of {people} heard nothing to mark."


def _alarms(plain: list[dict[str, Any]], people: int) -> str:
    if not plain:
        return ""
    most = max(plain, key=lambda row: row["alarms"])
    if not most["alarms"]:
        return f"No plain line was marked by anybody (n = {people})."
    heard = f", most often as {most['heard']}" if most["heard"] else ""
    return (
        f"Of the lines with nothing to mark {quoted(most['text'])} was marked most: by {most['alarms']} of {people}{heard}."
    )
