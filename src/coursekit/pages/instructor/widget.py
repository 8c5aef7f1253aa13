"""The panel itself: carries what the page asks to the workplace, and what the workplace says to the page.

All goes in messages and nothing in traits: a trait would be saved with the notebook, and what is told here are names and answers.
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
from sqlalchemy.exc import SQLAlchemyError

from coursekit.grading.gradebook import GradebookRefused
from coursekit.grading.keys import KeysRefused
from coursekit.grading.lms import FileRefused
from coursekit.grading.marking import MarkingRefused
from coursekit.grading.pools import Stopped
from coursekit.grading.rubrics import CalibrationRefused
from coursekit.pages.assets import instructor_module, instructor_style
from coursekit.pages.instructor.folders import FilesRefused
from coursekit.pages.instructor.workplace import NotYet, Workplace

REQUESTS = (
    "look", "put", "remove", "score", "scored", "sit_down", "mark", "draft", "say", "skip", "undo", "stop", "differences",
    "sheet_out", "sheet_in", "report", "take_away", "fetch", "forget", "take_again", "canvas_columns", "unbank",
)  # fmt: skip
"""What the page may ask for: these methods of a Workplace, and nothing else."""

REFUSALS = (
    NotYet, FilesRefused, GradebookRefused, KeysRefused, MarkingRefused, CalibrationRefused, FileRefused, Stopped,
)  # fmt: skip
SECONDS_BETWEEN = 0.1


def instructor(
    solutions: str = ".", hand_ins: str = "../hand-ins", graded: str = "../graded", gradebook: str = ""
) -> "InstructorPanel":
    """The instructor's panel, for the notebook `instructor.ipynb` in a folder of solutions.

    In: the folder of keys and rubrics, that of what came in, that of what is made of it, each as seen from the notebook, and
    the address of a gradebook where it is not the file `gradebook.sqlite` in the last of them.
    """
    return InstructorPanel(Workplace(Path(solutions), Path(hand_ins), Path(graded), gradebook))


class InstructorPanel(anywidget.AnyWidget):
    """Answers each request of the page with what the workplace returns, or with a sentence that says why not."""

    _esm = instructor_module()
    _css = instructor_style()

    def __init__(self, workplace: Workplace):
        self._workplace = workplace
        super().__init__()
        self.on_msg(self._asked)

    def _asked(self, _: Any, content: Any, buffers: Any) -> None:
        number, what, given = content["ask"], content["do"], dict(content.get("with") or {})
        if buffers:
            given["data"] = bytes(buffers[0])
        told, data = answer(self._workplace, what, given, self._progress())
        self.send({"re": number, **told}, [data] if data else None)

    def _progress(self) -> Callable[[str, int, int], None]:
        last = 0.0

        def tell(what: str, done: int, total: int) -> None:
            nonlocal last
            if done < total and time.monotonic() - last < SECONDS_BETWEEN:
                return
            last = time.monotonic()
            self.send({"progress": {"what": what, "done": done, "total": total}})

        return tell

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/plain"] = "From what came in to what goes back"
            bundle[0]["text/html"] = (
                "<div><p><strong>To start:</strong> in the menu above choose <em>Run</em>, then <em>Run All Cells</em>.</p></div>"
            )
        return bundle


def answer(workplace: Workplace, what: str, given: dict[str, Any], tell: Any) -> tuple[dict[str, Any], bytes]:
    """What a request comes to: `{"ok": …}` and perhaps bytes, or `{"refused": a sentence}`."""
    if what not in REQUESTS:
        return {"refused": f"This page is not of the course on this machine (it asks for {what}). Load it again."}, b""
    try:
        more = {"tell": tell} if what == "score" else {}
        told = getattr(workplace, what)(**given, **more)
    except REFUSALS as why:
        return {"refused": str(why)}, b""
    except (OSError, SQLAlchemyError) as fault:
        said = getattr(fault, "orig", None) or getattr(fault, "strerror", None) or fault
        place = f" ({fault.filename})" if isinstance(fault, OSError) and fault.filename else ""
        return {"refused": f"That could not be done: {said}{place}. What was kept before is kept. Try again."}, b""
    except Exception as fault:
        said = f"{type(fault).__name__}: {fault}"
        return {"refused": f"coursekit stumbled over it ({said}). Please report this; what was kept is kept."}, b""
    return ({"ok": told[0]}, told[1]) if isinstance(told, tuple) else ({"ok": told}, b"")
