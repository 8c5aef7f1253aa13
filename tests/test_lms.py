"""What goes back to Canvas and Moodle: feedback by their names, their own files with our points, nothing that runs."""

import csv
import io
import re
import shutil
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import cohort
from coursekit.cli import app
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.kept import Trainee
from coursekit.grading.keys import Keys
from coursekit.grading.lms import (
    WAITING,
    Class,
    FileRefused,
    Person,
    canvas_assignments,
    fill_canvas,
    fill_moodle,
    harmless,
)
from coursekit.grading.marks import Marks, place_of
from coursekit.grading.run import bring_up_to_date
from coursekit.grading.tables import defused, table
from coursekit.pages.feedback import feedback_page

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Week 5 (71),After the clock (72)\r\n"
    "    Points Possible,,,,,10,13\r\n"
    '"Kern, Mia",11,s11,mk11,A,-1.5,\r\n'
    '"Otto, Ben",22,s22,bo22,A,,\r\n'
    '"=Anna, X",33,s33,ax33,A,,\r\n'
    '"Lind, Zoë",44,s44,zl44,A,,\r\n'
    '"Lind, Zoë",45,s45,zl45,A,,\r\n'
    '"Student, Test",99,,,A,,\r\n'
)
MOODLE = (
    "Kennung;Vollständiger Name;E-Mail-Adresse;Status;Bewertung;Bestwertung;Bewertung kann geändert werden;Feedback\n"
    "Teilnehmer/in 101;Mia Kern;mia@example.org;Abgegeben;;26,00;Ja;\n"
    'Teilnehmer/in 102;Ben Otto;ben@example.org;Abgegeben;13,00;26,00;Ja;"=2+3;"\n'
    "Teilnehmer/in 103;Zoë Lind;zoe@example.org;Keine Abgabe;-;26,00;Ja;\n"
)


def person(name, points=6.5, waiting=0, **ids):
    known = tuple((system, id, "") for system, id in ids.items())
    return Person(Trainee(name or "x" * 16, name), known, points, waiting)


def filled(fill, text, tmp_path, people, title, encoding="utf-8"):
    (tmp_path / "in.csv").write_bytes(text.encode(encoding))
    done = fill(tmp_path / "in.csv", tmp_path / "out.csv", Class(people, 13), title)
    return done, (tmp_path / "out.csv").read_bytes().decode(encoding)


def changed(before, after):
    """The lines that are not as they were."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [new for old, new in pairs if old != new]


# Canvas


def test_points_go_into_the_column_and_nothing_else_changes(tmp_path):
    done, text = filled(fill_canvas, CANVAS, tmp_path, [person("M", canvas="11")], "After the clock")
    assert changed(CANVAS, text) == ['"Kern, Mia",11,s11,mk11,A,-1.5,6.5', '"\'=Anna, X",33,s33,ax33,A,,']
    assert (done.rows, done.missing, done.notes) == (1, [], [])


SAME = [person(name) for name in ("s22", "BO22", "Ben Otto", "otto, ben")]


@pytest.mark.parametrize("one", [*SAME, person("Whoever", canvas="22"), person(None, canvas="22")])
def test_people_are_matched_by_id_then_sis_id_login_and_name(tmp_path, one):
    _, text = filled(fill_canvas, CANVAS, tmp_path, [one], "After the clock (72)")
    assert '"Otto, Ben",22,s22,bo22,A,,6.5' in text


def test_who_is_not_matched_for_certain_is_listed_and_has_no_points(tmp_path):
    people = [person("Nobody"), person("Zoë Lind"), person("Ben Otto", canvas="77"), person("Mia Kern"), person("Kern Mia")]
    done, text = filled(fill_canvas, CANVAS, tmp_path, people, "After the clock")
    assert "6.5" not in text and done.rows == 0
    reasons = {one.name: why for one, why in done.missing}
    assert set(reasons) == {one.name for one in people}
    assert "Several rows" in reasons["Zoë Lind"] and "Several trainees" in reasons["Mia Kern"]


def test_a_new_column_is_made_with_what_can_be_had_and_said(tmp_path):
    done, text = filled(fill_canvas, CANVAS, tmp_path, [person("M", canvas="11")], "Module 6")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[-1] for row in rows[:4]] == ["Module 6", "13", "6.5", ""] and "new assignment" in done.notes[0]
    assert done.notes[1] == "If one of these is meant, give its title: “Week 5 (71)”, “After the clock (72)”."


def test_the_columns_that_canvas_only_shows_are_no_assignments(tmp_path):
    total = CANVAS.replace("clock (72)\r\n", "clock (72),Current Score\r\n").replace(",10,13\r\n", ",10,13,(read only)\r\n")
    (tmp_path / "in.csv").write_text(total, encoding="utf-8")
    assert canvas_assignments(tmp_path / "in.csv") == ["Week 5 (71)", "After the clock (72)"]


def test_points_are_scaled_to_those_that_canvas_has_and_it_is_said(tmp_path):
    done, text = filled(fill_canvas, CANVAS, tmp_path, [person("M", canvas="11")], "Week 5")
    assert "10 points, here 13: points were scaled" in done.notes[0] and '"Kern, Mia",11,s11,mk11,A,5,' in text


@pytest.mark.parametrize("said", ["", "0", "(read only)", "many"])
def test_where_canvas_does_not_say_how_many_points_nothing_is_scaled(tmp_path, said):
    text = CANVAS.replace(",10,13", f",{said},13")
    done, text = filled(fill_canvas, text, tmp_path, [person("M", canvas="11")], "Week 5")
    assert done.notes == [] and '"Kern, Mia",11,s11,mk11,A,6.5,' in text


@pytest.mark.parametrize(("fill", "text", "title", "left"), [
    (fill_canvas, CANVAS, "Week 5", "mk11,A,-1.5,"), (fill_moodle, MOODLE, "", "Abgegeben;13,00;26,00"),
])  # fmt: skip
def test_who_still_waits_has_no_grade_and_the_cell_stays_as_it_was(tmp_path, fill, text, title, left):
    waits = person("M", points=None, waiting=1, canvas="11", moodle="102")
    done, after = filled(fill, text, tmp_path, [waits], title)
    assert done.rows == 0 and [why for _, why in done.missing] == [WAITING] and left in after


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_file_stays_as_it_was_written(tmp_path, encoding):
    text = CANVAS.replace(",", ";").replace("Kern; Mia", "Kern, Mia")
    done, after = filled(fill_canvas, text, tmp_path, [person("M", canvas="11")], "After the clock", encoding)
    assert done.rows == 1 and "Kern, Mia;11;s11;mk11;A;-1.5;6.5" in after and "Zoë" in after


def test_what_is_no_gradebook_of_canvas_is_refused(tmp_path):
    for text in ("Name,Points\nMia,3\n", "", "PK\3\4", "\0" * 50):
        with pytest.raises(FileRefused, match="Download it again|as CSV"):
            filled(fill_canvas, text, tmp_path, [], "x")
    with pytest.raises(FileRefused, match="cannot be read"):
        fill_canvas(tmp_path / "nothing.csv", tmp_path / "out.csv", Class([], 0), "x")
    with pytest.raises(FileRefused, match="from somewhere else"):
        fill_canvas(tmp_path / "in.csv", tmp_path / "in.csv", Class([], 0), "x")
    twice = CANVAS.replace("Week 5", "After the clock")
    with pytest.raises(FileRefused, match="with its number"):
        filled(fill_canvas, twice, tmp_path, [], "After the clock")


# Moodle


def test_a_worksheet_in_any_language_is_filled_by_its_content(tmp_path):
    done, text = filled(fill_moodle, MOODLE, tmp_path, [person("M", moodle="101"), person("zoe@example.org")], "")
    assert changed(MOODLE, text) == [
        "Teilnehmer/in 101;Mia Kern;mia@example.org;Abgegeben;13,00;26,00;Ja;",
        "Teilnehmer/in 102;Ben Otto;ben@example.org;Abgegeben;13,00;26,00;Ja;\"'=2+3;\"",
        "Teilnehmer/in 103;Zoë Lind;zoe@example.org;Keine Abgabe;13,00;26,00;Ja;",
    ]
    assert "scaled" in done.notes[0] and done.rows == 2


def test_a_worksheet_with_hidden_names_is_filled(tmp_path):
    text = "識別子,状態,評点,最高評点,編集可\n参加者 101,提出,,13.00,はい\n参加者 102,提出,,13.00,はい\n"
    done, after = filled(fill_moodle, text, tmp_path, [person("M", moodle="102"), person("B", moodle="7")], "")
    assert changed(text, after) == ["参加者 102,提出,6.50,13.00,はい"]
    assert [(one.name, why) for one, why in done.missing] == [("B", "Not in the file.")] and done.notes == []


def test_where_the_column_of_grades_is_not_certain_it_is_asked_for(tmp_path):
    text = MOODLE.replace("13,00", "gut")
    with pytest.raises(FileRefused, match="--moodle-grade.*Bewertung"):
        filled(fill_moodle, text, tmp_path, [], "")
    _, after = filled(fill_moodle, text, tmp_path, [person("M", moodle="101")], "Bewertung")
    assert "101;Mia Kern;mia@example.org;Abgegeben;13,00;" in after
    with pytest.raises(FileRefused, match="no column “Grade”"):
        filled(fill_moodle, text, tmp_path, [], "Grade")
    with pytest.raises(FileRefused, match="Participant 123"):
        filled(fill_moodle, MOODLE.replace("Teilnehmer/in 102", "Ben"), tmp_path, [], "")


# Nothing that a spreadsheet runs

STARTS = st.sampled_from([*"=+-@\t\r\n ＝＋－＠", "\ufeff", "\xa0", "\0", "'", '"', ";", ","])
texts = st.one_of(st.text(max_size=8), st.builds("{}{}{}".format, STARTS, STARTS, st.text(max_size=6)))
cells = st.one_of(texts, st.floats(), st.integers(), st.none())


def runs(cell):
    """Whether a spreadsheet could take a cell, or a piece of it that it takes for one, for a formula."""
    pieces = re.split(r"[;\t\r\n]|,(?=[=+\-@])", cell)
    unseen = " \xa0\ufeff\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029"
    return cell[:1] in ("\t", "\r", "\n") or any(piece.strip(unseen)[:1] in tuple("=+-@＝＋－＠") for piece in pieces)


def is_number(cell):
    return re.fullmatch(r"[-+]?(inf|nan|[\d.,\u202f\xa0 ]*\d(e[-+]?\d+)?\s?%?)|-", cell)


@settings(max_examples=60)
@given(rows=st.lists(st.lists(cells, min_size=1, max_size=4), max_size=4))
def test_no_cell_of_a_table_runs(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "t.csv"
    with table(path) as writer:
        for row in rows:
            writer.writerow(row)
    with path.open(encoding="utf-8-sig", newline="") as file:
        made = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in made if runs(cell) and not is_number(cell)] == []


@settings(max_examples=60)
@given(cell=texts)
def test_no_cell_that_came_from_a_system_runs_and_numbers_stay(cell):
    made = harmless(cell)
    assert made in (cell, defused(cell)) and (not runs(made) or is_number(made))


def test_numbers_and_moodles_hyphen_stay():
    assert [harmless(cell) for cell in ("-1.5", "+3", "-", "12 %", "-1+cmd")] == ["-1.5", "+3", "-", "12 %", "'-1+cmd"]


# The command


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    cohort.make_course(folder)
    with zipfile.ZipFile(folder / "class.zip", "w") as archive:
        for id, name in (("101", "Mia Kern"), ("102", "Ben Otto")):
            content = cohort.file_of(cohort.mias_acts(), cohort.header(id.zfill(16), name))
            archive.writestr(f"{name}_{id}_assignsubmission_file/a.coursekit", content)
    (folder / "moodle.csv").write_text(MOODLE, encoding="utf-8")
    (folder / "canvas.csv").write_text(CANVAS, encoding="utf-8", newline="")
    return folder


def command(folder, out, *arguments):
    given = ["grade", folder / "class.zip", "--solutions", folder / "solutions", "--out", out, *arguments]
    return CliRunner().invoke(app, list(map(str, given)))


def test_the_command_makes_all_that_goes_back(folder, tmp_path):
    files = ("--moodle", folder / "moodle.csv", "--canvas", folder / "canvas.csv", "--assignment", "After the clock")
    done = command(folder, tmp_path, *files, "--notebook", "06_sample", "--unmarked", "so-far")
    assert done.exit_code == 0, done.output
    assert "feedback.zip, import.csv, canvas.csv, moodle.csv" in done.output
    with zipfile.ZipFile(tmp_path / "feedback.zip") as packed:
        assert packed.namelist() == [
            "Ben Otto_102_assignsubmission_file/feedback.html",
            "Mia Kern_101_assignsubmission_file/feedback.html",
        ]
        assert b"Mia Kern" in packed.read(packed.namelist()[1])
    canvas, moodle = ((tmp_path / name).read_text(encoding="utf-8") for name in ("canvas.csv", "moodle.csv"))
    assert "Teilnehmer/in 101;Mia Kern;mia@example.org;Abgegeben;4,16;26,00" in moodle
    assert '"Kern, Mia",11,s11,mk11,A,-1.5,2.08' in canvas
    assert "2 trainees have only the points so far, because answers still wait for a person (2): Ben Otto, Mia Kern." in done.output
    assert cohort.as_expected("import.csv", (tmp_path / "import.csv").read_bytes().decode("utf-8-sig"))


def test_who_still_waits_is_named_and_the_setting_is_kept_in_the_gradebook(folder, tmp_path):
    files = ("--moodle", folder / "moodle.csv", "--canvas", folder / "canvas.csv", "--assignment", "After the clock")
    done = command(folder, tmp_path, *files)
    assert "2 trainees have no grade yet, because answers still wait for a person (2): Ben Otto, Mia Kern." in done.output
    assert "moodle.csv: 0 rows have points now, and 1 has none from here." in done.output and "Not in" not in done.output
    assert "102;Ben Otto;ben@example.org;Abgegeben;13,00;26,00" in (tmp_path / "moodle.csv").read_text(encoding="utf-8")
    assert "Ben Otto,,,13,1,102" in (tmp_path / "import.csv").read_text(encoding="utf-8-sig")
    command(folder, tmp_path, "--unmarked", "leave-out")
    assert "Written answers are left out, for everybody" in command(folder, tmp_path).output
    assert "Ben Otto,,2.08,9,0,102" in (tmp_path / "import.csv").read_text(encoding="utf-8-sig")


def test_a_file_that_does_not_fit_is_said_when_all_is_graded(folder, tmp_path):
    done = command(folder, tmp_path, "--moodle", folder / "canvas.csv")
    assert done.exit_code == 1 and "Graded all the same" in done.output and "Participant 123" in done.output
    assert (tmp_path / "grades.csv").exists() and (tmp_path / "import.csv").exists()
    done = command(folder, tmp_path, "--notebook", "07")
    assert done.exit_code == 1 and "The gradebook has: 06_sample" in done.output
    assert command(folder, tmp_path, "--canvas", folder / "canvas.csv").exit_code == 2


def test_points_of_several_exercises_go_into_no_system_s_file_until_it_is_said_which(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "c")
    cohort.add_another_exercise(tmp_path / "c")
    acts = [cohort.act("07-e1", {"option": "b", "reason": "r1"})]
    stray = cohort.file_of(acts, cohort.header("5" * 16, "Otto", notebook=cohort.OTHER))
    with zipfile.ZipFile(tmp_path / "c" / "class.zip", "a") as archive:
        archive.writestr("Otto_103_assignsubmission_file/a.coursekit", stray)
    given = ("--moodle", folder / "moodle.csv", "--unmarked", "so-far")

    def points(*notebook):
        done = command(tmp_path / "c", tmp_path / "out", *given, *notebook)
        rows = (tmp_path / "out" / "import.csv").read_text(encoding="utf-8-sig").splitlines()
        return done, [row.split(",")[2:4] for row in rows if row.startswith(("Mia", "Otto"))]

    done, together = points()
    assert done.exit_code == 1 and "The gradebook has 2 exercises: 06_sample, 07_other." in done.output
    assert not (tmp_path / "out" / "moodle.csv").exists() and together == [["2.08", "26"], ["2", "26"]]
    assert points("--notebook", "06_sample")[1] == [["2.08", "13"]]
    left = (tmp_path / "out" / "not-matched.csv").read_text(encoding="utf-8-sig")
    assert "moodle.csv,Zoë Lind,,Handed in another exercise: 07_other." in left
    done, together = points("--notebook", "all")
    assert done.exit_code == 0 and together == [["2.08", "26"], ["2", "26"]] and (tmp_path / "out" / "moodle.csv").exists()
    assert "out of 26" in command(tmp_path / "c", tmp_path / "out").output


def test_whose_row_stays_empty_is_listed_with_the_reason(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "c")
    with zipfile.ZipFile(tmp_path / "c" / "class.zip", "a") as archive:
        archive.writestr("Zoë Lind_103_assignsubmission_file/a.docx", b"no answers")
    more = "Teilnehmer/in 104;Jo Wolf;jo@example.org;Keine Abgabe;-;26,00;Ja;\n"
    (tmp_path / "moodle.csv").write_text(MOODLE + more, encoding="utf-8")
    done = command(tmp_path / "c", tmp_path / "out", "--moodle", tmp_path / "moodle.csv", "--unmarked", "so-far")
    assert "moodle.csv: 2 rows have points now, and 2 have none from here." in done.output
    with (tmp_path / "out" / "not-matched.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = [(row["Name"], row["Reason"][:25]) for row in csv.DictReader(file)]
    assert listed == [("Zoë Lind", "What came in was refused:"), ("Jo Wolf", "Nothing came in.")]


def test_the_pages_follow_the_hand_in_that_counts(folder, tmp_path):
    (tmp_path / "in").mkdir()
    for name, text in (("a", "The first words."), ("b", "The last words.")):
        acts = [cohort.act("06-e6", {"text": "x"}) for _ in text[:9]] + [cohort.act("06-e6", {"text": text})]
        acts = acts[-1:] if name == "a" else acts
        (tmp_path / "in" / f"{name}.coursekit").write_bytes(cohort.file_of(acts))
    arguments = ["grade", tmp_path / "in", "--solutions", folder / "solutions", "--out", tmp_path / "out"]

    def page(*more):
        assert CliRunner().invoke(app, list(map(str, [*arguments, *more]))).exit_code == 0
        (path,) = (tmp_path / "out" / "feedback").iterdir()
        return path.read_text(encoding="utf-8")

    assert "The last words." in page() and "The first words." in page("--counts", "first")
    arguments[1] = tmp_path / "in" / "b.coursekit"
    assert "The first words." in page() and "The last words." in page("--counts", "latest")


def test_what_goes_back_follows_a_mark(folder, tmp_path):
    command(folder, tmp_path)
    keys = Keys(folder / "solutions", folder / "course")
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        ben = next(one for one in book.trainees() if one.name == "Ben Otto")
        (hand_in,) = book.hand_ins(ben.id)
        answer = next(score["answer"] for score in hand_in.scores if score["item"] == "06-e5")
        Marks(book).add(place_of(ben.id, "exercise", "06_sample", "06-e5", answer), "Ada", "first", 4, "0" * 16, "Well seen.")
        bring_up_to_date(book, keys, tmp_path, feedback_page)
    assert "Ben Otto,,6.08,13,0,102" in (tmp_path / "import.csv").read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(tmp_path / "feedback.zip") as packed:
        assert ["Well seen." in packed.read(name).decode() for name in packed.namelist()] == [True, False]
    command(folder, tmp_path, "--moodle", folder / "moodle.csv")
    assert "102;Ben Otto;ben@example.org;Abgegeben;12,16;" in (tmp_path / "moodle.csv").read_text(encoding="utf-8")
