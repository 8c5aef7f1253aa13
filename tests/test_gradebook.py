"""The gradebook: the same file twice is one, nothing is lost, one transaction a submission, one schema; in SQLite and in
PostgreSQL."""

import multiprocessing
import os
import pickle

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cohort
from coursekit.grading import schema
from coursekit.grading.assessment import assess
from coursekit.grading.gradebook import SCHEMA, Gradebook, GradebookRefused
from coursekit.grading.marks import Marks, place_of
from coursekit.grading.senders import sender
from coursekit.grading.work import submission
from coursekit.words import shown


@pytest.fixture
def keys(tmp_path):
    return cohort.make_course(tmp_path)


@pytest.fixture
def book(address):
    with Gradebook(address) as book:
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


def everything(book):
    with book._engine.connect() as open:
        tables = sa.inspect(open).get_table_names()
        return {name: sorted(map(repr, open.execute(sa.text(f"select * from {name}")))) for name in tables}


def test_what_is_read_can_go_to_a_process_that_loads_no_database(book, keys):
    keep(book, cohort.a_hand_in(keys, 1), keys)
    (trainee,) = book.trainees()
    sent = pickle.dumps((list(book.items()), trainee, book.hand_ins(trainee.id), book.counting([trainee.id])))
    assert b"sqlalchemy" not in sent


def test_the_same_file_twice_is_one(book, keys):
    first = keep(book, cohort.a_hand_in(keys, 1), keys)
    before = everything(book)
    again = keep(book, cohort.a_hand_in(keys, 1), keys, source="a copy (1).coursekit")
    assert (first.new, first.changed, again.new, again.changed) == (True, True, False, False)
    assert everything(book) == before


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


def test_a_gradebook_of_this_layout_in_which_nobody_could_mark_yet_is_taken(address):
    with Gradebook(address) as early, early._engine.begin() as open:
        schema.TABLES.drop_all(open, tables=[schema.marks, schema.comments])
    with Gradebook(address) as book:
        assert Marks(book).standing() == [] and Marks(book).comments("06-e5") == []


@pytest.mark.parametrize(("other", "said"), [(SCHEMA + 1, "upgrade"), (SCHEMA - 1, "new one"), ("x", "not a gradebook")])
def test_a_newer_and_an_older_gradebook_are_refused_with_what_to_do(book, address, other, said):
    with book._engine.begin() as open:
        open.execute(sa.text(f"update coursekit set value = '{other}' where key = 'schema'"))
    with pytest.raises(GradebookRefused, match=said):
        Gradebook(address)


def test_another_database_is_refused_and_left_as_it_is(address):
    engine = sa.create_engine(address if "://" in address else f"sqlite:///{address}")
    with engine.begin() as open:
        open.execute(sa.text("create table scores (a integer)"))
    with pytest.raises(GradebookRefused, match="not a gradebook"):
        Gradebook(address)
    assert sa.inspect(engine).get_table_names() == ["scores"]
    engine.dispose()


def test_what_is_no_database_is_refused(tmp_path):
    (tmp_path / "text.sqlite").write_text("Dear diary, " * 99)
    for address in (str(tmp_path / "text.sqlite"), str(tmp_path), "nothing://x", "mysql+nodriver://me:secret@h/x"):
        with pytest.raises(GradebookRefused) as refused:
            Gradebook(address)
        assert "secret" not in str(refused.value)


def test_a_path_with_odd_signs_and_an_address_of_a_file_are_taken(tmp_path, keys):
    with Gradebook(f"sqlite:///{tmp_path}/odd name #1?.sqlite") as book:
        keep(book, cohort.a_hand_in(keys, 1), keys)
    with Gradebook(tmp_path / "odd name %20?x=1.sqlite") as book:
        assert book.file.exists()


NUL, HALF, SHOWN = "\0", "\ud800", "\ufffd"


def test_signs_that_no_database_takes_stop_nothing_and_the_file_is_kept_as_it_came(book, keys):
    acts = [cohort.act("06-e5", {"text": f"a{NUL}b~c"}), cohort.act(f"x{NUL}~", f"~{NUL}"), cohort.act("name", f"Mia{NUL}~")]
    acts += [cohort.act("06-e1", {"option": NUL}), cohort.act("06-e2", {"codes": {f"u2{NUL}": "~", "u3": "~"}})]
    for first in (cohort.header(name="~", notebook=f"06{NUL}~"), cohort.header(name=NUL)):
        content = cohort.file_of(acts, first).replace(b"~", b"\\ud800")
        trainee = keep(book, content, keys).trainee
        assert content in [one.content for one in book.hand_ins(trainee)]
    (whole,) = [one for one in book.hand_ins(trainee) if one.scores]
    assert f"a{NUL}b{SHOWN}c" in [row["answer"]["text"] for row in whole.scores if row["item"] == "06-e5"]


def test_signs_that_no_database_takes_stop_no_mark(book, keys):
    trainee = keep(book, answers("x"), keys).trainee
    place = place_of(trainee, "exercise", cohort.NOTEBOOK, "06-e5", f"a{NUL}b{HALF}c")
    Marks(book).say(Marks(book).add(place, f"Ada{NUL}", "first", 3, "0" * 16, f"Room{HALF}."), f"More{NUL}.")
    assert [(one.rater, one.comment, one.place) for one in Marks(book).standing()] == [(f"Ada{SHOWN}", f"More{SHOWN}.", place)]
    assert Marks(book).comments("06-e5") == [f"Room{SHOWN}.", f"More{SHOWN}."]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300), st.text(max_size=300), st.one_of(st.none(), st.integers(), st.floats(), st.text()))
def test_whatever_a_file_says_is_kept_and_read_again(book, keys, name, notebook, value):
    acts = [cohort.act("06-e5", value), cohort.act("06-e4", {"ratings": {"felt": value}}), cohort.act(name, value)]
    content = cohort.file_of(acts, cohort.header(name=name, notebook=notebook or "06_sample"))
    keep(book, content, keys, source=shown(f"{name}_4711_88_a.coursekit"))
    assert content in [one.content for trainee in book.trainees() for one in book.hand_ins(trainee.id)]


def test_a_file_name_as_long_as_a_zip_allows_is_taken(book, keys):
    for n, path in enumerate([f"{'m' * 999}_{'1' * 99}_{'2' * 99}_a.coursekit", f"anon_{'x' * 999}_2_a.coursekit"]):
        content = answers(f"{n}", first=cohort.header(f"{n:016x}"))
        one = submission(assess(content, keys), content, path)
        one.sent_by(sender(path))
        book.record(one, [])
    assert book.count() == 2


def test_rows_are_sorted_alike_in_both(book, keys):
    names = ["06_b", "06_B", "06-a", "06_ä", "06 c"]
    for n, name in enumerate(names):
        content = answers("x", first=cohort.header(f"{n:016x}", notebook=name))
        one = submission(assess(content, keys), content, "a")
        one.scores = submission(assess(answers("x"), keys), b"", "").scores[:1]
        book.record(one, [])
    assert [notebook for _, notebook, *_ in book.items()] == sorted(names)


def test_a_submission_is_written_whole_or_not_at_all(book, keys):
    keep(book, cohort.a_hand_in(keys, 1), keys)
    before = everything(book)
    found = submission(assess(cohort.a_hand_in(keys, 2), keys), cohort.a_hand_in(keys, 2), "b")
    found.plays.append({"item": "x", "attempt": 1})  # no such row can be written
    with pytest.raises(sa.exc.SQLAlchemyError):
        book.record(found, ["Ben"])
    assert everything(book) == before


def test_a_submission_that_the_database_refuses_does_not_stop_the_next(book, keys):
    found = assess(cohort.a_hand_in(keys, 1), keys)
    refused = submission(found, b"", "a.coursekit")
    refused.scores.append(refused.scores[0])
    with pytest.raises(sa.exc.IntegrityError):
        book.record(refused, found.names)
    assert keep(book, cohort.a_hand_in(keys, 2), keys).new and book.count() == 1


def _grade_until_killed(folder, address, files):
    keys = cohort.Keys(folder / "solutions", folder / "course")
    with Gradebook(address) as book:
        for content in files:
            keep(book, content, keys)


def test_a_run_that_is_killed_leaves_whole_submissions_and_goes_on(tmp_path, address, keys):
    files = [cohort.a_hand_in(keys, seed) for seed in range(60)]
    run = multiprocessing.get_context("spawn").Process(target=_grade_until_killed, args=(tmp_path, address, files * 99))
    run.start()
    with Gradebook(address) as book:
        while book.count() < 6:
            run.join(0.01)
    os.kill(run.pid, 9)
    run.join()
    with Gradebook(address) as book:
        for trainee in book.trainees():
            assert [len(one.scores) for one in book.hand_ins(trainee.id)] == [8]
        for content in files:
            keep(book, content, keys)
        assert book.count() == 60
        assert {one.content for trainee in book.trainees() for one in book.hand_ins(trainee.id)} == set(files)
