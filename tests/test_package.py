"""What is handed to trainees: the wheel and the sdist carry the course and never a key."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from test_imports import imported, parts

REPOSITORY = Path(__file__).parents[1]
SHIPPED = ["src", "course", "exercises", "pyproject.toml", "constraints.txt", "README.md", "LICENSE", "LICENSE-content"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The files of wheel and sdist, name → bytes, of a copy with a canary in everything that is the instructors'."""
    copy = tmp_path_factory.mktemp("repository")
    canary = secrets.token_hex(16)
    for name in SHIPPED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, copy / name)
    for name in ("solutions/06.ipynb", "solutions/keys/06.json", "tests/test_key.py", "my-course/answers/06.jsonl"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(canary)
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(copy / "dist"), str(copy)]
    subprocess.run(build, check=True, capture_output=True, text=True)
    (wheel,) = (copy / "dist").glob("*.whl")
    (sdist,) = (copy / "dist").glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        wheel_files = {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(sdist) as archive:
        sdist_files = {file.name: archive.extractfile(file).read() for file in archive if file.isfile()}
    return canary, wheel_files, sdist_files


def test_no_canary_of_the_instructors_side_is_in_wheel_or_sdist(built):
    canary, *archives = built
    found = [name for files in archives for name, data in files.items() if canary.encode() in data]
    assert found == []
    assert not [name for files in archives for name in files if "solutions/" in name or "/tests/" in name]


def test_the_wheel_carries_the_whole_course(built):
    _, wheel, _ = built
    for part in ("course", "exercises"):
        for path in (REPOSITORY / part).rglob("*.*"):
            if path.is_file() and ".ipynb_checkpoints" not in path.parts:
                assert f"coursekit/_content/{path.relative_to(REPOSITORY).as_posix()}" in wheel


def test_the_wheel_carries_what_the_coder_knows_and_not_what_it_learnt_from(built):
    _, wheel, sdist = built
    assert "coursekit/coding/model.json" in wheel
    learnt_from = [
        [name for name in files if "/coding/corpus/" in name and not name.endswith(".py")] for files in (wheel, sdist)
    ]
    assert learnt_from[0] == [] and {name.rpartition(".")[2] for name in learnt_from[1]} == {"md", "csv"}


def test_the_wheel_lays_the_extension_where_jupyter_looks_for_it(built):
    _, wheel, _ = built
    assert [name for name in wheel if name.endswith("share/jupyter/labextensions/coursekit/static/remoteEntry.js")]


@pytest.fixture
def installed(built, tmp_path):
    """`installed(command, …)` runs `coursekit` from the wheel, unpacked as pip unpacks it, in an empty folder."""
    _, wheel, _ = built
    for name, data in wheel.items():
        (tmp_path / "packages" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "packages" / name).write_bytes(data)
    (tmp_path / "empty").mkdir()

    def run(*arguments):
        command = [sys.executable, "-m", "coursekit", *arguments]
        where = {**os.environ, "PYTHONPATH": str(tmp_path / "packages")}
        return subprocess.run(command, cwd=tmp_path / "empty", env=where, capture_output=True, text=True)

    return run


def test_the_wheel_works_in_an_empty_folder_without_the_repository(installed, tmp_path):
    assert installed("start", "--no-open", "mine").returncode == 0
    laid_out = {path.relative_to(tmp_path / "empty" / "mine").as_posix() for path in tmp_path.rglob("mine/*/*.ipynb")}
    folders = ("course", "exercises")
    assert laid_out == {f"{one}/{path.name}" for one in folders for path in (REPOSITORY / one).glob("*.ipynb")}
    assert installed("export", "--out", "site").returncode == 0
    assert (tmp_path / "empty" / "site" / "index.html").exists()
    checked = installed("check").stdout
    assert all(path.name in checked for path in (REPOSITORY / "course" / "roleplays").glob("*.md"))
    assert "no folder `keys`" in installed("grade", "mine").stderr


# What the course asks for and does not import: it is what trainees work in, or is there for instructors' own pages.
FOR_THE_NOTEBOOKS = {"jupyter", "ipywidgets"}


def test_what_the_package_imports_is_what_it_asks_for():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = (project["optional-dependencies"][name] for name in ("train", "dask", "postgresql"))
    asked = [*project["dependencies"], *(one for extra in extras for one in extra)]
    named = {re.split(r"[^\w.-]", one)[0].lower().replace("_", "-") for one in asked}
    modules = {name.partition(".")[0] for _, files in parts() for path in files for _, name in imported(path)}
    homes = packages_distributions()
    used = {homes[name][0].lower().replace("_", "-") for name in modules - sys.stdlib_module_names if name in homes}
    assert used - {"coursekit"} == named - FOR_THE_NOTEBOOKS
