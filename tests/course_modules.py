"""The modules of the course and what is due in each, for the tests of lessons, solutions and evidence; what they read of them."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from coursekit import content
from coursekit.exercises.items import load_items
from coursekit.exercises.kinds import Item
from coursekit.exercises.notebooks import calls, read_notebook, source
from coursekit.exercises.solutions import TAGS
from coursekit.pages.evidence import evidence
from coursekit.report.texts import LINK, strings

__all__ = ["LINK", "strings"]


def rows(first: int, last: int) -> frozenset[str]:
    return frozenset(f"E{number:02}" for number in range(first, last + 1))


@dataclass(frozen=True)
class Module:
    """What is due in a module: misconceptions, the scripts in the order of the lesson with their clients, the module of
    pages/figures, the rubric of the reply that a person marks, and who is met in the exercise and nowhere else."""

    name: str
    scripts: tuple[str, ...]
    clients: tuple[str, ...]
    figures: str
    misconceptions: frozenset[str] = frozenset()
    rubric: str = ""
    people: frozenset[str] = frozenset()
    minutes: int = 60

    @property
    def prefix(self) -> str:
        """What the ids of its items begin with."""
        return self.name[:2]


START = Module("00_start_here", scripts=("early",), clients=("Wilf",), figures="start_here", minutes=20)
ALLIANCE = Module(
    "03_the_therapeutic_alliance",
    misconceptions=rows(6, 13),
    scripts=("the-list", "a-polish-colleague"),
    clients=("Meera", "Danuta"),
    figures="alliance",
    rubric="03-blessing",
    people=frozenset({"Anton", "Wes", "Lorna", "Solveig", "Priya", "Castell", "Ines", "Hamish", "Blessing"}),
)
EMPATHY = Module(
    "05_empathy_and_empathic_failure",
    misconceptions=rows(23, 28),
    scripts=("the-lever-frame", "sunday-lunch"),
    clients=("Wilf", "Meera"),
    figures="empathy",
    rubric="05-rafe",
    people=frozenset({"Hal", "Amina", "Bridget", "Piotr", "Suki", "Gwil", "Ottilie", "Rafe"}),
)
RUPTURE_AND_REPAIR = Module(
    "06_rupture_and_repair",
    misconceptions=rows(29, 36),
    scripts=("the-usual-chair", "twelve-minutes"),
    clients=("Ruth", "Callum"),
    figures="rupture_and_repair",
    rubric="06-maxine",
    people=frozenset({"Kit", "Yasmin", "Bernadette", "Sefton", "Hana", "Idris", "Dilys", "Maxine"}),
)
TRANSFERENCE = Module(
    "07_transference",
    misconceptions=rows(37, 41) | {"E44"},
    scripts=("the-good-doctor", "quick-change"),
    clients=("Laurence", "Jonah"),
    figures="transference",
    rubric="07-mrs-lightbown",
    people=frozenset({"Elspeth", "Carol", "Nancy", "Jasper", "Dmitri", "Femi", "Yusuf", "Oona", "Lightbown"}),
)
MODULES = (ALLIANCE, EMPATHY, RUPTURE_AND_REPAIR, TRANSFERENCE)
"""Those with a whole lesson, an exercise and a solution."""


# What is read of them


class Notebook:
    """A lesson or a solution with its items."""

    def __init__(self, name: str, folder: str, items: str, tags: tuple[str, ...] | None = None):
        root = content.root() / folder
        self.name = name
        self.file = root / f"{name}.ipynb"
        self.item_file = root / items / f"{name}.toml"
        self.raw = read_notebook(self.file, tags)
        self.items: list[Item] = load_items(self.item_file)
        self.cells: list[dict[str, Any]] = self.raw["cells"]
        self.texts = [source(cell) for cell in self.cells if cell["cell_type"] == "markdown"]
        self.code = [cell for cell in self.cells if cell["cell_type"] == "code"]
        self.calls = [call for cell in self.code for call in calls(cell)]

    def of_kind(self, kind: str) -> list[Any]:
        return [item for item in self.items if item.kind == kind]

    @property
    def item_strings(self) -> list[str]:
        return [string for item in self.items for string in strings(item.model_dump())]

    def place(self, called: str) -> int:
        """Where the cell stands that calls an item."""
        return next(place for place, cell in enumerate(self.cells) if any(call.argument == called for call in calls(cell)))


@cache
def lesson(module: Module) -> Notebook:
    return Notebook(module.name, "course", "items")


@cache
def solution(module: Module) -> Notebook:
    return Notebook(module.name, "solutions", "keys", TAGS)


@cache
def exercise(module: Module) -> list[dict[str, Any]]:
    """The cells of an exercise as trainees get it."""
    return read_notebook(content.exercises() / f"{module.name}.ipynb")["cells"]


def present(*modules: Module, folder: str = "course") -> list[Module]:
    """Those whose notebook is there."""
    return [module for module in modules if (content.root() / folder / f"{module.name}.ipynb").is_file()]


# Numbers and where they are from

NUMBER = re.compile(r"\d[\d,]*\.?\d*|\.\d+")
STATISTIC = re.compile(r"\d ?%|\b[rdkp] ?= ?|(?<![\d.])\.\d\d|\d\.\d")


def paragraphs(texts: list[str]) -> list[str]:
    return [part for text in texts for part in re.split(r"\n\s*\n", text)]


def words(text: str) -> int:
    return len(LINK.sub(r"\1", text).split())


def numbers(text: str) -> set[float]:
    return {float(found.replace(",", "")) for found in NUMBER.findall(text.rstrip(".")) if found.strip(".,")}


def numbers_of(row: str) -> set[float]:
    return set().union(*(numbers(value) for value in evidence()[row].model_dump().values()))


def numbers_not_in_their_rows(paragraph: str) -> set[float]:
    """Numbers of a paragraph that cites that stand in none of the rows it cites."""
    cited = [row for _, row in LINK.findall(paragraph)]
    if not cited:
        return set()
    return numbers(LINK.sub("", paragraph).replace("`", "")) - set().union(*map(numbers_of, cited))


def years_not_of_their_rows(text: str) -> list[tuple[str, str]]:
    """Links that name another year than the citation of the row they lead to."""
    return [(name, row) for name, row in LINK.findall(text)
            if any(year not in evidence()[row].citation for year in re.findall(r"\d{4}", name))]  # fmt: skip
