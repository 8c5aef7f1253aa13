"""Who sent a file by its name in a download of Canvas or Moodle, and that nobody is merged with anybody."""

import csv
import zipfile

import pytest

import cohort
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.run import grade
from coursekit.grading.senders import CANVAS, MOODLE, Sender, canonical, sender
from coursekit.pages.feedback import feedback_page

FILE = "06_sample_Mia_9f2c.coursekit"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return cohort.make_course(tmp_path_factory.mktemp("course"))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (f"kernmia_4711_88_{FILE}", (CANVAS, "4711", "kernmia", False, "kernmia_4711_88_feedback.html")),
        (f"class.zip: kernmia_LATE_4711_88_{FILE}", (CANVAS, "4711", "kernmia", True, "kernmia_LATE_4711_88_feedback.html")),
        (f"in/anon_x7Yz2_88_{FILE}", (CANVAS, "anon_x7Yz2", "", False, "anon_x7Yz2_88_feedback.html")),
        (f"anon_x7Yz2_{FILE}", (CANVAS, "anon_x7Yz2", "", False, "anon_x7Yz2_06_feedback.html")),
        ("kernmia_4711_88_work.zip: a.coursekit", (CANVAS, "4711", "kernmia", False, "kernmia_4711_88_feedback.html")),
        (
            f"class.zip: Mia Kern_12_assignsubmission_file/{FILE}",
            (MOODLE, "12", "Mia Kern", False, "Mia Kern_12_assignsubmission_file/feedback.html"),
        ),
        (
            f"in/Zoë O'Neil-Łuk_12_assignsubmission_file_/a/{FILE}",
            (MOODLE, "12", "Zoë O'Neil-Łuk", False, "Zoë O'Neil-Łuk_12_assignsubmission_file_/feedback.html"),
        ),
        (
            "Mia_Kern_12_assignsubmission_file (1)/kern_1_2_a.coursekit",
            (MOODLE, "12", "Mia_Kern", False, "Mia_Kern_12_assignsubmission_file/feedback.html"),
        ),
        (
            f"Mia Kern_12_assignsubmission_file_{FILE}",
            (MOODLE, "12", "Mia Kern", False, "Mia Kern_12_assignsubmission_file_feedback.html"),
        ),
    ],
)
def test_the_sender_is_read_from_the_path(path, found):
    assert sender(path) == Sender(*found)


@pytest.mark.parametrize(
    "path",
    [FILE, "a (1).coursekit", "06_sample_12345_9021_2.coursekit", "mia_2026_11_22.coursekit", "Mia_12_file/a.coursekit", "", "/"],
)
def test_other_paths_name_no_sender(path):
    assert sender(path) is None


def test_a_name_is_the_same_however_it_is_sorted_and_squeezed():
    assert canonical("Mia Kern") == canonical("Kern, Mia") == canonical("kernmia") != canonical("Mia Korn")


# In the gradebook


def a_file(name="Mia", trainee="a" * 16, text="x", **changed):
    acts = [cohort.act("06-e6", {"text": part}) for part in text]
    return cohort.file_of(acts, cohort.header(trainee, name, **changed))


@pytest.fixture
def graded(keys, tmp_path, address):
    """Grades {path in a zip: content}, in this order, and gives the trainees and the outcomes with their reasons."""

    def run(files):
        with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        with Gradebook(address) as book:
            grade([tmp_path / "in.zip"], keys, book, tmp_path / "out", feedback_page)
            people = {one.id: [each.source.split(": ")[1] for each in book.hand_ins(one.id)] for one in book.trainees()}
        return people, [(row["Outcome"], row["Reason"]) for row in rows("files")]

    def rows(name):
        with (tmp_path / "out" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    run.rows = rows
    return run


CANVAS_MIA, CANVAS_BEN = "kernmia_11_1_a.coursekit", "ottoben_22_2_a.coursekit"


def test_two_working_copies_of_one_sender_are_one_trainee(graded):
    people, said = graded({CANVAS_MIA: a_file(), "kernmia_11_3_b.coursekit": a_file(trainee="b" * 16, text="xy")})
    assert list(map(len, people.values())) == [2] and {outcome for outcome, _ in said} == {"graded"}


def test_two_senders_of_one_trainee_id_are_kept_apart_and_listed(graded):
    files = {CANVAS_MIA: a_file(), CANVAS_BEN: a_file(None, text="xy")}
    people, said = graded(files)
    assert list(map(len, people.values())) == [1, 1]
    assert said[1][0] == "for a person" and "came from another sender" in said[1][1]
    assert any("came from another sender" in row["Reason"] for row in graded.rows("needs-a-person"))
    again, said = graded(files)
    assert again == people and "came from another sender" in said[1][1]


def test_a_senders_file_with_the_trainee_id_of_another_is_listed(graded):
    files = {CANVAS_MIA: a_file(), CANVAS_BEN: a_file("Ben", "b" * 16), "ottoben_22_4_a.coursekit": a_file("Ben", text="xyz")}
    people, said = graded(files)
    assert people["b" * 16] == [CANVAS_BEN, "ottoben_22_4_a.coursekit"]
    assert "carries the trainee id of somebody else" in said[2][1]


@pytest.mark.parametrize("order", [1, -1])
def test_a_file_with_the_name_of_another_sender_is_listed_in_whatever_order_they_come(graded, order):
    files = {CANVAS_MIA: a_file("Mia Kern"), CANVAS_BEN: a_file("Mia Kern", "b" * 16, "xy")}
    people, said = graded(dict(list(files.items())[::order]))
    assert list(map(len, people.values())) == [1, 1]
    assert said[0][0] == "graded" and said[1][0] == "for a person" and "name" in said[1][1]


def test_two_senders_of_one_file_are_listed(graded):
    _, said = graded({CANVAS_MIA: a_file(), CANVAS_BEN: a_file()})
    assert said[0][0] == "graded" and "the very same file" in said[1][1]
    listed = [row for row in graded.rows("needs-a-person") if "very same" in row["Reason"]]
    assert CANVAS_BEN in listed[0]["Text"] and CANVAS_MIA in listed[0]["File"]


def test_who_comes_after_the_copy_of_her_file_has_it_and_who_sent_it_beside_his_own_keeps_that_and_his_name(graded):
    theirs = {BEN: a_file("Ben Otto", "b" * 16, ["his own"]), BEN.replace("/a", "/b"): a_file("Mia Kern"), MIA: a_file("Mia Kern")}
    people, _ = graded(theirs)
    assert people == {"b" * 16: [BEN], "a" * 16: [MIA]}
    assert [row["Name"] for row in graded.rows("grades")] == ["Ben Otto", "Mia Kern"]
    assert graded(theirs)[0] == people


def test_of_who_handed_in_nothing_but_a_copy_nothing_is_left_but_the_clash(graded, tmp_path):
    graded({CANVAS_MIA: a_file("Mia Kern", text=["her own"])})
    people, _ = graded({"ottoben_22_9_b.coursekit": a_file("Mia Kern"), "kernmia_11_9_b.coursekit": a_file("Mia Kern")})
    assert people == {"a" * 16: [CANVAS_MIA, "kernmia_11_9_b.coursekit"]}
    assert len(list((tmp_path / "out" / "feedback").iterdir())) == 1


def test_of_who_handed_in_nothing_but_copies_under_two_numbers_nothing_is_left_either(graded):
    hers, his = "Mia Kern_{}_assignsubmission_file/a.coursekit", "Ben Otto_{}_assignsubmission_file/a.coursekit"
    graded({hers.format(11): a_file("Mia Kern")})
    copies = [a_file("Mia Kern", text=[word]) for word in ("one", "two")]
    graded({his.format(22 + n): copy for n, copy in enumerate(copies)})
    people, said = graded({hers.format(11).replace("/a", f"/{n}"): copy for n, copy in enumerate(copies)})
    assert list(people) == ["a" * 16] and len(people["a" * 16]) == 3


def test_what_canvas_calls_late_is_said_to_be_late(graded):
    _, said = graded({"kernmia_LATE_11_1_a.coursekit": a_file(), CANVAS_BEN: a_file("Ben", "b" * 16)})
    assert said == [("graded", "Late, by the file's name from Canvas."), ("graded", "")]


MIA, BEN = "Mia Kern_11_assignsubmission_file/a.coursekit", "Ben Otto_22_assignsubmission_file/a.coursekit"


def test_a_file_of_two_senders_goes_to_the_one_whose_name_is_in_it_whoever_came_first(graded, address):
    files = {BEN: a_file("Mia Kern"), MIA: a_file("Mia Kern")}
    people, said = graded(files)
    assert people == {"a" * 16: [MIA]} and said[0][0] == "graded" and "the very same file" in said[1][1]
    listed = [row for row in graded.rows("needs-a-person") if "very same" in row["Reason"]]
    assert BEN in listed[0]["Text"] and MIA in listed[0]["File"] and len(listed) == 1
    with Gradebook(address) as book:
        assert book.names_back() == {"a" * 16: ["Mia Kern_11_assignsubmission_file/feedback.html"]}
    assert graded(files)[0] == people and len(graded.rows("needs-a-person")) == 1


def test_a_copied_file_leaves_him_what_he_did_himself_and_his_name(graded, tmp_path):
    mine, his = "kernmia_11_9_b.coursekit", "ottoben_22_9_b.coursekit"
    graded({CANVAS_BEN: a_file("Ben Otto", "b" * 16, ["his own"]), CANVAS_MIA: a_file("Mia Kern", text=["her own"])})
    people, said = graded({his: a_file("Mia Kern", text=["her new"]), mine: a_file("Mia Kern", text=["her new"])})
    assert people == {"b" * 16: [CANVAS_BEN], "a" * 16: [CANVAS_MIA, mine]}
    assert [row["Name"] for row in graded.rows("grades")] == ["Ben Otto", "Mia Kern"]
    (page,) = (tmp_path / "out" / "feedback").glob("*" + "b" * 16 + ".html")
    assert "his own" in page.read_text() and "her new" not in page.read_text()


def test_a_copy_with_a_number_is_the_same_file(graded):
    people, said = graded({CANVAS_MIA: a_file(), "kernmia_11_1_a (1).coursekit": a_file()})
    assert list(map(len, people.values())) == [1] and said[1] == ("graded", "The gradebook had this file already.")


def test_a_person_with_another_number_in_each_assignment_of_moodle_is_one_trainee(graded):
    other = a_file(notebook="07_other")
    people, _ = graded({
        "Mia Kern_11_assignsubmission_file/a.coursekit": a_file(),
        "Mia Kern_35_assignsubmission_file/b.coursekit": other,
    })  # fmt: skip
    assert list(map(len, people.values())) == [2]


def test_a_number_that_belonged_to_another_name_merges_nobody(graded):
    people, said = graded({"mia_2026_11_x.coursekit": a_file(), "ben_2026_11_x.coursekit": a_file("Ben", "b" * 16)})
    assert list(map(len, people.values())) == [1, 1] and "belonged to another name" in said[1][1]


def test_a_file_whose_first_line_is_torn_goes_to_its_sender(graded):
    people, _ = graded({CANVAS_MIA: a_file(), "kernmia_11_3_b.coursekit": a_file(text="xy").split(b"\n", 1)[1]})
    assert list(people) == ["a" * 16] and len(people["a" * 16]) == 2


def test_a_file_that_came_without_a_sender_is_known_when_the_sender_comes(graded):
    graded({"a.coursekit": a_file()})
    people, _ = graded({CANVAS_MIA: a_file(), "kernmia_11_3_b.coursekit": a_file(trainee="b" * 16, text="xy")})
    assert list(people) == ["a" * 16] and len(people["a" * 16]) == 2


# Which hand-in counts


@pytest.mark.parametrize(("rule", "counts"), [("latest", "three"), ("first", "one"), ("most", "three"), (None, "three")])
def test_the_instructor_says_which_of_several_hand_ins_counts(keys, tmp_path, address, rule, counts):
    texts = {"one": "x", "three": "xyz", "two": "xy"}
    for name, text in texts.items():
        (tmp_path / f"{name}.coursekit").write_bytes(a_file(text=text))
    with Gradebook(address) as book:
        grade(sorted(tmp_path.glob("*.coursekit")), keys, book, tmp_path / "out")
        if rule:
            book.set("counts", rule)
    with Gradebook(address) as book:
        assert [one.source for one in book.hand_ins("a" * 16) if one.counts] == [f"{tmp_path}/{counts}.coursekit"]
        assert len(book.hand_ins("a" * 16)) == 3
