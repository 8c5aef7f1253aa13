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


TWO_SESSIONS = """---
title: Two Thursdays
client: Ada
style: confrontation
deference: 50
expects: abandonment
bond: 42
collaboration: 42
endings:
  the-end: half-way
  the-card: leaves
sessions:
  the-second-thursday: A fortnight later
practise: Waiting.
---

# Two Thursdays

Ada comes for the third time.

## the first thursday

*She looks at the calendar on the wall.*

Ada: You will be away next week. My brother used to say he was only away. [ALLUSION, GOES-QUIET]

- You noticed that I had not told you myself. [OWN + VALID](#the-door)
  > You said it first.
- It is only one week, and it will pass quickly. [FIX](#the-door)
  > It passes quickly for the one who goes.
- I see your face change as you speak of it. [NOTICE](#the-door)
  > You stayed with her.

## the door

Ada: Well. [not GOES-QUIET]

- I do not much like going, just now. [IMMED](#the-stairs)
  > She is not the only one.
- Have a good week, then. [COLLUDE](#the-stairs)
  > She will.
- People have gone away from you often. [LINK](#the-stairs)
  > Too early for that.

Ada (guarded): Fine. [GOES-ALONG]

- I would like to know what you make of my going. [IMMED](#the-stairs)
  > You are still there.
- Have a nice time without me, Ada. [CONTROL](#the-stairs)
  > She heard it.
- It makes sense that you mind. [VALID](#the-stairs)
  > She does mind.

## the stairs

*She goes slowly.*

Ada: A fortnight.

- [go on](#the-second-thursday)

## the second thursday

*She is on time.*

Ada: You are brown. [FAULTS-YOU]

- And you were here. [REFL](#what-was-kept)
  > She was.
- I should have told you earlier. [OWN](#what-was-kept)
  > You began where it began.
- I do not think that is fair. [DEFEND](#what-was-kept)
  > She hears a door.

Ada (braced): I nearly stayed at home.

- And you came, in spite of that. [AFFIRM](#what-was-kept)
  > She did.
- You could have rung. [CONTROL](#what-was-kept)
  > She could not.

Ada (trusting): I have thought about what you said on the stairs.

- What did you think about it? [OPEN](#what-was-kept)
  > She thought a great deal.
- Good. [FIX](#what-was-kept)
  > It was more than good.

*The room stays empty. At ten past there is a card in the box.*

Ada (leaving): Thank you for everything.

- [go on](#the-card)

## what was kept

Ada: Anyway.

Write: Answer her.

- Is something wrong between us? [INVITE](#the-end)
  > You asked.
- It is always the same with those who leave. [LINK](#the-end)
  > Perhaps.
- Anything else [otherwise](#the-end)
  > She takes it with her.

## the end

Ada: Thursday.

> She will be there.

## the card

*A lighthouse.*

Ada: Yours, A.

> She has gone first.
"""


@cache
def two_sessions() -> RolePlay:
    return parse_script(TWO_SESSIONS, "two-thursdays", "two-thursdays.md")


@cache
def small() -> RolePlay:
    return parse_script(SMALL, "small", "small.md")
