# ruff: noqa: E501
import json

import pytest

from coursekit.exercises.notebooks import Call, NotebookFaults, calls, foreign, read_notebook


def code(text):
    return {"cell_type": "code", "source": text, "metadata": {}}


@pytest.mark.parametrize(
    "text, expected",
    [
        ('here.item("06-l1")', [Call("item", "06-l1")]),
        ('here.roleplay("the-clock")', [Call("roleplay", "the-clock")]),
        ("here.references()\nhere.submit()", [Call("references"), Call("submit")]),
        ('from coursekit import exercise\nhere = exercise("06_sample")', [Call("exercise", "06_sample")]),
        (["here.item(", "'06-l1')"], [Call("item", "06-l1")]),
    ],
)
def test_the_verbs_that_a_cell_calls_are_found(text, expected):
    assert calls(code(text)) == expected
    assert foreign(code(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "print('no')",
        "here.item(open('key').read())",
        "here.item('06-e1', 'b')",
        "here.item(id='06-e1')",
        "here.grade('06-e1')",
        "x = here.item('06-e1')",
        "from coursekit import exercise as e",
        "from os import system",
        "%matplotlib inline",
        "here.item('06-e1'",
        "'''the key is b'''",
    ],
)
def test_everything_else_is_foreign_and_is_never_run(text):
    assert calls(code(text)) == []
    assert foreign(code(text)) != []


def test_a_comment_is_foreign():
    assert foreign(code('here.item("06-e1")  # the key is b')) == ["# the key is b"]


def test_a_text_cell_calls_nothing():
    assert calls({"cell_type": "markdown", "source": 'here.item("06-e1")', "metadata": {}}) == []


def notebook(*cells, **more):
    cells = [
        {"id": f"c{n}", "cell_type": "markdown", "source": "", "metadata": {}} | cell for n, cell in enumerate(cells, 1)
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more


@pytest.fixture
def said(tmp_path):
    """What `read_notebook` says of a notebook, without the file's name."""

    def said(notebook, tags=None):
        path = tmp_path / "06_sample.ipynb"
        path.write_text(json.dumps(notebook))
        try:
            read_notebook(path, tags)
        except NotebookFaults as faults:
            return [str(fault).partition("06_sample.ipynb")[2] for fault in faults.faults]
        return []

    return said


def test_a_plain_notebook_is_read_as_it_stands(tmp_path):
    path = tmp_path / "06_sample.ipynb"
    plain = notebook({"source": ["# Title\n", "text"], "metadata": {"tags": ["coursekit-hint"]}})
    path.write_text(json.dumps(plain))
    assert read_notebook(path) == plain


def test_all_faults_are_named_with_the_cell_in_one_pass(said):
    faulty = notebook(
        {"cell_type": "code", "outputs": [{"output_type": "stream"}], "execution_count": 3},
        {"cell_type": "raw"},
        {"attachments": {"a.png": {}}},
        {"metadata": {"nbgrader": {}}},
        {"metadata": {"jupyter": {"key": "b"}}},
        {"id": "c1"},
        {"id": ""},
        metadata={"authors": []},
    )
    assert said(faulty) == [
        ": found notebook metadata `authors`. Take it out; known are coursekit, kernelspec, language_info.",
        ": found the cell id c1 2 times. Give each cell an id of its own.",
        ", cell 1 (id c1): found outputs. Clear them (Edit, Clear Outputs of All Cells) and save.",
        ", cell 2 (id c2): found a raw cell. Make it a text or a code cell.",
        ", cell 3 (id c3): found an attachment. Take the pasted picture out; figures are drawn by here.figure(…).",
        ", cell 4 (id c4): found cell metadata `nbgrader`. "
        "Take it out; known are coursekit, deletable, editable, jupyter, tags.",
        ', cell 5 (id c5): found cell metadata `jupyter` = {"key": "b"}. '
        "Known below it are outputs_hidden, source_hidden.",
        ", cell 7: found no cell id. Save the notebook in JupyterLab 4, which gives each cell one.",
    ]


@pytest.mark.parametrize(
    "tags, expected",
    [
        (["shared"], []),
        (["shared", "coursekit-hint"], []),
        ([], [", cell 1 (id c1): found no tag. Give the cell one of shared, solution."]),
        (["shraed"], [", cell 1 (id c1): found the tag shraed. Known are shared, solution."]),
        (["shared", "x"], [", cell 1 (id c1): found the tag x. Known are shared, solution."]),
        (["shared", "solution"], [", cell 1 (id c1): found the tags shared, solution. Leave one of them."]),
        ("shared", [', cell 1 (id c1): found tags that are not a list of words: "shared". Write them again in JupyterLab.']),
    ],
)  # fmt: skip
def test_each_cell_carries_exactly_one_tag_of_a_closed_list(said, tags, expected):
    assert said(notebook({"metadata": {"tags": tags}}), ("shared", "solution")) == expected


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": [1], "metadata": {}}', '{"cells": [{}], "metadata": {}}'])
def test_what_is_not_a_notebook_is_a_fault_and_no_traceback(tmp_path, text):
    path = tmp_path / "06_sample.ipynb"
    path.write_text(text)
    with pytest.raises(NotebookFaults, match="not a notebook"):
        read_notebook(path)
