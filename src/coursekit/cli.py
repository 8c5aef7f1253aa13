"""The `coursekit` command. Each command is a small function; what it needs is imported inside it."""

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
