"""The gradebook in PostgreSQL by its address: the whole way by the commands, and what people read where it cannot be had."""

import csv
import re
import shutil
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

import cohort
from coursekit.cli import app
from coursekit.grading.assessment import assess
from coursekit.grading.engines import why_not
from coursekit.grading.gradebook import Gradebook, GradebookRefused
from coursekit.grading.marks import Marks, place_of
from coursekit.grading.work import submission

SECRET = "s3cr-t"


@pytest.fixture
def run(tmp_path):
    """Runs a command in a course of its own whose gradebook is at an address, and gives exit status and output."""
    cohort.make_course(tmp_path)
    course, out = ("--solutions", str(tmp_path / "solutions")), ("--out", str(tmp_path / "out"))
    folders = {"grade": (*course, *out), "mark": (*course, "--graded", str(tmp_path / "out")), "forget": out,
               "report": (*course, "--out", str(tmp_path / "out" / "report.html"))}  # fmt: skip

    def command(name, address, *words, keys=""):
        book = (address,) if name == "report" else ("--gradebook", address)
        done = CliRunner().invoke(app, [name, *book, *folders[name], *map(str, words)], input=keys)
        assert SECRET not in done.output and (done.exception is None or isinstance(done.exception, SystemExit)), done.output
        return done.exit_code, " ".join(done.output.split())

    return command


def hand_in(folder, id="a" * 16, name="Mia Kern"):
    (folder / f"{name}.coursekit").write_bytes(cohort.file_of(cohort.mias_acts(), cohort.header(id, name)))


def test_grade_mark_report_and_forget_go_the_whole_way(run, postgres, tmp_path):
    address = postgres.new().replace("course@", f"course:{SECRET}@")
    (tmp_path / "in").mkdir()
    for n, name in enumerate(["Mia Kern", "Ben Otto", "Zoë", "Łukasz", "Thu Hà"]):
        hand_in(tmp_path / "in", f"{n:016x}", name)
    assert run("grade", address, tmp_path / "in")[0] == 0
    code, said = run("mark", address, "--rater", "Ada", keys="3Room.\n3\n3\n3\n3\n")
    assert code == 0 and "5 marked, 0 left" in said
    code, said = run("grade", address, tmp_path / "in")
    assert code == 0 and "had 5 of them already; 0 have other scores now" in said
    assert "people handed in" in run("report", address)[1]
    code, said = run("forget", address, "--yes", "Mia Kern")
    assert code == 0 and "1 hand-in, " in said and "all marks and comments" in said
    with Gradebook(address) as book:
        assert {mark.place.trainee for mark in Marks(book).standing()} == {f"{n:016x}" for n in range(1, 5)}
    with (tmp_path / "out" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["Name"] for row in csv.DictReader(file)} == {"Ben Otto", "Zoë", "Łukasz", "Thu Hà"}
    assert not (tmp_path / "out" / "gradebook.sqlite").exists()
    assert all(SECRET.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_from_either_database_come_the_same_tables_and_pages(run, postgres, tmp_path):
    (tmp_path / "in").mkdir()
    for n, name in enumerate(["kernmia_11_1_a", "ottoben_22_2_a", "zoë_33_3_a", "łukasz_LATE_44_4_a", "own", "thuha_55_5_a"]):
        hand_in(tmp_path / "in", f"{n % 5:016x}", name)

    def made(address):
        for name, *rest in (("grade", tmp_path / "in"), ("mark", "--rater", "Ada"), ("report",)):
            assert run(name, address, *rest, keys="3" * 6)[0] == 0
        found = {path.name: path.read_bytes() for path in sorted((tmp_path / "out").rglob("*")) if path.is_file()}
        shutil.rmtree(tmp_path / "out")
        return found

    one, other = made(str(tmp_path / "book.sqlite")), made(postgres.new())
    assert {"grades.csv", "needs-a-person.csv", "marks.csv", "feedback.zip", "report.html"} <= set(one) and one == other


# What people read where it cannot be had


def nowhere(server):
    return server.address("book").replace(str(server.port), "1")


def with_password(password):
    def address(server):
        server.run("drop role if exists locked", "create role locked login password 'right'")
        return server.address("postgres", f"locked{password}")

    return address


def without_rights(server):
    server.run("drop role if exists guest", "create role guest login")
    address = server.new()
    engine = sa.create_engine(address)
    with engine.begin() as open:
        open.exec_driver_sql("revoke create on schema public from public")
    engine.dispose()
    return address.replace("course@", "guest@")


@pytest.mark.parametrize(("address", "said"), [
    (nowhere, "Is the server running, and are its name and port right?"),
    (lambda server: server.address("none").replace("course", f"course:{SECRET}"), '"none" does not exist. Ask whoever keeps'),
    (lambda server: f"{server.address('none')}?password={SECRET}", '"none" does not exist. Ask whoever keeps'),
    (lambda server: server.address("postgres", "nobody-here"), "The server knows no such user."),
    (lambda server: server.address("").replace("course", f"course:{SECRET}"), "the address names no database."),
    (lambda server: f"postgresql://me:{SECRET}@127.0.0.1:port/x", "the address cannot be read."),
    (with_password(f":{SECRET}"), "The user or the password is wrong. Ask whoever keeps the server."),
    (with_password(""), "Put the password into the file .pgpass"),
    (without_rights, "permission denied for schema public. Whoever keeps the server can grant it"),
    (lambda server: server.new("encoding 'LATIN1' locale 'C'"), "LATIN1, which has not all letters. Ask whoever keeps"),
])  # fmt: skip
def test_why_it_does_not_open_is_said_with_what_to_do(run, postgres, address, said, tmp_path):
    hand_in(tmp_path)
    told = [run(name, address(postgres), *rest) for name, *rest in (
        ("grade", tmp_path / "Mia Kern.coursekit"), ("mark", "--rater", "Ada"), ("report",), ("forget", "Mia Kern"))]  # fmt: skip
    assert [code > 0 and said in text and text.startswith("The gradebook") for code, text in told] == [True] * 4, told


def test_without_psycopg_it_says_how_to_install_it(run, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    code, said = run("grade", f"postgresql://me:{SECRET}@h/x", tmp_path)
    assert code == 2 and 'Install it: pip install "coursekit[postgresql]"' in said


def test_a_server_that_speaks_another_language_is_understood_as_far_as_can_be():
    fault = sa.exc.OperationalError("", {}, Exception("Verbindung: FATAL:  Datenbank »x« existiert nicht"))
    assert why_not(f"postgresql://me:{SECRET}@h/x", fault) == (
        "The gradebook postgresql://me:***@h/x cannot be opened: Datenbank »x« existiert nicht. "
        "Give the path of a file, or an address as in postgresql://user@host/name."
    )


@pytest.mark.parametrize(("address", "text"), [
    ("a.sqlite", "database is locked"), ("postgresql://me@h/x", "canceling statement due to lock timeout")])  # fmt: skip
def test_a_gradebook_that_somebody_keeps_locked_is_to_be_tried_again(address, text):
    assert why_not(address, Exception(text)).endswith("Try again in a minute.")


def test_a_gradebook_of_another_schema_is_refused_without_the_password(run, postgres):
    address = postgres.new().replace("course@", f"course:{SECRET}@")
    with Gradebook(address) as book, book._engine.begin() as open:
        open.execute(sa.text("update coursekit set value = '99'"))
    code, said = run("report", address)
    assert code == 1 and "was written by a newer coursekit" in said and "course:***@" in said


# What a server does


@pytest.fixture
def book(postgres, tmp_path):
    with Gradebook(postgres.new()) as book:
        content = cohort.file_of(cohort.mias_acts())
        found = assess(content, cohort.make_course(tmp_path))
        book.record(submission(found, content, "a"), found.names)
        yield book


def add_a_mark(book):
    return Marks(book).add(place_of("9f2c41d07ab35e18", "exercise", cohort.NOTEBOOK, "06-e5", "x"), "Ada", "first", 3, "0" * 16)


def test_a_rater_goes_on_where_the_server_let_the_connection_go(book, postgres):
    marks = Marks(book)
    postgres.run(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{book._engine.url.database}'")
    add_a_mark(book)
    assert len(marks.standing()) == 1


def test_a_computer_that_fell_asleep_while_it_wrote_holds_up_nobody(book, postgres):
    address = book._engine.url.render_as_string()
    with Gradebook(f"{address}?options=-c%20idle_in_transaction_session_timeout%3D20ms") as other:
        asleep = other._engine.connect()
        asleep.begin()
        add_a_mark(book)
        with pytest.raises(sa.exc.DBAPIError):
            asleep.execute(sa.text("select 1"))
        asleep.close()
    with book._engine.connect() as open:
        assert open.scalar(sa.text("show idle_in_transaction_session_timeout")) == "1min"


def test_who_reads_sees_one_state_of_things_throughout(book):
    with Gradebook(book._engine.url.render_as_string()) as other, other._reading() as open:
        set = sa.text("select count(*) from settings")
        before = open.scalar(set)
        book.set("counts", "most")
        assert open.scalar(set) == before == 0
    assert book.counts == "most"


def test_the_words_of_who_was_removed_are_in_no_file_of_the_database(book):
    files = sa.text("""select string_agg(encode(pg_read_binary_file(pg_relation_filepath(oid), 0, 1 << 24, true), 'escape'), '')
        from pg_class where relkind in ('r', 't') and oid >= 16384""")

    def stored():
        with book._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as open:
            open.exec_driver_sql("checkpoint")
            return open.scalar(files)

    assert "I went on & on." in stored()
    book.remove("9f2c41d07ab35e18")
    assert "I went on & on." not in stored()


def test_who_may_not_read_it_is_refused(postgres):
    address = without_rights(postgres)
    Gradebook(address.replace("guest@", "course@")).close()
    with pytest.raises(GradebookRefused, match="permission denied for table coursekit"):
        Gradebook(address)


PAGE = Path(__file__).parents[1] / "docs" / "gradebook.md"


def test_what_the_page_tells_who_keeps_the_server_is_enough_for_two_instructors(run, postgres, tmp_path):
    postgres.run(*re.findall(r"^    ((?:create|alter) .+);$", PAGE.read_text(encoding="utf-8"), re.M))
    hand_in(tmp_path)
    graded = run("grade", postgres.address("gradebook", "ada"), tmp_path / "Mia Kern.coursekit")
    marked = run("mark", postgres.address("gradebook", "ben"), "--rater", "Ben", keys="3\n")
    forgotten = run("forget", postgres.address("gradebook", "ben"), "--yes", "Mia Kern")
    assert [code for code, _ in (graded, marked, forgotten)] == [0, 0, 0]
    assert "1 marked" in marked[1] and "Removed from the gradebook: 1 hand-in" in forgotten[1]
