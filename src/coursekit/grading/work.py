"""The pieces of work that a pool does: what follows from content and keys alone, scores, pages and rows.

Nothing here touches a gradebook, so that the processes of a pool load no database.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coursekit.exercises.answers import AnswersRefused
from coursekit.grading.assessment import Assessment, Play, Result, assess
from coursekit.grading.kept import Submission, Trainee
from coursekit.grading.keys import Keys
from coursekit.grading.pools import Page
from coursekit.grading.tables import Column, row_of_grades, rows_for_a_person

if TYPE_CHECKING:
    from coursekit.grading.marks import Finals


@dataclass(frozen=True)
class Judged:
    """What a worker makes of one content: all but content and source of a submission, and the page of who handed in only this;
    or, where coursekit stumbled over it, why."""

    submission: Submission | None
    names: tuple[str, ...] = ()
    page: str = ""
    refused: str = ""

    @property
    def name(self) -> str | None:
        """The name that was given last."""
        return self.names[-1] if self.names else None


def judged(keys: Keys, page: Page | None, contents: list[bytes | None]) -> list[Judged | None]:
    """What can be said of each content: work for a pool. One over which coursekit stumbles costs the others nothing."""
    return [None if content is None else _judged(keys, page, content) for content in contents]


def _judged(keys: Keys, page: Page | None, content: bytes) -> Judged:
    try:
        found = assess(content, keys)
        said = Judged(submission(found, b"", ""), tuple(found.names))
        return Judged(said.submission, said.names, page(said.name, [found]) if page else "")
    except AnswersRefused as reason:
        return Judged(None, refused=str(reason))
    except Exception as fault:
        why = f"{type(fault).__name__}: {fault}"[:200]
        return Judged(None, refused=f"coursekit stumbled over it ({why}). Please report this; the others go on.")


def submission(assessment: Assessment, content: bytes, source: str) -> Submission:
    """An assessment as the gradebook keeps it."""
    return Submission(
        sha256=assessment.sha256,
        trainee=assessment.trainee,
        part=assessment.notebook[0],
        notebook=assessment.notebook[1],
        release=assessment.release,
        acts=assessment.acts,
        damaged=assessment.damaged,
        source=source,
        content=content,
        problems=[{"item": one.item, "reason": one.reason, "text": one.text} for one in assessment.problems],
        scores=[_score_row(place, result) for place, result in enumerate(assessment.results, 1)],
        plays=[_play_row(play) for play in assessment.plays],
    )


def _score_row(place: int, result: Result) -> dict[str, object]:
    return {
        "item": result.item.id,
        "position": place,
        "kind": result.item.kind,
        "version": result.version,
        "attempt": result.attempt,
        "status": result.verdict.status,
        "score": result.score,
        "points": result.item.points,
        "reasons": [*result.verdict.reasons, *([result.note] if result.note else [])],
        "answer": result.answer,
    }


def _play_row(play: Play) -> dict[str, object]:
    ending = play.session.ending
    return {
        "item": play.item.id,
        "attempt": play.attempt,
        "script": play.item.script,
        "turns": len(play.session.turns),
        "complete": play.session.complete,
        "ending": ending.ending if ending else None,
        "score": float(play.score.total) if play.session.turns else None,
        "self_rating": play.session.self_rating,
        "refused": play.refused or None,
    }


Rows = tuple[list[Any], list[list[Any]]]


def rows_of(keys: Keys, _: Page | None, given: tuple[list[Column], list[Trainee], list[list[Submission]]]) -> list[Rows]:
    """For each trainee the row of grades.csv, and those of needs-a-person.csv: work for a pool."""
    columns, trainees, theirs = given
    return [
        (row_of_grades(columns, trainee, hand_ins), list(rows_for_a_person(trainee, hand_ins, keys)))
        for trainee, hand_ins in zip(trainees, theirs, strict=True)
    ]


Contents = list[tuple[Trainee, list[bytes]]]


def pages_of(keys: Keys, page: Page | None, given: "tuple[Finals, Contents]") -> list[str]:
    """The page for each trainee and all contents that count, with the marks: work for a pool."""
    marked, ones = given
    return [
        page(one.name, [marked.in_assessment(one.id, assess(content, keys)) for content in contents])
        if contents else ""
        for one, contents in ones if page
    ]  # fmt: skip
