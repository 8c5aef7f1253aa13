"""Grade made-up classes with coursekit, and the same with nbgrader: seconds, CPU seconds and memory, side by side.

    python benchmarks/grading.py [--sizes 20 200] [--alone 10000] [--workers 1] [--keep FOLDER]

One class of each size is made: answers files to the exercise of module 06, two plays in each. For coursekit they are in one
zip, as a learning-management system gives them; for nbgrader they lie beside the notebooks of an assignment of the same items
(`coursekit release --nbgrader`). Both then run as their commands, one after the other: `coursekit grade`; `nbgrader autograde`
and `generate_feedback`. Feedback pages and start-up are in the figures. `each` is the whole divided by the size; `each more` is
what a submission costs once the command runs, from the difference of the two sizes. Memory is the most that all processes of a
command had at one moment. The sizes of `--alone` are for coursekit only.

Aim: at least 200 times nbgrader's speed; 10,000 submissions under 60 s and 300 MiB.
"""

import argparse
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
MODULE = "06_rupture_and_repair"
COURSEKIT, NBGRADER = [sys.executable, "-m", "coursekit"], [sys.executable, "-m", "nbgrader"]


@dataclass
class Used:
    """What a command used: seconds, seconds of the processors, and MiB at the highest."""

    seconds: float = 0
    cpu: float = 0
    peak: float = 0

    def __add__(self, other):
        return Used(self.seconds + other.seconds, self.cpu + other.cpu, max(self.peak, other.peak))


def used_by(command, place):
    """What a command used that was run in a folder."""
    import psutil

    paths = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "JUPYTER_PLATFORM_DIRS": "1"}
    start, peak = time.perf_counter(), 0
    with (place / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=place, env=os.environ | paths, stdout=log, stderr=log)
        watched = psutil.Process(process.pid)
        while True:
            ended, status, spent = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            peak = max(peak, memory(watched))
            time.sleep(0.1)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed; {place / 'log'} says why")
    return Used(seconds, spent.ru_utime + spent.ru_stime, peak / (1 << 20))


def memory(watched):
    """Bytes of a process and all below it."""
    import psutil

    total = 0
    try:
        for process in (watched, *watched.children(recursive=True)):
            total += process.memory_info().rss
    except psutil.Error:
        pass
    return total


def make(folder, size):
    """A zip of made-up submissions to module 06, in a process of its own because it uses much memory."""
    import cohort

    keys = cohort.Keys(ROOT / "solutions", ROOT / "course")
    with zipfile.ZipFile(folder / f"{size}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for seed in range(size):
            hand_in = cohort.a_hand_in(keys, seed, MODULE, plays=2, drafts=20)
            archive.writestr(f"Trainee {seed}_{seed}_assignsubmission_file/{MODULE}.coursekit", hand_in)


def coursekit(folder, size, workers):
    """What `coursekit grade` used for a class, and the points it gave, by seed."""
    import csv

    out = folder / f"graded {size}"
    options = ["--out", out, "--solutions", ROOT / "solutions", "--workers", workers]
    used = used_by([*COURSEKIT, "grade", f"{size}.zip", *map(str, options)], folder)
    assert len(list((out / "feedback").iterdir())) == size
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return used, {row["Name"].split()[-1]: float(row["Total scored"]) for row in csv.DictReader(file)}


def nbgrader(folder, size):
    """What nbgrader used for the same class, and the points it gave, by seed."""
    import csv

    course = folder / f"nbgrader {size}"
    shutil.copytree(ROOT / "solutions", folder / "solutions", dirs_exist_ok=True)
    course.mkdir()
    release = ["--solutions", folder / "solutions", "--exercises", folder / "exercises", "--nbgrader", course]
    used_by([*COURSEKIT, "release", *map(str, release)], folder)
    used_by([*NBGRADER, "generate_assignment", MODULE], course)
    with zipfile.ZipFile(folder / f"{size}.zip") as archive:
        for seed, name in enumerate(archive.namelist()):
            submitted = course / "submitted" / str(seed) / MODULE
            shutil.copytree(course / "release" / MODULE, submitted)
            (submitted / "answers").mkdir()
            (submitted / "answers" / f"exercise-{MODULE}.coursekit").write_bytes(archive.read(name))
    used = used_by([*NBGRADER, "autograde", MODULE], course) + used_by([*NBGRADER, "generate_feedback", MODULE], course)
    used_by([*NBGRADER, "export"], course)
    with (course / "grades.csv").open(newline="") as file:
        return used, {row["student_id"]: round(float(row["score"]), 2) for row in csv.DictReader(file)}


def show(who, size, used, before=None):
    """A line of the table; `before` is what the same used for the smaller class, and its size."""
    more = f"{1000 * (used.seconds - before[1].seconds) / (size - before[0]):>14.1f}" if before else f"{'':>14}"
    each = f"{1000 * used.seconds / size:>10.1f}{1000 * used.cpu / size:>13.1f}{more}"
    print(f"{who:<10}{size:>12}{used.seconds:>10.1f}{used.cpu:>9.1f}{each}{used.peak:>10.0f}", flush=True)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--sizes", type=int, nargs="*", default=[20, 200], help="submissions in the classes of both")
    arguments.add_argument("--alone", type=int, nargs="*", default=[10_000], help="and in those of coursekit only")
    arguments.add_argument("--workers", type=int, default=1, help="processes of coursekit")
    arguments.add_argument("--keep", type=Path, help="a folder in which to leave what was made")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        print(f"Exercise {MODULE}; coursekit with --workers {options.workers}; {os.cpu_count()} cores, ", end="")
        print(f"load {os.getloadavg()[0]:.1f} at the start\n")
        heads = f"{'seconds':>10}{'CPU s':>9}{'ms each':>10}{'CPU ms each':>13}{'ms each more':>14}{'peak MiB':>10}"
        print(f"{'':<10}{'submissions':>12}{heads}")
        ours, theirs = [], []
        for size in [*options.sizes, *options.alone]:
            process = multiprocessing.get_context("spawn").Process(target=make, args=(folder, size))
            process.start()
            process.join()
            used, points = coursekit(folder, size, options.workers)
            show("coursekit", size, used, ours[-1] if ours else None)
            ours.append((size, used))
            if size in options.sizes:
                used, the_same = nbgrader(folder, size)
                show("nbgrader", size, used, theirs[-1] if theirs else None)
                theirs.append((size, used))
                assert the_same == points, "the two give different points"
        for (size, mine), (_, other) in zip(ours, theirs, strict=False):
            print(f"\nnbgrader / coursekit, {size}: {other.seconds / mine.seconds:.0f} times the seconds, ", end="")
            print(f"{other.cpu / mine.cpu:.0f} times the CPU seconds", end="")
        if len(theirs) > 1:
            more = [(last[1].cpu - first[1].cpu) for first, last in ((theirs[0], theirs[-1]), (ours[0], ours[len(theirs) - 1]))]
            print(f"\neach more, from {theirs[0][0]} to {theirs[-1][0]}: {more[0] / more[1]:.0f} times the CPU seconds", end="")
        print()


if __name__ == "__main__":
    main()
