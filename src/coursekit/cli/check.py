"""`coursekit check`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coursekit.cli.app import app, fail

if TYPE_CHECKING:
    from coursekit.roleplay.scenes import RolePlay


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Scripts, or folders of scripts (default: those of the course).")
    ] = None,
    bots: Annotated[bool, typer.Option("--bots", help="Also let bots play, and hold them to the limits.")] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Also report on all texts of the course, and on what bots see and how they score.")
    ] = False,
    plays: Annotated[int, typer.Option(min=20, help="Plays of each bot.")] = 800,
) -> None:
    """Check role-play scripts: every fault and every smell, with file, line and what to write."""
    from coursekit import content
    from coursekit.roleplay.check import check_script, scripts_in

    try:
        checked = [check_script(file) for file in scripts_in(paths or [content.course() / "roleplays"])]
    except OSError as fault:
        fail(str(fault))
    for each in checked:
        for found in each.faults:
            typer.secho(str(found), fg="red")
        for found in each.smells:
            typer.secho(str(found), fg="yellow")
        if each.roleplay and not each.smells:
            typer.echo(f"{each.file.name}: nothing to mend.")
    roleplays = [each.roleplay for each in checked if each.roleplay]
    outside = _report(roleplays, plays) if report else _bots(roleplays, plays) if bots else []
    if any(each.faults for each in checked) or outside:
        raise typer.Exit(1)


def _report(roleplays: list["RolePlay"], plays: int) -> list[str]:
    """Prints the report on the course, and returns what lies outside the limits."""
    from rich.console import Console

    from coursekit import content
    from coursekit.exercises.items import ItemFaults
    from coursekit.exercises.notebooks import NotebookFaults
    from coursekit.report.show import show

    try:
        return show(content.root(), roleplays, plays, Console())
    except (NotebookFaults, ItemFaults) as faults:
        fail(str(faults))


def _bots(roleplays: list["RolePlay"], plays: int) -> list[str]:
    """Prints the tables of bots on role-plays, and returns what lies outside the limits."""
    from rich.console import Console

    from coursekit.report.show import show_bots

    console = Console()
    said = []
    for roleplay in roleplays:
        with console.status(f"Bots are playing {roleplay.title} …"):
            said += show_bots(roleplay, plays, console)
    for sentence in said:
        console.print(sentence, style="red", markup=False)
    return said
