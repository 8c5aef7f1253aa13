"""The instructor's panel in a browser: by keyboard, nothing lost, every refusal seen and heard, in any light and width."""

import csv
import zipfile

from instructor_fixture import TEXTS, hand_in
from playwright.sync_api import expect

import cohort

STEPS = ["What came in", "What was scored", "Mark", "Settle", "The class", "Take away"]
WORKSHEET = "Identifier,Full name,Grade,Maximum Grade\n" + "".join(f"Participant {100 + n},Name {n},,13.00\n" for n in range(6))


def answer_now(panel):
    return panel.page.locator(".ck-answer-now").inner_text()


def make_ready(panel):
    panel.go("Take away")
    panel.button("Make everything ready").click()
    expect(panel.page.get_by_role("heading", name="Ready to take away")).to_be_focused()


def everybody(panel):
    make_ready(panel)
    panel.page.get_by_text("Everybody, by name").click()


def give_back_with(panel, worksheet):
    """Make everything ready, with a worksheet of Moodle."""
    panel.go("Take away")
    panel.page.get_by_label("Whoever has answers that still wait").select_option("so-far")
    panel.page.get_by_text("Grades in Moodle").click()
    with panel.page.expect_file_chooser() as chooser:
        panel.button("Choose the grading worksheet…").click()
    chooser.value.set_files(worksheet)
    expect(panel.page.get_by_text(f"Chosen: {worksheet.name}")).to_be_visible()
    panel.button("Make everything ready").click()


def hold_back(page):
    """What Python answers does not reach the page until `let_go`."""
    page.evaluate("() => { window.heldBack = new Promise((release) => { window.release = release; }); }")


def let_go(page):
    page.evaluate("() => { window.heldBack = null; window.release(); }")


# Marking


def test_all_is_marked_by_keyboard_and_each_mark_is_in_the_gradebook_before_the_next_answer_shows(panel):
    page = panel.page
    panel.sit()
    seen = []
    for number, points in enumerate([4, 2, 0, 4, 2, 0], 1):
        expect(panel.head()).to_have_text(f"Answer {number} · Your words (06-e5)")
        seen.append(answer_now(panel))
        page.keyboard.press(str(points))
        expect(page.locator(".ck-saved")).to_contain_text(f"Saved: {points}, ")
        expect(page.get_by_label("A comment for the trainee")).to_be_focused()
        assert [mark.points for mark in panel.marks()] == [4, 2, 0, 4, 2, 0][:number]
        page.keyboard.type("Leave room." if number == 1 else "1" if number == 2 else "")
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing is left to mark.")).to_be_focused()
    assert sorted(seen) == sorted(text.strip() for text in TEXTS)
    assert [mark.comment for mark in panel.marks()] == ["Leave room.", "Leave room.", "", "", "", ""]
    assert {mark.rater for mark in panel.marks()} == {"Ada"}


def test_keys_skip_take_back_unfold_and_stop(panel):
    page = panel.page
    panel.sit()
    page.keyboard.press("s")
    expect(panel.head()).to_contain_text("Answer 2")
    panel.give(4)
    page.keyboard.press("u")
    expect(panel.head()).to_contain_text("Answer 2")
    expect(panel.head()).to_be_focused()
    assert panel.marks() == []
    about = page.locator(".ck-level-about").first
    expect(about).to_be_hidden()  # in full at the first answer alone
    page.keyboard.press("r")
    expect(about).to_be_visible()
    page.keyboard.press("M")
    expect(page.get_by_text("“I think I went too fast just now.”")).to_be_visible()
    page.keyboard.press("3")
    expect(page.locator(".ck-hint").first).to_have_text("3 is no mark here.")
    page.keyboard.press("q")
    expect(page.get_by_role("heading", name="Mark", exact=True)).to_be_focused()
    panel.sit()
    expect(panel.head()).to_contain_text("Answer 1")


def test_letters_in_a_comment_are_letters_and_escape_leaves_it(panel):
    page = panel.page
    panel.sit()
    page.keyboard.press("2")
    page.keyboard.type("squirm 4")
    expect(page.get_by_label("A comment for the trainee")).to_have_value("squirm 4")
    page.keyboard.press("Escape")
    expect(panel.head()).to_be_focused()
    page.keyboard.press("u")
    expect(page.locator(".ck-saved")).to_have_count(0)
    assert panel.marks() == []


def test_what_is_typed_while_a_mark_is_saved_begins_the_comment_also_after_one_was_taken_back(panel):
    page = panel.page
    box = page.get_by_label("A comment for the trainee")
    panel.sit()
    page.keyboard.press("2")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page.locator(".ck-saved")).to_have_count(0)
    hold_back(page)
    page.keyboard.press("4")
    page.keyboard.type("us")
    let_go(page)
    expect(box).to_have_value("us")
    assert [mark.points for mark in panel.marks()] == [4]


def test_enter_goes_on_from_the_heading_too_and_another_mark_is_told_what_to_do(panel):
    page = panel.page
    panel.sit()
    page.keyboard.press("2")
    expect(page.get_by_label("A comment for the trainee")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel.head()).to_be_focused()
    page.keyboard.press("4")
    expect(page.get_by_text("To change the mark, take it back first: u.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(panel.head()).to_contain_text("Answer 2")
    assert [mark.points for mark in panel.marks()] == [2]


def test_a_mark_pressed_twice_is_no_comment_nor_is_a_number_that_the_bank_has_not(panel):
    page = panel.page
    panel.sit()
    hold_back(page)
    page.keyboard.press("2")
    page.keyboard.press("2")
    let_go(page)
    box = page.get_by_label("A comment for the trainee")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(page.get_by_text("There is no comment 9.")).to_be_visible()
    assert [mark.comment for mark in panel.marks()] == [""]


def test_comments_are_taken_out_of_the_bank_by_mouse_and_by_keyboard_and_stay_where_they_were_given(panel):
    page = panel.page
    panel.sit()
    for comment in ("Shorter.", "Leave room."):
        panel.give(2, comment)
    page.keyboard.press("2")
    expect(page.locator(".ck-bank li")).to_have_count(2)
    panel.button("Take “Shorter.” out of the bank").click()
    expect(page.locator(".ck-bank li")).to_have_count(1)
    box = page.get_by_label("A comment for the trainee")
    expect(box).to_be_focused()
    page.keyboard.type("-1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Out of the bank: “Leave room.”. Where it was given it stays.")).to_be_visible()
    expect(page.locator(".ck-bank li")).to_have_count(0)
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    assert [mark.comment for mark in panel.marks()] == ["Shorter.", "Leave room.", ""]


def test_what_the_course_says_is_set_as_print_sets_it_and_what_a_trainee_typed_is_not_touched(panel):
    for rubric in panel.work.solutions.glob("rubrics/*.md"):
        rubric.write_text(rubric.read_text(encoding="utf-8").replace("I lost you there.", "I've lost you."), encoding="utf-8")
    panel.work.put("own.coursekit", 0, True, "hand-ins", hand_in(9, "It's me, and I'm late."))
    panel.work.score("latest", lambda *_: None)
    panel.sit()
    expect(panel.page.get_by_text("“I’ve lost you.”")).to_be_visible()
    while answer_now(panel) != "It's me, and I'm late.":
        panel.give(2)


def test_one_letter_can_be_set_off_as_a_word_can(panel):
    panel.sit()
    assert panel.page.locator(".ck-level-about").first.locator("em").all_text_contents() == ["I", "room"]


def strange(panel):
    """One more trainee hands in a choice of which a part is on offer, and a coding sheet, that no rule can read."""
    sheet = {"codes": {"u2": "It's <b>nothing</b>", "u1": "none"}}
    acts = [cohort.act("06-e1", {"option": "It's zz", "reason": "r1"}), cohort.act("06-e2", sheet), cohort.act("hand-in", None)]
    file = cohort.file_of(acts, cohort.header("c" * 16, "Name 9"))
    panel.work.put("strange.coursekit", 0, True, "hand-ins", file)
    panel.work.score("latest", lambda *_: None)


def test_what_no_rule_can_read_is_found_and_marked_by_keyboard_beside_the_key_and_has_its_grade(panel):
    page = panel.page
    strange(panel)
    panel.go("Take away")
    panel.go("What was scored")
    page.get_by_role("button", name="Give 06-e1 points, in the step Mark").click()
    expect(page.get_by_text("2 of them are answers that no rule could score.")).to_be_visible()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Which question").select_option("06-e1")
    panel.button("Begin").press("Enter")
    expect(panel.head()).to_have_text("Answer 1 · Thirty seconds of nothing (06-e1)")
    expect(page.get_by_text("The option “It's zz” is not among those on offer.")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Reason r1")
    assert row.get_by_role("cell").all_inner_texts()[1:3] == ["chosen", "right"]
    assert page.locator(".ck-raw").inner_text() == '{"option": "It\'s zz"}'
    page.keyboard.press(".")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    expect(page.locator(".ck-hint").first).to_contain_text("“2.5” is no mark here. Write a number from 0 to 2")
    page.keyboard.press("Control+A")
    page.keyboard.type("1,5")
    page.keyboard.press("Enter")
    expect(page.locator(".ck-saved")).to_have_text("Saved: 1.5.")
    page.keyboard.type("I take it as half.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing is left to mark.")).to_be_focused()
    panel.sit()
    panel.mark_all(2)
    make_ready(panel)
    with (panel.work.graded / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        (grades,) = [one for one in csv.DictReader(file) if one["Name"] == "Name 9"]
    assert (grades["06-e1 (of 2)"], grades["06-e2 (of 4)"], grades["Total scored"]) == ("1.5", "2", "3.5")
    page.get_by_text("Everybody, by name").click()
    panel.button("Look at the page of Name 9").click()
    feedback = page.frame_locator("iframe").get_by_text("I take it as half.")
    expect(feedback).to_be_visible()


def test_what_is_seen_after_a_mark_is_not_seen_before(panel):
    panel.sit()
    assert "The program" not in panel.page.locator(".ck-step").inner_text()
    panel.page.keyboard.press("2")
    expect(panel.page.locator(".ck-proposal")).to_contain_text("The program")


def test_a_comment_half_typed_is_kept_when_she_goes_to_another_step(panel):
    panel.sit()
    panel.mark(2)
    panel.page.keyboard.type("Half a sen")
    panel.go("The class")
    assert [mark.comment for mark in panel.marks()] == ["Half a sen"]


def test_a_comment_half_typed_is_there_again_when_the_page_was_closed(panel):
    page = panel.page
    panel.sit()
    panel.mark(2)
    page.keyboard.type("Half a sent")
    expect(page.get_by_text("The comment is saved.")).to_be_visible()
    assert [mark.comment for mark in panel.marks()] == ["Half a sent"]
    page.reload()
    panel.sit()
    expect(panel.head()).to_contain_text("Answer 2")
    page.keyboard.press("u")
    expect(page.get_by_text("is there again once you have marked: “Half a sent”")).to_be_visible()
    page.keyboard.press("4")
    expect(page.get_by_label("A comment for the trainee")).to_have_value("Half a sent")
    expect(page.locator(".ck-bank li")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(panel.head()).to_contain_text("Answer 2")
    assert [(mark.points, mark.comment) for mark in panel.marks()] == [(4, "Half a sent")]
    page.keyboard.press("2")
    expect(page.locator(".ck-bank li")).to_contain_text("Half a sent")


def test_what_is_being_typed_is_kept_when_the_page_is_hidden(panel):
    page = panel.page
    panel.sit()
    panel.mark(2)
    page.evaluate("() => { window.setTimeout = () => 0; }")  # no pause in typing ever comes
    page.keyboard.type("Half a sen")
    assert panel.marks()[0].comment == ""
    page.evaluate("""() => {
      Object.defineProperty(document, "visibilityState", { value: "hidden" });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    expect(page.locator(".ck-instructor")).to_have_attribute("aria-busy", "false")
    assert panel.marks()[0].comment == "Half a sen"


def test_a_comment_that_could_not_be_saved_is_not_called_saved_and_is_saved_with_the_next_letter(panel):
    page = panel.page
    panel.sit()
    panel.mark(2)
    panel.refuse["draft"] = "The gradebook is locked. Try again."
    page.keyboard.type("Half a sen")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("The comment is saved.")).to_be_hidden()
    page.keyboard.type("t")
    expect(page.get_by_text("The comment is saved.")).to_be_visible()
    assert panel.marks()[0].comment == "Half a sent"


def test_a_comment_that_is_erased_is_taken_out(panel):
    page = panel.page
    panel.sit()
    panel.mark(2)
    page.keyboard.type("Too hard.")
    page.keyboard.press("Escape")
    expect(page.locator(".ck-instructor")).to_have_attribute("aria-busy", "false")
    assert panel.marks()[0].comment == "Too hard."
    page.get_by_label("A comment for the trainee").fill("")
    page.keyboard.press("Enter")
    expect(panel.head()).to_contain_text("Answer 2")
    assert panel.marks()[0].comment == ""


def test_a_rater_at_calibration_sees_how_near_the_marks_are_to_the_references(panel):
    panel.sit("Ruth", "calibration")
    while panel.head().count():
        panel.page.keyboard.press("2")
        expect(panel.button("Enter Next")).to_be_focused()
        panel.page.keyboard.press("Enter")
        expect(panel.page.locator(".ck-saved")).to_have_count(0)
    expect(panel.page.get_by_role("heading", name="Your words: you and the reference, 4 answers")).to_be_visible()
    expect(panel.page.get_by_role("region", name="Where you and the reference differ").locator("tbody tr")).to_have_count(3)
    expect(panel.page.get_by_role("heading", name="Calibration is done.")).to_be_focused()
    expect(panel.page.get_by_text("Next come the answers of your class: 6 wait for a mark.")).to_be_visible()
    panel.button("Go on").press("Enter")
    expect(panel.page.get_by_label("Your part")).to_have_value("first")


def test_who_stops_with_nothing_marked_goes_on_or_chooses_anew(panel):
    page = panel.page
    panel.sit("Ruth", "calibration")
    page.keyboard.press("q")
    expect(page.get_by_role("heading", name="4 answers are left.")).to_be_focused()
    expect(panel.button("Take the last mark back")).to_have_count(0)
    panel.button("Go on marking").press("Enter")
    expect(panel.head()).to_contain_text("Answer 1")
    page.keyboard.press("q")
    panel.button("Choose part and question anew").press("Enter")
    expect(page.get_by_role("heading", name="Mark", exact=True)).to_be_focused()
    expect(page.get_by_label("Your part")).to_have_value("calibration")


def test_who_passed_all_over_can_go_on_with_them(panel):
    panel.sit()
    while panel.head().count():
        before = panel.head().inner_text()
        panel.page.keyboard.press("s")
        expect(panel.page.locator(".ck-answer-head").get_by_text(before, exact=True)).to_have_count(0)
    panel.button("Go on marking").press("Enter")
    expect(panel.head()).to_contain_text("Answer 1")


def test_who_would_second_the_own_marks_reads_why_not_and_chooses_anew(panel):
    page = panel.page
    panel.sit()
    panel.mark_all(2)
    panel.go("Mark")
    page.get_by_label("Your part").select_option("second")
    panel.button("Begin").press("Enter")
    expect(page.get_by_role("heading", name="Nothing is left to mark.")).to_be_focused()
    expect(page.get_by_text("6 answers have their first mark from Ada, and nobody gives both marks.")).to_be_visible()
    panel.button("Choose part and question anew").press("Enter")
    expect(page.get_by_label("Your name")).to_be_visible()


def test_the_questions_on_offer_are_those_of_the_part_with_as_many_answers_as_it_has(panel):
    strange(panel)
    panel.go("Mark")
    offered = panel.page.get_by_label("Which question").locator("option")
    part = panel.page.get_by_label("Your part")
    expect(offered).to_have_text([
        "all of them, one after another", "Your words (6 of 6 wait)", "Thirty seconds of nothing (1 of 1 wait)",
        "Who moves, and where (1 of 1 wait)",
    ])  # fmt: skip
    part.select_option("calibration")
    expect(offered).to_have_text(["Your words"])


def test_who_stops_in_calibration_sees_how_it_went_so_far(panel):
    panel.sit("Ruth", "calibration")
    panel.page.keyboard.press("2")
    expect(panel.button("Enter Next")).to_be_focused()
    panel.page.keyboard.press("Enter")
    expect(panel.head()).to_contain_text("Answer 2")
    panel.page.keyboard.press("q")
    expect(panel.page.get_by_role("heading", name="3 answers are left.")).to_be_focused()
    expect(panel.page.get_by_role("heading", name="Your words: you and the reference, 1 answer")).to_be_visible()


def test_two_raters_settle_where_they_differ(panel):
    panel.sit("Ada")
    panel.mark_all(4)
    panel.sit("Ben", "second", "0.5")
    panel.mark_all(lambda number: [4, 0, 2][number])
    panel.go("Settle")
    expect(panel.page.get_by_role("region", name="Different marks").locator("tbody tr")).to_have_count(2)
    expect(panel.page.get_by_label("Who settles")).to_have_value("Ada and Ben")
    panel.button("Settle them").press("Enter")
    expect(panel.page.get_by_text("Ben: 0.")).to_be_visible()
    panel.mark_all(2)
    panel.button("Go on").press("Enter")
    expect(panel.page.get_by_text("Nothing is left to settle.")).to_be_visible()


def test_a_spreadsheet_goes_out_and_comes_back(panel, tmp_path):
    page = panel.page
    panel.go("Mark")
    page.get_by_label("Your name").fill("Ada Marsh")
    page.get_by_text("Mark in a spreadsheet instead").click()
    with page.expect_download() as given:
        panel.button("Download what waits").click()
    assert given.value.suggested_filename == "marking-Ada-Marsh.xlsx"
    assert given.value.path().read_bytes() == (panel.work.graded / "marking-Ada-Marsh.xlsx").read_bytes()
    expect(page.get_by_text("6 answers. Fill in points")).to_be_focused()
    id = panel.work.sit_down("x", "first", 1.0, "", False)["answer"]["id"]
    with (tmp_path / "back.csv").open("w", newline="") as file:
        heads = ["Answer id", "Points", "Comment", "Rubric version"]
        csv.writer(file).writerows([heads, [id, "3", "Good.", ""], ["no", "1", "", ""]])
    with page.expect_file_chooser() as chooser:
        panel.button("Bring it back…").click()
    chooser.value.set_files(tmp_path / "back.csv")
    expect(page.get_by_text("by Ada Marsh: 1 mark taken, 0 there already, 0 rows without points.")).to_be_focused()
    assert [(mark.rater, mark.points, mark.comment) for mark in panel.marks()] == [("Ada Marsh", 3, "Good.")]


# What is refused


def test_a_refusal_is_seen_and_read_out_and_the_answer_can_be_marked_all_the_same(panel):
    panel.sit()
    panel.refuse["mark"] = "The gradebook is locked. Try again."
    panel.page.keyboard.press("2")
    expect(panel.page.get_by_role("alert")).to_have_text("The gradebook is locked. Try again.")
    assert panel.has_focus() and panel.marks() == []
    panel.give(2)
    expect(panel.page.get_by_role("alert")).to_have_count(0)
    assert len(panel.marks()) == 1


def test_a_comment_that_was_refused_is_not_lost(panel):
    panel.sit()
    panel.mark(2)
    panel.page.keyboard.type("Leave room.")
    panel.refuse["say"] = "The gradebook is locked. Try again."
    panel.page.keyboard.press("Enter")
    expect(panel.page.get_by_role("alert")).to_be_visible()
    panel.page.keyboard.press("Enter")
    expect(panel.head()).to_contain_text("Answer 2")
    assert [mark.comment for mark in panel.marks()] == ["Leave room."]


def test_who_gives_no_name_is_asked_for_it(panel):
    panel.go("Mark")
    panel.page.get_by_label("Your name").fill(" ")
    panel.button("Begin").press("Enter")
    expect(panel.page.get_by_role("alert")).to_contain_text("Say who marks")


def test_a_file_that_does_not_fit_is_said_beside_all_that_is_ready(panel, tmp_path):
    (tmp_path / "letter.csv").write_text("a,b,c\n1,2,3\n")
    give_back_with(panel, tmp_path / "letter.csv")
    expect(panel.page.get_by_role("alert")).to_contain_text("The rest is ready, but: Moodle: No column of this file")
    expect(panel.button("Download feedback.zip")).to_be_visible()


def test_the_column_of_canvas_is_chosen_from_those_of_the_file(panel, tmp_path):
    page = panel.page
    (tmp_path / "grades.csv").write_text("Student,ID,Section,Week 5 (71),After the clock (72)\n Points Possible,,,5,13\n")
    panel.go("Take away")
    page.get_by_text("Grades in Canvas").click()
    with page.expect_file_chooser() as chooser:
        panel.button("Choose the gradebook file…").click()
    chooser.value.set_files(tmp_path / "grades.csv")
    column = page.get_by_label("The assignment that takes the points")
    offered = ["choose one…", "Week 5 (71)", "After the clock (72)", "a new column …"]
    expect(column.locator("option")).to_have_text(offered)
    panel.button("Make everything ready").click()
    expect(page.get_by_role("alert")).to_contain_text("Say which column of Canvas")
    column.select_option("a new column …")
    page.get_by_label("Title of the new assignment").fill("Module 6")
    panel.button("Make everything ready").click()
    expect(page.get_by_text("Canvas will make a new assignment of that name.")).to_be_visible()
    column.select_option("After the clock (72)")
    expect(page.get_by_label("Title of the new assignment")).to_be_hidden()
    panel.button("Make everything ready").click()
    expect(page.get_by_text("canvas.csv: 0 rows have points now")).to_be_visible()
    expect(page.get_by_text("6 trainees have no grade yet")).to_be_visible()
    page.get_by_label("Whoever has answers that still wait for a mark gets").select_option("so-far")
    panel.button("Make everything ready").click()
    expect(page.get_by_text("6 trainees have only the points so far")).to_be_visible()


def test_whose_points_go_back_is_chosen_where_several_exercises_were_handed_in(panel, tmp_path):
    page = panel.page
    cohort.add_another_exercise(tmp_path)
    acts = [cohort.act("07-e1", {"option": "b", "reason": "r1"}), cohort.act("hand-in", None)]
    stray = cohort.file_of(acts, cohort.header("9" * 16, "Otto", notebook=cohort.OTHER))
    (tmp_path / "hand-ins" / "Otto_900_assignsubmission_file_a.coursekit").write_bytes(stray)
    panel.go("What came in")
    panel.button("Score what came in").click()
    expect(page.get_by_text("They are of 2 exercises: 06 · Sample (6 people), 07 · Other (1 person).")).to_be_visible()
    panel.go("Take away")
    expect(page.get_by_label("Points of").locator("option")).to_have_text(
        ["choose one…", "06 · Sample (6 people)", "07 · Other (1 person)", "all exercises together"]
    )
    panel.button("Make everything ready").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose whose points go back")
    page.get_by_label("Points of").select_option("06_sample")
    panel.button("Make everything ready").click()
    expect(page.get_by_role("heading", name="Ready to take away")).to_be_focused()
    panel.go("The class")
    panel.go("Take away")
    expect(page.get_by_label("Points of")).to_have_value("06_sample")


# What comes in


def test_a_class_comes_in_is_scored_with_its_progress_shown_and_something_is_removed(opened, tmp_path):
    panel = opened(scored=False)
    page = panel.page
    panel.button("3 Mark").click(force=True)
    expect(page.locator(".ck-working")).to_have_text("Score what came in first.")
    for n in range(3):
        (tmp_path / f"{n}.coursekit").write_bytes(hand_in(n, TEXTS[n]))
    with page.expect_file_chooser() as chooser:
        panel.button("Choose files…").click()
    chooser.value.set_files([tmp_path / f"{n}.coursekit" for n in range(3)])
    expect(page.get_by_text("not scored yet")).to_have_count(3)
    panel.button("Remove 1.coursekit…").press("Enter")
    expect(page.get_by_text("from the folder hand-ins, beside solutions? Nothing of it was scored yet.")).to_be_focused()
    panel.button("Keep").press("Enter")
    expect(panel.button("Remove 1.coursekit…")).to_be_focused()
    panel.button("Remove 1.coursekit…").press("Enter")
    panel.button("Delete").press("Enter")
    expect(page.get_by_text("not scored yet")).to_have_count(2)
    assert panel.has_focus() and sorted(path.name for path in panel.work.hand_ins.iterdir()) == ["0.coursekit", "2.coursekit"]
    hold_back(page)
    panel.button("Score what came in").press("Enter")
    expect(page.get_by_text("2 of 2")).to_be_visible()
    assert page.get_by_role("progressbar").evaluate("bar => bar.value / bar.max") == 1
    let_go(page)
    expect(page.get_by_role("heading", name="What was scored")).to_be_focused()
    expect(page.get_by_text("2 files: 2 scored")).to_be_visible()


def test_what_is_dropped_on_the_panel_comes_in(opened):
    panel = opened(scored=False)
    panel.page.locator(".ck-drop").evaluate("""zone => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["x"], "a.zip"));
      zone.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }""")
    expect(panel.button("Remove a.zip…")).to_be_visible()


def test_a_long_name_of_a_file_breaks_within_its_box_on_a_telephone(panel):
    panel.page.set_viewport_size({"width": 360, "height": 740})
    panel.go("What came in")
    box = panel.page.get_by_role("region", name="What came in", exact=True)
    assert box.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_what_was_refused_before_is_folded_away_and_what_is_new_is_open(panel):
    panel.work.put("other.docx", 0, True, "hand-ins", b"x")
    panel.work.score("latest", lambda *_: None)
    panel.go("What was scored")
    expect(panel.page.get_by_role("region", name="Refused files, new this time").locator("tbody tr")).to_have_count(1)
    expect(panel.page.get_by_text("Nothing is new here since the last time.")).to_be_visible()
    old = panel.page.get_by_role("region", name="Refused files, from before")
    expect(old).to_be_hidden()
    panel.page.get_by_text("From before (1)", exact=True).click()
    expect(old).to_contain_text("letter.docx")


def packed(folder, name, *files):
    """A zip of files that are refused, in each a folder of a system's and a name without a place to break."""
    with zipfile.ZipFile(folder / name, "w") as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{file}_{700 + number}_assignsubmission_file/{'long' * 20}.ipynb", "{}")
    return (folder / name).read_bytes()


def test_a_zip_is_named_once_where_all_came_in_it_and_otherwise_below_each_file(panel, tmp_path):
    page = panel.page
    panel.work.remove("letter.docx")
    panel.work.put("Class of 2026.zip", 0, True, "hand-ins", packed(tmp_path, "z.zip", "Mia Kern", "Ben Otto"))
    panel.work.score("latest", lambda *_: None)
    panel.go("What came in")
    panel.go("What was scored")
    refused = page.get_by_role("region", name="Refused files")
    expect(refused.get_by_role("caption")).to_have_text("In Class of 2026.zip")
    expect(refused.get_by_role("cell").first).to_have_text(f"Mia Kern_700_assignsubmission_file/{'long' * 20}.ipynb")
    panel.work.put("week 2.zip", 0, True, "hand-ins", packed(tmp_path, "z.zip", "Ana Ruiz"))
    panel.work.remove("Class of 2026.zip")
    panel.work.put("Class.zip", 0, True, "hand-ins", packed(tmp_path, "z.zip", "Zoe Lind", "Jo Wolf"))
    panel.work.score("latest", lambda *_: None)
    panel.go("What came in")
    panel.go("What was scored")
    expect(refused.get_by_role("caption")).to_have_count(0)
    shown = [cell.split("\n") for cell in refused.locator("tbody td:first-child").all_inner_texts()]
    assert [(file.split("_")[0], zip) for file, zip in shown] == [
        ("Zoe Lind", "Class.zip"), ("Jo Wolf", "Class.zip"), ("Ana Ruiz", "week 2.zip"),
    ]  # fmt: skip


def test_a_short_table_stands_whole_and_no_table_hides_a_column(panel, tmp_path):
    page = panel.page
    stray = {"order": ["unbroken" * 40]}
    acts = [cohort.act("06-e2", {"codes": stray}), cohort.act("99-e9", stray), cohort.act("hand-in", None)]
    panel.work.put("c.coursekit", 0, True, "hand-ins", cohort.file_of(acts, cohort.header("c" * 16, "Name 9")))
    files = [f"Name{n}" for n in range(11)]
    panel.work.put("class.zip", 0, True, "hand-ins", packed(tmp_path, "z.zip", *files))
    panel.work.score("latest", lambda *_: None)
    panel.go("Take away")

    def look(step):
        panel.go(step)
        page.evaluate("document.querySelectorAll('.ck-step details').forEach(each => { each.open = true; })")
        return {
            name: (high, wide)
            for name, high, wide in page.locator(".ck-rows").evaluate_all("""all => all.map((each) =>
              [each.getAttribute("aria-label"), each.scrollHeight > each.clientHeight, each.scrollWidth > each.clientWidth])""")
        }

    for width in (1016, 900, 600):
        page.set_viewport_size({"width": width, "height": 900})
        assert look("What was scored") == {
            "Refused files, new this time": (False, False), "Refused files, from before": (False, False),
            "To be looked at, new this time": (False, False), "To be looked at, from before": (False, False),
            "Every file": (True, False),
        }  # fmt: skip


# The class, and what goes back


def test_the_class_report_is_shown_inside_and_nothing_in_it_can_run(panel):
    panel.go("The class")
    frame = panel.page.locator("iframe.ck-within")
    expect(frame).to_have_attribute("sandbox", "")
    expect(panel.page.frame_locator("iframe.ck-within").locator("h1")).to_be_visible()


def test_a_feedback_page_is_shown_inside_and_nothing_in_it_can_run(panel):
    everybody(panel)
    (path,) = (panel.work.graded / "feedback").glob("*-0000000000000004.html")
    text = path.read_text(encoding="utf-8")
    removes_itself = "<p id=still>Still.</p><script>document.querySelector('#still').remove()</script></body>"
    path.write_text(text.replace("</body>", removes_itself))
    panel.button("Look at the page of Name 4").press("Enter")
    frame = panel.page.frame_locator("iframe[title='Feedback for Name 4']")
    expect(frame.locator("#still")).to_be_visible()
    expect(frame.get_by_text("<script>document.title = 'ran'</script>")).to_be_visible()
    expect(panel.page).to_have_title("Panel")
    assert panel.has_focus()


def test_a_feedback_page_opens_in_a_tab_of_its_own_where_nothing_in_it_can_run_either(panel):
    everybody(panel)
    panel.button("Look at the page of Name 4").press("Enter")
    with panel.page.context.expect_page() as opened:
        panel.page.get_by_role("link", name="Open it in a tab of its own").press("Enter")
    tab = opened.value
    expect(tab).to_have_title("Feedback for Name 4")
    frame = tab.locator("iframe")
    expect(frame).to_have_attribute("sandbox", "")
    expect(tab.frame_locator("iframe").get_by_text("<script>document.title = 'ran'</script>")).to_be_visible()
    assert frame.evaluate("each => [each.clientWidth, each.clientHeight].join() === [innerWidth, innerHeight].join()")
    tab.close()


def test_what_goes_back_is_downloaded_as_it_lies_in_the_folder(panel, tmp_path):
    panel.sit()
    panel.mark_all(4)
    (tmp_path / "sheet.csv").write_text(WORKSHEET)
    give_back_with(panel, tmp_path / "sheet.csv")
    expect(panel.page.get_by_text("moodle.csv: 6 rows have points now.")).to_be_visible()
    for name in ("moodle.csv", "feedback.zip", "gradebook.sqlite"):
        with panel.page.expect_download() as given:
            panel.button(f"Download {name}").click()
        assert given.value.suggested_filename == name
        assert given.value.path().read_bytes() == (panel.work.graded / name).read_bytes()


def test_whom_to_write_to_is_listed_with_a_text_to_copy(panel):
    page = panel.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.work.put("Ben Holm_201_assignsubmission_file_06.ipynb", 0, True, "hand-ins", b"{}")
    panel.work.score("latest", lambda *_: None)
    make_ready(panel)
    page.get_by_text("Whom to write to (2)").click()
    expect(page.get_by_role("region", name="Whom to write to").locator("tbody tr").first).to_contain_text("Ben Holm201")
    panel.button("Copy the text to Ben Holm").press("Enter")
    expect(page.locator(".ck-working")).to_have_text("The text to Ben Holm is copied.")
    assert page.evaluate("navigator.clipboard.readText()").startswith("Dear Ben Holm,\n\nwhat came in from you")
    expect(panel.button("Download to-write-to.csv")).to_be_visible()


def test_who_is_removed_is_not_written_to_any_more(panel):
    panel.work.put("Name 8_108_assignsubmission_file_a.coursekit", 0, True, "hand-ins", hand_in(8, TEXTS[0])[:-30])
    panel.work.score("latest", lambda *_: None)
    everybody(panel)
    panel.page.get_by_text("Whom to write to (2)").click()
    panel.button("Remove Name 8…").press("Enter")
    panel.button("Remove for good").press("Enter")
    expect(panel.page.get_by_text("Whom to write to (1)")).to_be_visible()


def test_somebody_is_removed_in_two_steps(panel):
    page = panel.page
    everybody(panel)
    panel.button("Remove Name 2…").press("Enter")
    question = page.get_by_text("Remove Name 2 (Moodle: Name 2, 102), with all that was handed in, scored and marked?")
    expect(question).to_contain_text("Marks and comments do not come back. The zip or file that came in stays in the folder")
    expect(question).to_contain_text("until you score all again and choose “Take it again” in the step “What was scored”.")
    assert panel.has_focus()
    panel.button("Keep").press("Enter")
    expect(panel.button("Remove Name 2…")).to_be_focused()
    assert panel.work.look()["scored"]["people"] == 6
    panel.button("Remove Name 2…").press("Enter")
    panel.button("Remove for good").press("Enter")
    expect(page.get_by_text("What came in is still there, and is passed over")).to_be_focused()
    assert panel.work.look()["scored"]["people"] == 5
    everybody(panel)
    expect(panel.button("Remove Name 2…")).to_have_count(0)
    expect(panel.button("Remove Name 3…")).to_be_visible()


def test_after_somebody_was_removed_the_step_shows_what_there_is_now(panel, tmp_path):
    page = panel.page
    (tmp_path / "sheet.csv").write_text(WORKSHEET)
    give_back_with(panel, tmp_path / "sheet.csv")
    expect(panel.button("Download moodle.csv")).to_be_visible()
    page.get_by_text("Everybody, by name (6)").click()
    panel.button("Remove Name 2…").press("Enter")
    panel.button("Remove for good").press("Enter")
    told = page.get_by_text("from-you/sheet.csv removed, because it holds the whole class. Choose it again.")
    expect(told).to_be_focused()
    expect(page.get_by_text("Everybody, by name (5)")).to_be_visible()
    expect(panel.button("Download moodle.csv")).to_have_count(0)
    expect(page.get_by_text("Chosen: sheet.csv")).to_have_count(0)
    for file in page.get_by_role("button", name="Download ").all():
        assert (panel.work.graded / file.get_attribute("aria-label").removeprefix("Download ")).exists()
    panel.button("Make everything ready").click()
    expect(page.get_by_role("heading", name="Ready to take away")).to_be_focused()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_who_was_removed_by_mistake_is_taken_again(panel):
    panel.work.forget("2".zfill(16))
    panel.work.score("latest", lambda *_: None)
    panel.go("What was scored")
    panel.page.get_by_text("Passed over, because their trainees were removed (1)").press("Enter")
    panel.button("Take Name 2_102_assignsubmission_file_a.coursekit again").press("Enter")
    expect(panel.page.get_by_text("is taken again. Marks do not come back.")).to_be_focused()
    expect(panel.page.get_by_text("Passed over, because")).to_have_count(0)
    assert panel.work.look()["scored"]["people"] == 6


def test_when_the_last_one_is_removed_the_panel_is_at_its_beginning(opened, tmp_path):
    panel = opened(scored=False)
    panel.work.put("a.coursekit", 0, True, "hand-ins", hand_in(1, TEXTS[0]))
    panel.work.score("latest", lambda *_: None)
    panel.page.reload()
    everybody(panel)
    panel.button("Remove Name 1…").click()
    panel.button("Remove for good").click()
    expect(panel.page.get_by_text("What came in is still there, and is passed over")).to_be_focused()
    expect(panel.page.get_by_role("heading", name="What came in", exact=True)).to_be_visible()
    expect(panel.page.get_by_role("alert")).to_have_count(0)


# For everybody


def test_the_focus_is_never_lost_when_a_step_changes(panel):
    for step in [*STEPS, *reversed(STEPS)]:
        panel.go(step)
        assert panel.has_focus()


def test_in_each_step_axe_finds_nothing_light_or_dark_and_nothing_is_wider_than_a_telephone(panel, axe):
    wrong = {}
    page = panel.page

    def look(where):
        page.evaluate("document.querySelectorAll('.ck-step details').forEach(each => { each.open = true; })")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if found := axe(page, ".ck-instructor"):
                wrong[where, scheme] = found
        page.set_viewport_size({"width": 360, "height": 740})
        width = page.evaluate("document.scrollingElement.scrollWidth")
        if width > 360:
            wrong[where, "width"] = width
        page.set_viewport_size({"width": 1200, "height": 900})

    panel.go("What came in")
    look("what came in")
    panel.go("What was scored")
    look("what was scored")
    panel.go("Mark")
    look("before marking")
    panel.sit()
    look("an answer")
    panel.give(4, "Leave room, and a very long word: " + "x" * 80)
    panel.mark(0)
    look("a mark")
    page.keyboard.press("Enter")
    expect(page.locator(".ck-saved")).to_have_count(0)
    panel.mark_all(2)
    look("all marked")
    strange(panel)
    panel.go("What was scored")
    look("what is to be given points")
    panel.sit()
    look("an answer that no rule could read")
    panel.mark_all(1)
    panel.sit("Ben", "second", "0.5")
    panel.mark_all(lambda number: [4, 0, 2][number])
    panel.go("Settle")
    look("where two differ")
    panel.button("Settle them").click()
    expect(panel.head()).to_be_visible()
    look("an answer to settle")
    panel.go("The class")
    look("the class")
    everybody(panel)
    panel.button("Remove Name 2…").click()
    panel.button("Look at the page of Name 4").click()
    expect(page.locator("iframe")).to_be_visible()
    look("ready to take away")
    panel.refuse["differences"] = "A refusal, with a long word: " + "x" * 80
    page.get_by_role("navigation").get_by_role("button", name="Settle").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look("a refusal")
    assert wrong == {}
