"""What the course's notebooks say: `here = lesson("06_rupture_and_repair")`, and then `here.item("06-l1")`."""

import html
import json
import os
import sys
from collections.abc import Callable
from functools import cached_property, wraps
from pathlib import Path
from typing import Any

from coursekit import content
from coursekit.exercises.answers import AnswersFile, AnswersRefused, hand_in, missing, take_up, trainee_id
from coursekit.exercises.items import Item, ItemFaults, RolePlayItem
from coursekit.exercises.notebooks import source
from coursekit.pages.course import Course
from coursekit.pages.widget import ItemWidget
from coursekit.roleplay.script import ScriptFaults
from coursekit.working_copy import MARKER, find

HANDED_IN = "to-hand-in"


class NotHere(Exception):
    """A cell that asks for something the course does not have, or cannot read: a sentence or more for people."""


def lesson(name: str) -> "Here":
    """The lesson of that name, such as `06_rupture_and_repair`. Its items answer at once."""
    return Here("lesson", name)


def exercise(name: str) -> "Here":
    """The exercise of that name. Its items only say what is missing."""
    return Here("exercise", name)


class Shown:
    """Something to read, as the last line of a cell."""

    def __init__(self, as_html: str, plain: str) -> None:
        self._html, self._plain = as_html, plain

    def _repr_html_(self) -> str:
        return self._html

    def __repr__(self) -> str:
        return self._plain


def _or_say_why(verb: Callable[..., Any]) -> Callable[..., Any]:
    """A verb that shows what is the matter in place of what it cannot show: an error would stop the cells below it."""

    @wraps(verb)
    def told(*args: Any) -> Any:
        try:
            return verb(*args)
        except NotHere as problem:
            said = html.escape(str(problem), quote=False).replace("\n", "<br>")
            return Shown(f'<p role="alert" style="border-left: 3px solid; padding-left: 1em">{said}</p>', str(problem))

    return told


class Here:
    """One notebook of the course, with the verbs that its cells use.

    What a verb cannot show is told on the page in words, with what there is instead.
    """

    def __init__(self, part: str, name: str) -> None:
        self.part, self.name = part, name
        self._course = Course(content.root())
        self._place = f"{'course' if part == 'lesson' else 'exercises'}/{name}"
        self._widgets: dict[str, ItemWidget] = {}
        self._panels: list[ItemWidget] = []

    def __repr__(self) -> str:
        return f"The {self.part} {self.name}"

    # The verbs

    @_or_say_why
    def item(self, id: str) -> ItemWidget:
        """An item of this notebook, to work on and saved as it is worked on."""
        found = next((item for item in self._items if item.id == id), None)
        if found is None:
            raise NotHere(f"{self} has no item {id!r}. It has: {', '.join(item.id for item in self._items) or 'none'}.")
        return self._widget(found)

    @_or_say_why
    def roleplay(self, script: str) -> ItemWidget:
        """The role-play with that script, such as `the-clock`."""
        plays = {item.script: item for item in self._items if isinstance(item, RolePlayItem)}
        if script not in plays:
            raise NotHere(f"{self} has no role-play {script!r}. It has: {', '.join(plays) or 'none'}.")
        return self._widget(plays[script])

    @_or_say_why
    def figure(self, name: str) -> Shown:
        """A figure with its text alternative, its caption and its sources."""
        from coursekit.pages.figures import figure

        try:
            found = figure(name)
        except KeyError as error:
            raise NotHere(str(error.args[0])) from None
        caption = html.escape(found.caption, quote=False)
        return Shown(
            f'<figure class="ck" style="max-width: 42rem; margin: 1.5em 0">{found.svg}<figcaption>{caption}</figcaption></figure>',
            f"{found.alt}\n{found.caption}",
        )

    @_or_say_why
    def references(self) -> Shown:
        """The works that this notebook's text cites, so that its links lead to them."""
        from coursekit.pages.references import references_html

        cited = self._cited()
        try:
            return Shown(f'<div class="ck">{references_html(cited)}</div>', f"References: {', '.join(cited) or 'none'}")
        except KeyError as unknown:
            raise NotHere(
                f"{self} cites the row {unknown.args[0]}, which is not in course/data/evidence.csv."
            ) from None

    @_or_say_why
    def submit(self) -> ItemWidget:
        """The panel of this notebook's work: what is still empty, handing in, and taking up work done on the exported page."""
        hands_in = self.part == "exercise"
        definition = {
            "id": "hand-in",
            "kind": "submit",
            "version": 1,
            "title": "Hand in" if hands_in else "Take your work with you",
            "prompt": _HAND_IN if hands_in else _TAKE_ALONG,
            "hands_in": hands_in,
        }
        panel = ItemWidget(definition, None, self._label)
        panel.desk = self._desk()
        panel.on_msg(lambda _, asked, buffers: self._answer(panel, asked))
        self._panels.append(panel)
        return panel

    # Items and answers

    @cached_property
    def _items(self) -> list[Item]:
        try:
            return self._course.items(self._place)
        except ItemFaults as faults:
            raise NotHere(f"The items of {self} cannot be read.\n{faults}") from None

    def _widget(self, item: Item) -> ItemWidget:
        """The item's widget: made once, so that all places that show it show the same answers."""
        if item.id not in self._widgets:
            widget = ItemWidget(self._definition(item), self._answers, self._label)
            widget.observe(self._on_saved, "saved")
            self._widgets[item.id] = widget
        return self._widgets[item.id]

    def _definition(self, item: Item) -> dict[str, Any]:
        try:
            return self._course.definition(self._place, item)
        except ScriptFaults as faults:
            raise NotHere(f"The role-play “{item.title}” cannot be read.\n{faults}") from None
        except OSError as problem:
            script = Path(problem.filename or "").name
            raise NotHere(f"The role-play “{item.title}” cannot be read: {script}: {problem.strerror}.") from None

    @cached_property
    def _label(self) -> dict[str, Any]:
        return {
            "course": content.COURSE_ID,
            "part": self.part,
            "notebook": self.name,
            "release": self._course.release(self._place) if self._items else 0,
            "trainee": _trainee(self._folder),
        }

    @cached_property
    def _folder(self) -> Path:
        """The working copy (the nearest folder above with `.coursekit.json`), or the folder that the notebook is in."""
        return find(Path.cwd()) or Path.cwd()

    @cached_property
    def _answers(self) -> AnswersFile:
        try:
            return AnswersFile.in_folder(self._folder / "answers", **self._label)
        except AnswersRefused as refused:
            raise NotHere(str(refused)) from None

    # The panel

    def _on_saved(self, _: Any) -> None:
        for panel in self._panels:
            panel.desk = self._desk()

    def _desk(self) -> dict[str, Any]:
        answers = self._answers.read()
        gaps = [{"item": gap.item, "title": gap.title, "what": gap.what} for gap in missing(self._items, answers)]
        return {"gaps": gaps, "name": answers.name}

    def _answer(self, panel: ItemWidget, asked: Any) -> None:
        """Do what the panel asks, and tell it what was done, or why not."""
        try:
            told = _ANSWERS[asked["do"]](self, asked)
        except (AnswersRefused, OSError) as problem:
            told = {"text": str(problem), "problem": True}
        panel.desk = self._desk()
        if told:
            panel.send({"told": told})

    def _look(self, asked: Any) -> None:
        return None

    def _hand_in(self, asked: Any) -> dict[str, Any]:
        path = hand_in(self._answers, self._folder / HANDED_IN, str(asked.get("name") or ""))
        where = os.path.relpath(path, self._folder.parent)
        text = f"Your answers are in one file: {where}. Send this file to your instructor, or download it here."
        return {"text": text, "file": {"name": path.name, "text": path.read_text(encoding="utf-8")}}

    def _copy(self, asked: Any) -> dict[str, Any]:
        path = self._answers.path
        if not path.exists():
            raise AnswersRefused("Nothing has been answered yet, so there is nothing to take with you.")
        file = {"name": path.name, "text": path.read_bytes().decode("utf-8", "replace")}
        where = os.path.relpath(path, self._folder.parent)
        return {"text": f"Your answers are in {where}. You can download them here.", "file": file}

    def _take_up(self, asked: Any) -> dict[str, Any]:
        taken = take_up(self._answers, str(asked.get("text") or "").encode("utf-8", "replace"))
        for widget in self._widgets.values():
            widget.load()
        return {"text": str(taken)}

    def _cited(self) -> list[str]:
        """The rows cited in this notebook, as it lies beside the kernel or, where it does not, as the course has it."""
        from coursekit.pages.references import cited_ids

        beside = Path.cwd() / f"{self.name}.ipynb"
        path = beside if beside.is_file() else self._course.notebooks.get(self._place)
        if path is None:
            raise NotHere(f"The course has no {self.part} {self.name}, so its references cannot be listed.")
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        except (ValueError, KeyError, TypeError) as error:
            raise NotHere(f"{path.name} cannot be read ({error}). Close it and get it again: coursekit start") from None
        return cited_ids("\n".join(source(cell) for cell in cells if cell["cell_type"] == "markdown"))


_HAND_IN = (
    "One file holds all your answers to this exercise, every attempt included. You can read it in any text editor."
)
_TAKE_ALONG = "What you did in this lesson can go with you, to another machine or to the exported page."
_ANSWERS = {
    "look": Here._look,
    "hand-in": Here._hand_in,
    "copy": Here._copy,
    "take-up": Here._take_up,
    "save": Here._look,
}


def _trainee(folder: Path) -> str:
    """The trainee's id: the working copy's, or one made once and kept with the answers."""
    try:
        known = json.loads((folder / MARKER).read_text(encoding="utf-8"))["trainee"]
        if isinstance(known, str) and len(known) == 16:
            return known
    except (OSError, ValueError, KeyError, TypeError):
        pass
    try:
        (folder / "answers").mkdir(parents=True, exist_ok=True)
        return trainee_id(folder / "answers")
    except OSError as error:
        print(f"Your answers cannot be kept in {folder}: {error.strerror}.", file=sys.stderr)
        return "0" * 16
