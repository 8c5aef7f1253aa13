"""No word of a key leaves solutions/: random strings are planted in all of it and sought in all that trainees get.

Sought in `exercises/`, in the exported site and single pages, in the wheel and in the sdist, file names, archives within
archives and base64 included.
"""

import base64
import gzip
import io
import json
import secrets
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from coursekit.exercises.release import ReleaseRefused, prepare, write
from coursekit.pages.course import Course
from examples import example_text
from sample_exercise import ITEMS, NOTEBOOK, cell, sample_notebook, write_sample

ROOT = Path(__file__).parents[1]
SHIPPED = ("pyproject.toml", "README.md", "LICENSE", "LICENSE-content", "constraints.txt", "src", "course")


class Canaries(dict):
    """Planted strings, each with the place where it was planted."""

    def plant(self, place):
        token = f"canary{secrets.token_hex(8)}"
        self[token] = place
        return token

    def found_in(self, folder):
        """Where canaries sing below a folder, as sentences."""
        for path in sorted(folder.rglob("*")):
            yield from self._in(str(path.relative_to(folder)), path.read_bytes() if path.is_file() else b"")

    def _in(self, name, data):
        for token, place in self.items():
            if any(form in data for form in forms(token)) or token in name:
                yield f"{name} has what was planted in {place}"
        for inner, content in unpacked(data):
            yield from self._in(f"{name}, {inner}", content)


def forms(token):
    """A string as it may stand in a file: plain, or in base64 at any of the three alignments."""
    yield token.encode()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + token.encode())
        yield coded[4 if before else 0 : -4]


def unpacked(data):
    """What is packed in data: the members of a zip or a tar, the content of a gzip file."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from ((name, packed.read(name)) for name in packed.namelist())
    elif data[:2] == b"\x1f\x8b":
        yield "unzipped", gzip.decompress(data)
    elif data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as packed:
            yield from ((one.name, packed.extractfile(one).read()) for one in packed.getmembers() if one.isfile())


def members(data):
    """The members of an archive, compressed or not."""
    return (
        [inner for _, content in unpacked(data) for inner in unpacked(content)]
        if data[:1] == b"\x1f"
        else list(unpacked(data))
    )


def texts(value):
    """Every text below a key."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def planted_items(canaries):
    """The sample's items with a canary in every text of every key."""
    text = ITEMS
    for item in tomllib.loads(ITEMS)["item"]:
        for said in texts(item.get("key", {})):
            if " " in said or said == "author":
                token = canaries.plant(f"{item['id']}, {said}")
                text = text.replace(f'"{said}"', f'"{said} {token}"', 1)
    return text


def planted_notebook(canaries):
    """The sample's solution notebook with a canary in all that release drops."""
    notebook = sample_notebook()
    for one in notebook["cells"]:
        if one["metadata"]["tags"][0] in ("solution", "teaching"):
            one["source"].append(f"\n{canaries.plant('the text of the cell ' + one['id'])}")
            one["id"] = canaries.plant("the id of the cell " + one["id"])
        one["metadata"]["coursekit"] = {"misconceptions": [canaries.plant("metadata of the cell " + one["id"])]}
    answer = cell(canaries.plant("the id of a cell"), "solution", f"print('{canaries.plant('code')}')", code=True)
    notebook["cells"].insert(5, answer)
    notebook["metadata"] = {
        "kernelspec": {"display_name": canaries.plant("the kernel's name"), "name": "python3"},
        "language_info": {"name": "python", "version": canaries.plant("the version of Python")},
        "coursekit": {"claims": [canaries.plant("metadata of the notebook")]},
    }
    return notebook


def run_and_saved(notebook, canaries):
    """The notebook as an instructor leaves it who ran it: with outputs and whatever her JupyterLab writes."""
    for one in notebook["cells"]:
        one["metadata"]["execution"] = {"note": canaries.plant("what JupyterLab noted")}
        if one["cell_type"] == "code":
            output = {"output_type": "stream", "name": "stdout", "text": [canaries.plant("an output")]}
            one["outputs"] = [output]
    return notebook


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """A tree like the repository's, planted all over and released, and its canaries."""
    canaries, tree = Canaries(), tmp_path_factory.mktemp("canary") / "tree"
    tree.mkdir()
    for name in SHIPPED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tree / name)
    for notebook in (tree / "course").glob("*.ipynb"):
        notebook.unlink()  # the course's own lessons are not what is looked at, and take their time
    notebook = planted_notebook(canaries)
    write_sample(tree, planted_items(canaries), notebook)
    (tree / "course/roleplays/the-clock.md").write_text(example_text(), encoding="utf-8")
    rubric = tree / f"solutions/rubrics/{canaries.plant('the name of a rubric')}.md"
    rubric.write_text(f"4: {canaries.plant('a rubric')}, in few words, and waits for an answer.\n")
    write(prepare(tree / "solutions", tree / "exercises", tree / "course"), tree / "solutions", tree / "exercises")
    # What may lie about after the release: a solution that was run, an instructor's notebook, a test with a key.
    saved = json.dumps(run_and_saved(notebook, canaries))
    (tree / f"solutions/{NOTEBOOK}.ipynb").write_text(saved)
    (tree / "solutions/instructor.ipynb").write_text(saved.replace("After the clock", canaries.plant("a title")))
    (tree / "tests").mkdir()
    (tree / "tests/test_keys.py").write_text(f"KEY = '{canaries.plant('a test')}'\n")
    return tree, canaries


def test_every_canary_was_planted(released):
    tree, canaries = released
    said = "\n".join(canaries.found_in(tree))
    assert len(canaries) > 60
    assert [place for place in canaries.values() if place not in said] == []


def test_the_search_finds_what_is_packed_and_what_is_coded(tmp_path):
    canaries = Canaries()
    token = canaries.plant("a key")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as outer:
        outer.writestr("inner.gz", gzip.compress(b"x" + base64.b64encode(b"ab" + token.encode() + b"c")))
    with tarfile.open(tmp_path / "outer.tar.gz", "w:gz") as outer:
        outer.add(tmp_path / "outer.zip", "packed")
    (tmp_path / f"{token}.txt").touch()
    assert len({said.partition(",")[0] for said in canaries.found_in(tmp_path)}) == 3


def test_the_exercises_have_no_word_of_a_key(released):
    tree, canaries = released
    assert sorted(path.name for path in (tree / "exercises").rglob("*.*")) == [f"{NOTEBOOK}.ipynb", f"{NOTEBOOK}.json"]
    assert list(canaries.found_in(tree / "exercises")) == []


def test_outputs_and_foreign_metadata_stop_a_release_before_anything_is_written(tmp_path):
    canaries = Canaries()
    write_sample(tmp_path, planted_items(canaries), run_and_saved(planted_notebook(canaries), canaries))
    with pytest.raises(ReleaseRefused, match="found outputs"):
        prepare(tmp_path / "solutions", tmp_path / "exercises", tmp_path / "course")
    assert not (tmp_path / "exercises").exists()


def test_the_exported_site_has_no_word_of_a_key(released, tmp_path):
    from coursekit.pages.site import export

    tree, canaries = released
    export(Course(tree), tmp_path / "site")
    assert (tmp_path / f"site/exercises/{NOTEBOOK}.html").is_file()
    assert list(canaries.found_in(tmp_path / "site")) == []


def test_the_site_for_instructors_has_keys_in_the_solutions_only(released, tmp_path):
    from coursekit.pages.site import export

    tree, canaries = released
    export(Course(tree, tree / "solutions"), tmp_path / "site")
    assert list(canaries.found_in(tmp_path / "site/solutions"))
    shutil.rmtree(tmp_path / "site/solutions")
    assert list(canaries.found_in(tmp_path / "site")) == []


def test_the_single_page_has_no_word_of_a_key(released, tmp_path):
    from coursekit.pages.exporter import CoursePageExporter

    tree, canaries = released
    page, _ = CoursePageExporter().from_filename(str(tree / f"exercises/{NOTEBOOK}.ipynb"))
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    assert "06-e1" in page
    assert list(canaries.found_in(tmp_path)) == []


def test_wheel_and_sdist_have_no_word_of_a_key_and_the_wheel_has_the_exercises(released, tmp_path):
    tree, canaries = released
    build = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--sdist",
        "--wheel",
        "--outdir",
        str(tmp_path),
        str(tree),
    ]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,), (sdist,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    in_wheel, in_sdist = ([name for name, _ in members(path.read_bytes())] for path in (wheel, sdist))
    assert f"coursekit/_content/exercises/{NOTEBOOK}.ipynb" in in_wheel
    assert f"coursekit/_content/exercises/items/{NOTEBOOK}.json" in in_wheel
    assert not [name for name in in_wheel + in_sdist if "solutions" in Path(name).parts]
    assert list(canaries.found_in(tmp_path)) == []
