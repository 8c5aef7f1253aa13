"""A trainee's working copy: laid out once, brought up to date later, never overwritten, and opened in JupyterLab."""

import hashlib
import json
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import nbformat
from nbformat.sign import NotebookNotary
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coursekit import content

MARKER = ".coursekit.json"
LABEXTENSIONS = Path(__file__).parent / "labextension"


class StartError(Exception):
    """The working copy cannot be laid out; the text says why and what to do."""


class Marker(BaseModel):
    """What `.coursekit.json` holds: whose copy this is, and what was laid out in it."""

    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = 1
    course: Literal["therapeutic-relationship"] = content.COURSE_ID
    trainee: str = Field(default_factory=lambda: secrets.token_hex(8), pattern="^[0-9a-f]{16}$")
    notebooks: dict[str, str] = Field(default_factory=dict)
    """For each notebook (its path in the working copy), the digest of its cells as laid out."""


@dataclass
class Layout:
    """What `lay_out` did. The lists hold paths relative to `folder`, such as `course/06_rupture_and_repair.ipynb`."""

    folder: Path
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    """Notebooks that were left as they are, each with a sentence that says why."""

    def first_page(self) -> str | None:
        """The notebook to open first: the earliest lesson, or None where the course has none."""
        pages = sorted([*self.new, *self.updated, *self.unchanged, *self.kept])
        return pages[0] if pages else None


def lay_out(folder: Path) -> Layout:
    """Lays out or brings up to date the trainee's working copy in `folder`.

    In: any folder, there or not. Out: what was done with each notebook. A notebook whose cells are as they were
    laid out is replaced when the course has another version; one that the trainee has changed is kept.
    Raises StartError when the folder cannot hold a working copy.
    """
    folder = folder.expanduser().resolve()
    if folder == content.root():
        raise StartError(f"{folder} is the course itself. Name another folder: coursekit start my-course")
    layout = Layout(folder)
    try:
        for part in ("course", "exercises", "answers"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        marker = read_marker(folder)
        for shipped in _shipped_notebooks():
            _lay_out_notebook(shipped, layout, marker)
        _write(folder / MARKER, marker.model_dump_json(indent=1) + "\n")
    except (FileExistsError, NotADirectoryError) as fault:
        raise StartError(
            f"{fault.filename} is a file, and a folder is needed there. Rename it, or name another folder: "
            "coursekit start my-course"
        ) from fault
    except OSError as fault:
        raise StartError(
            f"{fault.filename or folder} cannot be written ({fault.strerror}). Name a folder in which you may write: "
            "coursekit start my-course"
        ) from fault
    return layout


def read_marker(folder: Path) -> Marker:
    """The marker of a working copy, or a new one with a new random trainee id where there is none.

    Raises StartError when it is there and cannot be read.
    """
    path = folder / MARKER
    if not path.exists():
        return Marker()
    try:
        return Marker.model_validate_json(path.read_bytes())
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise StartError(
            f"{path} is damaged ({where}: {first['msg']}). It holds no answers, only your number in the course. "
            "Put back an older copy of it, or delete it and start again: you then get a new number, and "
            "your answers stay."
        ) from fault


def _shipped_notebooks() -> list[Path]:
    return sorted(content.course().glob("*.ipynb")) + sorted(content.exercises().glob("*.ipynb"))


def _lay_out_notebook(shipped: Path, layout: Layout, marker: Marker) -> None:
    name = f"{shipped.parent.name}/{shipped.name}"
    target = layout.folder / name
    notebook = _read(shipped)
    digest = cells_digest(notebook)
    if not target.exists():
        layout.new.append(name)
    else:
        try:
            present = _read(target)
        except (ValueError, AttributeError, KeyError, nbformat.ValidationError):
            layout.kept[name] = "it cannot be read as a notebook. Rename it and start again to get the course's page."
            return
        if cells_digest(present) == digest and NotebookNotary().check_signature(present):
            marker.notebooks[name] = digest
            layout.unchanged.append(name)
            return
        if cells_digest(present) not in (digest, marker.notebooks.get(name)):
            layout.kept[name] = _why_kept(marker.notebooks.get(name) == digest)
            return
        layout.updated.append(name)
    _write(target, nbformat.writes(notebook) + "\n")
    NotebookNotary().sign(notebook)
    marker.notebooks[name] = digest


def _why_kept(is_current: bool) -> str:
    if is_current:
        return "you have changed this page; it stays as you left it."
    return (
        "you have changed this page; it stays as you left it. The course has a newer one: "
        "to get it, rename yours and start again."
    )


def _read(path: Path) -> Any:
    return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)


def cells_digest(notebook: Any) -> str:
    """SHA-256 over the type and source of each cell: outputs and metadata do not count."""
    cells = [[cell.cell_type, cell.source] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    """All or nothing: a crash leaves the old file or the new one."""
    unfinished = path.with_name(f".{path.name}.new")
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, path)


def has_screen() -> bool:
    """Whether a browser can be opened here: on Linux a display is needed, elsewhere there is one."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def server_settings(folder: Path) -> dict[str, dict[str, Any]]:
    """The settings of a Jupyter server for a working copy, as traitlets' `class → option → value`.

    The course's own extension is found also where it is not installed in the environment (as in a checkout). It
    switches Jupyter's news and look for updates off; with the list of extensions gone too, the server asks nothing of
    the outside.
    """
    return {
        "ServerApp": {
            "root_dir": str(folder),
            "open_browser": has_screen(),
            "allow_root": True,
            "log_level": "WARN",
        },
        "LabServerApp": {"extra_labextensions_path": [str(LABEXTENSIONS)]},
        "LabApp": {"extension_manager": "readonly"},
    }


def open_lab(folder: Path, page: str | None) -> None:
    """Starts JupyterLab in `folder`, opens `page` (a path in it) or prints its address, and runs until it is stopped."""
    from jupyterlab.labapp import LabApp
    from traitlets.config import Config

    settings = Config(server_settings(folder))
    settings.LabApp.default_url = f"/lab/tree/{page}" if page else "/lab"
    server = LabApp.initialize_server(config=settings)
    print(f"The course is open at\n\n    {server.connection_url}\n\nTo stop it, press Control-C here twice.", flush=True)
    server.start()
