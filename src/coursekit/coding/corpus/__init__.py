"""The replies that the coder learns from: written and labelled for this course, situation by situation.

Each Markdown file beside this one holds situations; docs/the-coder.md has the format, the labels and where the text
comes from. Labels by others (a second pass, one day a panel) stand in `labels/*.csv`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from coursekit.codebook import THERAPIST_CODES
from coursekit.coding import OUTSIDE

FOLDER = Path(__file__).parent

LABELS = (*THERAPIST_CODES, *OUTSIDE)
CONTEXTS = ("calm", "withdrawal", "confrontation")
HELD_OUT = 6
"""One situation in so many is never trained on."""

_HEADING = re.compile(r"# (?P<id>[a-z]+-\d+) · (?P<context>\w+)")
_REPLY = re.compile(r"- (?P<label>[A-Za-z-]+)(?:, *(?P<second>[A-Za-z-]+))?: +(?P<text>\S.*)")


class CorpusFaults(Exception):
    """What is wrong with a file of the corpus, all of it: one sentence for a person each, with file and line."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Situation:
    """A client's line. ``background`` is what one must know to understand it, ``context`` one of :data:`CONTEXTS`."""

    id: str
    context: str
    background: str
    client: str

    @property
    def held_out(self) -> bool:
        """Whether it is kept for measuring. Decided by the id alone, so a new situation moves no old one."""
        return crc32(self.id.encode()) % HELD_OUT == 0


@dataclass(frozen=True)
class Example:
    """A therapist's reply in a situation, with the label it was written for and a second one, or ""."""

    situation: Situation
    text: str
    label: str
    second: str
    file: str
    line: int

    @property
    def place(self) -> tuple[str, str]:
        """Situation and text: what tells a reply from all others, and what raters' sheets name it by."""
        return self.situation.id, self.text


def read(path: Path) -> list[Example]:
    """The replies of one file. Raises :class:`CorpusFaults` with every fault in it, and OSError."""
    faults: list[str] = []
    examples = list(_examples(path, faults))
    if faults:
        raise CorpusFaults(faults)
    return examples


def read_all(folder: Path = FOLDER) -> list[Example]:
    """The replies of all files of a folder, in the order of the files' names. Raises :class:`CorpusFaults` and OSError."""
    faults: list[str] = []
    examples: list[Example] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        found = list(_examples(path, faults))
        examples += found
        for id in {example.situation.id for example in found}:
            if id in seen:
                faults.append(f"{path.name}: the situation “{id}” stands in {seen[id]} too. Give it another number.")
            seen[id] = path.name
    if not examples and not faults:
        faults.append("There are no replies here. The corpus is in the repository of the course, not in its package.")
    if faults:
        raise CorpusFaults(faults)
    return examples


def _examples(path: Path, faults: list[str]) -> Iterator[Example]:
    heading: dict[str, str] | None = None
    background = client = ""
    ids: set[str] = set()

    def fault(line: int, found: str, do: str) -> None:
        faults.append(f"{path.name}, line {line}: {found} {do}")

    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        if line.startswith("# "):
            match = _HEADING.fullmatch(line.strip())
            heading, background, client = (match.groupdict() if match else None), "", ""
            if not match or match["context"] not in CONTEXTS:
                fault(
                    number,
                    f"“{line}” is no heading of a situation.",
                    "Write `# xx-001 · calm` (or withdrawal, confrontation).",
                )
            elif match["id"] in ids:
                fault(number, f"the situation “{match['id']}” stands above already.", "Give it another number.")
            if match:
                ids.add(match["id"])
        elif line.startswith("> "):
            background = line[2:].strip()
        elif line.startswith("Client: "):
            client = line[8:].strip()
        elif line.startswith("- "):
            reply = _REPLY.fullmatch(line.strip())
            if not reply:
                fault(number, f"“{line[:50]}” is no reply.", "Write `- CODE: text` or `- CODE, SECOND: text`.")
            elif heading is None or not client:
                fault(number, "this reply has no client's line above it.", "Begin with a heading and `Client: …`.")
            elif unknown := [label for label in (reply["label"], reply["second"]) if label and label not in LABELS]:
                fault(number, f"“{unknown[0]}” is not a label.", f"Use one of {', '.join(LABELS)}.")
            elif reply["label"] == reply["second"]:
                fault(number, f"both labels are {reply['label']}.", "Leave out the second.")
            else:
                situation = Situation(heading["id"], heading["context"], background, client)
                yield Example(situation, reply["text"], reply["label"], reply["second"] or "", path.name, number)
        else:
            fault(number, f"“{line[:50]}” cannot be read.", "A line begins with `# `, `> `, `Client: ` or `- `.")


def read_sheets(examples: list[Example], folder: Path = FOLDER / "labels") -> dict[str, dict[tuple[str, str], str]]:
    """What raters called replies of the corpus: by rater (the file's name) and :attr:`Example.place`, the first label.

    A sheet is a CSV file with the columns situation, reply, primary; others are not read. A row without a label is not
    counted. Raises :class:`CorpusFaults` and OSError.
    """
    known = {example.place for example in examples}
    faults: list[str] = []
    sheets: dict[str, dict[tuple[str, str], str]] = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                place, label = (row.get("situation") or "", row.get("reply") or ""), (row.get("primary") or "").strip()
                if place not in known:
                    faults.append(f"{path.name}, row {number}: this reply does not stand in {place[0] or 'any situation'}. "
                                  "Take the row out, or copy situation and reply from the corpus.")  # fmt: skip
                elif label and label not in LABELS:
                    faults.append(
                        f"{path.name}, row {number}: “{label}” is not a label. Use one of {', '.join(LABELS)}."
                    )
                elif label:
                    sheets.setdefault(path.stem, {})[place] = label
    if faults:
        raise CorpusFaults(faults)
    return sheets
