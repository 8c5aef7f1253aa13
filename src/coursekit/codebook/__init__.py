"""The closed vocabularies of the course: what a therapist's reply does, and what a client's line shows.

>>> from coursekit.codebook import THERAPIST_CODES, MARKERS
>>> THERAPIST_CODES["OWN"].name
'owns their part'
>>> MARKERS["GOES-QUIET"].kind
'withdrawal'
"""

from coursekit.codebook.codebook import (
    FAMILIES,
    GROUPS,
    MARKERS,
    THERAPIST_CODES,
    ClientLine,
    Exchange,
    Family,
    Group,
    LookAlike,
    Marker,
    NearMiss,
    TherapistCode,
    as_markdown,
)

__all__ = [
    "FAMILIES", "GROUPS", "MARKERS", "THERAPIST_CODES",
    "ClientLine", "Exchange", "Family", "Group", "LookAlike", "Marker", "NearMiss", "TherapistCode",
    "as_markdown",
]
