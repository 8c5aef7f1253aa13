"""Two instructors at work in one gradebook at once, each in a process: nothing is lost, nothing doubled, nobody is turned away."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import pytest
import sqlalchemy as sa

import cohort
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.keys import Keys
from coursekit.grading.marking import Desk
from coursekit.grading.marks import Marks
from coursekit.grading.run import grade

PEOPLE = 40


def keys_of(folder):
    return Keys(folder / "solutions", folder / "course")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course, and what a class handed in: a file each."""
    folder = tmp_path_factory.mktemp("course")
    keys = cohort.make_course(folder)
    for seed in range(PEOPLE):
        path = folder / "in" / f"{seed:02}.coursekit"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(cohort.a_hand_in(keys, seed))
    return folder


# Each of these is the work of one instructor.


def grades(folder, address, files, out):
    with Gradebook(address) as book:
        summary = grade([folder / "in" / f"{seed:02}.coursekit" for seed in files], keys_of(folder), book, out)
        return summary.graded


def marks(folder, address, rater, role):
    with Gradebook(address) as book:
        desk = Desk(book, keys_of(folder), rater, role)
        for n, one in enumerate(desk.queue()):
            desk.mark(one, n % 5, f"Comment {n % 7}.")
        return len(desk.all)


def says(address, numbers):
    with Gradebook(address) as book:
        marked = Marks(book).standing()[0]
        for n in numbers:
            Marks(book).say(marked.id, f"Comment {n}.")


def opens(addresses):
    for address in addresses:
        with Gradebook(address) as book:
            Marks(book).marked()
            book.set("counts", "most")


def _both_start(barrier):
    globals()["_barrier"] = barrier


def _together(work, arguments):
    globals()["_barrier"].wait(60)
    return work(*arguments)


@pytest.fixture(scope="module")
def at_once():
    """Does two pieces of work, (function, *arguments), from the same moment on, and gives what each comes to."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, spawn, _both_start, (spawn.Barrier(2),)) as pool:
        yield lambda *both: [one.result() for one in [pool.submit(_together, work, rest) for work, *rest in both]]


def kept(address):
    """What a gradebook holds, but for when and from where it came."""
    with Gradebook(address) as book:
        theirs = {trainee: book.hand_ins(trainee.id) for trainee in book.trainees()}
    return {
        trainee: [(one.sha256, one.content, one.problems, one.scores, one.plays) for one in hand_ins]
        for trainee, hand_ins in theirs.items()
    }


def count(address, table):
    with Gradebook(address) as book, book._engine.connect() as open:
        return open.scalar(sa.text(f"select count(*) from {table}"))


def test_two_who_grade_at_once_come_to_what_one_alone_does(course, address, at_once, tmp_path):
    forwards, backwards = range(PEOPLE * 3 // 4), range(PEOPLE - 1, PEOPLE // 4 - 1, -1)
    graded = at_once(
        (grades, course, address, forwards, tmp_path / "a"), (grades, course, address, backwards, tmp_path / "b")
    )
    assert graded == [30, 30]
    alone = str(tmp_path / "alone.sqlite")
    grades(course, alone, range(PEOPLE), tmp_path / "c")
    assert kept(address) == kept(alone)


def test_two_raters_at_once_keep_every_mark_and_each_comment_once(course, address, at_once, tmp_path):
    grades(course, address, range(PEOPLE), tmp_path / "a")
    first, second = at_once((marks, course, address, "Ada", "first"), (marks, course, address, "Ben", "second"))
    assert first == second > 10
    with Gradebook(address) as book:
        marked = list(Marks(book).by_place().values())
    assert {(one.first.rater, one.second.rater) for one in marked} == {("Ada", "Ben")} and len(marked) == first
    assert count(address, "marks") == 2 * first and count(address, "comments") == 7


def test_who_grades_and_who_marks_at_once_hinder_nobody(course, address, at_once, tmp_path):
    grades(course, address, range(PEOPLE // 2), tmp_path / "a")
    (marked, graded) = at_once(
        (marks, course, address, "Ada", "first"), (grades, course, address, range(PEOPLE), tmp_path / "a")
    )
    assert graded == PEOPLE == count(address, "submissions") and count(address, "marks") == marked > 5


def test_a_comment_that_two_write_at_once_is_in_the_bank_once(course, address, at_once, tmp_path):
    grades(course, address, range(5), tmp_path / "a")
    marks(course, address, "Ada", "first")
    before, written = count(address, "comments"), range(100, 130)
    at_once((says, address, written), (says, address, written[::-1]))
    assert count(address, "comments") == before + len(written)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_who_begin_a_gradebook_at_the_same_moment_have_one(database, at_once, tmp_path, request):
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    addresses = [server.new() if server else str(tmp_path / f"{n}.sqlite") for n in range(8)]
    at_once((opens, addresses), (opens, addresses))
    assert {count(address, "coursekit") for address in addresses} == {count(address, "settings") for address in addresses} == {1}
