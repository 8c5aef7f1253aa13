"""`coursekit grade`."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from coursekit.cli.app import app

if TYPE_CHECKING:
    from coursekit.grading.run import Progress, Summary


class Counts(StrEnum):
    """Which of several hand-ins counts; all are kept."""

    latest = "latest"
    first = "first"
    most = "most"


class Unmarked(StrEnum):
    """What becomes of those whose answers wait for a person, in what goes back to a system."""

    wait = "wait"
    so_far = "so-far"
    leave_out = "leave-out"


@app.command()
def grade(
    paths: Annotated[list[Path], typer.Argument(help="What was handed in: files, folders, zips.")],
    solutions: Annotated[Path, typer.Option(help="The folder that holds the keys.")] = Path("solutions"),
    gradebook: Annotated[
        str, typer.Option(help="A file, or the address of a database (default: gradebook.sqlite in the output folder).")
    ] = "",
    out: Annotated[Path, typer.Option(help="Where tables and feedback pages go.")] = Path("graded"),
    counts: Annotated[
        Counts | None,
        typer.Option(help="Of several hand-ins of one notebook by one trainee. Kept in the gradebook (at first: latest)."),
    ] = None,
    canvas: Annotated[
        Path | None, typer.Option(help="A gradebook file from Canvas: a copy with the points is made. Needs --assignment.")
    ] = None,
    assignment: Annotated[str, typer.Option(help="The title of the column in Canvas that takes the points.")] = "",
    moodle: Annotated[
        Path | None, typer.Option(help="The grading worksheet of an assignment from Moodle: a copy with the grades is made.")
    ] = None,
    moodle_grade: Annotated[str, typer.Option(help="The title of its column of grades, where it cannot be found.")] = "",
    notebook: Annotated[
        str, typer.Option(help="The exercise whose points go into these files, or `all` together. Needed where there are several.")
    ] = "",
    unmarked: Annotated[
        Unmarked | None,
        typer.Option(
            help="Whose answers wait for a person gets no grade in these files (wait), or the points so far (so-far); or written "
            "answers are left out for everybody, which is fair where only a sample is marked (leave-out). Kept in the gradebook "
            "(at first: wait)."
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that do the work: as many as the machine has cores.")] = 1,
    dask: Annotated[str, typer.Option(help="The address of a Dask scheduler whose cluster does the work instead.")] = "",
) -> None:
    """Grade what trainees handed in: scores, plays, what a person must read, and a feedback page for each trainee.

    Nothing in a submission is executed. Running again doubles nothing and loses nothing.

    Exit status: 0 when every file was taken, 1 when some were refused (the others are graded all the same) or a file of Canvas
    or Moodle was, 2 when nothing could be graded.
    """
    from coursekit.grading import pools
    from coursekit.grading.keys import Keys, KeysRefused
    from coursekit.pages.feedback import feedback_page

    if canvas and not assignment:
        _stop("Give --assignment with the title of the column in Canvas that takes the points.")
    for_canvas = (canvas, assignment) if canvas else None
    for_moodle = (moodle, moodle_grade) if moodle else None
    try:
        keys = Keys(solutions)
        with pools.of(keys, feedback_page, workers, dask) as pool:
            # While its processes get ready, the rest is loaded here.
            from sqlalchemy.exc import SQLAlchemyError

            from coursekit.grading.gradebook import Gradebook, GradebookRefused
            from coursekit.grading.lms import Back, FileRefused, take_away
            from coursekit.grading.run import grade as run

            back = Back()
            try:
                with Gradebook(gradebook or out / "gradebook.sqlite") as book, _progress() as tell:
                    summary = run(paths, keys, book, out, feedback_page, tell, pool, counts and counts.value)
                    if unmarked:
                        book.set("unmarked", unmarked.value)
                    try:
                        back = take_away(book, out, summary.points, for_canvas, for_moodle, notebook)
                    except FileRefused as why:
                        back.refused = [str(why)]
            except GradebookRefused as refused:
                _stop(str(refused))
            except (OSError, SQLAlchemyError) as fault:
                whole = "What is in the gradebook is whole. Grade again to go on."
                _stop(f"Stopped: {getattr(fault, 'orig', None) or fault}\n{whole}")
    except (KeysRefused, pools.Stopped) as refused:
        _stop(str(refused))
    _say(summary, out, back.made, back.said)
    for reason in back.refused:
        typer.secho(f"Graded all the same, but: {reason}", fg="red", err=True)
    if not summary.files:
        _stop("There was no file to grade.")
    if summary.refused or back.refused:
        raise typer.Exit(1)


@contextmanager
def _progress() -> "Iterator[Progress]":
    """What to call as the work goes on; the bars are loaded with the first call, when the processes have something to do."""
    with ExitStack() as until_the_end:
        bars: Progress | None = None

        def tell(what: str, done: int, total: int) -> None:
            nonlocal bars
            bars = bars or until_the_end.enter_context(_bars())
            bars(what, done, total)

        yield tell


@contextmanager
def _bars() -> "Iterator[Progress]":
    """A bar for each stretch of the way."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:15}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True)) as bars:

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield tell


def _say(summary: "Summary", out: Path, made: list[str], said: list[str]) -> None:
    outcomes = [(summary.graded, "graded"), (summary.person, "for a person to look at"), (summary.refused, "refused")]
    outcomes.append((summary.passed_over, "passed over"))
    parts = ", ".join(f"{count} {what}" for count, what in outcomes if count)
    typer.echo(
        f"{summary.files} files: {parts}." if summary.files > 1 else f"{summary.files} file: {parts or 'nothing'}."
    )
    if summary.forgotten:
        why = "its trainee was" if summary.forgotten == 1 else "their trainees were"
        typer.echo(f"Passed over because {why} removed: {summary.forgotten}. If by mistake: coursekit forget NAME --undo HAND-INS")
    if summary.known:
        typer.echo(f"The gradebook had {summary.known} of them already; {summary.changed} have other scores now.")
    for one in summary.of_rescored():
        typer.echo(f"Scored anew by the keys of today: {one}. files.csv has each.")
    for source, reason in summary.examples:
        typer.secho(f"Refused: {source}: {reason}", fg="red")
    if (more := summary.refused - len(summary.examples)) > 0:
        typer.secho(f"… and {more} more; files.csv names them all.", fg="red")
    if summary.files:
        typer.echo(f"In {out}: grades.csv, files.csv, needs-a-person.csv ({summary.waiting} to read), ", nl=False)
        typer.echo(", ".join([f"feedback ({summary.pages} pages)", *made]) + ".")
    for sentence in said:
        typer.echo(sentence)


def _stop(text: str) -> NoReturn:
    typer.secho(text, fg="red", err=True)
    raise typer.Exit(2)
