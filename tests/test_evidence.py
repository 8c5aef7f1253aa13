"""The thread of evidence through every lesson: each number has its row, each claim and each misconception its place."""

import csv
import re
from collections import Counter

import pytest

from course_modules import (
    LINK,
    MODULES,
    START,
    STATISTIC,
    lesson,
    numbers_not_in_their_rows,
    numbers_of,
    paragraphs,
    present,
    strings,
    years_not_of_their_rows,
)
from coursekit import content
from coursekit.exercises.notebooks import source
from coursekit.pages.evidence import evidence
from coursekit.pages.figures import FIGURES, figure
from coursekit.pages.references import cited_ids

TREATMENTS = ("taught", "qualified", "contested")
LESSONS = present(START, *MODULES)
each_lesson = pytest.mark.parametrize("module", LESSONS, ids=lambda module: module.name)


def claims() -> dict[str, dict[str, str]]:
    with open(content.course() / "data" / "claims.csv", encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


# Rows


def cited_in_the_course() -> set[str]:
    """The rows that lessons, items, scripts, exercises and solutions link to, or that figures and cells are about."""
    root = content.root()
    kinds = ("*.ipynb", "*.toml", "*.json", "*.md")
    folders = [root / name for name in ("course", "exercises", "solutions")]
    files = [file for folder in folders for kind in kinds for file in folder.rglob(kind) if file.name != "README.md"]
    found = {row for file in files for row in cited_ids(file.read_text(encoding="utf-8"))}
    found |= {row for name in FIGURES for row in figure(name).sources}
    cells = (cell for module in LESSONS for cell in lesson(module).cells)
    return found | {row for cell in cells for row in taken_up(cell)["misconceptions"]}


def test_the_evidence_holds_the_rows_that_are_cited_and_no_others():
    cited = cited_in_the_course()
    assert sorted(cited - set(evidence())) == [], "cited, and in no row"
    assert sorted(set(evidence()) - cited) == [], "in a row, and cited nowhere"


@each_lesson
def test_every_row_that_a_lesson_cites_is_in_the_evidence(module):
    said = "\n".join([*lesson(module).texts, *lesson(module).item_strings])
    assert [row for _, row in LINK.findall(said) if row not in evidence()] == []


@each_lesson
def test_what_a_figure_rests_on_is_cited_in_the_text_as_well_so_that_the_references_list_it(module):
    shown = [call.argument for call in lesson(module).calls if call.verb == "figure"]
    sources = {row for name in shown for row in figure(name).sources}
    assert sources <= set(cited_ids("\n".join(lesson(module).texts)))


# Numbers


@each_lesson
def test_a_number_beside_a_citation_stands_in_the_row_that_is_cited(module):
    parts = paragraphs(lesson(module).texts)
    assert {part[:60]: wrong for part in parts if (wrong := numbers_not_in_their_rows(part))} == {}


@each_lesson
def test_no_statistic_stands_in_the_text_without_a_citation_in_its_paragraph(module):
    parts = paragraphs(lesson(module).texts)
    assert [part for part in parts if STATISTIC.search(part) and not LINK.search(part)] == []


@each_lesson
def test_numbers_in_items_stand_in_rows_that_the_item_cites(module):
    for item in lesson(module).items:
        text = "\n".join(strings(item.model_dump()))
        said = {float(found) for found in re.findall(r"(?<![\d.])\.\d\d", text)}
        assert said <= set().union(set(), *(numbers_of(row) for row in cited_ids(text))), item.id


@each_lesson
def test_a_year_in_a_citation_is_the_year_of_its_row(module):
    texts = [*lesson(module).texts, *lesson(module).item_strings]
    assert [wrong for text in texts for wrong in years_not_of_their_rows(text)] == []


def test_a_number_that_its_row_does_not_hold_is_found():
    cited = "In {} treatments, 74.5% had no rupture ([Larsson et al., 2018](#A042))."
    assert numbers_not_in_their_rows(cited.format("605")) == set()
    assert numbers_not_in_their_rows(cited.format("604")) == {604.0}
    assert numbers_not_in_their_rows("In 604 treatments.") == set()


def test_a_year_that_is_not_that_of_the_row_is_found():
    assert years_not_of_their_rows("[Larsson et al., 2018](#A042)") == []
    assert years_not_of_their_rows("[Larsson et al., 2017](#A042)") == [("Larsson et al., 2017", "A042")]


# Claims and misconceptions


def taken_up(cell: dict) -> dict:
    """What a cell says that it takes up: claims with their treatment, misconceptions."""
    return {"claims": {}, "misconceptions": []} | cell["metadata"].get("coursekit", {})


def faults_of_claims(lessons: dict[str, list[dict]], due: dict[str, dict[str, str]]) -> list[str]:
    """What is wrong with the places of claims, where `lessons` are the cells of lessons by the number of their module."""
    places = [(number, place, claim, treatment) for number, cells in lessons.items() for place, cell in enumerate(cells)
              for claim, treatment in taken_up(cell)["claims"].items()]  # fmt: skip
    met = Counter(claim for _, _, claim, _ in places)
    faults = [f"{claim} has {met[claim]} places" for claim in due if met[claim] != 1]
    for number, place, claim, treatment in places:
        if claim not in due:
            faults.append(f"{claim} is in no row")
        elif (number, treatment) != (due[claim]["module"], due[claim]["treatment"]):
            faults.append(f"{claim} is {treatment} in {number}")
        elif treatment != "taught" and not cited_here_or_next(lessons[number], place):
            faults.append(f"{claim} is {treatment} and nothing is cited")
    return faults


def cited_here_or_next(cells: list[dict], place: int) -> bool:
    """Whether a cell, or the next one with text, cites a row."""
    texts = [source(cell) for cell in cells[place:] if cell["cell_type"] == "markdown"]
    return any(cited_ids(text) for text in texts[:2])


def test_every_claim_has_one_place_in_the_lesson_of_its_module_with_its_treatment():
    lessons = {module.prefix: lesson(module).cells for module in LESSONS}
    assert faults_of_claims(lessons, claims()) == []


def test_every_claim_that_is_due_says_where_and_how():
    assert {row["module"] for row in claims().values()} <= {module.prefix for module in (START, *MODULES)}
    assert {row["treatment"] for row in claims().values()} <= set(TREATMENTS)
    assert all(row["claim"] and row["topic"] and row["evidence_verdict"] for row in claims().values())
    counts = Counter(row["module"] for row in claims().values())
    assert counts == {"00": 1, "03": 7, "05": 4, "06": 1, "07": 5}


@pytest.mark.parametrize(
    ("claimed", "text", "fault"),
    [
        ({}, "Nothing.", "S1 has 0 places"),
        ({"S1": "qualified", "S2": "taught"}, "[So](#A001).", "S2 is in no row"),
        ({"S1": "taught"}, "[So](#A001).", "S1 is taught in 06"),
        ({"S1": "qualified"}, "Up to a point.", "S1 is qualified and nothing is cited"),
        ({"S1": "qualified"}, "[So](#A001).", None),
    ],
)
def test_a_claim_without_its_place_or_its_row_is_found(claimed, text, fault):
    cells = [{"cell_type": "markdown", "metadata": {"coursekit": {"claims": claimed}}, "source": text}]
    due = {"S1": {"module": "06", "treatment": "qualified"}}
    assert faults_of_claims({"06": cells}, due) == ([fault] if fault else [])


def test_a_claim_in_two_cells_is_found():
    cell = {"cell_type": "markdown", "metadata": {"coursekit": {"claims": {"S1": "taught"}}}, "source": "."}
    assert faults_of_claims({"06": [cell, cell]}, {"S1": {"module": "06", "treatment": "taught"}}) == ["S1 has 2 places"]


@each_lesson
def test_each_misconception_of_the_module_has_its_place_in_the_flow(module):
    assert {row for cell in lesson(module).cells for row in taken_up(cell)["misconceptions"]} == module.misconceptions


def test_the_ids_of_misconceptions_are_rows_of_beginners_errors():
    due = set().union(*(module.misconceptions for module in MODULES))
    assert {evidence()[row].section for row in due} == {"E misconception"}
