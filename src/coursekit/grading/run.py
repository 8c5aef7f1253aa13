"""From files to a gradebook, tables and feedback pages: the whole way, one submission at a time.

    entries → content → assess → record → grades.csv, needs-a-person.csv, files.csv, feedback/

Memory does not grow with the class. Running again with the same files, or with more, doubles nothing and
loses nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from coursekit.exercises.answers import AnswersRefused, safe_name
from coursekit.files import write_whole
from coursekit.grading.assessment import Assessment, Play, Result, assess
from coursekit.grading.gradebook import Gradebook, Kept, Submission, Trainee
from coursekit.grading.keys import Keys
from coursekit.grading.submissions import Entry, PassedOver, Refused, entries
from coursekit.grading.tables import (
    FOR_A_PERSON,
    Writer,
    heads_of_grades,
    row_of_grades,
    rows_for_a_person,
    table,
)

Page = Callable[[str | None, list[Assessment]], str]
"""Makes a trainee's feedback page from the name and the submissions that count."""
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

SHOWN = 20


@dataclass
class Summary:
    """What became of the input.

    `graded`, `person`, `refused` and `passed_over` count its files and add up to all of them.
    """

    graded: int = 0
    person: int = 0
    refused: int = 0
    passed_over: int = 0
    known: int = 0
    """Of those graded or for a person: files whose content was in the gradebook already."""
    changed: int = 0
    """Of those known: files that have other scores now."""
    waiting: int = 0
    """Rows of needs-a-person.csv, over the whole gradebook."""
    pages: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)
    """The first files that were refused, with the reason."""

    @property
    def files(self) -> int:
        """Files of the input."""
        return self.graded + self.person + self.refused + self.passed_over


def grade(
    paths: Iterable[Path],
    keys: Keys,
    book: Gradebook,
    out: Path,
    page: Page | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Grade all submissions in `paths` into `book`, and write tables and feedback pages to the folder `out`.

    Returns what became of each input file; files.csv has them one by one. A file that cannot be taken is
    refused with the reason, and the others go on.
    """
    tell = progress or (lambda what, done, total: None)
    paths = list(paths)
    skip = [out, *([book.file] if book.file else [])]
    out.mkdir(parents=True, exist_ok=True)
    summary, pages = Summary(), _Pages(book, keys, out / "feedback", page)
    total = sum(1 for _ in entries(paths, skip))
    with table(out / "files.csv") as rows:
        rows.writerow(["File", "Outcome", "Reason", "Trainee id"])
        for done, entry in enumerate(entries(paths, skip), 1):
            taken = _take(entry, keys, book, summary, rows)
            if taken:
                pages.write(*taken)
            tell("Grading", done, max(done, total))
    summary.pages = len(pages.written)
    summary.waiting = _write_tables(book, keys, out, tell)
    return summary


def _take(entry: Entry, keys: Keys, book: Gradebook, summary: Summary, rows: Writer) -> tuple[str, Assessment] | None:
    """Grade one file of the input and say in `rows` what became of it; return whose it is and what it says."""
    try:
        content = entry.content()
        assessment = _assessed(content, keys)
    except PassedOver as reason:
        summary.passed_over += 1
        rows.writerow([entry.source, "passed over", str(reason), ""])
        return None
    except (Refused, AnswersRefused) as reason:
        summary.refused += 1
        if len(summary.examples) < SHOWN:
            summary.examples.append((entry.source, str(reason)))
        rows.writerow([entry.source, "refused", str(reason), ""])
        return None
    kept = book.record(submission(assessment, content, entry.source), assessment.names)
    outcome = "person" if assessment.problems or kept.apart else "graded"
    summary.graded += outcome == "graded"
    summary.person += outcome == "person"
    summary.known += not kept.new
    summary.changed += kept.changed and not kept.new
    rows.writerow(
        [
            entry.source,
            "for a person" if outcome == "person" else "graded",
            _note(assessment, kept),
            kept.trainee,
        ]
    )
    return kept.trainee, assessment


def _assessed(content: bytes, keys: Keys) -> Assessment:
    """As `assess`; one file over which coursekit itself stumbles must not cost the class its feedback."""
    try:
        return assess(content, keys)
    except AnswersRefused:
        raise
    except Exception as fault:
        said = f"{type(fault).__name__}: {fault}"[:200]
        raise Refused(f"coursekit stumbled over it ({said}). Please report this; the others go on.") from fault


def _note(assessment: Assessment, kept: Kept) -> str:
    waiting = sum(result.verdict.status == "person" for result in assessment.results)
    notes = [problem.reason for problem in assessment.problems[:3]]
    if len(assessment.problems) > 3:
        notes.append(f"And {len(assessment.problems) - 3} more; needs-a-person.csv has them all.")
    if kept.apart:
        notes.append("Somebody of another name has the same trainee id.")
    if waiting:
        notes.append("1 answer waits for a person." if waiting == 1 else f"{waiting} answers wait for a person.")
    if not kept.new:
        notes.append("The gradebook had this file already" + (", with other scores." if kept.changed else "."))
    return " ".join(notes)


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


def _write_tables(book: Gradebook, keys: Keys, out: Path, tell: Progress) -> int:
    """Write the tables of the whole gradebook; return how many rows wait for a person."""
    columns, trainees, waiting = list(book.items()), book.trainees(), 0
    with table(out / "grades.csv") as grades, table(out / "needs-a-person.csv") as needs:
        grades.writerow(heads_of_grades(columns))
        needs.writerow(FOR_A_PERSON)
        for done, trainee in enumerate(trainees, 1):
            hand_ins = book.hand_ins(trainee.id)
            grades.writerow(row_of_grades(columns, trainee, hand_ins))
            for row in rows_for_a_person(trainee, hand_ins, keys):
                needs.writerow(row)
                waiting += 1
            tell("Tables", done, len(trainees))
    return waiting


class _Pages:
    """The feedback pages of a run, each written as soon as there is something new to say to the trainee."""

    def __init__(self, book: Gradebook, keys: Keys, folder: Path, page: Page | None):
        self._book, self._keys, self._folder, self._page = book, keys, folder, page
        self.written: dict[str, str] = {}
        self._older: dict[str, list[str]] = {}
        for path in folder.glob("*-*.html"):
            self._older.setdefault(path.stem.rsplit("-", 1)[1], []).append(path.name)

    def write(self, id: str, new: Assessment) -> None:
        """Write a trainee's page from the submissions that count now; `new` is the one that just came."""
        if self._page is None:
            return
        trainee, counting = self._book.counting(id)
        says = [new if sha == new.sha256 else assess(self._book.content(sha), self._keys) for sha in counting]
        name = page_name(trainee)
        write_whole(self._folder / name, self._page(trainee.name, says))
        for older in {*self._older.pop(id, ()), self.written.get(id, name)} - {name}:  # the trainee had another name
            (self._folder / older).unlink(missing_ok=True)
        self.written[id] = name


def page_name(trainee: Trainee) -> str:
    """The file name of a trainee's feedback page: the name as any disk takes it, and the id, which makes it unique."""
    return f"{safe_name(trainee.name or '')}-{trainee.id}.html"
