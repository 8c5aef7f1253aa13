"""For all tests: nothing of the user's own Jupyter is read or written, and hypothesis does not race the clock."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# benchmarks/fuzz.py asks for more examples than the suite has time for.
EXAMPLES = int(os.environ.get("COURSE_EXAMPLES", settings.default.max_examples if settings.default else 100))
settings.register_profile("course", deadline=None, print_blob=True, max_examples=EXAMPLES)
settings.load_profile("course")


@pytest.fixture(scope="session", autouse=True)
def own_jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(variable, str(home / variable.lower()))
        patch.setenv("MPLBACKEND", "agg")
        yield
