"""Marks: what raters gave, beside the scores and never in their place. A mark is appended and never changed or removed.

It belongs to a trainee, a notebook, an item and the digest of the answer's text: grading again never touches it, a changed answer
has none. It keeps who marked, when, and the digest of the rubric that it was marked by. Taking one back appends, too, and so does
a comment.
"""

import json
import re
from collections.abc import Container, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

import sqlalchemy as sa

from coursekit.exercises.items import Item, Written
from coursekit.grading.assessment import Assessment, Result
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.kept import Submission
from coursekit.grading.keys import Keys
from coursekit.grading.rubrics import Rubric, digest, read_rubric
from coursekit.grading.schema import comments as _comments
from coursekit.grading.schema import marks as _marks
from coursekit.grading.scores import Verdict

Role = Literal["first", "second", "settled", "calibration"]


@dataclass(frozen=True)
class Place:
    """What a mark belongs to: whose answer, in which notebook, to which item, and the digest of its text.

    `trainee` is None in a calibration set, where `item` is the rubric's name.
    """

    trainee: str | None
    part: str
    notebook: str
    item: str
    answer: str

    @property
    def id(self) -> str:
        """A name for it that tells nothing of whose it is: `a4f02c19b3d7`."""
        return digest("\n".join([self.trainee or "", self.part, self.notebook, self.item, self.answer]))[:12]


@dataclass(frozen=True)
class Mark:
    """A mark that stands: points on the rubric's scale, a comment, by whom, in which role, against which rubric, when."""

    id: int
    place: Place
    rater: str
    role: str
    points: float
    rubric: str
    time: str
    comment: str = ""


@dataclass(frozen=True)
class Final:
    """What an answer got in the end, and the raters; or, with `points` None, that two raters differ and have to settle it."""

    points: float | None
    raters: tuple[str, ...]
    comments: tuple[str, ...]
    rubric: str


@dataclass
class Marked:
    """The marks of one answer that stand, the latest of each role."""

    first: Mark | None = None
    second: Mark | None = None
    settled: Mark | None = None

    @property
    def differ(self) -> bool:
        """Whether two raters gave different marks, which nobody has settled since."""
        return bool(self.first and self.second and self.first.points != self.second.points and not self._settled)

    @property
    def apart(self) -> float:
        """How many points lie between the marks of two raters."""
        return abs(self.first.points - self.second.points) if self.first and self.second else 0.0

    @property
    def _settled(self) -> Mark | None:
        """The settled mark, unless one of the two was given anew after it."""
        given = [mark.id for mark in (self.first, self.second) if mark]
        return self.settled if self.settled and all(self.settled.id > id for id in given) else None

    def final(self) -> Final | None:
        """The mark that counts, with all who gave it; None while there is none."""
        both = [mark for mark in (self.first, self.second) if mark]
        last = self._settled
        if not both and not last:
            return None
        together = re.split(r"\s*(?:,|&|\band\b)\s*", last.rater) if last else []  # "Ada and Ben" are two
        raters = tuple(dict.fromkeys([*(mark.rater for mark in both), *filter(None, together)]))
        said = [last] if last and last.comment else both
        comments = tuple(dict.fromkeys(mark.comment for mark in said if mark.comment))
        counts = last or both[0]
        return Final(None if self.differ else counts.points, raters, comments, counts.rubric)


class Marks:
    """The marks in a gradebook. What another instructor writes meanwhile is there at the next look."""

    def __init__(self, book: Gradebook):
        self._engine = book._engine

    def add(self, place: Place, rater: str, role: Role, points: float, rubric: str, comment: str = "") -> int:
        """Append a mark; return its number, by which it can be commented or taken back."""
        with self._engine.begin() as book:
            values = vars(place) | {"rater": rater, "role": role, "points": points, "rubric": rubric, "time": _now()}
            id = book.execute(_marks.insert().values(values | {"act": "mark", "comment": comment})).inserted_primary_key
            _bank(book, place.item, comment)
        assert id is not None
        return int(id[0])

    def say(self, mark: int, comment: str, finished: bool = True) -> None:
        """Append a comment to a mark, in the place of an earlier one; what is not finished joins no bank."""
        self._append(mark, "comment", comment, finished)

    def last_said(self, place: Place, rater: str, role: str) -> str:
        """The comment that a rater last gave an answer in a role, also with a mark that was taken back."""
        hers = [_marks.c[name] == value for name, value in (vars(place) | {"rater": rater, "role": role}).items()]
        query = sa.select(_marks.c.comment).where(*hers, _marks.c.act != "undo").order_by(_marks.c.id.desc()).limit(1)
        with self._reading() as book:
            return book.scalar(query) or ""

    def undo(self, mark: int) -> None:
        """Take a mark back: it stays in the gradebook, and no longer stands."""
        self._append(mark, "undo", "")

    def _append(self, mark: int, act: str, comment: str, finished: bool = True) -> None:
        with self._engine.begin() as book:
            row = book.execute(sa.select(_marks).where(_marks.c.id == mark)).mappings().one()
            told = {"act": act, "of": mark, "comment": comment, "time": _now()}
            book.execute(_marks.insert().values({name: row[name] for name in row if name != "id"} | told))
            if finished:
                _bank(book, row["item"], comment)

    def comments(self, item: str) -> list[str]:
        """The bank of comments on an item, in the order in which they were first written, so that each keeps its number."""
        with self._reading() as book:
            query = sa.select(_comments.c.comment).where(_comments.c.item == item).order_by(_comments.c.id)
            return list(dict.fromkeys(book.scalars(query)))

    def unbank(self, item: str, comment: str) -> None:
        """Take a comment out of the bank. Where it was given to somebody it stays."""
        with self._engine.begin() as book:
            book.execute(_comments.delete().where(_comments.c.item == item, _comments.c.comment == comment))

    def standing(self, trainees: Iterable[str] | None = None) -> list[Mark]:
        """All marks that were not taken back, the oldest first; of `trainees` alone where they are given."""
        query = sa.select(_marks).order_by(_marks.c.id)
        if trainees is not None:
            query = query.where(_marks.c.trainee.in_(list(trainees)))
        with self._reading() as book:
            rows = book.execute(query).mappings().all()
        gone = {row["of"] for row in rows if row["act"] == "undo"}
        said = {row["of"]: row["comment"] for row in rows if row["act"] == "comment"}
        marks = [_mark(row) for row in rows if row["act"] == "mark" and row["id"] not in gone]
        return [replace(mark, comment=said[mark.id]) if mark.id in said else mark for mark in marks]

    def by_place(self, trainees: Iterable[str] | None = None) -> dict[Place, Marked]:
        """The marks that stand, by the answer to which they belong."""
        found: dict[Place, Marked] = {}
        for mark in self.standing(trainees):
            if mark.role != "calibration":
                setattr(found.setdefault(mark.place, Marked()), mark.role, mark)
        return found

    def marked(self) -> set[str]:
        """Every trainee on whose answers anything was ever marked, or taken back."""
        with self._reading() as book:
            return set(book.scalars(sa.select(_marks.c.trainee).where(_marks.c.trainee.is_not(None)).distinct()))

    def times(self, rater: str) -> list[tuple[datetime, str]]:
        """When a rater gave each of his marks, and to which item, whether it still stands or not."""
        query = sa.select(_marks.c.time, _marks.c.item).where(_marks.c.rater == rater, _marks.c.act == "mark")
        with self._reading() as book:
            return [(datetime.fromisoformat(row.time), row.item) for row in book.execute(query.order_by(_marks.c.id))]

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return self._engine.connect().execution_options(reading=True)


def _bank(book: sa.Connection, item: str, comment: str) -> None:
    same = sa.select(_comments.c.id).where(_comments.c.item == item, _comments.c.comment == comment)
    if comment and book.scalar(same) is None:
        book.execute(_comments.insert().values(item=item, comment=comment))


def _mark(row: Any) -> Mark:
    place = Place(*(row[name] for name in ("trainee", "part", "notebook", "item", "answer")))
    return Mark(place=place, **{name: row[name] for name in ("id", "rater", "role", "points", "rubric", "time", "comment")})


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# What they are worth


def answer_text(answer: Any) -> str:
    """The words of a written answer."""
    text = answer.get("text") if isinstance(answer, dict) else answer
    return text.strip() if isinstance(text, str) else json.dumps(answer, sort_keys=True, ensure_ascii=False)


def place_of(trainee: str, part: str, notebook: str, item: str, answer: Any) -> Place:
    """The place of an answer's marks."""
    return Place(trainee, part, notebook, item, digest(answer_text(answer)))


def places_of(one: Submission) -> Iterator[Place]:
    """The places of the answers of a hand-in that a person marks."""
    for score in one.scores:
        if score["status"] == "person":
            yield place_of(one.trainee, one.part, one.notebook, score["item"], score["answer"])


@dataclass(frozen=True)
class Given:
    """A final mark as tables and pages show it; `share` of the item's points is None where two raters have to settle it."""

    share: float | None
    mark: float | None
    top: int
    level: str
    comments: tuple[str, ...]
    raters: tuple[str, ...]
    older: bool
    """Whether the rubric's text has changed since."""


DIFFER = "Two raters gave different marks, and settle it together."


@dataclass
class Finals:
    """The final marks of some trainees, put where scores are read. Small, and it goes to a worker as it is."""

    given: dict[Place, Given] = field(default_factory=dict)

    def __contains__(self, trainee: str) -> bool:
        return trainee in self._trainees

    @cached_property
    def _trainees(self) -> set[str | None]:
        return {place.trainee for place in self.given}

    def of(self, trainees: Iterable[str]) -> "Finals":
        """Those of a few."""
        wanted = set(trainees)
        return Finals({place: given for place, given in self.given.items() if place.trainee in wanted})

    def in_hand_ins(self, hand_ins: list[Submission]) -> list[Submission]:
        """The same submissions, with the marks as scores: what a person marked is scored and waits no longer."""
        for one in hand_ins if self.given else ():
            one.scores = [self._row(one, score) for score in one.scores]
        return hand_ins

    def _row(self, one: Submission, score: dict[str, Any]) -> dict[str, Any]:
        given = self._of(one.trainee, one.part, one.notebook, score["item"], score["status"], score["answer"])
        if given is None:
            return score
        if given.share is None:
            return score | {"reasons": [*score["reasons"], DIFFER]}
        if not score["points"]:
            return score | {"status": "recorded", "reasons": []}
        return score | {"status": "scored", "score": round(given.share * score["points"], 2), "reasons": []}

    def in_assessment(self, trainee: str, one: Assessment) -> Assessment:
        """The same assessment with the marks in its results, for the feedback page."""
        if self.given:
            one.results = [self._result(trainee, one, result) for result in one.results]
        return one

    def _result(self, trainee: str, one: Assessment, result: Result) -> Result:
        given = self._of(trainee, *one.notebook, result.item.id, result.verdict.status, result.answer)
        if given is None or given.share is None:
            return result
        why = () if result.item.kind == "written" else result.verdict.reasons
        verdict = Verdict("scored", given.share, why) if result.item.points else Verdict("recorded")
        return replace(result, verdict=verdict, mark=given)

    def _of(self, trainee: str, part: str, notebook: str, item: str, status: str, answer: Any) -> Given | None:
        return self.given.get(place_of(trainee, part, notebook, item, answer)) if status == "person" else None

    def rows(self, names: dict[str, str | None], counting: Container[Place]) -> Iterator[list[Any]]:
        """The rows of marks.csv below HEADS, by name and item. `counting` are the places of the answers that count by now."""
        places = sorted(self.given, key=lambda place: (names.get(place.trainee or "") or "\uffff", place.item, place.id))
        for place in places:
            if place.trainee in names:
                one = self.given[place]
                state = "two raters differ" if one.share is None else "against an older rubric" if one.older else "final"
                state = state if place in counting else "of an answer that counts no longer"
                who = [names[place.trainee] or "", place.trainee, place.notebook, place.item]
                yield [*who, one.mark, one.top, one.level, " / ".join(one.comments), ", ".join(one.raters), state]


HEADS = ["Name", "Trainee id", "Notebook", "Item", "Mark", "Of", "Level", "Comment", "Marked by", "State"]
"""The heads of marks.csv."""


def final(book: Gradebook, keys: Keys, trainees: Iterable[str] | None = None) -> Finals:
    """The final marks in a gradebook, of `trainees` or of all."""
    known: dict[str, tuple[Item | None, Rubric]] = {}
    found = {}
    for place, marked in Marks(book).by_place(trainees).items():
        if ended := marked.final():
            if place.item not in known:
                known[place.item] = _item_and_rubric(place.item, keys)
            found[place] = _given(ended, *known[place.item])
    return Finals(found)


def _item_and_rubric(name: str, keys: Keys) -> tuple[Item | None, Rubric]:
    home = keys.home(name)
    item = (keys.items(home) or {}).get(name) if home else None
    return item, read_rubric(keys.rubric(item) if isinstance(item, Written) else None)


def _given(ended: Final, item: Item | None, rubric: Rubric) -> Given:
    top, level = top_of(rubric, item), rubric.level(ended.points)
    share = None if ended.points is None else min(1.0, ended.points / top)
    older = ended.rubric != rubric.digest
    return Given(share, ended.points, top, level.name if level else "", ended.comments, ended.raters, older)


def top_of(rubric: Rubric, item: Item | None) -> int:
    """The highest mark: the rubric's highest level, or where it has none the item's points, or 4."""
    return (rubric.levels[0].points if rubric.levels else 0) or (item.points if item else 0) or 4
