"""Marking: names hidden, every mark kept and none overwritten, two raters, a spreadsheet out and back, what trainees get."""

import csv
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import cohort
from coursekit import content
from coursekit.cli import app
from coursekit.grading import marking, sheets, xlsx
from coursekit.grading.assessment import assess
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.keys import Keys
from coursekit.grading.marking import (
    CalibrationDesk,
    Desk,
    MarkingRefused,
    agreements,
    disagreements,
    seconds_each,
    share_of,
)
from coursekit.grading.marks import Marks, final
from coursekit.grading.rubrics import CalibrationRefused, of_examples, read_rubric, references
from coursekit.grading.run import bring_up_to_date, grade
from coursekit.grading.work import submission
from coursekit.pages.feedback import feedback_page

TEXTS = ["I lost you.", "I am sorry you feel that.", "Let us go on.", "I talked too much."]


@pytest.fixture
def course(tmp_path):
    cohort.make_course(tmp_path)
    (tmp_path / "solutions" / "rubrics" / "owning.md").write_text(cohort.RUBRIC, encoding="utf-8")
    return tmp_path


@pytest.fixture
def place(course, address):
    """A course that has a gradebook: a file where it is looked for, or PostgreSQL."""
    (course / "address").write_text(address if "://" in address else str(course / "graded" / "gradebook.sqlite"))
    return course


def address_of(place):
    return (place / "address").read_text()


def book_of(place):
    return Gradebook(address_of(place))


def keys_of(place):
    return Keys(place / "solutions", place / "course")


def hand_in(place, texts=TEXTS):
    """Grade a small class whose answers are these; the nth trainee is called Name n."""
    (place / "in").mkdir(exist_ok=True)
    for n, text in enumerate(texts):
        first = cohort.header(f"{n:016x}", f"Name {n}")
        acts = [cohort.act("06-e5", {"text": text, "codes": ["OWN"]}), cohort.act("hand-in", None)]
        (place / "in" / f"{n}.coursekit").write_bytes(cohort.file_of(acts, first))
    with book_of(place) as book:
        grade([place / "in"], keys_of(place), book, place / "graded", feedback_page)


@pytest.fixture
def book(place):
    hand_in(place)
    with book_of(place) as book:
        yield book


def desk(book, place, rater="Ada", role="first", share=1.0):
    return Desk(book, keys_of(place), rater, role, share)


def mark_all(desk, points):
    for one in desk.queue():
        desk.mark(one, points(one) if callable(points) else points)


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def run(place, *words, keys=""):
    folders = ["--graded", str(place / "graded"), "--solutions", str(place / "solutions")]
    server = ["--gradebook", address_of(place)] if "://" in address_of(place) else []
    return CliRunner().invoke(app, ["mark", *folders, *server, *words], input=keys)


# The rubric


def test_a_rubric_is_read_as_levels_with_examples(course):
    rubric = read_rubric(course / "solutions" / "rubrics" / "owning.md")
    assert [(one.points, one.name, len(one.examples)) for one in rubric.levels] == [
        (4, "said, and left standing", 2), (2, "heard, but nobody did it", 1), (0, "passed over", 1)]  # fmt: skip
    assert rubric.level(4).about == "*I* with a verb, and *room*." and rubric.level(3) is None


def test_the_digest_of_a_rubric_is_of_its_words_and_not_of_its_line_ends(course):
    path = course / "solutions" / "rubrics" / "owning.md"
    before = read_rubric(path).digest
    path.write_bytes(b"\xef\xbb\xbf" + cohort.RUBRIC.replace("\n", "\r\n").encode())
    assert read_rubric(path).digest == before
    path.write_text(cohort.RUBRIC + "More.")
    assert read_rubric(path).digest != before


# The queue


def test_answers_wait_in_a_shuffled_order_that_stays_and_tells_no_name(book, place):
    first, again = desk(book, place).queue(), desk(book, place, "Ben").queue()
    assert [one.text for one in first] == [one.text for one in again] and {one.text for one in first} == set(TEXTS)
    assert [one.pseudonym for one in first] == [f"Answer {n}" for n in range(1, 5)]


def test_the_order_is_another_person_s_as_well(book, place):
    order = [one.text for one in desk(book, place).queue()]
    (place / "address").write_text(str(place / "other.sqlite"))
    hand_in(place, TEXTS[::-1])  # the same answers under other names
    with book_of(place) as again:
        assert [one.text for one in desk(again, place).queue()] == order


def test_only_what_a_person_marks_waits(book, place):
    assert {one.item.id for one in desk(book, place).all} == {"06-e5"}


def test_a_mark_is_in_the_gradebook_at_once_and_leaves_the_queue(book, place):
    here = desk(book, place)
    one = here.queue()[0]
    here.mark(one, 3)
    assert one not in desk(book, place).queue() and len(desk(book, place).queue()) == 3


@pytest.mark.parametrize("points", [-1, 5, 0.001, float("nan")])
def test_a_mark_outside_the_scale_is_refused(book, place, points):
    here = desk(book, place)
    with pytest.raises(MarkingRefused, match="between 0 and 4"):
        here.mark(here.queue()[0], points)


def test_undo_appends_and_the_mark_before_stands_again(book, place):
    here = desk(book, place)
    one = here.queue()[0]
    here.mark(one, 3)
    here.mark(one, 1)
    assert here.undo() == one and here.given(one).points == 3
    assert here.undo() == one and here.given(one) is None
    assert here.undo() is None and len(here.marks.times("Ada")) == 2


def test_nobody_takes_back_the_mark_of_another(book, place):
    mark_all(desk(book, place), 2)
    assert desk(book, place, "Ben").undo() is None


def test_grading_again_never_touches_a_mark(book, place):
    mark_all(desk(book, place), 3)
    before = Marks(book).standing()
    hand_in(place)
    assert Marks(book).standing() == before and desk(book, place).queue() == []


def test_a_changed_answer_waits_anew_and_no_other(book, place):
    mark_all(desk(book, place), 3)
    (place / "in" / "0.coursekit").write_bytes(cohort.file_of(
        [cohort.act("06-e5", {"text": "Ah."}), cohort.act("06-e5", {"text": "Now I see."}), cohort.act("hand-in", None)],
        cohort.header("0" * 16, "Name 0")))  # fmt: skip
    with book_of(place) as again:
        grade([place / "in"], keys_of(place), again, place / "graded")
    assert [one.text for one in desk(book, place).queue()] == ["Now I see."]


def test_a_changed_rubric_opens_the_marks_made_against_the_old_text_which_count_meanwhile(book, place):
    mark_all(desk(book, place), 3)
    (place / "solutions" / "rubrics" / "owning.md").write_text(cohort.RUBRIC.replace("a verb", "a plain verb"), encoding="utf-8")
    here = desk(book, place)
    assert len(here.older()) == len(here.queue()) == 4
    assert {one.share for one in final(book, here.keys).given.values()} == {0.75}
    here.mark(here.queue()[0], 4)
    assert len(here.older()) == 3


def test_a_smaller_share_is_part_of_a_larger_one(place):
    hand_in(place, [f"Answer number {n}." for n in range(20)])
    with book_of(place) as book:
        all = desk(book, place).all
        shares = [share_of(all, share) for share in (0.01, 0.2, 0.3, 1)]
        assert [len(share) for share in shares] == [1, 4, 6, 20]
        assert shares[0] < shares[1] < shares[2] < shares[3]
        assert len(desk(book, place, share=0.2).queue()) == 4


def test_the_time_that_is_left_goes_by_the_rater_s_own_marks(book, place, monkeypatch):
    here = desk(book, place)
    assert here.minutes(0) == 0 and here.minutes(4) == 3
    times = iter(f"2026-11-28T10:{minute:02}:{second:02}Z" for minute, second in [(0, 0), (0, 20), (0, 40), (1, 0), (30, 0)])
    monkeypatch.setattr("coursekit.grading.marks._now", lambda: next(times))
    for one in here.all:
        here.mark(one, 2)
    assert seconds_each(here.marks, "Ada") == 20 and here.minutes(30) == 10
    assert seconds_each(here.marks, "Ben") == marking.SECONDS


def test_who_is_removed_takes_the_marks_along(book, place):
    mark_all(desk(book, place), 3)
    hers = f"where trainee = '{0:016x}'"
    with book._engine.begin() as open:
        for table in ("scores", "roleplays"):
            open.execute(sa.text(f"delete from {table} where submission in (select sha256 from submissions {hers})"))
        open.execute(sa.text(f"delete from submissions {hers}"))
        open.execute(sa.text(f"delete from trainees where id = '{0:016x}'"))
    assert len(Marks(book).standing()) == 3


# Two raters


def test_the_second_rater_is_blind_and_is_somebody_else(book, place):
    mark_all(desk(book, place), 3)
    assert desk(book, place, "Ada", "second").queue() == []
    second = desk(book, place, "Ben", "second")
    assert len(second.queue()) == 4
    mark_all(second, 3)
    assert second.queue() == [] and disagreements(book, second.keys) == []


def test_a_second_rater_may_come_first(book, place):
    mark_all(desk(book, place, "Ben", "second"), 2)
    assert desk(book, place, "Ben").queue() == [] and len(desk(book, place, "Ada").queue()) == 4


def test_where_two_raters_differ_no_mark_counts_until_they_settle(book, place):
    mark_all(desk(book, place), 3)
    mark_all(desk(book, place, "Ben", "second"), lambda one: 1 if one.number == 2 else 3)
    keys = keys_of(place)
    (one,) = disagreements(book, keys)
    assert (one.first.points, one.second.points, one.answer.number) == (3, 1, 2)
    assert [each.share for each in final(book, keys).given.values()].count(None) == 1
    together = desk(book, place, "Ada and Ben", "settled")
    together.mark(*together.queue(), 2, "We looked again.")
    ended = final(book, keys).given[one.answer.place]
    assert (ended.mark, ended.raters) == (2, ("Ada", "Ben")) and ended.comments == ("We looked again.",)
    assert disagreements(book, keys) == []


def test_settling_begins_with_the_farthest_apart(book, place):
    mark_all(desk(book, place), 4)
    mark_all(desk(book, place, "Ben", "second"), lambda one: one.number - 1)
    assert [one.number for one in desk(book, place, "Both", "settled").queue()] == [1, 2, 3, 4]
    assert [one.answer.number for one in disagreements(book, keys_of(place))] == [1, 2, 3, 4]


def test_a_mark_that_both_gave_names_both(book, place):
    mark_all(desk(book, place), 3)
    mark_all(desk(book, place, "Ben", "second"), 3)
    assert {each.raters for each in final(book, keys_of(place)).given.values()} == {("Ada", "Ben")}


def test_agreement_is_that_before_anything_was_settled(book, place):
    mark_all(desk(book, place), 3)
    mark_all(desk(book, place, "Ben", "second"), lambda one: 1 if one.number == 2 else 3)
    mark_all(desk(book, place, "Both", "settled"), 3)
    found = agreements(book, keys_of(place))["06-e5"]
    assert (found.n, found.alike) == (4, 75) and "Only 4 answers" in found.caution


# What comes of it


def test_final_marks_are_in_the_grades_and_on_the_page_and_wait_no_longer(book, place):
    here = desk(book, place)
    target = next(one for one in here.queue() if one.text == TEXTS[0])
    here.mark(target, 2, "Say what you did.\n=1+1")
    pages = bring_up_to_date(book, here.keys, place / "graded", feedback_page).pages
    grades = {row["Name"]: row for row in rows(place / "graded" / "grades.csv")}
    assert pages == 1 and grades["Name 0"]["06-e5 (of 4)"] == "2" and grades["Name 1"]["06-e5 (of 4)"] == "person"
    assert "Name 0" not in {row["Name"] for row in rows(place / "graded" / "needs-a-person.csv")}
    page = next((place / "graded" / "feedback").glob(f"*-{0:016x}.html")).read_text(encoding="utf-8")
    for words in ("2 of 4: “heard, but nobody did it”.", "Marked by Ada", "Say what you did.", "One that tempts", "2 of 4 points"):
        assert words in page
    assert "Nobody scores this one" not in page.split("Your words")[1].split("</section>")[0]
    (row,) = rows(place / "graded" / "marks.csv")
    assert (row["Mark"], row["Of"], row["Marked by"], row["State"]) == ("2", "4", "Ada", "final")


def test_a_mark_that_was_taken_back_leaves_the_page(book, place):
    here = desk(book, place)
    mark_all(here, 4)
    bring_up_to_date(book, here.keys, place / "graded", feedback_page)
    page = next((place / "graded" / "feedback").iterdir())
    assert "Marked by" in page.read_text(encoding="utf-8")
    while here.undo():
        pass
    bring_up_to_date(book, here.keys, place / "graded", feedback_page)
    assert "Marked by" not in page.read_text(encoding="utf-8") and "A person reads this one" in page.read_text(encoding="utf-8")
    assert rows(place / "graded" / "marks.csv") == []


def test_grading_again_keeps_the_marks_on_the_pages(book, place):
    mark_all(desk(book, place), 4)
    hand_in(place)
    assert all("Marked by Ada" in page.read_text(encoding="utf-8") for page in (place / "graded" / "feedback").iterdir())


def test_of_the_marks_of_two_replies_by_one_trainee_the_table_says_which_counts(book, place):
    mark_all(desk(book, place), 4)
    replies = [cohort.act("06-e5", {"text": text}) for text in (TEXTS[0], "I lost you, and I saw it.")]
    acts = [replies[0], cohort.act("hand-in", None), replies[1], cohort.act("hand-in", None)]
    (place / "in" / "again.coursekit").write_bytes(cohort.file_of(acts, cohort.header(f"{0:016x}", "Name 0")))
    grade([place / "in"], keys_of(place), book, place / "graded", feedback_page)
    mark_all(desk(book, place), 2)
    bring_up_to_date(book, keys_of(place), place / "graded", feedback_page)
    states = [(row["Mark"], row["State"]) for row in rows(place / "graded" / "marks.csv") if row["Name"] == "Name 0"]
    assert sorted(states) == [("2", "final"), ("4", "of an answer that counts no longer")]


# The spreadsheet


@pytest.fixture(params=["marking.csv", "marking.xlsx"])
def sheet(request, place):
    return place / request.param


def cells_of(path):
    if path.suffix == ".xlsx":
        return list(xlsx.read(path.read_bytes()))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def fill(path, *filled):
    """Fill in points and comments, row by row, and save as a spreadsheet would."""
    fill_in(path, cells_of(path), *filled)


def fill_in(path, table, *filled):
    for row, (points, comment) in zip(table[1:], filled, strict=False):
        row[table[0].index("Points")], row[table[0].index("Comment")] = points, comment
    if path.suffix == ".xlsx":
        xlsx.write(path, table)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows(table)


def test_a_spreadsheet_goes_out_without_names_and_comes_back(book, place, sheet):
    here = desk(book, place)
    assert sheets.write(sheet, here) == 4
    assert "Name" not in str([row[:7] for row in cells_of(sheet)]) and TEXTS[0] in str(cells_of(sheet))
    fill(sheet, ("3", "Good."), ("0", ""), ("", ""), ("2", ""))
    taken = sheets.read(sheet, here)
    assert (taken.taken, taken.same, taken.empty, taken.bad) == (3, 0, 1, [])
    again = sheets.read(sheet, here)
    assert (again.taken, again.same) == (0, 3) and len(here.queue()) == 1


def test_a_spreadsheet_comes_back_to_the_rater_and_the_part_that_it_was_made_for(book, place, sheet):
    sheets.write(sheet, desk(book, place, "Ben", "second"))
    fill(sheet, *[("3", "")] * 4)
    assert sheets.meant_for(sheet) == ("Ben", "second")
    with pytest.raises(MarkingRefused, match="made for Ben as second rater, not for Ada as first rater"):
        sheets.read(sheet, desk(book, place))
    assert sheets.read(sheet, desk(book, place, "Ben", "second")).taken == 4


def test_a_rater_whose_name_begins_with_an_apostrophe_gets_the_spreadsheet_back(book, place, sheet):
    here = desk(book, place, "'t Hooft")
    sheets.write(sheet, here)
    fill(sheet, ("3", ""))
    assert sheets.read(sheet, here).taken == 1


def test_two_raters_in_one_spreadsheet_are_told_apart_by_a_person(book, place, sheet):
    sheets.write(sheet, desk(book, place))
    table = cells_of(sheet)
    table[2][table[0].index("Rater")] = "Ben"
    fill_in(sheet, table, *[("3", "")] * 4)
    with pytest.raises(MarkingRefused, match="holds the marks of Ada as first rater and of Ben as first rater"):
        sheets.read(sheet, desk(book, place))


def test_a_spreadsheet_has_the_scene_and_what_each_level_asks(book, place, sheet):
    sheets.write(sheet, desk(book, place))
    heads, first, *_ = cells_of(sheet)
    assert heads[:7] == ["Item", "Called", "Scene", "Client's line", "Answer", "Note", "Rubric"]
    assert len(first[6].split("\n")) > 5


def test_bad_rows_are_listed_with_number_and_reason_and_the_rest_is_taken(book, place, sheet):
    here = desk(book, place)
    sheets.write(sheet, here)
    fill(sheet, ("7", ""), ("good", ""), ("", "A comment."), ("2", ""))
    taken = sheets.read(sheet, here)
    assert taken.taken == 1 and [row for row, _ in taken.bad] == [2, 3, 4]
    assert "“7”. Write a whole number from 0 to 4" in taken.bad[0][1] and "no points" in taken.bad[2][1]


def test_a_row_of_an_answer_that_is_gone_is_listed(book, place, sheet):
    sheets.write(sheet, desk(book, place))
    table = cells_of(sheet)
    id = table[0].index("Answer id")
    table[1][id], table[2][id] = "ffffffffffff", table[3][id]
    fill_in(sheet, table, *[("1", "")] * 4)
    bad = sheets.read(sheet, desk(book, place)).bad
    assert "No answer waits under the id" in bad[0][1] and bad[1] == (4, "The same answer stands in row 3 already.")


def test_a_file_that_is_no_marking_sheet_is_refused_with_what_to_do(book, place):
    for name, data in {"a.csv": b"Name,Points\n", "b.xlsx": b"PKnothing", "c.csv": b"", "d.xlsx": b"\0\1"}.items():
        (place / name).write_bytes(data)
        with pytest.raises(MarkingRefused, match="no column|cannot be read"):
            sheets.read(place / name, desk(book, place))


def test_a_sheet_that_went_out_before_the_rubric_changed_is_taken_as_marked_by_the_older_one(book, place, sheet):
    sheets.write(sheet, desk(book, place))
    (place / "solutions" / "rubrics" / "owning.md").write_text(cohort.RUBRIC + "\nMore.\n", encoding="utf-8")
    fill(sheet, *[("1", "")] * 4)
    here = desk(book, place)
    assert sheets.read(sheet, here).taken == 4 and len(here.older()) == 4


def test_a_csv_defuses_what_a_trainee_wrote(place):
    hand_in(place, ["=HYPERLINK(1)", "+1", "@SUM"])
    with book_of(place) as book:
        sheets.write(place / "a.csv", desk(book, place))
        sheets.write(place / "a.xlsx", desk(book, place))
    assert {row["Answer"][0] for row in rows(place / "a.csv")} == {"'"}
    assert {row[4][0] for row in cells_of(place / "a.xlsx")[1:]} == {"=", "+", "@"}  # kept as text, so there is nothing to defuse


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=4))
def test_what_is_written_as_a_workbook_is_read_again(tmp_path, table):
    xlsx.write(tmp_path / "a.xlsx", table)
    clean = [[re.sub("[\ufffe\uffff]", "\ufffd", cell) for cell in row] for row in table]
    assert list(xlsx.read((tmp_path / "a.xlsx").read_bytes())) == clean


# In the terminal


def test_marking_by_keys(place):
    hand_in(place)
    done = run(place, "--rater", "Ada", keys="4Room for her.\nsm31\nu2\n0\nq")
    assert done.exit_code == 0, done.output
    with book_of(place) as book:
        marks = Marks(book).standing()
        assert sorted(mark.points for mark in marks) == [0, 2, 4] and len(Marks(book).times("Ada")) == 4
        assert Marks(book).comments("06-e5") == ["Room for her."]
    for words in ("4 left, about 3 minutes", "Answer 1", "said, and left standing. Saved.", "Taken back", "The coder", "Models"):
        assert words in done.output
    assert "Name" not in done.output and "3 marked, 1 left" in done.output
    assert "up to date" in done.output and "Marked by Ada" in str([
        page.read_text(encoding="utf-8") for page in (place / "graded" / "feedback").iterdir()])  # fmt: skip


def test_a_comment_is_taken_out_of_the_bank_at_the_keyboard_and_stays_where_it_was_given(place):
    hand_in(place)
    done = run(place, "--rater", "Ada", keys="4Shorter.\n3-1\nRoom for her.\nq")
    assert "Out of the bank: Shorter." in done.output
    with book_of(place) as book:
        assert Marks(book).comments("06-e5") == ["Room for her."]
        assert [mark.comment for mark in Marks(book).standing()] == ["Shorter.", "Room for her."]


def test_the_proposal_comes_after_the_rater_s_own_mark_unless_wanted_before(place):
    hand_in(place, TEXTS[:1])
    assert "The coder" not in run(place, "--rater", "Ada", keys="q").output
    assert "The coder" in run(place, "--rater", "Ada", "--proposals-first", keys="q").output


def test_marks_are_kept_where_the_terminal_goes_away(place):
    hand_in(place)
    run(place, "--rater", "Ada", keys="3")
    with book_of(place) as book:
        assert [mark.points for mark in Marks(book).standing()] == [3]


def test_two_raters_by_command(place):
    hand_in(place)
    run(place, "--rater", "Ada", keys="3\n3\n3\n3\n")
    assert "the other mark is yours already" in run(place, "--rater", "Ada", "--second", "50%").output
    second = run(place, "--rater", "Ben", "--second", "50%", keys="1\n3\n")
    assert "Ada" not in second.output and "2 marked, 0 left" in second.output
    listed = run(place, "--disagreements").output
    assert "06-e5: 2 answers; the same mark 50 %" in listed and "Ada: 3" in listed and "1 to settle" in listed
    settled = run(place, "--rater", "Ada and Ben", "--settle", keys="2\n")
    assert "Ada gave 3" in settled.output and "1 marked, 0 left" in settled.output
    assert "Nothing is left to settle." in run(place, "--disagreements").output


def test_calibration_keeps_to_the_questions_that_came_in(tmp_path):
    keys = Keys(content.root() / "solutions")
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        assert len({one.item.id for one in CalibrationDesk(book, keys, "Ada").all}) == 4
        found = assess(cohort.a_hand_in(keys, 2, "06_rupture_and_repair", plays=0), keys)
        book.record(submission(found, b"", "a"), found.names)
        assert {one.item.id for one in CalibrationDesk(book, keys, "Ada").all} == {"06-e9"}


def test_calibration_is_blind_and_then_compared(place):
    hand_in(place)
    done = run(place, "--rater", "Ada", "--calibrate", keys="r2222")
    assert done.exit_code == 0, done.output
    before, after = done.output.split("you and the reference")
    assert "*I* with a verb, and *room*." in before and "> I lost you there." not in before
    assert "4 answers; the same mark 25 %" in after
    assert "you 2, reference 4: I lost you there." in after
    with book_of(place) as book:
        assert final(book, keys_of(place)).given == {} and CalibrationDesk(book, keys_of(place), "Ada").queue() == []


def test_a_spreadsheet_by_command(place):
    hand_in(place)
    out = place / "marking.csv"
    assert "answers 4." in run(place, "--rater", "Ada", "--out", str(out)).output
    fill(out, ("3", ""), ("9", ""))
    done = run(place, "--rater", "Ada", "--in", str(out)).output
    assert "taken 1, there already 0, rows without points 2" in done and "Row 3 was left out" in done


@pytest.mark.parametrize(("words", "said"), [
    ([], "--rater"), (["--rater", "A", "--sample", "none"], "is no share"),
    (["--rater", "A", "--item", "99-e1"], "No answer to 99-e1"), (["--rater", "A", "--out", "a.doc"], "no spreadsheet"),
    (["--rater", "A", "--in", "nowhere.csv"], "cannot be read"),
])  # fmt: skip
def test_what_cannot_be_done_is_said_with_what_to_do(place, words, said):
    hand_in(place, TEXTS[:1])
    done = run(place, *words)
    assert done.exit_code == 1 and said in done.output


def test_without_a_gradebook_it_says_to_grade_first(tmp_path):
    done = CliRunner().invoke(app, ["mark", "--graded", str(tmp_path), "--rater", "Ada"])
    assert done.exit_code == 1 and "Grade first" in done.output


# The course's own sets

RUBRICS = sorted((content.root() / "solutions" / "rubrics").glob("*.md"))


@pytest.mark.parametrize("path", RUBRICS, ids=lambda path: path.stem)
def test_each_rubric_of_the_course_has_levels_whose_examples_serve_where_there_is_no_calibration_set(path):
    rubric = read_rubric(path)
    assert [level.points for level in rubric.levels] == [4, 3, 2, 1, 0] and all(len(level.examples) > 1 for level in rubric.levels)
    assert references(rubric, path.with_name("none.csv")) == of_examples(rubric) != []


def test_a_faulty_calibration_set_is_refused_with_its_row(course):
    rubric = read_rubric(course / "solutions" / "rubrics" / "owning.md")
    (course / "set.csv").write_text("Answer,Reference mark,Why\nI went on.,4,Plain.\nWell.,3,No such level.\n")
    with pytest.raises(CalibrationRefused, match=r"set\.csv, row 3: found the mark “3”"):
        references(rubric, Path(course / "set.csv"))
