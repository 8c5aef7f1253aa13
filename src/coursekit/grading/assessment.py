"""One submission and the keys in, everything that can be said about it out: a pure function of the two.

Whatever is in the file ends up somewhere: as an item's answer, as a play, or as a problem that a person must
look at.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

from coursekit.content import COURSE_ID
from coursekit.exercises.answers import RESERVED, Act, Answers, attempted, read
from coursekit.exercises.items import Item, RolePlayItem
from coursekit.grading.keys import Keys, Notebook
from coursekit.grading.scores import Verdict, judge, points
from coursekit.roleplay.scenes import RolePlay
from coursekit.roleplay.scoring import Score, score
from coursekit.roleplay.session import Session, replay_what_can_be
from coursekit.words import shown

LONGEST = 4000
"""Characters of a text that a list for people carries; the gradebook keeps the whole file."""
MOST_PROBLEMS = 50


@dataclass(frozen=True)
class Problem:
    """Something that a person must look at: the item (or ""), why, and the text that it is about."""

    item: str
    reason: str
    text: str = ""


@dataclass(frozen=True)
class Result:
    """An item and the one status in which it ended; `item` is the version that was answered, or today's."""

    item: Item
    verdict: Verdict
    version: int | None = None
    attempt: int | None = None
    answer: Any = None
    note: str = ""
    """What else there is to say of how it was handed in."""
    mark: Any = None
    """What a person gave to it (`marks.Given`), where one did."""

    @property
    def score(self) -> float | None:
        """Points, to hundredths; None unless scored."""
        return points(self.item, self.verdict)


@dataclass(frozen=True)
class Play:
    """One attempt at a role-play as far as it could be replayed, its score, and why it went no further if it did not."""

    item: RolePlayItem
    attempt: int
    session: Session
    score: Score
    refused: str = ""


@dataclass
class Assessment:
    """All that a submission says, judged.

    `acts` counts those up to the hand-in; `names` are in the order they were given.
    """

    sha256: str
    trainee: str
    names: list[str]
    notebook: Notebook
    release: int
    acts: int
    damaged: int
    results: list[Result] = field(default_factory=list)
    plays: list[Play] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether no person need look at the file itself; single answers may still wait for one."""
        return not self.problems


def assess(content: bytes, keys: Keys) -> Assessment:
    """Judge one answers file.

    Raises AnswersRefused for a file of a newer format; anything else in it is judged or becomes a problem.
    """
    answers = _as_written(read(content))
    digest = sha256(content).hexdigest()
    problems = _damage(answers, content)
    handed_in, later = _at_hand_in(answers)
    notebook = _notebook(answers, keys, problems)
    assessment = Assessment(
        sha256=digest,
        trainee=answers.header.trainee if answers.header else f"unknown_{digest[:12]}",
        names=_names(answers),
        notebook=notebook,
        release=answers.header.release if answers.header else 0,
        acts=len(handed_in.acts),
        damaged=sum(line.lost for line in answers.damaged),
        problems=problems,
    )
    items = keys.items(notebook) if _ours(answers) else None
    for item in (items or {}).values():
        if isinstance(item, RolePlayItem):
            _plays(assessment, item, answers, keys)
        else:
            assessment.results.append(_result(item, handed_in, later, keys, notebook))
    problems += _strangers(answers, items, keys)
    return assessment


# The file


def _as_written(answers: Answers) -> Answers:
    """The acts in the order of their numbers, where each is there once: a program may have sorted the lines of the file."""
    numbers = {act.seq for act in answers.acts}
    if len(numbers) < len(answers.acts):  # two pages wrote at the same time, and the order of the lines is all there is
        return answers
    return replace(answers, acts=sorted(answers.acts, key=lambda act: act.seq))


def _ours(answers: Answers) -> bool:
    return answers.header is None or answers.header.course == COURSE_ID


def _names(answers: Answers) -> list[str]:
    given = [
        answers.header.name if answers.header else None,
        *(a.value for a in answers.acts if a.item == "name"),
    ]
    clean = (" ".join(shown(name).split())[:80] for name in given if name)
    return [name for name in clean if name]


def _damage(answers: Answers, content: bytes) -> list[Problem]:
    lost = [line for line in answers.damaged if line.lost]
    problems = [Problem("", f"Line {line.line} cannot be read: {line.reason}.", line.text[:LONGEST]) for line in lost]
    return _at_most([*problems, *_run_together(answers, content), *_gaps(answers, len(lost))], "damaged lines")


def _run_together(answers: Answers, content: bytes) -> Iterator[Problem]:
    """Lines that read as one where a piece between two was lost: of a name that stands twice JSON takes the last.

    Inside a text `"item"` cannot stand, because its quotation marks are escaped there.
    """
    if content.count(b'"item"') <= len(answers.acts) and b'"item"' not in content.split(b"\n", 1)[0]:
        return
    listed = {line.line for line in answers.damaged if line.lost}
    for number, line in enumerate(content.split(b"\n"), 1):
        if number not in listed and line.count(b'"item"') > (b'"coursekit"' not in line):
            text = line.decode("utf-8", "replace")[:LONGEST]
            yield Problem("", f"Line {number} holds more than one line, and a piece is missing between them.", text)


def _gaps(answers: Answers, lost: int) -> Iterator[Problem]:
    """Acts that are gone without a trace: they are numbered, so a gap shows them; damaged lines account for `lost` of them."""
    numbers = sorted({0, *(act.seq for act in answers.acts)})
    gaps = [(before + 1, after - 1) for before, after in pairwise(numbers) if after - before > 1]
    if sum(last - first + 1 for first, last in gaps) > lost:
        listed = ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in gaps[:20])
        yield Problem(
            "", f"Of the numbered acts some are missing ({listed}): their lines are gone. Ask for the file again."
        )


def lines_are_missing(reasons: Iterable[str]) -> bool:
    """Whether one of a file's problems, by their reasons, is that lines or pieces of lines are gone from it."""
    return any("are missing" in reason or "piece is missing" in reason for reason in reasons)


def _at_most(problems: list[Problem], what: str) -> list[Problem]:
    if len(problems) <= MOST_PROBLEMS:
        return problems
    more = len(problems) - MOST_PROBLEMS
    return [
        *problems[:MOST_PROBLEMS],
        Problem("", f"There are {more} more {what}; open the file in a text editor."),
    ]


def _at_hand_in(answers: Answers) -> tuple[Answers, Answers]:
    """What was there at the last hand-in, which counts, and what came after it.

    Without a hand-in, everything counts.
    """
    last = max((n for n, act in enumerate(answers.acts) if act.item == "hand-in"), default=len(answers.acts))
    return Answers(answers.header, answers.acts[:last]), Answers(answers.header, answers.acts[last:])


def _notebook(answers: Answers, keys: Keys, problems: list[Problem]) -> Notebook:
    """The notebook of the header; where that cannot be read, the one to which most of the answers belong."""
    header = answers.header
    if header is None:
        homes = Counter(home for act in answers.acts if (home := keys.home(act.item)))
        return homes.most_common(1)[0][0] if homes else ("exercise", "unknown")
    if header.course != COURSE_ID:
        problems.append(Problem("", f"The file belongs to another course, “{shown(header.course)[:80]}”."))
    elif keys.items((header.part, header.notebook)) is None:
        where = "keys" if header.part == "exercise" else "lesson"
        problems.append(Problem("", f"There are no {where} for the {header.part} “{shown(header.notebook)[:80]}”."))
    return header.part, shown(header.notebook)[:80]


def _strangers(answers: Answers, items: dict[str, Item] | None, keys: Keys) -> list[Problem]:
    """Answers to items that the notebook does not have."""
    problems = []
    last = {act.item: act for act in answers.acts if act.item not in RESERVED and act.item not in (items or {})}
    for name, act in last.items():
        home = keys.home(name)
        reason = f"This item belongs to the {home[0]} {home[1]}." if home else "No such item is in the keys."
        if items is None:
            reason = "This answer cannot be scored, because its notebook is not known."
        problems.append(Problem(shown(name)[:80], reason, as_text(act.value)))
    return _at_most(problems, "answers to other items")


# The items


def _result(item: Item, handed_in: Answers, later: Answers, keys: Keys, notebook: Notebook) -> Result:
    act, after = handed_in.current(item.id), later.current(item.id)
    if act is None:
        if after is None or not _says(item, after):
            return Result(item, Verdict("not attempted"))
        return _for_person(item, after, "It was answered only after the hand-in.")
    played = keys.version(item, act.version)
    if notebook[0] == "lesson":
        return Result(item, _practice(item, act), act.version, act.attempt, act.value)
    if played is None:
        return _for_person(item, act, f"It answers version {act.version} of the item, of which there is no key.")
    verdict = judge(played, act.value)
    if verdict.status == "not attempted" and (earlier := _earlier(item, handed_in)):
        return _for_person(item, earlier, "The last answer was cleared; this is the one before it.")
    note = ""
    if after and after.value != act.value and _says(item, after):
        note = "It was changed after the hand-in; what was handed in counts."
    return Result(played, verdict, act.version, act.attempt, act.value, note)


def _practice(item: Item, act: Act) -> Verdict:
    """Items of a lesson were answered at once and are not scored; what cannot be read is still listed."""
    verdict = judge(item, act.value)
    return (
        Verdict("recorded", parts=verdict.parts)
        if verdict.status in ("scored", "person") and _says(item, act)
        else verdict
    )


def _says(item: Item, act: Act) -> bool:
    return attempted(item.kind, act.value)


def _earlier(item: Item, handed_in: Answers) -> Act | None:
    said = [act for acts in handed_in.attempts(item.id).values() for act in acts if _says(item, act)]
    return said[-1] if said else None


def _for_person(item: Item, act: Act, reason: str) -> Result:
    return Result(item, Verdict("person", reasons=(reason,)), act.version, act.attempt, act.value)


# The role-plays


def _plays(assessment: Assessment, item: RolePlayItem, answers: Answers, keys: Keys) -> None:
    """Replay every attempt, whether before the hand-in or after it: all are recorded, none is graded."""
    attempts = answers.attempts(item.id)
    if not attempts:
        assessment.results.append(Result(item, Verdict("not attempted")))
        return
    script = keys.script(item)
    played = list(attempts.items())[:MOST_PROBLEMS]
    plays = [_replayed(item, script, attempt, acts) for attempt, acts in played] if script else []
    faults = [f"Play {play.attempt} went wrong. {play.refused}" for play in plays if play.refused]
    if script is None:
        faults = [f"There is no script “{item.script}” to replay it with."]
    if len(attempts) > len(played):
        faults.append(f"There are {len(attempts) - len(played)} more plays; open the file in a text editor.")
    assessment.plays += plays
    assessment.problems += [_unanswered_risk(play) for play in plays if "risk" in play.score.caps]
    verdict = Verdict("person", reasons=tuple(faults)) if faults else Verdict("recorded")
    told = "\n\n".join(readable(acts) for _, acts in played)[: 5 * LONGEST] if faults else None
    last = list(attempts.values())[-1][-1]
    assessment.results.append(Result(item, verdict, last.version, last.attempt, told))


def _replayed(item: RolePlayItem, script: RolePlay, attempt: int, acts: list[Act]) -> Play:
    session, refused = replay_what_can_be(script, [act.value for act in acts])
    reason = f"Turn {refused.turn}: {shown(refused.reason)[:300]}." if refused else ""
    return Play(item, attempt, session, score(session), reason)


def _unanswered_risk(play: Play) -> Problem:
    text = "\n".join(f"{turn.passage.text}\n— {turn.text}" for turn in play.session.turns if turn.risk)
    return Problem(play.item.id, f"Play {play.attempt}: a sign of risk was not answered first.", text[:LONGEST])


def readable(acts: list[Act]) -> str:
    """A trace as a person can read it, whether its script allows it or not."""
    return "\n".join(_turn(act.value) for act in acts)


def _turn(value: Any) -> str:
    if not isinstance(value, dict) or "turn" not in value:
        return as_text(value)
    said = value.get("text") or f"reply {value.get('reply')}"
    return f"{value['turn']}. {value.get('scene')}: {said} ({value.get('codes')})"[:LONGEST]


def first_and_best(plays: list[Play]) -> tuple[Play, Play] | None:
    """The first play, and the one with the best score (of equals the earliest); None where none was replayed."""
    played = sorted((play for play in plays if play.session.turns), key=lambda play: play.attempt)
    return (played[0], max(played, key=lambda play: play.score.total)) if played else None


def as_text(value: Any) -> str:
    """An answer as text for people: its words where it has words, otherwise its JSON."""
    text = value if isinstance(value, str) else None
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        text = value["text"]
    return (text if text is not None else json.dumps(value, ensure_ascii=False))[:LONGEST]
