"""Lesson 06: every number has its row, every claim its place, and what is read and what is done keep their proportion."""

import csv
import re

import pytest

from coursekit import content
from coursekit.exercises.items import load_items
from coursekit.exercises.notebooks import calls, foreign, read_notebook, source
from coursekit.pages.evidence import evidence
from coursekit.pages.figures import FIGURES, figure
from coursekit.pages.references import cited_ids

NAME = "06_rupture_and_repair"
LESSON = read_notebook(content.course() / f"{NAME}.ipynb")
ITEMS = load_items(content.course() / "items" / f"{NAME}.toml")
CELLS = LESSON["cells"]
TEXTS = [source(cell) for cell in CELLS if cell["cell_type"] == "markdown"]
CODE = [cell for cell in CELLS if cell["cell_type"] == "code"]
CALLS = [call for cell in CODE for call in calls(cell)]

LINK = re.compile(r"\[([^\]]*)\]\(#(\w+)\)")
NUMBER = re.compile(r"\d[\d,]*\.?\d*|\.\d+")
STATISTIC = re.compile(r"\d ?%|\b[rdkp] ?= ?|(?<![\d.])\.\d\d|\d\.\d")


def paragraphs() -> list[str]:
    return [part for text in TEXTS for part in re.split(r"\n\s*\n", text)]


def words(text: str) -> int:
    return len(LINK.sub(r"\1", text).split())


def numbers(text: str) -> set[float]:
    return {float(found.replace(",", "")) for found in NUMBER.findall(text.rstrip(".")) if found.strip(".,")}


def numbers_of(row: str) -> set[float]:
    return set().union(*(numbers(value) for value in evidence()[row].model_dump().values()))


# The notebook


def test_the_lesson_runs_on_opening_and_says_whose_it_is():
    assert LESSON["metadata"]["coursekit"] == {
        "part": "lesson",
        "notebook": NAME,
        "release": 0,
        "minutes": 60,
        "run_on_open": True,
    }
    assert LESSON["metadata"]["kernelspec"]["name"] == "python3"


def test_a_page_that_is_not_running_yet_says_the_one_step_that_helps():
    hint = [cell for cell in CELLS if "coursekit-hint" in cell["metadata"].get("tags", [])]
    assert len(hint) == 1 and "Run ▸ Run All Cells" in source(hint[0]) and CELLS.index(hint[0]) < 3


def test_code_is_folded_short_and_nothing_but_the_course_s_own_words():
    for cell in CODE:
        assert cell["metadata"]["jupyter"]["source_hidden"] is True
        assert len(source(cell).splitlines()) <= 3
        assert foreign(cell) == []
    assert [call.verb for call in CALLS][:1] == ["lesson"]
    assert CALLS[0].argument == NAME


def test_there_are_thirty_words_to_read_for_each_line_of_code_and_an_hour_of_them():
    lines = sum(len([line for line in source(cell).splitlines() if line]) for cell in CODE)
    total = sum(map(words, TEXTS))
    assert total >= 30 * lines
    assert 4500 <= total <= 6000


def test_every_few_minutes_there_is_something_to_do_or_to_look_at():
    since, longest = 0, 0
    for cell in CELLS:
        stops = any(call.verb in ("item", "roleplay", "figure") for call in calls(cell))
        since = 0 if stops else since + (words(source(cell)) if cell["cell_type"] == "markdown" else 0)
        longest = max(longest, since)
    assert longest <= 900


def test_the_lesson_calls_its_items_each_once_in_the_order_of_their_file():
    called = [call.argument for call in CALLS if call.verb in ("item", "roleplay")]
    assert called == [getattr(item, "script", item.id) for item in ITEMS]
    assert CALLS[-1].verb == "references"


def test_every_figure_is_shown_and_every_figure_shown_exists():
    assert sorted(call.argument for call in CALLS if call.verb == "figure") == sorted(FIGURES)


# Evidence


def cited_in_the_course() -> set[str]:
    """The rows that lessons, items, scripts, exercises and solutions link to, or that figures and cells are about."""
    root = content.root()
    kinds = ("*.ipynb", "*.toml", "*.json", "*.md")
    folders = [root / name for name in ("course", "exercises", "solutions")]
    files = [file for folder in folders for kind in kinds for file in folder.rglob(kind) if file.name != "README.md"]
    found = {row for file in files for row in cited_ids(file.read_text(encoding="utf-8"))}
    found |= {row for name in FIGURES for row in figure(name).sources}
    return found | {row for cell in CELLS for row in cell["metadata"].get("coursekit", {}).get("misconceptions", [])}


def test_the_evidence_holds_the_rows_that_are_cited_and_no_others():
    assert cited_in_the_course() == set(evidence())


def test_what_a_figure_rests_on_is_cited_in_the_text_as_well_so_that_the_references_list_it():
    assert {row for name in FIGURES for row in figure(name).sources} <= set(cited_ids("\n".join(TEXTS)))


@pytest.mark.parametrize("paragraph", [part for part in paragraphs() if LINK.search(part)], ids=lambda text: text[:40])
def test_a_number_beside_a_citation_stands_in_the_row_that_is_cited(paragraph):
    rows = [row for _, row in LINK.findall(paragraph)]
    held = set().union(*(numbers_of(row) for row in rows))
    assert numbers(LINK.sub("", paragraph)) <= held


def test_no_statistic_stands_in_the_text_without_a_citation_in_its_paragraph():
    assert [part for part in paragraphs() if STATISTIC.search(part) and not LINK.search(part)] == []


def test_numbers_in_items_stand_in_rows_that_the_item_cites():
    for item in ITEMS:
        text = "\n".join(strings(item.model_dump()))
        said = {float(found) for found in re.findall(r"(?<![\d.])\.\d\d", text)}
        assert said <= set().union(set(), *(numbers_of(row) for row in cited_ids(text))), item.id


def test_a_year_in_a_citation_is_the_year_of_its_row():
    for text in [*TEXTS, *(string for item in ITEMS for string in strings(item.model_dump()))]:
        for name, row in LINK.findall(text):
            assert all(year in evidence()[row].citation for year in re.findall(r"\d{4}", name)), (name, row)


def test_claims_and_misconceptions_have_their_place_in_the_flow():
    places = [cell["metadata"].get("coursekit", {}) for cell in CELLS]
    claimed = [claim for place in places for claim in place.get("claims", [])]
    with open(content.course() / "data" / "claims.csv", encoding="utf-8", newline="") as file:
        assert sorted(claimed) == sorted(row["id"] for row in csv.DictReader(file))
    met = {row for place in places for row in place.get("misconceptions", [])}
    assert met == {f"E{number}" for number in range(29, 37)}


def test_the_caution_about_training_is_kept():
    said = next(part for part in paragraphs() if "(#A040)" in part)
    assert "nobody has yet shown" in said and "no comparison group" in said


# Exercises


def test_all_kinds_of_exercise_are_there_and_the_open_ones_are_eight_to_ten():
    assert {item.kind for item in ITEMS} == {
        "choice",
        "coding",
        "ordering",
        "rating",
        "written",
        "reflection",
        "roleplay",
    }
    assert 8 <= len([item for item in ITEMS if item.kind != "roleplay"]) <= 10


def test_the_coding_sheet_has_look_alikes_enough_to_punish_who_sees_ruptures_everywhere():
    [sheet] = [item for item in ITEMS if item.kind == "coding"]
    asked = sheet.key.codes.values()
    assert 10 <= len(asked) <= 14
    assert len([codes for codes in asked if codes == ["none"]]) >= 5


def test_the_best_option_is_neither_the_longest_nor_in_the_same_place_more_often_than_by_chance():
    choices = [item for item in ITEMS if item.kind == "choice"]
    lengths = [sorted((len(option.text), option.id) for option in item.options) for item in choices]
    best = [item.key.option for item in choices]
    for end in (0, -1):
        assert sum(ordered[end][1] == key for ordered, key in zip(lengths, best, strict=True)) <= len(choices) / 4
    places = [[option.id for option in item.options].index(item.key.option) for item in choices]
    assert len(set(places)) == len(choices)


def test_model_replies_are_not_longer_than_poor_ones():
    for item in (item for item in ITEMS if item.kind == "written"):
        models, poor = ([len(one.text) for one in replies] for replies in (item.key.models, item.key.poor))
        assert sum(models) / len(models) <= sum(poor) / len(poor)


def test_beside_the_reflection_stands_that_no_real_client_belongs_there():
    # The page says it once more below every box (written.js).
    [reflection] = [item for item in ITEMS if item.kind == "reflection"]
    place = next(n for n, cell in enumerate(CELLS) if f'"{reflection.id}"' in source(cell))
    assert "no real client here, not even a disguised one" in source(CELLS[place - 1])


def strings(value) -> list[str]:
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
    return [string for part in inside for string in strings(part)]
