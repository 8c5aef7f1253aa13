"""In the middle of a week: half of the class has handed in when something in the exercise is corrected."""

import csv

import pytest
from typer.testing import CliRunner

import cohort
from coursekit.cli import app
from coursekit.exercises.items import load_public
from coursekit.exercises.release import prepare, write
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.marks import Marks, place_of
from sample_exercise import ITEMS, NOTEBOOK, write_sample

EARLY, LATE = {"Mia": "a", "Ben": "b"}, {"Zoë": "a", "Jonas": "b"}
"""Who handed in before the correction and after it, with the option that each chose in 06-e1; the key says b."""


@pytest.fixture
def course(tmp_path):
    """A course of which an exercise was released and half of the class has handed in."""
    release(tmp_path, ITEMS)
    hand_in(tmp_path, EARLY)
    assert told(grade(tmp_path)) == ["2 files: 2 graded."]
    return tmp_path


def release(folder, items):
    places = folder / "solutions", folder / "exercises", folder / "course"
    write_sample(folder, items)
    (folder / "course/roleplays/the-clock.md").write_text(cohort.SCRIPT, encoding="utf-8")
    write(prepare(*places), *places[:2])


def hand_in(folder, people):
    """Answers files as the notebook writes them that is in `exercises` now."""
    versions = {item.id: item.version for item in load_public(folder / "exercises" / "items" / f"{NOTEBOOK}.json")}
    for name, option in people.items():
        said = {
            "06-e1": {"option": option, "reason": "r1"},
            "06-e3": {"order": ["see", "own", "ask"]},
            "06-e5": {"text": "I lost you."},
        }
        acts = [cohort.act(item, value, version=versions[item]) for item, value in said.items()]
        first = cohort.header(trainee=name.encode().hex().ljust(16, "0")[:16], name=name)
        (folder / "in").mkdir(exist_ok=True)
        (folder / "in" / f"{name}.coursekit").write_bytes(cohort.file_of(acts, first))


def grade(folder, *names):
    """Grade everything that came in, or what these handed in."""
    paths = [folder / "in" / f"{name}.coursekit" for name in names] or [folder / "in"]
    places = ["--solutions", folder / "solutions", "--out", folder / "out"]
    done = CliRunner().invoke(app, ["grade", *map(str, [*paths, *places])])
    assert done.exit_code == 0, done.output
    return done


def told(done):
    """What the command says of the files and their scores."""
    wanted = ("files:", "file:", "already", "Scored anew")
    return [line for line in done.output.splitlines() if any(word in line for word in wanted) and "Grading" not in line]


def table(folder, name):
    with (folder / "out" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def points(folder):
    """What everybody has in the two items with a key that were answered."""
    return {row["Name"]: (row["06-e1 (of 2)"], row["06-e3 (of 1)"]) for row in table(folder, "grades.csv")}


def page(folder, name):
    (found,) = (folder / "out" / "feedback").glob(f"{name}-*.html")
    return found.read_text(encoding="utf-8")


def test_corrected_wording_costs_nobody_anything(course):
    before = points(course)
    release(course, ITEMS.replace("What is going on?", "What goes on there?").replace("She is bored.", "She has had enough."))
    hand_in(course, LATE)
    assert told(grade(course)) == ["4 files: 4 graded.", "The gradebook had 2 of them already; 0 have other scores now."]
    after = points(course)
    assert {name: after[name] for name in EARLY} == before
    assert after["Mia"] == after["Zoë"] == ("1", "1") and after["Ben"] == after["Jonas"] == ("2", "1")


OTHER = ITEMS.replace('option = "b"\nreason', 'option = "a"\nreason')
"""The items with another key for 06-e1 and nothing else changed."""


def test_a_changed_key_scores_anew_what_it_touches_and_says_so(course):
    release(course, OTHER)
    hand_in(course, LATE)
    assert told(grade(course)) == [
        "4 files: 4 graded.",
        "The gradebook had 2 of them already; 2 have other scores now.",
        "Scored anew by the keys of today: 06-e1, 2 trainees (1 with more points, 1 with fewer). files.csv has each.",
    ]
    assert points(course) == {"Mia": ("2", "1"), "Zoë": ("2", "1"), "Ben": ("1", "1"), "Jonas": ("1", "1")}
    said = {row["File"].rsplit("/")[-1]: row["Reason"] for row in table(course, "files.csv")}
    assert "Other scores by the keys of today: 06-e1 1 → 2." in said["Mia.coursekit"]
    assert "Other scores" not in said["Zoë.coursekit"]
    assert told(grade(course))[1:] == ["The gradebook had 4 of them already; 0 have other scores now."]


def test_what_does_not_come_in_again_is_scored_anew_too(course):
    release(course, OTHER)
    hand_in(course, LATE)
    assert told(grade(course, *LATE))[1:] == [
        "Scored anew by the keys of today: 06-e1, 2 trainees (1 with more points, 1 with fewer). files.csv has each."
    ]
    assert points(course) == {"Mia": ("2", "1"), "Zoë": ("2", "1"), "Ben": ("1", "1"), "Jonas": ("1", "1")}
    again = {row["File"].rsplit("/")[-1]: row["Reason"] for row in table(course, "files.csv") if row["Outcome"] == "scored again"}
    assert again["Ben.coursekit"] == "Other scores by the keys of today: 06-e1 2 → 1." and set(again) == {
        "Mia.coursekit", "Ben.coursekit",
    }  # fmt: skip
    assert "1 of 2 points" not in page(course, "Mia") and "1 of 2 points" in page(course, "Ben")


def test_a_key_that_was_changed_and_not_yet_released_counts_too(course):
    write_sample(course, OTHER)
    grade(course)
    assert points(course) == {"Mia": ("2", "1"), "Ben": ("1", "1")}


THIRD = OTHER.replace('a = "Boredom', 'c = "Waiting is not yet an answer."\na = "Boredom').replace(
    "[[item.reasons]]", '[[item.options]]\nid = "c"\ntext = "She waits."\n\n[[item.reasons]]', 1
)
SWAPPED = OTHER.replace("She is bored.", "?").replace("She has moved away.", "She is bored.").replace('"?"', '"She moved away."')


@pytest.mark.parametrize("items", [THIRD, SWAPPED], ids=["a third option", "each text under the other id"])
def test_what_was_answered_on_another_page_keeps_its_key(course, items):
    before = points(course)
    release(course, items)
    assert told(grade(course))[1:] == ["The gradebook had 2 of them already; 0 have other scores now."]
    assert points(course) == before


def test_a_persons_mark_stays(course):
    with Gradebook(course / "out" / "gradebook.sqlite") as book:
        mia = next(one.id for one in book.trainees() if one.name == "Mia")
        place = place_of(mia, "exercise", NOTEBOOK, "06-e5", {"text": "I lost you."})
        Marks(book).add(place, "Ada", "first", 3, "0" * 16, "Short, and yours.")
    grade(course)
    before = {row["Name"]: row["06-e5 (of 4)"] for row in table(course, "grades.csv")}
    release(course, OTHER)
    grade(course)
    after = {row["Name"]: row["06-e5 (of 4)"] for row in table(course, "grades.csv")}
    assert before == after and float(after["Mia"]) > 0 and after["Ben"] == "person"
    assert "Short, and yours." in page(course, "Mia")
