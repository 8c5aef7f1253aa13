"""The references of a page: the findings it cites by the ids of their rows, as a list that its links lead to.

A lesson cites in its Markdown with a link to a row, `[Eubanks et al., 2018](#A039)`.
"""

import html
import re
from collections.abc import Iterable
from pathlib import Path

from coursekit.pages.evidence import Row, evidence

_CITED = re.compile(r"\]\(#([A-Z]\d{2,3})\)")
_AS_ABOVE = re.compile(r"\((\d{4})\), as above\.?$")


def cited_ids(markdown: str) -> list[str]:
    """The ids of the rows that a text cites, each once, in the order of the text."""
    return list(dict.fromkeys(_CITED.findall(markdown)))


def references_html(ids: Iterable[str], evidence_path: Path | None = None) -> str:
    """The cited works as an HTML list in the order of their authors; each entry has the ids of its rows, so links lead to it.

    Rows that cite the same work share an entry. `evidence_path`: a table of evidence, by default the course's own.
    Raises KeyError for an id that is in no row, with the id.
    """
    rows = evidence(evidence_path)
    works: dict[str, list[Row]] = {}
    for row_id in dict.fromkeys(ids):
        works.setdefault(_work(rows[row_id], rows).citation, []).append(rows[row_id])
    if not works:
        return ""
    entries = "\n".join(_entry(citation, works[citation], rows) for citation in sorted(works, key=str.casefold))
    return f'<ul class="ck-references">\n{entries}\n</ul>'


def _work(row: Row, rows: dict[str, Row]) -> Row:
    """The row that gives in full what this one cites "as above"."""
    found = _AS_ABOVE.search(row.citation)
    if not found:
        return row
    author = re.split(r"[ ,]", row.citation, maxsplit=1)[0]
    full = (other for other in rows.values() if other.citation.startswith(author) and f"({found[1]})" in other.citation)
    return next((other for other in full if not _AS_ABOVE.search(other.citation)), row)


def _entry(citation: str, rows: list[Row], table: dict[str, Row]) -> str:
    first, *others = rows
    doi = next((row.doi for row in [*rows, _work(first, table)] if row.doi), "")
    link = f' <a href="https://doi.org/{html.escape(doi)}">doi:{html.escape(doi)}</a>' if doi else ""
    quoted = " (Read as quoted elsewhere.)" if any(row.level == "SECONDARY" for row in rows) else ""
    anchors = "".join(f'<span id="{row.id}"></span>' for row in others)
    return f'<li id="{first.id}">{anchors}{html.escape(citation, quote=False)}{link}{quoted}</li>'
