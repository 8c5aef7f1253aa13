# ruff: noqa: E501
import json
import multiprocessing
import os
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.exercises import records
from coursekit.exercises.answers import (
    AnswersFile,
    AnswersRefused,
    attempted,
    hand_in,
    missing,
    read,
    take_up,
    trainee_id,
)
from coursekit.exercises.items import load_items
from coursekit.exercises.records import parse
from sample_exercise import ITEMS

WORK = {"course": "therapeutic-relationship", "part": "exercise", "notebook": "06_sample", "release": 1}
HERS, PAGE = "9f2c41d07ab35e18", "0123456789abcdef"

any_text = st.text(st.characters(exclude_categories=["Cs"]))


def answers_file(folder, trainee=HERS, **work):
    return AnswersFile.in_folder(folder, trainee=trainee, **(WORK | work))


def values(answers):
    return [(act.item, act.attempt, act.value) for act in answers.acts]


# Writing and reading


def test_the_file_is_what_the_formats_page_says(tmp_path):
    file = answers_file(tmp_path)
    file.append("06-e3", {"option": "b", "reason": "r2"})
    header, act, end = file.path.read_bytes().split(b"\n")
    assert file.path.name == "exercise-06_sample.coursekit"
    assert json.loads(header) == {"coursekit": 1, **WORK, "trainee": HERS, "name": None}
    assert list(json.loads(act)) == ["seq", "time", "item", "version", "attempt", "value"]
    assert json.loads(act)["value"] == {"option": "b", "reason": "r2"}
    assert end == b""


def test_opening_a_notebook_writes_nothing(tmp_path):
    assert answers_file(tmp_path / "answers").read().acts == []
    assert not (tmp_path / "answers").exists()


@given(any_text)
@settings(deadline=None)  # a disk may be slow
def test_any_text_survives_the_file(tmp_path_factory, text):
    file = answers_file(tmp_path_factory.mktemp("a"))
    file.append("06-e5", {"text": text})
    answers = read(file.path)
    assert values(answers) == [("06-e5", 1, {"text": text})]
    assert answers.damaged == []


def test_half_a_character_from_a_browser_is_saved_and_read_as_the_sign_for_it(tmp_path):
    file = answers_file(tmp_path)
    file.append("06-e5", {"text": "so \ud83d and so \U0001f642"})
    assert read(file.path).acts[0].value == {"text": "so \ufffd and so \U0001f642"}


@st.composite
def damaged_files(draw):
    """A file with a few acts, and the same with some of its bytes changed, cut out or put in."""
    header = {"coursekit": 1, **WORK, "trainee": HERS, "name": None}
    texts = draw(st.lists(any_text, min_size=1, max_size=6))
    acts = [{"seq": n, "item": "06-e5", "value": {"text": text}} for n, text in enumerate(texts, 1)]
    whole = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in (header, *acts))
    damaged = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(damaged)))
        damaged[at : at + draw(st.integers(0, 30))] = draw(st.binary(max_size=8))
    return whole, bytes(damaged)


@given(damaged_files())
@settings(max_examples=500, deadline=None)
def test_after_any_damage_every_undamaged_act_is_read_and_every_line_accounted_for(files):
    whole, damaged = files
    try:
        answers = read(damaged)
    except AnswersRefused:
        return
    read_again = {
        (act.seq, act.value["text"]) for act in answers.acts if isinstance(act.value, dict) and "text" in act.value
    }
    kept = [json.loads(line) for line in whole.split(b"\n")[1:-1] if line in damaged]
    assert {(act["seq"], act["value"]["text"]) for act in kept} <= read_again
    lines = {number for number, line in enumerate(damaged.split(b"\n"), 1) if line.strip()}
    listed = {line.line for line in answers.damaged}
    assert len(lines) <= len(answers.acts) + len(lines & listed) + (answers.header is not None)


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_reading_ends_in_answers_or_a_refusal(data):
    with suppress(AnswersRefused):
        read(data)


JSON = ["-0", "1e999", "NaN", "-Infinity", "null", "0.1", "1E2", "9" * 400, '"a"', '"\\u0022"', '"\\ud83d"', '"\\\\\\""', "[[1]]", '{"a":1,"a":2}', "01"]
NAMES = ["seq", "item", "value", "version", "attempt", "time", "from", "coursekit"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["1", '"name"', *JSON]))), st.sampled_from(["", " ", "\r", "}", "\xa0"]))
@settings(max_examples=500)
def test_a_line_is_read_the_short_way_only_as_it_is_the_long_way(pairs, end):
    line = "{" + ",".join(f'"{name}":{value}' for name, value in [("seq", "1"), ("item", '"name"'), *pairs]) + "}" + end
    act = records._plain(line.encode())
    assert act is None or repr(act) == repr(parse(line))


def test_a_line_as_the_course_writes_it_is_read_the_short_way():
    line = {"seq": 1, "time": "2026-11-22T10:00:00Z", "item": "06-e5", "value": {"text": "“No”, null and \n \"I\""}}
    assert records._plain(json.dumps(line, ensure_ascii=False).encode()) == parse(json.dumps(line))


@given(st.integers(0, 400), st.binary(max_size=20))
@settings(deadline=None)  # a disk may be slow
def test_after_any_torn_end_a_writer_goes_on(tmp_path_factory, cut, rubbish):
    file = answers_file(tmp_path_factory.mktemp("a"))
    file.append("06-e5", {"text": "one"})
    file.append("06-e5", {"text": "two"})
    file.path.write_bytes(file.path.read_bytes()[:cut] + rubbish)
    answers_file(file.path.parent).append("06-e5", {"text": "three"})
    answers = read(file.path)
    assert answers.header is not None
    assert answers.acts[-1].value == {"text": "three"}


def test_a_torn_line_is_listed_with_its_text_its_number_and_why(tmp_path):
    file = answers_file(tmp_path)
    file.append("06-e5", {"text": "one"})
    file.path.write_bytes(file.path.read_bytes() + b'{"seq": 2, "ti')
    file.append("06-e5", {"text": "two"})
    answers = read(file.path)
    assert [act.value["text"] for act in answers.acts] == ["one", "two"]
    (torn,) = answers.damaged
    assert (torn.line, torn.text, torn.reason) == (3, '{"seq": 2, "ti', "it is cut off or damaged")


def test_what_editors_and_mail_do_to_a_file_harms_nothing(tmp_path):
    file = answers_file(tmp_path)
    file.append("06-e5", {"text": "one"})
    file.append("06-e5", {"text": "two"})
    plain = read(file.path)
    edited = b"\xef\xbb\xbf" + file.path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\r\n"
    assert read(edited).acts == plain.acts
    assert read(edited).damaged == []


def test_a_line_that_stands_twice_counts_once_and_is_listed_as_no_loss(tmp_path):
    file = answers_file(tmp_path)
    file.append("06-e7", {"turn": 1})
    line = file.path.read_bytes().split(b"\n")[1]
    answers = read(file.path.read_bytes() + line + b"\n")
    assert len(answers.acts) == 1
    assert [(d.line, d.lost) for d in answers.damaged] == [(3, False)]


def test_acts_of_a_second_file_pasted_below_are_not_taken_for_hers(tmp_path):
    hers, other = answers_file(tmp_path / "a"), answers_file(tmp_path / "b", trainee=PAGE)
    hers.append("06-e5", {"text": "mine"})
    other.append("06-e5", {"text": "not mine"})
    answers = read(hers.path.read_bytes() + other.path.read_bytes())
    assert [act.value["text"] for act in answers.acts] == ["mine"]
    assert [d.line for d in answers.damaged] == [3, 4]


def test_a_missing_first_line_is_listed_and_the_acts_are_read(tmp_path):
    file = answers_file(tmp_path)
    file.append("06-e5", {"text": "one"})
    answers = read(file.path.read_bytes().split(b"\n", 1)[1])
    assert answers.header is None
    assert len(answers.acts) == 1
    assert "first line" in answers.damaged[0].reason


@pytest.mark.parametrize(
    "line",
    ["[" * 100_000, '{"seq": 1, "item": "x", "value": ' + "[" * 200 + "]" * 200 + "}", '{"seq": ' + "9" * 5000 + "}",
     '{"seq": 1, "item": "x", "value": NaN}', '{"seq": 1, "item": "x", "value": 1e999}', '{"seq": true, "item": "x", "value": 1}',
     '{"seq": 1, "item": "name", "value": 7}', "null", "\0\0\0", '{"coursekit": 1}', '{"coursekit": "x"}'],
)  # fmt: skip
def test_a_line_that_only_looks_like_an_act_is_listed(line):
    answers = read(line.encode())
    assert answers.acts == []
    assert line[:20] in [d.text[:20] for d in answers.damaged]


def test_a_newer_format_is_refused_with_what_to_do():
    with pytest.raises(AnswersRefused, match="pip install --upgrade"):
        read(b'{"coursekit": 2, "course": "x"}\n')


def test_a_file_that_cannot_be_opened_is_refused_in_words(tmp_path):
    with pytest.raises(AnswersRefused, match="cannot be read"):
        read(tmp_path)


def test_unknown_fields_are_kept_and_ignored():
    line = b'{"seq": 1, "item": "06-e1", "value": {"option": "a"}, "mood": "fine"}'
    assert read(line).acts[0].model_extra == {"mood": "fine"}


def test_a_file_of_another_notebook_is_not_written_to(tmp_path):
    file = answers_file(tmp_path)
    file.append("06-e1", {"option": "a"})
    file.path.rename(tmp_path / "exercise-07_other.coursekit")
    with pytest.raises(AnswersRefused, match="06_sample.*Move it"):
        answers_file(tmp_path, notebook="07_other")


def _append_fifty(folder, name):
    file = answers_file(folder)
    for number in range(50):
        file.append("06-e5", {"text": f"{name}{number}"})


def test_two_open_tabs_lose_nothing(tmp_path):
    tabs = [multiprocessing.get_context("fork").Process(target=_append_fifty, args=(tmp_path, name)) for name in "ab"]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    answers = answers_file(tmp_path).read()
    assert {act.value["text"] for act in answers.acts} == {f"{name}{n}" for name in "ab" for n in range(50)}
    assert [act.seq for act in answers.acts] == list(range(1, 101))
    assert answers.damaged == []


def test_nothing_is_called_saved_that_the_disk_did_not_take(tmp_path, monkeypatch):
    file = answers_file(tmp_path)
    file.append("06-e7", {"turn": 1})
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError("no space left")))
        with pytest.raises(OSError, match="no space"):
            file.append("06-e7", {"turn": 2})
    file.append("06-e7", {"turn": 2})
    file.append("06-e7", {"turn": 3})
    assert [act.value["turn"] for act in file.read().acts] == [1, 2, 3]


def test_a_full_disk_is_an_error_and_the_next_answer_starts_a_line_of_its_own(tmp_path, monkeypatch):
    file = answers_file(tmp_path)
    file.append("06-e5", {"text": "one"})
    write = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda handle, data: write(handle, data[:10]))
        with pytest.raises(OSError, match="is it full"):
            file.append("06-e5", {"text": "two"})
    file.append("06-e5", {"text": "three"})
    assert [act.value["text"] for act in file.read().acts] == ["one", "three"]
    assert len(file.read().damaged) == 1


def test_a_working_copy_has_one_trainee_id(tmp_path):
    first = trainee_id(tmp_path)
    assert len(first) == 16 and trainee_id(tmp_path) == first
    answers_file(tmp_path, trainee=first).append("06-e1", {"option": "a"})
    (tmp_path / ".trainee").write_text("damaged")
    assert trainee_id(tmp_path) == first
    assert trainee_id(tmp_path / "another") != first


# What is still empty


@pytest.mark.parametrize(
    "kind, empty, says",
    [
        ("choice", {"option": ""}, {"option": "b"}),
        ("coding", {"codes": {}}, {"codes": {"u3": "none"}}),
        ("ordering", {"order": []}, {"order": ["a"]}),
        ("rating", {"ratings": {"felt": None}}, {"ratings": {"felt": 0}}),
        ("written", {"text": " \n\u200b", "codes": ["OWN"]}, {"text": "…"}),
        ("reflection", {"text": ""}, {"text": "\U0001f642"}),
        ("roleplay", {"self": 60}, {"turn": 1}),
    ],
)  # fmt: skip
def test_what_says_nothing_is_not_attempted(kind, empty, says):
    assert not attempted(kind, empty)
    assert attempted(kind, says)
    for malformed in (
        None,
        7,
        "b",
        [],
        {},
        {"text": 7, "codes": 7, "ratings": [], "order": "abc", "option": 1},
    ):
        assert not attempted(kind, malformed)


@pytest.fixture
def items(tmp_path):
    (tmp_path / "06_sample.toml").write_text(ITEMS, encoding="utf-8")
    return load_items(tmp_path / "06_sample.toml")


def test_everything_is_missing_from_an_empty_file_and_nothing_from_a_full_one(tmp_path, items):
    file = answers_file(tmp_path)
    assert [gap.title for gap in missing(items, file.read())] == [item.title for item in items]
    file.append("06-e1", {"option": "b", "reason": "r1"})
    file.append("06-e2", {"codes": {"u2": "none", "u3": "none"}})
    file.append("06-e3", {"order": ["own", "see", "ask"]})
    file.append("06-e4", {"ratings": {"felt": 0, "shown": 0}})
    file.append("06-e5", {"text": "Hm."})
    file.append("06-e6", {"text": "Hm."})
    file.append("06-e7", {"turn": 1})
    file.append("06-e7", {"self": 60})
    assert missing(items, file.read()) == []


def test_an_answer_in_part_says_what_is_left(tmp_path, items):
    file = answers_file(tmp_path)
    file.append("06-e1", {"option": "b"})
    file.append("06-e2", {"codes": {"u2": "none"}})
    file.append("06-e4", {"ratings": {"shown": 10}})
    file.append("06-e7", {"turn": 1})
    said = [str(gap) for gap in missing(items, file.read())]
    assert said[:2] == [
        "Thirty seconds of nothing: no reason chosen",
        "Who moves, and where: 1 of 2 lines judged",
    ]
    assert said[3] == "Felt and shown: 1 of 2 scales rated"
    assert said[-1] == "The clock: not played to its end"


# Handing in


def test_what_is_handed_in_is_her_file_with_her_name(tmp_path):
    file = answers_file(tmp_path)
    file.append("06-e1", {"option": "b"})
    handed = hand_in(file, tmp_path / "hand-in", "Zoë  O'Brien")
    assert handed.name == "06_sample_Zoe-O-Brien_9f2c.coursekit"
    assert handed.read_bytes() == file.path.read_bytes()
    assert read(handed).name == "Zoë O'Brien"
    assert [act.item for act in read(handed).acts] == ["06-e1", "name", "hand-in"]


def test_an_earlier_hand_in_is_never_overwritten(tmp_path):
    file = answers_file(tmp_path)
    file.append("06-e1", {"option": "b"})
    first = hand_in(file.path, tmp_path / "hand-in", "李")
    before = first.read_bytes()
    second = hand_in(file.path, tmp_path / "hand-in", "李")
    assert first.name == "06_sample_trainee_9f2c.coursekit"
    assert second.name == "06_sample_trainee_9f2c_2.coursekit"
    assert first.read_bytes() == before
    assert sorted(path.name for path in first.parent.iterdir()) == [first.name, second.name]


def test_nothing_and_nobody_cannot_be_handed_in(tmp_path):
    file = answers_file(tmp_path)
    with pytest.raises(AnswersRefused, match="Nothing has been answered"):
        hand_in(file, tmp_path, "Zoë")
    file.append("06-e1", {"option": "b"})
    with pytest.raises(AnswersRefused, match="Give your name"):
        hand_in(file, tmp_path, "  ")


# Taking up


def test_work_from_the_page_is_taken_up_beside_hers_and_only_once(tmp_path):
    hers, page = answers_file(tmp_path / "a"), answers_file(tmp_path / "b", trainee=PAGE)
    hers.append("06-e1", {"option": "a"})
    page.append("06-e1", {"option": "b"})
    page.append("06-e5", {"text": "from the page"})
    taken = take_up(hers, page.path)
    assert str(taken) == (
        "2 entries were taken up. Where you had answered here too, both answers are kept, and the one taken up counts."
    )
    assert values(hers.read()) == [
        ("06-e1", 1, {"option": "a"}),
        ("06-e1", 2, {"option": "b"}),
        ("06-e5", 1, {"text": "from the page"}),
    ]
    assert hers.read().header.trainee == HERS
    before = hers.path.read_bytes()
    assert take_up(hers.path, page.path.read_bytes()).acts == 0
    assert hers.path.read_bytes() == before


def test_a_play_begun_here_and_ended_on_another_machine_is_one_play(tmp_path):
    here = answers_file(tmp_path / "here")
    here.append("06-e7", {"turn": 1})
    there = answers_file(tmp_path / "there")
    there.path.parent.mkdir()
    there.path.write_bytes(here.path.read_bytes())
    there.append("06-e7", {"turn": 2})
    there.append("06-e7", {"self": 60})
    taken = take_up(here, there.path)
    assert (taken.acts, taken.beside) == (2, False)
    assert values(here.read()) == [
        ("06-e7", 1, {"turn": 1}),
        ("06-e7", 1, {"turn": 2}),
        ("06-e7", 1, {"self": 60}),
    ]


def test_a_play_that_went_on_in_both_places_becomes_two(tmp_path):
    here = answers_file(tmp_path / "here")
    here.append("06-e7", {"turn": 1})
    there = answers_file(tmp_path / "there")
    there.path.parent.mkdir()
    there.path.write_bytes(here.path.read_bytes())
    here.append("06-e7", {"turn": 2, "reply": 1})
    there.append("06-e7", {"turn": 2, "reply": 2})
    take_up(here, there.path)
    plays = here.read().attempts("06-e7")
    assert [act.value for act in plays[1]] == [{"turn": 1}, {"turn": 2, "reply": 1}]
    assert [act.value for act in plays[2]] == [{"turn": 1}, {"turn": 2, "reply": 2}]


def some_acts(values):
    act = st.tuples(st.sampled_from(["06-e1", "06-e7"]), st.integers(1, 3), st.sampled_from(values))
    return st.lists(act, max_size=8)


@given(some_acts("ab"), some_acts("cd"), some_acts("ef"))
@settings(deadline=None)  # a disk may be slow
def test_taking_up_keeps_every_act_of_both_and_is_done_once(tmp_path_factory, before, hers_only, theirs_only):
    folder = tmp_path_factory.mktemp("t")
    here, there = answers_file(folder / "here"), answers_file(folder / "there")
    (folder / "there").mkdir()
    for item, attempt, value in before:
        here.append(item, {"option": value}, attempt=attempt)
    if before:
        there.path.write_bytes(here.path.read_bytes())
    for file, own in ((here, hers_only), (there, theirs_only)):
        for item, attempt, value in own:
            file.append(item, {"option": value}, attempt=attempt)
    if not there.path.exists():
        return
    hers_before = here.read().acts
    take_up(here, there.path)
    after = here.read()
    assert after.acts[: len(hers_before)] == hers_before
    for item in ("06-e1", "06-e7"):
        plays = [[act.value for act in acts] for acts in after.attempts(item).values()]
        for acts in there.read().attempts(item).values():
            theirs = [act.value for act in acts]
            assert any(play[: len(theirs)] == theirs or theirs == play for play in plays)
    assert take_up(here, there.path).acts == 0
    take_up(there, here.path)
    assert take_up(here, there.path).acts == 0


@pytest.mark.parametrize(
    "other, said",
    [
        ({"course": "another"}, "another course"),
        ({"notebook": "07_other"}, "the exercise 07_other; here is the exercise 06_sample"),
        ({"part": "lesson"}, "the lesson 06_sample"),
    ],
)  # fmt: skip
def test_the_file_of_another_notebook_or_course_is_refused_and_nothing_changes(tmp_path, other, said):
    hers, page = answers_file(tmp_path / "a"), answers_file(tmp_path / "b", trainee=PAGE, **other)
    hers.append("06-e1", {"option": "a"})
    page.append("06-e1", {"option": "b"})
    before = hers.path.read_bytes()
    with pytest.raises(AnswersRefused, match=said):
        take_up(hers, page.path)
    assert hers.path.read_bytes() == before


def test_a_file_without_its_first_line_cannot_be_taken_up(tmp_path):
    hers = answers_file(tmp_path)
    with pytest.raises(AnswersRefused, match="nobody can tell"):
        take_up(hers, b'{"seq": 1, "item": "06-e1", "value": {"option": "b"}}\n')


def test_a_name_that_stands_twice_in_one_act_is_listed_and_not_guessed():
    line = '{"seq":1,"time":"2026-11-22T10:00:00Z","item":"e1","version":1,"attempt":1,"value":{"text":"a"},"value":{"text":"b"}}'
    damaged = read(line.encode() + b"\n").damaged
    assert [each.reason for each in damaged if each.text] == ["it says “value” twice"]


def test_a_line_of_a_hundred_thousand_glued_beginnings_is_read_at_once():
    answers = read(b'{"seq"' * 100_000)
    assert answers.acts == [] and answers.damaged
