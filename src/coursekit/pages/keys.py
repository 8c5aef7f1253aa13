"""The key of an item as instructors read it, below the item on their own pages."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from coursekit.exercises.items import Item
from coursekit.pages.assets import vocabulary
from coursekit.pages.prose import inline


def key_html(item: Item) -> str:
    """The key with a reason for each of its parts, folded; nothing for an item without one."""
    return _template().render(item=item) if item.key else ""


@cache
def _template():  # type: ignore[no-untyped-def]
    folder = FileSystemLoader(Path(__file__).parent / "templates")
    environment = Environment(loader=folder, autoescape=True, undefined=StrictUndefined)
    environment.filters["inline"] = lambda text: Markup(inline(text))
    environment.filters["code"] = lambda code: vocabulary()[code]["name"] if code in vocabulary() else "nothing to mark"
    return environment.get_template("key.html")
