"""Whether a reply is somebody else's words: the client's own, or a text that stands in the course. ``coder.js`` is the twin."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from coursekit.coding.text import Sentence, sentences

SHORT = 6
"""Fewer words than this may be the same by chance."""
SAME = 75
"""A reply or a sentence is copied when so many of its words, in percent, stand in another text in the same order."""
MOST = 60
"""A reply is copied, too, when so many of its words, in percent, stand in copied sentences."""
TURNED = {
    **dict.fromkeys(("i", "me", "we", "us"), "you"),
    **dict.fromkeys(("my", "our"), "your"),
    **dict.fromkeys(("am", "'m", "'re"), "are"),
    "was": "were",
    "myself": "yourself",
}
"""Who says the client's words back turns these; it stays a copy."""


def copied(text: str, client: str, known: Iterable[str]) -> str:
    """`client` or `course` when most of a reply is copied from there, `course` when it is from both, else ""."""
    said = [_spoken(sentence) for sentence in sentences(text)]
    whole = [word for words in said for word in words]
    others = [("client", _words_of(client)), *(("course", _words_of(other)) for other in known)]
    if len(whole) >= SHORT and (source := _source(whole, others)):
        return source
    found = [(len(words), _source(words, others)) for words in said if len(words) >= SHORT]
    taken = sum(length for length, source in found if source)
    if not taken or 100 * taken < MOST * len(whole):
        return ""
    return "client" if all(source != "course" for _, source in found) else "course"


def _source(words: list[str], others: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    mine = Counter(words)
    for source, theirs in others:
        if 100 * sum(map(set(theirs).__contains__, words)) < SAME * len(words):
            continue  # most replies are nobody else's, and this is seen at once
        common = (mine & Counter(theirs)).total()
        if 100 * common >= SAME * len(words) and 100 * in_order(words, theirs) >= SAME * len(words):
            return source
    return ""


def in_order(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words of both stand in the same order: the length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for place, theirs in enumerate(other, start=1):
            here = row[place]
            row[place] = before + 1 if word == theirs else max(here, row[place - 1])
            before = here
    return row[-1]


@lru_cache(maxsize=4096)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(word for sentence in sentences(text) for word in _spoken(sentence))


def _spoken(sentence: Sentence) -> list[str]:
    return [TURNED.get(word.text, word.text) for word in sentence.words]
