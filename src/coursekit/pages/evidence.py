"""The findings the course cites: the rows of course/data/evidence.csv, read when they are needed."""

import csv
import re
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from coursekit import content


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
        """First author, or what stands for it, and year: `Larsson 2018`."""
        named = re.search(r"\(([^()]*\d{4})[^()]*\)$", self.label)
        if named:
            return named[1]
        first = re.match(r"([^\s,]+).*?\((\d{4})", self.citation)
        return f"{first[1]} {first[2]}" if first else self.citation


@cache
def evidence(path: Path | None = None) -> dict[str, Row]:
    """The rows by id, of the course's table or of the one at `path`. Raises FileNotFoundError where it is missing."""
    path = path or content.course() / "data" / "evidence.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: Row.model_validate(row) for row in csv.DictReader(file)}
