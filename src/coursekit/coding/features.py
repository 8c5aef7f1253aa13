"""What the coder looks at in a reply: its words, alone and in pairs and threes, in what form and in which place.

A feature is a short text; it counts once, however often it occurs. What stands before its words says what it is:
`w` a word, `?` or `.` a word of a sentence that asks or says, `5` five letters of one, `2` and `3` neighbours, `x` and `y`
a pair with one or two words between, `L` and `M` words and pairs of the last sentence, `F` pairs of the first, `o` how a
sentence opens, `z` how it ends, `#` what is counted. ``coder.js`` is the twin.
"""

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

from coursekit.coding.text import Sentence

KEY_BITS = 20
"""A feature is known to the model by so many bits of its CRC-32."""
KEY_MASK = (1 << KEY_BITS) - 1

WORDS = {
    "small": (
        "a about all an and are as at be been but by can did do for from get had has have he her him his how i if in is it "
        "just know like me more my no not of on one or out say she so some that the their them then there they this to up "
        "was we were what when which who will with would yes you your 's 't 'm 're 've 'll 'd"
    ),
    "stock": (
        "feel feels feeling feelings felt emotion emotions emotional sense senses make makes made making understand "
        "understands understandable understood hear hears hearing heard listen listening see sees hard difficult tough "
        "thank thanks sharing share shared tell telling wonder course normal natural okay fine good great well strong brave "
        "person people wonderful amazing brilliant proud honest honesty open opening must really very sounds sound seems "
        "seem something anything everything thing things way lot bit kind sort right situation moment experience experiences "
        "appreciate trust safe space valid validate validating support here now today going imagine anyone everyone because "
        "too also still being am does much many says said why let come came"
    ),
    "sorry": "sorry apologise apologize apologies apology regret pardon",
    "but": "but however though although only",
    "insults": (
        "idiot idiots idiotic moron morons moronic loser losers imbecile cretin cretins twat twit prat git wanker tosser bastard "
        "bastards bitch pathetic whiner whinger whiny crybaby nutter weirdo arsehole asshole dickhead dimwit halfwit nitwit numpty "
        "muppet dunce twerp plonker pillock drivel snivelling sniveller snowflake wuss wimp stfu fuck fucked sod sodding bollocks "
        "bullshit spineless gutless brainless laughable revolting"
    ),
    "hurtful": (
        "bloody fucking piss pissed crap shit bugger dumb thick daft clown bore boring disgusting ridiculous coward cowards stupid "
        "fool foolish clueless lump drip cow pig rat worm waste joke shut sob boo hoo ugly useless hopeless worthless lazy selfish "
        "drama victim nobody cares whining whingeing whinging grow spit"
    ),
}
"""Small words of the language, words that can be said to any client, words that insult one, words that may; sent to the page."""
FUNCTION_WORDS, STOCK, SORRY, BUT, INSULTS, HURTFUL = (frozenset(listed.split()) for listed in WORDS.values())

Place = tuple[int, ...]
"""Numbers of words, counted through the whole reply."""


def key(feature: str) -> int:
    """The number by which the model knows a feature (ASCII), 0 to 2**20 - 1."""
    return crc32(feature.encode("ascii")) & KEY_MASK


def features(said: list[Sentence], client: list[Sentence]) -> dict[str, Place]:
    """The features of a reply to the line of a client, each with the words that it was first found in."""
    found: dict[str, Place] = {}
    for several, place in together(said, client):
        for feature in several:
            found.setdefault(feature, place)
    return found


def together(said: list[Sentence], client: list[Sentence]) -> Iterator[tuple[tuple[str, ...], Place]]:
    """The features in their order, those of the same words together, and again where they stand again."""
    yield tuple(_shape(said, client)), ()
    spoken = [number for number, sentence in enumerate(said) if not sentence.aside] or list(range(len(said)))
    first = 0
    for number, sentence in enumerate(said):
        yield from _of_sentence(sentence, first, number == spoken[0], number == spoken[-1])
        first += len(sentence.words)
    for feature, place in _sorry_but(said):
        yield (feature,), place


def _shape(said: list[Sentence], client: list[Sentence]) -> Iterator[str]:
    """Length, division, repetition, question form, stage directions, small words, and what the client said before."""
    words = [word.text for sentence in said for word in sentence.words]
    content = [word for word in words if _content(word)]
    taken = shared(said, client)
    small = sum(word in FUNCTION_WORDS for word in words)
    spoken = [sentence for sentence in said if not sentence.aside]
    yield f"#words {bisect_right((1, 2, 3, 5, 8, 12, 17, 25, 40), len(words))}"
    yield f"#sentences {min(len(said), 5)}"
    pieces = sum(sentence.pieces for sentence in said)
    yield f"#pieces {bisect_right((2, 3, 4, 6, 9), pieces)} {bisect_right((5, 12, 25), len(words))}"
    yield f"#piece {bisect_right((2, 3, 4, 6, 9, 13), len(words) // max(1, pieces))}"
    yield f"#different {bisect_right((40, 55, 70, 85, 95), 100 * len(set(words)) // max(1, len(words)))}"
    yield f"#small {bisect_right((1, 15, 30, 45, 60), 100 * small // max(1, len(words)))}"
    asks = "asks" if spoken and spoken[-1].end == "?" else "says"
    yield f"#particular {bisect_right((1, 2, 3, 5, 8), particulars(said))} {asks}"
    yield f"#shared {bisect_right((1, 2, 3, 5), taken)}"
    yield f"#share {bisect_right((1, 15, 30, 50, 75), 100 * taken // max(1, len(content)))}"
    if not spoken:
        yield "#silent"
    elif spoken[-1].end == "?":
        yield "#asks last"
    elif any(sentence.end == "?" for sentence in spoken):
        yield "#asks before"
    else:
        yield "#asks nothing"
    if len(spoken) < len(said):
        yield "#aside"
    if client and client[-1].end == "?":
        yield "#asked"


def particulars(said: list[Sentence]) -> int:
    """How many words of a reply are not said to any client whatever."""
    words = [word.text for sentence in said for word in sentence.words]
    return sum(_content(word) and word not in STOCK for word in words)


def shared(said: list[Sentence], client: list[Sentence]) -> int:
    """How many words of a reply stand in the client's line, small words apart."""
    clients = {word.text for sentence in client for word in sentence.words if _content(word.text)}
    return sum(word.text in clients for sentence in said for word in sentence.words)


def _content(word: str) -> bool:
    return len(word) > 2 and word not in FUNCTION_WORDS


def _of_sentence(
    sentence: Sentence, first: int, at_beginning: bool, at_end: bool
) -> Iterator[tuple[tuple[str, ...], Place]]:
    """Its words, pairs, threes and fours. `first` is the number of its first word."""
    words = [word.text for word in sentence.words]
    end = sentence.end if sentence.end in ("?", "!") else "$"
    form = "?" if end == "?" else "."
    signs = ["^", *words, end]
    at: list[Place] = [(), *((first + number,) for number in range(len(words))), ()]
    for place, word in enumerate(words, start=1):
        yield _of_word(word, form, at_end), at[place]
    for place in range(len(signs) - 1):
        yield _of_pair(signs[place], signs[place + 1], at_beginning, at_end), at[place] + at[place + 1]
    for place in range(len(signs) - 2):
        one, two, three = signs[place : place + 3]
        yield (f"3 {one} {two} {three}",), at[place] + at[place + 1] + at[place + 2]
        yield (f"x {one} {three}",), at[place] + at[place + 2]
    for place in range(len(signs) - 3):
        yield (f"y {signs[place]} {signs[place + 3]}",), at[place] + at[place + 3]
    yield (f"o {words[0]}{form}",), at[1]
    if len(words) > 1:
        yield (f"o {words[0]} {words[1]}{form}",), at[1] + at[2]
        yield (f"z {words[-1]}{form}",), at[-2]


@lru_cache(maxsize=4096)
def _of_word(word: str, form: str, at_end: bool) -> tuple[str, ...]:
    """A word, its form and its pieces; that of the last sentence once more as such."""
    padded = f"_{word}_"
    pieces = (f"5 {padded[start : start + 5]}" for start in range(len(padded) - 4))
    return (f"w {word}", f"{form} {word}", *pieces, *([f"L {word}"] if at_end else []))


def _of_pair(one: str, two: str, at_beginning: bool, at_end: bool) -> tuple[str, ...]:
    """Two neighbours; those of the first and last sentence once more as such."""
    return (f"2 {one} {two}", *([f"M {one} {two}"] if at_end else []), *([f"F {one} {two}"] if at_beginning else []))


def _sorry_but(said: list[Sentence]) -> Iterator[tuple[str, Place]]:
    """A word of regret, and later a "but"."""
    sorry = None
    for place, word in enumerate(word.text for sentence in said for word in sentence.words):
        if word in SORRY and sorry is None:
            sorry = place
        elif word in BUT and sorry is not None:
            yield "#sorry but", (sorry, place)
            return
