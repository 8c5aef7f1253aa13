"""Scores the process of a played role-play, never the client's final mood. ``rules.js`` is the twin.

Six dimensions, 100 points; see docs/the-client-model.md for the rules and where they come from. Points are counted in hundredths
and whole numbers only, fractions dropped. One play is formative: it orders people of very different ability well and a
homogeneous class hardly.
"""

from __future__ import annotations

from dataclasses import dataclass

from coursekit.roleplay import client as model
from coursekit.roleplay.client import divide
from coursekit.roleplay.session import Session, TurnRecord

SHARES = 180
"""Chances are counted in 180ths, which 1 to 6 and 18 replies on offer divide."""


@dataclass(frozen=True)
class Dimension:
    """One dimension of a score. ``hundredths`` of a point out of ``out_of`` points; ``reasons``, each (key, turns or numbers)."""

    name: str
    hundredths: int
    out_of: int
    reasons: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def points(self) -> float:
        return self.hundredths / 100


@dataclass(frozen=True)
class Score:
    """``total`` 0–100 in whole points; ``caps``: ``control`` or ``risk`` where one held the total down; ``share``: percent of the
    way that was played; ``uncounted``: turns that do not count, for which see `TurnRecord.counted`."""

    total: int
    dimensions: tuple[Dimension, ...]
    caps: tuple[str, ...]
    share: int
    uncounted: tuple[int, ...]


def score(session: Session) -> Score:
    """The score of what was played so far; an unfinished play has its share of the points."""
    turns = [turn for turn in session.turns if turn.counted]
    before = (_detection(session), _fit(turns), _repair(session, turns), _non_hindering(turns),
              _meaning(turns), _feedback(turns))  # fmt: skip
    others = sum(dimension.hundredths for dimension in before)
    dimensions = (*before, _calibration(session.self_rating, divide(others, 95)))
    total = sum(dimension.hundredths for dimension in dimensions)
    played = len(session.turns)
    whole = max(1, played + session.turns_left)
    total = divide(total * played, whole)
    caps = []
    if _control_unrepaired(session.turns):
        caps.append("control")
        total = min(total, 5900)
    if any(turn.risk and turn.codes[0] not in model.model()["answers_risk"] for turn in session.turns):
        caps.append("risk")
        total = min(total, 4900)
    uncounted = tuple(turn.turn for turn in session.turns if not turn.counted)
    return Score(divide(total, 100), dimensions, tuple(caps), divide(100 * played, whole), uncounted)


def _detection(session: Session) -> Dimension:
    turns = session.turns
    halves, plain, alarms = 0, 0, 0
    seen, late, wrong, missed, false = [], [], [], [], []
    for index, turn in enumerate(turns):
        if turn.line == "onset":
            following = next((each for each in turns[index + 1 : index + 2] if each.session == turn.session), None)
            if turn.flag == turn.kind:
                halves += 2
                seen.append(turn.turn)
            elif turn.flag:
                halves += 1
                wrong.append(turn.turn)
            elif following and following.flag == turn.kind:
                halves += 1
                late.append(turn.turn)
            else:
                missed.append(turn.turn)
        elif turn.line in ("plain", "look-alike"):
            weight = 2 if turn.line == "look-alike" else 1
            plain += weight
            late_flag = index > 0 and turns[index - 1].turn in late
            if turn.flag and not late_flag:
                alarms += weight
                false.append(turn.turn)
    planned = max(session.roleplay.planned_ruptures, len(seen) + len(late) + len(wrong) + len(missed))
    if not planned:
        hundredths = 2000 - divide(2000 * alarms, plain or 1)
    else:
        # 20 · max(0, hits − false alarms), hits = halves / 2 planned, false alarms = alarms / plain
        weight = plain or 1
        hundredths = max(0, divide(2000 * (halves * weight - 2 * planned * alarms), 2 * planned * weight))
    unreached = planned - len(seen) - len(late) - len(wrong) - len(missed)
    reasons = _reasons(seen=seen, late=late, wrong_kind=wrong, missed=missed, false_alarm=false,
                       unreached=[unreached] if unreached else [])  # fmt: skip
    return Dimension("detection", hundredths, 20, reasons)


def _fit(turns: list[TurnRecord]) -> Dimension:
    points = possible = 0
    best, hindering, stalled = [], [], []
    for turn in turns:
        weight = 2 if turn.written else 1
        grade = turn.grade
        if turn.grade == 2 and turn.stage and not turn.advanced:
            grade = 1
            stalled.append(turn.turn)
        elif turn.grade == 2:
            best.append(turn.turn)
        elif turn.grade == 0:
            hindering.append(turn.turn)
        points += weight * grade
        possible += 2 * weight
    hundredths = divide(2500 * points, possible) if possible else 0
    return Dimension("fit", hundredths, 25, _reasons(fitting=best, stalled=stalled, hindering=hindering))


def _repair(session: Session, turns: list[TurnRecord]) -> Dimension:
    gained = possible = 0
    advanced: list[int] = []
    stood: list[int] = []
    for turn in turns:
        if not turn.offered_advance:
            continue
        chance = divide(SHARES * turn.offered_advance, len(turn.offered))
        gained += (SHARES if turn.advanced else 0) - chance
        possible += SHARES - chance
        (advanced if turn.advanced else stood).append(turn.turn)
    closed = [turn.turn for turn in session.turns if turn.closed]
    if possible:
        hundredths = max(0, divide(2000 * gained, possible))
    else:
        reached = sum(turn.line == "onset" for turn in session.turns)
        hundredths = 2000 if reached >= session.roleplay.planned_ruptures else 0
    return Dimension("repair", hundredths, 20, _reasons(advanced=advanced, stood_still=stood, closed=closed))


def _non_hindering(turns: list[TurnRecord]) -> Dimension:
    costs = model.model()["hindering_points"]
    penalty = 0
    hindering: list[int] = []
    in_rupture: list[int] = []
    for turn in turns:
        cost = sum(costs.get(code, 0) for code in turn.codes)
        penalty += cost * (2 if turn.stage else 1)
        if cost:
            (in_rupture if turn.stage else hindering).append(turn.turn)
    hundredths = max(0, 1500 - divide(1200 * penalty, len(turns))) if turns else 0
    return Dimension("absence of harm", hundredths, 15, _reasons(harm=hindering, harm_in_rupture=in_rupture))


def _meaning(turns: list[TurnRecord]) -> Dimension:
    tests = [turn for turn in turns if turn.test]
    disconfirmed = [turn.turn for turn in tests if turn.test == "disconfirm"]
    early = [turn.turn for turn in turns if _too_early(turn)]
    hundredths = divide(500 * len(disconfirmed), len(tests)) if tests else 500
    hundredths += 500 - divide(500 * min(3, len(early)), 3)
    confirmed = [turn.turn for turn in tests if turn.test == "confirm"]
    if not turns:
        hundredths = 0
    return Dimension("meaning and timing", hundredths, 10,
                     _reasons(disconfirmed=disconfirmed, confirmed=confirmed, too_early=early))  # fmt: skip


def _too_early(turn: TurnRecord) -> bool:
    code = turn.codes[0]
    if code not in ("LINK", "CLARIFY", "NEED"):
        return False
    if turn.stage:
        return turn.stage < 3 or turn.link_refused
    return turn.grade == 0


def _feedback(turns: list[TurnRecord]) -> Dimension:
    invited = [turn for turn in turns if turn.codes[0] == "INVITE"]
    asked = [turn.turn for turn in invited if (turn.stage == 0 and turn.grade == 2) or turn.stage in (1, 2)]
    needless = [turn.turn for turn in invited if turn.invitation_again]
    on_offer = any("INVITE" in turn.offered and turn.stage <= 2 for turn in turns)
    hundredths = 0
    if turns and (asked or not on_offer):
        hundredths = {0: 500, 1: 250}.get(len(needless), 0)
    return Dimension("feedback", hundredths, 5,
                     _reasons(asked=asked, needless=needless, not_asked=[] if asked or not on_offer else [0]))  # fmt: skip


def _calibration(rating: int | None, others: int) -> Dimension:
    if rating is None:
        return Dimension("calibration", 0, 5, _reasons(not_rated=[0]))
    hundredths = max(0, 500 - divide(500 * abs(rating - others), 30))
    return Dimension("calibration", hundredths, 5, _reasons(rated=[rating, others]))


def _control_unrepaired(turns: list[TurnRecord]) -> bool:
    """Whether a counted turn blamed and no later turn, counted or not, closed a rupture."""
    last = max((turn.turn for turn in turns if turn.counted and "CONTROL" in turn.codes), default=None)
    return last is not None and not any(turn.closed for turn in turns[last:])


def _reasons(**found: list[int]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple((key, tuple(turns)) for key, turns in found.items() if turns)
