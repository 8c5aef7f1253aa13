"""The score of the process: what each dimension pays for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.roleplay.scoring import score
from coursekit.roleplay.script import parse_script
from coursekit.roleplay.session import Session, replay
from examples import TWO_SESSIONS, example, small, two_sessions
from test_session import OWN, WRITTEN, random_trace, two_thursdays

CODED = {**WRITTEN, "by": "coder 1"}


def points(trace, roleplay=None) -> dict[str, float]:
    return {each.name: each.points for each in score(replay(roleplay or small(), trace)).dimensions}


def why(trace, name: str) -> dict[str, tuple[int, ...]]:
    return dict(next(each for each in score(replay(small(), trace)).dimensions if each.name == name).reasons)


def test_a_rupture_seen_and_repaired_in_two_turns_shows_where_points_were_lost():
    total = score(replay(small(), [OWN, CODED, {"self": 100}]))
    assert [(each.name, each.points, each.out_of) for each in total.dimensions] == [
        ("detection", 20.0, 20), ("fit", 25.0, 25), ("repair", 20.0, 20), ("absence of harm", 15.0, 15),
        ("meaning and timing", 7.5, 10), ("feedback", 0.0, 5), ("calibration", 3.67, 5)]  # fmt: skip
    assert total.total == 91 and total.caps == ()


@pytest.mark.parametrize(
    ("first", "second", "detected", "reason"),
    [
        ("withdrawal", None, 20, "seen"),
        ("confrontation", None, 10, "wrong_kind"),
        (None, "withdrawal", 10, "late"),
        (None, None, 0, "missed"),
        ("withdrawal", "withdrawal", 0, "false_alarm"),
    ],
)
def test_detection_pays_for_the_right_flag_at_the_right_line(first, second, detected, reason):
    trace = [{**OWN, "flag": first}, {**CODED, "flag": second}]
    assert points(trace)["detection"] == detected and reason in why(trace, "detection")


def test_a_false_alarm_at_a_look_alike_counts_double():
    text_with = {
        "turn": 1,
        "scene": "first",
        "flag": "withdrawal",
        "reply": 1,
        "text": None,
        "codes": ["OPEN"],
        "by": "script",
    }
    plain, alike = (parse_script(SCRIPT.replace("MARK", mark), "x", "x.md") for mark in ("", " [not GOES-QUIET]"))
    second = {**text_with, "turn": 2, "scene": "second", "flag": None}
    assert (points([text_with, second], plain)["detection"], points([text_with, second], alike)["detection"]) == (
        10,
        6.67,
    )


SCRIPT = """---
title: Calm
client: Ada
endings:
  end: repair
practise: Nothing.
---

## first

Ada: Well.MARK

- How? [OPEN](#second)
  > So.
- No. [FIX](#second)
  > So.

## second

Ada: And then?

- How? [OPEN](#end)
  > So.
- No. [FIX](#end)
  > So.

## end

Ada: Bye.

> Over.
"""


def test_turns_coded_by_the_trainee_count_in_nothing_but_detection():
    mine, coders = [OWN, {**WRITTEN, "codes": ["CONTROL"]}], [OWN, {**CODED, "codes": ["CONTROL"]}]
    assert points(mine)["absence of harm"] == 15 and points(coders)["absence of harm"] == 0
    assert score(replay(small(), mine)).uncounted == (2,)
    assert points([OWN, {**WRITTEN, "flag": "withdrawal"}])["detection"] == 0


def test_an_attack_that_is_never_repaired_holds_the_score_down():
    trace = [
        {**OWN, "reply": 2, "codes": ["CONTROL"]},
        {**CODED, "reply": 1, "text": None, "codes": ["REFL"], "by": "script"},
    ]
    total = score(replay(small(), [*trace, {"self": 20}]))
    assert total.caps == ("control",) and total.total <= 59


def test_an_unanswered_sign_of_risk_holds_the_score_to_49():
    risky = parse_script(SCRIPT.replace("MARK", " [RISK]"), "x", "x.md")
    turns = [{"turn": n, "scene": scene, "flag": None, "reply": 1, "text": None, "codes": ["OPEN"], "by": "script"}
             for n, scene in ((1, "first"), (2, "second"))]  # fmt: skip
    total = score(replay(risky, [*turns, {"self": 90}]))
    assert total.caps == ("risk",) and total.total == 49


def test_an_unfinished_play_has_its_share_of_the_points():
    half, whole = score(replay(small(), [OWN])), score(replay(small(), [OWN, CODED]))
    assert half.share == 50 and whole.share == 100
    assert half.total <= 50


def test_calibration_is_the_distance_of_the_own_rating_from_the_score():
    others = dict(why([OWN, CODED, {"self": 0}], "calibration"))["rated"][1]
    assert points([OWN, CODED, {"self": others}])["calibration"] == 5
    assert points([OWN, CODED, {"self": others - 15}])["calibration"] == 2.5
    assert points([OWN, CODED, {"self": 10}])["calibration"] == 0


def test_an_untouched_play_scores_nothing():
    assert score(Session(example())).total == 0


@given(st.integers(0, 10**6), st.integers(0, 6))
def test_every_score_is_within_its_range_and_every_point_has_its_reason(seed, length):
    trace = random_trace(seed)
    for played in (trace, trace[:length]):
        total = score(replay(example(), played))
        assert 0 <= total.total <= 100
        for each in total.dimensions:
            assert 0 <= each.hundredths <= 100 * each.out_of
            lost = each.hundredths < 100 * each.out_of
            assert each.reasons or not lost or not played or each.name in ("detection", "repair", "fit"), (each, played)


def detection(session: Session) -> dict[str, tuple[int, ...]]:
    return dict(score(session).dimensions[0].reasons)


def test_a_flag_in_a_later_session_is_not_one_line_late_for_the_session_before():
    there = Session(two_sessions())
    there.choose(1)
    there.choose(1, "withdrawal")
    assert detection(there)["late"] == (1,)
    text = TWO_SESSIONS.replace("[OWN + VALID](#the-door)", "[OWN + VALID](#the-stairs)").replace(" [FAULTS-YOU]", "")
    across = Session(parse_script(text, "across", "across.md"))
    across.choose(1)
    across.choose(1, "withdrawal")
    assert [(turn.session, turn.line) for turn in across.turns] == [(1, "onset"), (2, "plain")]
    assert (detection(across)["missed"], detection(across)["false_alarm"]) == ((1,), (2,))


def test_a_play_that_stops_between_two_sessions_has_played_its_share_of_both():
    assert [score(two_thursdays(*replies)).share for replies in ((1,), (1, 1), (1, 1, 1))] == [25, 50, 75]


def test_the_ruptures_of_a_session_to_which_the_client_did_not_come_were_never_reached():
    away = two_thursdays(2, 2)
    assert away.ending and score(away).share == 100
    assert detection(away) == {"missed": (1,), "unreached": (1,)}
