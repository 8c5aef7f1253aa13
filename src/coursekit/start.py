"""A trainee's working copy: laid out once, brought up to date later, never overwritten, and opened in JupyterLab."""

import hashlib
import json
import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat.sign import NotebookNotary

from coursekit import content
from coursekit.exercises.notebooks import opens_panel
from coursekit.files import write_whole
from coursekit.working_copy import MARKER, Marker, WorkingCopyError, read_marker

LABEXTENSIONS = Path(__file__).parent / "labextension"


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
    Raises WorkingCopyError when the folder cannot hold a working copy.
    """
    folder = folder.expanduser().resolve()
    if folder == content.root():
        raise WorkingCopyError(f"{folder} is the course itself. Name another folder: coursekit start my-course")
    layout = Layout(folder)
    try:
        for part in ("course", "exercises", "answers"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        marker = read_marker(folder)
        for shipped in _shipped_notebooks():
            _lay_out_notebook(shipped, layout, marker)
        write_whole(folder / MARKER, marker.model_dump_json(indent=1) + "\n")
    except (FileExistsError, NotADirectoryError) as fault:
        raise WorkingCopyError(
            f"{fault.filename} is a file, and a folder is needed there. Rename it, or name another folder: "
            "coursekit start my-course"
        ) from fault
    except OSError as fault:
        raise WorkingCopyError(
            f"{fault.filename or folder} cannot be written ({fault.strerror}). Name a folder in which you may write: "
            "coursekit start my-course"
        ) from fault
    return layout


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
        present = _read_hers(target)
        if present is None:
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
    for cell in notebook.cells:
        # A key pressed by mistake changes nothing of the course's; cells of her own can be added and changed.
        cell.metadata.update(editable=False, deletable=False)
    write_whole(target, nbformat.writes(notebook) + "\n")
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


def _read_hers(path: Path) -> Any | None:
    """A notebook of the trainee's, or None where the file is no notebook."""
    try:
        return _read(path)
    except OSError:
        raise
    except Exception:  # nbformat raises whatever its parts happen to run into
        return None


def cells_digest(notebook: Any) -> str:
    """SHA-256 over the type and source of each cell: outputs and metadata do not count."""
    cells = [[cell.cell_type, cell.source] for cell in notebook.cells]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def trust(page: Path) -> bool:
    """Sign the instructor's notebook as trusted, so that it is alive when it opens, and return whether that was done.

    Only where its cells do nothing but open the panel, and hold no outputs of somebody else's: what else stands there was not
    written by the course, and JupyterLab asks. Raises OSError when there is no such file, WorkingCopyError when it is no notebook.
    """
    notebook = _read_hers(page)
    if notebook is None:
        raise WorkingCopyError(f"{page} cannot be read as a notebook. Copy it anew from the solutions of the course.")
    notary = NotebookNotary()
    if notary.check_signature(notebook):
        return True
    own = all(opens_panel(cell.source) and not cell.outputs for cell in notebook.cells if cell.cell_type == "code")
    if own:
        notary.sign(notebook)
    return own


def has_screen() -> bool:
    """Whether a browser can be opened here: on Linux a display is needed, elsewhere there is one."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def server_settings(folder: Path) -> dict[str, dict[str, Any]]:
    """The settings of a Jupyter server for a working copy, as traitlets' `class → option → value`.

    The course's own extension is found also where it is not installed in the environment (as in a checkout). It
    switches Jupyter's news and look for updates off; with the list of extensions gone too, the server asks nothing of
    the outside. What server and kernel say to each other is encrypted where the system can.
    """
    import zmq

    return {
        "ServerApp": {
            "root_dir": str(folder),
            "open_browser": has_screen(),
            "allow_root": True,
            "log_level": "WARN",
        },
        "LabServerApp": {"extra_labextensions_path": [str(LABEXTENSIONS)], "log_level": "WARN"},
        "LabApp": {"extension_manager": "readonly"},
        # Kernels of pages that were closed end after half an hour; a page that is open keeps its own.
        "MappingKernelManager": {"cull_idle_timeout": 1800, "cull_interval": 300, "cull_connected": False},
        "KernelManager": {"transport_encryption": "auto"} if zmq.has("curve") else {},
    }


def open_lab(folder: Path, page: str | None) -> None:
    """Starts JupyterLab in `folder`, opens `page` (a path in it) or prints its address, and runs until stopped."""
    from jupyterlab.labapp import LabApp
    from traitlets.config import Config

    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    place = f"/lab/tree/{page}" if page else "/lab"
    settings = Config(server_settings(folder))
    settings.LabApp.default_url = place
    settings.IdentityProvider.token = token
    server = LabApp.initialize_server(config=settings)
    address = f"{server.connection_url.rstrip('/')}{place}?token={token}"
    opens = "The course opens in your browser. If it does not, its address is"
    print(opens if has_screen() else "There is no screen here. Open the course in a browser; its address is")
    print(f"\n    {address}\n\nTo stop it, press Control-C here twice.", flush=True)
    server.start()
