"""The same outcome whoever does the work: this process, two of them, a Dask cluster; and what happens when one dies."""

import os
import pickle
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import cohort
from coursekit.cli import app
from coursekit.grading import pools
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.run import TOGETHER, grade
from coursekit.pages.feedback import feedback_page

SIZE = 2 * TOGETHER + 3


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return cohort.make_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def handed_in(keys, tmp_path_factory):
    """A class with all that can happen: a file twice, one in two versions (the torn one later), one empty, a lesson's."""
    folder = tmp_path_factory.mktemp("in")
    for seed in range(SIZE):
        (folder / f"{seed:02}.coursekit").write_bytes(cohort.a_hand_in(keys, seed))
    (folder / "00 (1).coursekit").write_bytes(cohort.a_hand_in(keys, 0))
    (folder / "01.part.coursekit").write_bytes(cohort.a_hand_in(keys, 1)[:900])
    (folder / "empty.coursekit").write_bytes(b"")
    (folder / "lesson.coursekit").write_bytes(cohort.file_of([cohort.act("x", 1)], cohort.header(part="lesson")))
    (folder / "mia.coursekit").write_bytes(cohort.file_of(cohort.mias_acts()))
    return folder


def run(pool, keys, out, *paths):
    told = []
    with Gradebook(out / "gradebook.sqlite") as book:
        summary = grade(paths, keys, book, out, feedback_page, lambda *said: told.append(said), pool)
    return summary, told


def made(out):
    """All that was written, the gradebook by its content."""
    files = {path.relative_to(out): path.read_bytes() for path in out.rglob("*.*") if path.suffix in (".html", ".csv")}
    with Gradebook(out / "gradebook.sqlite") as book:
        kept = [(one, [vars(hand_in) | {"received": ""} for hand_in in book.hand_ins(one.id)]) for one in book.trainees()]
    return files, kept


@pytest.fixture(scope="module")
def here(keys, handed_in, tmp_path_factory):
    out = tmp_path_factory.mktemp("here")
    return run(pools.here(keys, feedback_page), keys, out, handed_in), made(out)


@pytest.mark.parametrize("begins", ["fork", "spawn"])
def test_two_processes_make_the_same(keys, handed_in, here, tmp_path, monkeypatch, begins):
    monkeypatch.setattr(pools, "BEGINS", begins)
    with pools.of(keys, feedback_page, workers=2) as pool:
        assert (run(pool, keys, tmp_path, handed_in), made(tmp_path)) == here


def test_a_dask_cluster_makes_the_same(keys, handed_in, here, tmp_path):
    from distributed import LocalCluster

    local = {"n_workers": 2, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with LocalCluster(**local) as cluster, pools.of(keys, feedback_page, dask=cluster.scheduler_address) as pool:
        assert (run(pool, keys, tmp_path, handed_in), made(tmp_path)) == here


def test_the_progress_is_told_as_the_work_goes_on(here):
    (summary, told), _ = here
    grading = [done for what, done, _ in told if what == "Grading"]
    assert grading == sorted(grading) and grading[-1] == summary.files == SIZE + 5 and len(grading) == 3


def test_only_so_much_work_waits_as_the_workers_need(keys):
    from concurrent.futures import ThreadPoolExecutor

    taken = []
    with ThreadPoolExecutor(2) as threads:
        pool = pools.Pool(keys, None, lambda work, given: threads.submit(work, keys, None, given), workers=2)
        made = pool.map(lambda keys, page, number: number * number, (taken.append(n) or n for n in range(100)), int)
        assert next(made) == (0, 0) and len(taken) == 2 * pools.AHEAD
        assert [square for _, square in made] == [n * n for n in range(1, 100)]


def test_keys_take_along_what_they_need_of_their_folders(keys, tmp_path):
    other = cohort.make_course(tmp_path / "c")
    sent = pickle.dumps(other)
    (tmp_path / "c").rename(tmp_path / "gone")
    item = other.items(("exercise", cohort.NOTEBOOK))["06-e7"]
    assert pickle.loads(sent).script(item) == keys.script(item) is not None


# What goes wrong. These makers of pages stand at the top of the module, so that a worker finds them.


def stumbling_page(name, assessments):
    if name == "Zoë 2":
        raise ZeroDivisionError("one over nothing")
    return feedback_page(name, assessments)


def deadly_page(name, assessments):
    if name == "Zoë 32":
        os._exit(9)
    return feedback_page(name, assessments)


def test_a_submission_over_which_a_worker_stumbles_is_refused_alone(keys, handed_in, tmp_path):
    with pools.of(keys, stumbling_page, workers=2) as pool:
        summary, _ = run(pool, keys, tmp_path, handed_in)
    assert [reason[:40] for source, reason in summary.examples if "02.coursekit" in source] == [
        "coursekit stumbled over it (ZeroDivision"
    ]
    assert (summary.refused, summary.files) == (2, SIZE + 5)


def test_a_worker_that_dies_ends_the_run_with_a_sentence_and_a_whole_gradebook(keys, handed_in, here, tmp_path):
    stopped = pytest.raises(pools.Stopped, match="Grade again to go on")
    with stopped, pools.of(keys, deadly_page, workers=2) as pool:
        run(pool, keys, tmp_path, handed_in)
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        kept = [one for trainee in book.trainees() for one in book.hand_ins(trainee.id)]
        assert all(len(one.scores) in (0, 8) for one in kept)
    run(pools.here(keys, feedback_page), keys, tmp_path, handed_in)
    again, afresh = made(tmp_path)[0], here[1][0]
    assert {name: text for name, text in again.items() if name.name != "files.csv"} == {
        name: text for name, text in afresh.items() if name.name != "files.csv"
    }


# The command


def command(keys, *arguments):
    return CliRunner().invoke(app, ["grade", *map(str, arguments), "--solutions", str(keys.folder.parent)])


def test_the_command_takes_workers(keys, handed_in, here, tmp_path):
    done = command(keys, handed_in, "--out", tmp_path, "--workers", 2)
    assert done.exit_code == 1 and "empty.coursekit: It is empty" in done.output
    files = made(tmp_path)[0]
    assert files.pop(Path("import.csv")) and files.pop(Path("to-write-to.csv")) and files == here[1][0]


def test_the_command_says_what_to_install_or_where_no_cluster_is(keys, handed_in, tmp_path, monkeypatch):
    done = command(keys, handed_in, "--out", tmp_path, "--dask", "no address at all")
    assert done.exit_code == 2 and "address of its scheduler" in done.output
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = command(keys, handed_in, "--out", tmp_path, "--dask", "tcp://localhost:8786")
    assert done.exit_code == 2 and 'pip install "coursekit[dask]"' in done.output
