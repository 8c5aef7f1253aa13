"""The example of docs/writing-role-plays.md with one written turn in it: an item of a small lesson and, sealed, of its exercise."""

import json
from pathlib import Path
from typing import Any

from coursekit.codebook import THERAPIST_CODES
from coursekit.coding import coder
from coursekit.exercises.items import load_items, public
from coursekit.pages.course import Course
from coursekit.roleplay.scenes import RolePlay
from coursekit.roleplay.script import parse_script
from coursekit.roleplay.session import Session, replay
from examples import example_text

NOTEBOOK, ITEM, SCRIPT = "06_play", "p-ivo", "half-past-seven"
PLACES = {"lesson": f"course/{NOTEBOOK}", "exercise": f"exercises/{NOTEBOOK}"}

ITEMS = f"""
[[item]]
id = "{ITEM}"
kind = "roleplay"
title = "Half past six"
prompt = "Ivo comes straight from the oven."
script = "{SCRIPT}"
"""


COPIED = "And then the, the second batch. Anyway. It's not that interesting."
"""The client's own words: whatever the coder learns, it does not take them for a reply, and asks."""

_REPLIES = {
    "OWN": ("I was yawning while you were telling me about the second batch.", "I yawned while you were talking, and you saw it.",
            "I yawned at you just now. That was careless of me.",
            "I'm sorry I yawned. You were telling me something and I drifted off."),
    "DEFEND": ("I was only yawning because I've been up since five, it has nothing to do with you.",
               "Sorry if it looked like that, but I was listening the whole time.",
               "I wasn't bored, I had a very short night and a full morning, you have to understand."),
    "REFL": ("So you felt it wasn't worth telling any more.", "You felt shut out, and so you stopped.",
             "You were in the middle of it, and suddenly it felt like nothing worth telling.", "You felt small just then."),
    "unsure": ("Well, the second batch.", "Hm.", "I don't know, it could be the oven, or me, or you.",
               "It is early, and here we are.", "Maybe it was dull and maybe it wasn't, go on if you like.",
               "You could tell me the rest of it, if it still seems worth telling.", "I was tired and you saw it, never mind."),
}  # fmt: skip


def reply(wanted: str) -> str:
    """Words for the written turn of which the coder is sure that they are `wanted`, or of which it is `unsure` between two."""
    passage = next(passage for passage in sample().scenes["the-yawn"].passages if passage.write)
    examples = [coder.ScriptExample(each.text, each.codes) for each in passage.replies]
    known = [each.text for scene in sample().scenes.values() for one in scene.passages for each in one.replies]
    for text in _REPLIES[wanted]:
        reading = coder.read(text, passage.text, examples, known)
        two_codes = all(one.label in THERAPIST_CODES and one.percent >= 5 for one in reading.likely[:2])
        if (reading.verdict == wanted and two_codes) or (reading.verdict == "sure" and reading.codes[0] == wanted):
            return text
    raise LookupError(f"The coder reads none of these as {wanted}: give it another to choose from.")


def script_text() -> str:
    """The example, its second scene turned into a written one."""
    text = example_text()
    scene = text[text.index("## the yawn") : text.index("## the sleeve")]
    first = scene.index("\n- ")
    examples = f"{scene[first:].rstrip()}\n- Anything else [otherwise](#the-sleeve)\n\n"
    return text.replace(scene, f"{scene[:first]}\nWrite: He saw it. What do you say?\n{examples}")


def sample() -> RolePlay:
    return parse_script(script_text(), SCRIPT, f"{SCRIPT}.md")


def write_course(root: Path, script: str | None = None) -> None:
    """A course in `root` with the role-play, or that of another script, in a lesson (open) and in an exercise (sealed)."""
    for folder in ("course/items", "course/roleplays", "course/data", "exercises/items"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "course" / "roleplays" / f"{SCRIPT}.md").write_text(script or script_text(), encoding="utf-8")
    items = root / "course" / "items" / f"{NOTEBOOK}.toml"
    items.write_text(ITEMS, encoding="utf-8")
    released = {"release": 3, "items": [public(item) for item in load_items(items)]}
    (root / "exercises" / "items" / f"{NOTEBOOK}.json").write_text(json.dumps(released), encoding="utf-8")


def definitions(root: Path, part: str) -> dict[str, dict[str, Any]]:
    """The definitions of the items by id, as a page gets them."""
    course = Course(root)
    return {item.id: course.definition(PLACES[part], item) for item in course.items(PLACES[part])}


def session_of(acts: list[dict[str, Any]]) -> Session:
    """Python's session of the acts that a page kept. Raises TraceRefused."""
    return replay(sample(), acts)
