"""`coursekit forget`: a person is gone from the gradebook, the tables and the pages, and nobody else is."""

import zipfile

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

import cohort
from coursekit.cli import app
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
def out(course, tmp_path):
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
    graded = run("grade", tmp_path / "class.zip", "--solutions", course / "solutions", "--out", tmp_path / "out")
    assert graded.exit_code == 0, graded.output
    (tmp_path / "out" / "canvas.csv").write_text("Kern, Mia", encoding="utf-8")
    with Gradebook(tmp_path / "out" / "gradebook.sqlite") as book, book._engine.begin() as open:
        open.execute(sa.text("create table more (trainee text, said text)"))
        open.execute(sa.text(f"insert into more values ('{MIA}', 'I went on & on.')"))
    with Gradebook(tmp_path / "out" / "gradebook.sqlite") as book:
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


def test_nothing_of_the_person_is_left_and_all_of_the_others(out):
    assert len(traces(out, MIA)) >= 5
    done = run("forget", MIA, "--out", out, "--yes")
    assert done.exit_code == 0, done.output
    assert traces(out, MIA, "kernmia") - {"gradebook.sqlite"} == set()
    with Gradebook(out / "gradebook.sqlite") as book:
        assert {one.id: len(book.hand_ins(one.id)) for one in book.trainees()} == {BEN: 2, OTHER: 1}
        assert Marks(book).marked() == {BEN} and Marks(book).comments("06-e5") == ["A comment for anybody."]
        assert not any("clash" in problem for one in book.hand_ins(BEN) for problem in one.problems)
    wanted = ["submissions (1)", "more (1)", "marks (2)", "scores (8)", f"Mia-Kern-{MIA}.html", "grades.csv: 1 row"]
    wanted += ["canvas.csv removed", "class.zip"]
    assert [said for said in wanted if said not in done.output] == []
    assert {BEN, OTHER} == {one for one in (MIA, BEN, OTHER) if one in (out / "grades.csv").read_text(encoding="utf-8")}


def test_the_words_are_not_in_the_file_of_the_gradebook_any_more(out):
    for name in ("mia kern", "ben otto"):
        run("forget", name, "--out", out, "--yes", said="1\n")
    assert "gradebook.sqlite" not in traces(out, "I went on & on", "kernmia")


def test_of_several_of_one_name_it_asks_which(out):
    done = run("forget", "Mia  KERN", "--out", out, said="0\n")
    assert done.exit_code == 1 and MIA in done.output and OTHER in done.output and "Nothing was removed" in done.output
    done = run("forget", "Mia Kern", "--out", out, said="2\ny\n")
    assert done.exit_code == 0 and OTHER not in (out / "grades.csv").read_text(encoding="utf-8")


def test_it_asks_before_it_removes(out):
    before = (out / "grades.csv").read_bytes()
    done = run("forget", "22", "--out", out, said="n\n")
    assert done.exit_code == 1 and "Ben Otto" in done.output and (out / "grades.csv").read_bytes() == before


def test_who_is_not_there_is_said(out, tmp_path):
    for given, said in ((("Mia", "--out", out), "name in full"), (("Mia", "--out", tmp_path / "no"), "no gradebook")):
        done = run("forget", *given, "--yes")
        assert done.exit_code == 1 and said in done.output
    assert not (tmp_path / "no").exists()


def test_grading_what_came_in_brings_the_person_back(out, course):
    run("forget", "11", "--out", out, "--yes")
    run("grade", out.parent / "class.zip", "--solutions", course / "solutions", "--out", out)
    assert MIA in (out / "grades.csv").read_text(encoding="utf-8")
