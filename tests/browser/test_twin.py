"""rules.js is the twin of client.py, session.py and scoring.py: the same plays, step by step, in the browser and in Python."""

import json
from dataclasses import asdict
from random import Random
from typing import Any

import pytest
from sample_roleplay import sample

import sample_items
from coursekit.codebook import MARKERS
from coursekit.pages import assets, shrink
from coursekit.roleplay import client as model
from coursekit.roleplay.bots import BOT
from coursekit.roleplay.scenes import Otherwise, Passage, Reply, RolePlay, Scene, Speech
from coursekit.roleplay.scoring import score
from coursekit.roleplay.session import Session, replay_what_can_be
from coursekit.roleplay.smells import best_reply
from examples import course_roleplays, example, two_sessions

STEPS = 50_000
CHUNK = 60  # plays sent at once
CODES = model.model()["codes"]
FLAGS = (None, None, "withdrawal", "confrontation")

TWIN = """
(sent) => {
  const { roleplays, plays } = JSON.parse(sent);
  return JSON.stringify(plays.map(([id, trace]) => {
    const session = rules.replay(roleplays[id], trace);
    const records = session.turns.map(({ passage, lead_in, ...turn }) => ({ ...turn, passage: passage.line,
      lead_in: lead_in.length }));
    return { records, score: rules.score(session), state: session.state, refused: session.refused, scene: session.scene.name,
      moods: rules.moods(session), felt: rules.felt(session), shown: rules.shown(session), rating: session.self_rating,
      again: session.again.length, weeks: session.weeks, back: rules.comesBack(session),
      worth: CODES.map((code) => rules.worth(session, [code])) };
  }));
}
"""


@pytest.fixture
def twin(page):
    page.goto("about:blank")
    script = assets.module().replace("export default { render };", "const CODES = RULES.model.codes;")
    page.add_script_tag(content=shrink.script(script))
    return page


def test_both_know_in_which_items_the_coder_has_something_to_read(twin, tmp_path):
    sample_items.write_course(tmp_path)
    kinds = [one | {"open": open} for one in sample_items.definitions(tmp_path, "lesson").values() for open in (True, False)]
    plays = [{"kind": "roleplay", "open": True, "roleplay": play.model_dump(mode="json")} for play in written_roleplays()]
    items = [*kinds, {"kind": "written"}, *plays]
    told = [assets.has_words_to_read(item) for item in items]
    assert twin.evaluate("(items) => JSON.parse(items).map(hasWordsToRead)", json.dumps(items)) == told
    assert set(told[: len(kinds)]) == set(told[-len(plays) :]) == {True, False}


# ---- role-plays: written ones, and generated ones that no author would write -------------------------------------------------


def written_roleplays() -> list[RolePlay]:
    return [example(), sample(), two_sessions(), *course_roleplays().values()]


def generated(rng: Random, number: int) -> RolePlay:
    """A role-play of scenes that only lead on, with names that JavaScript would sort or already knows."""
    count = rng.randint(4, 30)
    names = rng.sample(["constructor", "7", "0", "42", *(f"scene-{each}" for each in range(count))], count)
    scenes = {}
    for index, name in enumerate(names):
        later = names[index + 1 : index + 4]
        passages = [passage(rng, mood, later) for mood in [(), *moods_with_a_passage(rng)]]
        ending = None if later else rng.choice(("repair", "leaves"))
        scenes[name] = Scene(name=name, title=name, passages=tuple(passages), ending=ending, closing="", line=10 * index + 1)
    sessions = {name: "Later." for name in names[1:-1] if rng.random() < 0.2}
    start = {name: rng.randint(0, 100) for name in ("bond", "collaboration", "unspoken", "template") if rng.random() < 0.5}
    traits = model.Traits(style=rng.choice(FLAGS[2:]), deference=rng.randint(0, 100), sensitivity=rng.randint(50, 200),
                          expects=rng.choice((None, *model.ROLES)))  # fmt: skip
    return RolePlay(id=f"generated-{number}", title="", client="Ivo", level=1, minutes=5, introduction="", practise="",
                    traits=traits, start=start, scenes=scenes, sessions=sessions)  # fmt: skip


def moods_with_a_passage(rng: Random) -> list[tuple[str, ...]]:
    moods = rng.sample(model.MOODS, rng.randint(0, 4))
    return [tuple(moods[:2]), *((mood,) for mood in moods[2:])] if moods else []


def passage(rng: Random, moods: tuple[str, ...], later: list[str]) -> Passage:
    markers = rng.sample(list(MARKERS), rng.choice((0, 0, 1, 2)))
    codes = [tuple(rng.sample(CODES, rng.choice((1, 1, 2)))) for _ in range(rng.randint(2, 6))]
    written = bool(later) and rng.random() < 0.3
    goes_on = bool(later) and not written and rng.random() < 0.1
    replies = [Reply(text="…", codes=each, to=rng.choice(later), feedback="", line=1) for each in codes if later and not goes_on]
    return Passage(moods=moods, speeches=(Speech(kind="client", text="…"),), markers=tuple(markers),
                   look_alikes=tuple(rng.sample(list(MARKERS), rng.choice((0, 0, 1)))), write="Write." if written else None,
                   replies=tuple(replies), otherwise=Otherwise(to=rng.choice(later), feedback="") if written else None,
                   go_on=rng.choice(later) if goes_on else None, line=rng.randint(1, 999))  # fmt: skip


# ---- plays -------------------------------------------------------------------------------------------------------------------


def play(roleplay: RolePlay, rng: Random) -> list[dict[str, Any]]:
    """The trace of a random play; some players look for what brings a repair on, so that all stages are reached."""
    session, trace = Session(roleplay), []
    skill, quits = rng.choice((0.0, 0.5, 0.95)), rng.randint(1, 60)
    while session.ending is None and len(trace) < quits:
        seeks = rng.random() < skill
        passage = session.passage
        act = {"turn": len(session.turns) + 1, "scene": session.scene.name, "flag": rng.choice(FLAGS)}
        if passage.write:
            codes = rng.sample(CODES, rng.choice((1, 1, 2)))
            codes = next(([code] for code in rng.sample(CODES, 18) if seeks and model.advances(session.state, code)), codes)
            act |= {"reply": None, "text": "…", "codes": codes, "by": rng.choice(("trainee", BOT, "coder 1"))}
        else:
            numbers = rng.sample(range(len(passage.replies)), len(passage.replies))
            good = [n for n in numbers if seeks and model.advances(session.state, passage.replies[n].codes[0])]
            number = (good or numbers)[0]
            codes = list(passage.replies[number].codes)
            act |= {"reply": number + 1, "text": None, "codes": codes, "by": "script"}
        session.step(act)
        trace.append(act)
        if passage.write and rng.random() < 0.2:
            trace.append({"again": act["turn"], "text": "…", "codes": ["OWN"]})
    if session.ending and rng.random() < 0.8:
        trace.append({"self": rng.randint(0, 100)})
    return trace


SPOILS: list[Any] = [
    {"turn": 99}, {"turn": None}, {"scene": "nowhere"}, {"scene": "constructor"}, {"flag": "rupture"}, {"flag": 3}, {"flag": None},
    {"reply": 0}, {"reply": 7}, {"reply": 1.5}, {"reply": "1"}, {"text": ""}, {"text": "\x1c\u2003"}, {"text": "\ufeff"},
    {"text": 5}, {"codes": []}, {"codes": ["OWN", "OWN"]}, {"codes": ["own"]}, {"codes": ["OPEN", "REFL", "VALID"]},
    {"codes": "OPEN"}, {"by": ""}, {"by": " \t"}, {"by": "script"}, {"by": None}, {"self": 101}, {"self": -1}, {"self": None},
    {"self": True}, {"self": 50}, {"again": 99}, {"again": True}, {"again": None}, {"again": 1}, "delete", "not a turn", "missing",
]  # fmt: skip


def spoilt(trace: list[Any], rng: Random) -> list[Any]:
    """The trace with one act that no script allows, or that is out of its place."""
    turn = rng.randrange(len(trace))
    act = dict(trace[turn])
    wrong = rng.choice(SPOILS)
    if wrong == "not a turn":
        return [*trace[:turn], rng.choice([None, 3, "turn", []]), *trace[turn + 1 :]]
    if wrong == "missing":
        act.pop(rng.choice(list(act)))
        return [*trace[:turn], act, *trace[turn + 1 :]]
    if wrong == "delete":
        return trace[:turn] + trace[turn + 1 :]
    return [*trace[:turn], {**act, **wrong}, *trace[turn + 1 :]]


# ---- the two, side by side ---------------------------------------------------------------------------------------------------


def in_python(roleplay: RolePlay, trace: list[Any]) -> dict[str, Any]:
    session, refused = replay_what_can_be(roleplay, trace)
    records = []
    for turn in session.turns:
        fields = {name: getattr(turn, name) for name in turn.__dataclass_fields__}
        more = {"passage": turn.passage.line, "lead_in": len(turn.lead_in), "written": turn.written, "counted": turn.counted}
        records.append(fields | more)
    found = score(session)
    worth = [model.effects(session.state, [code], session.traits) for code in CODES]
    return {
        "records": records,
        "score": asdict(found),
        "state": vars(session.state),
        "refused": refused.turn if refused else None,
        "scene": session.scene.name,
        "moods": model.moods(session.state),
        "felt": session.felt,
        "shown": session.shown,
        "rating": session.self_rating,
        "again": len(session.again),
        "weeks": [{**vars(week), "before": vars(week.before), "after": vars(week.after)} for week in session.weeks],
        "back": session.felt >= model.model()["params"]["leave_below_felt"],
        "worth": [{"value": what.value, "grade": what.grade, "advances": model.advances(session.state, code)}
                  for what, code in zip(worth, CODES, strict=True)],
    }  # fmt: skip


def as_json(thing: Any) -> Any:
    """Tuples as lists, as they come back from the browser."""
    return json.loads(json.dumps(thing))


def first_difference(there: Any, here: Any, place: str = "") -> str:
    if isinstance(there, dict) and isinstance(here, dict) and there.keys() == here.keys():
        pairs = [(name, there[name], here[name]) for name in here]
    elif isinstance(there, list) and isinstance(here, list) and len(there) == len(here):
        pairs = [(index, one, other) for index, (one, other) in enumerate(zip(there, here, strict=True))]
    else:
        return f"{place}: {there!r} in the browser, {here!r} in Python"
    return next((first_difference(one, other, f"{place}.{name}") for name, one, other in pairs if one != other), "")


def compare(page, plays: list[tuple[RolePlay, list[Any]]]) -> list[dict[str, Any]]:
    """Plays each trace on both sides and returns Python's results, which are the browser's too."""
    results = []
    for first in range(0, len(plays), CHUNK):
        chunk = plays[first : first + CHUNK]
        roleplays = {roleplay.id: roleplay.model_dump(mode="json") for roleplay, _ in chunk}
        sent = {"roleplays": roleplays, "plays": [[roleplay.id, trace] for roleplay, trace in chunk]}
        there = json.loads(page.evaluate(TWIN, json.dumps(sent)))  # as texts: Playwright is slow with nested objects
        for (roleplay, trace), answer in zip(chunk, there, strict=True):
            here = as_json(in_python(roleplay, trace))
            assert answer == here, f"{first_difference(answer, here)}, in {roleplay.id}: {trace}"
            results.append(here)
    return results


def test_fifty_thousand_steps_are_the_same_in_the_browser_and_in_python(twin):
    rng = Random(6)
    written = written_roleplays()
    seen, steps, number = set(), 0, 0
    while steps < STEPS:
        roleplays = [*written, *(generated(rng, number + each) for each in range(20))]
        number += 20
        plays = [(roleplay, play(roleplay, rng)) for roleplay in roleplays for _ in range(8)]
        for result in compare(twin, plays):
            steps += len(result["records"])
            for record in result["records"]:
                seen |= {f"session {record['session']}", record["line"], record["stage"]}
                seen |= {record["test"], record["context"], *record["rules"], *record["mood"]}
            seen |= {key for dimension in result["score"]["dimensions"] for key, _ in dimension["reasons"]}
            seen |= set(result["score"]["caps"])
    everything = {
        "onset", "follow-on", "plain", "look-alike", "unscored", 0, 1, 2, 3, 4, None, "confirm", "disconfirm", "neither",
        "R1", "R2", "R3", "R4", "R4 advanced", "R4 back", "R5", "R6", "R7", "R8 confirm", "R8 disconfirm", "R8 neither", "R9",
        "R11", "seen", "late", "wrong_kind", "missed", "false_alarm", "unreached", "fitting", "stalled", "hindering", "advanced",
        "stood_still", "closed", "harm", "harm_in_rupture", "disconfirmed", "confirmed", "too_early", "asked", "needless",
        "not_asked", "not_rated", "rated", "control", "risk", "session 1", "session 2", "session 3", *model.MOODS,
    }  # fmt: skip
    assert everything <= seen, everything - seen


def test_a_trace_that_the_script_does_not_allow_stops_at_the_same_turn(twin):
    rng = Random(7)
    roleplays = [*written_roleplays(), *(generated(rng, number) for number in range(60))]
    plays = [(roleplay, spoilt(play(roleplay, rng), rng)) for roleplay in roleplays for _ in range(25)]
    refused = [result["refused"] for result in compare(twin, plays)]
    assert sum(turn is not None for turn in refused) > len(plays) / 2


def test_a_second_apology_stands_behind_a_question_that_brings_the_repair_on(twin):
    before = Session(example())
    acts = []
    for code in ("OPEN", "REFL", "VALID"):
        acts.append(before.choose(1 + [reply.codes[0] for reply in before.passage.replies].index(code)))
    trace = [{"turn": turn.turn, "scene": turn.scene, "flag": None, "reply": turn.reply, "text": None,
              "codes": list(turn.codes), "by": "script"} for turn in acts]  # fmt: skip
    assert before.passage.moods == ("softening",)
    sent = json.dumps([example().model_dump(mode="json"), trace, [list(reply.codes) for reply in before.passage.replies]])
    told = twin.evaluate(
        """sent => { const [roleplay, trace, said] = JSON.parse(sent); const session = rules.replay(roleplay, trace);
        return said.map((codes) => ({ codes, ...rules.worth(session, codes) })).sort(rules.better); }""",
        sent,
    )
    assert told[0]["codes"] == ["INVITE"] and told[0]["value"] < max(each["value"] for each in told)
    assert told[0]["codes"] == list(before.passage.replies[best_reply(before.passage, example().traits)].codes)


def test_both_drop_fractions_towards_zero_also_below_zero(twin):
    pairs = [(number, divisor) for number in range(-400, 401) for divisor in (1, 2, 3, 4, 7, 10, 100, 200)]
    there = twin.evaluate("pairs => pairs.map(([n, d]) => [rules.divide(n, d), Object.is(rules.divide(n, d), -0)])", pairs)
    assert there == [[model.divide(number, divisor), False] for number, divisor in pairs]
    assert model.divide(-7, 2) == -3
