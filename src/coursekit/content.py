"""Where the course's own files are: in the repository of a checkout, in the package of an installed wheel."""

from pathlib import Path
from typing import Final

COURSE_ID: Final = "therapeutic-relationship"

_PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """The folder that holds `course/` and `exercises/`.

    An installed wheel carries them as `coursekit/_content`; in a checkout it is the repository.
    Raises FileNotFoundError when neither is there.
    """
    for folder in (_PACKAGE / "_content", _PACKAGE.parents[1]):
        if (folder / "course").is_dir():
            return folder
    raise FileNotFoundError(
        f"The course's files were found neither in {_PACKAGE / '_content'} nor in {_PACKAGE.parents[1]}. "
        "Install coursekit again: pip install --force-reinstall coursekit"
    )


def course() -> Path:
    """The folder of lessons, with `roleplays/`, `clients/` and `data/` in it."""
    return root() / "course"


def exercises() -> Path:
    """The folder of the trainees' exercise notebooks."""
    return root() / "exercises"
