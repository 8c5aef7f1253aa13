"""The gradebook: the same file twice is one, nothing is lost, one transaction a submission, one schema."""

import multiprocessing
import os
import sqlite3
import threading

import pytest
import sqlalchemy as sa

import cohort
from coursekit.grading.assessment import assess
from coursekit.grading.gradebook import SCHEMA, Gradebook, GradebookRefused
from coursekit.grading.run import submission


@pytest.fixture
def keys(tmp_path):
    return cohort.make_course(tmp_path)


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        yield book


def keep(book, content, keys, source="a.coursekit"):
    found = assess(content, keys)
    return book.record(submission(found, content, source), found.names)


def answers(*texts, first=None, hand_in=False, name=None):
    acts = [cohort.act("06-e6", {"text": text}) for text in texts]
    acts += [cohort.act("name", name)] if name else []
    acts += [cohort.act("hand-in", None)] if hand_in else []
    return cohort.file_of(acts, first or cohort.header())


def counting(book, trainee="9f2c41d07ab35e18"):
    return [one for one in book.hand_ins(trainee) if one.counts]


def everything(path):
    with sqlite3.connect(path) as found:
        tables = [row[0] for row in found.execute("select name from sqlite_master where type = 'table'")]
        return {table: sorted(map(repr, found.execute(f"select * from {table}"))) for table in tables}


def test_the_same_file_twice_is_one(book, keys, tmp_path):
    first = keep(book, cohort.a_hand_in(keys, 1), keys)
    before = everything(tmp_path / "gradebook.sqlite")
    again = keep(book, cohort.a_hand_in(keys, 1), keys, source="a copy (1).coursekit")
    assert (first.new, first.changed, again.new, again.changed) == (True, True, False, False)
    assert everything(tmp_path / "gradebook.sqlite") == before


def test_a_submission_is_kept_as_it_came(book, keys):
    content = cohort.a_hand_in(keys, 1, plays=2) + b'{"seq": 99, "ti\xff'
    trainee = keep(book, content, keys).trainee
    kept = counting(book, trainee)[0]
    assert kept.content == content
    assert [score["item"] for score in kept.scores] == [f"06-e{n}" for n in range(1, 9)]
    assert [play["attempt"] for play in kept.plays] == [1, 2]


def test_of_several_hand_ins_the_latest_counts_in_whatever_order_they_come(book, keys):
    first, second = answers("one", hand_in=True), answers("one", "two", hand_in=True)
    for content in (second, first):
        keep(book, content, keys)
    assert book.count() == 2
    assert counting(book)[0].content == second


def test_a_torn_copy_does_not_take_the_place_of_the_whole_file(book, keys):
    whole = answers("one", "two", "three", hand_in=True)
    keep(book, whole, keys)
    keep(book, whole[:-150], keys)
    assert counting(book)[0].content == whole


def test_a_new_name_is_taken_over_and_an_older_file_does_not_bring_the_old_one_back(book, keys):
    first, second = answers("one", name="Mia K"), answers("one", "two", name="Mia Kern")
    for content in (second, first):
        keep(book, content, keys)
    assert [trainee.name for trainee in book.trainees()] == ["Mia Kern"]


def test_two_people_with_one_id_are_kept_apart(book, keys):
    one, other = answers("mine", first=cohort.header(name="Mia")), answers("a", "b", first=cohort.header(name="Ben"))
    for content in (one, other, one, other):
        kept = keep(book, content, keys)
    assert kept.apart and kept.trainee.startswith("9f2c41d07ab35e18+")
    assert {trainee.name for trainee in book.trainees()} == {"Mia", "Ben"}
    assert "kept apart" in counting(book, kept.trainee)[0].problems[0]["reason"]


def test_a_key_that_changed_scores_again_what_it_touches(book, keys, tmp_path):
    content = cohort.file_of(
        [cohort.act("06-e1", {"option": "a"}), cohort.act("06-e3", {"order": ["see", "own", "ask"]})]
    )
    trainee = keep(book, content, keys).trainee
    before = {score["item"]: score for score in counting(book, trainee)[0].scores}
    changed = cohort.make_course(tmp_path, cohort.ITEMS.replace('option = "b"', 'option = "a"') + cohort.MORE)
    kept = keep(book, content, changed)
    after = {score["item"]: score for score in counting(book, trainee)[0].scores}
    assert kept.changed and not kept.new
    assert [item for item in before if before[item] != after[item]] == ["06-e1"]
    assert (before["06-e1"]["score"], after["06-e1"]["score"]) == (0, 1)


def test_a_newer_and_an_older_gradebook_are_refused_with_what_to_do(tmp_path):
    path = tmp_path / "gradebook.sqlite"
    Gradebook(path).close()
    for schema, said in ((SCHEMA + 1, "upgrade"), (SCHEMA - 1, "new one")):
        with sqlite3.connect(path) as found:
            found.execute("update coursekit set value = ? where key = 'schema'", [str(schema)])
        with pytest.raises(GradebookRefused, match=said):
            Gradebook(path)


def test_what_is_not_a_gradebook_is_refused(tmp_path):
    (tmp_path / "text.sqlite").write_text("Dear diary, " * 99)
    with sqlite3.connect(tmp_path / "other.sqlite") as other:
        other.execute("create table scores (a)")
    addresses = ["text.sqlite", "other.sqlite", "."]
    for address in [
        *(str(tmp_path / name) for name in addresses),
        "nothing://x",
        "postgresql+nodriver://me:secret@h/x",
    ]:
        with pytest.raises(GradebookRefused) as refused:
            Gradebook(address)
        assert "secret" not in str(refused.value)


def test_any_address_of_a_database_is_taken(tmp_path, keys):
    with Gradebook(f"sqlite:///{tmp_path}/odd name #1?.sqlite") as book:
        keep(book, cohort.a_hand_in(keys, 1), keys)
    with Gradebook(tmp_path / "odd name %20?x=1.sqlite") as book:
        assert book.file.exists()


def test_a_submission_is_written_whole_or_not_at_all(book, keys, monkeypatch, tmp_path):
    keep(book, cohort.a_hand_in(keys, 1), keys)
    before = everything(tmp_path / "gradebook.sqlite")
    found = submission(assess(cohort.a_hand_in(keys, 2), keys), cohort.a_hand_in(keys, 2), "b")
    found.plays.append({"item": "x", "attempt": 1})  # no such row can be written
    with pytest.raises(sa.exc.SQLAlchemyError):
        book.record(found, ["Ben"])
    assert everything(tmp_path / "gradebook.sqlite") == before


def _grade_until_killed(folder, files):
    keys = cohort.Keys(folder / "solutions", folder / "course")
    with Gradebook(folder / "gradebook.sqlite") as book:
        for content in files:
            keep(book, content, keys)


def test_a_run_that_is_killed_leaves_whole_submissions_and_goes_on(tmp_path, keys):
    files = [cohort.a_hand_in(keys, seed) for seed in range(60)]
    run = multiprocessing.get_context("spawn").Process(target=_grade_until_killed, args=(tmp_path, files * 99))
    run.start()
    while True:
        with Gradebook(tmp_path / "gradebook.sqlite") as book:
            if book.count() > 5:
                break
    os.kill(run.pid, 9)
    run.join()
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        for trainee in book.trainees():
            assert [len(one.scores) for one in book.hand_ins(trainee.id)] == [8]
        for content in files:
            keep(book, content, keys)
        assert book.count() == 60
        assert {one.content for trainee in book.trainees() for one in book.hand_ins(trainee.id)} == set(files)


def test_two_writers_at_once_lose_nothing(tmp_path, keys):
    files = [cohort.a_hand_in(keys, seed) for seed in range(40)]
    Gradebook(tmp_path / "gradebook.sqlite").close()
    writers = [threading.Thread(target=_grade_until_killed, args=(tmp_path, part)) for part in (files[:25], files[15:])]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        assert book.count() == len(book.trainees()) == 40
