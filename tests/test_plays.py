"""Every script of the course is played: on every path where they can be counted off, otherwise thousands of times by chance."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from coursekit.codebook import THERAPIST_CODES
from coursekit.roleplay import bots
from coursekit.roleplay.client import CONFRONTATION, WITHDRAWAL
from coursekit.roleplay.scenes import Passage, RolePlay
from coursekit.roleplay.scoring import score
from coursekit.roleplay.script import parse_script
from coursekit.roleplay.session import Session, replay
from examples import SMALL, course_roleplays, example

MOST_PATHS = 20_000
RANDOM_PLAYS = 2_000
FLAGS = (None, WITHDRAWAL, CONFRONTATION)


def most_paths(roleplay: RolePlay) -> int:
    """How many ways through a script there are at most: which passage of a scene is played hangs on the client's mood, so the
    one with most ways counts."""

    @cache
    def ways(name: str) -> int:
        scene = roleplay.scenes[name]
        return 1 if scene.ending else max(sum(map(ways, leads(passage))) for passage in scene.passages)

    return ways(roleplay.first)


def leads(passage: Passage) -> list[str]:
    """Where each of the things leads that can be done in a passage; in a written turn each code is one."""
    if passage.go_on:
        return [passage.go_on]
    if not passage.otherwise:
        return [reply.to for reply in passage.replies]
    named = {reply.codes[0]: reply.to for reply in reversed(passage.replies)}
    return [named.get(code, passage.otherwise.to) for code in THERAPIST_CODES]


def every_play(roleplay: RolePlay) -> Iterator[Session]:
    """Plays every path there is, counting through what can be done at each turn; the flags change from path to path."""
    choices: list[int] = []
    number = 0
    while True:
        session, widths = Session(roleplay), []
        while not session.ending:
            place = len(widths)
            widths.append(len(leads(session.passage)))
            choices += [0] * (place == len(choices))
            act(session, choices[place], FLAGS[(number + place) % 3])
        yield session
        number += 1
        while choices and choices[-1] == widths[len(choices) - 1] - 1:
            choices.pop()
        if not choices:
            return
        choices[-1] += 1


def act(session: Session, choice: int, flag: str | None) -> None:
    if session.passage.write:
        session.write("I see.", [tuple(THERAPIST_CODES)[choice]], "coder 1", flag)
    else:
        session.choose(choice + 1, flag)


def random_plays(roleplay: RolePlay) -> Iterator[Session]:
    opening = bots.Moment(Session(roleplay))
    return (bots.play(roleplay, bots.random, Random(f"plays {number}"), opening) for number in range(RANDOM_PLAYS))


def plays(roleplay: RolePlay) -> Iterator[Session]:
    return every_play(roleplay) if most_paths(roleplay) <= MOST_PATHS else random_plays(roleplay)


def trace(session: Session) -> list[dict]:
    """The acts of a play, as they stand in a file of answers."""
    acts: list[dict] = [
        {"turn": turn.turn, "scene": turn.scene, "flag": turn.flag, "reply": turn.reply, "codes": list(turn.codes), "by": turn.by}
        | {"text": turn.text if turn.written else None}
        for turn in session.turns
    ]
    return acts + ([{"self": session.self_rating}] if session.self_rating is not None else [])


def missing_lines(session: Session) -> list[str]:
    """Where in a play something ought to have been said and was not."""
    missing = [f"{turn.scene}: nothing is heard or seen" for turn in session.turns if not is_shown(turn.passage)]
    missing += [f"{turn.scene}: nothing was said" for turn in session.turns if not turn.text.strip()]
    missing += [f"{turn.scene}: no feedback on {turn.codes}" for turn in session.turns if not turn.feedback.strip()]
    return missing + ([] if session.scene.closing.strip() else [f"{session.scene.name}: no closing"])


def is_shown(passage: Passage) -> bool:
    return any(speech.text.strip() for speech in passage.speeches if speech.kind in ("client", "direction"))


@pytest.mark.parametrize("name", course_roleplays())
def test_each_play_comes_to_an_ending_with_a_score_with_every_line_said_and_replays_to_the_same_client(name):
    roleplay = course_roleplays()[name]
    endings = set()
    for session in plays(roleplay):
        assert session.ending and session.scene.ending
        assert 0 <= score(session).total <= 100
        assert missing_lines(session) == []
        again = replay(roleplay, trace(session))
        assert (again.state, again.turns, again.scene) == (session.state, session.turns, session.scene)
        assert score(again) == score(session)
        endings.add(session.scene.name)
    assert endings


# How they are counted


@pytest.fixture
def small() -> RolePlay:
    return parse_script(SMALL, "small", "small.md")


def test_paths_are_counted_as_they_are_played(small):
    played = [tuple((turn.scene, turn.reply, turn.codes) for turn in session.turns) for session in every_play(small)]
    softened, guarded = 18, 2  # the second scene after each of the two replies of the first
    assert len(played) == len(set(played)) == softened + guarded
    assert most_paths(small) == 2 * max(softened, guarded)


def test_a_script_of_a_whole_session_has_more_paths_than_can_be_played():
    assert most_paths(example()) < MOST_PATHS < most_paths(course_roleplays()["twelve-minutes"])


def test_a_line_that_is_missing_is_found(small):
    session = next(every_play(small))
    assert missing_lines(session) == []
    silent = session.turns[0].passage.model_copy(update={"speeches": ()})
    session.turns[0] = replace(session.turns[0], passage=silent, feedback="", text=" ")
    assert len(missing_lines(session)) == 3
