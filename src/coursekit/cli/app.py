"""The application that the commands join, and how they fail."""

from typing import NoReturn

import typer

app = typer.Typer(
    name="coursekit",
    help="A course on the therapeutic relationship: start it, grade it, export it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def main() -> None:
    """A course on the therapeutic relationship: start it, grade it, export it."""


def fail(text: str) -> NoReturn:
    """Prints an error for a person and ends with exit status 1."""
    typer.secho(text, fg="red", err=True)
    raise typer.Exit(1)
