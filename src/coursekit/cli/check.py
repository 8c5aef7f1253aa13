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
        numbers = (result.mean, result.low, result.high, result.felt, result.turns)
        shown.add_row(result.policy, *(f"{number:.1f}" for number in numbers))
    console.print(shown)
    said = outside_limits(results)
    for sentence in said:
        console.print(sentence, style="red")
    return said
