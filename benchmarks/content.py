"""The report on the content: repeated phrases, reading ease, length and place of the best reply, what is ever seen, bots.

    python benchmarks/content.py [--plays 800]

The same as `coursekit check --report`, without what is said about each script; exit status 1 where something lies outside limits.
"""

import argparse
import sys

from rich.console import Console

from coursekit import content
from coursekit.report.show import show
from coursekit.roleplay.script import read_script


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plays", type=int, default=800, help="plays of each policy on each script (default: 800)")
    plays = parser.parse_args().plays
    roleplays = [read_script(path) for path in sorted((content.course() / "roleplays").glob("*.md"))]
    return 1 if show(content.root(), roleplays, plays, Console()) else 0


if __name__ == "__main__":
    sys.exit(main())
