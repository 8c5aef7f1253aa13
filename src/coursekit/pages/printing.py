"""The templates that pages are printed from."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

TEMPLATES = Path(__file__).parent / "templates"


@cache
def template(name: str, trim: bool = False, **filters: Callable[..., Any]) -> Template:
    """The template of that file name: what is put into it is escaped, and what it is not given is an error.

    `trim`: a line that holds only a statement leaves none on the page. `filters`: by the names that the template uses.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=trim,
        lstrip_blocks=trim,
    )
    environment.filters |= filters
    return environment.get_template(name)
