"""`python -m coursekit` is the `coursekit` command."""

from coursekit.cli import app

app(prog_name="coursekit")
