"""Appending to an answers file: whole lines, on disk before anybody says "saved", by one writer at a time."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coursekit.exercises.records import ENDING, Act, Answers, AnswersRefused, Header, parse, read, read_bytes

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class AnswersFile:
    """A trainee's answers to one notebook, open for appending.

    An act is one line, written by one system call and forced to disk before `append` returns. Several
    processes may append to one file. The file is made with the first act. Opening a file of another
    notebook, or of a newer format, raises AnswersRefused.
    """

    def __init__(
        self, path: Path | str, *, course: str, part: str, notebook: str, trainee: str, release: int = 0
    ) -> None:
        self.path = Path(path)
        fields = {"course": course, "part": part, "notebook": notebook, "release": release}
        self.header = Header.model_validate(fields | {"trainee": trainee})
        self._size = 0  # of the file when it was last read or written; what follows was true of it then
        self._last = 0
        self._headed = False
        self._unsure: Act | None = None  # an act of which it is not known whether it was written
        self.read()

    @classmethod
    def in_folder(
        cls, folder: Path | str, *, course: str, part: str, notebook: str, trainee: str, release: int = 0
    ) -> "AnswersFile":
        """The answers file of a notebook in a folder of answers, by its usual name."""
        path = Path(folder) / f"{part}-{notebook}{ENDING}"
        return cls(path, course=course, part=part, notebook=notebook, trainee=trainee, release=release)

    @classmethod
    def reopen(cls, path: Path | str) -> "AnswersFile":
        """The file at `path`, by what its first line says. Raises AnswersRefused if that cannot be read."""
        header = read(path).header
        if header is None:
            raise AnswersRefused(
                f"{path}: the first line is damaged, so nobody can tell to which notebook the answers "
                "belong. Open the notebook and answer something: that writes the line again."
            )
        return cls(path, **header.model_dump(include={"course", "part", "notebook", "trainee", "release"}))

    def read(self) -> Answers:
        """All that the file says now; empty if there is none yet. Raises AnswersRefused."""
        if not self.path.exists():
            return Answers(self.header)
        data = read_bytes(self.path)
        answers = read(data)
        there, here = answers.header, self.header
        if there and not there.same_work(here):
            raise AnswersRefused(
                f"{self.path} holds answers to the {there.part} {there.notebook} of the course "
                f"{there.course}, not to the {here.part} {here.notebook}. Move it to another folder, or give "
                "it its own name again."
            )
        self._size, self._headed = len(data), there is not None
        self._last = max((act.seq for act in answers.acts), default=0)
        return answers

    def append(self, item: str, value: Any, *, version: int = 1, attempt: int = 1) -> Act:
        """Add an act and return it once it is safely on disk.

        Raises OSError when it could not be written (it is then not saved; appending it once more is safe),
        ValueError for what is not an act, and AnswersRefused for a file of another notebook.
        """
        return self.append_all([{"item": item, "version": version, "attempt": attempt, "value": value}])[0]

    def append_all(self, new: list[dict[str, Any]]) -> list[Act]:
        """Add several acts, each its fields without `seq` and `time`, in one writing. Raises as `append`."""
        if not new:
            return []
        self.path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        created = not self.path.exists()
        handle = os.open(self.path, flags, 0o644)
        try:
            with _locked(handle):
                acts = self._write(handle, new)
                _to_disk(handle)
                self._size, self._unsure = os.fstat(handle).st_size, None
        finally:
            os.close(handle)
        if created:
            _folder_to_disk(self.path.parent)
        return acts

    def _write(self, handle: int, new: list[dict[str, Any]]) -> list[Act]:
        size = os.fstat(handle).st_size
        if size == 0:
            self._last, self._headed = 0, False
        elif size != self._size or self._unsure:
            acts = self.read().acts
            if self._unsure and self._unsure in acts and _same(self._unsure, new):
                return [self._unsure]
        start = b"" if self._headed else _line(self.header)
        if size and not _ends_whole(handle, size):
            start = b"\n" + start
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        acts = [_act({"seq": seq, "time": now} | act) for seq, act in enumerate(new, self._last + 1)]
        data = start + b"".join(map(_line, acts))
        self._unsure = acts[0]
        if os.write(handle, data) != len(data):
            raise OSError(f"{self.path}: the disk took only a part of the answer; is it full?")
        self._last, self._headed = acts[-1].seq, True
        return acts


def _act(fields: dict[str, Any]) -> Act:
    """An act as it will be read again. Raises ValueError for what would not be."""
    act = parse(json.dumps(fields, allow_nan=False))
    assert isinstance(act, Act)
    return act


def _same(act: Act, new: list[dict[str, Any]]) -> bool:
    """Whether the one new act is the one of which it was not known whether it had been written."""
    return len(new) == 1 and act.model_dump() | new[0] == act.model_dump()


def _line(record: Header | Act) -> bytes:
    return json.dumps(record.model_dump(), ensure_ascii=False).encode() + b"\n"


def _ends_whole(handle: int, size: int) -> bool:
    os.lseek(handle, size - 1, os.SEEK_SET)
    return os.read(handle, 1) == b"\n"


def _to_disk(handle: int) -> None:
    if command := getattr(fcntl, "F_FULLFSYNC", None):  # macOS: fsync alone leaves it in the drive's cache
        with suppress(OSError):
            fcntl.fcntl(handle, command)
            return
    os.fsync(handle)


def _folder_to_disk(folder: Path) -> None:
    with suppress(OSError):  # Windows cannot, and needs not
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _locked(handle: int) -> Iterator[None]:
    """Hold the file for one writer. Where a disk knows no locks (some networks), go on without."""
    if fcntl:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield  # closing the file, or dying, gives it free
        return
    import msvcrt

    far = 0x7FFFFFFF  # beyond any answer, because Windows locks bytes against readers too
    os.lseek(handle, far, os.SEEK_SET)
    msvcrt.locking(handle, msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        os.lseek(handle, far, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined]
