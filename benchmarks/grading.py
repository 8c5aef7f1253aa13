"""Grade made-up classes and write their feedback pages; print seconds, milliseconds each and peak memory.

    python benchmarks/grading.py [--sizes 100 1000] [--keep FOLDER]

Submissions are of the exercise of module 06 (where its keys are not there: of a small made-up one), two plays in each,
in one zip as a learning-management system gives it. Each size is made, graded into a new SQLite gradebook and fed back in
processes of their own, so that memory is that of grading alone: if it does not grow with the class, the sizes show it.
Aim: 10 ms each, pages included.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
MODULE = "06_rupture_and_repair"


def keys_of(folder):
    """The keys of module 06 and its notebook's name, or those of a made-up exercise."""
    import cohort

    if (ROOT / "solutions" / "keys" / f"{MODULE}.toml").exists():
        return cohort.Keys(ROOT / "solutions", ROOT / "course"), MODULE
    return cohort.make_course(folder / "made up"), cohort.NOTEBOOK


def make(folder, size):
    """A zip of made-up submissions."""
    import cohort

    keys, notebook = keys_of(folder)
    with zipfile.ZipFile(folder / f"{size}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for seed in range(size):
            hand_in = cohort.a_hand_in(keys, seed, notebook, plays=2, drafts=20)
            archive.writestr(f"Trainee {seed}_{seed}_assignsubmission_file/{notebook}.coursekit", hand_in)


def grade(folder, size, figures):
    """Grade the zip, feedback pages and tables included, and put the figures of this process into a queue."""
    from coursekit.grading.gradebook import Gradebook
    from coursekit.grading.run import grade
    from coursekit.pages.feedback import feedback_page

    keys, _ = keys_of(folder)
    start, cpu = time.perf_counter(), time.process_time()
    out = folder / f"graded {size}"
    with Gradebook(out / "gradebook.sqlite") as book:
        summary = grade([folder / f"{size}.zip"], keys, book, out, feedback_page)
    assert (summary.files, summary.refused, summary.pages) == (size, 0, size), summary
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak = used / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    figures.put((time.perf_counter() - start, time.process_time() - cpu, peak))


def in_a_process(target, *arguments):
    process = multiprocessing.get_context("spawn").Process(target=target, args=arguments)
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit(f"{target.__name__} failed")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--sizes", type=int, nargs="+", default=[100, 1000], help="submissions in each class")
    arguments.add_argument("--keep", type=Path, help="a folder in which to leave what was made")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(f"Exercise: {keys_of(folder)[1]}\n")
        print(f"{'submissions':>11} {'KiB each':>9} {'seconds':>8} {'CPU s':>7} {'ms each':>8} {'peak MiB':>9}")
        for size in options.sizes:
            in_a_process(make, folder, size)
            with zipfile.ZipFile(folder / f"{size}.zip") as archive:
                each = sum(member.file_size for member in archive.infolist()) / size / 1024
            figures = multiprocessing.get_context("spawn").SimpleQueue()
            in_a_process(grade, folder, size, figures)
            seconds, cpu, peak = figures.get()
            print(f"{size:>11} {each:>9.1f} {seconds:>8.2f} {cpu:>7.2f} {1000 * seconds / size:>8.2f} {peak:>9.1f}")


if __name__ == "__main__":
    main()
