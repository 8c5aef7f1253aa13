"""The lessons: what is read and what is done keep their proportion, items and figures are in place, page 00 opens the course."""

import re

import pytest

from course_modules import MODULES, RUPTURE_AND_REPAIR, START, Notebook, lesson, paragraphs, present, words
from coursekit.exercises.items import load_items
from coursekit.exercises.notebooks import calls, foreign, source
from coursekit.pages import figures

each_lesson = pytest.mark.parametrize("module", present(START, *MODULES), ids=lambda module: module.name)
each_full_lesson = pytest.mark.parametrize("module", present(*MODULES), ids=lambda module: module.name)


def test_every_lesson_that_is_due_is_there():
    assert [module.name for module in present(START, *MODULES)] == [module.name for module in (START, *MODULES)]


# The notebook


@each_lesson
def test_the_lesson_runs_on_opening_and_says_whose_it_is(module):
    found = lesson(module).raw["metadata"]
    assert found["coursekit"] == {
        "part": "lesson",
        "notebook": module.name,
        "release": 0,
        "minutes": module.minutes,
        "run_on_open": True,
    }
    assert found["kernelspec"]["name"] == "python3"


@each_lesson
def test_a_page_that_is_not_running_yet_says_the_one_step_that_helps(module):
    cells = lesson(module).cells
    hint = [cell for cell in cells if "coursekit-hint" in cell["metadata"].get("tags", [])]
    assert len(hint) == 1 and "Run ▸ Run All Cells" in source(hint[0]) and cells.index(hint[0]) < 3


@each_lesson
def test_code_is_folded_short_and_nothing_but_the_course_s_own_words(module):
    for cell in lesson(module).code:
        assert cell["metadata"]["jupyter"]["source_hidden"] is True
        assert len(source(cell).splitlines()) <= 3
        assert foreign(cell) == []
    first = lesson(module).calls[0]
    assert (first.verb, first.argument) == ("lesson", module.name)


@each_lesson
def test_there_are_thirty_words_to_read_for_each_line_of_code(module):
    lines = sum(len([line for line in source(cell).splitlines() if line]) for cell in lesson(module).code)
    assert sum(map(words, lesson(module).texts)) >= 30 * lines


@each_full_lesson
def test_a_lesson_is_an_hour_of_reading(module):
    assert 4500 <= sum(map(words, lesson(module).texts)) <= 6000


@each_lesson
def test_every_few_minutes_there_is_something_to_do_or_to_look_at(module):
    since, longest = 0, 0
    for cell in lesson(module).cells:
        stops = any(call.verb in ("item", "roleplay", "figure") for call in calls(cell))
        since = 0 if stops else since + (words(source(cell)) if cell["cell_type"] == "markdown" else 0)
        longest = max(longest, since)
    assert longest <= 900


@each_lesson
def test_the_lesson_calls_its_items_each_once_in_the_order_of_their_file(module):
    called = [call.argument for call in lesson(module).calls if call.verb in ("item", "roleplay")]
    assert called == [getattr(item, "script", item.id) for item in lesson(module).items]
    assert lesson(module).calls[-1].verb == "references"


@each_lesson
def test_the_ids_of_items_begin_with_the_number_of_their_module(module):
    assert all(item.id.startswith(f"{module.prefix}-") for item in lesson(module).items)


@each_lesson
def test_the_lesson_plays_its_role_plays_and_says_who_the_clients_are(module):
    assert tuple(item.script for item in lesson(module).of_kind("roleplay")) == module.scripts
    for script, client in zip(module.scripts, module.clients, strict=True):
        assert client in source(lesson(module).cells[lesson(module).place(script) - 1]), script


@each_full_lesson
def test_every_figure_of_the_module_is_shown_once(module):
    shown = [call.argument for call in lesson(module).calls if call.verb == "figure"]
    assert shown == list(getattr(figures, module.figures).FIGURES)
    assert len(shown) >= 2


def test_every_figure_that_there_is_is_shown_in_one_lesson():
    every = present(START, *MODULES)
    shown = [call.argument for module in every for call in lesson(module).calls if call.verb == "figure"]
    assert sorted(shown) == sorted(figures.FIGURES)


# Its items


@each_full_lesson
def test_all_kinds_of_exercise_are_there_and_the_open_ones_are_eight_to_ten(module):
    items = lesson(module).items
    assert {item.kind for item in items} == {
        "choice",
        "coding",
        "ordering",
        "rating",
        "written",
        "reflection",
        "roleplay",
    }
    assert 8 <= len([item for item in items if item.kind != "roleplay"]) <= 10
    assert len(lesson(module).of_kind("roleplay")) == 2


@each_full_lesson
def test_the_coding_sheet_has_look_alikes_enough_to_punish_who_sees_markers_everywhere(module):
    [sheet] = lesson(module).of_kind("coding")
    asked = sheet.key.codes.values()
    assert 10 <= len(asked) <= 14
    assert len([codes for codes in asked if codes == ["none"]]) >= 5


@each_full_lesson
def test_the_best_option_is_neither_the_longest_nor_in_the_same_place_more_often_than_by_chance(module):
    choices = lesson(module).of_kind("choice")
    lengths = [sorted((len(option.text), option.id) for option in item.options) for item in choices]
    best = [item.key.option for item in choices]
    for end in (0, -1):
        assert sum(ordered[end][1] == key for ordered, key in zip(lengths, best, strict=True)) <= len(choices) / 4
    places = [[option.id for option in item.options].index(item.key.option) for item in choices]
    assert len(set(places)) == len(choices)


@each_full_lesson
def test_model_replies_are_not_longer_than_poor_ones(module):
    for item in lesson(module).of_kind("written"):
        models, poor = ([len(one.text) for one in replies] for replies in (item.key.models, item.key.poor))
        assert sum(models) / len(models) <= sum(poor) / len(poor)


@each_full_lesson
def test_beside_the_reflection_stands_that_no_real_client_belongs_there(module):
    # The page says it once more below every box (written.js).
    [reflection] = lesson(module).of_kind("reflection")
    before = source(lesson(module).cells[lesson(module).place(reflection.id) - 1])
    assert says_no_real_client(f"{before}\n{reflection.prompt}")
    if module is RUPTURE_AND_REPAIR:
        assert "no real client here, not even a disguised one" in before


def says_no_real_client(text: str) -> bool:
    """Whether somewhere in one sentence clients are mentioned and kept out, disguised ones too."""
    sentences = re.split(r"(?<=[.!?])\s", text)
    return any("client" in each and re.search(r"disguis", each) and re.search(r"\b(no|not|nor|never|none)\b", each, re.I)
               for each in sentences)  # fmt: skip


def test_what_keeps_real_clients_out_is_recognised():
    assert says_no_real_client("Think of a bus. Write about no client here, disguised or otherwise.")
    assert not says_no_real_client("Think of a client. She may be disguised.")


# Page 00


@pytest.fixture
def start() -> Notebook:
    if not present(START):
        pytest.fail(f"{START.name} is not there yet")
    return lesson(START)


def test_the_opening_page_has_a_short_role_play_and_nothing_that_is_handed_in(start):
    assert len(start.of_kind("roleplay")) == 1
    assert all(item.points == 0 or item.key for item in start.items)
    assert not any(call.verb == "submit" for call in start.calls)


def test_the_opening_page_says_who_reads_the_answers_and_whom_to_turn_to(start):
    text = "\n".join(start.texts)
    for said in ("answers", "kept|saved", "instructor", "not attempted", "supervisor", "real client", "before everything|at once"):
        assert re.search(said, text), said


def test_the_opening_page_takes_minutes(start):
    assert 400 <= sum(map(words, start.texts)) <= 2500


# Of module 06 alone


def test_the_caution_about_training_is_kept():
    said = next(part for part in paragraphs(lesson(RUPTURE_AND_REPAIR).texts) if "(#A040)" in part)
    assert "nobody has yet shown" in said and "no comparison group" in said


def test_no_two_items_of_the_course_have_the_same_id():
    ids = [item.id for module in present(START, *MODULES) for item in load_items(lesson(module).item_file)]
    assert len(ids) == len(set(ids))
