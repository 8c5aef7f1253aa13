"""The example of docs/writing-role-plays.md with one written turn in it: an item of a small lesson and, sealed, of its exercise."""

import json
from pathlib import Path
from typing import Any

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


def script_text() -> str:
    """The example, its second scene turned into a written one."""
    text = example_text()
    scene = text[text.index("## the yawn") : text.index("## the sleeve")]
    first = scene.index("\n- ")
    examples = f"{scene[first:].rstrip()}\n- Anything else [otherwise](#the-sleeve)\n\n"
    return text.replace(scene, f"{scene[:first]}\nWrite: He saw it. What do you say?\n{examples}")


def sample() -> RolePlay:
    return parse_script(script_text(), SCRIPT, f"{SCRIPT}.md")


def write_course(root: Path) -> None:
    """A course in `root` with the role-play in a lesson (open) and in an exercise (sealed)."""
    for folder in ("course/items", "course/roleplays", "course/data", "exercises/items"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "course" / "roleplays" / f"{SCRIPT}.md").write_text(script_text(), encoding="utf-8")
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
