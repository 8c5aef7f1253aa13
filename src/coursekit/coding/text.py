"""A reply as the coder sees it: sentences of plain words, each with its place in the text. ``coder.js`` is the twin.

Only what Python and a browser are sure to do alike: letters are folded to a–z code point by code point, whatever is
neither a Latin letter nor a digit ends a word, and letters of another script become one sign.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

OTHER = "~"
"""Stands for a letter or sign that is not Latin."""

SIGNS = {
    **dict.fromkeys("\u2018\u2019\u201a\u02bc\u0060\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\u200b\ufeff", " "),
    "\u2026": ".",
}
"""Typographers' signs, and the plain ones that they are read as."""

CONTRACTIONS = (
    "i'm i've you're you've you'd you'll he's she's they're they've they'd that's that'd what's where's there's here's "
    "who's how's it's let's don't doesn't didn't can't couldn't won't wouldn't shouldn't isn't aren't wasn't weren't "
    "haven't hasn't hadn't ain't"
)
UNDIVIDED = {word.replace("'", ""): tuple(word.replace("'", " '").split()) for word in CONTRACTIONS.split()}
"""Contractions typed without their apostrophe, and the two words that they are read as."""

LATIN = range(0xC0, 0x250)
_MARKS = range(0x300, 0x370)
_PUNCTUATION = range(0x2000, 0x2070)
_MARK = "\u0300"
"""What only marks a letter, while a text is read: it keeps its place there."""
_LETTER = f"[a-z0-9{OTHER}]"
_PARTS = re.compile(
    f"(?P<word>{_LETTER}[a-z0-9{OTHER}{_MARK}]*(?:'{_LETTER}[a-z0-9{OTHER}{_MARK}]*)*)"
    r"|(?P<bracket>[(\[)\]])|(?P<end>[.?!\n])|(?P<comma>[,;:/])"
)


class Word(NamedTuple):
    """A word in small letters without accents, and where it stands: ``text[start:end]`` in code points."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words up to a full stop, question mark, exclamation mark, bracket or new line, and the sign that ended them.

    ``aside`` says that they stand in brackets, as a stage direction does; ``pieces``, into how many commas and the like
    divide them.
    """

    words: tuple[Word, ...]
    end: str
    aside: bool
    pieces: int = 1


@lru_cache(maxsize=4096)
def folded(sign: str) -> str:
    """One code point as small a–z, a digit, a plain sign, a space, or :data:`OTHER`; "" where it only marks a letter."""
    point = ord(sign)
    if sign in SIGNS:
        return SIGNS[sign]
    if point < 0x80:
        return sign.lower()
    if point < 0xC0 or point in _PUNCTUATION:
        return " "
    if point in LATIN:
        base = unicodedata.normalize("NFKD", sign)[0]
        return base.lower() if base < "\x80" else OTHER
    return "" if point in _MARKS else OTHER


class _Folded(dict[int, str]):
    """For `str.translate`: each code point as one sign, so that all keep their places."""

    def __missing__(self, point: int) -> str:
        return folded(chr(point)) or _MARK


_FOLDED = _Folded({point: folded(chr(point)) or _MARK for point in (*range(LATIN.stop), *_PUNCTUATION)})


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text` that have a word in them, in order."""
    return list(_sentences(text))


@lru_cache(maxsize=64)  # a reply is looked at more than once, and a client's line with every reply to it
def _sentences(text: str) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    words: list[Word] = []
    commas: set[int] = set()  # how many words stood before each
    aside = False
    for part in _PARTS.finditer(text.translate(_FOLDED)):
        sign = part.group()
        kind = part.lastgroup
        if kind == "word":
            words += [Word(word, part.start() + begin, part.start() + end) for word, begin, end in _divided(sign)]
            continue
        if kind == "comma":
            commas.add(len(words))
            continue
        _end(found, words, sign if sign in ".?!" else "", aside, commas)
        words, commas = [], set()
        if kind == "bracket":
            aside = sign in "(["
    _end(found, words, "", aside, commas)
    return tuple(found or _silence(text))


def _end(found: list[Sentence], words: list[Word], sign: str, aside: bool, commas: set[int]) -> None:
    """Adds the sentence of these words, if there are any."""
    if words:
        found.append(Sentence(tuple(words), sign, aside, len(commas - {0, len(words)}) + 1))


@lru_cache(maxsize=4096)
def _divided(signs: str) -> tuple[Word, ...]:
    """The words of what stands together, one from each apostrophe on; the marks that end one are none of it."""
    found, start = [], 0
    for number, piece in enumerate(signs.split("'")):
        text = ("'" if number else "") + piece.replace(_MARK, "")
        end = start + len(piece.rstrip(_MARK))
        found += [Word(part, start - (number > 0), end) for part in UNDIVIDED.get(text, (text,))]
        start += len(piece) + 1
    return tuple(found)


def _silence(text: str) -> list[Sentence]:
    """Three dots, or two, and nothing else: how people type that somebody says nothing."""
    signs = text.strip(" \n")
    dots = [2 if sign == "\u2026" else 1 for sign in signs if sign in ".\u2026"]
    if len(dots) < len(signs) or sum(dots) < 2:
        return []
    return [Sentence((Word("...", text.index(signs[0]), text.index(signs[0]) + len(signs)),), "", True)]


def words(text: str) -> list[str]:
    """The words of `text`, without their places."""
    return [word.text for sentence in sentences(text) for word in sentence.words]
