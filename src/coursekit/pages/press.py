"""Prints a page: template, style, script and the policy that lets nothing in from outside."""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from coursekit import __version__
from coursekit.coding.coder import model
from coursekit.pages import assets, shrink
from coursekit.pages.document import Page
from coursekit.pages.offline import asked_for
from coursekit.pages.printing import TEMPLATES, template

COURSE_TITLE = "The therapeutic relationship"
GENERATOR = "coursekit"
SCRIPT, STYLE, THEME, CODER = "assets/course.js", "assets/course.css", "assets/theme.js", "assets/coder.js"
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


def shared(up: str, page: Page | None = None) -> Files:
    """What a page needs of the site's own files: style, script, its role-plays and, where it has words to read, the coder.

    `up` is the way to the files, "" or "../". The coder is large and comes when it comes: the page does not wait for it.
    """
    scripts = [*(up + ROLEPLAY.format(name) for name in (page.roleplays if page else ())), up + SCRIPT]
    coders = [up + CODER] if page and page.has_words_to_read else []
    head = Markup('<link rel="stylesheet" href="{}">\n<script src="{}"></script>').format(up + STYLE, up + THEME)
    tags = [Markup('<script src="{}"></script>').format(script) for script in scripts]
    tags += [Markup('<script async src="{}"></script>').format(script) for script in coders]
    own = (up + STYLE, up + THEME, *scripts, *coders)
    return Files(head, Markup("\n").join(tags), _policy("'self' file:", "'self' file:"), own)


def inlined(page: Page) -> Files:
    """Style, script and, where the page has words to read, the coder in the page itself, for a page that is one file."""
    scripts = [script(), *([coder()] if page.has_words_to_read else [])]
    head = Markup("<style>\n{}\n</style>\n<script>{}</script>").format(Markup(style()), Markup(theme()))
    foot = Markup("\n").join(Markup("<script>{}</script>").format(Markup(text)) for text in scripts)
    return Files(head, foot, _policy(" ".join(map(_digest, [theme(), *scripts])), ""))


def shared_files(pages: Collection[Page]) -> dict[str, str]:
    """The files that `shared` names, for these pages, with their text."""
    roleplays = {name: script for page in pages for name, script in page.roleplays.items()}
    files = {ROLEPLAY.format(name): _put_into_shared(f"roleplays/{name}", script) for name, script in roleplays.items()}
    coders = {CODER: coder()} if any(page.has_words_to_read for page in pages) else {}
    return {SCRIPT: script(), STYLE: style(), THEME: theme()} | coders | files


def _put_into_shared(name: str, value: Any) -> str:
    return f"(window.ckShared = window.ckShared || {{}})[{assets.as_json(name)}] = {assets.as_json(value)};\n"


@cache
def script() -> str:
    """The classic script of all views, which starts them on a page, with the codebook that they name replies by."""
    return _put_into_shared("codebook", assets.vocabulary()) + assets.classic()


@cache
def coder() -> str:
    """The script that gives a page what the coder of written replies knows: its model, which is data."""
    return _put_into_shared("coder", model())


@cache
def theme() -> str:
    """The script that sets light or dark before anything is drawn."""
    return assets.safe((TEMPLATES / "theme.js").read_text(encoding="utf-8"))


@cache
def style() -> str:
    """The style sheet of pages and items."""
    return assets.style() + assets.safe(shrink.style((TEMPLATES / "page.css").read_text(encoding="utf-8")))


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
