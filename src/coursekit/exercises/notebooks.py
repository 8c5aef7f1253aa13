"""What the course reads of a notebook: which of its own verbs the cells call, and whether it is as it must be.

Nothing else of a notebook is interpreted, and nothing in it is executed here.
"""

import ast
import io
import json
import re
import tokenize
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OPENERS = ("lesson", "exercise")
VERBS = {"item": True, "roleplay": True, "figure": True, "references": False, "submit": False}
"""The course's verbs, and whether they name something: `here.item("06-e1")`, `here.submit()`."""

HINT_TAG = "coursekit-hint"
"""A cell that says how to start by hand; not shown once the notebook is alive."""

_NOTEBOOK_METADATA = {"kernelspec", "language_info", "coursekit"}
_CELL_METADATA = {"tags", "jupyter", "editable", "deletable", "coursekit"}
_FOLDING = {"source_hidden", "outputs_hidden"}
_MEANING = {"claims", "misconceptions"}


@dataclass(frozen=True)
class Call:
    """A call of one of the course's verbs, and what it names, if anything."""

    verb: str
    argument: str | None = None


@dataclass(frozen=True)
class NotebookFault:
    """What is wrong in a notebook: where (cell from 1; 0 for the notebook itself), what was found, what to do."""

    path: Path
    cell: int
    id: str
    found: str
    do: str

    def __str__(self) -> str:
        place = f", cell {self.cell}" if self.cell else ""
        name = f" (id {self.id})" if self.id else ""
        return f"{self.path}{place}{name}: found {self.found}. {self.do}."


class NotebookFaults(Exception):
    """All faults of one or several notebooks."""

    def __init__(self, faults: list[NotebookFault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


# What the cells call


def source(cell: Mapping[str, Any]) -> str:
    """The text of a cell, which a notebook file may keep as a list of lines."""
    text = cell.get("source", "")
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def calls(cell: Mapping[str, Any]) -> list[Call]:
    """The course's verbs that a code cell calls, in order: `here.item("06-e1")`, and `here = exercise("06_…")`.

    Whatever else stands in the cell is passed over; `foreign` names it.
    """
    if cell.get("cell_type") != "code":
        return []
    return [call for statement in _statements(source(cell)) if (call := _call(statement))]


def foreign(cell: Mapping[str, Any]) -> list[str]:
    """What stands in a code cell beside the course's own words: statements and comments, as text."""
    text = source(cell)
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return [text.strip()]
    found = [ast.unparse(statement) for statement in statements if not (_call(statement) or _imports(statement))]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return found + [token.string for token in tokens if token.type == tokenize.COMMENT]


def opens_panel(text: str) -> bool:
    """Whether a cell's text does nothing but open the instructor's panel: `instructor()`, or with plain texts for its folders."""
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return False
    return all(_opens_panel(statement) for statement in statements)


def _opens_panel(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.ImportFrom):
        named = [(name.name, name.asname) for name in statement.names]
        return statement.module == "coursekit" and not statement.level and named == [("instructor", None)]
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    call = statement.value
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    plain = all(isinstance(value, ast.Constant) for value in given)
    return isinstance(call.func, ast.Name) and call.func.id == "instructor" and plain


def _statements(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return []


def _imports(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.ImportFrom) or statement.module != "coursekit" or statement.level:
        return False
    return all(name.name in OPENERS and name.asname is None for name in statement.names)


def _call(statement: ast.stmt) -> Call | None:
    if not isinstance(statement, (ast.Expr, ast.Assign)) or not isinstance(statement.value, ast.Call):
        return None
    function, arguments = statement.value.func, _texts(statement.value)
    if isinstance(statement, ast.Assign):
        opens = isinstance(function, ast.Name) and function.id in OPENERS
        named = len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
        if opens and named and arguments is not None and len(arguments) == 1:
            return Call(function.id, arguments[0])  # type: ignore[attr-defined]
        return None
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return None
    if arguments is None or function.attr not in VERBS or len(arguments) != VERBS[function.attr]:
        return None
    return Call(function.attr, arguments[0] if arguments else None)


def _texts(call: ast.Call) -> list[str] | None:
    """The arguments of a call, if all are plain texts."""
    texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
    plain = len(texts) == len(call.args) and all(isinstance(text, str) for text in texts)
    return texts if plain and not call.keywords else None  # type: ignore[return-value]


# Whether it is as it must be


def read_notebook(path: Path | str, tags: Collection[str] | None = None) -> dict[str, Any]:
    """A committed notebook as it stands in its file: format 4.5, stable cell ids, no outputs, known metadata.

    `tags` is a closed list of which each cell must carry exactly one (beside HINT_TAG, which any text cell may
    carry); without it no other tag is known. Raises NotebookFaults with all that is wrong.
    """
    path = Path(path)
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = notebook["cells"]
        whole = all(isinstance(cell["metadata"], dict) and cell["cell_type"] for cell in cells)
        whole = whole and isinstance(notebook["metadata"], dict)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        found = f"what is not a notebook ({error})"
        raise NotebookFaults([NotebookFault(path, 0, "", found, "Save it again in JupyterLab")]) from None
    if not whole:
        found = "cells without a kind or metadata"
        raise NotebookFaults([NotebookFault(path, 0, "", found, "Save it again in JupyterLab")])
    faults = [NotebookFault(path, 0, "", *fault) for fault in _notebook_faults(notebook)]
    for number, cell in enumerate(cells, 1):
        found_in = (*_cell_faults(cell), *_tag_faults(cell, tags))
        faults += [NotebookFault(path, number, str(cell.get("id", "")), *fault) for fault in found_in]
    if faults:
        raise NotebookFaults(faults)
    return notebook


def _notebook_faults(notebook: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if notebook.get("nbformat") != 4 or notebook.get("nbformat_minor", 0) < 5:
        yield "a notebook format before 4.5", "Save it in JupyterLab 4, which gives each cell an id"
    for name in sorted(set(notebook) - {"cells", "metadata", "nbformat", "nbformat_minor"}):
        yield f"`{name}`, which is no part of a notebook", "Take it out"
    for name in sorted(set(notebook["metadata"]) - _NOTEBOOK_METADATA):
        yield f"notebook metadata `{name}`", f"Take it out; known are {_list(_NOTEBOOK_METADATA)}"
    ids = Counter(str(cell.get("id", "")) for cell in notebook["cells"])
    for name, count in ids.items():
        if name and count > 1:
            yield f"the cell id {name} {count} times", "Give each cell an id of its own"


def _cell_faults(cell: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(cell.get("id", ""))):
        yield "no cell id", "Save the notebook in JupyterLab 4, which gives each cell one"
    if cell["cell_type"] not in ("markdown", "code"):
        yield f"a {cell['cell_type']} cell", "Make it a text or a code cell"
    if cell.get("outputs"):
        yield "outputs", "Clear them (Edit, Clear Outputs of All Cells) and save"
    if cell.get("attachments"):
        yield "an attachment", "Take the pasted picture out; figures are drawn by here.figure(…)"
    known = {"id", "cell_type", "source", "metadata", "outputs", "execution_count", "attachments"}
    for name in sorted(set(cell) - known):
        yield f"`{name}`, which is no part of a cell", "Take it out"
    metadata = cell["metadata"]
    for name in sorted(set(metadata) - _CELL_METADATA):
        yield f"cell metadata `{name}`", f"Take it out; known are {_list(_CELL_METADATA)}"
    for name, inside in (("jupyter", _FOLDING), ("coursekit", _MEANING)):
        below = metadata.get(name, {})
        if not isinstance(below, dict) or set(below) - inside:
            yield f"cell metadata `{name}` = {json.dumps(below)}", f"Known below it are {_list(inside)}"


def _tag_faults(cell: dict[str, Any], tags: Collection[str] | None) -> Iterator[tuple[str, str]]:
    found = cell["metadata"].get("tags", [])
    if not isinstance(found, list) or not all(isinstance(tag, str) for tag in found):
        yield f"tags that are not a list of words: {json.dumps(found)}", "Write them again in JupyterLab"
        return
    if HINT_TAG in found and cell["cell_type"] == "markdown":
        found = [tag for tag in found if tag != HINT_TAG]
    if unknown := [tag for tag in found if tag not in (tags or ())]:
        yield f"the tag {_list(unknown)}", f"Known are {_list(tags)}" if tags else "Take it out"
    elif tags and not found:
        yield "no tag", f"Give the cell one of {_list(tags)}"
    elif len(found) > 1:
        yield f"the tags {_list(found)}", "Leave one of them"


def _list(names: Collection[str]) -> str:
    return ", ".join(names if isinstance(names, (list, tuple)) else sorted(names))
