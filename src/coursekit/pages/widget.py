"""The one widget of the course: an item on the page, its acts carried to Python, checked, and appended to the answers file.

The page steps and shows; nothing that it says is trusted. `saved` tells it how many of its acts are safely on disk.
"""

import errno
import html
import re
from typing import Any

import anywidget
import traitlets as t

from coursekit.coding.coder import model
from coursekit.exercises.answers import AnswersFile, AnswersRefused
from coursekit.pages.accepting import refusal, refused_turn
from coursekit.pages.assets import module, style, vocabulary

NEEDS_WORDS = frozenset({"coding", "written", "roleplay"})
"""The kinds whose view names codes."""


class ItemWidget(anywidget.AnyWidget):
    """An item in a notebook.

    In: the definition the page gets (without a key where the item is sealed: a synced trait can be read by anyone), the
    answers file, and what places it: course, part, notebook, release, trainee.
    """

    _esm = module()
    _css = style()

    item = t.Dict().tag(sync=True)
    acts: t.List[dict[str, Any]] = t.List().tag(sync=True, echo_update=False)
    saved = t.Int(0).tag(sync=True)
    saving = t.Unicode("disk").tag(sync=True)
    problem = t.Unicode("").tag(sync=True)
    place = t.Dict().tag(sync=True)
    vocabulary = t.Dict().tag(sync=True)
    desk = t.Dict().tag(sync=True)  # of the panel of a notebook's work: what is empty, the name

    def __init__(
        self, definition: dict[str, Any], answers: AnswersFile | None, place: dict[str, Any] | None = None
    ) -> None:
        if not definition.get("open") and "key" in definition:
            raise ValueError(f"The item {definition['id']} is sealed and has a key: the page must not be given it.")
        self._answers = answers
        self._taken = 0  # acts of the page that were looked at
        self._refused: int | None = None  # the first of them that could not be accepted and was not made good since
        self._traces: dict[int, list[Any]] = {}
        self._roleplay: Any = None
        words = vocabulary() if definition["kind"] in NEEDS_WORDS else {}
        super().__init__(item=definition, place=place or {}, vocabulary=words)
        self.on_msg(self._asked)
        self.load()

    def load(self) -> None:
        """Show what the answers file holds for this item now."""
        if self._answers is None:
            return
        try:
            acts = [act for act in self._answers.read().acts if act.item == self.item["id"]]
        except (AnswersRefused, OSError) as problem:
            self.problem = _in_words(problem)
            return
        self._taken, self._refused, self.problem = len(acts), None, ""
        self._traces = {}
        for act in acts:
            self._traces.setdefault(act.attempt, []).append(act.value)
        self.acts = [{"attempt": act.attempt, "version": act.version, "value": act.value} for act in acts]
        self.saved = len(acts)

    @t.observe("acts")
    def _on_acts(self, change: Any) -> None:
        if len(change.new) > self._taken:
            self._take()

    def _asked(self, _: Any, content: Any, buffers: Any) -> None:
        asked = content.get("do") if isinstance(content, dict) else None
        if asked == "save":
            self._take()
        elif asked == "coder":
            # In a message, for it is large: a trait would be saved in the notebook, once with each item.
            self.send({"coder": model()})

    def _take(self) -> None:
        """Keep the acts that are new. What cannot be written is tried again with the next act, or when the trainee asks."""
        while self._answers is not None and self._taken < len(self.acts):
            act = self.acts[self._taken]
            try:
                problem = self._keep(act)
            except (OSError, ValueError, AnswersRefused) as error:
                self.problem = _in_words(error)
                return
            if problem:
                self._refused = self._taken if self._refused is None else self._refused
            else:
                self._refused = None
            self._taken += 1
            self.problem = problem
            self.saved = self._taken if self._refused is None else self._refused

    def _keep(self, act: Any) -> str:
        """Append one act, or say why it is refused."""
        attempt, version, value = (act.get(field) for field in ("attempt", "version", "value"))
        if type(attempt) is not int or attempt < 1 or version != self.item["version"]:
            return "this page is older than the course on this machine. Load it again and answer once more."
        trace = self._traces.get(attempt, [])
        plays = self.item["kind"] == "roleplay"
        problem = refused_turn(self._played(), [*trace, value]) if plays else refusal(self.item, value)
        if not problem and self._answers is not None:
            self._answers.append(self.item["id"], value, version=version, attempt=attempt)
            self._traces[attempt] = [*trace, value]
        return problem

    def _played(self) -> Any:
        if self._roleplay is None:
            from coursekit.roleplay.scenes import RolePlay

            self._roleplay = RolePlay.model_validate(self.item["roleplay"])
        return self._roleplay

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/html"] = fallback(self.item)
            bundle[0]["text/plain"] = self.item["title"]
        return bundle


def fallback(item: dict[str, Any]) -> str:
    """What is shown of an item where its widget does not live: title, first paragraph, and the one step that starts it."""
    first = re.split(r"\n\s*\n", item.get("prompt", "").strip(), maxsplit=1)[0]
    plain = re.sub(r"[*_>]+", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", first)).strip()
    return (
        f"<div><p><strong>{html.escape(item['title'])}</strong></p>"
        f"<p>{html.escape(plain, quote=False)}</p>"
        "<p><strong>To start:</strong> in the menu above choose <em>Run</em>, then <em>Run All Cells</em>. "
        "Until then nothing is saved.</p></div>"
    )


def _in_words(error: Exception) -> str:
    """A problem with the answers file as the end of a sentence that begins with "Not saved:"."""
    if not isinstance(error, OSError):
        return str(error)
    forbidden = (
        f"this program may not write {error.filename or 'the answers file'}. Put the course into a folder of your own"
    )
    known = {
        errno.ENOSPC: "the disk is full. Make room and choose “Try again to save”",
        errno.EDQUOT: "your share of the disk is full. Make room and choose “Try again to save”",
        errno.EROFS: "the disk can only be read. Put the course into a folder of your own",
        errno.EACCES: forbidden,
        errno.EPERM: forbidden,
    }
    said = known.get(error.errno or 0, error.strerror or str(error))
    return f"{said}. What you wrote stays on this page as long as it is open."
