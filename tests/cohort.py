"""A made-up course and class:

solutions, a role-play, and answers files of trainees who know more or less. For tests of grading and for
benchmarks/grading.py.
"""

import json
import os
from pathlib import Path
from random import Random
from typing import Any

from coursekit.content import COURSE_ID
from coursekit.exercises.items import Item, load_items
from coursekit.grading.keys import Keys
from coursekit.roleplay import bots
from coursekit.roleplay.scenes import RolePlay
from coursekit.roleplay.session import Session
from sample_exercise import ITEMS, NOTEBOOK

WORDS = ["I", "think", "you", "went", "quiet", "just", "now,", "and", "it", "may", "be", "me"]

MORE = """
[[item]]
id = "06-e8"
kind = "written"
title = "Say it to him"
prompt = "Answer Ivo in one or two sentences."
line = { who = "Ivo", text = "No, go on, it's fine." }

[item.key]
models = [{ text = "It is fine, and you looked at the door.", codes = ["NOTICE"], why = "It says what was seen." }]
poor = [{ text = "Good, then let's go on.", codes = ["COLLUDE"], why = "It takes the surface for all." }]
marked_by = "self"
provenance = "author"
"""

SCRIPT = """---
title: The clock
client: Maya
endings:
  said: repair
  unsaid: as-if peace
practise: Saying what you saw before asking about it.
---

Maya is 24. This is your third meeting.

## the clock

*She looks at the clock.*

Maya: It's fine. Go on. [GOES-ALONG]

Maya thinks: Ten more minutes.

- You looked at the clock when I said that. [NOTICE](#the-shrug)
  > You named what you saw and nothing more.
- Good, so where were we? [COLLUDE](#the-shrug)
  > You both went on as if nothing had been.

## the shrug

Maya: I don't know. You talk a lot, sometimes.

Write: Answer her in one or two sentences.

- I do, and I lost you with it. [OWN](#said)
  > You took your part, without a reason to excuse it.
- I was only trying to explain. [DEFEND](#unsaid)
  > She hears that she is wrong.
- Anything else [otherwise](#unsaid)
  > She waits a moment, and lets it go.

## said

Maya: Yes. That.

> It was said, and nothing broke.

## unsaid

Maya: Okay. Thanks.

> She thanked you.
"""


RUBRIC = """# Owning

## 4: said, and left standing

*I* with a verb, and *room*.

> I lost you there.

> I went on too long.

## 2: heard, but nobody did it

> It got lost.

## 0: passed over

> Good. Next.

## Telling neighbours apart

> This is no example of a level.
"""
"""A rubric with levels, for the written reply that a person marks."""

EXPECTED = Path(__file__).parent / "expected"


def as_expected(name: str, made: str) -> bool:
    """Whether `made` is the text of tests/expected/NAME. With UPDATE_EXPECTED=1 in the environment it becomes that text,
    for you to read before you commit it."""
    path = EXPECTED / name
    if os.environ.get("UPDATE_EXPECTED"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8", newline="")
    assert made == path.read_bytes().decode(), (
        f"tests/expected/{name} says otherwise; if this is meant: UPDATE_EXPECTED=1"
    )
    return True


def make_course(folder: Path, items: str = ITEMS + MORE) -> Keys:
    """Lay out solutions and course in `folder` and return the keys."""
    texts = {
        folder / "solutions" / "keys" / f"{NOTEBOOK}.toml": items,
        folder / "solutions" / "rubrics" / "owning.md": "4: owns a part of it, and waits for an answer.\n",
        folder / "course" / "roleplays" / "the-clock.md": SCRIPT,
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Keys(folder / "solutions", folder / "course")


OTHER = "07_other"


def add_another_exercise(folder: Path) -> None:
    """Lay out a second exercise in `folder`, `OTHER`: the same items under other ids."""
    keys = folder / "solutions" / "keys"
    items = (keys / f"{NOTEBOOK}.toml").read_text(encoding="utf-8")
    (keys / f"{OTHER}.toml").write_text(items.replace('"06-', '"07-'), encoding="utf-8")


def archive(folder: Path, item: Item, version: int) -> None:
    """Keep an item as a version that was released."""
    path = folder / "solutions" / "keys" / "archive" / NOTEBOOK / f"{item.id}@{version}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    data = item.model_dump(mode="json", exclude_none=True) | {"version": version}
    path.write_text(json.dumps(data), encoding="utf-8")


def items_of(folder: Path) -> list[Item]:
    return load_items(folder / "solutions" / "keys" / f"{NOTEBOOK}.toml")


def header(trainee: str = "9f2c41d07ab35e18", name: str | None = "Mia", **changed: Any) -> dict[str, Any]:
    first = {"coursekit": 1, "course": COURSE_ID, "part": "exercise", "notebook": NOTEBOOK, "release": 1}
    return first | {"trainee": trainee, "name": name} | changed


def act(item: str, value: Any, attempt: int = 1, version: int = 1) -> dict[str, Any]:
    return {"item": item, "version": version, "attempt": attempt, "value": value}


def file_of(acts: list[dict[str, Any]], first: dict[str, Any] | None = None) -> bytes:
    """An answers file with these acts, numbered."""
    time = "2026-11-22T10:04:31Z"
    lines = [first or header(), *({"seq": n, "time": time} | one for n, one in enumerate(acts, 1))]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def trace(session: Session) -> list[dict[str, Any]]:
    """The acts' values of a session that was played."""
    turns: list[dict[str, Any]] = [
        {
            "turn": turn.turn,
            "scene": turn.scene,
            "flag": turn.flag,
            "reply": turn.reply,
            "text": turn.text if turn.written else None,
            "codes": list(turn.codes),
            "by": turn.by,
        }
        for turn in session.turns
    ]
    return turns + ([{"self": session.self_rating}] if session.self_rating is not None else [])


def knows(item: Item) -> Any:
    """The answer that the key gives."""
    key: Any = item.key
    if item.kind == "choice":
        return {"option": key.option} | ({"reason": key.reason} if item.reasons else {})
    if item.kind == "coding":
        return {"codes": {line: accepted[0] for line, accepted in key.codes.items()}}
    if item.kind == "ordering":
        return {"order": list(key.order)}
    if item.kind == "rating":
        return {"ratings": dict(key.values)}
    if item.kind == "written":
        return {"text": key.models[0].text, "codes": list(key.models[0].codes)}
    return {"text": "I talk faster."}


def guesses(item: Item, rng: Random) -> Any:
    """An answer of the right form, drawn at random."""
    if item.kind == "choice":
        reasons = {"reason": rng.choice(item.reasons).id} if item.reasons else {}
        return {"option": rng.choice(item.options).id} | reasons
    if item.kind == "coding":
        codes = [*item.vocabulary, "none", "none"]
        return {"codes": {line.id: rng.choice(codes) for line in item.lines if line.code and rng.random() < 0.95}}
    if item.kind == "ordering":
        return {"order": rng.sample([step.id for step in item.steps], len(item.steps))}
    if item.kind == "rating":
        return {"ratings": {s.id: rng.randint(s.low.value, s.high.value) for s in item.scales}}
    return {"text": " ".join(rng.choices(WORDS, k=25))}


def a_play(script: RolePlay, rng: Random) -> list[dict[str, Any]]:
    """A whole play by somebody who reads the client half of the time."""
    return trace(bots.play(script, bots.reader(50), rng))


def a_hand_in(keys: Keys, seed: int, notebook: str = NOTEBOOK, plays: int = 1, drafts: int = 3) -> bytes:
    """The answers file of a made-up trainee, handed in: drafts of what is written, second thoughts, plays."""
    rng = Random(seed)
    acts = []
    for item in (keys.items(("exercise", notebook)) or {}).values():
        if item.kind == "roleplay":
            script = keys.script(item)
            for attempt in range(1, plays + 1) if script else ():
                acts += [act(item.id, value, attempt) for value in a_play(script, rng)]
            continue
        value = knows(item) if rng.random() < 0.6 else guesses(item, rng)
        if item.kind in ("written", "reflection"):
            words = value["text"].split()
            cuts = [len(words) * n // (drafts + 1) for n in range(1, drafts + 1)]
            acts += [act(item.id, {"text": " ".join(words[:cut])}) for cut in cuts if cut]
        elif rng.random() < 0.3:
            acts.append(act(item.id, guesses(item, rng)))
        if rng.random() < 0.95:
            acts.append(act(item.id, value, version=item.version))
    names = ("Mia", "Jonas", "Zoë", "Łukasz", "Aysel", "Ngozi", "=Anna", "Thu Hà", "Петя", "Ben")
    name = f"{names[seed % len(names)]} {seed}"
    acts += [
        {"item": "name", "version": 1, "attempt": 1, "value": name},
        {"item": "hand-in", "version": 1, "attempt": 1, "value": None},
    ]
    first = header(f"{rng.getrandbits(64):016x}", None, notebook=notebook)
    return file_of(acts, first)


def mias_acts() -> list[dict[str, Any]]:
    """A hand-in that has something of everything: right, near, wrong, empty, waiting, a play given up and one played."""
    turn = {
        "turn": 1,
        "scene": "the-clock",
        "flag": None,
        "reply": 2,
        "text": None,
        "codes": ["COLLUDE"],
        "by": "script",
    }
    better = turn | {"flag": "withdrawal", "reply": 1, "codes": ["NOTICE"]}
    words = {
        "turn": 2,
        "scene": "the-shrug",
        "flag": None,
        "reply": None,
        "text": "I do. I lost you.",
        "codes": ["OWN"],
    }
    return [
        act("06-e1", {"option": "a", "reason": "r1"}),
        act("06-e2", {"codes": {"u2": "GOES-QUIET", "u3": "GOES-ALONG"}}),
        act("06-e3", {"order": ["own", "see", "ask"]}),
        act("06-e4", {"ratings": {"felt": 45}}),
        act("06-e5", {"text": "I went on & on.\nYou <left>.", "codes": ["OWN"]}),
        act("06-e7", turn),
        act("06-e7", better, 2),
        act("06-e7", words | {"by": "trainee"}, 2),
        act("06-e7", {"self": 60}, 2),
        act("06-e8", {"text": "You say it is fine.", "codes": ["REFL"]}),
        act("hand-in", None),
    ]
