"""A course on the therapeutic relationship: role-plays, lessons, exercises, grading.

Notebooks use three names of it: `lesson` and `exercise`, see `coursekit.pages.notebook`, and `instructor`, see
`coursekit.pages.instructor.widget`.
"""

from typing import Any

__all__ = ["exercise", "instructor", "lesson"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """The notebooks' verbs, loaded when they are asked for: commands and grading need no widgets."""
    if name == "instructor":
        from coursekit.pages.instructor.widget import instructor

        return instructor
    if name in __all__:
        from coursekit.pages import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
