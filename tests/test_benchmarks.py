"""Benchmarks are run by hand; here they only must still load, and stand in their page."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.mark.parametrize("script", sorted(BENCHMARKS.glob("*.py")), ids=lambda script: script.name)
def test_a_benchmark_loads_and_is_listed(script):
    load = f"import sys, runpy; sys.argv = [{str(script)!r}]; runpy.run_path({str(script)!r}, run_name='loaded')"
    loaded = subprocess.run([sys.executable, "-c", load], capture_output=True, text=True, check=False)
    assert loaded.returncode == 0, loaded.stderr
    assert f"benchmarks/{script.name}" in (BENCHMARKS / "README.md").read_text("utf-8")
