"""A small lesson and its sealed twin, with one item of each kind but the role-play, and what is needed to set them up.

The client is Orla, who left the last session early, and her therapist, who is two weeks back from sick leave.
"""

import json
from pathlib import Path
from typing import Any

from coursekit.exercises.items import load_items, open_definition, public

NOTEBOOK = "06_sample"

ITEMS = '''
[[item]]
id = "s-choice"
kind = "choice"
title = "The coat stays on"
prompt = """
Orla comes back from the break of three weeks, sits down and keeps her coat on. You ask how she has been.

> *(looking at the window)* Busy. You know. Nothing that needs a whole hour, really.

What do you say **first**?
"""
points = 2

[[item.options]]
id = "a"
text = "“Three weeks is a long time. What would you like to begin with today?”"

[[item.options]]
id = "b"
text = "“You have your coat on, and an hour sounds like too much. I wonder whether my being away has something to do with it.”"

[[item.options]]
id = "c"
text = "“I’m glad you came. I was ill, as you know, and I’m quite well again now.”"

[[item.reasons]]
id = "r1"
text = "She needs to know that the break was nobody’s fault."

[[item.reasons]]
id = "r2"
text = "She has moved back a step, and the step has to do with the two of you."

[[item.reasons]]
id = "r3"
text = "After a break the client should choose where to begin."

[item.key]
option = "b"
reason = "r2"
provenance = "author"

[item.key.why]
a = "A good opening on another day. Today it steps over what she has just shown, and she will choose something small."
b = "It says what can be seen, ties it lightly to the break, and leaves her free to say no."
c = "It answers a question that she did not ask, and now it is she who has to be glad for you."
r1 = "True, and no help: what is nobody’s fault can still have hurt."
r2 = "The coat, the window and the short hour came together, and they came with your return."
r3 = "She has chosen already. She begins by leaving a little."

[[item]]
id = "s-coding"
kind = "coding"
title = "Twenty lines on a Tuesday"
prompt = "Orla, ten minutes later. Mark what she does where it calls for an answer, and leave alone what only looks like it."
points = 6
vocabulary = ["GOES-QUIET", "GOES-ALONG", "FAULTS-YOU", "PUSHES-BACK", "ALLUSION"]
lines = [
    { id = "u1", who = "Therapist", text = "Tell me about the three weeks." },
    { id = "u2", who = "Orla", text = "I painted the kitchen. It’s a green I’d never have dared, and I keep going in to look at it.", code = true },
    { id = "u3", who = "Therapist", text = "You dared something." },
    { id = "u4", who = "Orla", text = "I suppose.", manner = "hands in her sleeves", code = true },
    { id = "u5", who = "Therapist", text = "And the nights?" },
    { id = "u6", who = "Orla", text = "The same.", code = true },
    { id = "u7", who = "Orla", text = "The woman at the surgery, she’s lovely, she just goes off on leave and there’s never a note on the door.", code = true },
    { id = "u8", who = "Therapist", text = "Never a note." },
    { id = "u9", who = "Orla", text = "You stand there with your bag like a fool.", code = true },
    { id = "u10", who = "Therapist", text = "I could tell you sooner, when I know that I’ll be away. Would that help?" },
    { id = "u11", who = "Orla", text = "Yes. That would be great.", manner = "brightly, to the clock", code = true },
    { id = "u12", who = "Therapist", text = "That came very quickly." },
    { id = "u13", who = "Orla", text = "Well, what do you want me to say? You’ll be off sick when you’re off sick.", code = true },
    { id = "u14", who = "Therapist", text = "You’re right. I didn’t let you know in time, and you stood there." },
    { id = "u15", who = "Orla", text = "I did. I did stand there.", manner = "after a while", code = true },
    { id = "u16", who = "Therapist", text = "Shall we look at what you could do another time?" },
    { id = "u17", who = "Orla", text = "No. I don’t want a plan for it.", code = true },
    { id = "u18", who = "Therapist", text = "No plan." },
    { id = "u19", who = "Orla", text = "I thought you’d had enough of me. I wasn’t going to say that.", manner = "quietly", code = true },
    { id = "u20", who = "Therapist", text = "I’m glad you said it." },
    { id = "u21", who = "Orla", text = "I’m not sure glad is the word. But all right.", manner = "half a smile", code = true },
]

[item.key]
provenance = "author"

[item.key.codes]
u2 = "none"
u4 = "GOES-QUIET"
u6 = "GOES-QUIET"
u7 = "ALLUSION"
u9 = ["ALLUSION", "FAULTS-YOU"]
u11 = "GOES-ALONG"
u13 = ["FAULTS-YOU", "PUSHES-BACK"]
u15 = "none"
u17 = "PUSHES-BACK"
u19 = "none"
u21 = "none"

[item.key.why]
u2 = "Long, coloured, her own. Nothing moves away here."
u4 = "The green kitchen is gone in two words, and the hands with it."
u6 = "The second small answer running, after a first that was long."
u7 = "Somebody else goes away without a note. You know somebody who did."
u9 = "The story has not ended: it is still the other door, and a fool in front of it."
u11 = "A glowing yes, with nothing of hers in it, said to the clock."
u13 = "It is meant for you, and it is fair."
u15 = "Short, and near: she takes it in. A look-alike of going quiet."
u17 = "She turns down what was offered."
u19 = "A hurt said aloud is a sign of repair."
u21 = "Disagreeing with you, in your company, is not a rupture."

[[item]]
id = "s-ordering"
kind = "ordering"
title = "One thing after the other"
prompt = "Put the four steps of this repair in the order in which they can work."
points = 1
steps = [
    { id = "wish", text = "Find the wish under it: to be told, and to count." },
    { id = "see", text = "Notice the coat, the clock, the bright yes." },
    { id = "ask", text = "Ask what it was like to stand there." },
    { id = "own", text = "Say what your part in it was." },
]

[item.key]
order = ["see", "own", "ask", "wish"]
provenance = "author"

[item.key.why]
see = "What nobody has noticed cannot be mended."
own = "Asked before this, she would have to comfort you."
ask = "Now the question is not a defence any more."
wish = "The wish comes last, because it needs the hurt to be heard first."

[[item]]
id = "s-rating"
kind = "rating"
title = "Felt and shown"
prompt = "How near does Orla feel to the therapist at this moment, and how near does she look?"
points = 2
scene = [
    { who = "Therapist", text = "Would that help?" },
    { who = "Orla", text = "Yes. That would be great.", manner = "brightly, to the clock" },
]
scales = [
    { id = "felt", label = "How near she feels", low = { value = 0, text = "alone in the room" }, high = { value = 100, text = "in it together" } },
    { id = "shown", label = "How near she looks", low = { value = 0, text = "alone in the room" }, high = { value = 100, text = "in it together" } },
]

[item.key]
values = { felt = 25, shown = 70 }
tolerance = 10
provenance = "author"

[item.key.why]
felt = "She has just told a story about a woman who leaves no note."
shown = "A stranger would see a client who is content with a good offer."

[[item]]
id = "s-written"
kind = "written"
title = "At the door"
prompt = "Answer her as you would say it, in one or two sentences."
points = 0
context = "Five minutes before the end, after half an hour in which she talked about her kitchen."
line = { who = "Orla", text = "Anyway. It’s not as if you can help being ill.", manner = "buttoning her coat" }

[item.key]
marked_by = "self"
provenance = "author"

[[item.key.models]]
text = "No, I couldn’t help it. And you came to a locked door, and I could have helped that."
codes = ["OWN"]
why = "It separates the illness from the locked door, and takes what belongs to the therapist."

[[item.key.poor]]
text = "That’s kind of you to say. Let’s start with the nights next week, shall we?"
codes = ["COLLUDE", "FIX"]
why = "It takes her forgiveness, which was a way out of the room, and pays for it with a plan."

[[item]]
id = "s-reflection"
kind = "reflection"
title = "To take with you"
prompt = "How do you find out that somebody is hurt who says that nothing is the matter?"
'''  # noqa: E501


def write_course(root: Path) -> None:
    """A course in `root` with this sample as a lesson (open) and as an exercise (sealed)."""
    for folder in ("course/items", "exercises/items", "course/data"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    lesson = root / "course" / "items" / f"{NOTEBOOK}.toml"
    lesson.write_text(ITEMS, encoding="utf-8")
    released = {"release": 3, "items": [public(item) for item in load_items(lesson)]}
    (root / "exercises" / "items" / f"{NOTEBOOK}.json").write_text(json.dumps(released), encoding="utf-8")


def definitions(root: Path, part: str) -> dict[str, dict[str, Any]]:
    """The definitions of the items by id, as a page gets them."""
    items = load_items(root / "course" / "items" / f"{NOTEBOOK}.toml")
    return {item.id: open_definition(item) if part == "lesson" else public(item) for item in items}
