"""What is handed to trainees: the wheel and the sdist carry the course and never a key."""

import secrets
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

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


def test_the_wheel_lays_the_extension_where_jupyter_looks_for_it(built):
    _, wheel, _ = built
    assert [name for name in wheel if name.endswith("share/jupyter/labextensions/coursekit/static/remoteEntry.js")]
