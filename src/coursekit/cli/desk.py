"""Marking in a terminal: one answer after another, by the keyboard. `coursekit mark` opens it."""

from collections import deque
from typing import TYPE_CHECKING

import typer

from coursekit.cli.app import fail

if TYPE_CHECKING:
    from coursekit.grading.marking import Answer, Desk

QUIET = "bright_black"


class Screen:
    """Shows what waits at a desk, takes keys, and keeps each mark as it is given."""

    def __init__(self, desk: "Desk", proposals_first: bool = False):
        self.desk, self.proposals_first, self.marked = desk, proposals_first, 0
        self.blind = desk.role == "calibration"
        self._item = ""

    def run(self) -> int:
        """Go on until all is marked or the rater stops; return how many marks were given."""
        back: deque[Answer] = deque()
        while one := back.popleft() if back else self._next():
            self._show(one)
            done = self._keys(one)
            if done == "stop":
                break
            if done == "undo" and (undone := self.desk.undo()):
                self.marked = max(0, self.marked - 1)
                typer.secho(f"Taken back: {undone.item.id}, {undone.pseudonym}.", fg="yellow")
                back.append(undone)
            elif done == "undo":
                typer.echo("There is nothing of yours to take back.")
        return self.marked

    def _next(self) -> "Answer | None":
        one = self.desk.next()
        if not one and (left := len(self.desk.queue())):
            typer.echo(f"{_count(left, 'answer')} that you skipped still {'waits' if left == 1 else 'wait'}.")
        return one

    # What is shown

    def _show(self, one: "Answer") -> None:
        left = len(self.desk.queue())
        minutes = self.desk.minutes(left)
        typer.echo(f"\n{'─' * 72}")
        typer.secho(f"{one.item.id} · {one.item.title} · {one.pseudonym}", bold=True)
        typer.secho(f"{left} left, about {_count(minutes, 'minute')}", fg=QUIET)
        if one.item.context and one.item.id != self._item:  # once for each item: the scene is the same for all
            typer.echo(f"\n{one.item.context}")
        self._item = one.item.id
        typer.echo(f"\n{one.item.line.who}: {one.item.line.text}\n")
        for line in (one.text or "(no words)").splitlines():
            typer.secho(f"  │ {line}", bold=True)
        if one.note:
            typer.secho(f"\n{one.note}", fg="yellow")
        for mark in self.desk.both(one) if self.desk.role == "settled" else ():
            typer.echo(f"\n{mark.rater} gave {mark.points:g}. {mark.comment}".rstrip())
        typer.echo("")
        for level in one.rubric.levels:
            typer.echo(f"  {level.points}  {level.name}")
        if not one.rubric.levels:
            typer.echo(one.rubric.text)
        if self.proposals_first and not self.blind:
            self._propose(one)
        more = "" if self.blind else ", m model replies"
        typer.secho(f"0 to {one.top} to mark, r rubric{more}, s skip, u undo, q stop", fg=QUIET)

    def _propose(self, one: "Answer") -> None:
        """What the machine makes of it; it counts for nothing."""
        from coursekit.grading.proposals import cells

        _, _, named, proposal, sure, for_, against, why_none, by = cells(one.row, self.desk.keys)
        said = f"{proposal}, {sure} % sure" if proposal else f"no proposal: {why_none}"
        typer.secho(f"\nThe coder ({by or 'no reading'}): {said}", fg="cyan")
        for head, words in (("for it", for_), ("against it", against), ("the trainee called it", named)):
            if words:
                typer.secho(f"  {head}: {words}", fg="cyan")

    def _rubric(self, one: "Answer") -> None:
        typer.echo(f"\n{one.rubric.without_examples if self.blind else one.rubric.text}\n")

    def _models(self, one: "Answer") -> None:
        key = one.item.key
        for head, examples in (("Models", key.models), ("Replies that tempt", key.poor)) if key else ():
            typer.echo(f"\n{head}")
            for example in examples:
                typer.echo(f"  {example.text}\n    {example.why}")

    # What is typed

    def _keys(self, one: "Answer") -> str:
        """Take keys for an answer until it is marked or left: `marked`, `skip`, `undo` or `stop`."""
        while True:
            key = self._key(one)
            if key.isdecimal() and int(key) <= one.top:
                self._mark(one, int(key))
                return "marked"
            if key in ("u", "q", ""):
                return "undo" if key == "u" else "stop"
            if key == "s":
                self.desk.skip(one)
                return "skip"
            if key == "r":
                self._rubric(one)
            elif key == "m" and not self.blind:
                self._models(one)
            elif key.strip():
                typer.echo(f"“{key}” is no mark here. Press 0 to {one.top}, r, s, u or q.")

    @staticmethod
    def _key(one: "Answer") -> str:
        try:
            return (typer.getchar() if one.top <= 9 else typer.prompt("Mark")).lower().strip("\x03\x04")
        except (EOFError, KeyboardInterrupt, typer.Abort):
            return "q"
        except OSError:
            fail("There is no keyboard here. Mark in a spreadsheet: --out marking.xlsx")

    def _mark(self, one: "Answer", points: int) -> None:
        mark = self.desk.mark(one, points)
        self.marked += 1
        level = one.rubric.level(points)
        typer.secho(f"{points}{': ' + level.name if level else ''}. Saved.", fg="green")
        if self.blind:
            return
        if not self.proposals_first:
            self._propose(one)
        if comment := self._comment(one):
            self.desk.marks.say(mark, comment)

    def _comment(self, one: "Answer") -> str:
        """What is said with a mark; a hyphen and a number take a comment out of the bank, and it is asked again."""
        bank = self.desk.marks.comments(one.item.id)
        for number, said in list(enumerate(bank, 1))[-30:]:
            typer.secho(f"  {number:2}  {said}", fg=QUIET)
        try:
            asked = "Comment (Enter: none; a number: that one; -number: out of the bank)"
            typed = typer.prompt(asked, default="", show_default=False).strip()
        except (EOFError, KeyboardInterrupt, typer.Abort):
            return ""
        number = typed.removeprefix("-")
        if not (number.isdecimal() and 1 <= int(number) <= len(bank)):
            return typed
        said = bank[int(number) - 1]
        if number == typed:
            return said
        self.desk.marks.unbank(one.item.id, said)
        typer.secho(f"Out of the bank: {said}", fg="yellow")
        return self._comment(one)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
