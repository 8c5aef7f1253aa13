"""`coursekit start`."""

from pathlib import Path
from typing import Annotated

import typer

from coursekit.cli.app import app, fail


@app.command()
def start(
    folder: Annotated[Path, typer.Argument(help="Where your working copy is, or is to be made.")] = Path("my-course"),
    open_lab: Annotated[bool, typer.Option("--open/--no-open", help="Open it in JupyterLab.")] = True,
) -> None:
    """Lay out your own working copy of the course, never overwriting what you have, and open it in JupyterLab."""
    from coursekit import start as starting
    from coursekit.working_copy import WorkingCopyError

    try:
        layout = starting.lay_out(folder)
    except WorkingCopyError as fault:
        fail(str(fault))
    typer.echo(f"Your working copy is in {layout.folder}")
    if layout.new or layout.updated:
        typer.echo(f"Pages laid out: {len(layout.new)}. Pages brought up to date: {len(layout.updated)}.")
    for name, reason in layout.kept.items():
        typer.echo(f"Kept {name}: {reason}")
    if open_lab:
        starting.open_lab(layout.folder, layout.first_page())
