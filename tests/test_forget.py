"""`coursekit forget`: a person is gone from the gradebook, the tables and the pages, and nobody else is."""

import shutil
import zipfile

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

import cohort
from coursekit.cli import app
from coursekit.grading.forget import forget
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.marks import Marks, place_of

MIA, BEN, OTHER = "a1" * 8, "b2" * 8, "c3" * 8


def run(*arguments, said=None):
    return CliRunner().invoke(app, list(map(str, arguments)), input=said)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    cohort.make_course(folder)
    return folder


@pytest.fixture
def at(address):
    """Where the gradebook is, as an option of the commands."""
    return ("--gradebook", address)


@pytest.fixture
def out(course, tmp_path, at):
    """A class of three, two of them of one name, with a file that two sent and one that a third carried off."""
    acts = cohort.mias_acts()
    files = {
        "kernmia_11_1_a.coursekit": cohort.file_of(acts, cohort.header(MIA, "Mia Kern")),
        "ottoben_22_2_a.coursekit": cohort.file_of(acts[:5], cohort.header(BEN, "Ben Otto")),
        "ottoben_22_3_a.coursekit": cohort.file_of(acts[:4], cohort.header(MIA, "Ben Otto")),
        "own/a.coursekit": cohort.file_of(acts[:3], cohort.header(OTHER, "Mia Kern")),
    }
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    graded = run("grade", tmp_path / "class.zip", "--solutions", course / "solutions", "--out", tmp_path / "out", *at)
    assert graded.exit_code == 0, graded.output
    (tmp_path / "out" / "canvas.csv").write_text("Kern, Mia", encoding="utf-8")
    with Gradebook(at[1]) as book, book._engine.begin() as open:
        open.execute(sa.text("create table another_program_s (trainee text)"))
        open.execute(sa.text(f"insert into another_program_s values ('{MIA}')"))
    with Gradebook(at[1]) as book:
        marks = Marks(book)
        for trainee in (MIA, BEN):
            place = place_of(trainee, "exercise", cohort.NOTEBOOK, "06-e5", "I went on & on.")
            marks.undo(marks.add(place, "Ada", "first", 3, "0" * 16, "A comment for anybody."))
    return tmp_path / "out"


def traces(out, *texts):
    """The files below `out`, and what is packed in them, in which any of the texts stands."""
    found = set()
    for path in (path for path in out.rglob("*") if path.is_file()):
        data = [path.read_bytes(), path.name.encode()]
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as packed:
                data += [packed.read(name) + name.encode() for name in packed.namelist()]
        found |= {path.name for text in texts for piece in data if text.encode() in piece}
    return found


def test_nothing_of_the_person_is_left_and_all_of_the_others(out, at):
    assert len(traces(out, MIA)) >= 4
    done = run("forget", MIA, "--out", out, *at, "--yes")
    assert done.exit_code == 0, done.output
    assert traces(out, MIA, "kernmia") == set()
    with Gradebook(at[1]) as book:
        with book._engine.connect() as open:
            assert open.scalar(sa.text("select count(*) from another_program_s")) == 1
        assert {one.id: len(book.hand_ins(one.id)) for one in book.trainees()} == {BEN: 2, OTHER: 1}
        assert Marks(book).marked() == {BEN} and Marks(book).comments("06-e5") == ["A comment for anybody."]
        assert not any("clash" in problem for one in book.hand_ins(BEN) for problem in one.problems)
    wanted = ["Removed from the gradebook: 1 hand-in, 8 answers with their scores, "]
    wanted += ["2 plays of role-plays and all marks and comments.", f"Mia-Kern-{MIA}.html", "grades.csv: 1 row"]
    wanted += ["canvas.csv removed", "class.zip"]
    assert [said for said in wanted if said not in done.output] == []
    assert {BEN, OTHER} == {one for one in (MIA, BEN, OTHER) if one in (out / "grades.csv").read_text(encoding="utf-8")}


def test_every_zip_with_something_of_the_person_is_named(out, course, at):
    (out.parent / "week 2").mkdir()
    shutil.copy(out.parent / "class.zip", out.parent / "week 2" / "class 2.zip")
    grade(out, course, at, "week 2")
    done = run("forget", MIA, "--out", out, *at, "--yes")
    assert [name for name in ("class.zip", "class 2.zip") if name not in done.output.splitlines()[-1]] == []


def test_where_nothing_but_a_name_is_kept_that_is_said(at, tmp_path):
    with Gradebook(at[1]) as book:
        with book._engine.begin() as open:
            open.execute(sa.text(f"insert into trainees (id, name, names) values ('{MIA}', 'Mia', '[]')"))
        (tmp_path / "out").mkdir()
        (mia,) = book.trainees()
        assert forget(book, mia, tmp_path / "out", lambda one: one.id) == ["Removed from the gradebook: name and number."]


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)  # the files of a server: test_postgresql.py
def test_the_words_are_not_in_the_file_of_the_gradebook_any_more(out, at, tmp_path):
    assert b"I went on & on" in (tmp_path / "gradebook.sqlite").read_bytes()
    for name in ("mia kern", "ben otto"):
        run("forget", name, "--out", out, *at, "--yes", said="1\n")
    left = (tmp_path / "gradebook.sqlite").read_bytes()
    assert b"I went on & on" not in left and b"kernmia" not in left


TEXTS = ["I went on & on.", "You say it is fine.", "I do. I lost you."]


@pytest.fixture
def crowded(course, tmp_path):
    """An output folder with everything in it that coursekit writes, and more, of a class of three; its gradebook is elsewhere."""
    acts, out, book = cohort.mias_acts(), tmp_path / "out", tmp_path / "book.sqlite"
    files = {
        "Mia Kern_12_assignsubmission_file/a.coursekit": cohort.file_of(acts, cohort.header(MIA, "Mia Kern")),
        "Mia Kern_12_assignsubmission_file/essay.pdf": b"%PDF",
        "Mia Kern.docx": b"PK",
        "Ben Otto_13_assignsubmission_file/a.coursekit": cohort.file_of(
            [*acts[:4], cohort.act("06-e5", {"text": "Then I stopped talking."})], cohort.header(BEN, "Ben Otto")
        ),
        "Ben Otto_13_assignsubmission_file/essay.pdf": b"%PDF",
    }
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    (tmp_path / "moodle.csv").write_text(
        "Identifier,Full name,Grade,Maximum Grade\nParticipant 12,Mia Kern,-,20\nParticipant 13,Ben Otto,-,20\n"
    )
    (tmp_path / "canvas.csv").write_text("Student,ID,Section\n\"Wolf, Jo\",33,A\n")
    places = ["--solutions", course / "solutions", "--gradebook", book]
    for_systems = ["--moodle", tmp_path / "moodle.csv", "--canvas", tmp_path / "canvas.csv", "--assignment", "Six"]
    done = run("grade", tmp_path / "class.zip", *places, "--out", out)
    assert done.exit_code == 1 and "feedback (2 pages)" in done.output, done.output
    with Gradebook(book) as open:
        place = place_of(MIA, "exercise", cohort.NOTEBOOK, "06-e5", TEXTS[0])
        for comment in ("Mia Kern, you wait well.", "You wait well."):
            Marks(open).add(place, "Ada", "first", 3, "0" * 16, comment)
    more = [("mark", "--graded", out, "--rater", "Eve", "--second", "100%", "--out", out / name) for name in ("a.xlsx", "b.csv")]
    more += [("report", book, "--solutions", course / "solutions", "--out", out / name) for name in ("report.html", "k.html")]
    for command in more:
        done = run(*command, *(places if command[0] == "mark" else []))
        assert done.exit_code == 0, done.output
    run("grade", tmp_path / "class.zip", *places, "--out", out, *for_systems)
    (out / "from-you").mkdir()
    (out / "from-you" / "grades (1).csv").write_text("Student;ID\nKern, Mia;11\n")
    (out / ".grades.csv.new").write_text("Mia Kern")  # what a crash left
    return out


def everything_of(folder):
    """The bytes of all files below a folder with their names, and of what is packed in them, by file."""
    found = {}
    for path in (path for path in folder.rglob("*") if path.is_file()):
        found[path] = path.read_bytes() + path.name.encode()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                found[path] += b"".join(name.encode() + packed.read(name) for name in packed.namelist())
    return found


def holding(found, *texts):
    return sorted({path.name for path, data in found.items() for text in texts if text.encode() in data})


HERS = [MIA, "Mia", "Kern", "kern", *TEXTS, "I went on &amp; on."]


def test_no_byte_of_the_person_is_left_in_the_folder_or_the_gradebook(crowded):
    book = crowded.parent / "book.sqlite"
    before = everything_of(crowded) | {book: book.read_bytes()}
    made = ["grades.csv", "files.csv", "needs-a-person.csv", "marks.csv", "import.csv", "moodle.csv", "a.xlsx",
            "not-matched.csv", "b.csv", "feedback.zip", "book.sqlite", ".grades.csv.new", "grades (1).csv"]  # fmt: skip
    assert set(made) - set(holding(before, *HERS)) == set()
    done = run("forget", MIA, "--out", crowded, "--gradebook", book, "--yes")
    assert done.exit_code == 0, done.output
    assert "from-you/grades (1).csv removed, because it holds the whole class. Choose it again." in done.output
    after = everything_of(crowded) | {book: book.read_bytes()}
    assert holding(after, *HERS) == []
    left = {"grades.csv", "files.csv", "needs-a-person.csv", "import.csv", "not-matched.csv", "feedback.zip", "book.sqlite"}
    assert left <= set(holding(after, "Ben Otto")) and "k.html" not in {path.name for path in after}
    assert "report.html removed" in done.output and "You wait well." in book.read_bytes().decode("utf-8", "replace")


def test_a_file_that_came_in_and_lies_in_the_folder_is_named(crowded):
    (crowded.parent / "class.zip").rename(crowded / "class.zip")
    done = run("forget", MIA, "--out", crowded, "--gradebook", crowded.parent / "book.sqlite", "--yes")
    assert "class.zip is not of coursekit's making, and stays." in done.output and (crowded / "class.zip").exists()


def test_after_a_crash_it_is_run_again_and_goes_on(crowded, monkeypatch):
    again = ("forget", MIA, "--out", crowded, "--gradebook", crowded.parent / "book.sqlite", "--yes")
    with monkeypatch.context() as broken:
        broken.setattr(Gradebook, "remove", lambda *_: (_ for _ in ()).throw(OSError("the power went")))
        done = run(*again)
        assert done.exit_code == 1 and "Run it again to go on" in done.output
    assert run(*again).exit_code == 0 and holding(everything_of(crowded), *HERS) == []


def test_who_was_kept_apart_under_a_longer_id_stays_when_the_other_goes(course, tmp_path):
    acts = cohort.mias_acts()
    for name in ("Mia", "Ben"):
        (tmp_path / f"{name}.coursekit").write_bytes(cohort.file_of(acts[:5], cohort.header(MIA, name)))
    places = "--solutions", course / "solutions", "--out", tmp_path / "out"
    run("grade", tmp_path / "Mia.coursekit", *places)
    run("grade", tmp_path / "Ben.coursekit", *places)
    run("forget", MIA, "--out", tmp_path / "out", "--yes")
    for name in ("grades.csv", "import.csv"):
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert f"Ben,{'' if name == 'grades.csv' else ','}" in text and "Mia" not in text
    assert len(list((tmp_path / "out" / "feedback").iterdir())) == 1


def test_of_several_of_one_name_it_asks_which(out, at):
    done = run("forget", "Mia  KERN", "--out", out, *at, said="0\n")
    assert done.exit_code == 1 and MIA in done.output and OTHER in done.output and "Nothing was removed" in done.output
    done = run("forget", "Mia Kern", "--out", out, *at, said="2\ny\n")
    assert done.exit_code == 0 and OTHER not in (out / "grades.csv").read_text(encoding="utf-8")


def test_it_asks_before_it_removes(out, at):
    before = (out / "grades.csv").read_bytes()
    done = run("forget", "22", "--out", out, *at, said="n\n")
    assert done.exit_code == 1 and "Ben Otto" in done.output and (out / "grades.csv").read_bytes() == before


def test_who_is_not_there_is_said(out, at, tmp_path):
    for given, said in ((("Mia", "--out", out, *at), "name in full"), (("Mia", "--out", tmp_path / "no"), "no gradebook")):
        done = run("forget", *given, "--yes")
        assert done.exit_code == 1 and said in done.output
    assert not (tmp_path / "no").exists()


def grade(out, course, at, path="class.zip"):
    return run("grade", out.parent / path, "--solutions", course / "solutions", "--out", out, *at)


def test_who_was_removed_stays_removed_when_the_same_files_are_graded_again(out, course, at):
    run("forget", "11", "--out", out, *at, "--yes")
    done = grade(out, course, at)
    assert done.exit_code == 0 and MIA not in (out / "grades.csv").read_text(encoding="utf-8")
    assert "1 passed over." in done.output and "Passed over because its trainee was removed: 1." in done.output
    (said,) = [line for line in (out / "files.csv").read_text(encoding="utf-8").splitlines() if "kernmia" in line]
    assert "passed over,Its trainee was removed from this gradebook on 20" in said
    assert len(list((out / "feedback").glob("*.html"))) == 2


def test_of_who_was_removed_nothing_is_kept_but_the_digest_of_each_file_and_the_day(out, at):
    with Gradebook(at[1]) as book:
        (sha,) = [one.sha256 for one in book.hand_ins(MIA)]
    run("forget", MIA, "--out", out, *at, "--yes")
    with Gradebook(at[1]) as book, book._engine.connect() as open:
        ((kept, day),) = open.execute(sa.text("select * from forgotten")).all()
    assert kept == sha and len(day) == 10


def test_a_new_file_of_who_was_removed_is_taken(out, course, at):
    run("forget", MIA, "--out", out, *at, "--yes")
    content = cohort.file_of(cohort.mias_acts()[:2], cohort.header(MIA, "Mia Kern"))
    (out.parent / "new.coursekit").write_bytes(content)
    assert "1 file: 1 graded." in grade(out, course, at, "new.coursekit").output


def test_who_handed_in_without_a_system_is_known_again_by_the_file(out, course, at):
    run("forget", OTHER, "--out", out, *at, "--yes")
    assert run("forget", OTHER, "--undo", out.parent / "class.zip", "--out", out, *at).exit_code == 0
    grade(out, course, at)
    assert OTHER in (out / "grades.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["Mia  KERN", "11", "kernmia"])
def test_a_removal_that_was_a_mistake_is_taken_back(out, course, at, name):
    run("forget", "22", "--out", out, *at, "--yes")
    run("forget", "11", "--out", out, *at, "--yes")
    done = run("forget", name, "--undo", out.parent / "class.zip", "--out", out, *at)
    assert done.exit_code == 0 and "kernmia_11_1_a.coursekit" in done.output
    grade(out, course, at)
    text = (out / "grades.csv").read_text(encoding="utf-8")
    assert "Mia Kern" in text and "Ben Otto" not in text
    again = run("forget", name, "--undo", out.parent / "class.zip", "--out", out, *at)
    assert again.exit_code == 1 and "there is no file of" in again.output
