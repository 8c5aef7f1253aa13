"""Whether a reply is somebody else's words: the client's own, or a text that stands in the course. ``coder.js`` is the twin."""

from collections.abc import Iterable
from functools import lru_cache

from coursekit.coding.text import Sentence, sentences

SHORT = 5
"""Fewer words than this may be the same by chance."""
SAME = 75
"""A sentence is copied when so many of its pairs of neighbouring words, in percent, stand in the other text."""

_TURNED = {
    **dict.fromkeys(("i", "me", "we", "us"), "you"),
    **dict.fromkeys(("my", "our"), "your"),
    **dict.fromkeys(("am", "'m", "'re"), "are"),
    "was": "were",
    "myself": "yourself",
}
"""Who says the client's words back turns these; it stays a copy."""


def copied(text: str, client: str, known: Iterable[str]) -> str:
    """`client` or `course` when each sentence that is long enough to tell is copied from there, `course` from both, else ""."""
    said = [_spoken(sentence) for sentence in sentences(text)]
    long = [words for words in said if len(words) >= SHORT]
    if not long:
        whole = [word for words in said for word in words]
        long = [whole] if len(whole) >= SHORT else []
    others = [_pairs_of(other) for other in known]
    clients = _pairs_of(client)
    sources = {_source(words, clients, others) for words in long}
    if not sources or "" in sources:
        return ""
    return "client" if sources == {"client"} else "course"


def _source(words: list[str], clients: frozenset[str], others: list[frozenset[str]]) -> str:
    mine = _pairs(words)
    for source, theirs in (("client", clients), *(("course", other) for other in others)):
        if 100 * len(mine & theirs) >= SAME * len(mine):
            return source
    return ""


@lru_cache(maxsize=4096)
def _pairs_of(text: str) -> frozenset[str]:
    return _pairs([word for sentence in sentences(text) for word in _spoken(sentence)])


def _spoken(sentence: Sentence) -> list[str]:
    return [_TURNED.get(word.text, word.text) for word in sentence.words]


def _pairs(words: list[str]) -> frozenset[str]:
    return frozenset(f"{one} {two}" for one, two in zip(words, words[1:], strict=False))
