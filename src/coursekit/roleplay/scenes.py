"""A role-play as data: scenes, their passages, what is said in them, and where each reply leads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Literal

from pydantic import BaseModel, ConfigDict

from coursekit.codebook import MARKERS
from coursekit.roleplay.client import Traits, model


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Speech(_Frozen):
    """A paragraph of a scene. ``kind``: ``direction`` (what is seen), ``client``, ``you`` (a fixed line of the therapist's),
    ``thinks`` (what the client thinks and does not say; shown in the debrief only), or ``session``: the words above a later
    session, which a play puts where that session begins."""

    kind: Literal["direction", "client", "you", "thinks", "session"]
    text: str


class Reply(_Frozen):
    """A reply on offer; in a written scene an example of one. ``line`` is its line in the file, or 0 where a
    page was not told."""

    text: str
    codes: tuple[str, ...]
    to: str
    feedback: str
    line: int = 0


class Otherwise(_Frozen):
    """Where a written reply leads whose code no example has."""

    to: str
    feedback: str


class Passage(_Frozen):
    """What is played of a scene when the client is in one of ``moods`` (none: in any mood that has no passage of its own)."""

    moods: tuple[str, ...]
    speeches: tuple[Speech, ...]
    markers: tuple[str, ...]
    look_alikes: tuple[str, ...]
    write: str | None
    replies: tuple[Reply, ...]
    otherwise: Otherwise | None
    go_on: str | None
    line: int = 0

    @cached_property
    def onset(self) -> str | None:
        """Kind of the rupture that is planned here: a marker of one on a line for no mood in particular."""
        return None if self.moods else self.kind

    @cached_property
    def kind(self) -> str | None:
        """Kind of rupture that the client's words show here, or None."""
        kinds = [MARKERS[marker].kind for marker in self.markers if MARKERS[marker].kind]
        return kinds[0] if kinds else None

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The primary codes on offer; in a written turn all there are."""
        return tuple(model()["codes"]) if self.write else tuple(reply.codes[0] for reply in self.replies)

    @property
    def ways(self) -> list[str]:
        """The scenes that it can lead to, by each of its replies and otherwise."""
        others = (self.otherwise.to if self.otherwise else None, self.go_on)
        return [reply.to for reply in self.replies] + [to for to in others if to]

    def turns_to(self, turns: dict[str, int]) -> int:
        """The number of turns from here, when ``turns`` says it of the scenes that it can lead to."""
        return (not self.go_on) + min(turns[to] for to in self.ways)

    @property
    def text(self) -> str:
        """What the client says here, in one string."""
        return "\n".join(speech.text for speech in self.speeches if speech.kind == "client")


class Scene(_Frozen):
    """A scene: its passages in the order of the file; ``ending`` is its kind if the role-play ends here."""

    name: str
    title: str
    passages: tuple[Passage, ...]
    ending: str | None
    closing: str
    line: int

    @cached_property
    def by_mood(self) -> dict[str, Passage]:
        """The passage for each mood that has one of its own: of several the first in the file."""
        return {mood: passage for passage in reversed(self.passages) for mood in passage.moods}


class RolePlay(_Frozen):
    """A role-play as read from its script. ``scenes`` in the order of the file, the first is where it begins; ``sessions``: the
    scenes with which a later session begins, each with the words that stand above it."""

    id: str
    title: str
    client: str
    level: int
    minutes: int
    introduction: str
    practise: str
    traits: Traits
    start: dict[str, int]
    scenes: dict[str, Scene]
    sessions: dict[str, str] = {}

    @property
    def first(self) -> str:
        return next(iter(self.scenes))

    @cached_property
    def turns_to_an_ending(self) -> dict[str, int]:
        """For each scene the number of turns from it to its nearest ending, for a client who is not about to leave."""
        turns: dict[str, int] = {}
        for scene in self._from_the_end():
            ways = [passage.turns_to(turns) for passage in scene.passages if passage.ways and passage.moods != ("leaving",)]
            turns[scene.name] = 0 if scene.ending else min(ways)
        return turns

    @cached_property
    def planned_ruptures(self) -> int:
        """The number of planned ruptures on the way that has most of them."""
        counts: dict[str, int] = {}
        for scene in self._from_the_end():
            ways = [bool(passage.onset) + max((counts[to] for to in passage.ways), default=0) for passage in scene.passages]
            counts[scene.name] = 0 if scene.ending else max(ways)
        return counts[self.first]

    def _from_the_end(self) -> Iterator[Scene]:
        """All scenes, each after those that it leads to."""
        order = TopologicalSorter({name: successors(scene) for name, scene in self.scenes.items()})
        return (self.scenes[name] for name in order.static_order())


def successors(scene: Scene) -> list[str]:
    """The scenes that a scene can lead to."""
    return list(dict.fromkeys(to for passage in scene.passages for to in passage.ways))
