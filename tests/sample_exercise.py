"""A small exercise with one item of each kind, for the tests of items, answers and release."""
# ruff: noqa: E501

import json

NOTEBOOK = "06_sample"

ITEMS = """
[[item]]
id = "06-e1"
kind = "choice"
title = "Thirty seconds of nothing"
prompt = "Maya looks at the clock. What is going on?"
points = 2

[[item.options]]
id = "a"
text = "She is bored."

[[item.options]]
id = "b"
text = "She has moved away."

[[item.reasons]]
id = "r1"
text = "Her answers have shrunk since the remark about her mother."

[[item.reasons]]
id = "r2"
text = "Silence always means the same thing."

[item.key]
option = "b"
reason = "r1"
provenance = "author"

[item.key.why]
a = "Boredom would show from the start."
b = "The shift has a moment, and the moment has a cause."
r1 = "It names what changed, and when."
r2 = "Nothing in a session always means the same thing."

[[item]]
id = "06-e2"
kind = "coding"
title = "Who moves, and where"
prompt = "Judge each marked line."
points = 4
vocabulary = ["GOES-QUIET", "GOES-ALONG"]
lines = [
    { id = "u1", who = "Therapist", text = "How was the week?" },
    { id = "u2", who = "Maya", text = "Fine.", manner = "to the window", code = true },
    { id = "u3", who = "Maya", text = "I slept, finally.", code = true },
]

[item.key]
codes = { u2 = ["GOES-QUIET", "GOES-ALONG"], u3 = "none" }
why = { u2 = "One word, to the window, is an answer that shrank.", u3 = "She offers something of her own." }
provenance = "author"

[[item]]
id = "06-e3"
kind = "ordering"
title = "First things first"
prompt = "Put the steps in order."
points = 1
steps = [{ id = "own", text = "Own it." }, { id = "see", text = "Notice it." }, { id = "ask", text = "Explore it." }]

[item.key]
order = ["see", "own", "ask"]
why = { see = "What nobody noticed cannot be owned.", own = "Owning opens the way.", ask = "Asking first sounds like a defence." }
provenance = "author"

[[item]]
id = "06-e4"
kind = "rating"
title = "Felt and shown"
prompt = "How close does Maya feel, and how close does she look?"
points = 2
scene = [{ who = "Maya", text = "No, it's good. Really.", manner = "smiling" }]
scales = [
    { id = "felt", label = "Felt", low = { value = 0, text = "alone" }, high = { value = 100, text = "together" } },
    { id = "shown", label = "Shown", low = { value = 0, text = "alone" }, high = { value = 100, text = "together" } },
]

[item.key]
values = { felt = 30, shown = 75 }
tolerance = 10
why = { felt = "The smile came too fast.", shown = "A stranger would see a happy client." }
provenance = "author"

[[item]]
id = "06-e5"
kind = "written"
title = "Your words"
prompt = "Answer Maya."
points = 4
context = "Ten minutes before the end."
line = { who = "Maya", text = "It doesn't matter.", manner = "flat" }

[item.key]
models = [{ text = "I think I went too fast just now.", codes = ["OWN"], why = "It takes the therapist's part first." }]
poor = [{ text = "But it does matter, and we should talk about it.", codes = ["DEFEND"], why = "It argues her out of it." }]
marked_by = "person"
rubric = "owning"
provenance = "author"

[[item]]
id = "06-e6"
kind = "reflection"
title = "To take with you"
prompt = "What do you do when somebody goes quiet?"

[[item]]
id = "06-e7"
kind = "roleplay"
title = "The clock"
prompt = "Play it once."
script = "the-clock"
"""


def cell(id, tag, text, code=False, **metadata):
    """A cell of a solution notebook, as it stands in its file."""
    kind = {"cell_type": "code", "execution_count": None, "outputs": []} if code else {"cell_type": "markdown"}
    return {"id": id, "source": text.splitlines(keepends=True), "metadata": {"tags": [tag], **metadata}} | kind


def sample_notebook():
    """The solution notebook of the sample."""
    cells = [
        cell("title", "shared", "# After the clock\n\nAn exercise of half an hour."),
        cell("hint", "shared", "If the page stays blank, choose Run, Run All Cells."),
        cell("open", "shared", 'from coursekit import exercise\nhere = exercise("06_sample")', code=True),
        cell("notes", "teaching", "Let the group sit through the thirty seconds before anybody speaks of them."),
        *(cell(f"item-{n}", "item", f'here.item("06-e{n}")', code=True) for n in range(1, 7)),
        cell("model", "solution", "A good answer takes the therapist's part first, and stops there."),
        cell("count", "solution", "sum([1, 2])", code=True),
        cell("play", "item", 'here.roleplay("the-clock")', code=True),
        cell("end", "shared", "here.submit()", code=True),
    ]
    cells[1]["metadata"]["tags"].append("coursekit-hint")
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"language_info": {"name": "python"}}, "cells": cells}


def write_sample(folder, items=ITEMS, notebook=None):
    """Lay out solutions/, course/ and an empty place for exercises/ in `folder`."""
    for part in ("solutions/keys", "solutions/rubrics", "course/roleplays"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "course/roleplays/the-clock.md").write_text("# The clock\n", encoding="utf-8")
    (folder / "solutions/rubrics/owning.md").write_text("4: owns a part of it, in few words, and waits for an answer.\n", encoding="utf-8")
    (folder / f"solutions/keys/{NOTEBOOK}.toml").write_text(items, encoding="utf-8")
    text = json.dumps(notebook or sample_notebook(), ensure_ascii=False, indent=1)
    (folder / f"solutions/{NOTEBOOK}.ipynb").write_text(text + "\n", encoding="utf-8")
