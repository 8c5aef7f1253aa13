"""What learning-management systems take: feedback by their names, and their own grade files with our points put in.

A file that a system gave is edited in a copy and never made up: its columns are found by what is in them, whatever the language
of their heads.
"""

import csv
import io
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.files import whole
from coursekit.grading import letters
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.kept import Submission, Trainee
from coursekit.grading.senders import CANVAS, MOODLE, canonical, sender
from coursekit.grading.tables import defused, files_of, table

Table = list[list[str]]


class FileRefused(Exception):
    """A file of a learning-management system that cannot be used, with the reason and what to do, as a sentence for people."""


@dataclass(frozen=True)
class Person:
    """A trainee with what a learning-management system needs: its ids, and the points in all that can be had.

    `ids` are (system, id, name there); `waiting` counts answers that wait for a person and have no points yet. `points` is None
    where, for that reason, there is no grade yet.
    """

    trainee: Trainee
    ids: tuple[tuple[str, str, str], ...]
    points: float | None
    waiting: int

    @property
    def name(self) -> str:
        """The name in the files, or where there is none the one that the system gave."""
        return self.trainee.name or next((name for _, _, name in self.ids if name), "")

    @property
    def shown_points(self) -> float | str:
        """The points, or nothing where there is no grade yet."""
        return "" if self.points is None else self.points

    def of(self, system: str) -> list[str]:
        """The ids under which a system knows this trainee."""
        return [id for each, id, _ in self.ids if each == system]

    @property
    def names(self) -> set[str]:
        """All names, by their letters."""
        return {canonical(name) for name in (self.name, *(name for _, _, name in self.ids))} - {""}


@dataclass
class Class:
    """Everybody with points in the exercises of a notebook, or of all, and the points that can be had."""

    people: list[Person]
    out_of: int
    others: dict[tuple[str, str], str] = field(default_factory=dict)
    """By system and id there why somebody has no points, who is not among the people."""


@dataclass
class Filled:
    """What became of a system's file: how many rows have points; who is not in it or not for certain, (trainee, why); and whose
    rows have no points although they are nobody's of those, (name, why)."""

    rows: int = 0
    missing: list[tuple[Person, str]] = field(default_factory=list)
    empty: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


Says = list[set[str]]
"""What a row says of whose it is, the surest first."""

Points = dict[str, list[tuple[float, int]]]
"""By notebook: points in its exercise, and answers whose points wait for a person; first of all items, then of all but written
answers."""

ALL = "all"
"""In place of a notebook: the points of all exercises together."""

UNMARKED = ("wait", "so-far", "leave-out")
"""Whose answers wait for a person has no grade; or the points so far; or written answers are left out, for everybody."""


def unmarked(book: Gradebook) -> str:
    """What becomes of those whose answers wait for a person, one of UNMARKED: a setting in the gradebook, at first `wait`."""
    return str(book.setting("unmarked", UNMARKED[0]))


def points_of(hand_ins: Iterable[Submission]) -> Points:
    """What a trainee has in each exercise that was handed in."""
    found: Points = {}
    for one in hand_ins:
        if one.counts and one.part == "exercise":
            for rows in (one.scores, [row for row in one.scores if row["kind"] != "written"]):
                points = round(sum(row["score"] for row in rows if row["status"] == "scored"), 2)
                found.setdefault(one.notebook, []).append((points, sum(_waits(row) for row in rows)))
    return found


def _waits(row: dict[str, Any]) -> bool:
    """Whether points are to come from a person: what has none to give, as a play, keeps nobody's grade back."""
    return bool(row["status"] == "person" and row["points"] and row["kind"] != "roleplay")


def exercises(book: Gradebook) -> list[str]:
    """The notebooks of the exercises that anybody handed in, in their order."""
    return sorted({notebook for part, notebook, *_ in book.items() if part == "exercise"})


def the_class(book: Gradebook, everybody: Iterable[tuple[Trainee, Points]], notebook: str = ALL) -> Class:
    """Who handed in the exercise of a notebook, or any, with the points in it. Raises FileRefused where nobody did."""
    rule = unmarked(book)
    of_all, without = rule != "leave-out", ("written",) if rule == "leave-out" else ()
    items = [one for one in book.items() if one[0] == "exercise"]
    known = exercises(book)
    if notebook not in (ALL, *known):
        raise FileRefused(f"Nobody handed in an exercise “{notebook}”. The gradebook has: {', '.join(known) or 'none yet'}.")
    ids, people = book.senders(), []
    for trainee, points in everybody:
        mine = [all if of_all else rest for name, (all, rest) in points.items() if notebook in (ALL, name)]
        if mine:
            total, waiting = round(sum(one for one, _ in mine), 2), sum(waits for _, waits in mine)
            has_grade = not waiting or rule == "so-far"
            people.append(Person(trainee, tuple(ids.get(trainee.id, ())), total if has_grade else None, waiting))
    return Class(people, sum(points for _, name, _, kind, points in items if notebook in (ALL, name) and kind not in without))


# The feedback pages


def write_feedback_zip(book: Gradebook, out: Path, page_name: Callable[[Trainee], str]) -> int:
    """Pack the pages of `out`/feedback as `out`/feedback.zip, each under the names by which the systems know its trainee;
    return how many there are. Without a system it has the name that it has there."""
    packed, unfinished = 0, out / ".feedback.zip.new"
    back = book.names_back()
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for trainee in book.trainees():
            page = out / "feedback" / page_name(trainee)
            if page.exists():
                for name in back.get(trainee.id) or [page.name]:
                    archive.writestr(_entry(name), page.read_bytes(), compresslevel=1)  # a third of the time, a sixth larger
                    packed += 1
    os.replace(unfinished, out / "feedback.zip")
    return packed


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)  # with a time that is always the same, so that the same pages make the same zip
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


# The plain file

PLAIN = ["Name", "Email", "Points", "Out of", "Waiting for a person", "System id", "Trainee id"]


def write_plain(everybody: Class, path: Path) -> None:
    """A file that most systems import: name, email where the name is one, points, out of."""
    with table(path) as rows:
        rows.writerow(PLAIN)
        for one in everybody.people:
            email = one.name if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", one.name) else ""
            ids = " ".join(id for _, id, _ in one.ids)
            rows.writerow([one.name, email, one.shown_points, everybody.out_of, one.waiting, ids, one.trainee.id])


def write_missing(filled: Iterable[tuple[str, Filled]], path: Path) -> None:
    """The list of those who have no points in a system's file, by the name of our copy."""
    with table(path) as rows:
        rows.writerow(["File", "Name", "Points", "Reason", "Trainee id"])
        for file, done in filled:
            for one, reason in done.missing:
                rows.writerow([file, one.name, one.shown_points, reason, one.trainee.id])
            for name, reason in done.empty:
                rows.writerow([file, name, "", reason, ""])


# Canvas


def fill_canvas(file: Path, out: Path, everybody: Class, assignment: str) -> Filled:
    """Write a Canvas gradebook file to `out` with our points in the column of `assignment`. Raises FileRefused."""
    rows, form = _read(file, out, _is_canvas)
    head = rows[0]
    done, column, first = Filled(), _canvas_column(head, assignment), _points_possible(rows)
    most: float | None = None
    if column is None:
        done.notes.append(f"The file has no column “{assignment}”: Canvas will make a new assignment of that name.")
        if there := ", ".join(f"“{title}”" for title in _canvas_titles(rows)):
            done.notes.append(f"If one of these is meant, give its title: {there}.")
        column = len(head)
        for row in rows:
            row += [""] * (column + 1 - len(row))
        head[column] = assignment
        if first:
            rows[first][column] = str(everybody.out_of)
    elif first and (most := _number(_at(rows[first], column))) and everybody.out_of and most != everybody.out_of:
        done.notes.append(f"In Canvas the assignment has {most:g} points, here {everybody.out_of}: points were scaled to Canvas’s.")
    people = [(n, row) for n, row in enumerate(rows) if n > first and row and _at(row, 1).strip()]
    for n, one in _matched(everybody, people, lambda row: _canvas_says(head, row), done, CANVAS, 0):
        rows[n] += [""] * (column + 1 - len(rows[n]))
        rows[n][column] = f"{round(_scaled(one, everybody, most), 2):g}"
    _write(rows, form, out)
    return done


def canvas_assignments(file: Path) -> list[str]:
    """The titles of the assignments in a Canvas gradebook file. Raises FileRefused."""
    return _canvas_titles(_read(file, None, _is_canvas)[0])


def _is_canvas(head: list[str]) -> bool:
    return len(head) > 2 and "Student" in head[0] and head[1] == "ID" and "Section" in head


def _points_possible(rows: Table) -> int:
    """The number of the row of the points that can be had, or 0."""
    return next((n for n, row in enumerate(rows[1:3], 1) if row and row[0].strip().startswith("Points Possible")), 0)


def _canvas_titles(rows: Table) -> list[str]:
    """The columns that take points: Canvas says of the others that they can only be read."""
    head, first = rows[0], _points_possible(rows)
    columns = range(head.index("Section") + 1, len(head))
    return [head[n] for n in columns if head[n].strip() and not (first and "read only" in _at(rows[first], n).casefold())]


def _scaled(one: Person, everybody: Class, most: float | None) -> float:
    """Points as a system that has `most` of them counts."""
    points = one.points or 0.0
    return points * most / everybody.out_of if most and everybody.out_of else points


def _canvas_column(head: list[str], assignment: str) -> int | None:
    start = head.index("Section") + 1
    plain = [re.sub(r" \(\d+\)$", "", title.strip()) for title in head[start:]]
    found = [n for n, title in enumerate(plain, start) if assignment in (title, head[n].strip())]
    if len(found) > 1:
        titles = ", ".join(f"“{head[n]}”" for n in found)
        raise FileRefused(f"Several columns are called so: {titles}. Give one with its number to --assignment.")
    return found[0] if found else None


def _canvas_says(head: list[str], row: list[str]) -> Says:
    says: Says = [{f"id {_at(row, 1).strip()}"}]
    for title in ("SIS User ID", "SIS Login ID"):
        says.append({f"called {_at(row, head.index(title)).strip().casefold()}"} if title in head else set())
    return [*says, {f"name {canonical(row[0])}"}]


# Moodle


def fill_moodle(file: Path, out: Path, everybody: Class, grade: str = "") -> Filled:
    """Write an assignment's worksheet from Moodle to `out` with our points in its column of grades. Raises FileRefused.

    `grade` is that column's title, where it cannot be found by its content.
    """
    rows, form = _read(file, out, lambda head: len(head) > 2)
    head, body = rows[0], [row for row in rows[1:] if any(row)]
    identifier = _identifier(body, len(head))
    column, most = _grades(head, body, grade)
    done = Filled()
    if most and everybody.out_of and most != everybody.out_of:
        done.notes.append(f"Moodle's highest grade is {most:g}, here it is {everybody.out_of}: points were scaled to Moodle's.")
    comma = any(re.fullmatch(r"-?\d+,\d+", cell) for row in body for cell in row)
    people = [(n, row) for n, row in enumerate(rows) if n and any(row)]

    def says(row: list[str]) -> Says:
        called, names = {f"called {cell.strip().casefold()}" for cell in row}, {f"name {canonical(cell)}" for cell in row}
        return [{f"id {_digits(_at(row, identifier))}"}, called, names]

    for n, one in _matched(everybody, people, says, done, MOODLE, identifier + 1):
        text = f"{_scaled(one, everybody, most):.2f}"
        rows[n][column] = text.replace(".", ",") if comma else text
    _write(rows, form, out)
    return done


def _identifier(body: Table, width: int) -> int:
    """The column in which every cell is the same word and another number: `Participant 123`."""
    for column in range(width):
        cells = [_at(row, column).strip() for row in body]
        word, *others = {re.sub(r"\d+", "#", cell, count=1) for cell in cells} or {""}
        said = re.fullmatch(r"\D*#\D*", word) and any(sign.isalpha() for sign in word)
        if said and not others and len(set(cells)) == len(cells):
            return column
    raise FileRefused(
        "No column of this file says “Participant 123” in every row, in any language. Download the grading worksheet of the "
        "assignment from Moodle (with names shown or hidden), and give it as it is."
    )


def _grades(head: list[str], body: Table, title: str) -> tuple[int, float]:
    """The column of grades and the highest grade: where one column says the same number in every row, and the one before it
    has only numbers up to that, or nothing."""
    if title:
        if title not in head:
            raise FileRefused(f"There is no column “{title}”. The file has: {', '.join(head)}.")
        column = head.index(title)
        return column, _same_number(body, column + 1) or 0
    for column in range(1, len(head) - 1):
        most = _same_number(body, column + 1)
        if most and all(_can_be_grade(_at(row, column).strip(), most) for row in body):
            return column, most
    raise FileRefused(
        "It is not certain which column of this file takes the grades. Give its title with --moodle-grade; it has: "
        f"{', '.join(head)}."
    )


def _can_be_grade(cell: str, most: float) -> bool:
    number = _number(cell)
    return cell in ("", "-") or (number is not None and 0 <= number <= most)


def _same_number(body: Table, column: int) -> float | None:
    cells = {_at(row, column).strip() for row in body}
    return _number(cells.pop()) if len(cells) == 1 else None


def _digits(cell: str) -> str:
    found = re.search(r"\d+", cell)
    return found[0] if found else ""


# Both


WAITING = "Answers wait for a person, so there is no grade yet; the cell was left as it is."
NOTHING = "Nothing came in."


def _matched(
    everybody: Class,
    people: list[tuple[int, list[str]]],
    says: Callable[[list[str]], Says],
    done: Filled,
    system: str,
    names: int,
) -> Iterator[tuple[int, Person]]:
    """Each row (by its number) that has a grade and whose it is; in `done` who is not in the file, or not for certain, and whose
    rows are left (by the column of the names)."""
    by_key: dict[tuple[int, str], list[int]] = {}
    for n, row in people:
        for level, keys in enumerate(says(row)):
            for key in keys:
                by_key.setdefault((level, key), []).append(n)
    levels = len(says(people[0][1])) if people else 0
    claims: dict[int, list[Person]] = {}
    spoken_of: set[int] = set()
    for one in everybody.people:
        rows = next((found for level in range(levels) if (found := _rows_of(one, level, by_key, system))), [])
        spoken_of.update(rows)
        if len(rows) == 1:
            claims.setdefault(rows[0], []).append(one)
        else:
            done.missing.append((one, "Several rows of the file could be this trainee's." if rows else "Not in the file."))
    for n, claimants in sorted(claims.items()):
        if len(claimants) == 1 and claimants[0].points is None:
            done.missing.append((claimants[0], WAITING))
        elif len(claimants) == 1:
            done.rows += 1
            yield n, claimants[0]
        else:
            done.missing += [(one, "Several trainees could be the one in the file.") for one in claimants]
    for n, row in people:
        if n not in spoken_of:
            (id,) = says(row)[0]
            done.empty.append((_at(row, names).strip(), everybody.others.get((system, id.removeprefix("id ")), NOTHING)))


def _rows_of(one: Person, level: int, by_key: dict[tuple[int, str], list[int]], system: str) -> list[int]:
    ids = one.of(system)
    if level == 0:
        keys = [f"id {id}" for id in ids]
    elif any(not id.startswith("anon_") for id in ids):
        keys = []  # whose number the system gave is matched by that alone
    else:
        keys = [f"called {one.name.strip().casefold()}", *(f"name {name}" for name in one.names)]
    return sorted({n for key in keys if key.split(" ", 1)[1] for n in by_key.get((level, key), [])})


@dataclass(frozen=True)
class _Form:
    """How a file was written."""

    encoding: str
    delimiter: str
    end: str


def _read(file: Path, out: Path | None, is_head: Callable[[list[str]], bool]) -> tuple[Table, _Form]:
    if out and file.resolve() == out.resolve():
        raise FileRefused(f"{file} is where the copy goes. Give the file that you downloaded, from somewhere else.")
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise FileRefused(f"{file} cannot be read: {fault.strerror}.") from None
    if data[:4] == b"PK\3\4":
        raise FileRefused(f"{file.name} is a spreadsheet. Save it as CSV, or download it as CSV.")
    encoding = _encoding(data)
    text = data.decode(encoding, "replace")
    for delimiter in ",;\t":
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
        if rows and is_head(rows[0]):
            return rows, _Form(encoding, delimiter, "\r\n" if "\r\n" in text else "\n")
    raise FileRefused(f"{file.name} is not the file that is meant here. Download it again, and give it as it is.")


def _encoding(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if data[:3] == b"\xef\xbb\xbf":
        return "utf-8-sig"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _write(rows: Table, form: _Form, path: Path) -> None:
    with whole(path, form.encoding) as file:
        writer = csv.writer(file, delimiter=form.delimiter, lineterminator=form.end)
        writer.writerows([harmless(cell) for cell in row] for row in rows)


def harmless(cell: str) -> str:
    """A cell of a system's own file that no spreadsheet runs: as `defused`, but numbers and a lone hyphen stay as they are."""
    return cell if re.fullmatch(r"[-+]?[\d.,\u202f\xa0 ]*\d\s?%?|-", cell) else defused(cell)


def _at(row: list[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


# All of it


@dataclass
class Back:
    """What goes back: the files made, sentences on what to know of them, and why a system's file was refused."""

    made: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def take_away(
    book: Gradebook,
    out: Path,
    everybody: Sequence[tuple[Trainee, Points]],
    canvas: tuple[Path, str] | None = None,
    moodle: tuple[Path, str] | None = None,
    notebook: str = "",
) -> Back:
    """Write what goes back to a system into `out`, beside feedback.zip, which comes with the pages: import.csv, and copies of a
    file from Canvas (with the title of the column) or Moodle (with that of the column of grades, or ""). One file that is refused
    costs the others nothing.

    The points are those of the exercise of `notebook`, or of `ALL` together. Without it a system's file is refused where there
    are several: of one hand-in to another exercise everybody's points would be a part of twice as many. Raises FileRefused
    where nobody handed in the exercise of `notebook`.
    """
    known = exercises(book)
    several = not notebook and len(known) > 1
    people = the_class(book, everybody, notebook or ALL)
    write_plain(people, out / "import.csv")
    back = Back(["feedback.zip", "import.csv"])
    people.others = _why_none(book, out, everybody, people)
    if several:
        _say_which(back, known, people.out_of, bool(canvas or moodle))
    filled = [] if several else list(_fill_both(back, out, people, canvas, moodle))
    if unmarked(book) == "leave-out":
        back.said.append("Written answers are left out, for everybody: the points are those of the other items.")
    back.said += _who_waits(people)
    if found := letters.letters(book, out):
        back.made.append(letters.FILE)
    letters.write(found, out)
    if any(done.missing or done.empty for _, done in filled):
        write_missing(filled, out / "not-matched.csv")
        back.made.append("not-matched.csv")
        back.said.append("not-matched.csv says who has no points in a file, and why.")
    else:
        (out / "not-matched.csv").unlink(missing_ok=True)
    return back


def _say_which(back: Back, known: list[str], out_of: int, is_for_system: bool) -> None:
    """Say that there are several exercises, and that one is to be chosen."""
    together = f"{len(known)} exercises: {', '.join(known)}"
    say = f"Say with --notebook whose points are meant, or --notebook {ALL} for all together."
    if is_for_system:
        back.refused.append(f"The gradebook has {together}. No points were put into the file of Canvas or Moodle. {say}")
    else:
        back.said.append(f"The points in import.csv are those of {together}; out of {out_of}. {say}")


def _fill_both(
    back: Back, out: Path, people: Class, canvas: tuple[Path, str] | None, moodle: tuple[Path, str] | None
) -> Iterator[tuple[str, Filled]]:
    """Fill a copy of each file that there is, and say how it went; gives its name and what became of it."""
    for system, given, name, fill in (("Canvas", canvas, "canvas.csv", fill_canvas), ("Moodle", moodle, "moodle.csv", fill_moodle)):
        if not given:
            continue
        file, title = given
        try:
            done = fill(file, out / name, people, title)
        except FileRefused as why:
            back.refused.append(f"{system}: {why}")
            continue
        back.made.append(name)
        empty = len(done.empty)
        none = f", and {empty} {'has' if empty == 1 else 'have'} none from here" if empty else ""
        back.said += [f"{name}: {done.rows} {'row has' if done.rows == 1 else 'rows have'} points now{none}.", *done.notes]
        if not_in := sum(why != WAITING for _, why in done.missing):
            back.said.append(f"Not in {name}: {not_in} of {len(people.people)} trainees.")
        yield name, done


def _why_none(
    book: Gradebook, out: Path, everybody: Sequence[tuple[Trainee, Points]], people: Class
) -> dict[tuple[str, str], str]:
    """By sender why there are no points of somebody: refused, another exercise, only a lesson."""
    refused = [(by, row["Reason"]) for row in files_of(out) if row["Outcome"] == "refused" and (by := sender(row["File"]))]
    why = {(by.system, by.id): f"What came in was refused: {reason}" for by, reason in refused}
    here, ids = {one.trainee.id for one in people.people}, book.senders()
    for trainee, points in everybody:
        if trainee.id not in here:
            other = f"Handed in another exercise: {', '.join(sorted(points))}." if points else "Handed in no exercise."
            why |= {(system, id): other for system, id, _ in ids.get(trainee.id, ())}
    return why


SHOWN = 12


def _who_waits(people: Class) -> list[str]:
    """A sentence on those whose answers wait for a person, by name, and what they have."""
    waiting = [one for one in people.people if one.waiting]
    if not waiting:
        return []
    names = ", ".join(one.name or one.trainee.id for one in waiting[:SHOWN])
    more = f" and {len(waiting) - SHOWN} more" if len(waiting) > SHOWN else ""
    have = "no grade yet" if waiting[0].points is None else "only the points so far"
    who = "1 trainee has" if len(waiting) == 1 else f"{len(waiting)} trainees have"
    return [f"{who} {have}, because answers still wait for a person ({sum(one.waiting for one in waiting)}): {names}{more}."]
