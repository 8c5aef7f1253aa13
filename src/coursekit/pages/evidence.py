"""The findings the course cites: the rows of course/data/evidence.csv, read when they are needed."""

import csv
import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from coursekit import content

_SURNAME = re.compile(r"([A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,2}) [A-Z]{1,4}(?: Jr)?")
"""An author as the citations write one: `Kivlighan DM Jr`."""


class Row(BaseModel):
    """One finding, concept or misconception; an empty field was not seen in a public record.

    ``es`` is the effect in the unit that ``es_type`` names, ``ci_low`` and ``ci_high`` its 95% interval (where
    ``caution`` does not say otherwise), ``caution`` what must be kept to when the row is told or drawn.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    section: str
    topic: str
    label: str
    statement: str
    es_type: str
    es: str
    ci_low: str
    ci_high: str
    k_studies: str
    n: str
    i2: str
    extra: str
    citation: str
    doi: str
    doi_status: str
    level: str
    caution: str

    @property
    def interval(self) -> tuple[float, float] | None:
        """The lower and upper limit, or None where no interval was seen."""
        return (float(self.ci_low), float(self.ci_high)) if self.ci_low and self.ci_high else None

    @property
    def short(self) -> str:
        """The authors, or what stands for them, and the year: `Larsson et al., 2018`, `Safran & Muran, 2000`, `BMC 2012`."""
        by = re.match(r"([^()]+?) \((\d{4})[^()]*\)|([^().]+)\. ", self.citation)
        if by:
            authors = (by[1] or by[3]).split(", ")
            names = [_SURNAME.fullmatch(author) for author in authors if author != "et al."]
            year = f", {by[2]}" if by[2] else ""
            if names and all(names):
                surnames = [name[1] for name in names if name]
                more = len(surnames) > 2 or "et al." in authors
                return (f"{surnames[0]} et al." if more else " & ".join(surnames)) + year
            if re.search(r" (et al\.|& \S+)$", by[1] or ""):
                return f"{by[1]}{year}"
        named = re.search(r"\(([^()]*\d{4})[^()]*\)$", self.label)
        return named[1] if named else self.citation.rstrip(".")


@cache
def evidence(path: Path | None = None) -> dict[str, Row]:
    """The rows by id, of the course's table or of the one at `path`. Raises FileNotFoundError where it is missing."""
    path = path or content.course() / "data" / "evidence.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: Row.model_validate(row) for row in csv.DictReader(file)}
