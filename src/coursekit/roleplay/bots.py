"""Policies that play a role-play by themselves, to see that its score rewards reading the client and nothing else.

A policy sees what a trainee sees: the kind of strain that the client's words show, the manner of the passage, which replies are on
offer and how long they are, and what it did itself. It never sees the client's state, a reply's value, or where a reply leads. The
reading of words is given to it: the reference policy is a trainee who reads every line and reply rightly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from random import Random
from statistics import mean, quantiles

from coursekit.codebook import MARKERS, THERAPIST_CODES
from coursekit.roleplay.client import CONFRONTATION, WITHDRAWAL
from coursekit.roleplay.scenes import RolePlay
from coursekit.roleplay.scoring import score
from coursekit.roleplay.session import Session

BOT = "bot"
HOSTILE = ("DEFEND", "CONTROL", "FIX")
ACKNOWLEDGING = ("NOTICE", "INVITE", "OWN", "VALID")
HELPFUL = ("OPEN", "REFL", "VALID", "SPACE", "AFFIRM", "NOTICE", "INVITE", "OWN", "RENEG", "NEED", "IMMED")


@dataclass(frozen=True)
class View:
    """What a trainee sees at one turn. ``manner``: the moods the passage is written for, as her manner tells a good reader; calm is
    calm to a policy, whether the client is braced, trusting or neither."""

    kind: str | None
    manner: tuple[str, ...]
    sign_of_repair: bool
    offered: tuple[str, ...]
    lengths: tuple[int, ...]
    written: bool
    beginners: tuple[int, ...]
    """Of what is on offer, what a beginner might say: every reply, or in a written turn the codes of the script's examples."""


@dataclass
class Memory:
    """What a player remembers: own codes, flags, and where she thinks the repair stands."""

    codes: list[str] = field(default_factory=list)
    stage: int = 0
    kind: str | None = None
    invited: bool = False


Choice = tuple[str | None, str | int]
"""A flag, and the code wanted (or, for a policy that goes by looks, the index of a reply on offer)."""
Policy = Callable[[View, Memory, Random], Choice]


class Moment:
    """A moment of a play, and what came of each reply that was tried there: plays that begin alike are played once."""

    def __init__(self, session: Session):
        self.session = session
        self.view = None if session.ending else look(session)
        """What is to be seen, or None at an ending."""
        self._after: dict[int, Moment] = {}

    def after(self, index: int) -> Moment:
        """The moment after the reply at this index of those on offer, no line flagged."""
        if index not in self._after:
            session = _copy(self.session)
            if session.passage.write:
                session.write("…", [session.passage.offered[index]], BOT)
            else:
                session.choose(index + 1)
            self._after[index] = Moment(session)
        return self._after[index]


def _copy(session: Session) -> Session:
    """A session that is played on without the other; turns, once taken, do not change."""
    other = copy(session)
    other.state, other.turns, other.weeks = copy(session.state), [*session.turns], [*session.weeks]
    return other


def play(roleplay: RolePlay, policy: Policy, rng: Random, opening: Moment | None = None) -> Session:
    """Plays to an ending; where the wanted code is not on offer, a seeded random reply. Rates itself at random, but for the
    reference, which knows that it plays well. Plays with the same ``opening``, a Moment of a new session, share their turns."""
    moment, memory = opening or Moment(Session(roleplay)), Memory()
    flags: list[str | None] = []
    while moment.view is not None:
        flag, wanted = policy(moment.view, memory, rng)
        index = wanted if isinstance(wanted, int) else _find(moment.view.offered, wanted, rng)
        memory.codes.append(moment.view.offered[index])
        flags.append(flag)
        moment = moment.after(index)
    session = _copy(moment.session)
    # A flag changes nothing but its own turn, so it can be set afterwards.
    session.turns = [replace(turn, flag=flag) if flag else turn for turn, flag in zip(session.turns, flags, strict=True)]
    session.rate(95 if policy is reference else rng.randint(0, 100))
    return session


def look(session: Session) -> View:
    """What is to be seen at this moment of a session."""
    passage = session.passage
    codes = passage.offered
    lengths = (0,) * len(codes) if passage.write else tuple(len(reply.text) for reply in passage.replies)
    examples = {reply.codes[0] for reply in passage.replies}
    beginners = tuple(index for index, code in enumerate(codes) if code in examples)
    sign = any(MARKERS[marker].family == "sign of repair" for marker in passage.markers)
    manner = tuple(mood for mood in passage.moods if mood not in ("braced", "trusting"))
    return View(passage.kind, manner, sign, codes, lengths, passage.write is not None, beginners)


def _find(offered: Sequence[str], wanted: str, rng: Random) -> int:
    places = [index for index, code in enumerate(offered) if code == wanted]
    return rng.choice(places) if places else rng.randrange(len(offered))


# What the course teaches: what a good reader reaches for first at each point of a repair, and what is next best.
REACH: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "calm": ((), ("OPEN", "REFL", "VALID", "AFFIRM", "CLARIFY", "RENEG", "SPACE", "FRAME", "LINK", "IMMED")),
    WITHDRAWAL + "1": (("OWN", "NOTICE", "INVITE", "VALID"), ("REFL", "SPACE")),
    WITHDRAWAL + "2": (("INVITE", "OPEN", "IMMED"), ("VALID", "REFL", "SPACE")),
    CONFRONTATION + "1": (("OWN", "VALID"), ("INVITE", "REFL")),
    CONFRONTATION + "2": (("INVITE", "OPEN"), ("REFL", "VALID")),
    "3": (("NEED", "RENEG"), ("REFL", "VALID", "IMMED")),
    "4": (("NEED", "RENEG", "LINK", "CLARIFY", "VALID"), ("REFL", "OPEN")),
}


def reference(view: View, memory: Memory, rng: Random) -> Choice:
    """Reads every line rightly and answers as the course teaches, with what it can see."""
    _believe(view, memory)
    flag = memory.kind if memory.stage == 1 else None
    if memory.stage == 0 and not memory.invited and "INVITE" in view.offered:
        memory.invited = True
        return flag, "INVITE"
    key = "calm" if memory.stage == 0 else str(memory.stage)
    advancing, next_best = REACH[f"{memory.kind or WITHDRAWAL}{key}" if memory.stage in (1, 2) else key]
    for reach in (advancing, next_best):
        found = _freshest(reach, view, memory)
        if found:
            return flag, found
    return flag, rng.randrange(len(view.offered))


def _freshest(reach: Sequence[str], view: View, memory: Memory) -> str | None:
    """The first code of ``reach`` on offer, those first that were not just said."""
    offered = [code for code in reach if code in view.offered]
    return next((code for code in offered if code not in memory.codes[-4:]), offered[0] if offered else None)


def _believe(view: View, memory: Memory) -> None:
    """Where the repair stands, as far as words, manner and one's own last reply tell."""
    last = memory.codes[-1] if memory.codes else None
    if view.kind and not {"softening", "frank"} & set(view.manner):
        memory.stage, memory.kind = 1, view.kind
    elif "frank" in view.manner:
        memory.stage = 4 if memory.stage >= 3 and last in ("NEED", "RENEG", "LINK") else 3
    elif "softening" in view.manner:
        memory.stage = 2
    elif memory.stage in (1, 2) and view.sign_of_repair:
        memory.stage = 3 if memory.stage == 2 and last in ("INVITE", "OPEN", "IMMED") else 2
    else:
        memory.stage, memory.kind = 0, None


def random(view: View, memory: Memory, rng: Random) -> Choice:
    return rng.choice((None, WITHDRAWAL, CONFRONTATION)), rng.randrange(len(view.offered))


def single(code: str) -> Policy:
    """Always the same code."""
    return lambda view, memory, rng: (None, code)


def cycle(codes: Sequence[str], flag_every: int = 0) -> Policy:
    """The same codes over and over; with ``flag_every`` 4, a flag at each fourth line."""

    def policy(view: View, memory: Memory, rng: Random) -> Choice:
        turn = len(memory.codes)
        flag = rng.choice((WITHDRAWAL, CONFRONTATION)) if flag_every and turn % flag_every == flag_every - 1 else None
        return flag, codes[turn % len(codes)]

    return policy


def longest(view: View, memory: Memory, rng: Random) -> Choice:
    """Always the longest reply."""
    if view.written:
        return None, rng.randrange(len(view.offered))
    return None, max(range(len(view.lengths)), key=lambda index: view.lengths[index])


def acknowledging(view: View, memory: Memory, rng: Random) -> Choice:
    """The first acknowledgement on offer, whatever the client says."""
    return None, next((code for code in ACKNOWLEDGING if code in view.offered), rng.randrange(len(view.offered)))


def over_repairer(view: View, memory: Memory, rng: Random) -> Choice:
    """Sees a strain in every line and repairs without end."""
    wanted = ("OWN", "INVITE", "NEED", "NOTICE")[len(memory.codes) % 4]
    fallback = next((code for code in ("OWN", "NOTICE", "INVITE", "NEED", "VALID") if code in view.offered), wanted)
    return rng.choice((WITHDRAWAL, CONFRONTATION)), wanted if wanted in view.offered else fallback


def defender(view: View, memory: Memory, rng: Random) -> Choice:
    """Explains and justifies; where that is not on offer, whatever comes."""
    wanted = next((code for code in ("DEFEND", "CLARIFY", "FIX") if code in view.offered), None)
    return None, wanted or rng.randrange(len(view.offered))


def novice_kind(view: View, memory: Memory, rng: Random) -> Choice:
    """Flags nothing, avoids what is hostile, else says what comes to a beginner's mind."""
    kind = [index for index in view.beginners if view.offered[index] not in HOSTILE]
    return None, rng.choice(kind or list(view.beginners))


def novice_stuck(view: View, memory: Memory, rng: Random) -> Choice:
    """Good in calm water; at a strain at a loss."""
    if view.kind or view.manner:
        return None, rng.choice(view.beginners)
    return None, _freshest(REACH["calm"][1], view, memory) or rng.randrange(len(view.offered))


def reader(percent: int) -> Policy:
    """Reads this percent of the lines rightly; answers the others as if all were calm."""

    def policy(view: View, memory: Memory, rng: Random) -> Choice:
        if rng.randrange(100) < percent:
            return reference(view, memory, rng)
        return None, _freshest(REACH["calm"][1], view, memory) or rng.randrange(len(view.offered))

    return policy


def slips(percent: int) -> Policy:
    """The reference, but this percent of its turns go by chance."""

    def policy(view: View, memory: Memory, rng: Random) -> Choice:
        flag, wanted = reference(view, memory, rng)
        if rng.randrange(100) < percent:
            return rng.choice((None, WITHDRAWAL, CONFRONTATION)), rng.randrange(len(view.offered))
        return flag, wanted

    return policy


@dataclass(frozen=True)
class Result:
    """What one policy made of one role-play: mean, 5th and 95th percentile of the score, mean felt alliance, turns, endings."""

    policy: str
    plays: int
    mean: float
    low: float
    high: float
    felt: float
    turns: float
    endings: dict[str, int]


def trial(roleplay: RolePlay, name: str, policy: Policy, plays: int, seed: int = 1) -> Result:
    """Plays a role-play many times with one policy."""
    opening = Moment(Session(roleplay))
    sessions = [play(roleplay, policy, Random(f"{seed} {name} {number}"), opening) for number in range(plays)]
    totals = [score(session).total for session in sessions]
    cuts = quantiles(totals, n=20, method="inclusive") if plays > 1 else totals * 19
    endings: dict[str, int] = {}
    for session in sessions:
        if session.ending:
            endings[session.ending.name] = endings.get(session.ending.name, 0) + 1
    return Result(name, plays, mean(totals), cuts[0], cuts[-1], mean(session.felt for session in sessions),
                  mean(len(session.turns) for session in sessions), endings)  # fmt: skip


LIMITS: dict[str, tuple[float, float]] = {
    "random": (0, 33), "best single code": (0, 46), "longest": (0, 42), "over-repairer": (0, 50), "defender": (0, 33),
    "best cycle": (0, 55), "best cycle with blind flags": (0, 70), "novice, avoids hostile replies": (34, 52),
    "novice, random when stuck": (34, 52), "reads 30 %": (55, 70), "20 % slips": (76, 88), "reference": (95, 100),
}  # fmt: skip
"""Limits of the mean score by policy, from the simulation described in docs/the-client-model.md."""
REFERENCE_LOW = 92
"""Limit of the reference policy's 5th percentile."""
WHOLE_SESSION, BLIND = 10, ("random", "best single code", "over-repairer", "best cycle", "best cycle with blind flags")
"""In a script of fewer turns the limits of blind policies do not hold: a repair is itself a cycle of three."""

POLICIES: dict[str, Policy] = {
    "random": random, "longest": longest, "first acknowledgement": acknowledging, "over-repairer": over_repairer,
    "defender": defender, "novice, avoids hostile replies": novice_kind, "novice, random when stuck": novice_stuck,
    "reads 30 %": reader(30), "reads 50 %": reader(50), "reads 70 %": reader(70), "20 % slips": slips(20), "reference": reference,
}  # fmt: skip


def cycles(rng: Random, fours: int = 100) -> list[tuple[str, ...]]:
    """Every cycle of two and three different helpful codes, and some of four."""
    twos = [(one, two) for one in HELPFUL for two in HELPFUL if one < two]
    threes = [(one, two, three) for one, two in twos for three in HELPFUL if three not in (one, two)]
    return [*twos, *threes, *(tuple(rng.sample(HELPFUL, 4)) for _ in range(fours))]


def best_of(roleplay: RolePlay, name: str, policies: dict[str, Policy], plays: int, screen: int = 4) -> Result:
    """The policy that scores best, found on few plays each and the best three played out."""
    screened = sorted(policies, key=lambda each: -trial(roleplay, each, policies[each], screen).mean)
    final = [trial(roleplay, each, policies[each], plays) for each in screened[:3]]
    best = max(final, key=lambda result: result.mean)
    return Result(
        f"{name}: {best.policy}", best.plays, best.mean, best.low, best.high, best.felt, best.turns, best.endings
    )


def table(roleplay: RolePlay, plays: int = 800, screen: int = 4, fours: int = 100) -> list[Result]:
    """Every policy on one role-play, the blind ones searched for their best."""
    results = [trial(roleplay, name, policy, plays) for name, policy in POLICIES.items()]
    singles = {code: single(code) for code in THERAPIST_CODES}
    results.append(best_of(roleplay, "best single code", singles, plays, screen))
    found = cycles(Random(1), fours)
    results.append(best_of(roleplay, "best cycle", {"-".join(c): cycle(c) for c in found}, plays, screen))
    blind = {"-".join(c): cycle(c, 4) for c in found}
    results.append(best_of(roleplay, "best cycle with blind flags", blind, plays, screen))
    return results
