"""The `coursekit` command. Each command is a small function; what it needs is imported inside it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from coursekit.roleplay.script import RolePlay

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


@app.command()
def start(
    folder: Annotated[Path, typer.Argument(help="Where your working copy is, or is to be made.")] = Path("my-course"),
    open_lab: Annotated[bool, typer.Option("--open/--no-open", help="Open it in JupyterLab.")] = True,
) -> None:
    """Lay out your own working copy of the course, never overwriting what you have, and open it in JupyterLab."""
    from coursekit import start as starting

    try:
        layout = starting.lay_out(folder)
    except starting.StartError as fault:
        _fail(str(fault))
    typer.echo(f"Your course is in {layout.folder}: {len(layout.new)} new pages, {len(layout.updated)} updated.")
    for name, reason in layout.kept.items():
        typer.echo(f"Kept {name}: {reason}")
    if open_lab:
        starting.open_lab(layout.folder, layout.first_page())


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Scripts, or folders of scripts (default: course/roleplays).")] = None,
    bots: Annotated[bool, typer.Option("--bots", help="Also let bots play each script, and hold them to the limits.")] = False,
    plays: Annotated[int, typer.Option(min=20, help="Plays of each bot.")] = 800,
) -> None:
    """Check role-play scripts: every fault and every smell, with file, line and what to write."""
    from coursekit.roleplay.check import check_script, scripts_in

    try:
        checked = [check_script(file) for file in scripts_in(paths or [Path("course/roleplays")])]
    except OSError as fault:
        _fail(str(fault))
    for each in checked:
        for found in each.faults:
            typer.secho(str(found), fg="red")
        for found in each.smells:
            typer.secho(f"{found}", fg="yellow")
        if each.roleplay and not each.smells:
            typer.echo(f"{each.file.name}: nothing to mend.")
    outside = [_bots_table(each.roleplay, plays) for each in checked if bots and each.roleplay]
    if any(each.faults for each in checked) or any(outside):
        raise typer.Exit(1)


def _bots_table(roleplay: "RolePlay", plays: int) -> list[str]:
    """Prints the table of bots on a role-play, and returns what lies outside the limits."""
    from rich.console import Console
    from rich.table import Table

    from coursekit.roleplay.bots import table
    from coursekit.roleplay.check import outside_limits

    console = Console()
    with console.status(f"Bots are playing {roleplay.title} …"):
        results = table(roleplay, plays)
    shown = Table(title=f"{roleplay.title}: {plays} plays each", title_justify="left")
    for column in ("policy", "mean", "p5", "p95", "felt", "turns"):
        shown.add_column(column, justify="left" if column == "policy" else "right")
    for result in results:
        numbers = (f"{result.mean:.1f}", f"{result.low:.0f}", f"{result.high:.0f}", f"{result.felt:.0f}", f"{result.turns:.1f}")
        shown.add_row(result.policy, *numbers)
    console.print(shown)
    said = outside_limits(results)
    for sentence in said:
        console.print(sentence, style="red")
    return said


def _fail(text: str) -> NoReturn:
    """Prints an error for a person and ends with exit status 1."""
    typer.secho(text, fg="red", err=True)
    raise typer.Exit(1)
