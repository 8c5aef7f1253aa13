"""`coursekit mark`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coursekit.cli.app import app, fail
from coursekit.cli.desk import Screen

if TYPE_CHECKING:
    from coursekit.grading.agreement import Agreement
    from coursekit.grading.gradebook import Gradebook
    from coursekit.grading.keys import Keys
    from coursekit.grading.marking import Desk
    from coursekit.grading.marks import Role
    from coursekit.grading.sheets import Taken


@app.command()
def mark(
    rater: Annotated[str, typer.Option(help="Your name, kept with each of your marks.")] = "",
    graded: Annotated[Path, typer.Option(help="The folder that `coursekit grade` wrote.")] = Path("graded"),
    gradebook: Annotated[str, typer.Option(help="As for `coursekit grade` (default: gradebook.sqlite in that folder).")] = "",
    solutions: Annotated[Path, typer.Option(help="The folder that holds keys and rubrics.")] = Path("solutions"),
    item: Annotated[str, typer.Option(help="Mark the answers to this item alone.")] = "",
    out: Annotated[Path | None, typer.Option(help="Write what waits to a spreadsheet, .xlsx or .csv.")] = None,
    in_: Annotated[Path | None, typer.Option("--in", help="Take the marks of a spreadsheet that came back.")] = None,
    sample: Annotated[str, typer.Option(help="Mark a share drawn by lot, as in 20%, and leave the others.")] = "",
    second: Annotated[str, typer.Option(help="Be the second rater of a share, as in 30%, blind to the first.")] = "",
    disagreements: Annotated[bool, typer.Option("--disagreements", help="List where two raters differ, and how far.")] = False,
    settle: Annotated[bool, typer.Option("--settle", help="Settle where two raters differ.")] = False,
    calibrate: Annotated[bool, typer.Option("--calibrate", help="Mark answers that have reference marks, and compare.")] = False,
    proposals_first: Annotated[bool, typer.Option("--proposals-first", help="Show the coder's proposal before your mark.")] = False,
) -> None:
    """Mark written answers by their rubrics, and give points to what no rule could score, names hidden: in this terminal, or in
    a spreadsheet that goes out and comes back.

    Each mark is kept as it is given, beside the scores; grading again never touches it. Afterwards tables and feedback pages
    in the folder are brought up to date.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from coursekit.grading.gradebook import Gradebook, GradebookRefused
    from coursekit.grading.keys import Keys, KeysRefused
    from coursekit.grading.marking import MarkingRefused
    from coursekit.grading.rubrics import CalibrationRefused

    book_at = gradebook or graded / "gradebook.sqlite"
    if isinstance(book_at, Path) and not book_at.is_file():
        fail(f"There is no gradebook {book_at}. Grade first: coursekit grade hand-ins.zip")
    if not (disagreements and not settle) and not rater.strip():
        fail('Say who marks, so that it can be kept with the mark: --rater "Your name"')
    try:
        role: Role = "settled" if settle else "second" if second else "first"
        with Gradebook(book_at) as book:
            keys = Keys(solutions)
            if disagreements and not settle:
                return _differences(book, keys)
            desk = _desk(book, keys, " ".join(rater.split()), role, _share(second or sample), item, calibrate)
            if _work(desk, out, in_, proposals_first):
                _bring_up_to_date(book, keys, graded)
    except (GradebookRefused, KeysRefused, MarkingRefused, CalibrationRefused, OSError) as refused:
        fail(str(refused))
    except SQLAlchemyError as fault:
        fail(f"Stopped: {getattr(fault, 'orig', None) or fault}\nEvery mark that was saved is kept. Run it again to go on.")


def _share(text: str) -> float:
    if not text:
        return 1.0
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*%?\s*", text)
    share = float(found[1].replace(",", ".")) / 100 if found else 0.0
    if not 0 < share <= 1:
        fail(f"“{text}” is no share. Write a percentage, as in 20%.")
    return share


def _desk(book: "Gradebook", keys: "Keys", rater: str, role: "Role", share: float, item: str, calibrate: bool) -> "Desk":
    from coursekit.grading.marking import CalibrationDesk, Desk

    desk = CalibrationDesk(book, keys, rater, item) if calibrate else Desk(book, keys, rater, role, share, item)
    if item and not desk.all:
        fail(f"No answer to {item} is marked by a person.")
    return desk


def _work(desk: "Desk", out: Path | None, in_: Path | None, proposals_first: bool) -> bool:
    """Do what was asked for; return whether there are new marks on answers of trainees."""
    from coursekit.grading import sheets

    if in_:
        return _taken(sheets.read(in_, desk), in_)
    if out:
        if out.suffix.lower() not in (".csv", ".xlsx"):
            fail(f"{out.name} is no spreadsheet. Let its name end in .xlsx or .csv")
        rows = sheets.write(out, desk)
        back = f"{out}: answers {rows}. Fill in points and comments, and bring it back: --in {out}"
        typer.echo(back if rows else _nothing(desk))
        return False
    older = [] if desk.role == "calibration" else desk.older()
    if older:
        typer.secho(f"Marked against an older rubric: {len(older)}. Those marks count until there are new ones.", fg="yellow")
    if not desk.queue():
        typer.echo(_nothing(desk))
    marked = Screen(desk, proposals_first).run()
    if desk.role == "calibration":
        _calibrated(desk)
        return False
    typer.echo(f"{marked} marked, {len(desk.queue())} left.")
    return True


def _nothing(desk: "Desk") -> str:
    if not desk.own():
        return "Nothing waits for you."
    return "Nothing waits for you: the other mark is yours already, and nobody gives both. A colleague marks, by --rater."


def _taken(taken: "Taken", path: Path) -> bool:
    typer.echo(f"{path}: marks taken {taken.taken}, there already {taken.same}, rows without points {taken.empty}.")
    for row, reason in taken.bad:
        typer.secho(f"Row {row} was left out: {reason}", fg="red")
    return True


def _calibrated(desk: "Desk") -> None:
    """The rater beside the reference: agreement, and each answer on which they differ."""
    from coursekit.grading.agreement import agreement
    from coursekit.grading.marking import CalibrationDesk

    assert isinstance(desk, CalibrationDesk)
    compared = desk.compared()
    for item in dict.fromkeys(one.answer.item.id for one in compared):
        here = [one for one in compared if one.answer.item.id == item]
        _agree(f"{item}, you and the reference", agreement([(one.points, one.reference.points) for one in here]))
        for one in here:
            if one.points != one.reference.points:
                typer.echo(f"  you {one.points:g}, reference {one.reference.points}: {one.answer.text}\n    {one.reference.why}")


def _differences(book: "Gradebook", keys: "Keys") -> None:
    from coursekit.grading.marking import agreements
    from coursekit.grading.marking import disagreements as differing

    for item, found in agreements(book, keys).items():
        _agree(item, found)
    rows = differing(book, keys)
    for one in rows:
        typer.echo(f"\n{one.answer.item.id}, {one.answer.pseudonym}: {one.answer.text}")
        for given in (one.first, one.second):
            typer.echo(f"  {given.rater}: {given.points:g} {given.comment}".rstrip())
    typer.echo(f"\n{len(rows)} to settle. Sit down together: coursekit mark --settle" if rows else "Nothing is left to settle.")


def _agree(what: str, found: "Agreement") -> None:
    """One line of figures, what they mean, and a sentence where they are to be read with care."""
    from coursekit.grading.agreement import MEANING

    said = [f"{found.n} answers"]
    if found.alike is not None:
        said.append(f"the same mark {found.alike:.0f} %, at most one apart {found.near:.0f} %")
    if found.kappa is not None and found.icc is not None and found.interval:
        low, high = found.interval
        said += [f"weighted kappa {found.kappa:.2f}", f"ICC(2,1) {found.icc:.2f} (95 % interval {low:.2f} to {high:.2f})"]
    typer.secho(f"{what}: {'; '.join(said)}.", bold=True)
    if found.icc is not None:
        typer.echo(f"  {MEANING}")
    if found.caution:
        typer.secho(f"  {found.caution}", fg="yellow")


def _bring_up_to_date(book: "Gradebook", keys: "Keys", graded: Path) -> None:
    from coursekit.grading.run import bring_up_to_date
    from coursekit.pages.feedback import feedback_page

    pages = bring_up_to_date(book, keys, graded, feedback_page).pages
    typer.echo(f"In {graded}: grades.csv, needs-a-person.csv and {pages} feedback pages are up to date.")
