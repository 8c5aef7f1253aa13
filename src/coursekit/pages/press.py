"""Prints a page: template, style, script and the policy that lets nothing in from outside."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from coursekit import __version__
from coursekit.pages import assets
from coursekit.pages.document import Page
from coursekit.pages.offline import asked_for
from coursekit.pages.printing import TEMPLATES, template

COURSE_TITLE = "The therapeutic relationship"
GENERATOR = "coursekit"
SCRIPT, STYLE, THEME = "assets/course.js", "assets/course.css", "assets/theme.js"
ROLEPLAY = "assets/roleplays/{}.js"
"""The files that the pages of a site share."""

_KICKERS = {"lesson": "Lesson", "exercise": "Exercise", "solution": "Solution"}


class CallsOut(Exception):
    """A page that would ask something of the outside."""


@dataclass(frozen=True)
class Files:
    """How a page gets style and script: HTML for its `head` and `foot`, its `policy`, the `own` addresses in it."""

    head: Markup
    foot: Markup
    policy: str
    own: tuple[str, ...] = ()

    @property
    def inlined(self) -> bool:
        """Whether all is in the page itself."""
        return not self.own


def page(page: Page, files: Files, **around: Any) -> str:
    """The whole page as HTML. `around`: whether in a `site`, and the pages `previous`, `next`, `partner`.

    Raises CallsOut when it would ask for anything but `files.own`.
    """
    around = {"site": False, "previous": None, "next": None, "partner": None} | around
    kicker = f"{_KICKERS[page.part]} {page.number.lstrip('0') or page.number}".strip()
    contents = [heading for heading in page.headings if heading.level == 2]
    return _printed(
        "page.html",
        files,
        page.place,
        page=page,
        kicker=kicker,
        contents=contents,
        data=page.json(files.inlined),
        **around,
    )


def index(modules: list[dict[str, Page | None]], files: Files) -> str:
    """The first page of a site. Raises CallsOut."""
    return _printed("index.html", files, "index.html", modules=modules)


def shared(up: str, roleplays: Iterable[str] = ()) -> Files:
    """Style, script and the scripts of role-plays from the site's own files; `up` is the way there, "" or "../"."""
    scripts = [up + SCRIPT if name is None else up + ROLEPLAY.format(name) for name in (*roleplays, None)]
    head = Markup('<link rel="stylesheet" href="{}">\n<script src="{}"></script>').format(up + STYLE, up + THEME)
    foot = Markup("\n").join(Markup('<script src="{}"></script>').format(script) for script in scripts)
    return Files(head, foot, _policy("'self' file:", "'self' file:"), (up + STYLE, up + THEME, *scripts))


def inlined() -> Files:
    """Style and script in the page itself, for a page that is one file."""
    head = Markup("<style>\n{}\n</style>\n<script>{}</script>").format(Markup(style()), Markup(theme()))
    foot = Markup("<script>{}</script>").format(Markup(script()))
    return Files(head, foot, _policy(f"{_digest(theme())} {_digest(script())}", ""))


def shared_files(pages: Iterable[Page]) -> dict[str, str]:
    """The files that `shared` names, for these pages, with their text."""
    roleplays = {name: script for page in pages for name, script in page.roleplays.items()}
    files = {ROLEPLAY.format(name): _put_into_shared(f"roleplays/{name}", script) for name, script in roleplays.items()}
    return {SCRIPT: script(), STYLE: style(), THEME: theme()} | files


def _put_into_shared(name: str, value: Any) -> str:
    return f"(window.ckShared = window.ckShared || {{}})[{assets.as_json(name)}] = {assets.as_json(value)};\n"


@cache
def script() -> str:
    """The classic script of all views, which starts them on a page, with the codebook that they name replies by."""
    return _put_into_shared("codebook", assets.vocabulary()) + assets.classic()


@cache
def theme() -> str:
    """The script that sets light or dark before anything is drawn."""
    return assets.safe((TEMPLATES / "theme.js").read_text(encoding="utf-8"))


@cache
def style() -> str:
    """The style sheet of pages and items."""
    return assets.style() + assets.safe((TEMPLATES / "page.css").read_text(encoding="utf-8"))


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _policy(scripts: str, styles: str) -> str:
    """Nothing from anywhere; styles also inline, since figures and plots have them on their elements."""
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles} 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    ).replace("  ", " ")


def _printed(form: str, files: Files, name: str, **values: Any) -> str:
    text = template(form).render(files=files, version=__version__, course=COURSE_TITLE, **values)
    if outside := [asked for asked in asked_for(text) if asked not in files.own]:
        raise CallsOut(
            f"{name}: the page would ask for {', '.join(outside)}. Exported pages need nothing from elsewhere: "
            "take it out, or put a picture into a file beside the notebook."
        )
    return text
