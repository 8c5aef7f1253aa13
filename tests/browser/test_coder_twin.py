"""coder.js is the twin of coursekit/coding: the same readings, to the digit, of a hundred thousand texts."""

import json
from functools import cache
from random import Random

import pytest

from coursekit.coding import coder
from coursekit.coding.coder import ScriptExample
from coursekit.coding.corpus import read_all
from coursekit.coding.text import folded
from coursekit.pages import assets

TEXTS = 100_000
CHUNK = 12_000
WHOLE = 4_000  # so many are compared with their reasons, examples and copies, the others by what is said of them

# The browser reads while Python does: it begins when it is asked, and is asked again for what it found.
# Both are sent as texts: Playwright is slow with long lists.
BEGIN = """
(sent) => {
  const [cases, brief] = JSON.parse(sent);
  const told = ({ verdict, codes, label, likely }) => [verdict, codes, label, likely.slice(0, 5).map(({ percent }) => percent)];
  const one = ([text, client, examples, known]) => coder.read(MODEL, text, { client, examples, known });
  const all = () => JSON.stringify(cases.map(one).map((reading) => (brief ? told(reading) : reading)));
  globalThis.answer = new Promise((done) => setTimeout(() => done(all()), 0));
}
"""


def both(twin, sent, brief):
    """Each case with what Python and the browser say of it."""
    twin.evaluate(BEGIN, json.dumps([sent, brief]))
    mine = [told(read(*case)) if brief else read(*case).as_dict() for case in sent]
    yield from zip(sent, mine, json.loads(twin.evaluate("answer")), strict=True)


def told(reading):
    return [reading.verdict, list(reading.codes), reading.label, [one.percent for one in reading.likely[:5]]]


FOLD = "() => JSON.stringify(Array.from({ length: 0x110000 }, (_, point) => coder.folded(String.fromCodePoint(point))))"


@pytest.fixture(scope="module")
def twin(browser):
    page = browser.new_page()
    page.goto("about:blank")
    page.add_script_tag(content=assets.module().replace("export default { render };", "globalThis.coder = coder;"))
    page.evaluate("(model) => { globalThis.MODEL = JSON.parse(model); }", coder.FILE.read_text("utf-8"))
    yield page
    page.close()


def spoilt(rng: Random, text: str) -> str:
    """A text as nobody would type it: signs of any script, accents, halves of surrogate pairs excepted."""
    letters = list(text)
    for start, end in ((32, 0x250), (0x250, 0xD800), (0x2000, 0x2070), (0xE000, 0x20000)):
        letters.insert(rng.randrange(len(letters) + 1), chr(rng.randrange(start, end)))
    return "".join(letters)


def text_of(rng: Random, replies: list[str]) -> str:
    words = rng.choice(replies).split() or ["…"]
    part = words[rng.randrange(len(words)) :][: rng.randint(1, 12)]
    how = rng.randrange(6)
    if how == 0:
        rng.shuffle(part)
    text = rng.choice((" ", " ", " ", "  ", "\n", ", ", "… ", "’")).join(part)
    return spoilt(rng, text) if how == 1 else text.upper() if how == 2 else text


corpus = cache(read_all)


def cases(rng: Random, count: int, whole: bool):
    replies = [one.text for one in corpus()]
    for _ in range(count):
        one = rng.choice(corpus())
        if not whole:
            yield [text_of(rng, replies), one.situation.client, [], []]
            continue
        examples = [{"text": rng.choice(replies), "codes": [code]} for code in ("OWN", "REFL")]
        known = rng.sample(replies, 3)
        copy = " ".join(rng.sample([one.situation.client, *known], rng.randint(1, 2)))
        turned = " ".join({"I": "you", "my": "your", "was": "were"}.get(word, word) for word in copy.split() if rng.random() < 0.9)
        yield [rng.choice((one.text, copy, turned)), one.situation.client, examples, known]


def test_every_sign_is_folded_alike(twin):
    mine = [folded(chr(point)) for point in range(0x110000)]
    assert mine == json.loads(twin.evaluate(FOLD))


def read(text, client, examples, known):
    return coder.read(text, client, [ScriptExample(each["text"], tuple(each["codes"])) for each in examples], known)


def test_readings_with_all_their_reasons_are_the_same(twin):
    for case, mine, theirs in both(twin, list(cases(Random(1), WHOLE, whole=True)), brief=False):
        assert mine == theirs, case


def test_a_hundred_thousand_texts_are_taken_for_the_same(twin):
    for seed in range((TEXTS - WHOLE) // CHUNK):
        for case, mine, theirs in both(twin, list(cases(Random(100 + seed), CHUNK, whole=False)), brief=True):
            assert mine == theirs, case
