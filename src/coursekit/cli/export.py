"""`coursekit export`."""

from pathlib import Path
from typing import Annotated

import typer

from coursekit.cli.app import app, fail


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="The folder of the site; an older site there is replaced.")] = Path("site"),
    with_solutions: Annotated[
        bool, typer.Option("--with-solutions", help="Also the instructors' pages, with keys and model answers.")
    ] = False,
    solutions: Annotated[Path, typer.Option(help="Where the solutions and their keys are.")] = Path("solutions"),
) -> None:
    """Write the course as a site of pages that need nothing: they open from the folder, without a network."""
    from rich.console import Console
    from rich.progress import track

    from coursekit import content
    from coursekit.pages import site
    from coursekit.pages.course import Course
    from coursekit.pages.document import PageFaults
    from coursekit.pages.press import CallsOut

    if with_solutions and not any(solutions.glob("*.ipynb")):
        fail(f"There are no solutions in {solutions}. Say where they are: --solutions DIR")
    course = Course(content.root(), solutions if with_solutions else None)
    try:
        notebooks = track(course.notebooks, "Setting pages", console=Console(stderr=True), transient=True)
        written = site.export(course, out, notebooks)
    except (PageFaults, CallsOut, site.SiteRefused, OSError) as refused:
        fail(f"{refused}\nNothing was exported.")
    typer.echo(f"{len(written.pages)} pages. Open {written.folder / 'index.html'} in a browser.")
    if with_solutions:
        typer.secho(f"{written.folder / 'solutions'} holds keys: keep it from trainees.", fg="yellow")
