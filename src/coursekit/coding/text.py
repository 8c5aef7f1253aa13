"""A reply as the coder sees it: sentences of plain words, each with its place in the text. ``coder.js`` is the twin.

Only what Python and a browser are sure to do alike: letters are folded to a–z code point by code point, whatever is
neither a Latin letter nor a digit ends a word, and letters of another script become one sign.
"""

import unicodedata
from dataclasses import dataclass

OTHER = "~"
"""Stands for a letter or sign that is not Latin."""

_SIGNS = {
    **dict.fromkeys("\u2018\u2019\u201a\u02bc\u0060\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f\u200b\ufeff", " "),
    "\u2026": ".",
}
_LATIN = range(0xC0, 0x250)
_WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_ENDS = frozenset(".?!")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in small letters without accents and apostrophes, and where it stands: ``text[start:end]`` in code points."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words up to a full stop, question mark, exclamation mark or new line, and the sign that ended them ("" for none).

    ``aside`` says that they stand in brackets, as a stage direction does.
    """

    words: tuple[Word, ...]
    end: str
    aside: bool


def folded(sign: str) -> str:
    """One code point as small a–z, a digit, a plain sign, a space, or :data:`OTHER`."""
    point = ord(sign)
    if sign in _SIGNS:
        return _SIGNS[sign]
    if point < 128:
        return sign.lower()
    if point in _LATIN:
        return unicodedata.normalize("NFKD", sign)[0].lower() if unicodedata.normalize("NFKD", sign)[0] < "\x80" else OTHER
    return "" if 0x300 <= point < 0x370 else OTHER


def sentences(text: str) -> list[Sentence]:
    """The sentences of `text` that have a word in them, in order."""
    found: list[Sentence] = []
    words: list[Word] = []
    letters: list[str] = []
    start = end = 0
    aside = False

    def close_word() -> None:
        if letters:
            words.append(Word("".join(letters), start, end))
            letters.clear()

    def close_sentence(sign: str) -> None:
        close_word()
        if words:
            found.append(Sentence(tuple(words), sign, aside))
            words.clear()
        elif sign == "?" and found and not found[-1].end:
            found[-1] = Sentence(found[-1].words, sign, found[-1].aside)

    for place, point in enumerate(text):
        sign = folded(point)
        if sign in _WORD or sign == OTHER:
            if not letters:
                start = place
            letters.append(sign)
            end = place + 1
        elif sign in ("", "'"):
            continue
        elif sign in _ENDS:
            close_sentence(sign)
        elif sign in "([" and sign:
            close_sentence("")
            aside = True
        elif sign in ")]":
            close_sentence("")
            aside = False
        elif sign == "\n":
            close_sentence("")
        else:
            close_word()
    close_sentence("")
    return found


def words(text: str) -> list[str]:
    """The words of `text`, without their places."""
    return [word.text for sentence in sentences(text) for word in sentence.words]
