"""Runs the properties of the tests with many more examples than the suite has time for.

    python benchmarks/fuzz.py [--examples 5000]

Prints seconds and what pytest found for each file of properties.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"


def files() -> list[Path]:
    """The test files that hold properties."""
    return [file for file in sorted(TESTS.glob("test_*.py")) if "from hypothesis import given" in file.read_text("utf-8")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=5000, help="examples for each property")
    environment = os.environ | {"COURSE_EXAMPLES": str(parser.parse_args().examples)}
    worst = 0
    for file in files():
        began = time.monotonic()
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", str(file)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr.strip()
        print(f"{file.name:24} {time.monotonic() - began:7.1f} s  {last}", flush=True)
        if done.returncode:
            print(done.stdout)
        worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
