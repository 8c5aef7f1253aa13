"""`coursekit report`."""

from pathlib import Path
from typing import Annotated

import typer

from coursekit.cli.app import app, fail


@app.command()
def report(
    gradebook: Annotated[
        str, typer.Argument(help="The gradebook that `coursekit grade` filled: a file, or the address of a database.")
    ] = "graded/gradebook.sqlite",
    solutions: Annotated[Path, typer.Option(help="The folder that holds the keys.")] = Path("solutions"),
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("graded/report.html"),
) -> None:
    """Write a page about the class: scores, items, what was missed, role-plays, growth. Nobody is named in it."""
    from sqlalchemy.exc import SQLAlchemyError

    from coursekit.files import write_whole
    from coursekit.grading.gradebook import Gradebook, GradebookRefused
    from coursekit.grading.keys import Keys, KeysRefused
    from coursekit.pages.report import class_report

    if "://" not in gradebook and not Path(gradebook).is_file():
        fail(f"There is no gradebook {gradebook}. Grade first: coursekit grade hand-ins.zip")
    try:
        keys = Keys(solutions)
        with Gradebook(gradebook) as book:
            if not book.count():
                fail(f"Nothing was handed in to {book.address} yet. Grade first: coursekit grade hand-ins.zip")
            found, page = class_report(book, keys)
        write_whole(out, page)
    except (KeysRefused, GradebookRefused) as refused:
        fail(str(refused))
    except (OSError, SQLAlchemyError) as fault:
        fail(f"The report was not written: {getattr(fault, 'orig', None) or fault}")
    typer.echo(f"{out}: {found.hand_ins} notebooks that {found.people} people handed in. Nobody is named in it.")
