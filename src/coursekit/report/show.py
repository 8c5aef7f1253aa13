"""Prints the report on the content, and says what lies outside its limits."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from coursekit.exercises.items import load_items
from coursekit.report.balance import Balance, balance, offers_of_items, offers_of_script, outside
from coursekit.report.phrases import Repeat, repeated
from coursekit.report.reading import Reading, reading
from coursekit.report.seen import Seen, all_passages, seen, unseen
from coursekit.report.texts import cells, course_texts, item_file, lessons, solutions
from coursekit.roleplay.bots import REFERENCE_LOW, Result
from coursekit.roleplay.bots import table as bots_results
from coursekit.roleplay.check import limits, outside_limits
from coursekit.roleplay.scenes import RolePlay

SEEN_BY = ("reference", "random")


def show(root: Path, roleplays: list[RolePlay], plays: int, console: Console) -> list[str]:
    """Prints the report on the course below `root`, with these role-plays played so many times by each policy, and returns what
    lies outside the limits, a sentence each. Raises the faults of a notebook or a file of items that cannot be read."""
    steps = ["Reading the course", *(f"Playing {roleplay.title}" for roleplay in roleplays)]
    with _progress(console) as progress:
        task = progress.add_task(steps[0], total=len(steps))
        said = _show_texts(root, roleplays, console)
        for number, roleplay in enumerate(roleplays, 1):
            progress.update(task, completed=number, description=steps[number])
            said += show_plays(roleplay, plays, console)
    console.print("[bold]Nothing lies outside the limits.[/]" if not said else f"[bold]{len(said)} outside the limits:[/]")
    for sentence in said:
        console.print(f"  {escape(sentence)}", style="red", soft_wrap=True)
    return said


def _progress(console: Console) -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description} ({task.completed} of {task.total})"), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


def _show_texts(root: Path, roleplays: list[RolePlay], console: Console) -> list[str]:
    repeats = repeated(course_texts(root))
    readings = {path.stem: reading(text.text for text in cells(path)) for path in lessons(root)}
    balances = dict(_balances(root, roleplays))
    for table in (phrases_table(repeats), reading_table(readings), balance_table(balances)):
        console.print(table, "")
    said = [f"phrases stand twice: {len(repeats)}; the limit is none."] if repeats else []
    return said + [f"{name}: {sentence}." for name, found in balances.items() for sentence in outside(found)]


def show_plays(roleplay: RolePlay, plays: int, console: Console) -> list[str]:
    """Prints what is seen of a role-play and how bots score on it, and returns what lies outside the limits."""
    by = [seen(roleplay, policy, plays) for policy in SEEN_BY]
    console.print(seen_table(roleplay, by, plays))
    never = [f"{scene}, line {line}" for scene, line in unseen(roleplay, by)]
    console.print(f"Never seen by either: {'; '.join(never)}.\n" if never else "Each passage is seen by one of them.\n")
    return show_bots(roleplay, plays, console)


def show_bots(roleplay: RolePlay, plays: int, console: Console) -> list[str]:
    """Prints how bots score on a role-play, and returns what lies outside the limits."""
    results = bots_results(roleplay, plays)
    console.print(bots_table(roleplay, results, plays), "")
    return [f"{roleplay.title}: {sentence}" for sentence in outside_limits(roleplay, results)]


def _balances(root: Path, roleplays: list[RolePlay]) -> Iterator[tuple[str, Balance]]:
    """Scripts, lessons and exercises in which something is to be chosen."""
    for roleplay in roleplays:
        if found := balance(offers_of_script(roleplay)):
            yield roleplay.title, found
    for path in (*lessons(root), *solutions(root)):
        if item_file(path).is_file() and (found := balance(offers_of_items(load_items(item_file(path))))):
            yield f"{path.parent.name}/{path.stem}", found


# The tables


def _table(title: str, *columns: str, note: str = "") -> Table:
    """A table whose first column is words and whose others are numbers."""
    table = Table(title=title, title_justify="left", caption=note or None, caption_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def phrases_table(repeats: list[Repeat]) -> Table:
    """Phrases and where they stand; the limit is none."""
    table = Table(title=f"Phrases of five words or more that stand twice: {len(repeats)}", title_justify="left", box=SIMPLE)
    table.add_column("phrase")
    table.add_column("where")
    for repeat in repeats:
        table.add_row(escape(repeat.phrase), escape("\n".join(repeat.places) + ("" if len(repeat.places) > 1 else " (twice)")))
    return table


def reading_table(readings: dict[str, Reading]) -> Table:
    """Reading ease of lessons; it has no limit."""
    note = "Flesch: 206.835 − 1.015 · words per sentence − 84.6 · syllables per word, syllables by spelling; higher is easier."
    columns = ("lesson", "words", "sentences", "words per sentence", "syllables per word", "ease")
    table = _table("Reading ease of lessons", *columns, note=note)
    for name, found in readings.items():
        numbers = (f"{found.words_per_sentence:.1f}", f"{found.syllables_per_word:.2f}", f"{found.ease:.0f}")
        table.add_row(name, str(found.words), str(found.sentences), *numbers)
    return table


def balance_table(balances: dict[str, Balance]) -> Table:
    """Length and place of the best replies."""
    note = "In percent of the choices; “by chance” holds for longest and shortest alike. Places: how often the best stands there."
    columns = ("where", "choices", "longest", "shortest", "by chance", "places", "outside")
    table = _table("Length and place of the best reply", *columns, note=note)
    for name, found in balances.items():
        percents = (found.percent_longest, found.percent_shortest, found.percent_by_chance)
        places = " ".join(map(str, found.places))
        table.add_row(name, str(found.offers), *(f"{percent:.0f}" for percent in percents), places, _mark(bool(outside(found))))
    return table


def seen_table(roleplay: RolePlay, by: Iterable[Seen], plays: int) -> Table:
    """Shares of scenes and passages that policies see."""
    table = _table(f"{roleplay.title}: seen in {plays} plays", "policy", "scenes", "%", "passages", "%")
    for each in by:
        scenes = _share(len(each.scenes), len(roleplay.scenes))
        table.add_row(each.policy, *scenes, *_share(len(each.passages), len(all_passages(roleplay))))
    return table


def _share(part: int, whole: int) -> tuple[str, str]:
    return f"{part} of {whole}", f"{100 * part / whole:.0f}"


def bots_table(roleplay: RolePlay, results: Iterable[Result], plays: int) -> Table:
    """Means of policies beside their limits."""
    note = f"Limits are of the mean; the reference's p5 is to be {REFERENCE_LOW} at least."
    columns = ("policy", "mean", "limits", "outside", "p5", "p95", "felt", "turns")
    table = _table(f"{roleplay.title}: {plays} plays of each policy", *columns, note=note)
    for result in results:
        within = limits(roleplay, result)
        outside = _mark(bool(outside_limits(roleplay, [result])))
        others = (f"{number:.1f}" for number in (result.low, result.high, result.felt, result.turns))
        shown = f"{within[0]:g}–{within[1]:g}" if within else ""
        table.add_row(escape(result.policy), f"{result.mean:.1f}", shown, outside, *others)
    return table


def _mark(is_outside: bool) -> str:
    return "[red]outside[/]" if is_outside else ""
