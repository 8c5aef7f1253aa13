"""`coursekit grade`: a class of 20, some of it damaged, and nothing lost."""

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import cohort
from coursekit.cli import app
from coursekit.coding import coder
from coursekit.coding.coder import Likelihood, Reading
from coursekit.exercises.answers import AnswersRefused, read
from coursekit.grading.assessment import assess
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.run import grade
from coursekit.grading.tables import defused
from coursekit.pages.feedback import feedback_page


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("course")


@pytest.fixture(scope="module")
def keys(folder):
    return cohort.make_course(folder)


def run(keys, out, *paths):
    with Gradebook(out / "gradebook.sqlite") as book:
        return grade(paths, keys, book, out, feedback_page)


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def a_file(*acts, **first):
    return cohort.file_of(list(acts), cohort.header(**first))


def the_class(keys):
    """Twenty submissions by name, some of them damaged, with the outcome that each must have."""
    files = {f"{n}.coursekit": (cohort.a_hand_in(keys, n), "graded") for n in range(8)}
    whole = cohort.a_hand_in(keys, 30)
    mia = cohort.act("06-e6", {"text": "I talk faster."})
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("late.coursekit", cohort.a_hand_in(keys, 31))
    return files | {
        "truncated.coursekit": (whole[:-40], "for a person"),
        "bad utf-8.coursekit": (cohort.a_hand_in(keys, 32).replace(b'"text": "', b'"text": "\xff', 1), "for a person"),
        "wrong exercise.coursekit": (a_file(mia, notebook="99_nothing", trainee="a" * 16), "for a person"),
        "unknown item.coursekit": (
            a_file(mia, cohort.act("06-e99", {"text": "Where?"}), trainee="b" * 16),
            "for a person",
        ),
        "no header.coursekit": (cohort.a_hand_in(keys, 33).split(b"\n", 1)[1], "for a person"),
        "renamed (1).txt": (cohort.a_hand_in(keys, 34), "graded"),
        "empty.coursekit": (b"", "refused"),
        "mia, first.coursekit": (a_file(mia), "graded"),
        "mia, second.coursekit": (a_file(mia, cohort.act("06-e1", {"option": "b", "reason": "r1"})), "graded"),
        "class.zip": (inner.getvalue(), "graded"),
        "older key.coursekit": (a_file(cohort.act("06-e1", {"option": "b"}, version=7), trainee="c" * 16), "graded"),
        "06_sample.ipynb": (b'{"cells": []}', "refused"),
    }


@pytest.fixture(scope="module")
def graded(keys, tmp_path_factory):
    place = tmp_path_factory.mktemp("class")
    with zipfile.ZipFile(place / "moodle.zip", "w") as archive:
        for name, (content, _) in the_class(keys).items():
            archive.writestr(f"submissions/{name}", content)
        archive.writestr("__MACOSX/._0.coursekit", b"\0")
    summary = run(keys, place / "graded", place / "moodle.zip")
    return summary, place


def test_every_file_of_the_class_is_accounted_for(keys, graded):
    summary, place = graded
    found = {row["File"].split("submissions/")[-1].split(":")[0]: row for row in rows(place / "graded" / "files.csv")}
    wanted = {name: outcome for name, (_, outcome) in the_class(keys).items()}
    assert {name: found[name]["Outcome"] for name in wanted} == wanted
    assert (summary.graded, summary.person, summary.refused, summary.passed_over) == (13, 5, 2, 1)
    assert all(row["Reason"] for row in found.values() if row["Outcome"] != "graded")


def test_no_answer_of_the_class_is_lost(keys, graded):
    _, place = graded
    contents = [content for content, outcome in the_class(keys).values() if outcome != "refused"]
    with Gradebook(place / "graded" / "gradebook.sqlite") as book:
        kept = {one.content for trainee in book.trainees() for one in book.hand_ins(trainee.id)}
    assert len(kept) == len(contents) == 18
    assert all(content in kept or content.startswith(b"PK") for content in contents)


def test_what_could_not_be_read_or_placed_is_listed_with_its_text(graded):
    _, place = graded
    listed = rows(place / "graded" / "needs-a-person.csv")
    said = "\n".join(f"{row['Reason']} {row['Text']}" for row in listed)
    for words in ("Where?", "I talk faster.", "No such item", "99_nothing", "letters are damaged", "cut off", "version 7"):
        assert words in said
    marked = [row for row in listed if row["Item"] == "06-e5"]
    assert marked and all(row["Text"] for row in marked)


def test_the_grades_have_one_row_for_each_trainee_and_one_status_for_each_item(graded):
    _, place = graded
    grades = rows(place / "graded" / "grades.csv")
    assert len(grades) == len({row["Trainee id"] for row in grades}) == 17
    statuses = {"not attempted", "person", "recorded", "not handed in"}
    for row in grades:
        assert None not in row and None not in row.values()
        for cell in (value for column, value in row.items() if column.startswith("06-e") and "06-e7" not in column):
            assert cell in statuses or float(cell) >= 0
    mia = next(row for row in grades if row["Name"] == "Mia" and row["06-e1 (of 2)"] == "2")
    assert (mia["Total scored"], mia["Total out of"], mia["06_sample exercise answered %"]) == ("2", "2", "25")


def test_each_trainee_has_one_page(graded):
    summary, place = graded
    pages = list((place / "graded" / "feedback").iterdir())
    assert len(pages) == summary.pages == 17


def test_a_trainee_who_changed_her_name_has_one_page_under_the_new_one(keys, tmp_path):
    text = cohort.act("06-e6", {"text": "I talk faster."})
    for names in (["Mia"], ["Mia", "Mia Kern"]):
        (tmp_path / "a.coursekit").write_bytes(a_file(text, *(cohort.act("name", name) for name in names)))
        run(keys, tmp_path / "graded", tmp_path / "a.coursekit")
    pages = [path.name for path in (tmp_path / "graded" / "feedback").iterdir()]
    assert pages == ["Mia-Kern-9f2c41d07ab35e18.html"]


def snapshot(out):
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*.*") if path.suffix in (".html", ".csv")}


def test_running_again_doubles_nothing_and_loses_nothing(keys, graded, tmp_path):
    _, place = graded
    shutil.copytree(place / "graded", tmp_path / "graded")
    before = snapshot(tmp_path / "graded")
    summary = run(keys, tmp_path / "graded", place / "moodle.zip")
    after = snapshot(tmp_path / "graded")
    assert (summary.known, summary.changed) == (18, 0)
    del before[Path("files.csv")], after[Path("files.csv")]
    assert after == before


def test_half_of_the_class_and_then_all_is_the_same_as_all_at_once(keys, tmp_path):
    (tmp_path / "in").mkdir()
    for n in range(10):
        (tmp_path / "in" / f"{n}.coursekit").write_bytes(cohort.a_hand_in(keys, n))
    run(keys, tmp_path / "once", tmp_path / "in")
    run(keys, tmp_path / "twice", *(tmp_path / "in" / f"{n}.coursekit" for n in range(5)))
    run(keys, tmp_path / "twice", tmp_path / "in")
    assert snapshot(tmp_path / "twice") == snapshot(tmp_path / "once") | {
        Path("files.csv"): (tmp_path / "twice" / "files.csv").read_bytes()
    }


def test_an_answer_is_graded_against_the_version_that_was_played(keys, folder, tmp_path):
    old = next(item for item in cohort.items_of(folder) if item.id == "06-e1")
    other = old.key.model_copy(update={"option": "a"})
    third = old.options[0].model_copy(update={"id": "c", "text": "She waits."})
    shutil.copytree(folder, tmp_path / "c")
    cohort.archive(tmp_path / "c", old.model_copy(update={"key": other, "options": [*old.options, third]}), 1)
    cohort.archive(tmp_path / "c", old, 2)
    keys = cohort.Keys(tmp_path / "c" / "solutions", tmp_path / "c" / "course")

    def score(version):
        found = assess(a_file(cohort.act("06-e1", {"option": "a", "reason": "r1"}, version=version)), keys)
        return found.results[0].verdict.status, found.results[0].score

    assert score(1) == ("scored", 2)
    assert score(2) == ("scored", 1)
    assert score(3) == ("person", None)


def test_corrected_wording_is_shown_and_costs_nobody_anything(folder, tmp_path):
    cohort.make_course(tmp_path)
    for item in cohort.items_of(folder):
        cohort.archive(tmp_path, item, 1)
    keys = cohort.make_course(tmp_path, (cohort.ITEMS + cohort.MORE).replace("She is bored.", "She has had enough."))
    found = assess(a_file(cohort.act("06-e1", {"option": "a", "reason": "r1"})), keys).results[0]
    assert found.score == 1 and found.item.options[0].text == "She has had enough."


def result(keys, item, *acts):
    found = assess(a_file(*acts), keys)
    return next(one for one in found.results if one.item.id == item)


def test_the_last_answer_before_the_hand_in_counts(keys):
    first, second = cohort.act("06-e1", {"option": "b", "reason": "r1"}), cohort.act("06-e1", {"option": "a"})
    hand_in = cohort.act("hand-in", None)
    assert result(keys, "06-e1", second, first, hand_in).score == 2
    changed = result(keys, "06-e1", first, hand_in, second)
    assert changed.score == 2 and "after the hand-in" in changed.note
    assert result(keys, "06-e1", first, hand_in, second, hand_in).score == 0
    only_later = result(keys, "06-e1", hand_in, first)
    assert only_later.verdict.status == "person" and only_later.answer == first["value"]


def test_an_answer_that_was_cleared_goes_to_a_person_with_what_it_was(keys):
    found = result(keys, "06-e5", cohort.act("06-e5", {"text": "I went too fast."}), cohort.act("06-e5", {"text": ""}))
    assert found.verdict.status == "person" and found.answer["text"] == "I went too fast."


def test_plays_are_recorded_first_and_best_and_count_nothing(keys):
    script = keys.script(keys.items(("exercise", "06_sample"))["06-e7"])
    plays = [cohort.a_play(script, cohort.Random(seed)) for seed in (1, 3, 5)]
    acts = [cohort.act("06-e7", value, attempt) for attempt, play in enumerate(plays, 1) for value in play]
    found = assess(a_file(*acts), keys)
    assert [play.attempt for play in found.plays] == [1, 2, 3]
    assert all(play.session.complete for play in found.plays)
    assert result(keys, "06-e7", *acts).verdict.status == "recorded"
    assert sum(one.score or 0 for one in found.results) == 0


def test_a_play_that_its_script_does_not_allow_is_listed_with_turn_reason_and_text(keys):
    script = keys.script(keys.items(("exercise", "06_sample"))["06-e7"])
    play = cohort.a_play(script, cohort.Random(1))
    play[1] = play[1] | {"scene": "nowhere", "text": "I do talk a lot."}
    found = assess(a_file(*(cohort.act("06-e7", value) for value in play)), keys)
    verdict = next(one for one in found.results if one.item.id == "06-e7")
    assert verdict.verdict.status == "person" and "Turn 2" in verdict.verdict.reasons[0]
    assert "I do talk a lot." in verdict.answer
    assert len(found.plays[0].session.turns) == 1


def test_an_unfinished_play_is_recorded_as_such(keys):
    script = keys.script(keys.items(("exercise", "06_sample"))["06-e7"])
    found = assess(a_file(cohort.act("06-e7", cohort.a_play(script, cohort.Random(1))[0])), keys)
    assert not found.plays[0].session.complete and found.plays[0].refused == ""


def test_practice_in_a_lesson_is_recorded_and_not_scored(tmp_path):
    cohort.make_course(tmp_path)
    (tmp_path / "course" / "items").mkdir()
    shutil.copy(tmp_path / "solutions" / "keys" / "06_sample.toml", tmp_path / "course" / "items")
    (tmp_path / "solutions" / "keys" / "06_sample.toml").unlink()
    keys = cohort.Keys(tmp_path / "solutions", tmp_path / "course")
    acts = [cohort.act("06-e1", {"option": "b", "reason": "r1"}), cohort.act("06-e2", {"codes": 5})]
    found = assess(a_file(*acts, part="lesson"), keys)
    assert [one.verdict.status for one in found.results[:3]] == ["recorded", "person", "not attempted"]
    assert all(one.score is None for one in found.results)


def test_a_file_of_another_course_or_notebook_is_listed_with_its_answers(keys):
    for first in ({"course": "gardening"}, {"notebook": "07_other"}, {"part": "lesson"}):
        found = assess(a_file(cohort.act("06-e6", {"text": "I talk faster."}), **first), keys)
        assert found.results == [] and found.problems[-1].text == "I talk faster."


def test_a_file_of_a_newer_format_is_refused_with_what_to_do(keys, tmp_path):
    (tmp_path / "a.coursekit").write_bytes(a_file(coursekit=2))
    summary = run(keys, tmp_path / "graded", tmp_path / "a.coursekit")
    assert summary.refused == 1 and "upgrade" in summary.examples[0][1]


def test_a_file_over_which_coursekit_stumbles_is_refused_and_the_others_go_on(keys, tmp_path, monkeypatch):
    def stumble(content, keys):
        if b"Mia" in content:
            raise ZeroDivisionError("one over nothing")
        return assess(content, keys)

    monkeypatch.setattr("coursekit.grading.work.assess", stumble)
    for name in ("Mia", "Ben"):
        (tmp_path / f"{name}.coursekit").write_bytes(a_file(cohort.act("06-e6", {"text": "x"}), name=name))
    summary = run(keys, tmp_path / "graded", tmp_path / "Mia.coursekit", tmp_path / "Ben.coursekit")
    assert (summary.graded, summary.refused) == (1, 1) and "one over nothing" in summary.examples[0][1]


def test_lines_that_are_gone_or_ran_together_and_read_as_one_are_listed(keys):
    content = a_file(cohort.act("06-e1", {"option": "b"}), cohort.act("06-e6", {"text": "I talk faster."}))
    header, first, second = content.splitlines()
    for run_together in (header[:-1] + b", " + first[1:], first[:-1] + b", " + second[1:]):
        found = assess(b"\n".join([header, run_together, b""]), keys)
        assert [problem for problem in found.problems if "06-e1" in problem.text]
    assert "missing (1)" in assess(b"\n".join([header, second, b""]), keys).problems[0].reason
    swallowed = header[:-1] + b", " + first[1:] + b"\n" + second + b"\n"
    assert "more than one line" in assess(swallowed, keys).problems[0].reason


# Damage, as it comes


WHOLE = cohort.file_of([
    cohort.act("06-e1", {"option": "b", "reason": "r1"}),
    cohort.act("06-e5", {"text": "Ich war zu schnell – 早すぎた."}),
    cohort.mias_acts()[6],
    cohort.act("hand-in", None),
])  # fmt: skip
cuts = st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), st.binary(max_size=12))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
fields = st.sampled_from(["turn", "scene", "flag", "reply", "text", "codes", "by", "self", "again"])
turns = st.lists(
    st.dictionaries(fields, json_values | st.sampled_from(["the-clock", "script", ["NOTICE"], 1])), max_size=4
)


@given(damage=st.lists(cuts, min_size=1, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damaged_file_gives_an_error_or_a_listed_answer(keys, damage):
    content = WHOLE
    for start, length, put in damage:
        content = content[:start] + put + content[start + length :]
    try:
        found = assess(content, keys)
    except AnswersRefused as refused:
        assert "pip install" in str(refused)
        return
    feedback_page("Mia", [found])
    acts = read(content).acts
    for seq, item in enumerate(("06-e1", "06-e5", "06-e7"), 1):
        status = next((one.verdict.status for one in found.results if one.item.id == item), None)
        if status == "not attempted":
            # Only an end that is cut off leaves no trace, and an answer that was emptied is empty.
            cut_off = max((act.seq for act in acts), default=0) < seq
            assert found.problems or cut_off or item in {act.item for act in acts}


@given(values=turns)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_trace_is_replayed_or_listed(keys, values):
    found = assess(a_file(*(cohort.act("06-e7", value) for value in values)), keys)
    verdict = found.results[6].verdict
    assert verdict.status in ("recorded", "person", "not attempted")
    assert (verdict.status == "not attempted") == (not values)
    assert verdict.status != "person" or verdict.reasons
    feedback_page(None, [found])


DEEP = "[" * 15 + "]" * 15
HOSTILE = [
    "NaN", "1e999", "9" * 5000, "9" * 4000, "1e308", "-0.0", DEEP, "[" * 50_000 + "]" * 50_000, '{"a": 1, "a": 2}',
    '"\\ud800"', '"\\u0000\\u202e"', '"=cmd|\' /C calc\'!A0"', '"</script><!-- ]]><script>alert(1)</script>"', "null", "[]", "{}",
]  # fmt: skip
FORMS = {
    "06-e1": '{"option": %s, "reason": %s}', "06-e2": '{"codes": {"u2": %s}}', "06-e3": '{"order": [%s]}',
    "06-e4": '{"ratings": {"felt": %s}}', "06-e5": '{"text": %s, "codes": [%s]}', "06-e6": '{"text": %s}',
    "06-e7": '{"turn": 1, "scene": %s, "flag": %s, "reply": %s, "text": %s, "codes": [%s], "by": %s}', "name": "%s", "x": "%s",
}  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_value_anywhere_is_graded_or_listed_and_harmless_where_it_is_shown(keys, tmp_path, value):
    lines = [json.dumps(cohort.header())]
    for seq, (item, form) in enumerate(FORMS.items(), 1):
        said = form.replace("%s", value)
        lines.append(f'{{"seq": {seq}, "item": "{item}", "version": 1, "attempt": 1, "value": {said}}}')
    (tmp_path / "a\nb.coursekit").write_text("\n".join(lines), encoding="utf-8")
    summary = run(keys, tmp_path / "out", tmp_path / "a\nb.coursekit")
    assert (summary.graded + summary.person, summary.pages) == (1, 1)
    (page,) = (tmp_path / "out" / "feedback").iterdir()
    assert "<script>alert" not in page.read_text(encoding="utf-8")
    tables = [rows(tmp_path / "out" / f"{name}.csv") for name in ("grades", "needs-a-person", "files")]
    cells = [cell for table in tables for row in table for cell in row.values()]
    assert cells and not [cell for cell in cells if cell[:1] in ("=", "@", "+", "-")]


# Tables


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\ufeff=1", "\tx", "\rx", "＝1"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(text):
    assert defused(text) == f"'{text}"


def test_what_another_spreadsheet_takes_for_a_cell_of_its_own_is_defused():
    assert [defused(text) for text in ("a;=1;b", "a\n @b", "a,-1+2", "\t=1")] == ["a;'=1;b", "a\n '@b", "a,'-1+2", "'\t'=1"]


def test_other_cells_stay_as_they_are():
    assert [defused(cell) for cell in ("well, - no", "3", 2.0, 1.5, "")] == ["well, - no", "3", 2, 1.5, ""]


def test_the_tables_are_as_expected(keys, folder, tmp_path, monkeypatch):
    likely = (Likelihood("OWN", 87, ((0, 6), (7, 14)), ((21, 25),)),)
    reading = Reading("coder 1", "sure", ("OWN",), True, "OWN", likely, ("OWN",), "")
    monkeypatch.setattr(coder, "read", lambda *_: reading)  # the next one may read it otherwise
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "mia.coursekit").write_bytes(cohort.file_of(cohort.mias_acts()))
    (tmp_path / "in" / "ben.coursekit").write_bytes(
        a_file(cohort.act("06-e1", {"option": "z"}), cohort.act("x", "Where?"), trainee="b" * 16, name="=Ben")
    )
    run(keys, tmp_path / "graded", tmp_path / "in")
    for name in ("grades.csv", "needs-a-person.csv", "files.csv"):
        made = (tmp_path / "graded" / name).read_bytes().decode("utf-8-sig")
        assert cohort.as_expected(name, made.replace(f"{tmp_path}/in/", "").replace(f"{folder}/", ""))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rng=st.randoms(use_true_random=False))
def test_in_whatever_order_the_lines_stand_they_are_taken_as_they_were_written(keys, rng):
    whole = cohort.a_hand_in(keys, 3, plays=2)
    first, *acts = whole.splitlines(keepends=True)
    rng.shuffle(acts)
    one, other = assess(whole, keys), assess(first + b"".join(acts), keys)
    assert (other.results, other.plays, other.problems) == (one.results, one.plays, one.problems)


# The command


def command(folder, *arguments):
    return CliRunner().invoke(app, ["grade", *map(str, arguments), "--solutions", str(folder / "solutions")])


def test_the_command_ends_with_0_when_all_was_taken(keys, folder, tmp_path):
    (tmp_path / "a.coursekit").write_bytes(cohort.a_hand_in(keys, 1))
    done = command(folder, tmp_path / "a.coursekit", "--out", tmp_path / "o", "--gradebook", tmp_path / "my.sqlite")
    assert done.exit_code == 0 and "1 file: 1 graded" in done.output
    assert (tmp_path / "my.sqlite").exists() and not (tmp_path / "o" / "gradebook.sqlite").exists()
    assert len(list((tmp_path / "o" / "feedback").iterdir())) == 1


def test_the_command_ends_with_1_when_a_file_was_refused_and_grades_the_others(keys, folder, tmp_path):
    (tmp_path / "a.coursekit").write_bytes(cohort.a_hand_in(keys, 1))
    (tmp_path / "b.coursekit").write_bytes(b"")
    done = command(folder, tmp_path, "--out", tmp_path / "o")
    assert done.exit_code == 1 and "1 graded" in done.output and "b.coursekit: It is empty" in done.output


def test_the_command_ends_with_2_when_nothing_can_be_graded(keys, folder, tmp_path):
    (tmp_path / "book").write_text("no gradebook " * 99)
    (tmp_path / "a.coursekit").write_bytes(cohort.a_hand_in(keys, 1))
    wrong = command(tmp_path, tmp_path / "a.coursekit", "--out", tmp_path / "o")
    assert wrong.exit_code == 2 and "--solutions" in wrong.output
    wrong = command(folder, tmp_path / "a.coursekit", "--out", tmp_path / "o", "--gradebook", tmp_path / "book")
    assert wrong.exit_code == 2 and "not a database" in wrong.output
    (tmp_path / "nothing").mkdir()
    assert command(folder, tmp_path / "nothing", "--out", tmp_path / "o").exit_code == 2


def test_faulty_keys_stop_the_command_before_anything_is_graded(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "c")
    path = tmp_path / "c" / "solutions" / "keys" / "06_sample.toml"
    path.write_text(path.read_text().replace('reason = "r1"', 'reason = "r7"'))
    done = command(tmp_path / "c", tmp_path, "--out", tmp_path / "o")
    assert done.exit_code == 2 and "06_sample.toml, line" in done.output and not (tmp_path / "o").exists()


def test_nothing_of_a_submission_is_run(keys, folder, tmp_path):
    mark = tmp_path / "ran"
    nasty = f"__import__('pathlib').Path({str(mark)!r}).touch()"
    acts = [
        cohort.act("06-e6", {"text": nasty}),
        cohort.act("06-e5", {"text": "<script>document.title='ran'</script>"}),
    ]
    (tmp_path / "a.coursekit").write_bytes(a_file(*acts, name="{{ 7 * 7 }}<img src=x>"))
    (tmp_path / "b.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "source": nasty}]}))
    assert command(folder, tmp_path, "--out", tmp_path / "o").exit_code == 1
    page = next((tmp_path / "o" / "feedback").iterdir()).read_text()
    assert not mark.exists() and "<script" not in page and "<img" not in page and "{{ 7 * 7 }}" in page
