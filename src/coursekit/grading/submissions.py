"""What came in: every file of the folders, files and zips that an instructor names, each taken or refused.

A submission is data from a stranger. It is read, within limits, into memory; it is never unpacked to disk,
never executed, and its file name is used for nothing but to be shown.
"""

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO

from coursekit.exercises.answers import ENDING
from coursekit.grading.instead import pasted
from coursekit.grading.senders import Sender, sender
from coursekit.words import shown

MEBIBYTE = 1 << 20
LARGEST = 16 * MEBIBYTE
"""Bytes of the largest answers file that is read. A long exercise has about a tenth of a mebibyte."""
MOST_LINES = 100_000
"""An act is a line; a long exercise has a few hundred."""
LARGEST_INNER_ZIP = 1024 * MEBIBYTE
LARGEST_ZIP = 8 * 1024 * MEBIBYTE
"""Bytes that are unpacked from one zip at most."""
MOST_FILES = 100_000
HIGHEST_RATIO = 200
"""A file of a mebibyte or more that unpacks to more than this many times its size is a zip bomb; answers stay below 50."""

WANTED = f"Ask for the file ending in {ENDING} that “Hand in” makes, in the notebook or on the exported page."
COMPUTERS_OWN = {
    ".ds_store": "macOS",
    "thumbs.db": "Windows",
    "desktop.ini": "Windows",
    "ehthumbs.db": "Windows",
}
KINDS = {
    ".ipynb": "a notebook, which holds no answers",
    ".html": "a web page, which holds no answers",
    ".htm": "a web page, which holds no answers",
    ".pdf": "a PDF",
    ".docx": "a Word document",
    ".odt": "a text document",
    ".rtf": "a text document",
    ".txt": "a text that is not an answers file",
    ".md": "a text that is not an answers file",
    ".json": "a JSON file that is not an answers file",
    ".png": "a picture",
    ".jpg": "a picture",
    ".jpeg": "a picture",
    ".rar": "an archive that is not a zip",
    ".7z": "an archive that is not a zip",
    ".gz": "an archive that is not a zip",
    ".tar": "an archive that is not a zip",
}


class Refused(Exception):
    """A file that is no submission or cannot be taken, with the reason and what to do, as a sentence for people."""


class OnlyANotebook(Refused):
    """A notebook in which no answers file was pasted or attached; `data` is what is in it."""

    def __init__(self, reason: str, data: bytes) -> None:
        super().__init__(reason)
        self.data = data


class PassedOver(Refused):
    """A file that a computer adds by itself; nobody has to do anything about it."""


@dataclass(frozen=True)
class Entry:
    """One file of the input: how people find it again, and a way to open it, or why not."""

    source: str
    name: str
    size: int = 0
    open: Callable[[], IO[bytes]] | None = None
    refused: str = ""

    @property
    def sender(self) -> Sender | None:
        """Who sent it, where its path says so."""
        return sender(self.source)

    def content(self) -> bytes:
        """The bytes of an answers file. Raises Refused (with the reason) for anything else."""
        _refuse_by_name(self.name)
        if self.refused or self.open is None:
            raise Refused(self.refused)
        try:
            with self.open() as file:
                return _answers(file, self)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise Refused(f"It is damaged inside the zip ({error}). Ask for it again.") from None
        except NotImplementedError:
            raise Refused("It is packed in a way that is not read. Pack it again as an ordinary zip.") from None
        except (OSError, RuntimeError, ValueError) as error:
            raise Refused(f"It cannot be read: {error}.") from None


def entries(paths: Iterable[Path], skip: Iterable[Path] = ()) -> Iterator[Entry]:
    """Every file in files, folders (with their folders) and zips (with the zips in them, one level deep), none read yet.

    Links inside folders are not followed. The files and folders of `skip` (the output of an earlier run) are
    left out. An entry of a zip can be read only until the next entry is asked for.
    """
    left_out = {path.resolve() for path in skip}
    for path in paths:
        if path.is_dir():
            yield from _of_folder(path, left_out)
        else:
            yield from _of_file(path, path.resolve() if path.is_symlink() else path)


def _of_folder(folder: Path, left_out: set[Path]) -> Iterator[Entry]:
    for place, folders, files in os.walk(folder):
        here = Path(place)
        for name in sorted(folders):
            if (here / name).is_symlink():
                yield Entry(
                    shown(here / name),
                    name,
                    refused="It is a link; links are not followed. Name the folder itself.",
                )
        folders[:] = sorted(name for name in folders if (here / name).resolve() not in left_out)
        for name in sorted(name for name in files if (here / name).resolve() not in left_out):
            yield from _of_file(here / name, here / name)


def _of_file(path: Path, place: Path) -> Iterator[Entry]:
    """The entries of one file on disk, shown as `path` and read at `place`, which must not be a link."""
    source, name = shown(path), path.name
    try:
        kind = os.lstat(place)
    except (OSError, ValueError) as error:
        reason = "There is no such file." if isinstance(error, FileNotFoundError) else f"It cannot be read: {error}."
        yield Entry(source, name, refused=reason)
        return
    if stat.S_ISLNK(kind.st_mode):
        yield Entry(source, name, refused="It is a link; links are not followed. Copy the file itself here.")
    elif not stat.S_ISREG(kind.st_mode):
        yield Entry(source, name, refused="It is not an ordinary file.")
    elif name.lower().endswith(".zip"):
        yield from _of_zip(source, name, lambda: place.open("rb"), levels=2)
    else:
        yield Entry(source, name, kind.st_size, lambda: place.open("rb"))


def _of_zip(source: str, name: str, opened: Callable[[], IO[bytes]], levels: int) -> Iterator[Entry]:
    if not levels:
        yield Entry(source, name, refused="It is a zip in a zip in a zip. Unpack the outer ones and grade the folder.")
        return
    try:
        with opened() as file, zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if not members:
                yield Entry(source, name, refused="The zip is empty.")
            if len(members) > MOST_FILES:
                yield Entry(
                    source,
                    name,
                    refused=f"The zip holds {len(members)} files; {MOST_FILES} are read at most.",
                )
                return
            left = LARGEST_ZIP
            for member in members:
                left -= min(member.file_size, LARGEST)
                yield from _of_member(source, archive, member, left, levels)
    except zipfile.BadZipFile:
        yield Entry(source, name, refused="It is not a zip, or a damaged one. Download it again.")
    except (OSError, RuntimeError, ValueError, NotImplementedError, zlib.error, EOFError) as error:
        yield Entry(source, name, refused=f"The zip cannot be read: {error}.")


def _of_member(
    source: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, levels: int
) -> Iterator[Entry]:
    inside, name = f"{source}: {shown(member.filename)}", member.filename.rsplit("/", 1)[-1]
    if reason := _unsafe(member) or ("The zip unpacks to more than is read." if left < 0 else ""):
        yield Entry(inside, member.filename, refused=reason)
    elif name.lower().endswith(".zip"):
        yield from _of_zip(inside, name, lambda: _in_memory(archive, member), levels - 1)
    else:
        yield Entry(inside, member.filename, member.file_size, lambda: archive.open(member))


def _unsafe(member: zipfile.ZipInfo) -> str:
    """Why a file of a zip is not opened at all, or nothing."""
    parts = re.split(r"[/\\]", member.filename)
    if ".." in parts or not parts[0] or re.match(r"[A-Za-z]:", parts[0]):
        return "Its name in the zip points outside the zip."
    if stat.S_ISLNK(member.external_attr >> 16):
        return "It is a link; links are not followed."
    if member.flag_bits & 0x1:
        return "It is locked with a password. Unlock the zip and pack it again without one."
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "It is packed in a way that is not read. Pack it again as an ordinary zip."
    if member.file_size > MEBIBYTE and member.file_size > HIGHEST_RATIO * max(1, member.compress_size):
        times = member.file_size // max(1, member.compress_size)
        return f"It would unpack to {times} times its size, as a zip bomb does."
    return ""


def _in_memory(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """A zip in a zip, copied to where it can be searched: to memory, or beyond 16 MiB to a file without a name."""
    if member.file_size > LARGEST_INNER_ZIP:
        most = LARGEST_INNER_ZIP // MEBIBYTE
        raise ValueError(f"it is larger than {most} MiB; unpack the outer zip and grade the folder")
    copy: IO[bytes] = SpooledTemporaryFile(max_size=LARGEST)  # noqa: SIM115 (the caller closes it)
    with archive.open(member) as inner:
        while block := inner.read(MEBIBYTE):
            copy.write(block)
    copy.seek(0)
    return copy


def _answers(file: IO[bytes] | BinaryIO, entry: Entry) -> bytes:
    """The content of an answers file, known by its ending or by a line of it. Raises Refused."""
    head, name = _utf8(file.read(4096)), entry.name.lower()
    kind = os.path.splitext(name)[1]
    if kind == ".ipynb" and not _looks_like_answers(head):
        file.seek(0)
        return _of_notebook(file.read(LARGEST + 1), entry.name)
    if not (name.endswith(ENDING) or _looks_like_answers(head) or (kind in _MAY_QUOTE and _quotes_answers(head))):
        raise Refused(_what_it_is(entry.name, head))
    if not head.strip():
        raise Refused("It is empty. Ask for the file again.")
    if head.startswith(b"PK\3\4"):
        raise Refused("It is a zip under another name. Let its name end in .zip, and grade it again.")
    file.seek(0)
    content = _utf8(file.read(LARGEST + 1))
    if max(len(content), entry.size) > LARGEST:
        raise Refused(f"It is larger than {LARGEST // MEBIBYTE} MiB, which no answers file is. Ask for the file again.")
    if content.count(b"\n") > MOST_LINES:
        raise Refused(f"It has more than {MOST_LINES} lines, which no answers file has. Ask for the file again.")
    if not _looks_like_answers(head) and b'"seq"' not in content:
        start = shown(head[:60].decode("utf-8", "replace"))
        raise Refused(f"It ends in {ENDING} but holds no answers. It begins: {start}")
    return content


def _of_notebook(data: bytes, name: str) -> bytes:
    """The answers file that was pasted into a notebook, or attached to it. Raises OnlyANotebook."""
    if content := pasted(data) if len(data) <= LARGEST else b"":
        return content
    raise OnlyANotebook(_what_it_is(name, data[:1]), data)


def _utf8(data: bytes) -> bytes:
    """The same text in UTF-8 where an editor saved it as UTF-16."""
    return data.decode("utf-16", "replace").encode() if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data


def _looks_like_answers(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(re.match(rb'\{\s*"(coursekit"\s*:|seq"\s*:)', start))


_MAY_QUOTE = ("", ".txt", ".md", ".eml")


def _quotes_answers(head: bytes) -> bool:
    """Whether there are answers below other text, as in a mail."""
    return re.search(rb'^[> \t]*\{\s*"(coursekit|seq)"\s*:', head, re.M) is not None


def _refuse_by_name(name: str) -> None:
    parts = re.split(r"[/\\]", name.lower())
    if "__macosx" in parts or parts[-1].startswith("._"):
        raise PassedOver("macOS adds this to zips by itself; there is nothing in it.")
    if maker := COMPUTERS_OWN.get(parts[-1]):
        raise PassedOver(f"{maker} adds this to folders by itself; there is nothing in it.")


def _what_it_is(name: str, head: bytes) -> str:
    kind = KINDS.get(os.path.splitext(name.lower())[1], "not an answers file")
    if not head:
        kind = "an empty file"
    return f"This is {kind}. {WANTED}"
