"""A course on the therapeutic relationship: role-plays, lessons, exercises, grading."""

__version__ = "0.1.0"
