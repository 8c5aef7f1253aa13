"""The exercises and their solutions: the items and their keys, and what instructors read beside them."""

import re
from collections import Counter

import pytest

from course_modules import (
    LINK,
    MODULES,
    RUPTURE_AND_REPAIR,
    START,
    exercise,
    lesson,
    numbers_not_in_their_rows,
    numbers_of,
    paragraphs,
    present,
    solution,
    strings,
    years_not_of_their_rows,
)  # fmt: skip
from coursekit import content
from coursekit.codebook import MARKERS
from coursekit.exercises.notebooks import calls, foreign, source
from coursekit.exercises.solutions import TAGS
from coursekit.grading.rubrics import read_rubric, references
from coursekit.grading.scores import judge, points
from coursekit.pages.evidence import evidence
from coursekit.pages.quotes import curly
from coursekit.pages.references import cited_ids

SOLVED = present(*MODULES, folder="solutions")
each_module = pytest.mark.parametrize("module", SOLVED, ids=lambda module: module.name)
EVERY_ITEM = [(module, item) for module in SOLVED for item in solution(module).items]
ITEM_IDS = [item.id for _, item in EVERY_ITEM]
KEYED = [(module, item) for module, item in EVERY_ITEM if item.kind in ("choice", "coding", "ordering", "rating")]
KEYED_IDS = [item.id for _, item in KEYED]
BY_A_PERSON = [item for _, item in EVERY_ITEM if item.kind == "written" and item.key.marked_by == "person"]
each_marked = pytest.mark.parametrize("item", BY_A_PERSON, ids=lambda item: item.key.rubric)

def full(item):
    """An answer as the key would give it."""
    key = item.key
    if item.kind == "choice":
        return {"option": key.option} | ({"reason": key.reason} if item.reasons else {})
    if item.kind == "coding":
        return {"codes": {line: accepted[0] for line, accepted in key.codes.items()}}
    return {"order": key.order} if item.kind == "ordering" else {"ratings": key.values}


def tag(cell):
    return next(tag for tag in cell["metadata"]["tags"] if tag in TAGS)


def notes_after(module, name):
    """What instructors read right after an item."""
    return source(solution(module).cells[solution(module).place(name) + 1])


def settled(module, name):
    """The part of the notes that says what the key is: between the heading and who settled it."""
    return notes_after(module, name).split("\n\n", 1)[1].split("Provenance")[0]


def exercise_texts(module):
    return [source(cell) for cell in exercise(module) if cell["cell_type"] == "markdown"]


def test_every_module_with_an_exercise_has_its_solution():
    assert [module.name for module in SOLVED] == [module.name for module in MODULES]
    assert not present(START, folder="solutions") and not present(START, folder="exercises")


# What the exercise holds


@each_module
def test_there_are_ten_items_of_all_kinds_and_the_two_role_plays_come_last(module):
    items = solution(module).items
    kinds = Counter(item.kind for item in items)
    assert sum(kinds.values()) - kinds["roleplay"] == 10
    assert len(kinds) == 7
    assert kinds["choice"] >= 2 and kinds["written"] == 2
    assert tuple(getattr(item, "script", item.id) for item in items[-2:]) == module.scripts


@each_module
def test_one_choice_asks_for_a_reason_and_one_written_reply_is_marked_by_a_person(module):
    assert len([item for item in solution(module).of_kind("choice") if item.reasons]) == 1
    assert sorted(item.key.marked_by for item in solution(module).of_kind("written")) == ["person", "self"]


@each_module
def test_the_coding_sheet_is_a_whole_scene_in_which_most_lines_are_no_marker(module):
    [sheet] = solution(module).of_kind("coding")
    codes = sheet.key.codes
    assert 22 <= len(codes) <= 26
    plain = [line for line, accepted in codes.items() if accepted == ["none"]]
    assert 12 <= len(plain) <= len(codes) - 8
    assert len({code for accepted in codes.values() for code in accepted} - {"none"}) >= 8
    assert {line.id for line in sheet.lines if line.code} == {line.id for line in sheet.lines if line.who != "You"}


@each_module
def test_the_ids_of_the_items_are_those_of_the_module_and_nobody_else_s(module):
    ids = [item.id for item in solution(module).items]
    assert all(name.startswith(f"{module.prefix}-") for name in ids)
    assert not set(ids) & {item.id for item in lesson(module).items}


def people(module):
    """Who is met in the exercise: who speaks in its items, and whom the table of modules names."""
    spoken = (part.get("who", "") for item in solution(module).items for part in dictionaries(item.model_dump()))
    return (set(spoken) | module.people) - {"You", ""}


def dictionaries(value):
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
    return ([value] if isinstance(value, dict) else []) + [each for part in inside for each in dictionaries(part)]


@each_module
def test_nobody_in_the_exercise_was_met_in_a_lesson_or_in_another_exercise(module):
    lessons = "\n".join(text for each in present(START, *MODULES) for text in [*lesson(each).texts, *lesson(each).item_strings])
    others = set().union(*(people(each) for each in SOLVED if each is not module))
    here = "\n".join(exercise_texts(module))
    assert len(people(module)) >= 5
    assert all(name in here for name in module.people)
    assert sorted(name for name in people(module) if re.search(rf"\b{name}\b", lessons) or name in others) == []


# Keys


@pytest.mark.parametrize(("module", "item"), KEYED, ids=KEYED_IDS)
def test_the_key_gets_all_the_points_of_its_item(module, item):
    assert points(item, judge(item, full(item))) == item.points > 0


@each_module
def test_every_code_that_the_key_accepts_counts_in_full(module):
    [sheet] = solution(module).of_kind("coding")
    last = {line: accepted[-1] for line, accepted in sheet.key.codes.items()}
    assert points(sheet, judge(sheet, {"codes": last})) == sheet.points


@pytest.mark.parametrize(("module", "item"), EVERY_ITEM, ids=ITEM_IDS)
@pytest.mark.parametrize("value", [None, {}])
def test_an_untouched_item_is_not_attempted(module, item, value):
    assert judge(item, value).status == "not attempted"


@each_module
def test_who_marks_every_line_or_none_gets_nothing_for_the_sheet(module):
    [sheet] = solution(module).of_kind("coding")
    for code in sheet.vocabulary:
        assert judge(sheet, {"codes": dict.fromkeys(sheet.key.codes, code)}).share == 0
    assert judge(sheet, {"codes": dict.fromkeys(sheet.key.codes, "none")}).share == 0


@each_module
def test_one_reply_waits_for_a_person_and_the_other_is_only_kept(module):
    for item in solution(module).of_kind("written"):
        expected = {"person": "person", "self": "recorded"}[item.key.marked_by]
        assert judge(item, {"text": "You should have had it from me."}).status == expected


def test_of_module_06_it_is_the_reply_to_maxine_that_a_person_marks():
    found = {item.id: item.key.marked_by for item in solution(RUPTURE_AND_REPAIR).of_kind("written")}
    assert found == {"06-e7": "self", "06-e9": "person"}


@each_module
def test_every_key_says_who_settled_it(module):
    assert {item.key.provenance for item in solution(module).items if item.key} == {"author"}


# Balance


@each_module
def test_the_best_option_is_the_longest_or_the_shortest_no_more_often_than_by_chance(module):
    choices = solution(module).of_kind("choice")
    for end in (0, -1):
        at_the_end = [sorted(item.options, key=lambda one: len(one.text))[end].id == item.key.option for item in choices]
        assert sum(at_the_end) <= len(choices) / 4


@each_module
def test_the_best_option_stands_in_another_place_each_time(module):
    choices = solution(module).of_kind("choice")
    places = [[option.id for option in item.options].index(item.key.option) for item in choices]
    assert len(set(places)) == len(choices)
    if module is RUPTURE_AND_REPAIR:
        assert sorted(places) == list(range(len(choices)))


@each_module
def test_the_best_reason_is_neither_the_longest_nor_the_shortest(module):
    reasoned = next(item for item in solution(module).of_kind("choice") if item.reasons)
    ordered = sorted(reasoned.reasons, key=lambda one: len(one.text))
    assert reasoned.key.reason not in (ordered[0].id, ordered[-1].id)


@each_module
def test_model_replies_are_not_longer_than_poor_ones(module):
    for item in solution(module).of_kind("written"):
        models, poor = ([len(one.text) for one in replies] for replies in (item.key.models, item.key.poor))
        assert sum(models) / len(models) <= sum(poor) / len(poor)


# Misconceptions


def key_file(module):
    return solution(module).item_file.read_text(encoding="utf-8")


def spoken_for(module):
    """Item → misconceptions that an option, reason or poor reply speaks for, as the file of keys notes them."""
    found: dict[str, set[str]] = {}
    item = ""
    for line in key_file(module).splitlines():
        item = named[1] if (named := re.match(rf'id = "({module.prefix}-\w+)"$', line)) else item
        if noted := re.search(r"# (E\d\d(?:, E\d\d)*)$", line):
            found.setdefault(item, set()).update(noted[1].split(", "))
    return found


@each_module
def test_each_misconception_of_the_module_is_met_by_some_distractor(module):
    assert set().union(*spoken_for(module).values()) == module.misconceptions


@each_module
def test_no_misconception_is_noted_at_the_best_option(module):
    text = key_file(module)
    noted = re.findall(r'^id = "(\w+)"  # E\d\d(?:, E\d\d)*$', text, flags=re.MULTILINE)
    assert len(noted) >= len(module.misconceptions)
    if module is RUPTURE_AND_REPAIR:
        assert len(noted) >= 10
    for item in solution(module).of_kind("choice"):
        block = text[text.index(f'id = "{item.id}"') : text.index("[item.key]", text.index(f'id = "{item.id}"'))]
        for best in filter(None, (item.key.option, item.key.reason)):
            assert f'id = "{best}"\n' in block


@each_module
def test_the_cell_of_an_item_names_the_misconceptions_that_its_distractors_speak_for(module):
    named = {
        calls(cell)[0].argument: set(cell["metadata"]["coursekit"]["misconceptions"])
        for cell in solution(module).cells
        if tag(cell) == "item" and "coursekit" in cell["metadata"]
    }
    assert named == spoken_for(module)


# The exercise as trainees get it


@each_module
def test_the_exercise_opens_with_how_answers_are_kept_and_read_and_one_step_for_a_page_that_is_not_running(module):
    first, hint = exercise(module)[:2]
    assert all(word in source(first) for word in ("saved", "hand it in", "read by a person", "not attempted"))
    assert hint["metadata"]["tags"] == ["coursekit-hint"] and "Run ▸ Run All Cells" in source(hint)


@each_module
def test_the_exercise_calls_its_items_once_each_in_order_and_ends_with_handing_in(module):
    cells = exercise(module)
    found = [call for cell in cells for call in calls(cell)]
    assert [call.argument for call in found[1:-1]] == [getattr(item, "script", item.id) for item in solution(module).items]
    assert found[0].verb == "exercise" and found[-1].verb == "submit"
    assert calls(cells[-1]) == found[-1:]
    assert not any(foreign(cell) for cell in cells if cell["cell_type"] == "code")


@each_module
def test_something_is_told_before_every_item(module):
    cells = exercise(module)
    for place, cell in enumerate(cells):
        if cell["cell_type"] == "code" and place > 2:
            assert cells[place - 1]["cell_type"] == "markdown"


@each_module
def test_beside_the_reflection_stands_that_no_client_belongs_there(module):
    # The page says it once more below every box (written.js).
    [reflection] = solution(module).of_kind("reflection")
    before = source(solution(module).cells[solution(module).place(reflection.id) - 1])
    assert re.search(r"\bclients?\b", before + reflection.prompt, re.IGNORECASE)
    assert "supervis" in before + reflection.prompt
    if module is RUPTURE_AND_REPAIR:
        assert "Clients stay out of it" in before and "supervision" in before


# What instructors read


@each_module
def test_after_each_item_stand_its_key_or_models_and_who_settled_them(module):
    cells = solution(module).cells
    for place, cell in enumerate(cells):
        if tag(cell) != "item" or calls(cell)[0].verb == "roleplay":
            continue
        notes = cells[place + 1]
        assert tag(notes) == "solution"
        keyed = next(item for item in solution(module).items if item.id == calls(cell)[0].argument).key
        assert not keyed or "Provenance" in source(notes)


ORDINALS = ("first", "second", "third", "last")


def ordinal(options, best):
    return ORDINALS[[option.id for option in options].index(best)]


@each_module
def test_the_notes_and_the_keys_name_the_same_option(module):
    for item in solution(module).of_kind("choice"):
        said = settled(module, item.id)
        if not item.reasons:
            assert said.startswith(f"The {ordinal(item.options, item.key.option)}"), item.id
            continue
        quoted = {option.id for option in item.options for quote in re.findall(r"\*([^*]+)\*", said)
                  if quote.rstrip(".") in curly(option.text)}  # fmt: skip
        assert quoted == {item.key.option}, item.id
        assert f"reason is the {ordinal(item.reasons, item.key.reason)}" in said, item.id


@each_module
def test_the_notes_and_the_keys_name_the_same_codes_ratings_and_steps(module):
    [sheet], [ordering] = solution(module).of_kind("coding"), solution(module).of_kind("ordering")
    for code in {code for accepted in sheet.key.codes.values() for code in accepted} - {"none"}:
        assert MARKERS[code].name in notes_after(module, sheet.id)
    for item in solution(module).of_kind("rating"):
        values = [item.key.values[scale.id] for scale in item.scales]
        assert [int(one) for one in re.findall(r"\d+", settled(module, item.id))] == [*values, item.key.tolerance]
    steps = {step.id: curly(step.text).lower().replace(".", "") for step in ordering.steps}
    quoted = re.findall(r"\*([^*]+)\*", settled(module, ordering.id).lower())
    named = [next(name for name in steps if quote.replace(".", "") in steps[name]) for quote in quoted]
    assert len(named) >= len(steps) - 1
    assert named == ordering.key.order[-len(named) :]


@each_module
def test_the_rubric_has_a_level_for_each_point_with_two_replies_as_trainees_write_them(module):
    [marked] = [item for item in solution(module).of_kind("written") if item.key.marked_by == "person"]
    assert marked.key.rubric == module.rubric
    rubric = (content.root() / "solutions/rubrics" / f"{module.rubric}.md").read_text(encoding="utf-8")
    levels = re.findall(r"^## (\d): .*\n((?:(?!^## ).*\n?)*)", rubric, flags=re.MULTILINE)
    assert [int(number) for number, _ in levels] == list(range(marked.points, -1, -1))
    for _, text in levels:
        assert len(re.findall(r"^> \w", text, flags=re.MULTILINE)) == 2
    for upper in range(marked.points, 0, -1):
        assert f"**{upper} or {upper - 1}?**" in rubric


# What raters practise on


def rubric_of(item):
    return read_rubric(content.root() / "solutions/rubrics" / f"{item.key.rubric}.md")


def to_practise_on(item):
    """The calibration set of an item that a person marks."""
    path = content.root() / "solutions/calibration" / f"{item.key.rubric}.csv"
    assert path.is_file(), f"Write {path.name}, a calibration set for {item.id}."
    return references(rubric_of(item), path)


def plain(text):
    """The words of a text, whatever its marks and capitals."""
    return re.findall(r"\w+", re.sub("[’']", "", text).lower())


@each_marked
def test_a_rater_can_practise_on_twelve_answers_with_every_level_twice_and_a_reason_for_each(item):
    found = to_practise_on(item)
    marks = Counter(one.points for one in found)
    assert len(found) >= 12 and all(one.why for one in found)
    assert set(marks) == {level.points for level in rubric_of(item).levels} and min(marks.values()) >= 2


@each_marked
def test_a_rater_practises_on_no_example_of_the_rubric_and_no_reply_of_the_key(item):
    seen = [example for level in rubric_of(item).levels for example in level.examples]
    seen += [reply.text for reply in (*item.key.models, *item.key.poor)]
    answers = [plain(one.answer) for one in to_practise_on(item)]
    assert [answer for place, answer in enumerate(answers) if answer in [*map(plain, seen), *answers[:place]]] == []


@each_marked
def test_the_level_of_an_answer_to_practise_on_is_not_known_by_its_length(item):
    found = to_practise_on(item)
    lengths = {level: [len(plain(one.answer)) for one in found if one.points == level] for level in range(item.points + 1)}
    means = [sum(each) / len(each) for each in lengths.values()]
    assert max(means) <= 1.5 * min(means)
    assert max(lengths[item.points]) > sum(means) / len(means) > min(lengths[item.points])


@each_module
def test_the_notes_for_a_group_take_twenty_minutes_and_say_what_to_leave_out(module):
    [plan] = [text for text in solution(module).texts if text.startswith("## Twenty minutes")]
    stretches = re.findall(r"^\*\*(\w+) to (\w+)", plan, flags=re.MULTILINE)
    assert stretches[0][0] == "Nought" and stretches[-1][1] == "twenty"
    assert all(before[1].lower() == after[0].lower() for before, after in zip(stretches, stretches[1:], strict=False))
    for part in ("The one who performs", "The one who hides", "If time runs short"):
        assert f"### {part}" in plan


# Evidence

STATISTIC = re.compile(r"−?(?<![\d.])\.\d\d|\d[\d.]* ?%")


@each_module
def test_a_number_beside_a_citation_stands_in_the_row_that_is_cited(module):
    for part in paragraphs(solution(module).texts):
        assert not numbers_not_in_their_rows(part), part[:60]
        assert LINK.search(part) or not STATISTIC.search(part), part[:60]


@each_module
def test_every_row_that_a_solution_cites_is_in_the_evidence(module):
    said = "\n".join([*solution(module).texts, *solution(module).item_strings])
    assert [row for _, row in LINK.findall(said) if row not in evidence()] == []


@each_module
def test_a_year_in_a_citation_is_the_year_of_its_row(module):
    assert [wrong for text in solution(module).texts for wrong in years_not_of_their_rows(text)] == []


@each_module
def test_statistics_in_an_item_stand_in_rows_that_its_notes_cite(module):
    for item in (item for item in solution(module).items if item.key):
        said = STATISTIC.findall("\n".join(strings(item.model_dump())))
        held = set().union(*(numbers_of(row) for row in cited_ids(notes_after(module, item.id))))
        assert {abs(float(one.replace("−", "").rstrip(" %"))) for one in said} <= held, item.id


@each_module
def test_what_trainees_get_cites_nothing_because_its_answers_are_still_sealed(module):
    assert not any(cited_ids(text) for text in exercise_texts(module))
