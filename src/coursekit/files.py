"""Files that are written whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def whole(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A text file to write, which takes the place of `path` when the block ends: a crash leaves the old file or the new.

    Line ends are written as they are given. Raises OSError.
    """
    unfinished = path.with_name(f".{path.name}.new")
    with unfinished.open("w", encoding=encoding, newline="") as file:
        yield file
    os.replace(unfinished, path)


def write_whole(path: Path, text: str) -> None:
    """Writes `text` to `path` in UTF-8, all or nothing, with the folders that it needs. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as file:
        file.write(text)
