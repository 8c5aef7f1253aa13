"""For all tests: nothing of the user's own Jupyter is read or written, hypothesis does not race the clock, and which tests stay
together when two processes share them (`pytest -n 2`)."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import postgresql

# benchmarks/fuzz.py asks for more examples than the suite has time for.
EXAMPLES = int(os.environ.get("COURSE_EXAMPLES", settings.default.max_examples if settings.default else 100))
settings.register_profile("course", deadline=None, print_blob=True, max_examples=EXAMPLES)
settings.load_profile("course")

APART = ("test_bots.py", "test_plays.py")
"""Files of a few long tests that share nothing: each test may go to whichever process is free."""
IN_JUPYTERLAB = ("test_instructor_lab.py", "test_items_lab.py", "test_lab_start.py", "test_roleplay_lab.py")
"""Files whose tests share one server, which is enough for two cores."""
FIRST = ("JupyterLab", "test_coder_twin.py", "test_site.py", "test_roleplay_page.py", "test_items_page.py", "test_twin.py")
"""What takes longest and cannot be divided is begun first, the short pieces fill the end."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `pytest -n 2`: who shares a server or a file stays in one process, in the order of the files."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return shares(nodeid)

    config.option.loadscopereorder = False
    return Scheduling(config, log)


def shares(nodeid: str) -> str:
    """What a test has in common with others, by its id."""
    file = nodeid.split("::")[0].rsplit("/", 1)[-1]
    return nodeid if file in APART else "JupyterLab" if file in IN_JUPYTERLAB else file


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    """When a test is begun: what is long by itself first, then what shares a file, then the tests that share nothing."""
    if shares(nodeid) in FIRST:
        return FIRST.index(shares(nodeid))
    return len(FIRST) + (shares(nodeid) == nodeid)


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgresql.Server]:
    """A PostgreSQL server for the tests of this process, started by the first that asks for it."""
    with postgresql.server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a gradebook can be that is not there yet. Each test that asks for it runs against both databases."""
    if request.param == "sqlite":
        return str(tmp_path / "gradebook.sqlite")
    return request.getfixturevalue("postgres").new()


@pytest.fixture(scope="session", autouse=True)
def own_jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(variable, str(home / variable.lower()))
        patch.setenv("MPLBACKEND", "agg")
        yield
