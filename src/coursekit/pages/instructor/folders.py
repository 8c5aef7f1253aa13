"""The two folders of the instructor's notebook: what came in, and what was made of it. Files come and go in pieces.

A name that a browser sends is a name and never a path.
"""

import re
import shutil
from dataclasses import dataclass
from filecmp import cmp
from pathlib import Path

PIECE = 256 * 1024
"""Bytes that go to the page at a time: a Jupyter server holds back what comes faster than a megabyte a second."""
UNFINISHED = ".unfinished"


class FilesRefused(Exception):
    """A file that cannot be taken or given, as a sentence for people."""


@dataclass(frozen=True)
class Piece:
    """A piece of a file, and how large the whole is, in bytes."""

    data: bytes
    size: int


def listed(folder: Path) -> list[Path]:
    """What lies in a folder, by name, without what is hidden; so is a file that has not wholly come in."""
    if not folder.is_dir():
        return []
    found = (one for one in folder.iterdir() if not one.name.startswith("."))
    return sorted(found, key=lambda one: one.name.casefold())


def place_of(folder: Path, neighbour: Path) -> str:
    """Where a folder is, as somebody finds it in a file browser: `the folder hand-ins, beside solutions`."""
    place, near = folder.resolve(), neighbour.resolve()
    return f"the folder {place.name}, beside {near.name}" if place.parent == near.parent else f"the folder {place}"


def sweep(folder: Path) -> None:
    """Remove what began to come in and never ended: it would be scored as a torn file."""
    for path in folder.glob(f".*{UNFINISHED}"):
        path.unlink()


def put(folder: Path, name: str, at: int, data: bytes, last: bool) -> Path | None:
    """Take a piece of a file that begins at the byte `at`; return where the file lies when it is whole.

    The same file a second time stays one; another one by the same name lies beside it. Raises FilesRefused.
    """
    fit = fitting(name)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{fit}{UNFINISHED}"
    there = unfinished.stat().st_size if unfinished.exists() else 0
    if at not in (0, there):
        raise FilesRefused(f"A piece of {fit} is missing. Choose the file once more.")
    with unfinished.open("ab" if at else "wb") as file:
        file.write(data)
    if not last:
        return None
    return _settled(unfinished, folder / fit)


def fitting(name: str) -> str:
    """The name without what some disk does not take. The rest stays: a system's own names say who sent a file."""
    last = name.encode("utf-8", "replace").decode().replace("\\", "/").rsplit("/", 1)[-1]
    plain = re.sub(r"[\x00-\x1f<>:\"/\\|?*]+", "-", last).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    return f"{_cut(stem, 160)}{dot}{_cut(ending, 40)}" if stem else _cut(plain, 160) or "file"


def _cut(text: str, most: int) -> str:
    """The beginning of a text, so many bytes at most: a disk takes names of 255."""
    return text.encode()[:most].decode("utf-8", "ignore")


def _settled(unfinished: Path, wanted: Path) -> Path:
    place, number = wanted, 0
    while place.exists():
        if place.is_file() and cmp(place, unfinished, shallow=False):
            unfinished.unlink()
            return place
        number += 1
        place = wanted.with_name(f"{wanted.stem} ({number}){wanted.suffix}")
    return unfinished.replace(place)


def remove(folder: Path, name: str) -> None:
    """Remove what lies in the folder under this name, a folder with all in it. Raises FilesRefused."""
    found = next((one for one in listed(folder) if one.name == name), None)
    if found is None:
        raise FilesRefused(f"{name} is not there any more.")
    if found.is_dir() and not found.is_symlink():
        shutil.rmtree(found)
    else:
        found.unlink()


def piece(folder: Path, name: str, at: int) -> Piece:
    """A piece of a file of the folder (or of a folder in it), from the byte `at` on. Raises FilesRefused."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise FilesRefused(f"{name} is not there. Make it again.")
    with path.open("rb") as file:
        file.seek(at)
        return Piece(file.read(PIECE), path.stat().st_size)
