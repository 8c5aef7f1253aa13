"""Removing a person: from the gradebook, and from the tables and pages that were made of it."""

import csv
from collections.abc import Callable
from pathlib import Path

from coursekit.grading.gradebook import Gradebook, Trainee
from coursekit.grading.lms import write_feedback_zip
from coursekit.grading.tables import table
from coursekit.grading.whose import folded

COPIES = ("canvas.csv", "moodle.csv", "report*.html", "marking*.csv", "marking*.xlsx")
"""What was made from the whole class and cannot be made without somebody by taking out a row."""


def who(book: Gradebook, text: str) -> list[Trainee]:
    """The trainees who are meant by an id (ours, or that of a learning-management system) or by a name in full."""
    text = text.strip()
    senders = {id for id, known in book.senders().items() if any(text == number for _, number, _ in known)}
    everybody = book.trainees()
    by_id = [one for one in everybody if one.id == text or one.id in senders]
    return by_id or [one for one in everybody if one.name and folded(one.name) == folded(text)]


def forget(book: Gradebook, trainee: Trainee, out: Path, page_name: Callable[[Trainee], str]) -> list[str]:
    """Remove a trainee from the gradebook and from the output folder `out`; return what was removed, as sentences.

    The files that came in are the instructor's, and stay. Running again after a crash goes on.
    """
    rows = book.remove(trainee.id)
    said = [f"In the gradebook: {', '.join(f'{name} ({count})' for name, count in rows.items()) or 'nothing'}."]
    pages = sorted((out / "feedback").glob(f"*-{trainee.id}.html"))
    for page in pages:
        page.unlink()
        said.append(f"Page removed: feedback/{page.name}")
    for path in sorted(out.glob("*.csv")):
        if gone := _without(path, trainee.id):
            said.append(f"{path.name}: {gone} {'row' if gone == 1 else 'rows'} removed.")
    for path in sorted({path for pattern in COPIES for path in out.glob(pattern)}):
        path.unlink()
        said.append(f"{path.name} removed, because it was made from the whole class. Make it again.")
    if (out / "feedback.zip").exists():
        write_feedback_zip(book, out, page_name)
        said.append("feedback.zip packed anew.")
    return said


def _without(path: Path, id: str) -> int:
    """Take out the rows of one of our tables in which a trainee stands, as subject or in passing; return how many."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file)) if "Trainee id" in file.readline() and not file.seek(0) else []
    kept = [row for row in rows if not any(id in cell for cell in row)]
    if len(kept) < len(rows):
        with table(path) as writer:
            for row in kept:
                writer.writerow(row)
    return len(rows) - len(kept)
