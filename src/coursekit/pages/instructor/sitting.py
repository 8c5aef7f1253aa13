"""A rater at work in the panel: one answer at a time, what may be seen before a mark and what after it."""

from pathlib import Path
from typing import Any, get_args

from coursekit.grading import proposals, sheets
from coursekit.grading.agreement import MEANING, Agreement, agreement
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.keys import Keys
from coursekit.grading.marking import Answer, CalibrationDesk, Desk, MarkingRefused, agreements, disagreements
from coursekit.grading.marks import Mark, Role
from coursekit.grading.unread import NO_PLACE, NOBODY, Unread
from coursekit.pages.instructor.folders import fitting

Told = dict[str, Any]


class Sitting:
    """One rater in one role. Raises MarkingRefused where that cannot be."""

    def __init__(
        self,
        book: Gradebook,
        keys: Keys,
        rater: str,
        role: str = "first",
        share: float = 1.0,
        item: str = "",
        proposals_first: bool = False,
    ):
        rater = " ".join(rater.split())
        if not rater:
            raise MarkingRefused("Say who marks: your name is kept with each of your marks.")
        if role not in get_args(Role) or not 0 < share <= 1:
            raise MarkingRefused(f"Nobody marks as {role!r}, or a share of {share}.")
        if role == "calibration":
            self.desk: Desk = CalibrationDesk(book, keys, rater, item)
        else:
            self.desk = Desk(book, keys, rater, role, share, item)  # type: ignore[arg-type]
        self._keys, self._proposals_first = keys, proposals_first
        self._taken_back: Answer | None = None

    def view(self) -> Told:
        """The answer that is next, with all that a rater sees before a mark; without one, how the work ended."""
        queue = self.desk.queue()
        one, self._taken_back = self._taken_back or self.desk.next(), None
        told: Told = {"role": self.desk.role, "left": len(queue), "minutes": self.desk.minutes(len(queue)), "all": self.desk.mine()}
        if one is None:
            return told | {"answer": None, "skipped": len(queue), **self._ended()}
        older = self.desk.given(one) if self.desk.role in ("first", "second") else None
        return told | {
            "answer": self._answer(one),
            "older": f"Marked {older.points:g} against an older text of the rubric." if older else "",
            "both": [_mark(mark) for mark in self.desk.both(one)] if self.desk.role == "settled" else [],
            "proposal": self._proposal(one) if self._proposals_first else "",
            "comment": self._said(one),
        }

    def _said(self, one: Answer) -> str:
        """What this rater said of an answer before, as with a mark that was taken back."""
        return "" if self.desk.role == "calibration" else self.desk.marks.last_said(one.place, self.desk.rater, self.desk.role)

    def _answer(self, one: Answer) -> Told:
        blind = self.desk.role == "calibration"
        kinds = zip(("A model reply", "A reply that tempts"), one.replies if not blind else ([], []), strict=True)
        return {
            "id": one.place.id,
            "item": one.item.id,
            "title": one.item.title,
            "called": one.pseudonym,
            "scene": one.scene,
            "who": one.line.who if one.line else "",
            "line": one.line.text if one.line else "",
            "text": one.text,
            "note": one.note,
            "unread": _unread(one.unread) if one.unread else None,
            "top": one.top,
            "levels": [
                {"points": level.points, "name": level.name, "about": level.about, "examples": [] if blind else level.examples}
                for level in one.rubric.levels
            ],
            "rubric": one.rubric.without_examples if blind else one.rubric.text,
            "models": [{"kind": kind, "text": each.text, "why": each.why} for kind, given in kinds for each in given],
        }

    def _proposal(self, one: Answer) -> str:
        if not one.row or one.unread or self.desk.role == "calibration":
            return ""
        _, _, named, proposal, sure, for_, against, why_none, by = proposals.cells(one.row, self._keys)
        if proposal:
            said = [f"The program’s guess ({by}): {proposal}, {sure} % sure."]
        else:
            said = [f"The program has no guess: {why_none}."]
        said += [f"For it: {for_}."] if for_ else []
        said += [f"Against it: {against}."] if against else []
        said += [f"The trainee called it: {named}."] if named else []
        return " ".join(said)

    def _find(self, id: str) -> Answer:
        found = next((one for one in self.desk.all if one.place.id == id), None)
        if found is None:
            raise MarkingRefused("This answer is not there any more. Begin to mark again.")
        return found

    def mark(self, id: str, points: float) -> Told:
        """Keep a mark, with what was said of the answer before; return its number, its level, and what was hidden until now."""
        one = self._find(id)
        said = self._said(one)
        number = self.desk.mark(one, points)
        if said:
            self.draft(number, said)
        level = one.rubric.level(points)
        blind = self.desk.role == "calibration"
        return {
            "mark": number,
            "points": points,
            "level": level.name if level else "",
            "left": (left := len(self.desk.queue())),
            "minutes": self.desk.minutes(left),
            "proposal": "" if blind or self._proposals_first else self._proposal(one),
            "bank": [] if blind else self.desk.marks.comments(one.item.id),
            "comment": said,
        }

    def draft(self, mark: int, comment: str) -> None:
        """Put a comment to a mark as far as it is typed: it joins no bank."""
        self.desk.marks.say(mark, comment.strip(), finished=False)

    def say(self, mark: int, comment: str | None) -> Told:
        """Put a finished comment to a mark in the place of an earlier one, or with None leave it; return the next view."""
        if comment is not None:
            self.desk.marks.say(mark, comment.strip())
        return self.view()

    def unbank(self, id: str, comment: str) -> Told:
        """Take a comment on the item of an answer out of the bank; return what is left in it."""
        item = self._find(id).item.id
        self.desk.marks.unbank(item, comment)
        return {"bank": self.desk.marks.comments(item)}

    def skip(self, id: str) -> Told:
        """Pass an answer over; return the next view."""
        self.desk.skip(self._find(id))
        return self.view()

    def undo(self) -> Told:
        """Take the last mark back; return its answer's view. Raises MarkingRefused where there is none."""
        self._taken_back = self.desk.undo()
        if self._taken_back is None:
            raise MarkingRefused("There is no mark of yours to take back.")
        return self.view()

    # The end

    def stop(self) -> Told:
        """Leave the rest for another time; return how it ended so far."""
        left = len(self.desk.queue())
        return {"role": self.desk.role, "left": left, "answer": None, "skipped": left, **self._ended()}

    def _ended(self) -> Told:
        told: Told = {"why": self._why(), "canUndo": self.desk.last() is not None}
        if not isinstance(self.desk, CalibrationDesk):
            return told
        compared = self.desk.compared()
        items = dict.fromkeys(one.answer.item.id for one in compared)
        found = {id: [one for one in compared if one.answer.item.id == id] for id in items}
        return told | {
            "agreements": [
                _agreement(id, rows[0].answer.item.title, agreement([(one.points, one.reference.points) for one in rows]))
                for id, rows in found.items()
            ],
            "compared": [
                {
                    "text": one.answer.text, "points": one.points, "reference": one.reference.points, "why": one.reference.why,
                    "item": one.answer.item.id,
                }
                for one in compared if one.points != one.reference.points
            ],
        }  # fmt: skip

    def _why(self) -> str:
        """Why what may seem to wait does not wait for this rater."""
        own = len(self.desk.own())
        if not own:
            return ""
        other = "first" if self.desk.role == "second" else "second"
        has = "1 answer has its" if own == 1 else f"{own} answers have their"
        return (
            f"{has} {other} mark from {self.desk.rater}, and nobody gives both marks. Ask a colleague, or give the "
            "colleague’s name in the field “Your name”."
        )

    # In a spreadsheet

    def sheet_out(self, folder: Path) -> Told:
        """Write what waits to a spreadsheet in the folder; return its name, how many answers it has, and why perhaps none."""
        called = "-".join(self.desk.rater.replace("/", " ").split())
        name = fitting(f"marking-{called}.xlsx")
        return {"answers": sheets.write(folder / name, self.desk), "name": name, "why": self._why()}

    def sheet_in(self, path: Path) -> Told:
        """Take a spreadsheet's marks; return what became of its rows."""
        taken = sheets.read(path, self.desk)
        bad = [{"row": row, "reason": reason} for row, reason in taken.bad]
        return {"taken": taken.taken, "same": taken.same, "empty": taken.empty, "bad": bad}


def _unread(found: Unread) -> Told:
    """What was handed in beside item and key, for a table."""
    pieces = [{"asked": one.asked, "given": one.given, "wanted": one.wanted, "why": one.why} for one in found.pieces]
    return {"pieces": pieces, "rest": found.rest, "said": NOBODY, "noPlace": NO_PLACE}


def differences(book: Gradebook, keys: Keys) -> Told:
    """The agreement of two raters for each item, and the answers to which they gave different marks."""
    titles = {item.id: item.title for items in keys.notebooks.values() for item in items.values()}
    rows = [
        {
            "item": one.answer.item.id, "called": one.answer.pseudonym, "text": one.answer.text,
            "both": [_mark(one.first), _mark(one.second)],
        }
        for one in disagreements(book, keys)
    ]  # fmt: skip
    return {"agreements": [_agreement(id, titles[id], found) for id, found in agreements(book, keys).items()], "rows": rows}


def _mark(mark: Mark) -> Told:
    return {"rater": mark.rater, "points": mark.points, "comment": mark.comment}


def _agreement(id: str, title: str, found: Agreement) -> Told:
    return {
        "item": id,
        "title": title,
        "n": found.n,
        "alike": found.alike,
        "near": found.near,
        "kappa": found.kappa,
        "icc": found.icc,
        "interval": found.interval,
        "caution": found.caution,
        "meaning": MEANING if found.icc is not None else "",
    }
