"""`coursekit instructor`."""

from pathlib import Path
from typing import Annotated

import typer

from coursekit.cli.app import app, fail


@app.command()
def instructor(
    solutions: Annotated[Path, typer.Option(help="The folder that holds the keys and instructor.ipynb.")] = Path("solutions"),
) -> None:
    """Open the instructor's notebook in JupyterLab: from what came in to what goes back, without a terminal."""
    from coursekit import start as starting

    page = solutions / "instructor.ipynb"
    if not (solutions / "keys").is_dir():
        fail(f"There are no keys in {solutions}: it has no folder `keys`. Say where the solutions are: --solutions DIR")
    try:
        starting.trust(page)
    except OSError:
        fail(f"There is no {page}. Copy it there from the solutions of the course.")
    except starting.WorkingCopyError as fault:
        fail(str(fault))
    folder = solutions.resolve()
    starting.open_lab(folder.parent, f"{folder.name}/{page.name}")
