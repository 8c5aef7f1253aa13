"""What is wrong with a script that can be read: smells, each with its line and what to do about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from coursekit.codebook import MARKERS
from coursekit.roleplay import bots
from coursekit.roleplay import client as model
from coursekit.roleplay.scenes import Passage, RolePlay, successors
from coursekit.roleplay.script import Fault
from coursekit.roleplay.session import Session, TurnRecord

TOLERANCE = 10
"""Percentage points by which the share of best replies that are the longest may differ from chance."""
GAP = 4
"""Turns between planned ruptures, and after the last."""
PLAYS = 400


def smells(roleplay: RolePlay, file: str) -> list[Fault]:
    """All smells of a role-play, by line; none is a fault that keeps it from being played."""
    found = [
        *_scenes(roleplay),
        *_passages(roleplay),
        *_best_replies(roleplay),
        *_played(roleplay),
        *_repeated(roleplay),
    ]
    return [Fault(file, *each) for each in sorted(found)]


Smell = tuple[int, str, str]


def typical_state(passage: Passage, style: str) -> model.ClientState:
    """A client of this style in the mood a passage is written for."""
    state = model.start({"bond": 50, "collaboration": 50})
    mood = passage.moods[0] if passage.moods else None
    kind = {"sharp": model.CONFRONTATION, "guarded": model.WITHDRAWAL}.get(mood or "", style)
    if passage.onset:
        model.hurt(state, passage.onset)
    elif mood in ("guarded", "sharp", "softening", "frank"):
        model.hurt(state, kind)
        state.stage = {"softening": 2, "frank": 3}.get(mood, 1)
    return state


def best_reply(passage: Passage, traits: model.Traits) -> int:
    """The index of a passage's best reply: in a rupture one that brings the repair on, and of several the most helpful."""
    state = typical_state(passage, traits.style)

    def worth(index: int) -> tuple[bool, int]:
        codes = passage.replies[index].codes
        return model.advances(state, codes[0]), model.effects(state, codes, traits).value

    return max(range(len(passage.replies)), key=worth)


def _scenes(roleplay: RolePlay) -> Iterator[Smell]:
    reached, waiting = set(), [roleplay.first]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += successors(roleplay.scenes[name])
    for name, scene in roleplay.scenes.items():
        if name not in reached:
            yield scene.line, f"No way leads to “{scene.title}”.", "Lead a reply there, or take the scene out."
        if name in roleplay.sessions and not any("leaving" in passage.moods for passage in scene.passages):
            found = f"With “{scene.title}” a later session begins, and the client may not come back."
            yield scene.line, found, "Add a passage (leaving) that says what becomes of it, with `- [go on](#an-ending)`."
        if scene.ending and not scene.closing:
            yield scene.line, f"The ending “{scene.title}” says nothing.", "Add a quotation: what became of it."


def _passages(roleplay: RolePlay) -> Iterator[Smell]:
    for scene in roleplay.scenes.values():
        here = f"in “{scene.title}”"
        for passage in scene.passages:
            yield from _without_feedback(passage, here)
            if passage.replies:
                yield from _unanswered(passage, here, roleplay.traits)
                yield from _no_choice(passage, here, roleplay.traits)


def _without_feedback(passage: Passage, here: str) -> Iterator[Smell]:
    for reply in passage.replies:
        if not reply.feedback:
            found = f"A reply {here} has no feedback."
            yield reply.line, found, "Say below it, as a quotation, what it does to this client here."
    if passage.otherwise and not passage.otherwise.feedback:
        found = f"[otherwise] {here} has no feedback."
        yield passage.line, found, "Say below it, as a quotation, how the client takes any other reply."


def _unanswered(passage: Passage, here: str, traits: model.Traits) -> Iterator[Smell]:
    """Risk, a rupture or another marker to which nothing on offer is an answer."""
    codes, state = {reply.codes[0] for reply in passage.replies}, typical_state(passage, traits.style)
    if "RISK" in passage.markers and not codes & set(model.model()["answers_risk"]):
        found = f"A sign of risk {here} can be answered by nobody."
        yield passage.line, found, "Offer a FRAME reply that asks about safety."
    if state.stage and not any(model.advances(state, code) for code in codes):
        marker = passage.markers[0] if passage.markers else (passage.moods or ("the rupture",))[0]
        found = f"Nothing on offer {here} answers {marker}."
        yield passage.line, found, f"Offer one of {', '.join(_advancing(state))}."
    for name in passage.markers:
        answers = MARKERS[name].answered_by
        if name != "RISK" and MARKERS[name].kind is None and answers and not codes & set(answers):
            yield passage.line, f"Nothing on offer {here} answers {name}.", f"Offer one of {', '.join(answers)}."


def _no_choice(passage: Passage, here: str, traits: model.Traits) -> Iterator[Smell]:
    state = typical_state(passage, traits.style)
    grades = [model.effects(state, reply.codes, model.Traits()).grade for reply in passage.replies]
    if 0 not in grades:
        yield passage.line, f"No reply {here} hinders.", "Offer what a thoughtful beginner would say and should not."
    if grades.count(0) == len(grades) - 1 and len(grades) > 2:
        found = f"All replies {here} but one hinder: the choice makes itself."
        yield passage.line, found, "Offer a second that does no harm."


def _advancing(state: model.ClientState) -> list[str]:
    return [code for code in model.model()["codes"] if model.advances(state, code)]


def _best_replies(roleplay: RolePlay) -> Iterator[Smell]:
    share = longest_best(roleplay)
    if share is not None and abs(share[0] - share[1]) > TOLERANCE:
        found = f"The best reply is the longest in {share[0]} % of the passages, where chance gives {share[1]} %."
        yield 1, found, "Shorten some of the best." if share[0] > share[1] else "Shorten some of the others."
    places = Counter(best_reply(passage, roleplay.traits) for passage in _chosen(roleplay))
    total = places.total()
    if total >= 4:
        place, count = places.most_common(1)[0]
        if count > total * 0.6:
            yield 1, f"The best reply stands in place {place + 1} in {count} of {total} passages.", \
                "Move some; the page shuffles, the reader of the script does not."  # fmt: skip
    codes = Counter(passage.replies[best_reply(passage, roleplay.traits)].codes[0] for passage in _chosen(roleplay))
    if total >= 4 and codes.most_common(1)[0][1] > total / 2:
        code, count = codes.most_common(1)[0]
        yield 1, f"{code} is the best reply in {count} of {total} passages.", "Vary what the moments call for."


def longest_best(roleplay: RolePlay) -> tuple[int, int] | None:
    """Percent of passages in which the best reply is the longest, and percent by chance; None where nothing is chosen."""
    passages = list(_chosen(roleplay))
    if not passages:
        return None
    hits = sum(_longest(passage) == best_reply(passage, roleplay.traits) for passage in passages)
    chance = sum(1 / len(passage.replies) for passage in passages)
    return round(100 * hits / len(passages)), round(100 * chance / len(passages))


def _chosen(roleplay: RolePlay) -> Iterator[Passage]:
    for scene in roleplay.scenes.values():
        for passage in scene.passages:
            if passage.replies and not passage.write:
                yield passage


def _longest(passage: Passage) -> int:
    return max(range(len(passage.replies)), key=lambda index: len(passage.replies[index].text))


def _played(roleplay: RolePlay) -> Iterator[Smell]:
    """What shows only when the script is played: moods without words, ruptures too close, no invitation in calm."""
    served: dict[tuple[str, str], int] = {}
    endings, invited, close = set(), False, set()
    for number in range(PLAYS):
        session = bots.play(roleplay, bots.random if number % 2 else bots.slips(20), Random(number))
        turns = session.turns
        close |= _close_ruptures(session)
        for turn in turns:
            invited |= "INVITE" in turn.offered and not turn.stage and not turn.passage.write
            _note_unserved(turn, served)
        endings.add(session.scene.name)
    for (name, mood), count in served.items():
        scene = roleplay.scenes[name]
        if count > PLAYS // 50:
            yield (
                scene.line,
                f"In “{scene.title}” the client can be {mood} and has no line for it.",
                f"Add a passage ({mood}).",
            )
    for name in close:
        line = roleplay.scenes[name].line
        yield (
            line,
            f"The rupture in “{name}” comes fewer than {GAP} turns after another or before the end.",
            "Put scenes between.",
        )
    if not invited:
        yield (
            1,
            "There is no calm moment at which to ask how the two of you are doing.",
            "Offer INVITE in a calm passage.",
        )
    for name, scene in roleplay.scenes.items():
        if scene.ending and name not in endings:
            yield scene.line, f"In {PLAYS} plays nobody came to “{scene.title}”.", "Make a way to it, or take it out."


def _close_ruptures(session: Session) -> set[str]:
    """The scenes of planned ruptures that come too soon after another of the same session, or before the end of the last one."""
    onsets = [turn for turn in session.turns if turn.line == "onset"]
    pairs = [(one, two) for one, two in pairwise(onsets) if one.session == two.session]
    last = [turn for turn in onsets[-1:] if turn.session == session.number]
    return {two.scene for one, two in pairs if two.turn - one.turn < GAP} | {
        turn.scene for turn in last if len(session.turns) - turn.turn < GAP - 1
    }


def _note_unserved(turn: TurnRecord, served: dict[tuple[str, str], int]) -> None:
    named = [each for each in turn.mood if each in ("guarded", "sharp", "softening", "frank")]
    if named and not turn.passage.moods and turn.line != "onset" and not turn.passage.markers:
        served[turn.scene, named[0]] = served.get((turn.scene, named[0]), 0) + 1


def _repeated(roleplay: RolePlay) -> Iterator[Smell]:
    seen: dict[tuple[str, ...], tuple[str, int]] = {}
    for text, line in _texts(roleplay):
        words = re.findall(r"[^\W_]+", text.lower().replace("’", "").replace("'", ""))
        for index in range(len(words) - 4):
            phrase = tuple(words[index : index + 5])
            if phrase in seen and seen[phrase][0] != text:
                yield line, f"“{' '.join(phrase)}” stands already at line {seen[phrase][1]}.", "Say it another way."
                break
            seen.setdefault(phrase, (text, line))


def _texts(roleplay: RolePlay) -> Iterator[tuple[str, int]]:
    for scene in roleplay.scenes.values():
        for passage in scene.passages:
            for speech in passage.speeches:
                yield speech.text, passage.line
            for reply in passage.replies:
                yield reply.text, reply.line
                yield reply.feedback, reply.line
