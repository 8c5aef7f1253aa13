"""What tests in a browser share: one Chromium, one Jupyter server, and a few verbs.

    def test_something(open_in_lab, lab, axe):
        page = open_in_lab("course/06_rupture_and_repair.ipynb")  # laid out by `coursekit start`; its cells have run
        page = open_in_lab("course/06_rupture_and_repair.ipynb", app="notebook")   # the same in Notebook 7
        lab.write_notebook("course/mine.ipynb", ["from coursekit import lesson"])  # a page of the test's own
        page.get_by_role("button", name="...").click()
        assert axe(page, ".my-subtree") == []

The server is what `coursekit start` starts, with settings, data and signatures of its own. A Lab page takes a few
seconds to load: where several tests look at one page without disturbing each other, make a fixture of module scope with
`lab.open(browser.new_context(), path)`. `page`, `context` and `browser` are those of pytest-playwright; for pages from
`file://` use `open_file`, with `site` or `sample_site` (site_fixture.py). After each test that used `open_in_lab` all
kernels are shut down.
"""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from instructor_fixture import a_class, opened, panel  # noqa: F401  (fixtures)
from nbformat.sign import NotebookNotary
from playwright.sync_api import BrowserContext, Page, expect
from site_fixture import open_file, sample_site, site  # noqa: F401  (fixtures)

# A machine with other work to do is slow, not wrong; what holds is seen as soon as ever.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium where there is one, otherwise Playwright's own; no calls home from the browser itself."""
    flags = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    found = shutil.which("chromium")
    return browser_type_launch_args | {"args": flags} | ({"executable_path": found} if found else {})


class Lab:
    """A running `coursekit start`: its folder, its pages, its kernels."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "my-course"
        self.token = secrets.token_hex(8)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "server.log"
        self._server: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        own = {
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.home / "runtime"),
            "IPYTHONDIR": str(self.home / "ipython"),
            "JUPYTER_PORT": str(self.port),
            "JUPYTER_TOKEN": self.token,
        }
        return {**os.environ, **own, "DISPLAY": "", "WAYLAND_DISPLAY": ""}

    def verb(self) -> list[str]:
        """What `coursekit` is asked for."""
        return ["start", str(self.folder)]

    def start(self) -> None:
        """Lays out the working copy and serves it, as a trainee would: with `coursekit start`."""
        command = [sys.executable, "-m", "coursekit", *self.verb()]
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.home
            )
        deadline = time.monotonic() + 60
        while self._server.poll() is None and time.monotonic() < deadline:
            try:
                self.call("/api/status")
                return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise RuntimeError(f"The Jupyter server did not start:\n{self.log.read_text()}")

    def stop(self) -> None:
        """Ends the server with its kernels."""
        if self._server:
            self._server.terminate()
            self._server.wait(timeout=60)

    def call(self, path: str, method: str = "GET") -> Any:
        """What the server's REST interface answers."""
        headers = {"Authorization": f"token {self.token}"}
        with urllib.request.urlopen(urllib.request.Request(self.url + path, method=method, headers=headers)) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def shut_down_kernels(self) -> None:
        for session in self.call("/api/sessions"):
            self.call(f"/api/sessions/{session['id']}", "DELETE")

    def kernel(self) -> psutil.Process:
        """The process of the one running kernel."""
        (kernel,) = self.call("/api/kernels")
        (found,) = [one for one in psutil.process_iter(["cmdline"]) if kernel["id"] in " ".join(one.info["cmdline"] or [])]
        return found

    def write_notebook(self, name: str, sources: list[str], trusted: bool = True) -> Path:
        """A course notebook with these code cells, folded as in the course, signed as `coursekit start` signs it."""
        notebook = nbformat.v4.new_notebook()
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook.metadata.coursekit = {"run_on_open": True}
        for source in sources:
            cell = nbformat.v4.new_code_cell(source, metadata={"jupyter": {"source_hidden": True}})
            notebook.cells.append(cell)
        path = self.folder / name
        path.write_text(nbformat.writes(notebook), encoding="utf-8")
        if trusted:
            self.sign(path, notebook)
        return path

    def sign(self, path: Path, notebook: Any) -> None:
        """Writes a notebook and signs it as trusted, as `coursekit start` does."""
        path.write_text(nbformat.writes(notebook), encoding="utf-8")
        NotebookNotary(data_dir=str(self.home / "data")).sign(notebook)

    def open(self, context: BrowserContext, path: str, app: str = "lab", alive: bool = True) -> Page:
        """A notebook of the working copy on a new page, in JupyterLab (`lab`) or Notebook 7 (`notebook`)."""
        page = context.new_page()
        place = f"/lab/workspaces/{secrets.token_hex(4)}/tree/" if app == "lab" else "/notebooks/"
        page.goto(f"{self.url}{place}{path}?token={self.token}")
        page.wait_for_selector(".jp-Notebook .jp-Cell", state="attached", timeout=60_000)
        if alive:
            self.wait_until_alive(page)
        return page

    def wait_until_alive(self, page: Page) -> None:
        """Waits until the notebook's cells have been run (again)."""
        page.wait_for_selector(".jp-Notebook.coursekit-alive", timeout=60_000)

    def wait_until_lost(self, page: Page) -> None:
        """Waits until the page has noticed that its kernel died; a server looks every three seconds."""
        page.wait_for_selector(".jp-Notebook:not(.coursekit-alive)", timeout=60_000)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    server = Lab(tmp_path_factory.mktemp("lab"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def open_in_lab(lab: Lab, context: BrowserContext) -> Iterator[Callable[..., Page]]:
    """`open_in_lab(path, app="lab", alive=True)`: see `Lab.open`."""
    yield lambda path, **options: lab.open(context, path, **options)
    lab.shut_down_kernels()


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """`axe(page, selector=None)`: the violations that axe-core finds, one line each; an empty list is a pass."""

    def violations(page: Page, selector: str | None = None) -> list[str]:
        # Its rules for sound need what it would fetch by itself, and exported pages let nothing be fetched. What passes,
        # told to the last element, takes longer than finding what does not.
        options = {"preload": False, "resultTypes": ["violations"]}
        found = Axe().run(page, context=selector, options=options).response["violations"]
        return [f"{fault['id']}: {fault['help']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]

    return violations
