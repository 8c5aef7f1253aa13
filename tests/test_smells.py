"""Smells of a script: what can be read and is still wrong."""

import pytest

from coursekit.roleplay.script import parse_script
from coursekit.roleplay.smells import best_reply, longest_best, smells
from examples import SMALL, TWO_SESSIONS, course_roleplays, example


def found(text: str) -> list[str]:
    return [str(smell) for smell in smells(parse_script(text, "mine", "mine.md"), "mine.md")]


def test_the_complete_example_has_no_smell():
    assert smells(example(), "half-past-six.md") == []


@pytest.mark.parametrize("name", course_roleplays())
def test_a_role_play_of_the_course_has_no_smell(name):
    assert smells(course_roleplays()[name], name) == []


@pytest.mark.parametrize(
    ("change", "smell"),
    [
        (("## the end", "## nowhere\n\nAda: Hm.\n\n- [go on](#the-end)\n\n## the end"), "No way leads to “nowhere”."),
        (("  > You said it.\n", ""), "A reply in “first” has no feedback."),
        (("  > She takes it as it comes.\n", ""), "[otherwise] in “second” has no feedback."),
        (("[OWN](#second)", "[REFL](#second)"), "Nothing on offer in “first” answers GOES-QUIET. Offer one of"),
        (("[GOES-QUIET]", "[RISK]"), "A sign of risk in “first” can be answered by nobody. Offer a FRAME reply"),
        (("[CONTROL](#second)", "[SPACE](#second)"), "No reply in “first” hinders."),
        (("> She left.", ""), "The ending “the end” says nothing."),
        (("Good. [COLLUDE]", "You say it is fine indeed. [COLLUDE]"), "“you say it is fine” stands already at line"),
    ],
)
def test_a_smell_is_named_with_what_to_do(change, smell):
    assert change[0] in SMALL
    said = found(SMALL.replace(*change))
    assert any(smell in each for each in said), said


def test_a_rupture_just_before_the_end_smells():
    assert any("comes fewer than 4 turns after another or before the end" in each for each in found(SMALL))


def test_a_script_without_a_calm_invitation_smells():
    assert any("no calm moment at which to ask" in each for each in found(SMALL))


def test_the_share_of_best_replies_that_are_the_longest_is_held_to_chance():
    mended = longest_best(example())
    assert mended and abs(mended[0] - mended[1]) <= 10
    long = SMALL.replace("Why were you late?", "Why?").replace(
        "You say it is fine.", "You say it is fine, and I wonder."
    )
    assert any("The best reply is the longest in 100 % of the passages" in each for each in found(long))


def test_all_replies_but_one_hindering_smells():
    three = SMALL.replace("- Why were you late?", "- Be on time. [CONTROL](#second)\n  > No.\n- Why were you late?")
    assert any("All replies in “first” but one hinder: the choice makes itself." in each for each in found(three))


SOFTENING = """
Ada (softening): I minded.

- I am sorry, again. [OWN](#the-end)
  > Once more.
- How was it? [INVITE](#the-end)
  > Asked.
- So was I. [IMMED](#the-end)
  > Shared.
- Never mind. [FIX](#the-end)
  > Gone.

Ada (guarded): It's"""


def test_the_best_reply_in_a_rupture_is_one_that_brings_the_repair_on():
    roleplay = parse_script(SMALL.replace("\nAda (guarded): It's", SOFTENING), "mine", "mine.md")
    passage = roleplay.scenes["second"].passages[1]
    assert passage.replies[best_reply(passage, roleplay.traits)].codes == ("INVITE",)


def test_a_softening_passage_is_judged_by_the_clients_own_style():
    only_own_reaction = SOFTENING.replace("[INVITE]", "[REFL]")
    text = SMALL.replace("\nAda (guarded): It's", only_own_reaction)
    smell = "Nothing on offer in “second” answers softening."
    assert not any(smell in each for each in found(text))
    assert any(smell in each for each in found(text.replace("expects: criticism", "style: confrontation")))


def test_a_later_session_to_which_nobody_can_fail_to_come_smells():
    smell = "With “the second thursday” a later session begins, and the client may not come back. Add a passage (leaving)"
    assert not any(smell in each for each in found(TWO_SESSIONS))
    without = TWO_SESSIONS.replace("Ada (leaving): Thank", "Ada (open): Thank")
    assert any(smell in each for each in found(without))


def test_ruptures_in_two_sessions_are_never_too_close():
    close = "The rupture in “the-second-thursday” comes fewer than 4 turns"
    calm_ending = "".join(f"## later {n}\n\nAda: Mm.\n\n- A. [OPEN](#{to})\n  > a\n- B. [FIX](#{to})\n  > b\n\n"
                          for n, to in (("one", "later-two"), ("two", "the-end")))  # fmt: skip
    longer = TWO_SESSIONS.replace("(#the-end)", "(#later-one)").replace("## the end", f"{calm_ending}## the end")
    assert not any(close in each for each in found(longer))
    assert any(close in each for each in found(longer.replace("sessions:\n  the-second-thursday: A fortnight later\n", "")))


def test_no_line_is_asked_for_when_the_client_is_braced_or_trusting():
    without = TWO_SESSIONS.replace("Ada (braced)", "Ada (open)").replace("Ada (trusting)", "Ada (guarded)")
    assert not any("can be braced" in each or "can be trusting" in each for each in found(without))
