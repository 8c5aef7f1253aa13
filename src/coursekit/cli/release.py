"""`coursekit release`: the exercises made from the solutions, or compared with them."""

from pathlib import Path
from typing import Annotated

import typer

from coursekit.cli.app import app, fail


@app.command()
def release(
    solutions: Annotated[Path, typer.Option(help="Where the solutions and their keys are.")] = Path("solutions"),
    exercises: Annotated[Path, typer.Option(help="Where the exercises go; replaced as a whole.")] = Path("exercises"),
    nbgrader: Annotated[
        Path | None, typer.Option(help="Also write each exercise as an assignment to this folder of an nbgrader course.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say what release would change.")] = False,
) -> None:
    """Make the trainees' exercises from the solutions, without any key, when every notebook is as it must be."""
    from coursekit import content
    from coursekit.exercises import release as releasing
    from coursekit.exercises.nbgrader import KEYS, write_assignments

    try:
        prepared = releasing.prepare(solutions, exercises, content.course())
        if check:
            found = releasing.differences(prepared, solutions, exercises)
        else:
            releasing.write(prepared, solutions, exercises)
        assignments = write_assignments(prepared, solutions, nbgrader) if nbgrader and not check else []
    except (releasing.ReleaseRefused, OSError) as error:
        fail(f"{error}\nNothing was released.")
    if not check:
        for name, number in prepared.numbers.items():
            typer.echo(f"{name}: release {number}")
        for name in assignments:
            typer.echo(f"Next: nbgrader generate_assignment {name}, in {nbgrader}")
        if nbgrader:
            typer.secho(f"{nbgrader / KEYS} holds keys: keep it from trainees.", fg="yellow")
    elif found:
        fail("\n".join([*found, "Run coursekit release, and commit what it writes."]))
    else:
        typer.echo("The exercises are what release would write.")
