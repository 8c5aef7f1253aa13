"""Role-plays that several tests play."""

from functools import cache
from pathlib import Path

from coursekit.roleplay.scenes import RolePlay
from coursekit.roleplay.script import parse_script, read_script

ROOT = Path(__file__).parents[1]


def example_text() -> str:
    """The complete example in the page on writing role-plays."""
    page = (ROOT / "docs/writing-role-plays.md").read_text("utf-8")
    return page.split("```markdown\n", 1)[1].split("\n```", 1)[0] + "\n"


@cache
def example() -> RolePlay:
    return parse_script(example_text(), "half-past-six", "half-past-six.md")


@cache
def course_roleplays() -> dict[str, RolePlay]:
    return {path.stem: read_script(path) for path in sorted((ROOT / "course/roleplays").glob("*.md"))}


SMALL = """---
title: Small
client: Ada
expects: criticism
endings:
  the-end: repair
practise: Waiting.
---

# Small

Ada comes in.

## first

*She sits.*

Ada: I was late again. [GOES-QUIET]

Ada thinks: He minds.

- You noticed that I looked at the clock. [OWN](#second)
  > You said it.
- Why were you late? [CONTROL](#second)
  > She has to defend herself.

## second

Ada: Mm.

Write: Answer her.

- What is it like? [OPEN](#the-end)
  > A question.
- You were often late as a child. [LINK](#the-end)
  > Too early.
- Anything else [otherwise](#the-end)
  > She takes it as it comes.

Ada (guarded): It's fine. [GOES-ALONG]

- You say it is fine. [REFL](#the-end)
  > She hears it.
- Good. [COLLUDE](#the-end)
  > That was that.

## the end

Ada: Bye.

> She left.
"""


@cache
def small() -> RolePlay:
    return parse_script(SMALL, "small", "small.md")
