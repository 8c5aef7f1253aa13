"""The last look before a release is written: whether any text of a key stands in what trainees will get."""

import json
import re
from collections.abc import Iterator
from typing import Any

from coursekit.codebook import MARKERS, THERAPIST_CODES
from coursekit.exercises.items import Item

# Shorter texts ("No.") stand in any exercise by chance; a paragraph has more of its own to be known by.
_TEXT = 12
_PARAGRAPH = 40
# Names of codes are on offer to everybody; which utterance carries one is what a key keeps.
_ON_OFFER = frozenset({*THERAPIST_CODES, *MARKERS})


def leaks(files: dict[str, str], items: list[Item], dropped: list[tuple[str, str]]) -> Iterator[str]:
    """Where texts of keys, and paragraphs of what is dropped, stand in the files to be written.

    `files` is path → JSON text, below exercises/; `dropped` holds pairs of place and text: the cells that are not
    kept, the rubrics. Compared without regard to case, spacing, emphasis and quotation marks. Dropped paragraphs
    are sought in notebooks only, because notes may quote an item.
    """
    shown = {path: _plain("\n".join(_all_texts(json.loads(text)))) for path, text in files.items()}
    notebooks = {path: text for path, text in shown.items() if path.endswith(".ipynb")}
    secrets = [(place, text, shown) for item in items for place, text in _key_texts(item)]
    secrets += [(place, text, notebooks) for place, whole in dropped for text in _paragraphs(whole)]
    for place, secret, where in secrets:
        for path, text in where.items():
            if secret in text:
                yield (
                    f"{place}: found in what would be exercises/{path}, too: “{secret[:60]}”. "
                    "Take it out of what trainees get, or word one of the two differently."
                )


def _key_texts(item: Item) -> Iterator[tuple[str, str]]:
    if item.key is None:
        return
    for text in _all_texts(item.key.model_dump(mode="json", exclude={"provenance", "rubric", "marked_by"})):
        if text not in _ON_OFFER and len(plain := _plain(text)) >= _TEXT:
            yield f"The key of the item {item.id}", plain


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*>#]|\d+\.))", text):
        if len(plain := _plain(paragraph)) >= _PARAGRAPH:
            yield plain


def _all_texts(value: Any) -> Iterator[str]:
    """Every text in JSON data; the lines of a cell's source as one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _all_texts(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from [name, "".join(part)] if name == "source" else [name, *_all_texts(part)]


def _plain(text: str) -> str:
    text = re.sub(r"[*_`~#>“”„‟\"‘’']", "", text.casefold())
    return re.sub(r"\s+", " ", text).strip(" .!?…:;,-")
