"""The lines of an answers file, and how they are read (docs/formats.md, section 1).

A trainee's work is data: it is read whatever has happened to it, and nothing in it is ever executed.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FORMAT = 1
ENDING = ".coursekit"
RESERVED = ("name", "hand-in")

# No answer nests deeper than four; what nests very deep is no answer, and would break those who write it on.
_DEEPEST = 20
_MOST = 1_000_000_000
_LONGEST, _MOST_PIECES, _MOST_PARTS = 4 << 20, 10_000, 100_000
"""Bytes of a line, acts that are looked for in one whose line ends were lost, lists and objects in an act: the search must end."""


class AnswersRefused(Exception):
    """An answers file that cannot be used, with the reason and what to do, as a sentence for people."""


class Header(BaseModel):
    """The first line: which course, notebook and trainee the acts belong to."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    coursekit: Literal[1] = 1
    course: str
    part: Literal["lesson", "exercise"]
    notebook: str
    release: int = Field(0, ge=0, le=_MOST)
    trainee: str = Field(pattern=r"^[0-9a-f]{16}$")
    name: str | None = None

    def same_work(self, other: "Header") -> bool:
        """Whether both belong to the same notebook of the same course."""
        return (self.course, self.part, self.notebook) == (other.course, other.part, other.notebook)


class Act(BaseModel):
    """A line after the header: one thing that the trainee did."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    seq: int = Field(ge=1, le=_MOST)
    time: str = ""
    item: str
    version: int = Field(1, ge=1, le=_MOST)
    attempt: int = Field(1, ge=1, le=_MOST)
    value: Any


@dataclass(frozen=True)
class Damaged:
    """A line that is not used: its number from 1, its text, why, whether an answer may be lost with it."""

    line: int
    text: str
    reason: str
    lost: bool = True


@dataclass
class Answers:
    """What an answers file says: its header (None if unreadable), its acts in order, its damaged lines."""

    header: Header | None = None
    acts: list[Act] = field(default_factory=list)
    damaged: list[Damaged] = field(default_factory=list)
    _sorted: tuple[int, dict[str, list[Act]]] = field(default=(0, {}), init=False, repr=False, compare=False)

    @property
    def name(self) -> str | None:
        """The name given last, or None."""
        given = [act.value for act in self.acts if act.item == "name"]
        return given[-1] if given else self.header.name if self.header else None

    def attempts(self, item: str) -> dict[int, list[Act]]:
        """The acts of an item by attempt, lowest attempt first, in the order of the file."""
        found: dict[int, list[Act]] = {}
        for act in self._of_items().get(item, ()):
            found.setdefault(act.attempt, []).append(act)
        return dict(sorted(found.items()))

    def current(self, item: str) -> Act | None:
        """The last act of the highest attempt at an item: for all kinds but role-plays, the answer."""
        acts = self._of_items().get(item)
        return max(reversed(acts), key=lambda act: act.attempt) if acts else None

    def _of_items(self) -> dict[str, list[Act]]:
        """The acts by item, sorted once for as many acts as there are now."""
        if self._sorted[0] != len(self.acts):
            found: dict[str, list[Act]] = {}
            for act in self.acts:
                found.setdefault(act.item, []).append(act)
            self._sorted = (len(self.acts), found)
        return self._sorted[1]


def read(source: Path | str | bytes) -> Answers:
    """Read an answers file, or its bytes, whatever happened to it.

    Every line that can be read is taken, in the order of the file; every other is listed in `damaged`.
    Raises AnswersRefused for a file that cannot be opened and for one of a newer format.
    """
    data = source if isinstance(source, bytes) else read_bytes(Path(source))
    reading = _Reading()
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if act := _plain(line):
            reading.take(number, line, act)
            continue
        for piece in _pieces(line):
            reading.take(number, line, piece)
    answers = reading.answers
    if answers.header is None:
        reason = "the first line, which says whose answers these are and to which notebook, is missing or damaged"
        answers.damaged.insert(0, Damaged(1, "", reason))
    return answers


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises AnswersRefused if it cannot be opened."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise AnswersRefused(f"{path} cannot be read: {error}.") from None


class _Reading:
    """The answers read so far, and what is needed to judge the next line."""

    def __init__(self) -> None:
        self.answers = Answers()
        self.first_of: dict[tuple[int, str, int], tuple[int, Act] | None] = {}
        """The first act of each number, item and attempt, with its line; None where there are more, which are in `line_of`."""
        self.line_of: dict[str, int] = {}
        self.foreign = 0

    def take(self, number: int, line: bytes, piece: "Header | Act | str") -> None:
        if isinstance(piece, str):
            self._damaged(number, line, piece)
        elif isinstance(piece, Header):
            self._header(number, line, piece)
        elif self.foreign:
            self._damaged(number, line, f"it follows the first line of another file, in line {self.foreign}")
        else:
            if earlier := self._stands_in(number, piece):
                self._damaged(number, line, f"the same act stands in line {earlier} already", lost=False)
                return
            self.answers.acts.append(piece)

    def _stands_in(self, number: int, act: Act) -> int:
        """The line in which the same act stands already, or 0. Acts are written out only where their numbers are the same."""
        key = (act.seq, act.item, act.attempt)
        if key not in self.first_of:
            self.first_of[key] = (number, act)
            return 0
        if first := self.first_of[key]:
            self.line_of[first[1].model_dump_json()] = first[0]
            self.first_of[key] = None
        said = act.model_dump_json()
        if earlier := self.line_of.get(said):
            return earlier
        self.line_of[said] = number
        return 0

    def _header(self, number: int, line: bytes, header: Header) -> None:
        first = self.answers.header
        if first is None:
            self.answers.header = header
            return
        same = header.same_work(first) and header.trainee == first.trainee
        self.foreign = 0 if same else number
        reason = "it repeats the first line" if same else "it is the first line of another file"
        self._damaged(number, line, reason, lost=not same)

    def _damaged(self, number: int, line: bytes, reason: str, lost: bool = True) -> None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        self.answers.damaged.append(Damaged(number, text, reason, lost))


_PLAIN = 4000
"""Bytes up to which a line is read the short way: no whole number in it has too many digits for Python."""


def _plain(line: bytes) -> Act | None:
    """The act in a line in which nothing is unusual, sooner than `parse` has it; None sends the line there.

    Written out again it must have as many quotation marks and nulls: a name that stands twice takes marks away, and what is no
    number comes out as null.
    """
    if len(line) > _PLAIN or line.count(b"[") + line.count(b"{") >= _DEEPEST or b"\\u" in line or b'"coursekit"' in line:
        return None
    try:
        act = _VALIDATED(line)
    except ValidationError:
        return None
    again = _WRITTEN(act, exclude_unset=True)
    same = again.count(b'"') == line.count(b'"') and again.count(b"null") == line.count(b"null")
    return act if same and (act.item != "name" or isinstance(act.value, str)) else None


_VALIDATED, _WRITTEN = Act.__pydantic_validator__.validate_json, Act.__pydantic_serializer__.to_json


def _pieces(line: bytes) -> Iterator[Header | Act | str]:
    """What a line holds: a header or an act; of a damaged line why, and then what can be saved of it."""
    if not line.strip():
        return
    if len(line) > _LONGEST:
        yield _TOO_LONG
        return
    try:
        yield parse(line.decode("utf-8"))
        return
    except UnicodeDecodeError:
        yield "its letters are damaged; ask for the file again"
    except ValueError as error:
        yield str(error)
    # A lost line end glues two lines together. In a JSON string `{"seq"` cannot occur: quotes are escaped.
    starts = [match.start() for match in islice(re.finditer(rb'\{\s*"seq"', line), _MOST_PIECES)]
    for start, following in zip(starts, [*starts[1:], len(line)], strict=False):
        with suppress(ValueError, RecursionError):
            text = line[start:following].decode("utf-8", "surrogateescape")
            _refuse_many_parts(text)
            _, end = _DECODER.raw_decode(text)
            yield parse(text[:end].encode("utf-8", "surrogateescape").decode("utf-8"))


def parse(text: str) -> Header | Act:
    """A header or an act from one line of JSON.

    Raises ValueError with the reason in words, and AnswersRefused for a header of a newer format.
    """
    parts = _refuse_many_parts(text)
    try:
        data = _DECODER.decode(text.strip())
    except _Twice as error:
        raise ValueError(f"it says “{error}” twice") from None
    except (ValueError, RecursionError):
        raise ValueError("it is cut off or damaged") from None
    if not isinstance(data, dict) or (parts >= _DEEPEST and _too_deep(data)):
        raise ValueError(_STRANGE)
    if "\\ud" in text or "\\uD" in text:
        data = _whole_characters(data)
    if "coursekit" in data:
        return _header(data)
    try:
        act = Act.model_validate(data)
    except ValidationError:
        raise ValueError(_STRANGE) from None
    if act.item == "name" and not isinstance(act.value, str):
        raise ValueError("it gives a name that is not text")
    return act


_TOO_LONG = "it is longer than any answer"
_STRANGE = "it is not one of the course's lines; ask for the file again if an answer is missing"


def _refuse_many_parts(text: str) -> int:
    """How many lists and objects there can be in a text. Raises ValueError where no act has so many."""
    if (parts := text.count("[") + text.count("{")) > _MOST_PARTS:
        raise ValueError(_TOO_LONG)
    return parts


def _header(data: dict[str, Any]) -> Header:
    version = data["coursekit"]
    if isinstance(version, int) and not isinstance(version, bool) and version > FORMAT:
        raise AnswersRefused(
            f"This file was written by a newer version of the course (format {version}; this one reads "
            f"format {FORMAT}). Install the newer version, for example with: pip install --upgrade coursekit"
        )
    try:
        return Header.model_validate(data)
    except ValidationError as error:
        raise ValueError(f"it is meant to be the first line, but {_faults(error)}") from None


def _faults(error: ValidationError) -> str:
    return "; ".join(f"`{'.'.join(map(str, e['loc']))}`: {e['msg'].lower()}" for e in error.errors())


def _finite(text: str) -> float:
    if math.isfinite(number := float(text)):
        return number
    raise ValueError(text)


def _no_constant(name: str) -> None:
    raise ValueError(name)


class _Twice(ValueError):
    """A name that stands twice in one object: which of the two values was meant, nobody can tell."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        left = Counter(name for name, _ in pairs)
        raise _Twice(next(name for name, _ in pairs if left[name] > 1))
    return values


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant, object_pairs_hook=_each_once)


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return False
    return True


def _parts(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _whole_characters(value: Any) -> Any:
    """Put U+FFFD for halves of characters, which JavaScript allows in text and UTF-8 does not."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_characters(part) for part in value]
    if isinstance(value, dict):
        return {_whole_characters(name): _whole_characters(part) for name, part in value.items()}
    return value
