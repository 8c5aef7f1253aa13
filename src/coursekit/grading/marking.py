"""The desk at which answers are marked: which wait for whom, in which order, how many are left, and taking down the marks.

One item at a time over all trainees, in an order shuffled by item and answer and never by name, the same whenever it is asked
for. Names appear nowhere: an answer is “Answer 7” of its item. After the written answers come those that no rule could read: they
have no rubric, are the first rater's alone, and are never left out of a share.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any

from coursekit.exercises.items import Item, Written
from coursekit.exercises.kinds import Example, Spoken
from coursekit.grading.agreement import Agreement, agreement
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.kept import Submission
from coursekit.grading.keys import Keys
from coursekit.grading.marks import Mark, Marked, Marks, Place, Role, answer_text, place_of, top_of
from coursekit.grading.rubrics import Reference, Rubric, digest, read_rubric, references
from coursekit.grading.scores import WAITS
from coursekit.grading.unread import BY_RULE, Unread, beside_the_key

SECONDS = 45.0
"""How long a mark is taken to need until a rater has given some."""
PAUSE = (2, 600)
"""Marks that follow each other sooner came from a spreadsheet, later ones after a pause: neither tells how long one needs."""


class MarkingRefused(Exception):
    """Something that cannot be marked as asked, with the reason and what to do, as a sentence for people."""


@dataclass(frozen=True)
class Answer:
    """An answer that a person marks, with all that a rater sees; `row` is its row of the gradebook's scores.

    `unread` is None where it is a written answer; otherwise no rule could read it, `note` says why, and its rubric is empty.
    """

    place: Place
    number: int
    item: Item
    rubric: Rubric
    text: str
    note: str
    row: dict[str, Any] = field(compare=False, repr=False)
    unread: Unread | None = None

    @property
    def pseudonym(self) -> str:
        """What it is called, as its trainee's name is not told."""
        return f"Answer {self.number}"

    @property
    def top(self) -> int:
        """The highest mark."""
        return top_of(self.rubric, self.item)

    def points(self, typed: str) -> float | None:
        """The mark that somebody typed: a whole number, or without a rubric's levels one to hundredths. None if it is none here."""
        try:
            points = float(typed.replace(",", "."))
        except ValueError:
            return None
        places = 0 if self.rubric.levels else 2
        return points if 0 <= points <= self.top and points == round(points, places) else None

    @property
    def scene(self) -> str:
        """What comes before it: to a written answer the context, to one that no rule could read what was asked."""
        return (self.item.context or "") if isinstance(self.item, Written) else self.unread.prompt if self.unread else ""

    @property
    def line(self) -> Spoken | None:
        """The client's line to which a written answer replies."""
        return self.item.line if isinstance(self.item, Written) else None

    @property
    def replies(self) -> tuple[list[Example], list[Example]]:
        """Model replies, and replies that tempt."""
        key = self.item.key if isinstance(self.item, Written) else None
        return (key.models, key.poor) if key else ([], [])

    @property
    def marks(self) -> str:
        """Which marks there are, in words."""
        return f"{'a whole number' if self.rubric.levels else 'a number'} from 0 to {self.top}"


def answers(book: Gradebook, keys: Keys) -> list[Answer]:
    """All answers that a person marks, marked or not: one item after another, shuffled within each."""
    rubrics: dict[str, Rubric] = {}
    found: dict[tuple[bool, str], list[Answer]] = {}
    for trainee in book.trainees():
        for one in book.hand_ins(trainee.id, contents=False):
            for row, item in _for_a_person(one, keys) if one.counts else ():
                if item.id not in rubrics:
                    rubrics[item.id] = read_rubric(keys.rubric(item) if isinstance(item, Written) else None)
                answer = _answer(one, row, item, rubrics[item.id], keys)
                found.setdefault((answer.unread is not None, item.id), []).append(answer)
    ordered = sorted(found, key=lambda each: (each[0], _order(keys, each[1])))
    return [answer for each in ordered for answer in _shuffled(found[each])]


def _for_a_person(one: Submission, keys: Keys) -> Iterator[tuple[dict[str, Any], Item]]:
    """The rows of a submission that a person marks, each with its item as it is today."""
    items = keys.items((one.part, one.notebook)) or {}  # type: ignore[arg-type]
    for row in one.scores:
        item = items.get(row["item"])
        if row["status"] != "person" or item is None:
            continue
        unread = item.kind in BY_RULE and item.points and one.part == "exercise"
        if unread or (isinstance(item, Written) and item.key and item.key.marked_by == "person"):
            yield row, item


def _answer(one: Submission, row: dict[str, Any], item: Item, rubric: Rubric, keys: Keys) -> Answer:
    place = place_of(one.trainee, one.part, one.notebook, item.id, row["answer"])
    note = " ".join(reason for reason in row["reasons"] if reason != WAITS)
    if isinstance(item, Written):
        return Answer(place, 0, item, rubric, answer_text(row["answer"]), note, row)
    played = keys.version(item, row["version"])
    if played is None or played.kind not in BY_RULE:
        played, note = item, f"{note} Beside it stands the item as it is now."
    unread = beside_the_key(played, row["answer"])
    return Answer(place, 0, item, rubric, unread.given, note, row, unread)


def _order(keys: Keys, item: str) -> tuple[str, int]:
    home = keys.home(item)
    return (home[1], list(keys.items(home) or {}).index(item)) if home else ("", 0)


def _shuffled(found: list[Answer]) -> list[Answer]:
    ordered = sorted(found, key=lambda one: (digest(f"order {one.item.id} {one.place.answer}"), one.place.id))
    return [replace(one, number=number) for number, one in enumerate(ordered, 1)]


def written(all: list[Answer]) -> list[Answer]:
    """Those of them that two raters mark by a rubric."""
    return [one for one in all if one.unread is None]


def share_of(all: list[Answer], share: float) -> set[Place]:
    """A share of the written answers to each item, drawn by lot once for all: a smaller share is part of a larger one.

    All that no rule could read is in it, because nothing else would ever give it points.
    """
    places = {one.place for one in all if one.unread}
    for item in {one.item.id for one in all if not one.unread}:
        drawn = sorted((one.place for one in all if one.item.id == item), key=lambda place: digest(f"draw {place.id}"))
        places |= set(drawn[: ceil(share * len(drawn) - 1e-9)])
    return places


class Desk:
    """One rater at work in one role, over the answers that were there when he sat down. Marks of others are seen as they come."""

    def __init__(self, book: Gradebook, keys: Keys, rater: str, role: Role = "first", share: float = 1.0, item: str = ""):
        self.keys, self.rater, self.role, self.marks = keys, rater, role, Marks(book)
        mine = answers(book, keys) if role == "first" else written(answers(book, keys))
        self.all = [one for one in mine if item in ("", one.item.id)]
        self._share = share_of(self.all, share)
        self.skipped: set[Place] = set()

    def next(self) -> Answer | None:
        """The first answer that waits and was not skipped."""
        return next((one for one in self.queue() if one.place not in self.skipped), None)

    def skip(self, one: Answer) -> None:
        """Leave an answer for another time: it waits, and `next` passes it over."""
        self.skipped.add(one.place)

    def queue(self) -> list[Answer]:
        """What waits for this rater, in order; of what is to settle, the farthest apart first."""
        given = self.marks.by_place()
        found = [one for one in self.all if one.place in self._share and self._is_open(one, given.get(one.place) or Marked())]
        if self.role == "settled":
            found.sort(key=lambda one: -given[one.place].apart)
        return found

    def mine(self) -> int:
        """How many answers are this rater's to mark in this role, marked or not."""
        return len(self._share)

    def _is_open(self, one: Answer, marked: Marked) -> bool:
        if self.role == "settled":
            return marked.differ
        if self._is_own(marked):
            return False
        mine = marked.first if self.role == "first" else marked.second
        return mine is None or mine.rubric != one.rubric.digest

    def _is_own(self, marked: Marked) -> bool:
        """Whether this rater gave the other of the two marks: nobody is his own second rater."""
        other = {"first": marked.second, "second": marked.first}.get(self.role)
        return other is not None and other.rater == self.rater

    def own(self) -> list[Answer]:
        """Answers of the share that this rater cannot mark in this role, because the other mark is his."""
        given = self.marks.by_place()
        return [one for one in self.all if one.place in self._share and self._is_own(given.get(one.place) or Marked())]

    def older(self) -> list[Answer]:
        """Answers whose mark was given against an older text of the rubric. It counts until they are marked again."""
        given = self.marks.by_place()
        marks = ((one, getattr(given.get(one.place), self.role, None)) for one in self.all)
        return [one for one, mark in marks if mark and mark.rubric != one.rubric.digest]

    def mark(self, one: Answer, points: float, comment: str = "", rubric: str = "") -> int:
        """Take down a mark; it is in the gradebook when this returns. Raises MarkingRefused."""
        if not 0 <= points <= one.top or points != round(points, 2):
            raise MarkingRefused(f"The mark {points:g} is not between 0 and {one.top}.")
        return self.marks.add(one.place, self.rater, self.role, points, rubric or one.rubric.digest, comment.strip())

    def given(self, one: Answer) -> Mark | None:
        """The mark of this role that an answer has."""
        return getattr(self.marks.by_place([one.place.trainee or ""]).get(one.place), self.role, None)

    def both(self, one: Answer) -> list[Mark]:
        """The marks of the two raters, for who settles."""
        marked = self.marks.by_place([one.place.trainee or ""]).get(one.place) or Marked()
        return [mark for mark in (marked.first, marked.second) if mark]

    def undo(self) -> Answer | None:
        """Take back this rater's last mark in this role; return its answer, or None where there is nothing to take back."""
        last = self.last()
        if last is None:
            return None
        self.marks.undo(last.id)
        return next(one for one in self.all if one.place == last.place)

    def last(self) -> Mark | None:
        """This rater's last mark in this role that stands."""
        here = {one.place for one in self.all}
        mine = (m for m in self.marks.standing() if (m.rater, m.role) == (self.rater, self.role) and m.place in here)
        return max(mine, key=lambda mark: mark.id, default=None)

    def minutes(self, left: int) -> int:
        """About how many minutes so many marks will need, by the time that this rater's own took him."""
        return ceil(left * seconds_each(self.marks, self.rater) / 60)


def seconds_each(marks: Marks, rater: str) -> float:
    """How long a rater's marks took, in the middle."""
    given = marks.times(rater)
    pairs = zip(given, given[1:], strict=False)
    took = [(after - before).total_seconds() for (before, one), (after, other) in pairs if one == other]
    usual = [seconds for seconds in took if PAUSE[0] <= seconds <= PAUSE[1]]
    return median(usual) if len(usual) >= 3 else SECONDS


# Two raters


@dataclass(frozen=True)
class Disagreement:
    """An answer to which two raters gave different marks that are not settled."""

    answer: Answer
    first: Mark
    second: Mark


def disagreements(book: Gradebook, keys: Keys) -> list[Disagreement]:
    """What two raters have to settle together, the farthest apart first."""
    given = Marks(book).by_place()
    found = []
    for one in written(answers(book, keys)):
        marked = given.get(one.place)
        if marked and marked.differ and marked.first and marked.second:
            found.append(Disagreement(one, marked.first, marked.second))
    return sorted(found, key=lambda one: -given[one.answer.place].apart)


def agreements(book: Gradebook, keys: Keys) -> dict[str, Agreement]:
    """How far the first and the second rater agree, for each item, before anything was settled.

    Only marks against the same text of the rubric are compared.
    """
    given = Marks(book).by_place()
    pairs: dict[str, list[tuple[float, float]]] = {}
    for one in written(answers(book, keys)):
        so_far, marked = pairs.setdefault(one.item.id, []), given.get(one.place)
        if marked and marked.first and marked.second and marked.first.rubric == marked.second.rubric:
            so_far.append((marked.first.points, marked.second.points))
    return {item: agreement(found) for item, found in pairs.items()}


# The calibration set


@dataclass(frozen=True)
class Compared:
    """An answer of the calibration set with a rater's mark and the reference, and why that was given."""

    answer: Answer
    points: float
    reference: Reference


class CalibrationDesk(Desk):
    """A rater before he marks: answers with reference marks, blind, in an order that does not give the marks away."""

    def __init__(self, book: Gradebook, keys: Keys, rater: str, item: str = ""):
        self.keys, self.rater, self.role, self.marks = keys, rater, "calibration", Marks(book)
        self._references: dict[Place, Reference] = {}
        self.skipped = set()
        came = {one.item.id for one in answers(book, keys)}
        items = [one for one in _marked_items(keys, item) if not came or item or one.id in came]
        self.all = [one for written in items for one in self._set(written)]
        self._share = {one.place for one in self.all}

    def _set(self, item: Written) -> Iterator[Answer]:
        rubric, found = read_rubric(self.keys.rubric(item)), calibration_set(self.keys, item)
        for number, one in enumerate(sorted(found, key=lambda one: digest(f"{rubric.name} {one.answer}")), 1):
            place = Place(None, "", "", rubric.name, digest(one.answer))
            self._references[place] = one
            yield Answer(place, number, item, rubric, one.answer, "", {})

    def queue(self) -> list[Answer]:
        """What this rater has not marked by the rubric as it stands."""
        given = self._given()
        return [one for one in self.all if one.place not in given or given[one.place].rubric != one.rubric.digest]

    def given(self, one: Answer) -> Mark | None:
        """This rater's mark."""
        return self._given().get(one.place)

    def _given(self) -> dict[Place, Mark]:
        return {one.place: one for one in self.marks.standing() if (one.role, one.rater) == (self.role, self.rater)}

    def compared(self) -> list[Compared]:
        """Each mark of this rater beside the reference."""
        given = self._given()
        return [
            Compared(one, given[one.place].points, self._references[one.place]) for one in self.all if one.place in given
        ]


def _marked_items(keys: Keys, only: str) -> Iterator[Written]:
    for items in keys.notebooks.values():
        for item in items.values():
            if isinstance(item, Written) and item.key and item.key.marked_by == "person" and only in ("", item.id):
                yield item


def calibration_set(keys: Keys, item: Written) -> list[Reference]:
    """The answers with reference marks to an item. Raises CalibrationRefused."""
    rubric = read_rubric(keys.rubric(item))
    return references(rubric, calibration_file(keys, rubric.name))


def calibration_file(keys: Keys, rubric: str) -> Path:
    """Where the calibration set of a rubric is kept."""
    return keys.folder.parent / "calibration" / f"{rubric}.csv"
