# ruff: noqa: E501
import json
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from coursekit.exercises.items import load_archive, load_public, release_of
from coursekit.exercises.release import ReleaseRefused, differences, prepare, write
from sample_exercise import ITEMS, cell, sample_notebook, write_sample

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path):
    write_sample(tmp_path)
    return tmp_path


def places(folder):
    return folder / "solutions", folder / "exercises"


def release(folder):
    prepared = prepare(*places(folder), folder / "course")
    write(prepared, *places(folder))
    return prepared


def refusal(folder):
    with pytest.raises(ReleaseRefused) as refused:
        release(folder)
    return [fault.replace(f"{folder}/", "") for fault in refused.value.faults]


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_exercise_is_the_kept_cells_and_the_public_part_of_the_items_and_no_more(folder):
    release(folder)
    code = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"jupyter": {"source_hidden": True}},
        "outputs": [],
    }
    text = {"cell_type": "markdown", "metadata": {}}
    assert json.loads((folder / "exercises/06_sample.ipynb").read_text("utf-8")) == {
        "cells": [
            text | {"id": "title", "source": ["# After the clock\n", "\n", "An exercise of half an hour."]},
            text | {"id": "hint", "source": ["If the page stays blank, choose Run, Run All Cells."], "metadata": {"tags": ["coursekit-hint"]}},
            code | {"id": "open", "source": ["from coursekit import exercise\n", 'here = exercise("06_sample")']},
            *(code | {"id": f"item-{n}", "source": [f'here.item("06-e{n}")']} for n in range(1, 7)),
            code | {"id": "play", "source": ['here.roleplay("the-clock")']},
            code | {"id": "end", "source": ["here.submit()"]},
        ],
        "metadata": {
            "coursekit": {"part": "exercise", "notebook": "06_sample", "release": 1, "run_on_open": True},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }  # fmt: skip
    assert json.loads((folder / "exercises/items/06_sample.json").read_text("utf-8"))["items"][:2] == [
        {
            "id": "06-e1", "kind": "choice", "version": 1, "title": "Thirty seconds of nothing", "points": 2,
            "prompt": "Maya looks at the clock. What is going on?",
            "options": [{"id": "a", "text": "She is bored."}, {"id": "b", "text": "She has moved away."}],
            "reasons": [
                {"id": "r1", "text": "Her answers have shrunk since the remark about her mother."},
                {"id": "r2", "text": "Silence always means the same thing."},
            ],
        },
        {
            "id": "06-e2", "kind": "coding", "version": 1, "title": "Who moves, and where", "points": 4,
            "prompt": "Judge each marked line.", "vocabulary": ["GOES-QUIET", "GOES-ALONG"],
            "lines": [
                {"who": "Therapist", "text": "How was the week?", "id": "u1", "code": False},
                {"who": "Maya", "text": "Fine.", "manner": "to the window", "id": "u2", "code": True},
                {"who": "Maya", "text": "I slept, finally.", "id": "u3", "code": True},
            ],
        },
    ]  # fmt: skip
    assert sorted(tree(folder / "exercises")) == ["06_sample.ipynb", "items/06_sample.json"]


def test_the_exercise_is_a_valid_notebook_and_its_items_are_read_again(folder):
    release(folder)
    nbformat.validate(nbformat.read(folder / "exercises/06_sample.ipynb", as_version=4))
    items = load_public(folder / "exercises/items/06_sample.json")
    assert [item.id for item in items] == [f"06-e{n}" for n in range(1, 8)]
    assert {item.key for item in items} == {None}
    assert release_of(folder / "exercises/items/06_sample.json") == 1


def test_a_second_release_of_the_same_changes_nothing(folder):
    release(folder)
    before = tree(folder)
    assert differences(release(folder), *places(folder)) == []
    assert tree(folder) == before


def test_new_wording_is_no_new_version_and_a_new_key_is(folder):
    release(folder)
    write_sample(folder, ITEMS.replace("She is bored.", "She is bored, it seems."))
    release(folder)
    published = folder / "exercises/items/06_sample.json"
    assert (release_of(published), load_public(published)[0].version) == (1, 1)
    write_sample(folder, ITEMS.replace('option = "b"', 'option = "a"'))
    release(folder)
    assert (release_of(published), [item.version for item in load_public(published)]) == (2, [2, 1, 1, 1, 1, 1, 1])
    archive = load_archive(folder / "solutions/keys/archive/06_sample")
    assert (archive["06-e1", 1].key.option, archive["06-e1", 2].key.option) == ("b", "a")
    write_sample(folder)
    release(folder)
    assert (release_of(published), load_public(published)[0].version) == (3, 3)


def test_the_version_that_trainees_see_is_a_plain_counter(folder):
    other = folder / "other"
    write_sample(other, ITEMS.replace('option = "b"', 'option = "a"').replace('reason = "r1"', 'reason = "r2"'))
    release(folder)
    release(other)
    assert tree(folder / "exercises") == tree(other / "exercises")


def test_check_says_what_differs_and_writes_nothing(folder):
    release(folder)
    (folder / "exercises/06_sample.ipynb").write_text("edited by hand\n")
    (folder / "exercises/items/07_gone.json").write_text("{}")
    write_sample(folder, ITEMS.replace("She is bored.", "She is bored, it seems."))
    before = tree(folder)
    found = differences(prepare(*places(folder), folder / "course"), *places(folder))
    assert [line.replace(f"{folder}/", "") for line in found] == [
        "solutions/keys/archive/06_sample/06-e1@1.json: differs from line 11 on",
        "exercises/06_sample.ipynb: differs from line 1 on",
        "exercises/items/06_sample.json: differs from line 15 on",
        "exercises/items/07_gone.json: has no solution any more",
    ]
    assert tree(folder) == before


def changed(change):
    notebook = sample_notebook()
    change({entry["id"]: entry for entry in notebook["cells"]}, notebook)
    return notebook


REFUSED = {
    "an unknown tag": (lambda c, n: c["title"]["metadata"].update(tags=["shraed"]), "cell 1 (id title): found the tag shraed"),
    "no tag": (lambda c, n: c["title"].update(metadata={}), "cell 1 (id title): found no tag"),
    "two tags": (lambda c, n: c["title"]["metadata"].update(tags=["shared", "solution"]), "the tags shared, solution"),
    "outputs": (lambda c, n: c["count"].update(outputs=[{"output_type": "stream"}]), "cell 12 (id count): found outputs"),
    "a raw cell": (lambda c, n: c["model"].update(cell_type="raw"), "cell 11 (id model): found a raw cell"),
    "an attachment": (lambda c, n: c["title"].update(attachments={"key.png": {}}), "found an attachment"),
    "other metadata": (lambda c, n: c["title"]["metadata"].update(answer="b"), "found cell metadata `answer`"),
    "other notebook metadata": (lambda c, n: n["metadata"].update(answer="b"), "found notebook metadata `answer`"),
    "no id": (lambda c, n: c["title"].pop("id"), "cell 1: found no cell id"),
    "an item nobody defined": (lambda c, n: c["item-1"].update(source='here.item("06-e9")'), "found no definition of 06-e9"),
    "an item nobody calls": (lambda c, n: n["cells"].remove(c["item-1"]), "found no cell for the item 06-e1"),
    "an item called twice": (lambda c, n: c["item-1"].update(source='here.item("06-e2")'), "the item 06-e2 a second time"),
    "an item in a shared cell": (lambda c, n: c["item-1"]["metadata"].update(tags=["shared"]), "in a shared cell"),
    "an item cell without an item": (lambda c, n: c["title"]["metadata"].update(tags=["item"]), "does not call one item"),
    "code": (lambda c, n: c["item-1"].update(source='here.item("06-e1")\nprint(1)'), "(id item-1): found `print(1)`"),
    "a comment in code": (lambda c, n: c["item-1"].update(source='here.item("06-e1")  # b'), "found `# b`"),
    "a comment in text": (lambda c, n: c["title"].update(source="# Title\n<!-- b -->"), "which readers do not see"),
    "no opening": (lambda c, n: n["cells"].remove(c["open"]), "found no opening"),
    "another's opening": (lambda c, n: c["open"].update(source='here = exercise("07_x")'), "found exercise(07_x)"),
    "no end": (lambda c, n: n["cells"].remove(c["end"]), "found no single here.submit()"),
    "a key's reason in the text": (
        lambda c, n: c["title"].update(source="# Hm\n\nThe shift has a moment,\nand *the moment* has a cause!"),
        "The key of the item 06-e1: found in what would be exercises/06_sample.ipynb, too",
    ),
    "a model answer in the text": (
        lambda c, n: c["title"].update(source="Say: “I think I went too fast just now.”"),
        "The key of the item 06-e5: found in what would be exercises/06_sample.ipynb",
    ),
    "a teaching note in the text": (
        lambda c, n: c["title"].update(source=c["notes"]["source"]),
        "cell 4: found in what would be exercises/06_sample.ipynb",
    ),
    "a rubric in the text": (
        lambda c, n: c["title"].update(source="4: owns a part of it, in few words, and waits for an answer."),
        "solutions/rubrics/owning.md: found in what would be exercises/06_sample.ipynb",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_notebook_that_is_not_as_it_must_be_is_refused_with_cell_and_reason(folder, what):
    release(folder)
    before = tree(folder / "exercises")
    change, said = REFUSED[what]
    write_sample(folder, notebook=changed(change))
    assert said in "\n".join(refusal(folder))
    assert tree(folder / "exercises") == before


def test_a_key_in_the_public_part_of_another_item_is_refused(folder):
    write_sample(folder, ITEMS.replace("Answer Maya.", "Answer Maya. Boredom would show from the start."))
    assert refusal(folder) == [
        "The key of the item 06-e1: found in what would be exercises/items/06_sample.json, too: “boredom would show from the "
        "start”. Take it out of what trainees get, or word one of the two differently."
    ]


def test_one_bad_notebook_holds_back_all_and_every_fault_is_named(folder):
    release(folder)
    before = tree(folder / "exercises")
    second = sample_notebook()
    second["cells"][0]["metadata"]["tags"] = []
    (folder / "solutions/07_other.ipynb").write_text(json.dumps(second))
    (folder / "solutions/keys/07_other.toml").write_text(ITEMS.replace("points = 2", "points = -2"))
    (folder / "solutions/08_alone.ipynb").write_text(json.dumps(second))
    (folder / "solutions/Copy of 06.ipynb").write_text("")
    (folder / "solutions/keys/09_keys.toml").write_text(ITEMS)
    (folder / "solutions/instructor.ipynb").write_text("not a matter of release")
    (folder / "exercises/notes.md").write_text("by hand")
    said = refusal(folder)
    assert [fault.partition(": ")[0] for fault in said] == [
        "solutions/07_other.ipynb, cell 1 (id title)",
        "solutions/keys/07_other.toml, line 7, item 06-e1",
        "solutions/keys/07_other.toml, line 72, item 06-e4",
        "solutions/08_alone.ipynb",
        "solutions/keys/09_keys.toml",
        "solutions/Copy of 06.ipynb",
        "exercises/notes.md",
    ]
    (folder / "exercises/notes.md").unlink()
    assert tree(folder / "exercises") == before


def test_an_item_id_in_two_notebooks_is_refused(folder):
    (folder / "solutions/07_other.ipynb").write_text(json.dumps(sample_notebook()).replace("06_sample", "07_other"))
    (folder / "solutions/keys/07_other.toml").write_text(ITEMS)
    assert refusal(folder)[0].startswith("06_sample and 07_other: found the item id 06-e1 in each.")


def test_a_lost_archive_is_noticed_before_versions_begin_anew(folder):
    release(folder)
    for path in (folder / "solutions/keys/archive").rglob("*.json"):
        path.unlink()
    assert "of which solutions/keys/archive/06_sample knows nothing" in refusal(folder)[0]


def test_a_damaged_archive_is_a_fault_and_no_traceback(folder):
    release(folder)
    (folder / "solutions/keys/archive/06_sample/release.json").write_text("[")
    assert "release.json, line 1: found what release did not write" in refusal(folder)[0]
    (folder / "solutions/keys/archive/06_sample/06-e1@1.json").write_text("{}")
    assert "06-e1@1.json, line 1: found what is not an item" in refusal(folder)[0]


def test_a_role_play_without_a_script_is_refused(folder):
    (folder / "course/roleplays/the-clock.md").unlink()
    assert refusal(folder)[0].startswith("solutions/06_sample.ipynb, item 06-e7: found no script the-clock.")


def test_an_item_whose_rubric_is_not_there_is_refused(folder):
    (folder / "solutions/rubrics/owning.md").unlink()
    assert refusal(folder) == [
        "solutions/06_sample.ipynb, item 06-e5: found no rubric owning. Write it in solutions/rubrics."
    ]


def test_an_exercise_whose_solution_is_gone_goes_too(folder):
    release(folder)
    notebook = json.dumps(sample_notebook()).replace("06_sample", "07_other")
    (folder / "solutions/06_sample.ipynb").rename(folder / "solutions/07_other.ipynb")
    (folder / "solutions/07_other.ipynb").write_text(notebook)
    (folder / "solutions/keys/06_sample.toml").rename(folder / "solutions/keys/07_other.toml")
    release(folder)
    assert sorted(tree(folder / "exercises")) == ["07_other.ipynb", "items/07_other.json"]
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_when_the_swap_fails_the_old_exercises_stand(folder, monkeypatch):
    release(folder)
    before = tree(folder / "exercises")
    write_sample(folder, ITEMS.replace("She is bored.", "She is bored, it seems."))
    rename = type(folder).rename

    def stuck(path, target):
        if path.name == ".exercises.new":
            raise OSError("busy")
        return rename(path, target)

    monkeypatch.setattr(type(folder), "rename", stuck)
    with pytest.raises(OSError, match="busy"):
        release(folder)
    assert tree(folder / "exercises") == before


def test_a_cell_of_the_solution_may_carry_what_the_lesson_tests_read_and_it_stays_there(folder):
    more = cell("more", "shared", "A word on shame.", coursekit={"misconceptions": ["E29"]}, editable=False)
    write_sample(folder, notebook=changed(lambda cells, notebook: notebook["cells"].insert(1, more)))
    release(folder)
    assert "E29" not in (folder / "exercises/06_sample.ipynb").read_text("utf-8")


# The command


def command(folder, *more):
    from coursekit.cli import app

    arguments = ["release", "--solutions", str(folder / "solutions"), "--exercises", str(folder / "exercises")]
    return CliRunner().invoke(app, [*arguments, *more])


@pytest.fixture
def course(folder, monkeypatch):
    monkeypatch.setattr("coursekit.content.course", lambda: folder / "course")


def test_the_command_releases_and_check_agrees_until_something_changes(folder, course):
    released = command(folder)
    assert released.exit_code == 0
    assert "06_sample: release 1" in released.output
    assert command(folder, "--check").exit_code == 0
    write_sample(folder, ITEMS.replace("She is bored.", "She is bored, it seems."))
    differs = command(folder, "--check")
    assert differs.exit_code == 1
    assert "items/06_sample.json: differs from line 15 on" in differs.output.replace("\n", "")


def test_the_command_names_what_it_refuses_and_writes_nothing(folder, course):
    write_sample(folder, notebook=changed(lambda cells, notebook: cells["title"].update(metadata={})))
    refused = command(folder)
    assert refused.exit_code == 1
    assert "found no tag" in refused.output
    assert not (folder / "exercises").exists()


def test_the_committed_exercises_are_what_release_writes():
    solutions, exercises = ROOT / "solutions", ROOT / "exercises"
    names = [path.stem for path in sorted(solutions.glob("[0-9][0-9]_*.ipynb"))]
    assert [path.stem for path in sorted(exercises.glob("*.ipynb"))] == names
    if names:
        assert differences(prepare(solutions, exercises, ROOT / "course"), solutions, exercises) == []


def test_the_name_of_a_code_is_no_secret_however_long(folder):
    keys = next((folder / "solutions/keys").glob("*.toml"))
    keys.write_text(keys.read_text("utf-8").replace("GOES-ALONG", "GOES-ELSEWHERE"), "utf-8")
    assert "GOES-ELSEWHERE" in keys.read_text("utf-8")
    assert release(folder).exercises
