"""Answers that no rule can read: a person sees them beside item and key and gives them points, and these count everywhere."""

import csv
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import cohort
from coursekit.cli import app
from coursekit.exercises.items import load_items
from coursekit.grading import sheets
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.keys import Keys
from coursekit.grading.lms import fill_canvas, fill_moodle, points_of, the_class
from coursekit.grading.marking import CalibrationDesk, Desk, agreements, disagreements
from coursekit.grading.marks import final
from coursekit.grading.run import bring_up_to_date, grade
from coursekit.grading.unread import beside_the_key
from coursekit.pages.feedback import feedback_page
from coursekit.pages.report import class_report

ANOTHER = """
[[item]]
id = "06-e9"
kind = "ordering"
title = "Once more"
prompt = "Put the steps in order."
points = 3
steps = [{ id = "own", text = "Own it." }, { id = "see", text = "Notice it." }, { id = "ask", text = "Explore it." }]

[item.key]
order = ["see", "own", "ask"]
why = { see = "…", own = "…", ask = "…" }
provenance = "author"
"""
STRANGE = {
    "06-e1": {"option": "zz", "reason": "r1"},
    "06-e2": {"codes": {"u2": "SHRUGS", "u1": "GOES-QUIET"}},
    "06-e3": {"order": ["own", "see", "see"]},
    "06-e4": {"ratings": {"felt": 170}},
    "06-e5": {"text": "I lost you.", "codes": ["OWN"]},
}


@pytest.fixture
def items(tmp_path):
    cohort.make_course(tmp_path)
    return {item.id: item for item in load_items(tmp_path / "solutions" / "keys" / f"{cohort.NOTEBOOK}.toml")}


@pytest.fixture
def place(tmp_path):
    """A course into which Mia handed in an answer to each kind of item that no rule can read, and Ben what the keys have."""
    keys = cohort.make_course(tmp_path)
    (tmp_path / "solutions" / "rubrics" / "owning.md").write_text(cohort.RUBRIC, encoding="utf-8")
    (tmp_path / "in").mkdir()
    hand_in(tmp_path, "Mia", STRANGE)
    known = {item.id: cohort.knows(item) for item in keys.items(("exercise", cohort.NOTEBOOK)).values() if item.points}
    hand_in(tmp_path, "Ben", known | {"06-e5": {"text": "Let us go on."}})
    score(tmp_path)
    return tmp_path


def hand_in(place, name, answers, version=1, after=()):
    """Hand in these answers, after what was handed in before, and go on with `after`."""
    path = place / "in" / f"{name} Otto_{ord(name[0])}_assignsubmission_file_a.coursekit"
    acts = [json.loads(line) for line in path.read_text().splitlines()[1:]] if path.exists() else []
    acts += [cohort.act(item, value, version=version) for item, value in answers.items()]
    acts = [{key: each[key] for key in ("item", "version", "attempt", "value")} for each in acts]
    first = cohort.header({"Mia": "a", "Ben": "b"}[name] * 16, name)
    path.write_bytes(cohort.file_of([*acts, cohort.act("hand-in", None), *after], first))


def book_of(place):
    return Gradebook(place / "book.sqlite")


def keys_of(place):
    return Keys(place / "solutions", place / "course")


def score(place):
    with book_of(place) as book:
        grade([place / "in"], keys_of(place), book, place / "graded", feedback_page)


def unread(place, rater="Ada", share=1.0):
    """A desk, and by item what no rule could read there."""
    with book_of(place) as book:
        here = Desk(book, keys_of(place), rater, "first", share)
    return here, {one.item.id: one for one in here.queue() if one.unread}


def mark(place, **points):
    """Mark the answers to these items (e3=1), and bring up to date what is made of it."""
    here, waiting = unread(place)
    for item, number in points.items():
        here.mark(waiting[f"06-{item}"], number, "Nearly.")
    with book_of(place) as book:
        bring_up_to_date(book, here.keys, place / "graded", feedback_page)


def all_of(place, name):
    with (place / "graded" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def grades(place, name="Mia"):
    """Somebody's points by item, as they stand in grades.csv."""
    (row,) = [row for row in all_of(place, "grades.csv") if row["Name"] == name]
    return {head.split(" (of ")[0]: cell for head, cell in row.items()}


def the_page(place):
    return next((place / "graded" / "feedback").glob("*aaaa.html")).read_text(encoding="utf-8")


def run(place, *words, keys=""):
    where = {"--graded": "graded", "--solutions": "solutions", "--gradebook": "book.sqlite"}
    folders = [word for option, name in where.items() for word in (option, str(place / name))]
    return CliRunner().invoke(app, ["mark", *folders, *words], input=keys)


def pieces(items, item, value):
    found = beside_the_key(items[item], value)
    return [(one.asked, one.given, one.wanted) for one in found.pieces], found.rest


# What is seen


def test_a_choice_shows_all_that_was_on_offer_what_was_chosen_and_what_is_right(items):
    found, rest = pieces(items, "06-e1", {"option": "zz", "reason": "r1"})
    assert found == [
        ("Option a: She is bored.", "", ""),
        ("Option b: She has moved away.", "", "right"),
        ("Reason r1: Her answers have shrunk since the remark about her mother.", "chosen", "right"),
        ("Reason r2: Silence always means the same thing.", "", ""),
    ]
    assert json.loads(rest) == {"option": "zz"}
    assert beside_the_key(items["06-e1"], {}).pieces[0].why == "Boredom would show from the start."


def test_a_coding_sheet_shows_each_line_with_what_was_given_and_what_the_key_has(items):
    found, rest = pieces(items, "06-e2", {"codes": {"u2": "SHRUGS", "u1": "FAULTS-YOU", "u3": "none", "u9": 4}})
    assert found == [
        ("Therapist: How was the week?", "finds fault with you (not on the list of this sheet)", ""),
        ("Maya: Fine.", '"SHRUGS" (not on the list of this sheet)', "goes quiet or goes along"),
        ("Maya: I slept, finally.", "nothing to mark", "nothing to mark"),
    ]
    assert json.loads(rest) == {"codes": {"u9": 4}}


def test_an_order_shows_where_each_step_was_put(items):
    found, rest = pieces(items, "06-e3", {"order": ["own", "see", "see", ["ask"]]})
    assert found == [("Notice it.", "place 2, 3", "place 1"), ("Own it.", "place 1", "place 2"), ("Explore it.", "", "place 3")]
    assert json.loads(rest) == {"order": [["ask"]]}


def test_a_rating_shows_each_scale_with_its_ends(items):
    found, rest = pieces(items, "06-e4", {"ratings": {"felt": 170, "trust": 5}})
    assert found == [("Felt (0: alone; 100: together)", "170", "30, give or take 10"),
                     ("Shown (0: alone; 100: together)", "", "75, give or take 10")]  # fmt: skip
    assert json.loads(rest) == {"ratings": {"trust": 5}}
    assert beside_the_key(items["06-e4"], {}).prompt.endswith("look?\n\nMaya: No, it's good. Really.")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda one: st.lists(one, max_size=4) | st.dictionaries(
        st.sampled_from(["option", "reason", "codes", "order", "ratings", "u1", "u2", "felt"]), one, max_size=4),
    max_leaves=12,
)  # fmt: skip


@pytest.fixture(scope="module")
def all_items(tmp_path_factory):
    keys = cohort.make_course(tmp_path_factory.mktemp("course"))
    return keys.items(("exercise", cohort.NOTEBOOK))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["06-e1", "06-e2", "06-e3", "06-e4"]), JSON)
def test_any_answer_at_all_can_be_shown_and_nothing_of_it_is_passed_over(all_items, item, value):
    found = beside_the_key(all_items[item], value)
    assert found.pieces and (found.rest or any(one.given for one in found.pieces) or not says_something(value))


def says_something(value):
    """Whether there is anything in it but what stands for "nothing"."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return value is not None if inside is None else any(map(says_something, inside))


def test_what_no_rule_could_read_waits_after_the_written_answers_with_its_reason_and_without_a_name(place):
    here, waiting = unread(place)
    assert [one.item.id for one in here.queue()] == ["06-e5", "06-e5", "06-e1", "06-e2", "06-e3", "06-e4"]
    one = waiting["06-e1"]
    assert (one.top, one.scene, one.pseudonym) == (2, "Maya looks at the clock. What is going on?", "Answer 1")
    assert one.note == "The option “zz” is not among those on offer."
    assert "Mia" not in repr(one) and "u1 or u2" not in one.text


def test_a_version_without_a_key_is_shown_beside_the_item_of_today(place):
    hand_in(place, "Mia", {"06-e3": {"order": ["own", "see", "ask"]}}, version=7)
    score(place)
    one = unread(place)[1]["06-e3"]
    assert "version 7" in one.note and "the item as it is now" in one.note and "Own it. → place 1" in one.text


def test_what_was_answered_after_the_hand_in_or_cleared_can_be_given_points_too(place):
    hand_in(place, "Ben", {"06-e3": {}}, after=[])
    keys = cohort.make_course(place, cohort.ITEMS + cohort.MORE + ANOTHER)
    (place / "in" / "Cleo.coursekit").write_bytes(cohort.file_of(
        [cohort.act("06-e1", {"option": "b"}), cohort.act("hand-in", None), cohort.act("06-e9", {"order": ["own", "see", "ask"]})],
        cohort.header("c" * 16, "Cleo")))  # fmt: skip
    score(place)
    here, waiting = unread(place)
    notes = {one.item.id: one.note for one in here.queue() if one.unread and one.place.trainee != "a" * 16}
    assert notes["06-e3"] == "The last answer was cleared; this is the one before it."
    assert notes["06-e9"] == "It was answered only after the hand-in."
    assert keys.items(("exercise", cohort.NOTEBOOK))["06-e9"].points == waiting["06-e9"].top


def test_lessons_and_items_without_points_wait_for_nobody_s_mark(place):
    before = len(unread(place)[0].queue())
    lesson = cohort.ITEMS.replace("06-e", "06-l")
    (place / "course" / "items").mkdir()
    (place / "course" / "items" / f"{cohort.NOTEBOOK}.toml").write_text(lesson, encoding="utf-8")
    (place / "in" / "Cleo.coursekit").write_bytes(cohort.file_of(
        [cohort.act("06-l1", {"option": 5})], cohort.header("c" * 16, "Cleo", part="lesson")))  # fmt: skip
    hand_in(place, "Mia", {"06-e6": {"text": 5}, "06-e8": {"text": 5}})
    score(place)
    listed = [row["Item"] for row in all_of(place, "needs-a-person.csv")]
    assert {"06-l1", "06-e6", "06-e8"} <= set(listed) and len(unread(place)[0].queue()) == before


# What comes of a mark


def test_points_are_in_the_grades_and_on_the_page_and_nothing_waits_any_longer(place):
    assert [grades(place)[f"06-e{n}"] for n in (1, 2, 3, 4)] == ["person"] * 4
    mark(place, e1=1.5, e2=0, e3=0.25, e4=2)
    assert [grades(place)[f"06-e{n}"] for n in (1, 2, 3, 4)] == ["1.5", "0", "0.25", "2"]
    assert [row["Item"] for row in all_of(place, "needs-a-person.csv")] == ["06-e5", "06-e5"]
    page = the_page(place)
    for words in ("1.5 of 2 points", "Marked by Ada", "Nearly.", "The option “zz” is not among those on offer.", "Own it.",
                  "you: place 1; the key: place 2", "who read your answer gave it 2 of 2 points"):  # fmt: skip
        assert words in page, words
    assert "waiting for a person" in page  # the written answer


def test_everybody_s_page_has_the_mark_of_that_very_answer(place):
    hand_in(place, "Ben", {"06-e3": STRANGE["06-e3"]})
    score(place)
    here, _ = unread(place)
    for one in [one for one in here.queue() if one.item.id == "06-e3"]:
        here.mark(one, 0.25 if one.place.trainee == "a" * 16 else 0.75)
    with book_of(place) as book:
        bring_up_to_date(book, here.keys, place / "graded", feedback_page)
    other = next((place / "graded" / "feedback").glob("*bbbb.html")).read_text(encoding="utf-8")
    assert "0.25 of 1 points" in the_page(place) and "0.75 of 1 points" in other and "0.25 of 1" not in other


CANVAS = "Student,ID,Section,Week 6 (72)\n    Points Possible,,,13\nMia,1,A,\nBen,2,A,\n"
MOODLE = "Identifier,Full name,Grade,Maximum Grade\nParticipant 77,Mia Otto,,13.00\nParticipant 66,Ben Otto,,13.00\n"


def test_a_grade_goes_to_canvas_and_moodle_once_all_is_marked(place):
    def filled():
        with book_of(place) as book:
            marked = final(book, keys_of(place))
            hand_ins = {one: marked.in_hand_ins(book.hand_ins(one.id)) for one in book.trainees()}
            people = the_class(book, [(one, points_of(theirs)) for one, theirs in hand_ins.items()])
        (place / "canvas.csv").write_text(CANVAS)
        (place / "moodle.csv").write_text(MOODLE)
        fill_canvas(place / "canvas.csv", place / "out.csv", people, "Week 6")
        fill_moodle(place / "moodle.csv", place / "out2.csv", people)
        return [[line for line in (place / name).read_text().split("\n") if "Mia" in line] for name in ("out.csv", "out2.csv")]

    here, _ = unread(place)
    for one in here.queue():
        if not one.unread:
            here.mark(one, 4)
    assert filled() == [["Mia,1,A,"], ["Participant 77,Mia Otto,,13.00"]]
    mark(place, e1=1.5, e2=0, e3=0.25, e4=2)
    assert filled() == [["Mia,1,A,7.75"], ["Participant 77,Mia Otto,7.75,13.00"]]


def test_where_written_answers_are_left_out_the_others_still_wait_for_their_points(place):
    def mia():
        with book_of(place) as book:
            book.set("unmarked", "leave-out")
            marked = final(book, keys_of(place))
            people = [(one, points_of(marked.in_hand_ins(book.hand_ins(one.id)))) for one in book.trainees() if one.name == "Mia"]
            return the_class(book, people)

    assert (mia().people[0].points, mia().people[0].waiting, mia().out_of) == (None, 4, 9)
    mark(place, e1=1.5, e2=0, e3=0.25, e4=2)
    assert (mia().people[0].points, mia().people[0].waiting) == (3.75, 0)


def test_the_class_report_counts_the_points_and_not_what_nobody_can_count(place):
    mark(place, e1=1.5, e2=2, e3=0.25, e4=2)
    with book_of(place) as book:
        found, page = class_report(book, keys_of(place))
    (exercise,) = found.exercises.values()
    shares = {column.id: sorted(exercise.shares[:, n]) for n, column in enumerate(exercise.columns)}
    assert shares["06-e1"] == [0.75, 1] and shares["06-e3"] == [0.25, 1]
    assert sum(len(picks.chosen["option"]) for picks in exercise.picks.values()) == 1 and "zz" not in page


def test_where_a_key_is_mended_the_rule_s_score_counts_and_the_mark_does_no_harm(place):
    mark(place, e2=1)
    path = place / "solutions" / "keys" / f"{cohort.NOTEBOOK}.toml"
    text = path.read_text(encoding="utf-8")
    hand_in(place, "Mia", {"06-e2": {"codes": {"u2": "ALL-FINE"}}})
    score(place)
    mark(place, e2=1)
    assert grades(place)["06-e2"] == "1"
    path.write_text(text.replace('["GOES-QUIET", "GOES-ALONG"]\nlines', '["GOES-QUIET", "GOES-ALONG", "ALL-FINE"]\nlines')
                    .replace('u2 = ["GOES-QUIET", "GOES-ALONG"]', 'u2 = ["ALL-FINE"]'), encoding="utf-8")  # fmt: skip
    score(place)
    assert grades(place)["06-e2"] == "4" and "06-e2" not in unread(place)[1]
    path.write_text(text, encoding="utf-8")
    score(place)
    assert grades(place)["06-e2"] == "1"


def test_an_answer_that_changed_waits_anew(place):
    mark(place, e1=1, e3=1)
    hand_in(place, "Mia", {"06-e3": {"order": ["ask"]}})
    score(place)
    assert set(unread(place)[1]) == {"06-e2", "06-e3", "06-e4"}


def test_a_play_that_cannot_be_followed_keeps_nobody_s_grade_back(place):
    hand_in(place, "Ben", {"06-e7": {"turn": 1, "scene": "nowhere"}, "06-e6": {"text": 5}})
    score(place)
    with book_of(place) as book:
        (one,) = [one for one in book.hand_ins("b" * 16) if one.counts]
    statuses = {row["item"]: row["status"] for row in one.scores}
    assert statuses["06-e7"] == statuses["06-e6"] == "person"
    assert points_of([one]) == {cohort.NOTEBOOK: [(9, 1), (9, 0)]}  # the written answer alone waits


# Who sees it


def test_a_share_leaves_none_of_them_out_and_a_second_rater_has_none(place):
    assert len(unread(place, share=0.1)[1]) == 4
    with book_of(place) as book:
        keys = keys_of(place)
        for role in ("second", "settled"):
            assert [one for one in Desk(book, keys, "Ben", role).all if one.unread] == []
        assert {one.item.id for one in CalibrationDesk(book, keys, "Ben").all} == {"06-e5"}
        assert list(agreements(book, keys)) == ["06-e5"] and disagreements(book, keys) == []


# In a spreadsheet and in the terminal


def test_a_spreadsheet_has_the_key_beside_it_and_takes_points_to_hundredths(place):
    here, _ = unread(place)
    sheets.write(place / "marking.csv", here)
    with (place / "marking.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    (order,) = [row for row in rows if row[0] == "06-e3"]
    assert order[2] == "Put the steps in order." and "Own it. → place 1" in order[4] and "does not have each step once" in order[5]
    assert order[6].startswith("0 to 1 points. The key of the item:") and "Owning opens the way." in order[6]
    points = rows[0].index("Points")
    for row, typed in zip(rows[1:], ["2.5", "4", "1,25", "9", "0.333", ""], strict=True):
        row[points] = typed
    with (place / "marking.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    taken = sheets.read(place / "marking.csv", here)
    assert (taken.taken, taken.empty) == (2, 1)
    assert taken.bad == [
        (2, "The points are “2.5”. Write a whole number from 0 to 4."),
        (5, "The points are “9”. Write a number from 0 to 4."),
        (6, "The points are “0.333”. Write a number from 0 to 1."),
    ]


def test_they_are_marked_by_keys_with_points_in_between(place):
    done = run(place, "--rater", "Ada", keys="4\n4\n.1.5\nNearly.\n3\nrm.\n0\n\nq")
    assert done.exit_code == 0, done.output
    for words in ("No rule could score this answer. The option “zz” is not among those on offer.", "Option b: She has moved away.",
                  "key: right", "1.5. Saved.", "Has no place in the item", ". for points in between"):  # fmt: skip
        assert words in done.output, words
    assert "Mia" not in done.output and done.output.count("The coder") == 2
    assert grades(place)["06-e1"] == "1.5" and grades(place)["06-e2"] == "3"
