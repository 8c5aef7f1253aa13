"""A notebook of the course as a page that needs no kernel: its prose, its items as data, its figures, its references.

All faults of a notebook are reported in one pass, with file, cell, what was found and what to write.
"""

import html
import posixpath
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import nbformat

from coursekit import content
from coursekit.exercises.items import Item, ItemFaults
from coursekit.exercises.notebooks import HINT_TAG, Call, NotebookFault, calls, foreign
from coursekit.exercises.solutions import DROPPED
from coursekit.pages import outputs, prose
from coursekit.pages.course import Course
from coursekit.pages.document import Page, PageFaults
from coursekit.pages.evidence import evidence
from coursekit.pages.figures import figure
from coursekit.pages.keys import key_html
from coursekit.pages.offline import Refused
from coursekit.pages.quotes import curly
from coursekit.pages.references import cited_ids, references_html
from coursekit.roleplay.script import ScriptFaults
from coursekit.words import short

# Design choices, for a notebook whose metadata do not say how many minutes it takes without its role-plays
# (`coursekit: {minutes: 50}`).
WORDS_A_MINUTE, MINUTES_AN_ITEM = 200, 3

_HOST = """<section class="ck-host" data-ck="{}"><h3>{}</h3>{}
<p class="page-unscripted"><em>Scripts are switched off here. Allow them for this page to take part.</em></p></section>"""
_PANEL = '<section class="ck-host" data-ck="hand-in"></section>'


def read_page(file: Path, course: Course, notebook: Any = None) -> Page:
    """The page of a notebook file, or of `notebook` where it was read already. Raises PageFaults."""
    if notebook is None:
        try:
            notebook = nbformat.reads(file.read_text(encoding="utf-8"), as_version=4)
        except Exception as error:  # its own errors, JSON's, AttributeError on JSON that is no notebook
            fault = NotebookFault(file, 0, "", f"what is not a notebook ({error})", "Save it again in JupyterLab")
            raise PageFaults([fault]) from None
    return _Setting(file, course).page_of(notebook)


class _Setting:
    """One notebook on its way to a page."""

    def __init__(self, file: Path, course: Course) -> None:
        self.file, self.course = file, course
        self.page = Page(course.place(file))
        self.hosts: dict[str, dict[str, Any]] = {}
        self.faults: list[Any] = []
        self.links: list[tuple[int, str]] = []  # to headings of this page: cell and id
        self.cited: list[str] = []  # rows of the evidence
        self.references = ""
        self.cell = 0

    def page_of(self, notebook: Any) -> Page:
        parts = []
        self.cited = cited_ids("\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown"))
        for self.cell, cell in enumerate(notebook.cells, 1):
            tags = cell.metadata.get("tags", [])
            if HINT_TAG in tags:
                continue
            try:
                part = self._prose(cell) if cell.cell_type == "markdown" else self._code(cell)
            except Refused as refused:
                self._fault(refused)
                continue
            parts.append(
                f'<div class="page-note page-prose">{part}</div>' if part and set(tags) & set(DROPPED) else part
            )
        self.cell = 0
        self._check_headings()
        if self.faults:
            raise PageFaults(self.faults)
        if self.hosts and self.page.part != "solution" and not any(_PANEL in part for part in parts):
            parts.append(_PANEL)
        self.page.body = "\n".join(part for part in parts if part)
        self.page.data = self._data()
        plays = [item["roleplay"]["minutes"] for item in self.hosts.values() if "roleplay" in item]
        if given := notebook.metadata.get("coursekit", {}).get("minutes"):
            self.page.minutes, self.page.play_minutes = given, sum(plays)
        else:
            self.page.minutes = self._minutes(notebook, plays)
        return self.page

    def _fault(self, refused: Refused, cell: int | None = None) -> None:
        where = self.cell if cell is None else cell
        self.faults.append(NotebookFault(self.file, where, "", refused.found, f"Write {refused.write}"))

    def _data(self) -> dict[str, Any]:
        return {
            "course": content.COURSE_ID,
            "part": self.page.part,
            "notebook": self.page.name,
            "release": self.course.release(self.page.place),
            "items": self.hosts,
        }

    def _minutes(self, notebook: Any, plays: list[int]) -> int:
        words = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
        minutes = words / WORDS_A_MINUTE + MINUTES_AN_ITEM * (len(self.hosts) - len(plays)) + sum(plays)
        return max(5, 5 * round(minutes / 5))

    # Prose

    def _prose(self, cell: Any) -> str:
        done = self._rendered(cell.source, cell.get("attachments", {}))
        self.page.headings += done.headings
        if self.page.headings and not self.page.lead:
            self.page.lead = done.first_paragraph
        return done.html

    def _rendered(self, source: str, attachments: Any) -> prose.Prose:
        done = prose.render(source, self._link, lambda address: outputs.picture(address, self.file.parent, attachments))
        for problem in done.problems:
            self._fault(problem)
        return done

    def _link(self, address: str) -> str:
        """Links within the course lead to its pages, links elsewhere stay as they are, others are refused."""
        parts = urlsplit(address)
        if parts.scheme in ("http", "https", "mailto"):
            return address
        path, heading = unquote(parts.path), unquote(parts.fragment)
        if not parts.scheme and not parts.netloc and not path:
            self.links.append((self.cell, heading))
            return address
        here = self.page.place.split("/")[0]
        there = posixpath.normpath(posixpath.join(here, path)).removesuffix(".ipynb")
        if parts.scheme or parts.netloc or not path.endswith(".ipynb") or there not in self.course.notebooks:
            write = "a link to a notebook that is exported too, to a heading (#…), or to an address with https://"
            raise Refused(f"a link to {address}, which is not there on the exported pages", write)
        return f"{posixpath.relpath(there, here)}.html" + (f"#{parts.fragment}" if parts.fragment else "")

    def _check_headings(self) -> None:
        ids = [heading.id for heading in self.page.headings]
        for cell, there in self.links:
            if there in self.cited:
                self._check_citation(cell, there)
            elif there not in ids:
                self._fault(
                    Refused(f"a link to #{there}, and no such heading", "the heading, with hyphens for its spaces"),
                    cell,
                )
        for again in sorted({id for id in ids if ids.count(id) > 1}):
            self._fault(Refused(f"the heading {again.replace('-', ' ')!r} twice", "two headings that differ"))
        titles = [heading.text for heading in self.page.headings if heading.level == 1]
        if len(titles) == 1:
            self.page.title = titles[0]
        else:
            found = f"{len(titles)} headings with one #" if titles else "no title"
            self._fault(Refused(found, "one line `# Title`, in the first cell, and `##` for the headings below it"))

    def _check_citation(self, cell: int, row: str) -> None:
        if row not in evidence():
            self._fault(
                Refused(
                    f"a citation of {row}, which is no row of the evidence",
                    "the id of a row in course/data/evidence.csv",
                ),
                cell,
            )
        elif not self.references:
            self._fault(
                Refused(f"a citation of {row}, and no references", "`here.references()` in the last cell"), cell
            )

    # Code

    def _code(self, cell: Any) -> str:
        if cell.cell_type != "code" or not cell.source.strip():
            return ""
        called, others = calls(cell), [short(" ".join(one.split())) for one in foreign(cell)]
        if others and called:
            raise Refused(f"`{others[0]}` beside the course's own words", "nothing else in the cell")
        if others and not cell.get("outputs"):
            raise Refused(
                f"`{others[0]}`, which no page can run, and no stored output",
                f"{_VERBS}, or run the cell and save the notebook with its output",
            )
        if others:
            return outputs.stored(cell)
        return "\n".join(filter(None, (self._verb(call) for call in called)))

    def _verb(self, call: Call) -> str:
        named = str(call.argument)
        match call.verb:
            case "item" | "roleplay":
                return self._host(named)
            case "figure":
                return _figure(named)
            case "references":
                self.references = references_html(row for row in self.cited if row in evidence())
                return self.references
            case "submit":
                return _PANEL if self.page.part != "solution" else ""
            case _ if named != self.page.name:  # lesson(…) or exercise(…), which names the notebook
                raise Refused(f"{call.verb}({named!r})", f"{call.verb}({self.page.name!r}), the name of this file")
        return ""

    def _host(self, name: str) -> str:
        """The place of an item, with what can be read of it where scripts are switched off."""
        if self._items is None:
            return ""
        item = next((item for item in self._items if name in (item.id, getattr(item, "script", None))), None)
        if item is None:
            known = ", ".join(item.id for item in self._items)
            raise Refused(f"the item {name!r}, which the notebook's file of items does not have", f"one of {known}")
        if item.id in self.hosts:
            raise Refused(f"the item {item.id} a second time", "each item once")
        try:
            self.hosts[item.id] = self.course.definition(self.page.place, item)
        except ScriptFaults as faults:
            self.faults.append(faults)
        except FileNotFoundError as error:
            script = Path(str(error.filename)).name
            raise Refused(
                f"the role-play {name!r}, and no script {script} in course/roleplays", "it, or another name"
            ) from None
        key = key_html(item, self.file.parent / "rubrics") if self.page.part == "solution" else ""
        title, prompt = html.escape(curly(item.title)), self._rendered(item.prompt, {}).html
        return self._step_down() + _HOST.format(item.id, title, prompt) + key

    def _step_down(self) -> str:
        """Items have headings of the third level: where none of the second came before, one that is only heard."""
        if len(self.hosts) > 1 or any(heading.level > 1 for heading in self.page.headings):
            return ""
        return '<h2 class="page-hidden">To answer</h2>\n'

    @cached_property
    def _items(self) -> list[Item] | None:
        try:
            return self.course.items(self.page.place)
        except ItemFaults as faults:
            self.faults.append(faults)
            return None


_VERBS = "here.item(…), here.roleplay(…), here.figure(…), here.references() or here.submit()"


def _figure(name: str) -> str:
    try:
        drawn = figure(name)
    except KeyError as error:
        raise Refused(f"the figure {name!r}", f"a figure that there is. {error.args[0]}") from None
    caption = html.escape(curly(drawn.caption))
    return f'<figure class="page-figure">{drawn.svg}<figcaption>{caption}</figcaption></figure>'
