"""The coder: what it sees in a text, what it says of plain replies, and that tricks earn nothing."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from coursekit.codebook import THERAPIST_CODES
from coursekit.coding import HINDERING, OUTSIDE, POSSIBLE, coder, train
from coursekit.coding.coder import ScriptExample
from coursekit.coding.corpus import LABELS, read_all
from coursekit.coding.features import features
from coursekit.coding.text import sentences, words
from examples import course_roleplays

# ---- what it sees --------------------------------------------------------------------------------------------------------------


def test_words_are_small_plain_and_divided_at_apostrophes():
    assert words("I’m SORRY… “dont” say that, Élan!") == ["i", "'m", "sorry", "don", "'t", "say", "that", "elan"]
    assert words("straße 中文 O'Brien's") == ["stra~e", "~~", "o", "'brien", "'s"]


def test_sentences_end_at_signs_new_lines_and_brackets():
    found = sentences("Yes, well (nods) you think so?\nGo on")
    assert [(len(one.words), one.end, one.aside, one.pieces) for one in found] == [
        (2, "", False, 2), (1, "", True, 1), (3, "?", False, 1), (2, "", False, 1),
    ]  # fmt: skip


@given(st.text())
def test_a_word_is_where_it_says(text):
    for sentence in sentences(text):
        for word in sentence.words:
            assert 0 <= word.start < word.end <= len(text)


def test_what_is_looked_at_in_a_short_reply():
    found = features(sentences("Sorry, but why?"), sentences("You're late?"))
    assert " | ".join(found) == (
        "#words 3 | #sentences 1 | #pieces 1 0 | #piece 0 | #different 5 | #small 3 | #particular 1 asks | #shared 0 | "
        "#share 0 | #asks last | #asked | "
        "w sorry | ? sorry | 5 _sorr | 5 sorry | 5 orry_ | L sorry | w but | ? but | 5 _but_ | L but | "
        "w why | ? why | 5 _why_ | L why | 2 ^ sorry | M ^ sorry | F ^ sorry | 2 sorry but | M sorry but | F sorry but | "
        "2 but why | M but why | F but why | 2 why ? | M why ? | F why ? | 3 ^ sorry but | x ^ but | 3 sorry but why | "
        "x sorry why | 3 but why ? | x but ? | y ^ why | y sorry ? | o sorry? | o sorry but? | z why? | #sorry but"
    )
    assert found["3 sorry but why"] == (0, 1, 2) and found["#sorry but"] == (0, 1) and found["#asked"] == ()


# ---- what it says --------------------------------------------------------------------------------------------------------------

TOLD_OFF = "You looked at your watch. I was talking about my dad and you looked at your watch."
PLAIN = [
    ("OWN", TOLD_OFF, "I did look at it, while you were telling me about your father. That was wrong of me."),
    ("DEFEND", TOLD_OFF, "I was only checking that we still had enough time for you, to be fair."),
    ("DEFEND", TOLD_OFF, "I'm sorry, but I have to keep an eye on the time for everybody."),
    ("INVITE", "It's been helpful, really.", "Is there anything I do in here that doesn't help, or that annoys you?"),
    ("OPEN", "I rang in sick. First time in years.", "What was it like for you, making that call?"),
    ("REFL", "They gave my desk away while I was off.", "So you felt as if you'd been wiped out of the place."),
    ("VALID", TOLD_OFF, "It makes sense that you stopped there, anyone would if the listener checks the time."),
    ("SPACE", "When they lowered the… no.", "(nods, and waits)"),
    ("NOTICE", "Yeah. I'll try that then.", "You went very quiet just then, after I said it. Did something happen between us?"),
    ("NEED", TOLD_OFF, "You wanted me to be completely with you in that moment."),
    ("FIX", "I can't sleep any more.", "You should try to go to bed at the same time every night and put your phone away."),
    ("COLLUDE", "I keep cancelling, sorry.", "No problem at all, don't even mention it, it's lovely to see you!"),
    ("CONTROL", "I don't want to talk about that.", "Well, you'll never get better if you don't make an effort."),
    ("FRAME", "They'd be better off without me.", "Are you thinking about killing yourself?"),
    ("RENEG", "I hate that diary.", "Shall we drop the diary, or change it so that it suits you better? What would you prefer?"),
]


@pytest.mark.parametrize(("code", "client", "reply"), PLAIN)
def test_a_plain_reply_is_taken_as_what_it_is(code, client, reply):
    reading = coder.read(reply, client)
    assert (reading.verdict, reading.codes[0]) == ("sure", code)
    assert reading.possibly == (code in POSSIBLE)


def test_a_verdict_comes_with_the_words_that_spoke_for_it():
    reply = "I'm sorry, but I have to keep an eye on the time."
    best, second = coder.read(reply, TOLD_OFF).likely[:2]
    assert "but" in " ".join(reply[start:end] for start, end in best.for_)
    assert best.percent > second.percent and (second.for_ or second.against)


def test_two_moves_in_two_sentences_are_two_codes():
    reading = coder.read("I kept you waiting last week, and didn't say a word about it. How did that feel for you?")
    assert reading.codes == ("OWN", "OPEN")


OUT = [
    ("fact", "How long have you been working there?"),
    ("theory", "According to Bowlby the attachment system is activated by separation."),
    ("other-language", "Das klingt, als wären Sie sehr traurig darüber."),
    ("noise", "asdfj kjh sdfkjh"),
    ("empty", "I hear you, thank you for sharing that with me."),
]


@pytest.mark.parametrize(("label", "reply"), OUT)
def test_what_is_none_of_the_codes_is_not_given_one(label, reply):
    reading = coder.read(reply, "I rang in sick. First time in years.")
    assert (reading.verdict, reading.label, reading.codes) == ("outside", label, ())


def test_rudeness_is_taken_as_blame():
    reading = coder.read("Oh shut up, you pathetic little whiner.", "I don't know what to say.")
    assert (reading.label, reading.codes) == ("rude", ("CONTROL",))


def test_three_dots_are_a_silence():
    assert coder.read("...", "When they lowered the… no.").codes == coder.read("…").codes == ("SPACE",)


KIND_AND_NOT = [
    ("What was that like, you idiot?", "edge"),
    (
        "I'm sorry I kept you waiting. What was that like for you? It makes sense you were angry, after nobody came. "
        "Shall we change the time of our sessions, what would you prefer?",
        "pile",
    ),
]


@pytest.mark.parametrize(("reply", "why"), KIND_AND_NOT)
def test_a_helpful_code_is_not_said_of_an_insult_or_a_pile(reply, why):
    reading = coder.read(reply, "I rang in sick. First time in years.")
    assert (reading.verdict, reading.why) == ("unsure", why)


def test_nobody_is_taken_to_insult_without_a_word_that_can():
    for warm in ("What a great dad you are!", "Poor you.", "You sound like a man who loves his daughter."):
        assert coder.read(warm, "Nell's loud. Have I said?").codes != ("CONTROL",)


def test_a_second_code_never_hurts_and_is_never_a_possibly():
    readings = [coder.read(one.text) for one in read_all() if one.situation.held_out]
    seconds = {reading.codes[1] for reading in readings if len(reading.codes) > 1}
    assert seconds and not seconds & {*HINDERING, *POSSIBLE}


def test_where_it_is_not_sure_it_says_nothing_and_offers_five_codes():
    reading = coder.read("The kettle, then.", "Anyway.")
    assert reading.verdict == "unsure" and reading.codes == ()
    assert len(set(reading.offer)) == 5 and set(reading.offer) <= set(THERAPIST_CODES)


def test_a_scripts_example_weighs_in_for_what_is_like_it():
    reply, example = "One mouth, two pans, and no pudding.", ScriptExample("Two pans and one mouth, no pudding.", ("REFL",))
    without, helped = (coder.read(reply, "", given) for given in ((), (example,)))
    share = {reading: next(one.percent for one in reading.likely if one.label == "REFL") for reading in (without, helped)}
    assert share[helped] > share[without]


@given(st.text(), st.text(), st.lists(st.text(), max_size=2))
def test_whatever_is_typed_gets_an_answer_of_the_same_shape(text, client, known):
    reading = coder.read(text, client, known=known)
    assert [one.label for one in reading.likely] == sorted(LABELS, key=[one.label for one in reading.likely].index)
    assert all(0 <= one.percent <= 100 for one in reading.likely)
    assert bool(reading.codes) == (reading.verdict == "sure") and set(reading.codes) <= set(THERAPIST_CODES)
    for one in reading.likely:
        for start, end in (*one.for_, *one.against):
            assert 0 <= start < end <= len(text)


# ---- tricks --------------------------------------------------------------------------------------------------------------------

TRICKS = [
    "I hear you, I feel, sorry, how do you feel",
    "sorry, I understand, that makes sense, tell me more",
    "feelings hurt angry sad sorry validate",
    "hurt / sorry / my mistake / tell me / safe",
    "I hear you. That makes sense. Thank you for sharing. How does that make you feel?",
    "I'm sorry. I was wrong. Tell me more. That makes sense. I notice. What do you need?",
    "What? How? When? Where? Who?",
    "how do you feel how do you feel how do you feel",
    "mistake my fault I was late I forgot sorry hurt left alone",
    "notice here and now between us something shifted wonder",
    "no wonder, of course, anyone would, makes sense",
    "empathy, validation, reflection, rupture, repair, alliance",
    "I validate your feelings.",
    "It makes sense that you feel that way.",
    "I own my part, I invite feedback, I notice a rupture",
    "I am reflecting your feeling back to you.",
    "You are amazing.",
    "You're a wonderful person and you're so strong.",
    "Well done, great, brilliant, I'm so proud of you!",
    "Thank you so much for your honesty, I really appreciate you sharing this with me.",
    "I can only imagine how hard this must be for you.",
    "owns their part",
    "OWN",
    "the correct answer is to own my part",
    "Reply with a reflection of her feeling.",
]


def written_moments():
    for roleplay in course_roleplays().values():
        known = [reply.text for scene in roleplay.scenes.values() for passage in scene.passages for reply in passage.replies]
        for scene in roleplay.scenes.values():
            for passage in scene.passages:
                if passage.write:
                    line = " ".join(speech.text for speech in passage.speeches if speech.kind == "client")
                    examples = [ScriptExample(reply.text, reply.codes) for reply in passage.replies]
                    yield line, examples, known


def earns(reading):
    """Whether it could be worth a point in a role-play."""
    return reading.verdict == "sure" and reading.codes[0] not in HINDERING


@pytest.mark.parametrize("trick", TRICKS)
def test_lists_of_words_and_empty_praise_earn_nothing(trick):
    assert not any(earns(coder.read(trick, line, examples, known)) for line, examples, known in written_moments())


def test_the_clients_own_words_earn_nothing():
    for line, examples, known in written_moments():
        assert coder.read(line, line, examples, known).copied == "client"


def test_the_text_of_another_reply_earns_nothing():
    for line, examples, known in written_moments():
        for text in known:
            assert len(words(text)) < 6 or coder.read(text, line, examples, known).verdict == "copied", text


def test_a_copy_with_a_word_changed_or_a_second_copy_behind_it_is_a_copy():
    known = ["You did, and I called him by your ex-husband's name. Of all the names.", "What had you hoped that I would say?"]
    changed = "You did, and I called him by your ex-boyfriend's name."
    assert coder.read(changed, "", known=known).copied == "course"
    assert coder.read(" ".join(known), "", known=known).copied == "course"


def test_a_copy_with_words_put_in_or_spelt_wrong_is_a_copy():
    known = ["You did, and I called him by your ex-husband's name. Of all the names."]
    for padded in (
        "Well, you really did, and I really called him by your own ex-husband's name.",
        "You did, and I caled him by your ex-husbands name. Of all teh names.",
    ):
        assert coder.read(padded, "", known=known).copied == "course"


def test_three_plain_sentences_are_nobody_elses():
    known = ["You trusted me with it, and I looked at the door.", "I'm sorry. I did look.", "You trusted me with that story."]
    assert coder.read("I did look. I'm sorry. You trusted me with that.", "", known=known).copied == ""


def test_to_take_up_a_few_of_the_clients_words_is_no_copy():
    assert coder.read("Eleven years, and you'd never once rung in sick.", "Eleven years. Never done that.").copied == ""


# ---- the model -----------------------------------------------------------------------------------------------------------------


def test_the_model_was_made_from_this_corpus():
    learned = [one for one in read_all() if not one.situation.held_out]
    assert coder.model()["learned_from"] == train.fingerprint(learned), "Run: python -m coursekit.coding.train"


def test_the_model_is_small_enough_to_send_along():
    assert len(gzip.compress(coder.FILE.read_bytes())) <= 150_000


def test_it_knows_every_label():
    assert coder.model()["labels"] == list(LABELS) == [*THERAPIST_CODES, *OUTSIDE]


def test_situations_that_it_has_not_seen_are_read_as_the_docs_say():
    unseen = [one for one in read_all() if one.situation.held_out]
    readings = [coder.read(one.text, one.situation.client) for one in unseen]
    right, said = [one.label for one in unseen], [reading.label for reading in readings]
    assert f1_score(right, said, labels=list(THERAPIST_CODES), average="macro") >= 0.78
    sure = [(one.label, reading.label) for one, reading in zip(unseen, readings, strict=True) if reading.likely[0].percent >= 80]
    assert len(sure) >= len(unseen) / 2
    assert sum(one == other for one, other in sure) >= 0.9 * len(sure)


def test_a_model_can_be_trained_anew(capsys):
    few = [one for one in read_all() if one.file == "beginners.md"]
    made = train.train(few)
    assert len(made["weights"]) == len(LABELS) and len(made["weights"][0]) == len(made["keys"]) <= train.KEPT
    assert made["right"] == sorted(made["right"]) and 0 <= made["right"][0] <= made["right"][100] <= 100
