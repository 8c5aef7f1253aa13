"""No phrase of five words stands twice in the course, and how that is looked for."""

import pytest

from coursekit import content
from coursekit.report.phrases import phrases, repeated
from coursekit.report.texts import Text, course_texts, items, script
from examples import SMALL

ONE, OTHER = "course/one", "course/other"


def found(*texts: Text) -> list[tuple[str, ...]]:
    return [(repeat.phrase, *repeat.places) for repeat in repeated(texts)]


def test_no_phrase_of_five_words_stands_twice_in_lessons_scripts_solutions_or_the_codebook():
    assert [f"{repeat.phrase}: {'; '.join(repeat.places)}" for repeat in repeated(course_texts(content.root()))] == []


def test_phrases_are_runs_of_five_words_within_a_sentence():
    said = "He came at **half** past. Six, she’d said ([Bordin, 1979](#B08))"
    assert list(phrases(said)) == ["he came at half past"]
    assert list(phrases("It fell to 14.7 in all.")) == ["it fell to 14.7 in", "fell to 14.7 in all"]


def test_a_phrase_in_two_places_is_found_as_long_as_it_goes():
    one = Text(ONE, "a", "I would like to put my coat on now, please.")
    other = Text(OTHER, "b", "She said that I would like to put my coat on.")
    assert found(one, other) == [("i would like to put my coat on", "course/one, a", "course/other, b")]


def test_a_phrase_twice_in_one_text_is_found():
    assert found(Text(ONE, "a", "As if it were so. Or as if it were so.")) == [("as if it were so", "course/one, a")]


def test_four_words_are_nobody_s():
    assert found(Text(ONE, "a", "As if it were."), Text(ONE, "b", "As if it were mine.")) == []


@pytest.mark.parametrize(
    "quotation",
    [
        "> **Kit:** You’d have to say it’s a dog.",
        "“You'd have to say it's a dog.”",
        "He said *have to say it’s a dog*, and meant it.",
    ],
)
def test_what_is_quoted_of_a_line_in_its_own_work_is_no_repeat(quotation):
    line = "You'd have to say it's a dog."
    assert found(Text(ONE, "a", line), Text(ONE, "b", quotation)) == []
    assert found(Text(ONE, "b", quotation), Text(ONE, "a", line)) == []
    assert found(Text(ONE, "a", f"> {line}"), Text(ONE, "b", quotation)) == []
    assert found(Text(ONE, "a", line), Text(OTHER, "b", quotation)) != []


def test_what_only_begins_like_a_line_is_no_quotation_of_it():
    line = Text(ONE, "a", "You'd have to say it's a dog.")
    assert found(line, Text(ONE, "b", "“You'd have to say it's a cat.”")) == [
        ("you'd have to say it's a", "course/one, a", "course/one, b")
    ]
    assert found(line, Text(ONE, "b", "You'd have to say it's a dog, then.")) != []


def test_texts_for_reference_may_repeat_themselves_and_nobody_them():
    page = [Text("docs/page", part, "Says what the therapist did.", reference=True) for part in "ab"]
    assert found(*page) == []
    assert found(*page, Text(ONE, "c", "It says what the therapist did.")) != []


def test_names_of_markers_may_be_said_as_often_as_they_are_needed(monkeypatch):
    monkeypatch.setattr("coursekit.report.phrases.MARKERS", {"X": type("Marker", (), {"name": "Says it at the door"})})
    assert found(Text(ONE, "a", "She says it at the door."), Text(ONE, "b", "He says it at the door.")) == []


def test_every_text_of_a_script_is_looked_at_and_the_same_text_once(tmp_path):
    path = tmp_path / "small.md"
    path.write_text(SMALL.replace("Why were you late?", "You noticed that I looked at the clock."), encoding="utf-8")
    texts = [text.text for text in script(path)]
    for text in ("Ada comes in.", "Waiting.", "She sits.", "He minds.", "Answer her.", "You said it.", "She left."):
        assert text in texts
    assert texts.count("You noticed that I looked at the clock.") == 1


def test_a_script_that_cannot_be_read_has_no_texts(tmp_path):
    path = tmp_path / "broken.md"
    path.write_text("# Nothing", encoding="utf-8")
    assert script(path) == []


def test_every_text_of_an_item_is_looked_at():
    name = "06_rupture_and_repair.toml"
    [prompt] = [text for text in items(content.course() / "items" / name) if "sound off" in text.text]
    assert prompt.place == "course/06_rupture_and_repair, 06-l2"
    assert items(content.course() / "items" / "none.toml") == []
