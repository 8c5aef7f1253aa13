"""A trainee's feedback page: one HTML file that needs nothing else, in the second person, strengths first.

Only what she attempted shows its key. What a person marks says that it waits.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Template
from markdown_it import MarkdownIt
from markupsafe import Markup

from coursekit.codebook import MARKERS, THERAPIST_CODES
from coursekit.grading.assessment import Assessment, Play, Result, first_and_best, lines_are_missing
from coursekit.grading.proposals import taken_as
from coursekit.grading.scores import NONE, WAITS, Part
from coursekit.grading.unread import BY_RULE, beside_the_key
from coursekit.pages.feedback_curve import curve, ruptures
from coursekit.pages.printing import template
from coursekit.pages.quotes import curly
from coursekit.roleplay.client import expectation
from coursekit.roleplay.scoring import Dimension
from coursekit.roleplay.session import BY_CODER, Session, TurnRecord, Week

STRONG, WEAK = 0.75, 0.6

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "typographer": True}).disable("image").enable("smartquotes")
_BADGES = {
    "not attempted": ("open", "not attempted"),
    "person": ("waits", "waiting for a person"),
    "recorded": ("kept", "kept, not scored"),
}
JUDGED = {
    "right": "right",
    "near": "near",
    "wrong": "differs",
    "missed": "passed over",
    "false alarm": "false alarm",
    "open": "not judged",
}


def feedback_page(name: str | None, assessments: list[Assessment]) -> str:
    """The page of one trainee, from the submissions that count; `name` is None where none was given."""
    notebooks = [_notebook(number, one) for number, one in enumerate(assessments, 1)]
    return _templates()["feedback.html"].render(
        name=name,
        notebooks=notebooks,
        strengths=[said for one in assessments for said in _strengths(one)] or [_something(assessments)],
        practise=_practise(assessments),
        style=_style(),
    )


@cache
def _templates() -> dict[str, Template]:
    """All at once, so that a process that has made any page is ready for every other."""
    filters: dict[str, Callable[..., Any]] = {
        "prose": _prose, "words": _words, "curly": _curly, "comment": _comment, "called": _called, "number": number,
        "code": code_name,
    }  # fmt: skip
    names = ("feedback.html", "feedback_item.html", "feedback_reply.html", "feedback_speeches.html")
    return {name: template(name, trim=True, **filters) for name in names}


@cache
def _style() -> Markup:
    here = Path(__file__).parent
    sheets = (here / "static" / "css" / "base.css", here / "templates" / "feedback.css")
    return Markup("\n".join(sheet.read_text(encoding="utf-8").strip() for sheet in sheets))


@cache
def debrief() -> dict[str, Any]:
    """The sentences of the debrief, by dimension and otherwise: what is said of a play in lessons too."""
    return json.loads(files("coursekit.pages").joinpath("static/debrief.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=4096)
def _prose(text: str) -> Markup:
    """An author's paragraphs of Markdown as HTML."""
    return Markup(_MARKDOWN.render(text))


@lru_cache(maxsize=4096)
def _words(text: str) -> Markup:
    """An author's sentence of Markdown as HTML."""
    return Markup(_MARKDOWN.renderInline(text))


_curly = lru_cache(maxsize=4096)(curly)


class _This:
    """One of the course's own objects as a key of a cache: equal to itself and to nothing else, and so compared at once."""

    def __init__(self, it: object) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and self.it is other.it


_known: dict[tuple[Any, ...], Markup] = {}
MOST_KNOWN = 400


def _once(key: tuple[Any, ...], make: Callable[[], Markup]) -> Markup:
    """What `make` makes, made once for as long as it is remembered, for much of a page is the same for everybody.

    What was asked for longest ago is forgotten first.
    """
    made = _known.pop(key, None)
    if made is None:
        made = make()
        if len(_known) >= MOST_KNOWN:
            del _known[next(iter(_known))]
    _known[key] = made
    return made


def _filled_in(name: str, **values: Any) -> Markup:
    return Markup(_templates()[name].render(**values))


def _turn(turn: TurnRecord, client: str, flares: frozenset[int]) -> Markup:
    """An entry of the list of turns. It is put together here, because there are many, and a template is slower."""
    flagged = _flagged(turn, flares)
    flag = Markup(f'<p class="ck-values">{flagged}</p>') if flagged else ""
    return Markup(f"<li>\n{_heard(turn, client)}{flag}{_replied(turn)}{_taken(turn)}\n</li>\n")


def _heard(turn: TurnRecord, client: str) -> Markup:
    """What was said before a reply."""
    speeches = (*turn.lead_in, *turn.passage.speeches)
    key = ("heard", client, *map(_This, speeches))
    return _once(key, lambda: _filled_in("feedback_speeches.html", client=client, speeches=speeches))


def _replied(turn: TurnRecord) -> Markup:
    """What the trainee said, and the author's comment."""
    if turn.written:
        return _filled_in("feedback_reply.html", turn=turn)
    return _once(("replied", _This(turn.passage), turn.reply), lambda: _filled_in("feedback_reply.html", turn=turn))


def _taken(turn: TurnRecord) -> Markup:
    """How a reply was taken: words of the course and numbers, in which there is nothing to escape."""
    felt, shown = f"{turn.felt_before} → {turn.felt}", f"{turn.shown_before} → {turn.shown}"
    return Markup(f'<p class="ck-values"><b>{_outcome(turn)}.</b> Felt {felt}, shown {shown}</p>')


def number(value: float) -> str:
    """Points as people write them: `2`, `1.5`."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def code_name(code: str) -> str:
    """A code in words: `goes quiet`, `nothing to mark`."""
    if code == NONE:
        return "nothing to mark"
    entry = MARKERS.get(code) or THERAPIST_CODES.get(code)
    return entry.name if entry else code


def title_of(notebook: str) -> str:
    """A notebook's file name as a title: `06 · Rupture and repair`."""
    module, _, topic = notebook.partition("_")
    return f"{module} · {topic.replace('_', ' ').capitalize()}" if topic else module


# Notebooks and items


def _notebook(place: int, one: Assessment) -> dict[str, Any]:
    scored = [result for result in one.results if result.score is not None]
    plays: dict[str, list[Play]] = {}
    for play in one.plays:
        plays.setdefault(play.item.id, []).append(play)
    return {
        "title": title_of(one.notebook[1]),
        "part": one.notebook[0],
        "scored": sum(result.score or 0 for result in scored),
        "possible": sum(result.item.points for result in scored),
        "in_all": sum(result.item.points for result in one.results if one.notebook[0] == "exercise"),
        "count": len(scored),
        "answered": sum(result.verdict.status != "not attempted" for result in one.results),
        "waiting": sum(result.verdict.status == "person" for result in one.results),
        "items": [_printed(result) for result in one.results if _is_shown(one, result)],
        "total": len(one.results),
        "roleplays": [
            _roleplay(result, plays.get(result.item.id, []), f"curve-{place}-{n}")
            for n, result in enumerate(one.results, 1)
            if result.item.kind == "roleplay"
        ],
        "unclear": bool(one.problems),
        "torn": one.damaged > 0 or lines_are_missing(problem.reason for problem in one.problems),
    }


def _is_shown(one: Assessment, result: Result) -> bool:
    """Items of a lesson were answered at once; only its role-plays come back."""
    return result.item.kind != "roleplay" and one.notebook[0] == "exercise"


LONGEST_KNOWN = 1000


def _printed(result: Result) -> Markup:
    """An item with its answer and its key. Answers to closed questions are few, so they are remembered."""
    answer, verdict = json.dumps(result.answer), result.verdict
    if result.mark or result.item.kind in ("written", "reflection") or len(answer) > LONGEST_KNOWN:
        return _filled_in("feedback_item.html", one=_item(result))
    key = ("item", _This(result.item), answer, verdict.status, verdict.reasons, result.note)
    return _once(key, lambda: _filled_in("feedback_item.html", one=_item(result)))


def _item(result: Result) -> dict[str, Any]:
    item, verdict = result.item, result.verdict
    if result.score is None:
        tone, badge = _BADGES[verdict.status]
    else:
        share = verdict.share or 0
        tone = "good" if share >= STRONG else "some" if share > 0 else "other"
        badge = f"{number(result.score)} of {number(item.points)} points" if item.points else "compared with the key"
    return {
        "kind": item.kind,
        "item": item,
        "status": verdict.status,
        "tone": tone,
        "badge": badge,
        "unread": verdict.status == "person" and verdict.reasons != (WAITS,),
        "reasons": verdict.reasons if verdict.status == "person" or item.kind in ("coding", "ordering") else (),
        "note": result.note,
        "marked_by_person": verdict.reasons == (WAITS,),
        "mark": result.mark,
        "unscored": beside_the_key(item, result.answer) if result.mark and item.kind in BY_RULE else None,
        "why_unscored": " ".join(verdict.reasons),
        "answer": result.answer if isinstance(result.answer, dict) else {},
        "said": _said(result),
        "parts": {part.id: _part(result, part) for part in verdict.parts},
    }


def _said(result: Result) -> str:
    """Her own words, where the answer has any."""
    if isinstance(result.answer, dict) and isinstance(result.answer.get("text"), str):
        return result.answer["text"].strip()
    return ""


def _part(result: Result, part: Part) -> dict[str, Any]:
    texts = {option.id: option.text for option in getattr(result.item, "options", [])}
    texts |= {reason.id: reason.text for reason in getattr(result.item, "reasons", [])}
    key = getattr(result.item, "key", None)
    return {
        "part": part,
        "given": texts.get(str(part.given)) if part.given is not None else None,
        "wanted": texts.get(str(part.wanted)),
        "why": part.why,
        "why_wanted": key.why.get(str(part.wanted), "") if key and part.judgement != "right" else "",
        "judged": JUDGED[part.judgement],
        "tone": {"right": "good", "near": "some", "open": "open"}.get(part.judgement, "other"),
    }


# Role-plays


def _roleplay(result: Result, plays: list[Play], id: str) -> dict[str, Any]:
    found = first_and_best(plays)
    view: dict[str, Any] = {
        "title": result.item.title,
        "status": result.verdict.status,
        "refused": [play for play in plays if play.refused],
        "plays": [play for play in sorted(plays, key=lambda play: play.attempt) if play.session.turns],
        "best": None,
    }
    if found is None:
        return view
    first, best = found
    session = best.session
    flares = frozenset(turn for rupture in ruptures(session) for turn in rupture.flares)
    return view | {
        "first": first,
        "best": best,
        "client": session.roleplay.client,
        "curve": curve(session, id),
        "weeks": [_week(session, week) for week in session.weeks],
        "ending": session.ending,
        "ended": _ENDED[session.ending.ending or ""] if session.ending else "",
        "dimensions": [_dimension(one, session) for one in best.score.dimensions],
        "caps": [debrief()["caps"][cap] for cap in best.score.caps],
        "uncounted": _uncounted(best),
        "practise": session.roleplay.practise,
        "played": len(session.turns),
        "turns": Markup("").join(_turn(turn, session.roleplay.client, flares) for turn in session.turns),
    }


_FLAGS = {"withdrawal": "moves away", "confrontation": "moves against"}
_ENDED = {
    "repair": "It ended with the rupture repaired",
    "half-way": "It ended half-way to a repair",
    "as-if peace": "It ended in an as-if peace",
    "leaves": "It ended with the client leaving",
}


def _week(session: Session, week: Week) -> str:
    """What went into the time between two sessions (reasons.js)."""
    words, expects = debrief()["week"], session.traits.expects
    said = [words["felt"], words["open" if week.before.rupture else "calm" if week.after.unspoken else "clear"]]
    said += [words[expectation(week.after) or "unsettled"]] if expects else []
    return " ".join(said).format(
        client=session.roleplay.client, felt=week.before.felt, shown=week.before.shown(session.traits),
        rupture=week.before.rupture, unspoken=week.before.unspoken, kept=week.after.unspoken,
        expected=debrief()["expects"].get(expects),
    )  # fmt: skip


def _uncounted(play: Play) -> list[str]:
    """Which turns do not count, and why: named by the trainee, or by the coder as a possibility (reasons.js)."""
    by = {turn.turn: turn.by for turn in play.session.turns}
    named = tuple(number for number in play.score.uncounted if not by[number].startswith(BY_CODER))
    possible = tuple(number for number in play.score.uncounted if by[number].startswith(BY_CODER))
    told = {"named": named, "possible": possible}
    return [_filled(debrief()["uncounted"][key], turns) for key, turns in told.items() if turns]


def _called(turn: TurnRecord) -> str:
    """What a reply is, and for a written one by whom it was named (reasons.js)."""
    if turn.by.startswith(BY_CODER):
        return f"Taken as: {taken_as(turn.codes)}"
    names = " and ".join(map(code_name, turn.codes))
    return f"You called it: {names}" if turn.written else names


def _outcome(turn: TurnRecord) -> str:
    """What a reply did, in the words of a lesson's debrief (reasons.js)."""
    if turn.grade == 2 and turn.stage and not turn.advanced:
        return "It helped, and left the repair where it was"
    return ("It hindered", "It neither helped nor hindered", "It helped")[turn.grade]


def _comment(turn: TurnRecord) -> str:
    """The author's comment on a reply; that on an example is about the example's words and is not said of hers (reasons.js)."""
    otherwise = turn.passage.otherwise
    return "" if turn.written and otherwise and turn.feedback != otherwise.feedback else turn.feedback


def _flagged(turn: TurnRecord, flares: frozenset[int]) -> str:
    """What there is to say of the flag of a turn: where a rupture began or flared up, and where one was flagged."""
    said = f"You flagged “{_FLAGS[turn.flag]}”." if turn.flag else "You flagged nothing."
    if turn.line == "onset":
        return f"{f'Here the {turn.kind} flared up again' if turn.turn in flares else f'Here a {turn.kind} began'}. {said}"
    return said if turn.flag else ""


def _dimension(dimension: Dimension, session: Session) -> dict[str, Any]:
    """A dimension's points, and why it has them (reasons.js)."""
    words = debrief()[dimension.name]
    reasons = [_filled(words["reasons"][key], turns) for key, turns in dimension.reasons]
    if by_chance(dimension):
        reasons.append(words["by_chance"])
    return {"title": words["title"], "about": words["about"], "points": dimension.points, "out_of": dimension.out_of,
            "reasons": reasons or [_no_reason(dimension, session)]}  # fmt: skip


def _no_reason(dimension: Dimension, session: Session) -> str:
    """What is said of a dimension of which no turn tells (reasons.js)."""
    if dimension.name != "detection" and not any(turn.counted for turn in session.turns):
        return str(debrief()["uncounted"]["all"])
    words = debrief()[dimension.name]
    return str(words["unreached" if dimension.name == "repair" and not dimension.hundredths else "nothing"])


def by_chance(dimension: Dimension) -> bool:
    """Whether repairs were brought on, and the points are fewer because chance would have brought some of them on."""
    return dimension.hundredths < 100 * dimension.out_of and any(key == "advanced" for key, _ in dimension.reasons)


def _filled(sentence: str, numbers: tuple[int, ...]) -> str:
    """A sentence of the debrief with its turns, as `turn 3` or `turns 3, 5 and 7`, or its numbers."""
    turns = f"turn{'s' * (len(numbers) > 1)} {_listed([str(one) for one in numbers])}"
    return sentence.format(*numbers, turns=turns)


def _listed(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


# What went well, and what to practise


def _strengths(one: Assessment) -> list[str]:
    """What went well, one sentence for all items of which the same can be said."""
    titles: dict[str, list[str]] = {}
    for result in one.results:
        if said := _strength(result):
            titles.setdefault(said, []).append(_titled(result.item.title))
    sentences = [f"{_listed(names)}: {said}" for said, names in titles.items()]
    return sentences + [said for plays in _by_item(one).values() for said in _strengths_of_plays(plays)]


def _strength(result: Result) -> str:
    item, parts, share = result.item, result.verdict.parts, result.verdict.share
    if share is None or share < STRONG:
        return ""
    if result.mark and item.kind in BY_RULE:
        return f"the person who read your answer gave it {number(result.mark.mark)} of {result.mark.top} points."
    if item.kind == "choice":
        return f"you chose what serves best{', and for the reason that carries it' if len(parts) == 2 else ''}."
    if item.kind == "coding":
        marked = [part for part in parts if part.wanted != [NONE]]
        heard = sum(part.judgement == "right" for part in marked)
        alarms = sum(part.judgement == "false alarm" for part in parts)
        quiet = ", without a false alarm" if not alarms else ""
        return f"of the {len(marked)} lines to be marked you named {heard} as the key does{quiet}."
    if item.kind == "written":
        mark = result.mark
        return f"the person who marked your reply gave it {number(mark.mark)} of {mark.top}{_as_level(mark.level)}."
    if item.kind == "ordering":
        return f"{'every step stands' if share == 1 else 'nearly every step stands'} where it belongs."
    return "you read the scene much as the key does."


def _as_level(name: str) -> str:
    return f": “{name}”" if name else ""


_AGAINST = {
    "detection": {"missed", "false_alarm"},
    "absence of harm": {"harm", "harm_in_rupture", "hindering"},
    "meaning and timing": {"too_early"},
}
"""Reasons for a score beside which the strength of a dimension would not be true, however many points it has."""


def _strengths_of_plays(plays: list[Play]) -> list[str]:
    found = first_and_best(plays)
    if found is None:
        return []
    first, best = found
    title = _titled(best.item.title)
    said = []
    if first.session.ending and best.score.total >= first.score.total + 10:
        said.append(f"{title}: you played it again and went from {first.score.total} to {best.score.total}.")
    if best.session.ending is None:
        return said
    if words := _praise(best.score.dimensions):
        said.append(f"{title}: {'; '.join(words[:2])}.")
    return said


def _praise(dimensions: Sequence[Dimension]) -> list[str]:
    """What was done well in a play, the best first."""
    told = {key for dimension in dimensions for key, _ in dimension.reasons}
    strong = [one for one in dimensions if one.hundredths >= 100 * STRONG * one.out_of]
    strong.sort(key=lambda one: (-one.hundredths / one.out_of, -one.out_of))
    return [debrief()[one.name]["strength"] for one in strong if not told & _AGAINST.get(one.name, set())]


def _titled(title: str) -> str:
    return f"“{title}”"


def _something(assessments: list[Assessment]) -> str:
    results = [result for one in assessments for result in one.results]
    answered = [result for result in results if result.verdict.status != "not attempted"]
    if not answered:
        return "Nothing was answered yet, so there is nothing to say yet, either good or bad."
    written = sum(bool(_said(result)) for result in answered)
    own = f", {written} of them in your own words" if written else ""
    return f"You answered {len(answered)} of {len(results)} items{own}. That is what the rest builds on."


def _practise(assessments: list[Assessment]) -> dict[str, str] | None:
    """The one thing to practise next, and where: the item or the dimension of a play with most to gain in it."""
    found: list[tuple[float, dict[str, str]]] = []
    for one in assessments:
        most = max((result.item.points for result in one.results), default=1) or 1
        for result in one.results:
            if result.verdict.share is not None and result.verdict.share < STRONG:
                weight = result.item.points / most
                found.append(((1 - result.verdict.share) * weight, _practise_item(one, result)))
        for plays in _by_item(one).values():
            found += _weak_dimensions(plays)
    return max(found, key=lambda one: one[0])[1] if found else None


def _weak_dimensions(plays: list[Play]) -> Iterator[tuple[float, dict[str, str]]]:
    found = first_and_best(plays)
    for dimension in found[1].score.dimensions if found and found[1].session.ending else ():
        share = dimension.hundredths / (100 * dimension.out_of)
        if found and share < WEAK:
            yield (1 - share) * dimension.out_of / 25, _practise_dimension(found[1], dimension)


_HOW = {
    "choice": "Read the reasons below “{title}” once more, and then say aloud, in words of your own, what speaks against the "
    "one you chose.",
    "ordering": "Go through the steps of “{title}” with the reasons beside them, and ask at each what would go wrong if it "
    "came earlier.",
    "written": "Say your reply to “{title}” aloud, and then each of the models. Put the page away, and answer that line once more.",
    "rating": "Read the scene of “{title}” again and look for the one word or movement in which what is felt shows through.",
}


def _practise_item(one: Assessment, result: Result) -> dict[str, str]:
    alarms = sum(part.judgement == "false alarm" for part in result.verdict.parts)
    passed = sum(part.judgement == "missed" for part in result.verdict.parts)
    if result.item.kind != "coding":
        what = _HOW[result.item.kind].format(title=result.item.title)
    elif alarms > passed:
        what = (
            f"In “{result.item.title}” you heard more than was there. Read the lines with nothing to mark again, and find in "
            "each what is the client's own."
        )
    else:
        what = (
            f"Read “{result.item.title}” again, and stop at the lines you passed over: what changed there, from the line "
            "before?"
        )
    where = f"Then do the practice items of the lesson {title_of(one.notebook[1])}: they answer at once."
    return {"what": what, "where": where}


def _practise_dimension(play: Play, dimension: Dimension) -> dict[str, str]:
    words = debrief()[dimension.name]
    where = f"Play “{play.item.title}” once more with nothing but this in mind. It costs nothing: plays are practice."
    return {"what": words["practise"], "where": where}


def _by_item(one: Assessment) -> dict[str, list[Play]]:
    plays: dict[str, list[Play]] = {}
    for play in one.plays:
        plays.setdefault(play.item.id, []).append(play)
    return plays
