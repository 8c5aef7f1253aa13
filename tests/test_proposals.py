"""What the coder proposes to the person who marks a written answer: plain, defused, and nothing where it is not sure."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

import cohort
from coursekit.codebook import THERAPIST_CODES
from coursekit.coding import coder
from coursekit.coding.coder import Likelihood, Reading
from coursekit.grading.assessment import assess
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.proposals import HEADS
from coursekit.grading.run import grade
from coursekit.pages.feedback import feedback_page

WORDS = "I lost you there.\nDid I go on?"
BY = "coder 1, trained on replies written for this course"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return cohort.make_course(tmp_path_factory.mktemp("course"))


@pytest.fixture
def reads(monkeypatch):
    """Lets the coder read every reply as it is told, and gives what it was asked."""
    asked = []

    def tell(**reading):
        def read(text, client="", examples=(), texts=()):
            asked.append((text, client, list(texts)))
            return a_reading(**reading)

        monkeypatch.setattr(coder, "read", read)
        return asked

    return tell


def a_reading(verdict="sure", codes=("OWN",), label="OWN", for_=((0, 6), (7, 10)), against=((24, 26),), copied="", why=""):
    likely = (Likelihood(label, 87, for_, against), Likelihood("OPEN", 9))
    return Reading("coder 1", verdict, codes, codes[:1] == ("OWN",), label, likely, ("OWN", "OPEN"), copied, why)


def row(keys, out, *acts, item="06-e5"):
    """The row of needs-a-person.csv for a hand-in of these acts."""
    (out / "a.coursekit").write_bytes(cohort.file_of(list(acts)))
    (out / "book.sqlite").unlink(missing_ok=True)
    with Gradebook(out / "book.sqlite") as book:
        grade([out / "a.coursekit"], keys, book, out / "graded")
    with (out / "graded" / "needs-a-person.csv").open(encoding="utf-8-sig", newline="") as file:
        return next(found for found in csv.DictReader(file) if found["Item"] == item)


def proposed(keys, out, text=WORDS, **more):
    """The proposal for a written answer: only the cells that say something, without the rubric."""
    found = row(keys, out, cohort.act("06-e5", {"text": text} | more))
    return {head.removeprefix("Proposal: "): found[head] for head in HEADS[2:] if found[head]}


def test_a_person_sees_the_answer_its_rubric_and_the_proposal(keys, tmp_path, reads):
    reads()
    found = row(keys, tmp_path, cohort.act("06-e5", {"text": WORDS, "codes": ["IMMED", "OPEN"]}))
    assert found == {
        "Name": "Mia",
        "Trainee id": "9f2c41d07ab35e18",
        "Part": "exercise",
        "Notebook": "06_sample",
        "Item": "06-e5",
        "Reason": "This answer is read and marked by a person.",
        "Text": WORDS,
        "File": str(tmp_path / "a.coursekit"),
        "Rubric": "owning",
        "Rubric file": f"{keys.folder.parent / 'rubrics' / 'owning.md'}",
        "Trainee named": "shares their own reaction, asks openly",
        "Proposal (counts for nothing until a person marks)": "possibly owns their part",
        "Proposal: how sure, %": "87",
        "Proposal: words for it": "“I lost”, “you”",
        "Proposal: words against it": "“go”",
        "Proposal: why none": "",
        "Proposal: by": BY,
    }


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ({"codes": ("OPEN",), "label": "OPEN"}, "asks openly"),
        ({"codes": ("VALID", "OWN"), "label": "VALID"}, "says it makes sense, and possibly owns their part"),
        ({"codes": ("CONTROL",), "label": "rude"}, "blames or commands (insults the client)"),
        ({"verdict": "outside", "codes": (), "label": "fact"}, "none of the codes: asks for a fact"),
    ],
)
def test_a_code_is_proposed_by_its_name(keys, tmp_path, reads, reading, said):
    reads(**reading)
    assert proposed(keys, tmp_path)["Proposal (counts for nothing until a person marks)"] == said


@pytest.mark.parametrize(
    ("reading", "why"),
    [
        ({"verdict": "unsure"}, "unsure"),
        ({"verdict": "unsure", "why": "pile"}, "unsure: several replies in one, or one over and over"),
        ({"verdict": "unsure", "why": "edge"}, "unsure: something in it could hurt, and the rest is of another kind"),
        ({"verdict": "unsure", "why": "short"}, "unsure: too few words to tell"),
        ({"verdict": "copied", "copied": "client"}, "copied from the client's line"),
        ({"verdict": "copied", "copied": "course"}, "copied from a reply in the key"),
    ],
)
def test_where_the_coder_abstains_nothing_is_proposed_and_why(keys, tmp_path, reads, reading, why):
    reads(codes=(), **reading)
    assert proposed(keys, tmp_path) == {"why none": why, "by": BY}


def test_an_abstention_makes_no_row_more(keys, tmp_path, reads):
    reads(verdict="unsure", codes=())
    (tmp_path / "a.coursekit").write_bytes(cohort.file_of([cohort.act("06-e5", {"text": WORDS})]))
    with Gradebook(tmp_path / "book.sqlite") as book:
        assert grade([tmp_path / "a.coursekit"], keys, book, tmp_path / "graded").waiting == 1


def test_the_coder_is_told_the_clients_line_and_the_replies_in_the_key(keys, tmp_path, reads):
    asked = reads()
    proposed(keys, tmp_path)
    models = ["I think I went too fast just now.", "But it does matter, and we should talk about it."]
    assert asked == [(WORDS, "It doesn't matter.", models)]


def test_a_copied_model_and_a_copied_poor_reply_are_seen(keys, tmp_path):
    for reply in ("I think I went too fast just now.", "but it DOES matter – and we should talk about it!"):
        assert proposed(keys, tmp_path, reply)["why none"] == "copied from a reply in the key"


def test_what_the_coder_reads_is_what_the_table_says(keys, tmp_path):
    words = "So it felt to you as if nothing that you said mattered to me."
    reading = coder.read(words, "It doesn't matter.")
    assert (reading.verdict, reading.codes) == ("sure", ("REFL",))
    said = proposed(keys, tmp_path, words)
    assert said["Proposal (counts for nothing until a person marks)"] == "says it back"
    assert said["how sure, %"] == str(reading.likely[0].percent)
    assert all(word in words for word in said["words for it"].strip("“”").split("”, “")) and said["words for it"]
    assert said["by"].startswith(f"{coder.by()}, ") and "why none" not in said


def test_an_answer_without_words_or_without_its_key_is_not_read(keys, tmp_path, reads):
    asked = reads()
    for value, version, why in [
        ({"text": 5}, 1, "there are no words to read"),
        ([WORDS], 1, "there are no words to read"),
        ({"text": WORDS}, 7, "its version of the item is not in the keys"),
    ]:
        found = row(keys, tmp_path, cohort.act("06-e5", value, version=version))
        assert (found["Proposal: why none"], found["Rubric"]) == (why, "owning")
    assert asked == []


def test_other_rows_have_no_proposal(keys, tmp_path, reads):
    asked = reads()
    acts = [
        cohort.act("06-e1", {"option": "z"}),
        cohort.act("06-e6", {"text": WORDS}),
        cohort.act("x", {"text": WORDS}),
    ]
    for item in ("06-e1", "x"):
        assert not any(row(keys, tmp_path, *acts, item=item)[head] for head in HEADS)
    assert asked == []


def test_a_reply_that_the_trainee_compares_herself_is_read_only_if_a_person_must_look(keys, tmp_path, reads):
    asked = reads()
    found = row(keys, tmp_path, cohort.act("hand-in", None), cohort.act("06-e8", {"text": WORDS}), item="06-e8")
    assert "after the hand-in" in found["Reason"] and found["Proposal: by"] == BY
    assert (found["Rubric"], found["Rubric file"]) == ("", "")
    del asked[:]
    (tmp_path / "b").mkdir()
    with pytest.raises(StopIteration):
        row(keys, tmp_path / "b", cohort.act("06-e8", {"text": WORDS}), item="06-e8")
    assert asked == []


def test_a_rubric_that_is_not_there_is_said_to_be_missing(tmp_path, reads):
    reads()
    keys = cohort.make_course(tmp_path)
    rubric = keys.rubric(keys.items(("exercise", cohort.NOTEBOOK))["06-e5"])
    rubric.unlink()
    assert row(keys, tmp_path, cohort.act("06-e5", {"text": WORDS}))["Rubric file"] == f"{rubric} is missing"


def test_no_cell_of_a_proposal_runs_as_a_formula(keys, tmp_path, reads):
    reads(for_=((0, 5),), against=())
    found = row(keys, tmp_path, cohort.act("06-e5", {"text": "=1+1 and more", "codes": ["=cmd()", "\u202e" * 99, 7]}))
    assert found["Proposal: words for it"] == "“=1+1”"
    assert found["Trainee named"] == f"'=cmd(), {'�' * 59}…"
    assert not [cell for cell in found.values() if cell[:1] in ("=", "@", "+", "-")]


def test_the_feedback_page_shows_no_proposal(keys, reads):
    asked = reads()
    page = feedback_page("Mia", [assess(cohort.file_of([cohort.act("06-e5", {"text": WORDS})]), keys)])
    assert asked == [] and "roposal" not in page and "coder" not in page and THERAPIST_CODES["OWN"].name not in page


def test_the_model_is_loaded_only_where_there_is_something_to_read(keys, tmp_path):
    code = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
import cohort
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.run import grade
from coursekit.pages.feedback import feedback_page
out = Path(sys.argv[2])
keys = cohort.Keys(*[Path(sys.argv[1]) / part for part in ("solutions", "course")])
for text in ("", "I lost you there."):
    (out / "a.coursekit").write_bytes(cohort.file_of([cohort.act("06-e5", {"text": text}), cohort.act("x", "?")]))
    with Gradebook(out / f"{len(text)}.sqlite") as book:
        grade([out / "a.coursekit"], keys, book, out / "graded", feedback_page)
    print("coursekit.coding.coder" in sys.modules)
"""
    tests = Path(__file__).parent
    command = [sys.executable, "-c", code, keys.folder.parents[1], tmp_path, tests]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
