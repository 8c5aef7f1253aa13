"""How large exported pages are: each page, what of it is figures and items, and the files that pages share.

    python benchmarks/page_size.py

Limits: an exported lesson without its figures 80 kB, the shared files that it loads 100 kB when compressed (gzip, as a web
server sends them), and apart from these, for the page does not wait for it, 150 kB for the coder of written replies.
"""

import gzip
import re
import sys

from rich.console import Console
from rich.table import Table

from coursekit import content
from coursekit.pages import press
from coursekit.pages.course import Course
from coursekit.pages.document import Page, as_json
from coursekit.pages.setting import read_page

PAGE, SHARED, CODER = 80_000, 100_000, 150_000  # bytes


def parts(page: Page) -> dict[str, int]:
    """The bytes of a page of the site, of its figures and items, and of the role-plays it shares with other pages."""
    text = press.page(page, press.shared("../", page), site=True)
    whole = len(text.encode())
    figures = sum(len(figure.encode()) for figure in re.findall(r"<figure.*?</figure>", text, re.DOTALL))
    roleplays = sum(len(as_json(roleplay).encode()) for roleplay in page.roleplays.values())
    items = len(as_json(page.data["items"]).encode()) - roleplays
    packed = len(gzip.compress(text.encode(), 9))
    return {
        "whole": whole,
        "figures": figures,
        "without": whole - figures,
        "items": items,
        "packed": packed,
        "roleplays": roleplays,
    }


def kilo(size: int) -> str:
    return f"{size / 1000:.1f}"


def main() -> int:
    course = Course(content.root())
    pages = {place: read_page(file, course) for place, file in course.notebooks.items()}
    console = Console(width=120)
    table = Table(
        "page",
        "whole",
        "figures",
        "without figures",
        "of that items",
        "compressed",
        "its role-plays",
        title="Pages, kB",
    )
    over = []
    for place, page in pages.items():
        size = parts(page)
        table.add_row(
            place, *(kilo(size[name]) for name in ("whole", "figures", "without", "items", "packed", "roleplays"))
        )
        if size["without"] > PAGE:
            over.append(f"{place}: {kilo(size['without'])} kB without figures, and {kilo(PAGE)} kB are the limit.")
    console.print(table)
    shared = {name: text.encode() for name, text in press.shared_files(pages.values()).items()}
    packed = {name: len(gzip.compress(text, 9)) for name, text in shared.items()}
    for name, text in shared.items():
        console.print(f"{name}: {kilo(len(text))} kB, compressed {kilo(packed[name])} kB")
    for place, page in pages.items():
        loaded = sum(packed[name] for name in press.shared("", page).own if name != press.CODER)
        console.print(
            f"{place} loads {kilo(loaded)} kB of them compressed without the coder; {kilo(SHARED)} kB are the limit."
        )
        if loaded > SHARED:
            over.append(f"The shared files of {place} are over their limit.")
    if packed.get(press.CODER, 0) > CODER:
        over.append(f"The coder is {kilo(packed[press.CODER])} kB compressed, and {kilo(CODER)} kB are the limit.")
    console.print("\n".join(over) or "All within the limits.")
    return bool(over)


if __name__ == "__main__":
    sys.exit(main())
