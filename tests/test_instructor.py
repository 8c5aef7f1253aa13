"""The instructor's notebook without a browser: what its panel asks for, what comes back, what is refused and how."""

import csv
import json
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from nbformat import v4
from nbformat.sign import NotebookNotary
from typer.testing import CliRunner

import cohort
from coursekit import content, start
from coursekit.cli import app
from coursekit.exercises.notebooks import opens_panel, read_notebook, source
from coursekit.grading import xlsx
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.marks import Marks
from coursekit.grading.schema import meta
from coursekit.grading.senders import sender
from coursekit.pages.instructor import folders
from coursekit.pages.instructor.widget import REQUESTS, InstructorPanel, answer, instructor
from coursekit.pages.instructor.workplace import Workplace

TEXTS = ["I lost you.", "I am sorry you feel that.", "Let us go on.", "I talked too much."]
NOTHING = {"notebook": "", "canvas": "", "assignment": "", "moodle": "", "moodle_grade": "", "waiting": "wait"}
CANVAS = "Student,ID,Section,After the clock (72)\n    Points Possible,,,13\n" + "".join(
    f'"{n}, Name",{4700 + n},A,\n' for n in range(5)
)
MOODLE = "Identifier,Full name,Grade,Maximum Grade\n" + "".join(f"Participant {100 + n},Name {n},,13.00\n" for n in range(5))


def here():
    """The workplace of the folders beside this one, as the notebook has it."""
    return Workplace(Path("."), Path("../hand-ins"), Path("../graded"))


def lay_out(folder):
    cohort.make_course(folder)
    (folder / "solutions" / "rubrics" / "owning.md").write_text(cohort.RUBRIC, encoding="utf-8")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """The workplace of a made-up course, into which nothing came yet."""
    lay_out(tmp_path)
    monkeypatch.chdir(tmp_path / "solutions")
    return here()


@pytest.fixture(scope="module")
def a_class(tmp_path_factory):
    """The folders of a class of four that was scored once."""
    folder = tmp_path_factory.mktemp("class")
    lay_out(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder / "solutions")
        come_in_and_score(here())
    return folder


@pytest.fixture
def scored(a_class, tmp_path, monkeypatch):
    """The workplace of a class of four, scored: a copy of its folders."""
    shutil.copytree(a_class, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path / "solutions")
    return here()


def come_in_and_score(work, texts=TEXTS):
    for n, text in enumerate(texts):
        send(work, f"Name {n}_{100 + n}_assignsubmission_file_a.coursekit", hand_in(n, text))
    work.score("latest", silent)
    return work


def hand_in(n, text, **changed):
    """The answers file of the trainee Name n: one right answer, and one to be marked."""
    acts = [
        cohort.act("06-e1", {"option": "b", "reason": "r1"}),
        cohort.act("06-e5", {"text": text, "codes": ["OWN"]}),
        cohort.act("hand-in", None),
    ]
    return cohort.file_of(acts, cohort.header(f"{n:016x}", f"Name {n}", **changed))


def send(work, name, data, purpose="hand-ins"):
    return work.put(name, 0, True, purpose, data)


def silent(*_):
    pass


def sit(work, rater="Ada", role="first", share=1.0, item="", proposals_first=False):
    return work.sit_down(rater, role, share, item, proposals_first)


def mark_all(work, points, rater="Ada", role="first", share=1.0):
    """Sit down and mark what there is; return how many answers it were. `points` is a number, or makes one of an answer."""
    told, marked = sit(work, rater, role, share), 0
    while one := told["answer"]:
        given = work.mark(one["id"], points(one) if callable(points) else points)
        told, marked = work.say(given["mark"], ""), marked + 1
    return marked


def marks(work):
    with Gradebook(work.graded / "gradebook.sqlite") as book:
        return Marks(book).standing()


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def refusal(work, what, **given):
    """What is said where a request is refused."""
    told, data = answer(work, what, given, silent)
    assert list(told) == ["refused"] and data == b""
    return told["refused"]


# What came in


def test_a_file_comes_in_pieces_and_is_there_with_the_last(work):
    assert work.put("a.zip", 0, False, "hand-ins", b"one ")["path"] == ""
    assert work.look()["cameIn"] == []
    assert work.put("a.zip", 4, True, "hand-ins", b"two")["name"] == "a.zip"
    assert (work.hand_ins / "a.zip").read_bytes() == b"one two"
    assert work.look()["cameIn"] == [{"name": "a.zip", "size": 7, "isNew": True}]


def test_where_a_piece_is_lost_the_file_is_asked_for_again_and_begins_anew(work):
    work.put("a.zip", 0, False, "hand-ins", b"one ")
    assert "Choose the file once more" in refusal(work, "put", name="a.zip", at=8, last=True, purpose="hand-ins", data=b"x")
    work.put("a.zip", 0, False, "hand-ins", b"ONE ")
    work.put("a.zip", 4, True, "hand-ins", b"two")
    assert [path.read_bytes() for path in work.hand_ins.iterdir()] == [b"ONE two"]


def test_what_began_to_come_in_and_never_ended_is_not_scored(work):
    work.put("a.coursekit", 0, False, "hand-ins", hand_in(1, "Half of it."))
    assert "nothing to score" in refusal(work, "score", counts="latest")
    send(work, "b.coursekit", hand_in(2, "All of it."))
    assert work.score("latest", silent)["files"] == 1


def test_the_same_file_twice_is_one_and_another_of_the_same_name_lies_beside_it(work):
    for data in (b"one", b"one", b"two", b"two"):
        send(work, "a.zip", data)
    assert {path.name: path.read_bytes() for path in work.hand_ins.iterdir()} == {"a.zip": b"one", "a (1).zip": b"two"}


@pytest.mark.parametrize(("given", "kept"), [
    ("../../a.zip", "a.zip"), ("/etc/passwd", "passwd"), ("C:\\Users\\Mia\\a.zip", "a.zip"), ("..", "file"), ("", "file"),
    ("a: b?.zip", "a- b-.zip"), (".bashrc", "bashrc"), ("a.b.c.coursekit", "a.b.c.coursekit"), ("a\0\n.zip", "a-.zip"),
])  # fmt: skip
def test_a_name_is_a_name_and_no_path(work, given, kept):
    assert send(work, given, b"x")["name"] == kept
    assert [path.name for path in work.hand_ins.iterdir()] == [kept]


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(exclude_categories=[]), max_size=400))
@example(name="\ud800")
@example(name="長" * 200 + "." + "長" * 30)
def test_whatever_a_file_is_called_it_lies_in_the_folder_and_can_be_removed(tmp_path, name):
    folder = tmp_path / "in"
    put = folders.put(folder, name, 0, b"x", True)
    assert put.parent == folder and [*folder.iterdir()] == folders.listed(folder) == [put]
    folders.remove(folder, put.name)
    assert folders.listed(folder) == []


@pytest.mark.parametrize("name", [
    "kernmia_4711_88_answers.coursekit", "kernmia_LATE_4711_88_a-1.coursekit", "anon_x7Yz2_88_a.coursekit",
    "Zoë Lind_12_assignsubmission_file_a.coursekit", f"kernmia_4711_88_{'long' * 60}.coursekit",
])  # fmt: skip
def test_who_sent_a_file_can_still_be_read_in_its_name(work, name):
    kept = sender(send(work, name, b"x")["path"])
    assert (kept.system, kept.id, kept.name, kept.back) == ((was := sender(name)).system, was.id, was.name, was.back)


def test_what_came_in_is_removed_a_folder_with_all_in_it_and_a_link_alone(work, tmp_path):
    (work.hand_ins / "week 5").mkdir(parents=True)
    (work.hand_ins / "week 5" / "a.coursekit").write_bytes(b"x")
    (tmp_path / "elsewhere").mkdir()
    (work.hand_ins / "link").symlink_to(tmp_path / "elsewhere")
    assert [one["name"] for one in work.remove("week 5")["cameIn"]] == ["link"]
    assert work.remove("link")["cameIn"] == [] and (tmp_path / "elsewhere").is_dir()
    for name in ("link", "../solutions", "/", ""):
        assert "is not there" in refusal(work, "remove", name=name)
    assert work.solutions.is_dir()


def test_what_was_put_into_the_folder_by_hand_is_new_until_it_is_scored_however_old_it_is(scored):
    old = scored.hand_ins / "week 5"
    old.mkdir()
    (old / "late.coursekit").write_bytes(hand_in(7, "Late."))
    for path in (old / "late.coursekit", old):
        os.utime(path, (0, 0))
    assert [one["name"] for one in scored.look()["cameIn"] if one["isNew"]] == ["week 5"]
    scored.score("latest", silent)
    assert not any(one["isNew"] for one in scored.look()["cameIn"])


def test_the_folder_is_shown_as_it_is_found_in_a_file_browser(work, tmp_path):
    assert work.look()["folder"] == "the folder hand-ins, beside solutions"
    assert Workplace(Path("."), tmp_path / "a" / "in", tmp_path / "out").look()["folder"] == f"the folder {tmp_path / 'a' / 'in'}"


# What was scored


def test_every_file_is_accounted_for_and_what_was_refused_says_why(work):
    with zipfile.ZipFile(work.hand_ins.parent / "class.zip", "w") as packed:
        packed.writestr("Mia Kern_101_assignsubmission_file/a.coursekit", hand_in(1, "I lost you."))
        packed.writestr("Ben Otto_102_assignsubmission_file/06_sample.ipynb", "{}")
        packed.writestr("Ana Ruiz_103_assignsubmission_file/a.coursekit", hand_in(3, "Torn.")[:-30])
        packed.writestr("__MACOSX/._a", "x")
    send(work, "class.zip", (work.hand_ins.parent / "class.zip").read_bytes())
    heard = []
    told = work.score("latest", lambda *said: heard.append(said))
    assert told["files"] == 4 and told["outcomes"] == {"graded": 1, "refused": 1, "for a person": 1, "passed over": 1}
    assert [one["file"] for one in told["refused"]] == ["class.zip: Ben Otto_102_assignsubmission_file/06_sample.ipynb"]
    assert "notebook, which holds no answers" in told["refused"][0]["reason"]
    assert len(told["all"]) == 4 and heard[-1][1] == heard[-1][2]
    assert work.look()["scored"] == {"people": 2, "handIns": 2, "several": 0}


def test_what_needs_a_person_is_told_without_names_and_without_what_waits_for_a_mark(work):
    acts = [cohort.act("06-e1", {"option": "z"}), cohort.act("06-e5", {"text": "I lost you."}), cohort.act("hand-in", None)]
    for name in ("Mia Kern", "Ben Otto"):  # under the same trainee id, which is a clash
        send(work, f"{name}.coursekit", cohort.file_of(acts, cohort.header("0" * 16, name)))
    told = work.score("latest", silent)
    assert [one["item"] for one in told["needs"]].count("06-e1") == 2 and "06-e5" not in str(told["needs"])
    assert any("kept apart" in one["reason"] for one in told["needs"])
    for one in told["needs"]:  # a file is called as it came, as it is in the list of all files
        assert one.pop("file") in ("Mia Kern.coursekit", "Ben Otto.coursekit")
    assert "Mia" not in str(told["needs"]) and "Ben" not in str(told["needs"])


def test_what_is_new_since_the_last_scoring_is_said_and_comes_first_in_a_zip_of_another_name_too(work, tmp_path):
    def week(number, **files):
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as packed:
            for name, data in files.items():
                packed.writestr(f"{name}_assignsubmission_file/a.coursekit", data)
        send(work, f"week {number}.zip", (tmp_path / "z.zip").read_bytes())
        told = work.score("latest", silent)
        return [[one["file"].split("_")[0] for one in told[what] if one["isNew"] == new] for new in (True, False) for what in (
            "refused", "needs")]  # fmt: skip

    torn = hand_in(1, "Torn.")[:-30]
    assert week(1, Ben_1=b"x", Mia_2=torn) == [["week 1.zip: Ben"], ["week 1.zip: Mia"], [], []]
    work.remove("week 1.zip")
    later = week(2, Ben_1=b"x", Ana_3=b"y", Mia_2=torn, Zoe_4=hand_in(4, "Torn, too.")[:-30])
    assert later == [["week 2.zip: Ana"], ["week 2.zip: Zoe"], ["week 2.zip: Ben"], ["week 1.zip: Mia"]]
    work.score("latest", silent)
    assert not any(one["isNew"] for one in here().scored()["all"])


def test_scoring_again_doubles_nothing_and_a_corrected_key_is_read(scored):
    assert scored.score("latest", silent)["known"] == 4
    path = scored.solutions / "keys" / "06_sample.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('option = "b"', 'option = "a"', 1), encoding="utf-8")
    told = scored.score("latest", silent)
    assert told["known"] == 4 and told["rescored"] == ["06-e1, 4 trainees (4 with fewer)"]
    assert scored.look()["scored"] == {"people": 4, "handIns": 4, "several": 0}


def test_which_hand_in_counts_is_kept(work):
    send(work, "a.coursekit", hand_in(1, "The first."))
    send(work, "b.coursekit", cohort.file_of([cohort.act("06-e5", {"text": "Once more."})] * 4, cohort.header("1".zfill(16))))
    work.score("first", silent)
    assert work.look()["counts"] == "first" and sit(work)["answer"]["text"] == "The first."


def test_a_whole_list_is_in_the_table_and_only_its_beginning_on_the_page(work, monkeypatch):
    monkeypatch.setattr("coursekit.pages.instructor.workplace.MOST_ROWS", 2)
    for n in range(5):
        send(work, f"{n}.docx", b"x")
    send(work, "a.coursekit", hand_in(1, "I lost you."))
    told = work.score("latest", silent)
    assert (len(told["all"]), told["allMore"], len(told["refused"])) == (2, 4, 2)
    assert len(rows(work.graded / "files.csv")) == 6


def test_what_was_marked_waits_no_longer(scored):
    before = scored.look()
    assert (before["left"], before["minutes"], before["unfinished"]) == (4, 3, 4) and before["items"][0]["left"] == 4
    mark_all(scored, 2)
    after = scored.look()
    assert (after["left"], after["minutes"], after["unfinished"]) == (0, 0, 0) and after["items"][0]["answers"] == 4


# Marking


def test_an_answer_is_told_with_all_that_a_rater_sees_and_nobody_s_name(scored):
    told = sit(scored)
    one = told["answer"]
    assert one["called"] == "Answer 1" and one["text"] in TEXTS and one["line"] == "It doesn't matter." and one["top"] == 4
    assert [level["points"] for level in one["levels"]] == [4, 2, 0] and one["levels"][0]["examples"][0] == "I lost you there."
    assert [model["kind"] for model in one["models"]] == ["A model reply", "A reply that tempts"]
    assert (told["left"], told["all"], told["minutes"]) == (4, 4, 3) and told["proposal"] == ""
    assert "Name" not in json.dumps(told)


def strange(work):
    """Score what one more trainee handed in: an order that no rule can read. Return what became of everything."""
    acts = [cohort.act("06-e3", {"order": ["own", "Name"]}), cohort.act("hand-in", None)]
    send(work, "strange.coursekit", cohort.file_of(acts, cohort.header("c" * 16, "Name 9")))
    return work.score("latest", silent)


def test_an_answer_that_no_rule_can_read_is_told_beside_the_key_after_the_written_ones(scored):
    strange(scored)
    assert mark_all(scored, 1, share=0.25) == 2  # of four written answers one, and this
    told = scored.undo()
    one = told["answer"]
    assert (one["item"], one["called"], one["top"], one["levels"], one["models"]) == ("06-e3", "Answer 1", 1, [], [])
    assert one["scene"] == "Put the steps in order." and "does not have each step once" in one["note"]
    own = {"asked": "Own it.", "given": "place 1", "wanted": "place 2", "why": "Owning opens the way."}
    assert own in one["unread"]["pieces"] and one["unread"]["rest"] == '{"order": ["Name"]}'
    assert scored.mark(one["id"], 0.75)["proposal"] == "" and "Name 9" not in json.dumps(told)


def test_what_no_rule_can_read_is_listed_as_to_be_marked_until_it_is(scored):
    assert [(one["item"], one["toMark"]) for one in strange(scored)["needs"]] == [("06-e3", True)]
    assert (scored.look()["left"], scored.look()["unread"]) == (5, 1)
    scored.mark(sit(scored, item="06-e3")["answer"]["id"], 1)
    assert scored.scored()["needs"] == [] and (scored.look()["left"], scored.look()["unread"]) == (4, 0)


def test_what_no_rule_can_read_is_listed_as_it_reads_at_the_desk_and_what_is_no_item_as_it_came(scored):
    acts = [cohort.act("06-e3", {"order": ["own", "Name"]}), cohort.act("99-e9", {"order": [1]}), cohort.act("hand-in", None)]
    send(scored, "strange.coursekit", cohort.file_of(acts, cohort.header("c" * 16, "Name 9")))
    told = {one["item"]: one["text"] for one in scored.score("latest", silent)["needs"]}
    assert told == {
        "06-e3": 'Own it. → place 1\nHas no place in the item: {"order": ["Name"]}', "99-e9": '{"order": [1]}',
    }  # fmt: skip


def test_a_mark_is_kept_at_once_and_only_then_the_proposal_is_told(scored):
    one = sit(scored, " Ada   Marsh ")["answer"]
    told = scored.mark(one["id"], 2)
    (mark,) = marks(scored)
    assert (mark.rater, mark.role, mark.points, mark.place.id) == ("Ada Marsh", "first", 2, one["id"])
    assert told["level"] == "heard, but nobody did it" and told["left"] == 3 and told["proposal"].startswith("The program")
    assert "The trainee called it: " in told["proposal"]


def test_who_wants_it_has_the_proposal_before_the_mark(scored):
    told = sit(scored, proposals_first=True)
    assert told["proposal"].startswith("The program") and scored.mark(told["answer"]["id"], 0)["proposal"] == ""


def test_a_mark_of_another_scale_is_refused(scored):
    one = sit(scored)["answer"]
    for points in (5, -1, 1.234):
        assert "is not between 0 and 4" in refusal(scored, "mark", answer=one["id"], points=points)
    assert marks(scored) == []


def test_comments_are_kept_and_come_back_from_the_bank_with_their_number(scored):
    told = sit(scored)
    for comment in ("Shorter.", " Leave room. ", "Shorter."):
        told = scored.say(scored.mark(told["answer"]["id"], 2)["mark"], comment)
    assert [mark.comment for mark in marks(scored)] == ["Shorter.", "Leave room.", "Shorter."]
    assert scored.mark(told["answer"]["id"], 2)["bank"] == ["Shorter.", "Leave room."]


def test_a_comment_is_taken_out_of_the_bank_and_stays_where_it_was_given(scored):
    told = sit(scored)
    for comment in ("Shorter.", "Leave room."):
        told = scored.say(scored.mark(told["answer"]["id"], 2)["mark"], comment)
    assert scored.unbank(told["answer"]["id"], "Shorter.") == {"bank": ["Leave room."]}
    assert [mark.comment for mark in marks(scored)] == ["Shorter.", "Leave room."]


def test_a_comment_that_was_kept_can_be_taken_out_again(scored):
    mark = scored.mark(sit(scored)["answer"]["id"], 2)["mark"]
    scored.say(mark, "No, that is too hard.")
    scored.say(mark, None)
    assert marks(scored)[0].comment == "No, that is too hard."
    scored.say(mark, "")
    assert marks(scored)[0].comment == ""


def test_a_comment_half_typed_is_kept_and_joins_the_bank_when_it_is_finished(scored):
    told = sit(scored)
    number = scored.mark(told["answer"]["id"], 2)["mark"]
    for typed in ("Sho", "Shorter. "):
        scored.draft(number, typed)
    assert marks(scored)[0].comment == "Shorter." and scored.undo()["comment"] == "Shorter."
    after = scored.mark(told["answer"]["id"], 4)
    assert (after["comment"], after["bank"]) == ("Shorter.", []) and marks(scored)[0].comment == "Shorter."
    told = scored.say(after["mark"], "Shorter, please.")
    assert told["comment"] == "" and scored.mark(told["answer"]["id"], 2)["bank"] == ["Shorter, please."]


def test_what_was_said_with_a_mark_that_was_taken_back_is_told_to_who_said_it_and_to_nobody_else(scored):
    told = sit(scored)
    scored.draft(scored.mark(told["answer"]["id"], 2)["mark"], "Too hard.")
    scored.undo()
    assert (sit(here())["comment"], sit(here(), "Ben")["comment"], sit(here(), role="second")["comment"]) == ("Too hard.", "", "")


def test_what_was_skipped_is_passed_over_and_waits(scored):
    seen = []
    told = sit(scored)
    while one := told["answer"]:
        seen.append(one["called"])
        told = scored.skip(one["id"])
    assert seen == ["Answer 1", "Answer 2", "Answer 3", "Answer 4"] and told["skipped"] == 4
    assert sit(scored)["answer"]["called"] == "Answer 1"


def test_undo_takes_the_last_mark_back_and_shows_its_answer(scored):
    first = sit(scored)["answer"]
    after = scored.say(scored.mark(first["id"], 4)["mark"], "")
    assert after["answer"]["id"] != first["id"]
    back = scored.undo()
    assert back["answer"]["id"] == first["id"] and back["left"] == 4 and marks(scored) == []
    assert "no mark of yours" in refusal(scored, "undo")


def test_marks_stay_when_the_notebook_is_opened_anew(scored):
    mark_all(scored, 2, share=0.5)
    again = here()
    assert again.look()["left"] == 2 and sit(again)["left"] == 2
    assert "Begin to mark first" in refusal(here(), "undo")


def test_a_changed_rubric_opens_what_was_marked_and_says_what_it_got(scored):
    mark_all(scored, 2)
    (scored.solutions / "rubrics" / "owning.md").write_text(cohort.RUBRIC + "\nMore.\n", encoding="utf-8")
    assert scored.look()["left"] == 4 and sit(scored)["older"] == "Marked 2 against an older text of the rubric."


def test_calibration_shows_no_example_no_model_no_proposal_and_no_comment_and_compares_at_the_end(scored):
    told, seen = sit(scored, role="calibration", proposals_first=True), []
    while one := told["answer"]:
        seen.append(one["text"])
        assert one["models"] == [] and not any(level["examples"] for level in one["levels"]) and told["proposal"] == ""
        assert "> " not in one["rubric"] and "*I* with a verb, and *room*." in one["rubric"]
        after = scored.mark(one["id"], 2)
        assert after["proposal"] == "" and after["bank"] == []
        told = scored.say(after["mark"], None)
    assert sorted(seen) == ["Good. Next.", "I lost you there.", "I went on too long.", "It got lost."]
    assert [one["n"] for one in told["agreements"]] == [4] and told["agreements"][0]["alike"] == 25
    assert sorted(one["reference"] for one in told["compared"]) == [0, 4, 4]
    assert scored.look()["left"] == 4


def test_a_second_rater_marks_a_share_and_sees_no_first_mark(scored):
    mark_all(scored, 4)
    told = sit(scored, "Ben", "second", 0.5)
    assert (told["left"], told["all"], told["both"], told["older"]) == (2, 2, [], "")
    assert mark_all(scored, 4, "Ben", "second", 0.5) == 2
    assert sit(scored, "Ada", "second")["answer"] is None


def test_who_would_second_the_own_marks_is_told_why_nothing_waits(scored):
    mark_all(scored, 4)
    told = sit(scored, "Ada", "second", 0.5)
    assert told["answer"] is None and not told["canUndo"]
    assert told["why"].startswith("2 answers have their first mark from Ada, and nobody gives both marks. Ask a colleague")
    assert scored.sheet_out("Ada", "second", 0.25, "")["why"].startswith("1 answer has its first mark from Ada")
    assert sit(scored)["why"] == "" and sit(scored)["canUndo"]


def test_of_each_question_it_is_told_how_many_answers_wait_and_how_many_have_a_reference_mark(scored):
    strange(scored)
    found = {one["id"]: (one["left"], one["written"], one["references"]) for one in scored.look()["items"]}
    assert found == {"06-e5": (4, True, 4), "06-e3": (1, False, 0)}
    (scored.solutions / "calibration").mkdir()
    (scored.solutions / "calibration" / "owning.csv").write_text("Answer,Mark,Why\nI lost you.,nine,\n")
    assert scored.look()["items"][0]["references"] == 0 and "Write an answer, a mark" in refusal(
        scored, "sit_down", rater="Ruth", role="calibration", share=1, item="", proposals_first=False
    )


def test_where_two_raters_differ_it_is_listed_and_settled(scored):
    mark_all(scored, 4)
    mark_all(scored, lambda one: 0 if one["called"] == "Answer 2" else 4, "Ben", "second")
    told = scored.differences()
    (row,) = told["rows"]
    assert [(one["rater"], one["points"]) for one in row["both"]] == [("Ada", 4), ("Ben", 0)] and row["called"] == "Answer 2"
    assert told["agreements"][0]["title"] == "Your words" and told["agreements"][0]["alike"] == 75
    assert scored.look()["differ"] == 1
    assert [one["rater"] for one in sit(scored, "Ada and Ben", "settled")["both"]] == ["Ada", "Ben"]
    assert mark_all(scored, 2, "Ada and Ben", "settled") == 1
    assert scored.look()["differ"] == 0 and scored.differences()["rows"] == []


def test_the_figures_are_plain_numbers_that_a_page_can_take(scored):
    mark_all(scored, 4)
    mark_all(scored, lambda one: int(one["called"][-1]) % 3, "Ben", "second")
    assert json.loads(json.dumps(scored.differences(), allow_nan=False))["agreements"][0]["n"] == 4


def test_a_spreadsheet_goes_out_and_its_marks_come_back(scored):
    told = scored.sheet_out("Ada Marsh", "first", 1.0, "")
    assert told == {"answers": 4, "name": "marking-Ada-Marsh.xlsx", "why": ""}
    data = scored.fetch(told["name"], 0)[1]
    assert data[:2] == b"PK" and b"Name 0" not in data
    filled = [[one["id"], "3", "Good."] for one in answers_of(scored)] + [["nobody", "3", ""]]
    back = scored.graded.parent / "back.csv"
    with back.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["Answer id", "Points", "Comment", "Rubric version"], *(row + [""] for row in filled)])
    path = send(scored, "back.csv", back.read_bytes(), "marks")["path"]
    told = scored.sheet_in("Ada Marsh", "first", path)
    assert (told["taken"], told["same"], told["empty"]) == (4, 0, 0) and told["bad"][0]["row"] == 6
    assert {(mark.rater, mark.points, mark.comment) for mark in marks(scored)} == {("Ada Marsh", 3, "Good.")}
    assert scored.sheet_in("Ada Marsh", "first", path)["same"] == 4


def test_a_colleague_s_spreadsheet_comes_back_as_the_colleague_s_whoever_brings_it(scored):
    scored.sheet_out("Ben", "second", 1.0, "")
    path = scored.graded / "marking-Ben.xlsx"
    rows = list(xlsx.read(path.read_bytes()))
    for row in rows[1:]:
        row[rows[0].index("Points")] = "2"
    xlsx.write(path, rows)
    assert scored.sheet_in("Ada Marsh", "first", str(path)) | {"bad": []} == {
        "taken": 4, "same": 0, "empty": 0, "bad": [], "rater": "Ben",
    }  # fmt: skip
    assert {(mark.rater, mark.role) for mark in marks(scored)} == {("Ben", "second")}


def answers_of(work):
    """All answers, as they are shown one after another."""
    told = sit(work, "somebody else")
    while told["answer"]:
        yield told["answer"]
        told = work.skip(told["answer"]["id"])


def test_a_rater_with_a_stroke_in_the_name_has_a_spreadsheet_too(scored):
    name = scored.sheet_out("Ada Marsh/Ben: Okri", "first", 1.0, "")["name"]
    assert (scored.graded / name).is_file() and "/" not in name


# The class, and what goes back


def test_the_report_is_written_with_the_marks_and_names_nobody(scored):
    mark_all(scored, 4)
    assert scored.report() == {"file": "report.html", "people": 4}
    assert "Name 0" not in (scored.graded / "report.html").read_text(encoding="utf-8")


def test_all_that_goes_back_is_made_by_names_and_with_the_marks(scored):
    mark_all(scored, 4)
    told = scored.take_away(**NOTHING)
    assert [one["name"] for one in told["files"]] == [
        "feedback.zip", "import.csv", "needs-a-person.csv", "grades.csv", "marks.csv", "files.csv", "gradebook.sqlite"
    ]  # fmt: skip
    assert list(dict.fromkeys(one["group"] for one in told["files"])) == [
        "For your learning-management system", "For you", "For your records"
    ]  # fmt: skip
    assert all(one["size"] == (scored.graded / one["name"]).stat().st_size for one in told["files"])
    assert [one["name"] for one in told["people"]] == ["Name 0", "Name 1", "Name 2", "Name 3"] and told["said"] == []
    page = scored.fetch(told["people"][0]["page"], 0)[1].decode()
    assert "Name 0" in page and "4 of 4" in page
    with zipfile.ZipFile(scored.graded / "feedback.zip") as packed:
        assert "Name 0_100_assignsubmission_file_feedback.html" in packed.namelist()


def test_a_worksheet_of_moodle_is_filled_in_a_copy(scored):
    mark_all(scored, 4)
    path = send(scored, "Grades-Course.csv", MOODLE.encode(), "moodle")["path"]
    told = scored.take_away(**NOTHING | {"moodle": path})
    assert [one["name"] for one in told["files"]][:2] == ["feedback.zip", "moodle.csv"]
    assert told["said"][0] == "moodle.csv: 4 rows have points now, and 1 has none from here."
    assert Path(path).read_text(encoding="utf-8") == MOODLE
    filled = (scored.graded / "moodle.csv").read_text(encoding="utf-8").splitlines()
    assert filled[1:] == [f"Participant 10{n},Name {n},6.00,13.00" for n in range(4)] + ["Participant 104,Name 4,,13.00"]


def test_a_gradebook_file_of_canvas_needs_its_column_and_is_filled_in_a_copy(scored):
    path = send(scored, "grades.csv", CANVAS.encode(), "canvas")["path"]
    assert "which column of Canvas" in refusal(scored, "take_away", **NOTHING | {"canvas": path, "assignment": " "})
    told = scored.take_away(**NOTHING | {"canvas": path, "assignment": "After the clock"})
    assert '"0, Name",4700,A,\n' in (scored.graded / "canvas.csv").read_text(encoding="utf-8")
    wait = "because answers still wait for a person (4): Name 0, Name 1, Name 2, Name 3."
    assert f"4 trainees have no grade yet, {wait}" in told["said"]
    told = scored.take_away(**NOTHING | {"canvas": path, "assignment": "After the clock", "waiting": "so-far"})
    assert '"0, Name",4700,A,2\n' in (scored.graded / "canvas.csv").read_text(encoding="utf-8")
    assert f"4 trainees have only the points so far, {wait}" in told["said"] and here().look()["unmarked"] == "so-far"


def test_where_only_a_sample_is_marked_grades_go_back_without_the_written_answers(scored):
    mark_all(scored, 4, share=0.5)
    path = send(scored, "sheet.csv", MOODLE.encode(), "moodle")["path"]
    told = scored.take_away(**NOTHING | {"moodle": path, "waiting": "leave-out"})
    filled = (scored.graded / "moodle.csv").read_text(encoding="utf-8").splitlines()
    assert {line.split(",", 2)[2] for line in filled[1:5]} == {"2.89,13.00"}  # 2 of 9, for the marked and the unmarked
    assert "Moodle's highest grade is 13, here it is 9: points were scaled to Moodle's." in told["said"]
    assert "Nothing is known of" in refusal(scored, "take_away", **NOTHING | {"waiting": "x"})


def test_the_assignments_of_a_canvas_file_are_told_to_choose_from(scored):
    path = send(scored, "grades.csv", CANVAS.encode(), "canvas")["path"]
    assert scored.canvas_columns(path) == {"columns": ["After the clock (72)"]}
    other = send(scored, "sheet.csv", MOODLE.encode(), "canvas")["path"]
    assert "not the file that is meant" in refusal(scored, "canvas_columns", path=other)


def test_how_many_handed_in_one_exercise_more_than_once_is_told(scored):
    send(scored, "Name 0_100_assignsubmission_file_b.coursekit", hand_in(0, "I lost you, I think."))
    scored.score("latest", silent)
    assert scored.look()["scored"] == {"people": 4, "handIns": 5, "several": 1}


def test_of_several_exercises_one_is_chosen_before_anything_goes_back(scored):
    cohort.add_another_exercise(Path(".."))
    acts = [cohort.act("07-e1", {"option": "b", "reason": "r1"})]
    stray = cohort.file_of(acts, cohort.header("9" * 16, "Otto", notebook=cohort.OTHER))
    send(scored, "Otto_900_assignsubmission_file_a.coursekit", stray)
    scored.score("latest", silent)
    exercises = [(one["name"], one["people"]) for one in here().look()["exercises"]]
    assert exercises == [("06_sample", 4), (cohort.OTHER, 1)]
    assert "Choose whose points go back" in refusal(scored, "take_away", **NOTHING)
    path = send(scored, "sheet.csv", MOODLE.encode(), "moodle")["path"]
    scored.take_away(**NOTHING | {"notebook": "06_sample", "moodle": path, "waiting": "so-far"})
    assert "Participant 100,Name 0,2.00,13.00" in (scored.graded / "moodle.csv").read_text(encoding="utf-8")


def test_a_copy_made_before_the_latest_marks_is_not_left_lying(scored):
    canvas = send(scored, "grades.csv", CANVAS.encode(), "canvas")["path"]
    moodle = send(scored, "sheet.csv", MOODLE.encode(), "moodle")["path"]
    scored.take_away(**NOTHING | {"canvas": canvas, "assignment": "After the clock", "moodle": moodle})
    copies = [scored.graded / name for name in ("canvas.csv", "moodle.csv", "not-matched.csv")]
    assert [path.exists() for path in copies] == [True, True, True]
    mark_all(scored, 4)
    scored.take_away(**NOTHING | {"moodle": moodle})
    assert [path.exists() for path in copies] == [False, True, True]
    scored.take_away(**NOTHING)
    assert [path.exists() for path in copies] == [False, False, False]


def test_where_a_system_s_file_does_not_fit_the_rest_is_ready_and_no_older_copy_left(scored):
    moodle = send(scored, "sheet.csv", MOODLE.encode(), "moodle")["path"]
    scored.take_away(**NOTHING | {"moodle": moodle})
    mark_all(scored, 4)
    wrong = send(scored, "wrong.csv", CANVAS.encode(), "moodle")["path"]
    told = scored.take_away(**NOTHING | {"moodle": wrong})
    assert "Participant 123" in told["wrong"][0] and "moodle.csv" not in str(told["files"])
    assert not (scored.graded / "moodle.csv").exists() and rows(scored.graded / "import.csv")[0]["Points"] == "6"
    assert scored.take_away(**NOTHING)["wrong"] == []


def test_a_wrong_file_of_moodle_costs_canvas_nothing_and_the_other_way_round(scored):
    mark_all(scored, 4)
    canvas = send(scored, "grades.csv", CANVAS.encode(), "canvas")["path"]
    moodle = send(scored, "sheet.csv", MOODLE.encode(), "moodle")["path"]
    for wrong, made in (("Moodle", "canvas.csv"), ("Canvas", "moodle.csv")):
        files = {"canvas": canvas, "moodle": canvas} if wrong == "Moodle" else {"canvas": moodle, "moodle": moodle}
        told = scored.take_away(**NOTHING | files | {"assignment": "After the clock"})
        assert [why.startswith(f"The rest is ready, but: {wrong}: ") for why in told["wrong"]] == [True]
        assert any(said.startswith(made) for said in told["said"]) and (scored.graded / made).exists()


def test_points_are_of_one_exercise_where_that_is_wanted(scored):
    assert [one["name"] for one in scored.look()["exercises"]] == ["06_sample"]
    assert scored.take_away(**NOTHING | {"notebook": "06_sample"})["wrong"] == []
    assert "The gradebook has: 06_sample" in scored.take_away(**NOTHING | {"notebook": "07"})["wrong"][0]


def test_a_file_is_fetched_in_pieces(scored, monkeypatch):
    monkeypatch.setattr(folders, "PIECE", 1000)
    size, at, parts = 1, 0, []
    while at < size:
        told, data = scored.fetch("gradebook.sqlite", at)
        size, at = told["size"], at + len(data)
        parts.append(data)
    assert b"".join(parts) == (scored.graded / "gradebook.sqlite").read_bytes() and {len(part) for part in parts[:-1]} == {1000}
    assert scored.fetch("gradebook.sqlite", size)[1] == b""


@pytest.mark.parametrize("name", ["../solutions/keys/06_sample.toml", "/etc/passwd", "link.csv", "..", ".", "", "feedback"])
def test_nothing_outside_the_folder_is_fetched(scored, name):
    (scored.graded / "link.csv").symlink_to(scored.solutions / "keys" / "06_sample.toml")
    assert "is not there" in refusal(scored, "fetch", name=name, at=0)


def test_who_is_removed_is_gone_and_what_stays_is_named(scored):
    mark_all(scored, 4)
    scored.take_away(**NOTHING)
    gone = scored.take_away(**NOTHING)["people"][1]
    told = scored.forget(gone["id"])
    assert [one["name"] for one in told["people"]] == ["Name 0", "Name 2", "Name 3"]
    assert "Name 1_101_assignsubmission_file_a.coursekit" in told["said"][-1] and not (scored.graded / gone["page"]).exists()
    assert len(marks(scored)) == 3 and scored.look()["scored"]["people"] == 3
    assert "not in the gradebook any more" in refusal(scored, "forget", trainee=gone["id"])
    assert [one["name"] for one in scored.look()["cameIn"] if one["isNew"]] == ["Name 1_101_assignsubmission_file_a.coursekit"]


def test_everybody_is_told_with_the_name_and_the_number_that_the_system_has(scored):
    for name, id in (("Mia Kern_201_assignsubmission_file_a", "d"), ("kernmia_4711_1_a", "e"), ("own", "f")):
        send(scored, f"{name}.coursekit", cohort.file_of([cohort.act("hand-in", None)], cohort.header(id * 16, "Blaumeise")))
    scored.score("latest", silent)
    found = {one["id"][0]: one["known"] for one in scored.take_away(**NOTHING)["people"] if one["name"] == "Blaumeise"}
    assert found == {"d": "Moodle: Mia Kern, 201", "e": "Canvas: kernmia, 4711", "f": ""}


def test_every_zip_that_holds_who_was_removed_is_named(scored, tmp_path):
    for week in (1, 2):
        with zipfile.ZipFile(tmp_path / f"week {week}.zip", "w") as packed:
            packed.writestr("Name 1_101_assignsubmission_file/a.coursekit", hand_in(1, TEXTS[1]))
        send(scored, f"week {week}.zip", (tmp_path / f"week {week}.zip").read_bytes())
    scored.score("latest", silent)
    assert scored.forget("1".zfill(16))["said"][-1] == (
        "Remove it from hand-ins, too, and from backups: Name 1_101_assignsubmission_file_a.coursekit, week 1.zip, week 2.zip"
    )


def test_who_is_removed_stays_so_when_all_is_scored_again_until_that_is_taken_back(scored):
    scored.forget("1".zfill(16))
    told = scored.score("latest", silent)
    (row,) = told["removed"]
    assert row["file"] == "Name 1_101_assignsubmission_file_a.coursekit" and "removed from this gradebook" in row["reason"]
    assert told["outcomes"] == {"graded": 3, "passed over": 1} and not any(one["isNew"] for one in scored.look()["cameIn"])
    scored.take_again(row["file"])
    assert scored.score("latest", silent)["removed"] == [] and scored.look()["scored"]["people"] == 4
    assert "is not passed over" in refusal(scored, "take_again", file=row["file"])


def test_who_is_the_last_to_be_removed_leaves_a_workplace_that_nothing_was_scored_in(work):
    come_in_and_score(work, ["I lost you."])
    assert work.forget("0" * 16)["people"] == [] and work.look()["scored"] is None


# What is refused, and how


def test_before_anything_was_scored_each_step_says_what_to_do_first(work):
    first = {
        "scored": {}, "differences": {}, "report": {}, "take_away": NOTHING, "forget": {"trainee": "x"},
        "sit_down": {"rater": "Ada", "role": "first", "share": 1.0, "item": "", "proposals_first": False},
        "sheet_out": {"rater": "Ada", "role": "first", "share": 1.0, "item": ""},
        "sheet_in": {"rater": "Ada", "role": "first", "path": "x"},
    }  # fmt: skip
    assert {refusal(work, what, **asked) for what, asked in first.items()} == {
        "Nothing has been scored yet. Choose what came in, and score it."
    }
    assert "There is nothing to score." in refusal(work, "score", counts="latest")
    at_the_desk = {
        "mark": {"answer": "x", "points": 1}, "draft": {"mark": 1, "comment": ""}, "say": {"mark": 1, "comment": ""},
        "skip": {"answer": "x"},
    }  # fmt: skip
    for what, asked in at_the_desk.items():
        assert refusal(work, what, **asked) == "Begin to mark first."
    assert answer(work, "look", {}, silent)[0]["ok"]["scored"] is None


def test_who_does_not_say_who_marks_or_how_is_asked(scored):
    assert "Say who marks" in refusal(scored, "sit_down", rater=" ", role="first", share=1, item="", proposals_first=False)
    for role, share in (("third", 1), ("first", 0), ("first", 1.5), ("first", float("nan"))):
        said = refusal(scored, "sit_down", rater="Ada", role=role, share=share, item="", proposals_first=False)
        assert "Nobody marks as" in said


def test_an_answer_that_is_gone_is_said(scored):
    sit(scored)
    for what, asked in {"mark": {"answer": "x", "points": 1}, "skip": {"answer": "x"}}.items():
        assert "not there any more" in refusal(scored, what, **asked)


def test_faulty_keys_are_told_and_all_goes_on_when_they_are_mended(scored):
    path = scored.solutions / "keys" / "06_sample.toml"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace('option = "b"', 'option = "q"', 1), encoding="utf-8")
    for what, asked in {"score": {"counts": "latest"}, "report": {}, "look": {}}.items():
        assert "The keys have faults. Mend them" in refusal(scored, what, **asked)
    path.write_text(whole, encoding="utf-8")
    assert scored.score("latest", silent)["known"] == 4 and sit(scored)["left"] == 4


def test_a_gradebook_of_another_schema_is_told_and_left_as_it_is(scored):
    path = scored.graded / "gradebook.sqlite"
    with Gradebook(path) as book, book._engine.begin() as open:
        open.execute(meta.update().where(meta.c.key == "schema").values(value="99"))
    before = path.read_bytes()
    fresh = here()
    for what, asked in {"look": {}, "score": {"counts": "latest"}, "report": {}}.items():
        assert "written by a newer coursekit (schema 99" in refusal(fresh, what, **asked)
    assert path.read_bytes() == before


def test_a_gradebook_at_another_address_is_used(work, tmp_path):
    elsewhere = Workplace(work.solutions, work.hand_ins, work.graded, f"sqlite:///{tmp_path / 'other.sqlite'}")
    come_in_and_score(elsewhere)
    assert elsewhere.look()["left"] == 4 and not (work.graded / "gradebook.sqlite").exists()


def test_solutions_without_keys_are_told(tmp_path):
    work = Workplace(tmp_path, tmp_path / "in", tmp_path / "out")
    send(work, "a.coursekit", b"x")
    assert "has no folder `keys`" in refusal(work, "score", counts="latest")


def test_whatever_else_is_asked_for_is_refused(scored):
    for what in ("_open", "__init__", "hand_ins", "Mark", "", "eval"):
        assert "not of the course on this machine" in refusal(scored, what)
    assert all(callable(getattr(scored, what)) for what in REQUESTS)


def test_what_goes_wrong_on_the_disk_or_in_the_course_itself_is_a_sentence(scored, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", "graded/report.html")

    monkeypatch.setattr(scored, "report", full)
    assert refusal(scored, "report") == (
        "That could not be done: No space left on device (graded/report.html). What was kept before is kept. Try again."
    )
    assert "Please report this" in refusal(scored, "fetch", name="files.csv", at="x")


# The panel


def panel(work, monkeypatch):
    """A panel, and what it sends to its page."""
    made, sent = InstructorPanel(work), []
    monkeypatch.setattr(made, "send", lambda content, buffers=None: sent.append((content, buffers)))
    return made, sent


def test_the_panel_answers_each_message_by_its_number_with_bytes_and_progress(work, monkeypatch):
    made, sent = panel(work, monkeypatch)
    data = memoryview(hand_in(1, "I lost you."))
    piece = {"name": "a.coursekit", "at": 0, "last": True, "purpose": "hand-ins"}
    made._asked(made, {"ask": 1, "do": "put", "with": piece}, [data])
    made._asked(made, {"ask": 2, "do": "score", "with": {"counts": "latest"}}, [])
    made._asked(made, {"ask": 3, "do": "fetch", "with": {"name": "grades.csv", "at": 0}}, [])
    made._asked(made, {"ask": 4, "do": "nothing"}, [])
    answers = {content["re"]: (content, buffers) for content, buffers in sent if "re" in content}
    assert answers[1][0]["ok"]["name"] == "a.coursekit" and answers[2][0]["ok"]["files"] == 1
    assert answers[3] == ({"re": 3, "ok": {"size": len(grades(work))}}, [grades(work)]) and "refused" in answers[4][0]
    assert [content["progress"] for content, _ in sent if "progress" in content][-1]["done"] == 1


def grades(work):
    return (work.graded / "grades.csv").read_bytes()


def test_nothing_that_is_told_is_kept_in_the_notebook(scored, monkeypatch):
    made, sent = panel(scored, monkeypatch)
    for number, (what, asked) in enumerate({"look": {}, "scored": {}, "take_away": NOTHING, "report": {}}.items()):
        made._asked(made, {"ask": number, "do": what, "with": asked}, [])
    made._asked(made, {"ask": 9, "do": "sit_down", "with": {
        "rater": "Ruth", "role": "first", "share": 1.0, "item": "", "proposals_first": False}}, [])  # fmt: skip
    told = json.dumps([content for content, _ in sent])
    kept = str(made.get_state()) + json.dumps(made._repr_mimebundle_())
    for words in ("Name 0", TEXTS[0], "Ruth", "hand-ins/"):
        assert words not in kept
    assert "Name 0" in told and any(text in told for text in TEXTS)


def test_the_notebook_s_one_line_opens_a_panel_of_the_folders_beside_it():
    opened = instructor()._workplace
    assert [str(one) for one in (opened.solutions, opened.hand_ins, opened.graded)] == [".", "../hand-ins", "../graded"]
    assert instructor(gradebook="postgresql://x")._workplace._address == "postgresql://x"


# The notebook, and opening it


def test_the_notebook_is_as_it_must_be_and_has_one_cell_of_code():
    notebook = read_notebook(content.root() / "solutions" / "instructor.ipynb")  # refuses outputs, and cells without ids
    assert [cell["id"] for cell in notebook["cells"]] == ["i-title", "i-hint", "i-panel", "i-where"]
    (code,) = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert opens_panel(source(code)) and code["execution_count"] is None
    assert notebook["metadata"]["coursekit"] == {"run_on_open": True}


@pytest.mark.parametrize("text", [
    "instructor()", "from coursekit import instructor\n\ninstructor()", 'instructor("solutions", graded="../graded")',
    'instructor(gradebook="postgresql+psycopg://localhost/class")', "", "# nothing yet",
])  # fmt: skip
def test_a_cell_that_opens_the_panel_and_does_nothing_else(text):
    assert opens_panel(text)


@pytest.mark.parametrize("text", [
    "instructor(); import os", "import os\ninstructor()", "instructor(open('x'))", "instructor(*x)", "instructor(**x)",
    "from coursekit import instructor as x", "from .coursekit import instructor", "from other import instructor",
    "from coursekit import instructor, start", "x = instructor()", "instructor().x", "other()", "instructor(f'{x()}')",
    "%run x", "!ls", "instructor()\n%run x", "(", "\0", "(" * 5000, "'text'", "instructor",
])  # fmt: skip
def test_a_cell_that_does_anything_else(text):
    assert not opens_panel(text)


def written(folder, *cells):
    path = folder / "instructor.ipynb"
    path.write_text(json.dumps(v4.new_notebook(cells=list(cells))), encoding="utf-8")
    return path, v4.new_notebook(cells=list(cells))


def is_signed(notebook):
    return NotebookNotary().check_signature(notebook)


def test_a_notebook_that_only_opens_the_panel_is_signed(tmp_path):
    path, notebook = written(tmp_path, v4.new_markdown_cell("# Mine"), v4.new_code_cell("instructor(graded='mine')"))
    assert start.trust(path) and is_signed(notebook)


def test_a_foreign_line_is_not_signed(tmp_path):
    path, notebook = written(tmp_path, v4.new_code_cell("instructor()"), v4.new_code_cell("import os"))
    assert not start.trust(path) and not is_signed(notebook)


def test_what_a_stranger_left_as_an_output_is_not_signed(tmp_path):
    output = v4.new_output("display_data", {"text/html": "<img src=x onerror=alert(1)>"})
    path, notebook = written(tmp_path, v4.new_code_cell("instructor()", outputs=[output]))
    assert not start.trust(path) and not is_signed(notebook)
    NotebookNotary().sign(notebook)  # the instructor's own, as JupyterLab saved it
    assert start.trust(path)


@pytest.fixture
def opened(monkeypatch):
    """What `coursekit instructor` opens, instead of opening it."""
    calls = []
    monkeypatch.setattr(start, "open_lab", lambda *given: calls.append(given))
    return calls


def test_the_command_opens_the_notebook_beside_its_folders(work, opened):
    path, notebook = written(work.solutions, v4.new_code_cell("instructor()"))
    done = CliRunner().invoke(app, ["instructor", "--solutions", str(work.solutions)])
    assert done.exit_code == 0 and opened == [(work.solutions.resolve().parent, "solutions/instructor.ipynb")]
    assert is_signed(notebook)


def test_the_command_says_what_is_missing(work, opened):
    def said(solutions):
        done = CliRunner().invoke(app, ["instructor", "--solutions", str(solutions)])
        assert done.exit_code == 1
        return done.output

    assert "There are no keys in" in said(work.solutions / "nowhere")
    assert "Copy it there from the solutions of the course" in said(work.solutions)
    (work.solutions / "instructor.ipynb").write_text("{}")
    assert "cannot be read as a notebook" in said(work.solutions)
    assert opened == []
