"""`coursekit start` lays out a working copy and never overwrites what the trainee has."""

import json
import os

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from typer.testing import CliRunner

from coursekit import content, start, working_copy
from coursekit.cli import app

LESSON = "course/06_rupture_and_repair.ipynb"
EXERCISE = "exercises/06_rupture_and_repair.ipynb"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two pages, in place of the real one."""
    root = tmp_path / "shipped"
    monkeypatch.setattr(content, "root", lambda: root)
    for name in (LESSON, EXERCISE):
        ship(root, name, "here.item('06-l1')")
    return root


@pytest.fixture
def copy(tmp_path):
    return tmp_path / "my-course"


def ship(root, name, *sources):
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    cells = [nbformat.v4.new_code_cell(source, id=f"c{number}") for number, source in enumerate(sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), root / name)


def edit(path, change):
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def test_a_first_start_lays_out_every_page_signed_as_trusted(course, copy):
    layout = start.lay_out(copy)
    assert layout.new == [LESSON, EXERCISE]
    assert (copy / "answers").is_dir()
    assert all(NotebookNotary().check_signature(nbformat.read(copy / name, as_version=4)) for name in layout.new)


def test_a_key_pressed_by_mistake_changes_nothing_of_the_course(course, copy):
    start.lay_out(copy)
    cells = nbformat.read(copy / LESSON, as_version=4).cells
    assert all(cell.metadata.editable is False and cell.metadata.deletable is False for cell in cells)


def test_a_second_start_changes_nothing_and_keeps_the_trainee_id(course, copy):
    start.lay_out(copy)
    before = (copy / ".coursekit.json").read_text()
    assert start.lay_out(copy).unchanged == [LESSON, EXERCISE]
    assert (copy / ".coursekit.json").read_text() == before


def test_two_copies_have_two_trainee_ids(course, tmp_path):
    ids = {start.lay_out(tmp_path / name) and working_copy.read_marker(tmp_path / name).trainee for name in "ab"}
    assert len(ids) == 2


def test_a_page_that_was_only_played_is_brought_up_to_date(course, copy):
    start.lay_out(copy)
    output = nbformat.v4.new_output("stream", text="played")
    edit(copy / LESSON, lambda page: (page.cells[0].outputs.append(output), page.metadata.update(mine=True)))
    ship(course, LESSON, "here.item('06-l2')")
    assert start.lay_out(copy).updated == [LESSON]
    assert sources(copy / LESSON) == ["here.item('06-l2')"]


def test_a_page_that_the_trainee_changed_is_kept_and_she_is_told(course, copy):
    start.lay_out(copy)
    edit(copy / LESSON, lambda page: page.cells.append(nbformat.v4.new_markdown_cell("My note", id="mine")))
    assert start.lay_out(copy).kept == {LESSON: "you have changed this page; it stays as you left it."}
    ship(course, LESSON, "here.item('06-l2')")
    layout = start.lay_out(copy)
    assert "The course has a newer one" in layout.kept[LESSON]
    assert sources(copy / LESSON)[-1] == "My note"
    assert "Kept " + LESSON in CliRunner().invoke(app, ["start", str(copy), "--no-open"]).output


def test_a_file_of_hers_that_is_no_notebook_is_kept(course, copy):
    start.lay_out(copy)
    for text in ("", "{", "[]", "{}", '{"cells": 3, "nbformat": 4, "metadata": {}}', '{"nbformat": 99}'):
        (copy / LESSON).write_text(text)
        assert "cannot be read" in start.lay_out(copy).kept[LESSON]
        assert (copy / LESSON).read_text() == text
    (copy / LESSON).write_bytes(b"\xff\xfe")
    assert "cannot be read" in start.lay_out(copy).kept[LESSON]


def test_a_page_that_was_deleted_is_laid_out_again(course, copy):
    start.lay_out(copy)
    (copy / LESSON).unlink()
    assert start.lay_out(copy).new == [LESSON]


def test_a_copy_that_came_from_another_computer_is_trusted_again(course, copy):
    start.lay_out(copy)
    NotebookNotary().unsign(nbformat.read(copy / LESSON, as_version=4))
    start.lay_out(copy)
    assert NotebookNotary().check_signature(nbformat.read(copy / LESSON, as_version=4))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"format": 2}', '{"course": "another"}', '{"trainee": "Mia"}', '{"format": 1, "x": 1}']
)
def test_a_damaged_marker_is_an_error_that_says_what_to_do(course, copy, text):
    start.lay_out(copy)
    (copy / ".coursekit.json").write_text(text)
    with pytest.raises(working_copy.WorkingCopyError, match="damaged .* delete it and start again"):
        start.lay_out(copy)
    assert (copy / ".coursekit.json").read_text() == text


def test_a_file_where_the_folder_should_be_is_an_error(course, copy):
    copy.write_text("a file")
    with pytest.raises(working_copy.WorkingCopyError, match="is a file, and a folder is needed"):
        start.lay_out(copy)
    with pytest.raises(working_copy.WorkingCopyError, match="is a file, and a folder is needed"):
        start.lay_out(copy / "below")


def test_a_folder_that_cannot_be_written_is_an_error(course, copy, monkeypatch):
    start.lay_out(copy)
    (copy / LESSON).unlink()

    def refuse(*_):
        raise PermissionError(13, "Permission denied", str(copy / LESSON))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(working_copy.WorkingCopyError, match="cannot be written .Permission denied"):
        start.lay_out(copy)


def test_the_course_itself_is_not_used_as_a_working_copy(course):
    with pytest.raises(working_copy.WorkingCopyError, match="is the course itself"):
        start.lay_out(course)


def test_an_error_ends_the_command_with_its_text_and_status_1(course, copy):
    copy.write_text("a file")
    result = CliRunner().invoke(app, ["start", str(copy), "--no-open"])
    assert result.exit_code == 1
    assert "is a file" in result.output


def test_the_working_copy_is_found_from_the_folder_of_a_notebook(course, copy, tmp_path):
    start.lay_out(copy)
    assert working_copy.find(copy / "course") == copy
    assert working_copy.find(tmp_path) is None


def test_the_first_page_is_the_first_lesson_whatever_was_done_with_it(course, copy):
    ship(course, "course/00_start_here.ipynb", "here")
    start.lay_out(copy)
    edit(copy / "course/00_start_here.ipynb", lambda page: page.cells.clear())
    assert start.lay_out(copy).first_page() == "course/00_start_here.ipynb"


def test_every_notebook_of_the_course_runs_when_it_opens():
    pages = [*content.course().glob("*.ipynb"), *content.exercises().glob("*.ipynb")]
    for page in pages:
        metadata = json.loads(page.read_text(encoding="utf-8"))["metadata"]
        assert metadata.get("coursekit", {}).get("run_on_open") is True, page.name
        assert metadata.get("kernelspec", {}).get("name") == "python3", page.name
