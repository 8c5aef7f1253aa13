"""Bots play every script: who reads the client scores high, who recites does not."""

from random import Random

import pytest

from coursekit.roleplay import bots
from coursekit.roleplay.check import outside_limits
from coursekit.roleplay.scenes import successors
from examples import course_roleplays, example

PLAYS = 800
OPENING = "early"
"""The first five minutes of a client, in module 00; every other script is a whole session or two."""


def row(result: bots.Result) -> str:
    return f"{result.policy:42} {result.mean:5.1f} {result.low:4.0f} {result.high:4.0f} {result.felt:5.0f} {result.turns:5.1f}"


@pytest.mark.parametrize("name", course_roleplays())
def test_the_bots_stay_within_their_limits(name, capsys):
    results = bots.table(course_roleplays()[name], PLAYS)
    with capsys.disabled():
        print(f"\n{name}: {PLAYS} plays each\n{'policy':42}  mean   p5  p95  felt turns")
        print("\n".join(map(row, results)))
    assert outside_limits(course_roleplays()[name], results) == []


def test_on_the_example_reading_pays_and_chance_does_not():
    results = {
        each: bots.trial(example(), each, bots.POLICIES[each], 200)
        for each in ("random", "defender", "reads 50 %", "reference")
    }
    means = {name: result.mean for name, result in results.items()}
    assert means["random"] < 36 and means["defender"] < 33 < means["reads 50 %"] < means["reference"]
    assert means["reference"] >= 95


def test_a_code_that_is_not_on_offer_is_replaced_by_a_seeded_chance():
    sessions = [bots.play(example(), bots.single("IMMED"), Random(5)) for _ in range(2)]
    assert sessions[0].turns == sessions[1].turns
    assert all("IMMED" not in turn.codes for turn in sessions[0].turns)


def test_a_policy_sees_words_and_codes_and_no_state():
    seen = set(bots.View.__dataclass_fields__)
    assert seen == {"kind", "manner", "sign_of_repair", "offered", "lengths", "written", "beginners"}


@pytest.mark.parametrize("name", course_roleplays())
def test_every_scene_and_ending_of_a_role_play_is_played_by_somebody(name):
    roleplay = course_roleplays()[name]
    policies = list(bots.POLICIES.values()) + [bots.single("COLLUDE"), bots.single("OWN")]
    seen = set()
    for number in range(600):
        session = bots.play(roleplay, policies[number % len(policies)], Random(number))
        seen |= {turn.scene for turn in session.turns} | {session.scene.name}
    passed = {name for name, scene in roleplay.scenes.items() if any(each.go_on for each in scene.passages)}
    assert set(roleplay.scenes) - passed - seen == set()
    assert all(to in roleplay.scenes for scene in roleplay.scenes.values() for to in successors(scene))


def test_the_first_role_play_of_the_course_is_over_in_minutes_and_asks_for_one_written_reply():
    roleplay = course_roleplays()[OPENING]
    sessions = [bots.play(roleplay, bots.random, Random(number)) for number in range(200)]
    assert all(4 <= len(session.turns) <= 6 for session in sessions) and roleplay.minutes <= 5
    assert {sum(turn.written for turn in session.turns) for session in sessions} == {1}
    assert len({scene.ending for scene in roleplay.scenes.values() if scene.ending}) >= 3


@pytest.mark.parametrize("name", sorted(course_roleplays().keys() - {OPENING}))
def test_a_role_play_is_as_long_and_has_as_much_to_write_as_the_course_asks(name):
    roleplay = course_roleplays()[name]
    sessions = [bots.play(roleplay, bots.random, Random(number)) for number in range(200)]
    met = bots.play(roleplay, bots.reference, Random(1))
    assert max(len(session.turns) for session in sessions) >= 10 and len(roleplay.scenes) >= 12
    assert 2 <= sum(turn.written for turn in met.turns) <= 4
    assert all(1 <= sum(turn.written for turn in session.turns) <= 4 for session in sessions)
    assert len({scene.ending for scene in roleplay.scenes.values() if scene.ending}) >= 3
