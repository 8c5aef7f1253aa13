"""The exported pages that tests in a browser share; conftest.py takes the fixtures from here."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from coursekit import content
from coursekit.pages import site as sites
from coursekit.pages.course import Course
from sample_course import write_course


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the course's own exported site, with the instructors' pages where there are any."""
    solutions = content.root() / "solutions"
    course = Course(content.root(), solutions if solutions.is_dir() else None)
    return sites.export(course, tmp_path_factory.mktemp("course") / "site").folder


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the exported site of tests/sample_course.py: one item of each kind."""
    folder = tmp_path_factory.mktemp("sample")
    written = sites.export(write_course(folder / "root"), folder / "site").folder
    shutil.rmtree(folder / "root")
    return written


@dataclass
class Opened:
    """A page from `file://`: what it asked for beyond files, and what went wrong on it, as sentences."""

    page: Page
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@pytest.fixture
def open_file(context: BrowserContext) -> Iterator[Callable[..., Opened]]:
    """`open_file(path, storage=True, **media)`: a page from `file://`, alive; media as of Playwright's `emulate_media`.

    Afterwards no page may have asked for anything but files, or have said an error.
    """
    opened: list[Opened] = []

    def open_page(path: Path, storage: bool = True, **media: Any) -> Opened:
        seen = Opened(context.new_page())
        page = seen.page
        page.on(
            "request",
            lambda request: request.url.startswith(("file:", "data:", "blob:")) or seen.asked.append(request.url),
        )
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.on("console", lambda line: line.type == "error" and seen.said.append(line.text))
        if not storage:
            page.add_init_script(_BLOCKED)
        page.emulate_media(**media)
        page.goto(path.as_uri())
        opened.append(seen)
        return seen

    yield open_page
    wrong = [f"asked for {asked}" for seen in opened for asked in seen.asked]
    wrong += [f"said {said}" for seen in opened for said in seen.said]
    assert not wrong, "\n".join(wrong)


_BLOCKED = """Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });"""
