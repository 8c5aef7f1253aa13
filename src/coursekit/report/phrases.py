"""Phrases of five words that stand twice."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coursekit.codebook import MARKERS
from coursekit.report.texts import LINK, Text

LENGTH = 5
_QUOTED = re.compile(r"(“[^”]*”|^ *>.*$|(?<!\*)\*(?:[^*\s]+\s+){4,}[^*\s]+\*(?!\*))", re.MULTILINE)
"""What stands in quotation marks, in a block quotation, or as five words or more in italics."""
_WORD = re.compile(r"\d+\.\d+|[\w'−-]+")
_BUTTON = "run ▸ run all cells"  # what JupyterLab's menu calls it; nobody can say it another way


@dataclass(frozen=True)
class Repeat:
    """A run of words, as long as it is the same, and the places where it stands; one place, if it is there twice."""

    phrase: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class _Sentence:
    words: tuple[str, ...]
    quoted: bool


def phrases(text: str) -> Iterator[str]:
    """All runs of five words within a sentence; links by their text, mark-up and quotation marks apart."""
    for sentence in _sentences(text):
        yield from _fives(sentence.words)


def repeated(texts: Iterable[Text]) -> list[Repeat]:
    """What stands twice in these texts, in their order. The names of markers do not count, which are nobody's wording, nor what is
    quoted of a sentence, marked as a quotation, in the work that it stands in."""
    sentences = _unquoted([(text, sentence) for text in texts for sentence in _sentences(text.text)])
    found: dict[str, list[Text]] = defaultdict(list)
    for text, sentence in sentences:
        for phrase in _fives(sentence.words):
            found[phrase].append(text)
    for phrase in {phrase for marker in MARKERS.values() for phrase in phrases(marker.name)}:
        found.pop(phrase, None)
    twice = {phrase: tuple(dict.fromkeys(text.place for text in where)) for phrase, where in found.items() if _is_repeat(where)}
    return list(dict.fromkeys(run for _, sentence in sentences for run in _longest(sentence.words, twice)))


def _is_repeat(where: list[Text]) -> bool:
    """Whether this is said more than once; texts for reference count once together."""
    return sum(not text.reference for text in where) + any(text.reference for text in where) > 1


def _unquoted(sentences: list[tuple[Text, _Sentence]]) -> list[tuple[Text, _Sentence]]:
    """These sentences without quotations of others of the same work, or of a part of them."""
    said: dict[str, str] = defaultdict(str)
    kept = set()
    longest_first = sorted(range(len(sentences)), key=lambda place: (sentences[place][1].quoted, -len(sentences[place][1].words)))
    for place in longest_first:
        text, sentence = sentences[place]
        words = f" {' '.join(sentence.words)} "
        if not sentence.quoted or words not in said[text.work]:
            said[text.work] += f"|{words}"
            kept.add(place)
    return [each for place, each in enumerate(sentences) if place in kept]


def _sentences(text: str) -> Iterator[_Sentence]:
    """Sentences in small letters and with straight apostrophes."""
    text = LINK.sub(r"\1", text).lower().replace("’", "'").replace(_BUTTON, "")
    for number, part in enumerate(_QUOTED.split(text)):
        for sentence in re.split(r"(?<!\d)[.]|[.](?!\d)|[!?:;…—“”\"()|\n]+", re.sub(r"[*_`>#\[\]]", "", part)):
            yield _Sentence(tuple(_WORD.findall(sentence)), quoted=number % 2 == 1)


def _fives(words: tuple[str, ...]) -> list[str]:
    return [" ".join(words[place : place + LENGTH]) for place in range(len(words) - LENGTH + 1)]


def _longest(words: tuple[str, ...], twice: dict[str, tuple[str, ...]]) -> Iterator[Repeat]:
    """The repeats in a sentence, phrases of five that overlap and stand in the same places joined."""
    start, before = 0, twice.get("", ())
    for place, phrase in enumerate([*_fives(words), ""]):
        here = twice.get(phrase, ())
        if here != before:
            if before:
                yield Repeat(" ".join(words[start : place + LENGTH - 1]), before)
            start, before = place, here
