"""`coursekit forget`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coursekit.cli.app import app, fail

if TYPE_CHECKING:
    from coursekit.grading.gradebook import Gradebook
    from coursekit.grading.kept import Trainee


@app.command()
def forget(
    trainee: Annotated[str, typer.Argument(help="The trainee's id, number in the learning-management system, or name in full.")],
    gradebook: Annotated[
        str, typer.Option(help="A file, or the address of a database (default: gradebook.sqlite in the output folder).")
    ] = "",
    out: Annotated[Path, typer.Option(help="Where tables and feedback pages are.")] = Path("graded"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before removing.")] = False,
    undo: Annotated[
        Path | None,
        typer.Option(help="It was a mistake: the trainee's files in this file, folder or zip are taken at the next `grade`."),
    ] = None,
) -> None:
    """Remove a trainee from the gradebook, the tables and the feedback pages, and say what was removed.

    The files that came in stay where they are. When they are graded again those of this trainee are passed over; a new file of
    the trainee's is taken.

    Exit status: 0 when somebody was removed, or with --undo may come back, 1 when not.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from coursekit.grading import forget as forgetting
    from coursekit.grading.gradebook import Gradebook, GradebookRefused
    from coursekit.grading.run import page_name

    if not gradebook and not (out / "gradebook.sqlite").exists():
        fail(f"There is no gradebook in {out}. Say where it is with --out or --gradebook.")
    try:
        with Gradebook(gradebook or out / "gradebook.sqlite") as book:
            if undo:
                return _take_again(forgetting.take_again(book, trainee.strip(), [undo]), trainee, undo)
            one = _which(book, forgetting.who(book, trainee), trainee)
            sources = forgetting.sources(book, one, out)
            if not yes and not typer.confirm(f"Remove {_called(book, one)}? Marks and comments do not come back."):
                fail("Nothing was removed.")
            said = forgetting.forget(book, one, out, page_name)
    except GradebookRefused as refused:
        fail(str(refused))
    except (OSError, SQLAlchemyError) as fault:
        fail(f"Stopped: {getattr(fault, 'orig', None) or fault}\nRun it again to go on.")
    for sentence in said:
        typer.echo(sentence)
    if sources:
        typer.echo(f"What came in is still there; remove it yourself, and from backups: {', '.join(sources)}")


def _take_again(sources: list[str], trainee: str, undo: Path) -> None:
    if not sources:
        fail(f"In {undo} there is no file of “{trainee}” that was passed over. Give the name in full, or the system's number.")
    typer.echo(f"Taken again when you grade: {', '.join(sources)}. Marks do not come back.")


def _which(book: "Gradebook", found: "list[Trainee]", text: str) -> "Trainee":
    """The one of those found who is meant; asks where there are several."""
    if not found:
        fail(f"Nobody in the gradebook has the id or the name “{text}”. Give the name in full, or the id as in grades.csv.")
    if len(found) == 1:
        return found[0]
    for number, one in enumerate(found, 1):
        typer.echo(f"{number}  {_called(book, one)}")
    chosen = typer.prompt(f"Who is meant? (1 to {len(found)}, 0 for nobody)", type=int)
    if not 1 <= chosen <= len(found):
        fail("Nothing was removed.")
    return found[chosen - 1]


def _called(book: "Gradebook", one: "Trainee") -> str:
    hand_ins = book.hand_ins(one.id, contents=False)
    notebooks = ", ".join(dict.fromkeys(hand_in.notebook for hand_in in hand_ins))
    return f"{one.name or 'somebody without a name'} ({one.id}): {len(hand_ins)} handed in, {notebooks or 'nothing'}"
