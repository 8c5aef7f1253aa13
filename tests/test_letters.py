"""Whom to write to: each who should hear something, once, with a text that says what and what to do."""

import csv

import pytest

import cohort
from coursekit.grading.forget import forget
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.letters import AFTER, DAMAGED, FILE, LESSON, MISSING, REFUSED, SAME, letters
from coursekit.grading.lms import take_away
from coursekit.grading.run import grade, page_name


@pytest.fixture
def keys(tmp_path):
    return cohort.make_course(tmp_path)


@pytest.fixture
def written(keys, tmp_path):
    """`written(name=content, …)`: who is to be written to when these files came in, and the gradebook."""
    out, came = tmp_path / "out", tmp_path / "in"
    with Gradebook(tmp_path / "book.sqlite") as book:

        def run(**files):
            for name, data in files.items():
                path = came / f"{name.replace('_', ' ', 1)}_assignsubmission_file" / "a.coursekit"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            points = grade([came], keys, book, out).points
            take_away(book, out, points)
            return letters(book, out), book

        yield run


ACTS = [cohort.act("06-e1", {"option": "b", "reason": "r1"}), cohort.act("06-e6", {"text": "A word."})]


def file(n, name, acts=ACTS):
    return cohort.file_of([*acts, cohort.act("hand-in", None)], cohort.header(f"{n:016x}", name))


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_who_handed_in_what_is_whole_is_not_written_to(written, tmp_path):
    assert written(Mia_Kern_12=file(1, "Mia Kern"))[0] == [] and not (tmp_path / "out" / FILE).exists()


def test_each_fault_has_its_letter_by_name_and_system_id(written, tmp_path):
    whole = file(1, "x")
    torn = file(2, "Ben Otto")[:-30]
    lines = file(3, "Ana Ruiz").split(b"\n")
    gap = b"\n".join([lines[0], *lines[2:]])
    after = cohort.file_of([cohort.act("hand-in", None), *ACTS], cohort.header(f"{4:016x}", "Zoe Lind"))
    found, _ = written(Mia_Kern_12=b"no answers", Ben_Otto_13=torn, Ana_Ruiz_14=gap, Zoe_Lind_15=after, Jo_Wolf_16=whole)
    assert [(one.name, one.system_id, one.about) for one in found] == [
        ("Ana Ruiz", "14", MISSING), ("Ben Otto", "13", DAMAGED), ("Mia Kern", "12", REFUSED), ("Zoe Lind", "15", AFTER)
    ]  # fmt: skip
    assert all(one.text.startswith(f"Dear {one.name},\n\n") for one in found)
    assert "06-e1, 06-e6" in found[3].text and "(a.coursekit)" in found[2].text
    assert [(row["Name"], row["About"]) for row in rows(tmp_path / "out" / FILE)] == [(one.name, one.about) for one in found]


def test_who_sent_somebody_else_s_file_or_only_the_lesson_is_written_to(written):
    lesson = cohort.file_of(ACTS, cohort.header(f"{2:016x}", "Ana Ruiz", part="lesson"))
    found, _ = written(Ben_Otto_13=file(1, "Mia Kern"), Mia_Kern_12=file(1, "Mia Kern"), Ana_Ruiz_14=lesson)
    assert [(one.name, one.system_id, one.about) for one in found] == [("Ana Ruiz", "14", LESSON), ("Ben Otto", "13", SAME)]
    assert "Mia" not in found[1].text and "Dear Ben Otto" in found[1].text and "the lesson “06 sample”" in found[0].text


def test_who_sent_a_copy_and_a_file_of_his_own_is_not_written_to(written, tmp_path):
    written(Ben_Otto_13=file(2, "Ben Otto"))
    folder = tmp_path / "in" / "Ben Otto_13_assignsubmission_file"
    (folder / "b.coursekit").write_bytes(file(1, "Mia Kern"))
    assert written(Mia_Kern_12=file(1, "Mia Kern"))[0] == []


def test_who_handed_in_a_lesson_where_nobody_handed_in_its_exercise_is_not_written_to(written):
    lesson = cohort.file_of(ACTS, cohort.header(f"{2:016x}", "Ana Ruiz", part="lesson"))
    assert written(Ana_Ruiz_14=lesson)[0] == []


def test_who_has_handed_in_well_besides_is_not_written_to(written, tmp_path):
    assert len(written(Mia_Kern_12=b"no answers")[0]) == 1
    (tmp_path / "in" / "Mia Kern_12_assignsubmission_file" / "b.coursekit").write_bytes(file(1, "Mia Kern"))
    assert written()[0] == []


def test_a_download_that_cannot_be_opened_is_nobody_s_letter(written, tmp_path):
    written(Mia_Kern_12=file(1, "Mia Kern"))
    (tmp_path / "in" / "class.zip").write_bytes(b"torn")
    assert written()[0] == []


def test_who_is_removed_is_not_in_the_list_any_more(written, tmp_path):
    found, book = written(Ben_Otto_13=file(2, "Ben Otto")[:-30], Mia_Kern_12=b"no answers")
    assert len(found) == 2
    forget(book, book.trainees()[0], tmp_path / "out", page_name)
    assert [row["Name"] for row in rows(tmp_path / "out" / FILE)] == ["Mia Kern"]
