"""Marking in a terminal: one answer after another, by the keyboard. `coursekit mark` opens it."""

from collections import deque
from typing import TYPE_CHECKING

import typer

from coursekit.cli.app import fail

if TYPE_CHECKING:
    from coursekit.grading.marking import Answer, Desk
    from coursekit.grading.unread import Unread

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
        if one.scene and one.item.id != self._item:  # once for each item: it is the same for all
            typer.echo(f"\n{one.scene}")
        self._item = one.item.id
        self._show_unread(one.unread, one.note) if one.unread else self._show_written(one)
        for mark in self.desk.both(one) if self.desk.role == "settled" else ():
            typer.echo(f"\n{mark.rater} gave {mark.points:g}. {mark.comment}".rstrip())
        typer.echo("")
        for level in one.rubric.levels:
            typer.echo(f"  {level.points}  {level.name}")
        if not one.rubric.levels and one.rubric.text:
            typer.echo(one.rubric.text)
        if self.proposals_first and not self.blind:
            self._propose(one)
        typer.secho(_keys_for(one, self.blind), fg=QUIET)

    @staticmethod
    def _show_written(one: "Answer") -> None:
        if one.line:
            typer.echo(f"\n{one.line.who}: {one.line.text}\n")
        for line in (one.text or "(no words)").splitlines():
            typer.secho(f"  │ {line}", bold=True)
        if one.note:
            typer.secho(f"\n{one.note}", fg="yellow")

    @staticmethod
    def _show_unread(unread: "Unread", why: str) -> None:
        """Each piece of an item beside what was handed in and what the key has."""
        from coursekit.grading.unread import NO_PLACE, NOBODY

        typer.secho(f"\n{NOBODY} {why}\n", fg="yellow")
        for one in unread.pieces:
            typer.echo(one.asked)
            if one.given:
                typer.secho(f"  │ {one.given}", bold=True)
            if said := " – ".join(filter(None, [one.wanted and f"key: {one.wanted}", one.why])):
                typer.secho(f"  {said}", fg=QUIET)
        if unread.rest:
            typer.secho(f"\n{NO_PLACE}:\n  │ {unread.rest}", bold=True)

    def _propose(self, one: "Answer") -> None:
        """What the machine makes of a written answer; it counts for nothing."""
        if one.unread:
            return
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
        for head, examples in zip(("Models", "Replies that tempt"), one.replies, strict=True):
            typer.echo(f"\n{head}")
            for example in examples:
                typer.echo(f"  {example.text}\n    {example.why}")

    # What is typed

    def _keys(self, one: "Answer") -> str:
        """Take keys for an answer until it is marked or left: `marked`, `skip`, `undo` or `stop`."""
        while True:
            key = self._key(one)
            if (points := one.points(key)) is not None:
                self._mark(one, points)
                return "marked"
            if key in ("u", "q", ""):
                return "undo" if key == "u" else "stop"
            if key == "s":
                self.desk.skip(one)
                return "skip"
            if key == "r" and not one.unread:
                self._rubric(one)
            elif key == "m" and not one.unread and not self.blind:
                self._models(one)
            elif key.strip():
                typer.echo(f"“{key}” is no mark here. A mark is {one.marks}; or press {'' if one.unread else 'r, '}s, u or q.")

    @staticmethod
    def _key(one: "Answer") -> str:
        """A key, or what was typed where one key is not enough for a mark."""
        try:
            key = (typer.getchar() if one.top <= 9 else typer.prompt("Mark")).lower().strip("\x03\x04")
            return typer.prompt("Points") if key in (".", ",") and not one.rubric.levels else key
        except (EOFError, KeyboardInterrupt, typer.Abort):
            return "q"
        except OSError:
            fail("There is no keyboard here. Mark in a spreadsheet: --out marking.xlsx")

    def _mark(self, one: "Answer", points: float) -> None:
        mark = self.desk.mark(one, points)
        self.marked += 1
        level = one.rubric.level(points)
        typer.secho(f"{points:g}{': ' + level.name if level else ''}. Saved.", fg="green")
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


def _keys_for(one: "Answer", blind: bool) -> str:
    """The line that says which keys there are."""
    other = "" if one.rubric.levels else ", . for points in between"
    more = "" if one.unread else ", r rubric" if blind else ", r rubric, m model replies"
    return f"0 to {one.top} to mark{other}{more}, s skip, u undo, q stop"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
