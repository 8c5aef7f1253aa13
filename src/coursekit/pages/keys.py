"""The key of an item as instructors read it, with its rubric, below the item on their own pages."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Template
from markupsafe import Markup

from coursekit.exercises.items import Item, Written
from coursekit.pages.assets import vocabulary
from coursekit.pages.offline import Refused
from coursekit.pages.printing import template
from coursekit.pages.prose import inline, render


def key_html(item: Item, rubrics: Path) -> str:
    """The key with a reason for each of its parts, folded; nothing for an item without one.

    `rubrics` is the folder with the rubrics of written replies. Raises Refused where one is missing.
    """
    if item.key is None:
        return ""
    named = item.key.rubric if isinstance(item, Written) and item.key else None
    return _template().render(item=item, rubric=Markup(_rubric(rubrics / f"{named}.md")) if named else None)


def _rubric(path: Path) -> str:
    """A rubric as HTML whose headings stand below that of its item."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        raise Refused(f"the rubric {path.stem}, and no {path.name} in {path.parent}", "it, or another name") from None
    done = render(text, str, str)
    if done.problems:
        raise done.problems[0]
    return re.sub(r'<(/?)h[1-6](?: id="[^"]*")?>', r"<\1h4>", done.html)


@cache
def _template() -> Template:
    return template(
        "key.html",
        inline=lambda text: Markup(inline(text)),
        code=lambda code: vocabulary()[code]["name"] if code in vocabulary() else "nothing to mark",
    )
