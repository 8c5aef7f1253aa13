"""What kind of reply a trainee wrote: the codes it may carry, how sure that is, and the words that spoke for them.

`text` reads words, `features` says what is looked at, `model` weighs it, `reasons` tells which words decided, `verdict` when
to say nothing, `copies` whose words they are; `coder` is the front door; `train` makes the weights out of `corpus`.
"""

from coursekit.codebook import THERAPIST_CODES

OUTSIDE = {
    "fact": "asks for a fact",
    "inform": "gives information",
    "courtesy": "is a courtesy",
    "empty": "would fit any client",
    "off-topic": "is about something else",
    "rude": "insults the client",
    "theory": "recites a theory",
    "other-language": "is not in English",
    "noise": "is not words",
}
"""What a reply can be that none of the therapist codes says."""

POSSIBLE = ("OWN", "DEFEND", "INVITE")
"""Codes for which no talk coded by people exists to check the coder against: it says "possibly", and they do not count."""

HINDERING = tuple(code for code, entry in THERAPIST_CODES.items() if entry.group == "relieves the therapist")
"""The codes that hurt a client more often than not."""
