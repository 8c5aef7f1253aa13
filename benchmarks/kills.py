"""Kill the writing process at random moments, and count the answers that were called saved and are not there.

    python benchmarks/kills.py [--kills 1000]

Each round a process opens the answers file, as a kernel does after a restart, and saves answers of random
length; after each it says "saved". It is killed (SIGKILL) at a random moment within 30 ms. The next process
goes on in the same file, and at the end the file is read. A killed process seldom leaves half a line, a machine
that loses its power does: so after every third kill half a line is put at the end, for the next process to
write on. Whether the disk keeps what `fsync` forced onto it cannot be tried from here. Needs fork, so not
Windows.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from coursekit.exercises.answers import AnswersFile, read

NOTEBOOK = {"course": "therapeutic-relationship", "part": "exercise", "notebook": "06_kills"}
TRAINEE = "9f2c41d07ab35e18"
LONGEST = 0.03  # seconds from the start of a process to its death
PER_FILE = 20  # kills; a restart reads the file, and a trainee's has not thousands of answers


def save_until_killed(folder: Path, start: int, said: int) -> None:
    file = AnswersFile.in_folder(folder, trainee=TRAINEE, **NOTEBOOK)
    chance = random.Random(start)
    number = start
    while True:
        file.append("06-e5", {"number": number, "text": "ä" * chance.randrange(2000)})
        os.write(said, b"saved %d\n" % number)
        number += 1


def one_life(folder: Path, start: int, seconds: float) -> list[int]:
    """Let a process save, kill it after some time, and return the numbers of what it called saved."""
    heard, said = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        save_until_killed(folder, start, said)
    os.close(said)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(heard, "rb") as lines:
        return [int(line.split()[1]) for line in lines.read().splitlines(keepends=True) if line.endswith(b"\n")]


def tear(folder: Path, chance: random.Random) -> int:
    """Put the beginning of an act at the end of the file; 1 if that makes a new torn line, else 0."""
    line = b'{"seq": 7, "time": "2026-11-22T10:04:31Z", "item": "06-e5", "version": 1, "attempt": 1, "val'
    for path in folder.glob("*.coursekit"):
        whole = path.read_bytes().endswith(b"\n")
        with path.open("ab") as file:
            file.write(line[: chance.randrange(1, len(line))])
        return int(whole)
    return 0


def main() -> int:
    about = {"description": __doc__, "formatter_class": argparse.RawDescriptionHelpFormatter}
    arguments = argparse.ArgumentParser(**about)
    arguments.add_argument("--kills", type=int, default=1000, metavar="N", help="how often (default 1000)")
    kills = arguments.parse_args().kills
    chance, began = random.Random(6), time.perf_counter()
    saved, found, torn, listed = set(), set(), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for life in range(kills):
            part = Path(folder, str(life // PER_FILE))
            saved.update(one_life(part, life * 100_000, chance.uniform(0, LONGEST)))
            torn += tear(part, chance) if life % 3 == 0 else 0
        for path in Path(folder).glob("*/*.coursekit"):
            answers = read(path)
            found |= {act.value["number"] for act in answers.acts}
            listed += len(answers.damaged)
    lost = len(saved - found)
    print(f"{kills} kills in {time.perf_counter() - began:.0f} s")
    print(f"{len(saved)} answers called saved, {lost} of them lost")
    print(f"{len(found - saved)} more that were written before the process could say so")
    print(f"{torn} lines torn, {listed} listed as damaged")
    return 1 if lost or listed < torn else 0


if __name__ == "__main__":
    sys.exit(main())
