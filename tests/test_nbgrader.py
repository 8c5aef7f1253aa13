"""`coursekit release --nbgrader`, and the real nbgrader from its first command to its last: the points that `coursekit grade`
gives, and no word of a key in what trainees get."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cohort
from coursekit.cli import app
from coursekit.grading import nbgrader
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.keys import Keys
from coursekit.grading.run import grade
from sample_exercise import ITEMS, NOTEBOOK, write_sample
from test_canary import Canaries, planted_items, planted_notebook

TRAINEES = {
    "mia": cohort.file_of(cohort.mias_acts()),
    "ben": cohort.file_of([cohort.act("06-e1", {"option": "z"}), cohort.act("06-e3", {"order": ["own", "see", "ask"]})]),
}
"""Two answers files, of which Ben hands his in with a notebook that gives itself 4 points; Eva hands in none."""
def cells(path):
    return json.loads(path.read_text("utf-8"))["cells"]


def about(path):
    return {one["nbgrader"]["grade_id"]: one["nbgrader"] for cell in cells(path) if "nbgrader" in (one := cell["metadata"])}


# What release writes


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of nbgrader's with one assignment, made from planted solutions, and the canaries."""
    place, canaries = tmp_path_factory.mktemp("nbgrader"), Canaries()
    write_sample(place, planted_items(canaries), planted_notebook(canaries))
    (place / "course/roleplays/the-clock.md").write_text(cohort.SCRIPT, encoding="utf-8")
    (place / f"solutions/rubrics/{canaries.plant('the name of a rubric')}.md").write_text(canaries.plant("a rubric"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("coursekit.content.course", lambda: place / "course")
        said = release(place, "--nbgrader", place / "therapy")
    assert said.exit_code == 0, said.output
    assert "nbgrader generate_assignment 06_sample" in said.output and "holds keys" in said.output.replace("\n", " ")
    return place / "therapy", canaries


def release(place, *more):
    arguments = ["release", "--solutions", place / "solutions", "--exercises", place / "exercises", *more]
    return CliRunner().invoke(app, list(map(str, arguments)))


def source_of(course):
    return course[0] / "source" / NOTEBOOK / f"{NOTEBOOK}.ipynb"


def test_each_item_with_points_has_a_cell_that_gives_them_or_one_that_a_person_marks(course):
    found = about(source_of(course))
    assert {id: one["points"] for id, one in found.items() if one["grade"]} == {
        "06-e1": 2, "06-e2": 4, "06-e3": 1, "06-e4": 2,
    }  # fmt: skip
    assert {id: one["points"] for id, one in found.items() if one["task"]} == {"06-e5-mark": 4}
    assert [id for id, one in found.items() if not one["grade"] and not one["task"]] == ["06-e5-answer"]
    assert all(one["locked"] and not one["solution"] and one["schema_version"] == 3 for one in found.values())


def test_the_source_holds_no_word_of_a_key_and_the_keys_lie_beside_it(course):
    folder, canaries = course
    assert list(canaries.found_in(folder / "source")) == []
    assert Keys(folder / "coursekit-solutions").items(("exercise", NOTEBOOK))


def test_a_configuration_that_is_there_stays(course, tmp_path, monkeypatch):
    write_sample(tmp_path)
    (tmp_path / "course/roleplays/the-clock.md").write_text(cohort.SCRIPT, encoding="utf-8")
    monkeypatch.setattr("coursekit.content.course", lambda: tmp_path / "course")
    (tmp_path / "nbgrader_config.py").write_text("# ours\n")
    for _ in range(2):
        assert release(tmp_path, "--nbgrader", tmp_path).exit_code == 0
    assert (tmp_path / "nbgrader_config.py").read_text() == "# ours\n"
    assert (tmp_path / "solutions/keys/06_sample.toml").is_file()
    assert release(tmp_path, "--check", "--nbgrader", tmp_path / "m").exit_code == 0 and not (tmp_path / "m").exists()


def test_an_exercise_without_an_answer_for_a_person_has_one_place_for_what_else_there_is(tmp_path, monkeypatch):
    write_sample(tmp_path, ITEMS.replace('points = 4\ncontext', 'points = 0\ncontext').replace('"person"', '"self"'))
    monkeypatch.setattr("coursekit.content.course", lambda: tmp_path / "course")
    assert release(tmp_path, "--nbgrader", tmp_path / "n").exit_code == 0
    found = about(tmp_path / f"n/source/{NOTEBOOK}/{NOTEBOOK}.ipynb")
    assert [(id, one["points"]) for id, one in found.items() if one["task"]] == [("else-mark", 0)]


# What its cells say


@pytest.fixture
def beside(course, tmp_path, monkeypatch):
    """`beside(content, folder)`: these answers lie beside the notebook that is run there."""

    def lay(content, place):
        (place / "answers").mkdir(parents=True)
        (place / "answers" / "exercise-06_sample.coursekit").write_bytes(content)
        monkeypatch.chdir(place)
        nbgrader._assessed.cache_clear()

    yield lay
    nbgrader._assessed.cache_clear()
    shutil.rmtree(course[0] / "autograded", ignore_errors=True)


def test_where_there_are_no_keys_a_cell_is_worth_nothing_and_says_when_it_will_be(beside, tmp_path):
    beside(TRAINEES["mia"], tmp_path)
    said = nbgrader.points(NOTEBOOK, "06-e1")
    assert (repr(said), "when your work is graded" in said.words) == ("0.0", True)


def test_a_person_finds_the_answer_and_what_else_waits(beside, course):
    beside(TRAINEES["mia"] + b'{"seq": 12, "item', course[0] / "autograded/mia/06_sample")
    said = nbgrader.answer(NOTEBOOK, "06-e5", also=True)
    assert said.words.startswith("I went on & on.\nYou <left>.") and "cannot be read: it is cut off" in said.words
    assert "<left>" not in said._repr_html_()
    nbgrader._assessed.cache_clear()


def test_an_answer_that_cannot_be_scored_has_no_points_and_is_shown(beside, course):
    beside(TRAINEES["ben"], course[0] / "autograded/ben/06_sample")
    said = nbgrader.points(NOTEBOOK, "06-e1")
    assert repr(said) == "0.0" and "A person must look" in said.words and '"z"' in said.words
    assert "06-e1" in nbgrader.answer(NOTEBOOK, "06-e5", also=True).words


# The real nbgrader

RUN = """
import json, os, pathlib, sys
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.plugins import CsvExportPlugin
from traitlets.config import PyFileConfigLoader

home, name, *trainees = sys.argv[1:]
course = os.getcwd()
config = PyFileConfigLoader("nbgrader_config.py").load_config()
config.CourseDirectory.course_id = "therapy"
config.Exchange.root, config.Exchange.cache = f"{home}/exchange", f"{home}/cache"

def nbgrader(where="."):
    config.Exchange.assignment_dir = where
    return NbGraderAPI(config=config)

def ok(done):
    assert done["success"], done
    return done["log"]

ok(nbgrader().generate_assignment(name))
ok(nbgrader().release_assignment(name))
for trainee in trainees:
    hers = nbgrader(f"{home}/{trainee}")
    hers.coursedir.student_id, hers.coursedir.assignment_id = trainee, name
    exchange = {"coursedir": hers.coursedir, "authenticator": hers.authenticator, "parent": hers}
    hers.exchange.FetchAssignment(**exchange).start()
    given, folder = pathlib.Path(home, trainee), pathlib.Path(home, trainee, name)
    for each in given.glob("*.coursekit"):
        (folder / "answers").mkdir()
        each.rename(folder / "answers" / f"exercise-{name}.coursekit")
    if trainee == "ben":
        notebook = json.loads((folder / f"{name}.ipynb").read_text())
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == "06-e2":
                cell["source"] = "4"
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook))
    os.chdir(given)
    hers.exchange.Submit(**exchange).start()
    os.chdir(course)
ok(nbgrader().collect(name))
done = {trainee: nbgrader().autograde(name, trainee) for trainee in trainees}
with Gradebook("sqlite:///gradebook.db", "therapy") as book:
    CsvExportPlugin(to="grades.csv").export(book)
    given = {
        one.student.id: {grade.name: [grade.auto_score, grade.needs_manual_grade] for grade in one.notebooks[0].grades}
        for one in book.assignment_submissions(name)
    }
print(json.dumps([given, {trainee: one["success"] for trainee, one in done.items()}]))
"""


@pytest.fixture(scope="module")
def graded(course, tmp_path_factory):
    """The assignment generated, released, fetched and handed in by three, collected, graded and exported."""
    folder, home = course[0], tmp_path_factory.mktemp("home")
    for name in ("exchange", *TRAINEES, "eva"):
        (home / name).mkdir()
    (home / "exchange").chmod(0o777)
    for trainee, content in TRAINEES.items():
        (home / trainee / "handed-in.coursekit").write_bytes(content)
    paths = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(home)}
    where = {**os.environ, **paths, "PYTHONPATH": str(Path(nbgrader.__file__).parents[2])}
    command = [sys.executable, "-c", RUN, str(home), NOTEBOOK, *TRAINEES, "eva"]
    done = subprocess.run(command, cwd=folder, env=where, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    given, graded = json.loads(done.stdout.splitlines()[-1])
    with (folder / "grades.csv").open(newline="") as file:
        exported = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    return home, given, exported, graded, done.stderr


def test_trainees_get_no_word_of_a_key(graded, course):
    folder, canaries = course
    home, *_ = graded
    assert (home / "mia" / NOTEBOOK / f"{NOTEBOOK}.ipynb").is_file()
    assert list(canaries.found_in(folder / "release")) == list(canaries.found_in(home)) == []


def test_nbgrader_gives_the_points_that_coursekit_gives(graded, course, tmp_path):
    _, given, exported, *_ = graded
    folder, _ = course
    keys = Keys(folder / "coursekit-solutions", folder.parent / "course")
    for trainee, content in TRAINEES.items():
        (tmp_path / trainee).mkdir()
        (tmp_path / trainee / "a.coursekit").write_bytes(content)
        with Gradebook(tmp_path / trainee / "book.sqlite") as book:
            grade([tmp_path / trainee / "a.coursekit"], keys, book, tmp_path / trainee / "out")
            ((hand_in,),) = [book.hand_ins(one.id) for one in book.trainees()]
        scores = {one["item"]: one["score"] or 0 for one in hand_in.scores if one["points"] and one["item"] != "06-e5"}
        assert {name: points for name, (points, _) in given[trainee].items() if name in scores} == scores
        assert exported[trainee] == sum(scores.values())
    assert exported["mia"] == 2.08


def test_what_a_person_marks_waits_for_one_and_nothing_else_does(graded):
    waiting = {name: [item for item, (_, waits) in items.items() if waits] for name, items in graded[1].items()}
    assert waiting["mia"] == waiting["ben"] == ["06-e5-mark"]


def test_a_submission_without_answers_is_not_graded_and_nbgrader_says_so(graded):
    _, given, _, done, told = graded
    assert done == {"mia": True, "ben": True, "eva": False}
    assert "There is no answers file (.coursekit) of 06_sample" in told
    assert all(points is None and waits for points, waits in given["eva"].values())
