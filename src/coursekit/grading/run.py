"""From files to a gradebook, tables and feedback pages: the whole way, a few submissions at a time.

    entries → content → assess → record → grades.csv, needs-a-person.csv, files.csv, feedback/

What follows from content and keys alone (`work.py`) is made by a pool (`pools.py`), in one process or many; the gradebook and
the files are written here, in the order of the input. Memory does not grow with the class. Running again with the same files,
or with more, doubles nothing and loses nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from coursekit.exercises.answers import safe_name
from coursekit.files import write_whole
from coursekit.grading.gradebook import Gradebook, Kept
from coursekit.grading.instead import own_words
from coursekit.grading.kept import Submission, Trainee
from coursekit.grading.keys import Keys
from coursekit.grading.lms import Back, Points, points_of, take_away, write_feedback_zip
from coursekit.grading.marks import HEADS as MARKS
from coursekit.grading.marks import Finals, Marks, Place, final, places_of
from coursekit.grading.pools import Page, Pool, here
from coursekit.grading.senders import Sender
from coursekit.grading.submissions import Entry, OnlyANotebook, PassedOver, Refused, entries
from coursekit.grading.tables import (
    FOR_A_PERSON,
    Writer,
    files_of,
    heads_of_grades,
    table,
    within,
)
from coursekit.grading.work import Contents, Judged, judged, pages_of, rows_of

T = TypeVar("T")
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""

TOGETHER = 16
"""So many submissions are one piece of work and one transaction."""
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
    forgotten: int = 0
    """Of those passed over: files whose trainee was removed from the gradebook."""
    known: int = 0
    """Of those graded or for a person: files whose content was in the gradebook already."""
    changed: int = 0
    """Of those known: files that have other scores now."""
    rescored: dict[str, dict[str, float]] = field(default_factory=dict)
    """By item: everybody who has another score or status than before, by the keys of today, and how many points more."""
    waiting: int = 0
    """Rows of needs-a-person.csv, over the whole gradebook."""
    pages: int = 0
    points: list[tuple[Trainee, Points]] = field(default_factory=list)
    """What everybody in the gradebook has, for `lms.take_away`."""
    examples: list[tuple[str, str]] = field(default_factory=list)
    """The first files that were refused, with the reason."""

    @property
    def files(self) -> int:
        """Files of the input."""
        return self.graded + self.person + self.refused + self.passed_over

    def of_rescored(self) -> list[str]:
        """By item, how many trainees have another score: `06-e1, 3 trainees (2 with more points, 1 with fewer)`."""
        return [f"{item}, {_more_or_fewer(list(changes.values()))}" for item, changes in sorted(self.rescored.items())]


def _more_or_fewer(changes: list[float]) -> str:
    more, fewer = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    parts = [(more, "with more points"), (fewer, "with fewer"), (len(changes) - more - fewer, "with as many")]
    told = ", ".join(f"{count} {what}" for count, what in parts if count)
    return f"{len(changes)} trainee{'s' * (len(changes) > 1)} ({told})"


@dataclass(frozen=True)
class _Read:
    """A file of the input with its content, or why it has none that could be graded."""

    source: str
    content: bytes | None
    refused: Refused | None = None
    sender: Sender | None = None


def grade(
    paths: Iterable[Path],
    keys: Keys,
    book: Gradebook,
    out: Path,
    page: Page | None = None,
    progress: Progress | None = None,
    pool: Pool | None = None,
    counts: str | None = None,
) -> Summary:
    """Grade all submissions in `paths` into `book`, and write tables and feedback pages to the folder `out`.

    Returns what became of each input file; files.csv has them one by one. A file that cannot be taken is
    refused with the reason, and the others go on. `pool` (of these keys and this page) does the work; without it, this process.
    `counts` settles which of several hand-ins counts, in the gradebook, from now on. Raises Stopped when a worker dies.
    """
    tell = progress or _silent
    paths, pool = list(paths), pool or here(keys, page)
    skip = [out, *([book.file] if book.file else [])]
    out.mkdir(parents=True, exist_ok=True)
    summary, marked = Summary(), final(book, keys)
    pages = _Pages(book, out / "feedback", marked)
    if counts and counts != book.counts:
        book.set("counts", counts)
        pages.write_later(book.with_several())
    seen, others = set[str](), book.count() > 0
    done, total = 0, sum(1 for _ in entries(paths, skip))
    before = files_of(out)
    with table(out / "files.csv") as plain:
        plain.writerow(["File", "Outcome", "Reason", "Trainee id", "New"])
        rows = _WithNew(plain, {within(row["File"]) + row["Reason"] for row in before})
        batches = _batches(_read(entry, keys) for entry in entries(paths, skip))
        for batch, found in pool.map(judged, batches, lambda batch: [one.content for one in batch]):
            with book.together():
                gone = book.removed_on([one.submission.sha256 for one in found if one and one.submission])
                taken = [_take(*one, book, summary, rows, gone) for one in zip(batch, found, strict=True)]
            if page:
                pages.write([one for one in taken if one])
                pages.write_later(one[0].taken_from for one in taken if one and one[0].taken_from)
            if others:
                seen.update(one.submission.sha256 for one in found if one and one.submission)
            done += len(batch)
            tell("Grading", done, max(done, total))
        if book.setting("keys") != keys.digest:  # noted when all are done, so that a run that is cut off does them again
            if others or book.count() > summary.graded + summary.person - summary.known:  # somebody else may have begun, too
                for kept, one in _score_the_others(book, pool, seen, summary, rows):
                    pages.write([(kept, one)])
            book.set("keys", keys.digest)
    pages.write_the_others(pool, tell)
    summary.pages = len(pages.written)
    summary.waiting = _write_out(book, pool, out, tell, summary.points, marked)
    return summary


@dataclass(frozen=True)
class Renewed:
    """What was brought up to date: how many feedback pages, and what goes back to a system."""

    pages: int
    back: Back


def bring_up_to_date(book: Gradebook, keys: Keys, out: Path, page: Page, **back: Any) -> Renewed:
    """Write the tables anew, and the pages of all whose answers were ever marked, after somebody has marked.

    What goes back to a system follows; `back` is what `lms.take_away` needs for copies of a system's own files. Raises
    FileRefused as that does.
    """
    out.mkdir(parents=True, exist_ok=True)
    pool, marked = here(keys, page), final(book, keys)
    pages = _Pages(book, out / "feedback", marked)
    pages.write_later(sorted(Marks(book).marked()))
    pages.write_the_others(pool, _silent)
    points: list[tuple[Trainee, Points]] = []
    _write_out(book, pool, out, _silent, points, marked)
    return Renewed(len(pages.written), take_away(book, out, points, **back))


class _WithNew:
    """Writes rows of files.csv, each with `yes` where the file was not among those of the run before, or its content is new."""

    def __init__(self, rows: Writer, before: set[str]):
        self._rows, self._before = rows, before

    def writerow(self, row: list[Any], /) -> None:
        file, _, reason, _ = row
        is_known = KNOWN in reason or within(file) + reason in self._before
        self._rows.writerow([*row, "" if is_known else "yes"])


def _silent(what: str, done: int, total: int) -> None:
    """Tells nobody."""


def _batches(ones: Iterable[T], size: int = TOGETHER) -> Iterator[list[T]]:
    ones = iter(ones)
    while batch := list(islice(ones, size)):
        yield batch


def _read(entry: Entry, keys: Keys) -> _Read:
    try:
        return _Read(entry.source, entry.content(), sender=entry.sender)
    except OnlyANotebook as reason:
        words = own_words(reason.data, keys.folder.parent)
        return _Read(entry.source, None, Refused(f"{reason} In cells of its own it says: {words}" if words else str(reason)))
    except Refused as reason:
        return _Read(entry.source, None, reason)


KNOWN = "The gradebook had this file already."
REMOVED = "Its trainee was removed from this gradebook on"


def _take(
    read: _Read, found: Judged | None, book: Gradebook, summary: Summary, rows: Writer, gone: dict[str, str]
) -> tuple[Kept, Judged] | None:
    """Keep one file of the input and say in `rows` what became of it; return whose it is and what it says.

    `gone` are those whose trainee was removed, with the day.
    """
    if isinstance(read.refused, PassedOver):
        summary.passed_over += 1
        rows.writerow([read.source, "passed over", str(read.refused), ""])
        return None
    if found is None or found.submission is None or read.content is None:
        reason = found.refused if found else str(read.refused)
        summary.refused += 1
        if len(summary.examples) < SHOWN:
            summary.examples.append((read.source, reason))
        rows.writerow([read.source, "refused", reason, ""])
        return None
    one = found.submission
    if one.sha256 in gone:
        summary.passed_over += 1
        summary.forgotten += 1
        rows.writerow([read.source, "passed over", f"{REMOVED} {gone[one.sha256]}.", ""])
        return None
    one.content, one.source = read.content, read.source
    one.sent_by(read.sender)
    kept = book.record(one, list(found.names))
    one.content = b""
    person = bool(one.problems or kept.clashes)
    summary.graded += not person
    summary.person += person
    summary.known += not kept.new
    summary.changed += bool(kept.rescored)
    _count_rescored(kept, summary)
    rows.writerow([read.source, "for a person" if person else "graded", _note(one, kept), kept.trainee])
    return kept, found


def _score_the_others(
    book: Gradebook, pool: Pool, seen: set[str], summary: Summary, rows: Writer
) -> Iterator[tuple[Kept, Judged]]:
    """Score what is in the gradebook and did not come in again, by the keys of today; say in `rows` where that changed anything."""
    others = [(sha, source) for sha, source in book.sources() if sha not in seen]
    for batch, found in pool.map(judged, _batches(others), lambda batch: [book.content(sha) for sha, _ in batch]):
        for (_, source), one in zip(batch, found, strict=True):
            if one is None or one.submission is None:
                continue
            kept = book.record(one.submission, list(one.names))
            _count_rescored(kept, summary)
            if kept.changed:
                rows.writerow([source, "scored again", _other_scores(one.submission, kept), kept.trainee])
                yield kept, one


def _count_rescored(kept: Kept, summary: Summary) -> None:
    for item, (before, now) in kept.rescored.items():
        summary.rescored.setdefault(item, {})[kept.trainee] = round((now or 0) - (before or 0), 2)


def _other_scores(one: Submission, kept: Kept) -> str:
    """What the keys of today changed: `Other scores by the keys of today: 06-e1 0 → 2.`"""
    statuses = {score["item"]: score["status"] for score in one.scores}

    def told(item: str, score: float | None) -> str:
        return statuses[item] if score is None else f"{score:g}"

    changes = [
        f"{item} {'–' if before is None else f'{before:g}'} → {told(item, now)}" for item, (before, now) in kept.rescored.items()
    ]
    return f"Other scores by the keys of today: {', '.join(changes)}." if changes else "Other words on it, the same scores."


def _note(one: Submission, kept: Kept) -> str:
    waiting = sum(score["status"] == "person" for score in one.scores)
    notes = [problem["reason"] for problem in one.problems[:3]]
    if len(one.problems) > 3:
        notes.append(f"And {len(one.problems) - 3} more; needs-a-person.csv has them all.")
    notes += kept.clashes
    if one.late:
        notes.append("Late, by the file's name from Canvas.")
    if waiting:
        notes.append("1 answer goes to a person." if waiting == 1 else f"{waiting} answers go to a person.")
    if not kept.new:
        notes += [KNOWN, *([_other_scores(one, kept)] if kept.changed else [])]
    return " ".join(notes)


def _write_out(
    book: Gradebook, pool: Pool, out: Path, tell: Progress, points: list[tuple[Trainee, Points]], marked: Finals
) -> int:
    """Write the tables, and meanwhile feedback.zip, in a thread, which while it compresses holds up nobody.

    Returns how many rows wait for a person.
    """
    with ThreadPoolExecutor(1) as beside:
        packed = beside.submit(write_feedback_zip, book, out, page_name)
        waiting = _write_tables(book, pool, out, tell, points, marked)
        packed.result()
    return waiting


def _write_tables(
    book: Gradebook, pool: Pool, out: Path, tell: Progress, points: list[tuple[Trainee, Points]], marked: Finals
) -> int:
    """Write the tables of the whole gradebook, and what everybody has to `points`; return how many rows wait for a person."""
    columns, trainees, done, waiting = list(book.items()), book.trainees(), 0, 0
    if marked.given or (out / "marks.csv").exists():
        names = {one.id: one.name for one in trainees}
        with table(out / "marks.csv") as rows:
            for row in [MARKS, *marked.rows(names, _places_that_count(book, marked))]:
                rows.writerow(row)
    with table(out / "grades.csv") as grades, table(out / "needs-a-person.csv") as needs:
        grades.writerow(heads_of_grades(columns))
        needs.writerow(FOR_A_PERSON)
        work = (
            (columns, batch, [marked.in_hand_ins(hand_ins) for hand_ins in book.hand_ins_of([one.id for one in batch])])
            for batch in _batches(trainees)
        )
        for (_, batch, theirs), found in pool.map(rows_of, work, lambda given: given):
            for row, for_a_person in found:
                grades.writerow(row)
                for each in for_a_person:
                    needs.writerow(each)
                waiting += len(for_a_person)
            points += [(one, points_of(hand_ins)) for one, hand_ins in zip(batch, theirs, strict=True)]
            done += len(batch)
            tell("Tables", done, len(trainees))
    return waiting


def _places_that_count(book: Gradebook, marked: Finals) -> set[Place]:
    """The places of the answers in the hand-ins that count, of all who have marks."""
    trainees = {place.trainee for place in marked.given if place.trainee}
    batches = (book.hand_ins_of(batch) for batch in _batches(sorted(trainees)))
    hand_ins = (one for batch in batches for theirs in batch for one in theirs if one.counts)
    return {place for one in hand_ins for place in places_of(one)}


class _Pages:
    """The feedback pages of a run. Who handed in one notebook has hers at once; who handed in several, when all are in."""

    def __init__(self, book: Gradebook, folder: Path, marked: Finals):
        self._book, self._folder, self._marked = book, folder, marked
        self.written: dict[str, str] = {}
        self._others: dict[str, None] = {}
        self._older: dict[str, list[str]] = {}
        for path in folder.glob("*-*.html"):
            self._older.setdefault(path.stem.rsplit("-", 1)[1], []).append(path.name)

    def write(self, taken: Iterable[tuple[Kept, Judged]]) -> None:
        """Write the pages of those of whom nothing else counts, and remember the others."""
        taken = list(taken)
        for (trainee, counting), (_, found) in zip(self._counting(kept.trainee for kept, _ in taken), taken, strict=True):
            alone = found.submission and counting == [found.submission.sha256] and trainee.name == found.name
            if alone and trainee.id not in self._marked:
                self._write(trainee, found.page)
                self._others.pop(trainee.id, None)
            else:
                self._others[trainee.id] = None

    def write_later(self, trainees: Iterable[str]) -> None:
        """Remember trainees whose pages are to be written anew, whether anything of theirs comes in or not."""
        self._others.update(dict.fromkeys(trainees))

    def _counting(self, trainees: Iterable[str]) -> list[tuple[Trainee, list[str]]]:
        return self._book.counting(list(trainees))

    def write_the_others(self, pool: Pool, tell: Progress) -> None:
        """Write the pages that need more than one submission, or another than the last."""
        done, batches = 0, map(self._counting, _batches(self._others))
        for batch, found in pool.map(pages_of, batches, self._contents):
            for (trainee, counting), page in zip(batch, found, strict=True):
                if counting:
                    self._write(trainee, page)
                else:
                    self._drop(trainee.id)
            done += len(batch)
            tell("Pages", done, len(self._others))

    def _contents(self, batch: list[tuple[Trainee, list[str]]]) -> tuple[Finals, Contents]:
        contents = [(trainee, [self._book.content(sha) for sha in counting]) for trainee, counting in batch]
        return self._marked.of(trainee.id for trainee, _ in batch), contents

    def _drop(self, trainee: str) -> None:
        """Remove the page of somebody of whom nothing is left."""
        for name in {*self._older.pop(trainee, ()), self.written.pop(trainee, "")} - {""}:
            (self._folder / name).unlink(missing_ok=True)

    def _write(self, trainee: Trainee, page: str) -> None:
        id, name = trainee.id, page_name(trainee)
        write_whole(self._folder / name, page)
        for older in {*self._older.pop(id, ()), self.written.get(id, name)} - {name}:  # the trainee had another name
            (self._folder / older).unlink(missing_ok=True)
        self.written[id] = name


def page_name(trainee: Trainee) -> str:
    """The file name of a trainee's feedback page: the name as any disk takes it, and the id, which makes it unique."""
    return f"{safe_name(trainee.name or '')}-{trainee.id}.html"
