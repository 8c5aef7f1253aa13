"""A session plays a role-play, and a trace replays to the same session."""

import dataclasses
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.codebook import THERAPIST_CODES
from coursekit.pages.course import _LINES
from coursekit.roleplay import bots
from coursekit.roleplay.scenes import RolePlay
from coursekit.roleplay.session import Session, TraceRefused, replay, replay_what_can_be
from examples import example, small, two_sessions

OWN = {"turn": 1, "scene": "first", "flag": "withdrawal", "reply": 1, "text": None, "codes": ["OWN"], "by": "script"}
WRITTEN = {
    "turn": 2,
    "scene": "second",
    "flag": None,
    "reply": None,
    "text": "How is it?",
    "codes": ["OPEN"],
    "by": "trainee",
}


def random_trace(seed: int, roleplay=None) -> list[dict]:
    rng, session, trace = Random(seed), Session(roleplay or example()), []
    while session.ending is None:
        flag = rng.choice([None, "withdrawal", "confrontation"])
        if session.passage.write:
            record = session.write(
                "Words.",
                rng.sample(sorted(THERAPIST_CODES), rng.choice([1, 2])),
                rng.choice(["trainee", "coder 1"]),
                flag,
            )
        else:
            record = session.choose(rng.randint(1, len(session.passage.replies)), flag)
        trace.append({"turn": record.turn, "scene": record.scene, "flag": flag, "reply": record.reply,
                      "text": record.text if record.written else None, "codes": list(record.codes), "by": record.by})  # fmt: skip
    return [*trace, {"self": rng.randint(0, 100)}]


def test_a_session_is_replayed_from_its_trace():
    session = replay(small(), [OWN, WRITTEN, {"self": 70}])
    assert session.complete and session.ending and session.ending.name == "the-end"
    assert [(turn.scene, turn.text, turn.flag) for turn in session.turns] == [
        ("first", "You noticed that I looked at the clock.", "withdrawal"), ("second", "How is it?", None)]  # fmt: skip


def test_the_clients_mood_chooses_the_passage():
    met, missed = Session(small()), Session(small())
    met.choose(1)
    missed.choose(2)
    assert met.passage.text == "Mm." and missed.passage.text == "It's fine."


def test_a_written_reply_goes_where_the_example_with_its_code_goes():
    session = replay(small(), [OWN, WRITTEN])
    assert session.turns[-1].feedback == "A question."
    session = replay(small(), [OWN, {**WRITTEN, "codes": ["SPACE"]}])
    assert session.turns[-1].feedback == "She takes it as it comes."


def test_a_turn_whose_code_the_trainee_named_herself_is_not_counted():
    assert [turn.counted for turn in replay(small(), [OWN, WRITTEN]).turns] == [True, False]
    assert replay(small(), [OWN, {**WRITTEN, "by": "coder 1"}]).turns[1].counted


def test_what_the_coder_only_calls_possible_moves_the_client_and_is_not_counted():
    possibly = replay(small(), [OWN, {**WRITTEN, "codes": ["DEFEND"], "by": "coder 1"}])
    assert not possibly.turns[1].counted and possibly.state == replay(small(), [OWN, {**WRITTEN, "codes": ["DEFEND"]}]).state


def test_a_second_try_is_kept_and_moves_nothing():
    again = {"again": 2, "text": "Is it hard?", "codes": ["OPEN"]}
    plain, retried = replay(small(), [OWN, WRITTEN]), replay(small(), [OWN, WRITTEN, again])
    assert retried.again == [again] and retried.state == plain.state and retried.turns == plain.turns


@pytest.mark.parametrize(
    ("trace", "turn", "reason"),
    [
        ([{**OWN, "turn": 2}], 1, "this turn is numbered 2"),
        ([{**OWN, "scene": "second"}], 1, "the client is in “first”, not in “second”"),
        ([{**OWN, "reply": 3}], 1, "reply 3 is not on offer; there are 2"),
        ([{**OWN, "codes": ["OPEN"]}], 1, "reply 1 is not OPEN"),
        ([{**OWN, "by": "trainee"}], 1, "a reply was to be chosen here, not written"),
        ([{**OWN, "flag": "anger"}], 1, "“flag” cannot be read"),
        ([{**OWN, "codes": []}], 1, "“codes” cannot be read"),
        ([OWN, {**WRITTEN, "text": "  "}], 2, "a written reply was asked for here, and none is given"),
        ([OWN, {**WRITTEN, "by": "script"}], 2, "it is not said who coded the written reply"),
        ([OWN, {**WRITTEN, "codes": ["NICE"]}], 2, "NICE are not one or two different codes"),
        ([OWN, WRITTEN, {**OWN, "turn": 3}], 3, "the play had ended in “the end”"),
        ([OWN, {"self": 50}], 2, "the play was rated before it ended"),
        ([OWN, WRITTEN, {"self": 101}], 3, "a rating is a whole number from 0 to 100, not 101"),
        ([OWN, {"again": 1, "text": "x", "codes": ["OPEN"]}], 2, "a second try is of a written turn, not of 1"),
        (["nonsense"], 1, "'nonsense' is not a turn"),
    ],
)
def test_a_trace_that_the_script_does_not_allow_is_refused_with_its_turn(trace, turn, reason):
    with pytest.raises(TraceRefused) as refused:
        replay(small(), trace)
    assert refused.value.turn == turn and reason in refused.value.reason


def test_the_turns_before_a_refused_one_stay_readable():
    session, refused = replay_what_can_be(small(), [OWN, {**WRITTEN, "scene": "elsewhere"}])
    assert len(session.turns) == 1 and refused and refused.turn == 2


@given(st.integers(0, 10**6))
def test_any_trace_replays_to_the_same_session(seed):
    trace = random_trace(seed)
    one, other = replay(example(), trace), replay(example(), trace)
    assert one.state == other.state and one.turns == other.turns
    assert [turn.felt for turn in one.turns][-1] == one.felt or one.ending


@given(
    st.integers(0, 10**6),
    st.integers(0, 3),
    st.sampled_from(["turn", "scene", "reply", "codes", "by"]),
    st.none() | st.integers() | st.text(),
)
def test_a_trace_with_anything_in_it_replays_or_is_refused(seed, index, name, value):
    trace = random_trace(seed)
    trace[index] = {**trace[index], name: value}
    session, refused = replay_what_can_be(example(), trace)
    assert session.complete or (refused and refused.turn == index + 1)


def test_an_unfinished_play_goes_on_where_it_was():
    trace = random_trace(7)
    session = replay(example(), trace[:3])
    assert len(session.turns) == 3 and not session.complete
    rest = replay(example(), trace)
    assert [dataclasses.astuple(turn) for turn in rest.turns[:3]] == [
        dataclasses.astuple(turn) for turn in session.turns
    ]


def test_ways_through_a_script_are_counted():
    assert example().turns_to_an_ending["the-tray"] == 5 and example().turns_to_an_ending["last-minutes"] == 1
    assert example().planned_ruptures == 1 and small().planned_ruptures == 1


def two_thursdays(*replies: int) -> Session:
    """The play of two sessions with these replies."""
    session = Session(two_sessions())
    for reply in replies:
        session.choose(reply)
    return session


def test_a_later_session_begins_on_the_way_and_its_words_stand_between_what_is_said():
    session = two_thursdays(1, 1)
    assert [speech.text for speech in session.lead_in] == ["She goes slowly.", "A fortnight.", "A fortnight later"]
    assert session.scene.name == "the-second-thursday" and session.number == 2
    session.choose(1)
    assert [turn.session for turn in session.turns] == [1, 1, 2]


def test_what_lay_between_two_sessions_is_kept():
    session = two_thursdays(1, 1)
    week = session.weeks[0]
    assert (week.turns, week.words) == (2, "A fortnight later")
    assert (week.before.felt, week.before.rupture) == (session.turns[-1].felt, "withdrawal")
    assert (week.after.rupture, week.after.strain) == (None, week.before.strain // 2)
    assert week.after.unspoken == week.before.unspoken + week.before.strain // 2
    assert session.state.rupture == "confrontation" and session.state.ruptures == 2


@pytest.mark.parametrize(
    ("replies", "moods", "scene"),
    [
        ((1, 1), (), "the-second-thursday"),
        ((1, 2), ("braced",), "the-second-thursday"),
        ((3, 1), ("trusting",), "the-second-thursday"),
        ((2, 2), (), "the-card"),
    ],
)
def test_the_client_comes_back_as_the_first_session_left_them_or_stays_away(replies, moods, scene):
    session = two_thursdays(*replies)
    assert (session.passage.moods, session.scene.name) == (moods, scene)


def test_a_play_closed_between_two_sessions_goes_on_after_it():
    trace = random_trace(3, two_sessions())
    closed = replay(two_sessions(), trace[:2])
    assert len(closed.weeks) == 1 and not closed.complete
    whole = replay(two_sessions(), trace)
    assert whole.turns[:2] == closed.turns and whole.weeks == closed.weeks


def test_the_way_to_an_ending_is_that_of_a_client_who_stays():
    assert two_sessions().turns_to_an_ending["the-first-thursday"] == 4
    assert (two_thursdays(1).turns_left, two_thursdays(1, 1).turns_left, two_thursdays(2, 2).turns_left) == (3, 2, 0)


def test_a_policy_does_not_see_whether_the_client_is_braced_or_trusting():
    assert two_thursdays(3, 1).passage.moods == ("trusting",)
    assert bots.look(two_thursdays(3, 1)).manner == bots.look(two_thursdays(1, 2)).manner == ()


def test_a_role_play_as_a_page_is_given_it_can_be_played_by_the_kernel():
    given = two_sessions().model_dump(mode="json", exclude=_LINES)
    assert "line" not in given["scenes"]["the-door"]["passages"][0]["replies"][0]
    trace = random_trace(3, two_sessions())
    assert replay(RolePlay.model_validate(given), trace).state == replay(two_sessions(), trace).state
