"""What of a role-play is ever seen, by a player who reads the client and by one who goes by chance."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from coursekit.roleplay import bots
from coursekit.roleplay.scenes import Passage, RolePlay
from coursekit.roleplay.session import Session

Place = tuple[str, int]
"""A passage: its scene and its line in the file."""


@dataclass(frozen=True)
class Seen:
    """The passages that were met in some number of plays of one policy."""

    policy: str
    passages: frozenset[Place]

    @property
    def scenes(self) -> frozenset[str]:
        return frozenset(scene for scene, _ in self.passages)


def all_passages(roleplay: RolePlay) -> frozenset[Place]:
    """Every passage of a role-play."""
    return frozenset((scene.name, passage.line) for scene in roleplay.scenes.values() for passage in scene.passages)


def seen(roleplay: RolePlay, policy: str, plays: int) -> Seen:
    """What a policy of `bots.POLICIES` meets in this many plays."""
    played = (bots.play(roleplay, bots.POLICIES[policy], Random(f"seen {policy} {number}")) for number in range(plays))
    return Seen(policy, frozenset(place for session in played for place in met(session)))


def unseen(roleplay: RolePlay, by: Iterable[Seen]) -> list[Place]:
    """The passages that none of them met, in the order of the file."""
    met = frozenset().union(*(each.passages for each in by))
    return sorted(all_passages(roleplay) - met, key=lambda place: place[1])


def met(session: Session) -> set[Place]:
    """The passages that were met in a play, those that lead on without a reply among them."""
    found = {(turn.scene, turn.passage.line) for turn in session.turns} | {(session.scene.name, session.passage.line)}
    said = [speech for lead_in in (session.lead_in, *(turn.lead_in for turn in session.turns)) for speech in lead_in]
    on = [(scene.name, passage) for scene in session.roleplay.scenes.values() for passage in scene.passages if passage.go_on]
    return found | {(name, passage.line) for name, passage in on if _was_said(passage, said)}


def _was_said(passage: Passage, said: list) -> bool:
    return any(speech is first for speech in said for first in passage.speeches[:1])
