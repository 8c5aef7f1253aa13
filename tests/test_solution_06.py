"""Exercise 06 and its solution: the items and their keys, what instructors read beside them, and no phrase twice."""

import re
from collections import Counter

import pytest

from coursekit import content
from coursekit.codebook import MARKERS
from coursekit.exercises.items import load_items
from coursekit.exercises.notebooks import calls, foreign, read_notebook, source
from coursekit.exercises.solutions import TAGS
from coursekit.grading.scores import judge, points
from coursekit.pages.evidence import evidence
from coursekit.pages.prose import curly
from coursekit.pages.references import cited_ids

NAME = "06_rupture_and_repair"
SOLUTIONS = content.root() / "solutions"
KEYS = SOLUTIONS / "keys" / f"{NAME}.toml"
ITEMS = load_items(KEYS)
LESSON_ITEMS = load_items(content.course() / "items" / f"{NAME}.toml")
SOLUTION = read_notebook(SOLUTIONS / f"{NAME}.ipynb", TAGS)
EXERCISE = read_notebook(content.root() / "exercises" / f"{NAME}.ipynb")
LESSON = read_notebook(content.course() / f"{NAME}.ipynb")
RUBRIC = (SOLUTIONS / "rubrics" / "06-maxine.md").read_text(encoding="utf-8")
CELLS = SOLUTION["cells"]
CHOICES = [item for item in ITEMS if item.kind == "choice"]
KEYED = [item for item in ITEMS if item.kind in ("choice", "coding", "ordering", "rating")]

LINK = re.compile(r"\[([^\]]*)\]\(#(\w+)\)")
NUMBER = re.compile(r"\d[\d,]*\.?\d*|\.\d+")
STATISTIC = re.compile(r"−?(?<![\d.])\.\d\d|\d[\d.]* ?%")


def of_kind(kind):
    return [item for item in ITEMS if item.kind == kind]


def texts(notebook):
    return [source(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def strings(value):
    if isinstance(value, str):
        return [value]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else []
    return [string for part in inside for string in strings(part)]


def tag(cell):
    return next(tag for tag in cell["metadata"]["tags"] if tag in TAGS)


# What the exercise holds


def test_there_are_ten_items_of_all_kinds_and_the_two_role_plays_come_last():
    kinds = Counter(item.kind for item in ITEMS)
    assert sum(kinds.values()) - kinds["roleplay"] == 10
    assert len(kinds) == 7
    assert kinds["choice"] >= 2 and kinds["written"] == 2
    assert [item.script for item in ITEMS[-2:]] == ["the-usual-chair", "twelve-minutes"]


def test_one_choice_asks_for_a_reason_and_one_written_reply_is_marked_by_a_person():
    assert [item.id for item in CHOICES if item.reasons] == ["06-e1"]
    assert sorted(item.key.marked_by for item in of_kind("written")) == ["person", "self"]


def test_the_coding_sheet_is_a_whole_scene_in_which_most_lines_are_no_marker():
    [sheet] = of_kind("coding")
    codes = sheet.key.codes
    assert 22 <= len(codes) <= 26
    plain = [line for line, accepted in codes.items() if accepted == ["none"]]
    assert 12 <= len(plain) <= len(codes) - 8
    assert len({code for accepted in codes.values() for code in accepted} - {"none"}) >= 8
    assert {line.id for line in sheet.lines if line.code} == {line.id for line in sheet.lines if line.who != "You"}


def test_nobody_in_the_exercise_was_met_in_the_lesson():
    names = {"Kit", "Yasmin", "Bernadette", "Sefton", "Hana", "Idris", "Dilys", "Maxine"}
    lesson = "\n".join(texts(LESSON) + [text for item in LESSON_ITEMS for text in strings(item.model_dump())])
    exercise = "\n".join(texts(EXERCISE))
    assert all(name in exercise for name in names)
    assert not any(re.search(rf"\b{name}\b", lesson) for name in names)


# Keys


def full(item):
    """An answer as the key would give it."""
    key = item.key
    if item.kind == "choice":
        return {"option": key.option} | ({"reason": key.reason} if item.reasons else {})
    if item.kind == "coding":
        return {"codes": {line: accepted[0] for line, accepted in key.codes.items()}}
    return {"order": key.order} if item.kind == "ordering" else {"ratings": key.values}


@pytest.mark.parametrize("item", KEYED, ids=lambda item: item.id)
def test_the_key_gets_all_the_points_of_its_item(item):
    assert points(item, judge(item, full(item))) == item.points > 0


def test_every_code_that_the_key_accepts_counts_in_full():
    [sheet] = of_kind("coding")
    last = {line: accepted[-1] for line, accepted in sheet.key.codes.items()}
    assert points(sheet, judge(sheet, {"codes": last})) == sheet.points


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
@pytest.mark.parametrize("value", [None, {}])
def test_an_untouched_item_is_not_attempted(item, value):
    assert judge(item, value).status == "not attempted"


def test_who_marks_every_line_or_none_gets_nothing_for_the_sheet():
    [sheet] = of_kind("coding")
    for code in sheet.vocabulary:
        assert judge(sheet, {"codes": dict.fromkeys(sheet.key.codes, code)}).share == 0
    assert judge(sheet, {"codes": dict.fromkeys(sheet.key.codes, "none")}).share == 0


def test_the_reply_to_maxine_waits_for_a_person_and_the_other_is_only_kept():
    found = {item.id: judge(item, {"text": "You should have had it from me."}).status for item in of_kind("written")}
    assert found == {"06-e7": "recorded", "06-e9": "person"}


def test_every_key_says_who_settled_it():
    assert {item.key.provenance for item in ITEMS if item.key} == {"author"}


# Balance


def test_the_best_option_is_the_longest_or_the_shortest_no_more_often_than_by_chance():
    for end in (0, -1):
        at_the_end = [
            sorted(item.options, key=lambda one: len(one.text))[end].id == item.key.option for item in CHOICES
        ]
        assert sum(at_the_end) <= len(CHOICES) / 4


def test_the_best_option_stands_in_another_place_each_time():
    places = [[option.id for option in item.options].index(item.key.option) for item in CHOICES]
    assert sorted(places) == list(range(len(CHOICES)))


def test_the_best_reason_is_neither_the_longest_nor_the_shortest():
    reasoned = next(item for item in CHOICES if item.reasons)
    ordered = sorted(reasoned.reasons, key=lambda one: len(one.text))
    assert reasoned.key.reason not in (ordered[0].id, ordered[-1].id)


def test_model_replies_are_not_longer_than_poor_ones():
    for item in of_kind("written"):
        models, poor = ([len(one.text) for one in replies] for replies in (item.key.models, item.key.poor))
        assert sum(models) / len(models) <= sum(poor) / len(poor)


# Misconceptions


def spoken_for():
    """Item → misconceptions that an option, reason or poor reply speaks for, as the file of keys notes them."""
    found: dict[str, set[str]] = {}
    item = ""
    for line in KEYS.read_text(encoding="utf-8").splitlines():
        item = named[1] if (named := re.match(r'id = "(06-\w+)"$', line)) else item
        if noted := re.search(r"# (E\d\d)$", line):
            found.setdefault(item, set()).add(noted[1])
    return found


def test_each_misconception_about_rupture_is_met_by_some_distractor():
    assert set().union(*spoken_for().values()) == {f"E{number}" for number in range(29, 37)}


def test_no_misconception_is_noted_at_the_best_option():
    noted = re.findall(r'^id = "(\w+)"  # E\d\d$', KEYS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(noted) >= 10
    text = KEYS.read_text(encoding="utf-8")
    for item in CHOICES:
        block = text[text.index(f'id = "{item.id}"') : text.index("[item.key]", text.index(f'id = "{item.id}"'))]
        for best in filter(None, (item.key.option, item.key.reason)):
            assert f'id = "{best}"\n' in block


def test_the_cell_of_an_item_names_the_misconceptions_that_its_distractors_speak_for():
    named = {
        calls(cell)[0].argument: set(cell["metadata"]["coursekit"]["misconceptions"])
        for cell in CELLS
        if tag(cell) == "item" and "coursekit" in cell["metadata"]
    }
    assert named == spoken_for()


# The exercise as trainees get it


def test_the_exercise_opens_with_how_answers_are_kept_and_read_and_one_step_for_a_page_that_is_not_running():
    first, hint = EXERCISE["cells"][:2]
    assert all(word in source(first) for word in ("saved", "hand it in", "read by a person", "not attempted"))
    assert hint["metadata"]["tags"] == ["coursekit-hint"] and "Run ▸ Run All Cells" in source(hint)


def test_the_exercise_calls_its_items_once_each_in_order_and_ends_with_handing_in():
    found = [call for cell in EXERCISE["cells"] for call in calls(cell)]
    assert [call.argument for call in found[1:-1]] == [getattr(item, "script", item.id) for item in ITEMS]
    assert found[0].verb == "exercise" and found[-1].verb == "submit"
    assert calls(EXERCISE["cells"][-1]) == found[-1:]
    assert not any(foreign(cell) for cell in EXERCISE["cells"] if cell["cell_type"] == "code")


def test_something_is_told_before_every_item():
    cells = EXERCISE["cells"]
    for place, cell in enumerate(cells):
        if cell["cell_type"] == "code" and place > 2:
            assert cells[place - 1]["cell_type"] == "markdown"


def test_beside_the_reflection_stands_that_no_client_belongs_there():
    # The page says it once more below every box (written.js).
    assert any("Clients stay out of it" in text and "supervision" in text for text in texts(EXERCISE))


# What instructors read


def test_after_each_item_stand_its_key_or_models_and_who_settled_them():
    for place, cell in enumerate(CELLS):
        if tag(cell) != "item" or calls(cell)[0].verb == "roleplay":
            continue
        notes = CELLS[place + 1]
        assert tag(notes) == "solution"
        keyed = next(item for item in ITEMS if item.id == calls(cell)[0].argument).key
        assert not keyed or "Provenance" in source(notes)


def notes_after(name):
    place = next(n for n, cell in enumerate(CELLS) if calls(cell)[:1] and calls(cell)[0].argument == name)
    return source(CELLS[place + 1])


def test_the_notes_and_the_keys_name_the_same_option():
    ordinals = {"a": "The first", "b": "The second", "c": "The third", "d": "The last"}
    for item in CHOICES:
        if not item.reasons:
            assert notes_after(item.id).split("\n\n")[1].startswith(ordinals[item.key.option]), item.id
    assert "*Ha. Yeah.*, and the reason is the second" in notes_after("06-e1")


def test_the_notes_and_the_keys_name_the_same_codes_ratings_and_steps():
    sheet, rating, ordering = (of_kind(kind)[0] for kind in ("coding", "rating", "ordering"))
    for code in {code for accepted in sheet.key.codes.values() for code in accepted} - {"none"}:
        assert MARKERS[code].name in notes_after(sheet.id)
    values = rating.key.values
    said = [values[name] for name in ("shown-first", "felt-first", "shown-last", "felt-last")]
    assert "Shown {} and felt {} to begin with, {} and {} at the close".format(*said) in notes_after(rating.id)
    assert f"; {rating.key.tolerance} either way" in notes_after(rating.id)
    first = notes_after(ordering.id).split("\n\n")[1].lower()
    steps = {step.id: curly(step.text).lower().replace(".", "") for step in ordering.steps}
    quoted = re.findall(r"\*([^*]+)\*", first.split("provenance")[0])
    assert [next(name for name in steps if quote in steps[name]) for quote in quoted] == ordering.key.order[1:]


def test_the_rubric_has_a_level_for_each_point_with_two_replies_as_trainees_write_them():
    [marked] = [item for item in of_kind("written") if item.key.marked_by == "person"]
    assert marked.key.rubric == "06-maxine"
    levels = re.findall(r"^## (\d): .*\n((?:(?!^## ).*\n?)*)", RUBRIC, flags=re.MULTILINE)
    assert [int(number) for number, _ in levels] == list(range(marked.points, -1, -1))
    for _, text in levels:
        assert len(re.findall(r"^> \w", text, flags=re.MULTILINE)) == 2
    for upper in range(marked.points, 0, -1):
        assert f"**{upper} or {upper - 1}?**" in RUBRIC


def test_the_notes_for_a_group_take_twenty_minutes_and_say_what_to_leave_out():
    [plan] = [text for text in texts(SOLUTION) if text.startswith("## Twenty minutes")]
    stretches = re.findall(r"^\*\*(\w+) to (\w+)", plan, flags=re.MULTILINE)
    assert stretches[0][0] == "Nought" and stretches[-1][1] == "twenty"
    assert all(before[1].lower() == after[0].lower() for before, after in zip(stretches, stretches[1:], strict=False))
    for part in ("The one who performs", "The one who hides", "If time runs short"):
        assert f"### {part}" in plan


# Evidence


def numbers(text):
    return {float(found.replace(",", "")) for found in NUMBER.findall(text.rstrip(".")) if found.strip(".,")}


def numbers_of(row):
    return set().union(*(numbers(value) for value in evidence()[row].model_dump().values()))


def test_a_number_beside_a_citation_stands_in_the_row_that_is_cited():
    for part in (part for text in texts(SOLUTION) for part in re.split(r"\n\s*\n", text)):
        held = set().union(*(numbers_of(row) for _, row in LINK.findall(part)))
        if LINK.search(part):
            assert numbers(LINK.sub("", part).replace("`", "")) <= held, part[:60]
        else:
            assert not STATISTIC.search(part), part[:60]


def test_a_year_in_a_citation_is_the_year_of_its_row():
    for text in texts(SOLUTION):
        for name, row in LINK.findall(text):
            assert all(year in evidence()[row].citation for year in re.findall(r"\d{4}", name)), (name, row)


def test_statistics_in_an_item_stand_in_rows_that_its_notes_cite():
    for item in (item for item in ITEMS if item.key):
        said = STATISTIC.findall("\n".join(strings(item.model_dump())))
        held = set().union(*(numbers_of(row) for row in cited_ids(notes_after(item.id))))
        assert {abs(float(one.replace("−", "").rstrip(" %"))) for one in said} <= held, item.id


def test_what_trainees_get_cites_nothing_because_its_answers_are_still_sealed():
    assert not any(cited_ids(text) for text in texts(EXERCISE))


# Wording


def phrases(text):
    """All runs of five words within a sentence; links by their text, mark-up and quotation marks apart."""
    text = LINK.sub(r"\1", text).lower().replace("’", "'").replace("run ▸ run all cells", "")
    for part in re.split(r"[.!?:;…—“”\"()|\n]+", re.sub(r"[*_`>#\[\]]", "", text)):
        words = re.findall(r"[\w'−-]+", part)
        yield from (" ".join(words[place : place + 5]) for place in range(len(words) - 4))


def test_no_phrase_of_five_words_stands_twice_in_the_exercise_or_in_it_and_the_lesson_or_the_codebook():
    quoted = next(item for item in CHOICES if item.reasons)  # its options are lines of the scene above it
    spared = {phrase for option in quoted.options for phrase in phrases(option.text)}
    spared |= {phrase for marker in MARKERS.values() for phrase in phrases(marker.name)}
    ours = texts(SOLUTION) + [RUBRIC] + [text for item in ITEMS for text in strings(item.model_dump())]
    theirs = texts(LESSON) + [text for item in LESSON_ITEMS for text in strings(item.model_dump())]
    theirs.append((content.root() / "docs" / "codebook.md").read_text(encoding="utf-8"))
    here = Counter(phrase for text in ours for phrase in phrases(text))
    there = {phrase for text in theirs for phrase in phrases(text)}
    assert sorted(one for one, count in here.items() if (count > 1 or one in there) and one not in spared) == []
