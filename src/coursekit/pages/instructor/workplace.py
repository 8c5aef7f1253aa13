"""What the panel of the instructor's notebook asks for, step by step: plain calls that take and return what JSON can say.

Each does what a command does, by the same functions, in the same two folders: `coursekit grade`, `mark`, `report` and
`forget` can be used in between. Names are told where something goes back to people, and otherwise ids.
"""

import csv
import os
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from coursekit.exercises.items import Item, Written
from coursekit.files import write_whole
from coursekit.grading import forget, letters, pools, run, sheets
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.keys import Keys
from coursekit.grading.lms import UNMARKED, Back, FileRefused, canvas_assignments, exercises, take_away, unmarked
from coursekit.grading.marking import Answer, Desk, calibration_set, disagreements
from coursekit.grading.marks import Place
from coursekit.grading.rubrics import CalibrationRefused
from coursekit.grading.scores import WAITS
from coursekit.grading.tables import files_of
from coursekit.pages.feedback import feedback_page, title_of
from coursekit.pages.instructor import folders
from coursekit.pages.instructor.sitting import Sitting, differences
from coursekit.pages.report import class_report
from coursekit.words import shown

Progress = Callable[[str, int, int], None]
Told = dict[str, Any]

MOST_ROWS = 300
"""So many rows of a list are told at most; the table in the folder has all of them."""
WHAT_FOR = {
    "For your learning-management system": {
        "feedback.zip": "the feedback pages, by the names that the system knows. Moodle: the assignment’s list of submissions, "
        "upload of feedback files in a zip (its setting “Feedback files” is on). Canvas: upload of submissions, for the assignment",
        "canvas.csv": "your gradebook file with the points in it. Canvas: Grades, import",
        "moodle.csv": "your grading worksheet with the grades in it. Moodle: the assignment’s list of submissions, upload of the "
        "grading worksheet (its setting “Offline grading worksheet” is on)",
        "import.csv": "names, points and what they are out of, for the grade import of any other system",
    },
    "For you": {
        "not-matched.csv": "who has no points in the file of your system, and why: give these by hand",
        "to-write-to.csv": "who should hear something, with a text for each",
        "needs-a-person.csv": "everything that still has to be read, with its text",
        "report.html": "the class report, to open in a browser; nobody is named in it",
    },
    "For your records": {
        "grades.csv": "all scores and marks, item by item",
        "marks.csv": "what was marked, by whom, with comments",
        "files.csv": "what became of every file that came in",
        "gradebook.sqlite": "the gradebook itself: keep a copy of it where only raters can read it",
    },
}
"""The files to take away, by what they are for, each with what it is and where it goes."""


class NotYet(Exception):
    """Something that needs another step first, as a sentence for people."""


class Workplace:
    """The folders of one class: `hand_ins` (what came in), `graded` (what was made of it), the gradebook, the solutions."""

    def __init__(self, solutions: Path, hand_ins: Path, graded: Path, gradebook: str = ""):
        self.solutions, self.hand_ins, self.graded, self._address = solutions, hand_ins, graded, gradebook
        self._sitting: Sitting | None = None
        self._graded: run.Summary | None = None

    @cached_property
    def _keys(self) -> Keys:
        return Keys(self.solutions)

    @cached_property
    def _book(self) -> Gradebook:
        return Gradebook(self._address or self.graded / "gradebook.sqlite")

    @property
    def _begun(self) -> bool:
        return bool(self._address) or (self.graded / "gradebook.sqlite").is_file()

    def _open(self) -> tuple[Gradebook, Keys]:
        if not self._begun or not self._book.count():
            raise NotYet("Nothing has been scored yet. Choose what came in, and score it.")
        return self._book, self._keys

    # What came in

    def look(self, rater: str = "") -> Told:
        """Where everything stands: what came in, what was scored, how many answers wait, how many marks differ.

        The minutes are by the marks of `rater`, where there are some.
        """
        seen = self._seen()
        came = [self._file(path, seen) for path in folders.listed(self.hand_ins)]
        where = folders.place_of(self.hand_ins, self.solutions)
        told: Told = {"cameIn": came, "folder": where, "folderName": self.hand_ins.name, "counts": "latest", "scored": None}
        if not self._begun or not self._book.count():
            return told
        book, keys = self._open()
        desk = Desk(book, keys, rater)
        left = desk.queue()
        items: dict[str, Told] = {}
        for one in desk.all:
            if one.item.id not in items:
                about = {"id": one.item.id, "title": one.item.title, "references": _references(keys, one.item)}
                items[one.item.id] = about | {"written": one.unread is None, "answers": 0, "left": 0}
            items[one.item.id]["answers"] += 1
        for one in left:
            items[one.item.id]["left"] += 1
        given = desk.marks.by_place()

        def has_final(place: Place) -> bool:
            found = given[place].final() if place in given else None
            return found is not None and found.points is not None

        people = book.handed_in()
        return told | {
            "counts": book.counts,
            "scored": {"people": len(book.trainees()), "handIns": book.count(), "several": len(book.with_several())},
            "items": list(items.values()),
            "left": len(left),
            "unread": sum(one.unread is not None for one in left),
            "minutes": desk.minutes(len(left)),
            "differ": len(disagreements(book, keys)),
            "unfinished": sum(not has_final(one.place) for one in desk.all),
            "unmarked": unmarked(book),
            "exercises": [{"name": name, "title": title_of(name), "people": people[name]} for name in exercises(book)],
        }

    def _seen(self) -> set[str]:
        """The names of what lay in the folder when it was scored."""
        files = [self._row(row)["file"] for row in files_of(self.graded)]
        return {name for file in files for name in (file, file.split(os.sep)[0], file.split(": ")[0])}

    def _file(self, path: Path, seen: set[str]) -> Told:
        about = path.stat()
        size = about.st_size if path.is_file() else sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
        known = self.graded / "files.csv"
        is_new = shown(path.name) not in seen or about.st_mtime > known.stat().st_mtime
        return {"name": path.name, "size": size, "isNew": is_new and (size > 0 or path.is_file())}

    def put(self, name: str, at: int, last: bool, purpose: str, data: bytes = b"") -> Told:
        """Take a piece of a file: a hand-in, or (`purpose`: `canvas`, `moodle` or `marks`) one for another step."""
        folder = self.hand_ins if purpose == "hand-ins" else self.graded / "from-you"
        path = folders.put(folder, name, at, data, last)
        return {"name": path.name if path else "", "path": str(path or "")}

    def remove(self, name: str) -> Told:
        """Remove a file from what came in. What was scored of it stays in the gradebook."""
        folders.remove(self.hand_ins, name)
        return self.look()

    def score(self, counts: str, tell: Progress) -> Told:
        """Score all that came in, as `coursekit grade` does."""
        folders.sweep(self.hand_ins)
        if not folders.listed(self.hand_ins):
            raise NotYet("There is nothing to score. Choose the files that came in.")
        self._sitting = None
        self.__dict__.pop("_keys", None)  # so that keys edited since are read
        workers = pools.of(self._keys, feedback_page)
        with workers as pool:
            self._graded = run.grade(
                [self.hand_ins], self._keys, self._book, self.graded, feedback_page, tell, pool, counts=counts
            )
        self._drop_copies()
        take_away(self._book, self.graded, self._graded.points)
        return self.scored()

    # What was scored

    def scored(self) -> Told:
        """What became of every file, and what needs a person, with reasons; nobody is named but by a file as it came."""
        marks, unread = self._unread()
        files, needs = files_of(self.graded), _rows(self.graded / "needs-a-person.csv")
        others = [row for row in needs if WAITS not in row["Reason"]]
        found = [unread.get((row["Trainee id"], row["Notebook"], row["Item"])) for row in others]
        outcomes = Counter(row["Outcome"] for row in files)
        fresh = {row["File"] for row in files if row.get("New")}
        listed = [
            {
                "file": self._short(row["File"]), "trainee": row["Trainee id"], "item": row["Item"], "reason": row["Reason"],
                "text": one.text if one else row["Text"], "isNew": row["File"] in fresh, "toMark": one is not None,
            }
            for row, one in zip(others, found, strict=True) if one is None or one.place not in marks
        ]  # fmt: skip
        listed.sort(key=lambda one: not one["isNew"])
        return {
            "known": self._graded.known if self._graded else 0,
            "rescored": self._graded.of_rescored() if self._graded else [],
            "files": len(files),
            "outcomes": dict(outcomes),
            "needs": listed[:MOST_ROWS],
            "needsMore": max(0, len(listed) - MOST_ROWS),
            "refused": sorted(
                (self._row(row) for row in files if row["Outcome"] == "refused"), key=lambda one: not one["isNew"]
            )[:MOST_ROWS],
            "removed": [self._row(row) for row in files if row["Reason"].startswith(run.REMOVED)][:MOST_ROWS],
            "all": [self._row(row) for row in files][:MOST_ROWS],
            "allMore": max(0, len(files) - MOST_ROWS),
        }

    def _unread(self) -> tuple[Collection[Place], dict[tuple[str | None, str, str], Answer]]:
        """The places that have marks; and by trainee, notebook and item the answers that no rule could read and a person marks."""
        desk = Desk(*self._open(), "")
        found = {(one.place.trainee, one.place.notebook, one.place.item): one for one in desk.all if one.unread}
        return desk.marks.by_place().keys(), found

    def _row(self, row: dict[str, str]) -> Told:
        return {
            "file": self._short(row["File"]), "outcome": row["Outcome"], "reason": row["Reason"], "isNew": bool(row.get("New")),
        }  # fmt: skip

    def _short(self, file: str) -> str:
        return file.removeprefix(f"{self.hand_ins}{os.sep}")

    # Marking and settling

    def sit_down(self, rater: str, role: str, share: float, item: str, proposals_first: bool) -> Told:
        """Begin to mark; return the first answer. `role`: first, second, settled or calibration; `share` above 0, up to 1."""
        self._sitting = Sitting(*self._open(), rater, role, share, item, proposals_first)
        return self._sitting.view()

    @property
    def _at_desk(self) -> Sitting:
        if self._sitting is None:
            raise NotYet("Begin to mark first.")
        return self._sitting

    def mark(self, answer: str, points: float) -> Told:
        """Keep a mark; return what may be seen after it."""
        return self._at_desk.mark(answer, points)

    def draft(self, mark: int, comment: str) -> Told:
        """Put a comment to a mark as far as it is typed."""
        self._at_desk.draft(mark, comment)
        return {}

    def say(self, mark: int, comment: str | None) -> Told:
        """Put a finished comment to a mark, or with None leave it as it is; return the next answer."""
        return self._at_desk.say(mark, comment)

    def unbank(self, answer: str, comment: str) -> Told:
        """Take a comment out of the bank from which the answer's item is commented; return what is left in it."""
        return self._at_desk.unbank(answer, comment)

    def skip(self, answer: str) -> Told:
        """Leave an answer for later; return the next one."""
        return self._at_desk.skip(answer)

    def undo(self) -> Told:
        """Take the last mark back; return its answer."""
        return self._at_desk.undo()

    def differences(self) -> Told:
        """How far two raters agree, and where they differ."""
        return differences(*self._open())

    def sheet_out(self, rater: str, role: str, share: float, item: str) -> Told:
        """Write what waits to a spreadsheet for a rater; return its name in the folder."""
        return Sitting(*self._open(), rater, role, share, item).sheet_out(self.graded)

    def sheet_in(self, rater: str, role: str, path: str) -> Told:
        """Take the marks of a spreadsheet that came back: those of the rater it was made for, or else of this one."""
        book, keys = self._open()
        rater, role = sheets.meant_for(Path(path)) or (rater, role)
        return Sitting(book, keys, rater, role).sheet_in(Path(path)) | {"rater": rater}

    def stop(self) -> Told:
        """Stop in the middle; return how the work so far ended."""
        return self._at_desk.stop()

    # The class

    def report(self) -> Told:
        """Write the class report, as `coursekit report` does."""
        found, page = class_report(*self._open())
        write_whole(self.graded / "report.html", page)
        return {"file": "report.html", "people": found.people}

    # What goes back

    def canvas_columns(self, path: str) -> Told:
        """The assignments in a gradebook file of Canvas that was put here, by their titles."""
        return {"columns": canvas_assignments(Path(path))}

    def take_away(self, notebook: str, canvas: str, assignment: str, moodle: str, moodle_grade: str, waiting: str) -> Told:
        """Bring all tables and pages up to date; return the files, what to know of them, and why a system's file did not fit.

        `waiting` is what becomes of those whose answers wait for a person, one of `lms.UNMARKED`.
        """
        book, _ = self._open()
        if waiting not in UNMARKED:
            raise NotYet(f"Nothing is known of “{waiting}”. Choose what whoever still waits gets.")
        if not notebook and len(exercises(book)) > 1:
            raise NotYet("Several exercises were handed in. Choose whose points go back.")
        if canvas and not assignment.strip():
            raise NotYet("Say which column of Canvas takes the points: the title of the assignment, as Canvas shows it.")
        back: dict[str, Any] = {"notebook": notebook}
        back |= {"canvas": (Path(canvas), assignment.strip())} if canvas else {}
        back |= {"moodle": (Path(moodle), moodle_grade.strip())} if moodle else {}
        self._drop_copies()
        book.set("unmarked", waiting)
        try:
            done = run.bring_up_to_date(book, self._keys, self.graded, feedback_page, **back).back
        except FileRefused as why:
            done = Back(refused=[str(why)])
        wrong = [f"The rest is ready, but: {why}" for why in done.refused]
        return {"said": done.said, "wrong": wrong} | self._ready()

    def _ready(self) -> Told:
        """What there is to take away, everybody by name, and whom to write to."""
        files = [
            self._given(name) | {"what": what, "group": group}
            for group, names in WHAT_FOR.items() for name, what in names.items() if (self.graded / name).is_file()
        ]  # fmt: skip
        return {"files": files, "people": self._people(), "letters": self._letters()}

    def _drop_copies(self) -> None:
        """A copy of a system's file has the points that there were when it was made."""
        for name in ("canvas.csv", "moodle.csv", "not-matched.csv"):
            (self.graded / name).unlink(missing_ok=True)

    def _given(self, name: str) -> Told:
        return {"name": name, "size": (self.graded / name).stat().st_size}

    def _letters(self) -> list[Told]:
        return [
            {"name": one.name, "id": one.system_id, "about": one.about, "text": one.text, "file": self._short(one.file)}
            for one in letters.letters(self._book, self.graded)
        ]

    def _people(self) -> list[Told]:
        pages = self.graded / "feedback"
        found = [(one, run.page_name(one)) for one in self._book.trainees()]
        senders = self._book.senders()
        return [
            {
                "id": one.id, "name": one.name or one.id, "known": _known(senders.get(one.id, [])),
                "page": f"feedback/{page}" if (pages / page).is_file() else "",
            }
            for one, page in found
        ]  # fmt: skip

    def fetch(self, name: str, at: int) -> tuple[Told, bytes]:
        """A piece of a file of the folder of what was made, from the byte `at` on, and how large the whole is."""
        found = folders.piece(self.graded, name, at)
        return {"size": found.size}, found.data

    def forget(self, trainee: str) -> Told:
        """Remove somebody, as `coursekit forget` does; return what was removed, as sentences, and what is there to take away."""
        book, _ = self._open()
        found = next((one for one in book.trainees() if one.id == trainee), None)
        if found is None:
            raise NotYet("This trainee is not in the gradebook any more.")
        sources = map(self._short, forget.sources(book, found, self.graded))
        self._sitting = None
        said = forget.forget(book, found, self.graded, run.page_name)
        said.append("What came in is still there, and is passed over from now on.")
        said.append(f"Remove it from {self.hand_ins.name}, too, and from backups: {', '.join(sources)}")
        return {"said": said} | self._ready()

    def take_again(self, file: str) -> Told:
        """Take a removal back: a file of what came in that was passed over is taken when all is scored again."""
        book, _ = self._open()
        if not forget.take_again(book, f"{self.hand_ins}{os.sep}{file}", [self.hand_ins]):
            raise NotYet(f"{file} is not there any more, or is not passed over. Score all again.")
        return {}


def _references(keys: Keys, item: Item) -> int:
    """How many answers with reference marks an item has; 0 where they cannot be read, which is said when calibration begins."""
    with suppress(CalibrationRefused):
        return len(calibration_set(keys, item)) if isinstance(item, Written) else 0
    return 0


def _known(senders: list[tuple[str, str, str]]) -> str:
    """As whom the systems know somebody: `Moodle: Maria Schmidt, 4711`."""
    numbers: dict[str, list[str]] = {}
    for system, number, name in senders:
        numbers.setdefault(f"{system.capitalize()}: {name}" if name else system.capitalize(), []).append(number)
    return "; ".join(", ".join([name, *theirs]) for name, theirs in numbers.items())


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
