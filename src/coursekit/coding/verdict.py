"""When the coder says a code, and when it keeps silent although a label is likely. Design choices, each from a mistake seen."""

from coursekit.codebook import THERAPIST_CODES
from coursekit.coding import HINDERING, OUTSIDE
from coursekit.coding.features import HURTFUL, INSULTS, particulars, shared
from coursekit.coding.model import known, model, scores, surest
from coursekit.coding.text import Sentence

MANY = 4
"""Sentences of so many different codes are a pile, and so are as many pieces between commas, of two words or so each."""
LONG = 8
"""From so many words on, a reply that says most of them twice is a pile too."""
FEW = 4
"""Fewer words than this are coded only where the coder is as sure as of blame."""
SECONDS = ("OPEN", "REFL", "VALID")
"""The codes that a second sentence may add: people agree on these, and none of them hurts."""

Move = tuple[Sentence, str, int]


def moves(said: list[Sentence], asked: list[Sentence]) -> list[Move]:
    """Of several sentences, the label of each by itself, and how sure it is in percent."""
    return [(one, *surest(scores(known([one], asked)))) for one in said] if len(said) > 1 else []


def verdict(label: str, percent: int, said: list[Sentence], asked: list[Sentence], alone: list[Move]) -> tuple[str, str]:
    """`sure`, `unsure` or `outside` for the likeliest label, and why it is not sure although it is likely.

    `pile`: many kinds of reply, a list, or words over and over. `edge`: a word or a sentence that hurts, in a reply of
    another kind. `short`: too few words to tell. Else "".
    """
    insulting = _any_of(INSULTS, said, asked)
    if percent < model()["sure"] or (label == "rude" and not _any_of(INSULTS | HURTFUL, said, asked)):
        return "unsure", "edge" if insulting else ""
    if label == "rude":
        return "sure", ""
    if label in OUTSIDE:
        stray = label in ("empty", "off-topic", "noise") and shared(said, asked) and particulars(said)
        return ("unsure", "") if stray else ("outside", "")
    if label not in HINDERING and (insulting or any(_hurts(one, likely) for _, one, likely in alone)):
        return "unsure", "edge"
    if is_pile(said, alone):
        return "unsure", "pile"
    careful = label == "CONTROL" or (sum(len(one.words) for one in said) < FEW and label != "SPACE")
    if careful and percent < model()["sure_of_blame"]:
        return "unsure", "" if label == "CONTROL" else "short"
    return "sure", ""


def second(alone: list[Move], first: str) -> list[str]:
    """The code of the sentence that is most surely something else, if it is one that may be added."""
    sure, found = model()["sure_of_second"], []
    for sentence, label, percent in alone:
        if percent >= sure and label in SECONDS and label != first and len(sentence.words) >= FEW:
            sure, found = percent + 1, [label]
    return found


def _any_of(listed: frozenset[str], said: list[Sentence], asked: list[Sentence]) -> bool:
    """Whether there is one of these words that the client did not use first."""
    clients = {word.text for sentence in asked for word in sentence.words}
    return any(word.text in listed and word.text not in clients for sentence in said for word in sentence.words)


def is_pile(said: list[Sentence], alone: list[Move]) -> bool:
    """Whether it is many kinds of reply one after another, a list of snippets, or the same words over and over."""
    words = [word.text for sentence in said for word in sentence.words]
    kinds = {label for _, label, _ in alone if label in THERAPIST_CODES}
    listed = sum(len(one.words) for one in said if one.pieces >= MANY and len(one.words) < 3 * one.pieces)
    repeats = len(words) >= LONG and 2 * len(set(words)) < len(words)
    return len(kinds) >= MANY or 2 * listed > len(words) or repeats


def _hurts(label: str, percent: int) -> bool:
    return label in ("rude", "CONTROL") and percent >= model()["sure_of_blame"]
