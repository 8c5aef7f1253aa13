"""What goes wrong elsewhere, and must not here: a zip of damaged and hostile hand-ins beside a good one, graded by the command.

Each row of CASES is a file as it comes, what must become of it, and a part of the reason that stands in files.csv. Wherever there
is an answer in a file, the words of it can be read afterwards. Nothing in any of them is run.
"""

import base64
import csv
import io
import json
import os
import pickle
import re
import stat
import subprocess
import sys
import warnings
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest

import cohort
from sample_exercise import sample_notebook, write_sample

WORDS = "I went on, and you looked at the door."
"""What the trainee of each file answered, with the number of the file after it."""
RUNS = "__import__('pathlib').Path('ran').touch()"
"""If this is ever run, there is a file `ran` afterwards."""


def whole(number, *more, words=WORDS, **first):
    """The answers file of the trainee with this number: a choice, a written answer, the hand-in; more acts, another first line."""
    said = [
        cohort.act("06-e1", {"option": "b", "reason": "r1"}),
        cohort.act("06-e5", {"text": f"{words} ({number})"}),
        cohort.act("hand-in", None),
        *more,
    ]
    return cohort.file_of(said, cohort.header(**{"trainee": f"{number:016x}", "name": f"Trainee {number}"} | first))


def handed_in(number, *more):
    """The answers file of a trainee who did more and handed in again."""
    return whole(number, *more, cohort.act("hand-in", None))


def value(number, text, item="06-e6"):
    """A whole file to which an act was added before the hand-in whose value is this JSON."""
    act = f'{{"seq": 4, "item": "{item}", "version": 1, "attempt": 1, "value": {text}}}\n'.encode()
    hand_in = b'{"seq": 5, "item": "hand-in", "version": 1, "attempt": 1, "value": null}\n'
    return whole(number) + act + hand_in


def lines(number, change):
    """A whole file whose lines were changed: 0 is the first line, 1 the choice, 2 the written answer, 3 the hand-in."""
    return b"".join(change(whole(number).splitlines(keepends=True)))


def zipped(*files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def notebook(*cells, name=cohort.NOTEBOOK):
    """A trainee's notebook of the exercise, with cells of her own at the end."""
    whole = sample_notebook()
    whole["cells"] = [cell for cell in whole["cells"] if cell["metadata"]["tags"][0] in ("shared", "item")] + list(cells)
    whole["metadata"]["coursekit"] = {"part": "exercise", "notebook": name, "release": 1}
    return json.dumps(whole).encode()


def own_cell(text, **more):
    return {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": text.splitlines(keepends=True)} | more


def attached(number):
    data = base64.b64encode(whole(number)).decode()
    return notebook(own_cell("Here it is.", attachments={"a.coursekit": {"text/plain": data}}))


class Evil:
    def __reduce__(self):
        return eval, (RUNS,)


class Case(NamedTuple):
    """A file of the zip: its name there, its content, what becomes of it, and a part of the reason."""

    name: str
    content: bytes
    outcome: str
    reason: str


G, P, R, X = "graded", "for a person", "refused", "passed over"
ONE = "1 answer goes to a person."
TWO = "2 answers go to a person."
TORN = "it is cut off or damaged"
STRANGE = "it is not one of the course's lines; ask for the file again"
NOBODY = "the first line, which says whose answers these are and to which notebook, is missing or damaged"
ASK = "Ask for the file ending in .coursekit"
AND_NO_MORE = "This is a notebook, which holds no answers. Ask for the file ending in .coursekit that “Hand in” makes, in the notebook or on the exported page."  # noqa: E501
DEEP = "[" * 20_000 + "]" * 20_000
LONG = " ".join(map(str, range(300_000)))


CASES = [
    # As it should be, and under other names
    Case("good.coursekit", whole(1), G, ONE),
    Case("good (1).coursekit", whole(1), G, "The gradebook had this file already."),
    Case("renamed.txt", whole(2), G, ONE),
    Case("renamed.ipynb", whole(3), G, ONE),
    Case("renamed.coursekit.json", whole(4), G, ONE),
    Case("no ending", whole(5), G, ONE),
    Case("mail.txt", b"Dear Ms Otto,\nhere is my file.\n\n" + whole(6), P, f"Line 1 cannot be read: {TORN}"),
    # Saved by another program
    Case("mark of byte order.coursekit", b"\xef\xbb\xbf" + whole(7), G, ONE),
    Case("utf-16.coursekit", whole(8).decode().encode("utf-16"), G, ONE),
    Case("line ends of Windows.coursekit", whole(9).replace(b"\n", b"\r\n"), G, ONE),
    Case("line ends of old Macs.coursekit", whole(10).replace(b"\n", b"\r"), P, NOBODY),
    Case("no last line end.coursekit", whole(11)[:-1], G, ONE),
    # Torn, copied, deleted, mixed up
    Case("torn at the end.coursekit", whole(12)[:-30], P, f"Line 4 cannot be read: {TORN}"),
    Case("torn in an answer.coursekit", lines(13, lambda it: [*it[:2], it[2][:-4]]), P, f"Line 3 cannot be read: {TORN}"),
    Case("torn in a letter.coursekit", lines(14, lambda it: [*it[:2], it[2][:-4], b"\xe2\x80"]), P, "its letters are damaged"),
    Case("a line copied.coursekit", lines(15, lambda it: [*it, it[2]]), G, ONE),
    Case("a line deleted.coursekit", lines(16, lambda it: [it[0], it[2], it[3]]), P, "some are missing (1): their lines are gone"),
    Case("lines out of order.coursekit", lines(17, lambda it: [it[0], it[3], it[2], it[1]]), G, ONE),
    Case("line ends lost.coursekit", lines(18, lambda it: [one.strip() for one in it]), P, NOBODY),
    Case("first line gone.coursekit", lines(19, lambda it: it[1:]), P, NOBODY),
    Case("first line last.coursekit", lines(20, lambda it: [*it[1:], it[0]]), G, ONE),
    Case("first line twice.coursekit", lines(21, lambda it: [it[0], *it]), G, ONE),
    Case("two files in one.coursekit", whole(22) + whole(99), P, "Line 5 cannot be read: it is the first line of another file."),
    Case("prose between.coursekit", lines(23, lambda it: [*it[:2], b"Sorry!\n", *it[2:]]), P, f"Line 3 cannot be read: {TORN}"),
    # Answers that fit nothing
    Case("item unknown.coursekit", whole(24, cohort.act("06-e99", {"text": "Where to?"})), P, "No such item is in the keys."),
    Case("version unknown.coursekit", handed_in(25, cohort.act("06-e1", {"option": "b"}, version=7)), G, TWO),
    Case("notebook unknown.coursekit", whole(26, notebook="99_nothing"), P, "There are no keys for the exercise “99_nothing”."),
    Case("another course.coursekit", whole(27, course="gardening"), P, "The file belongs to another course, “gardening”."),
    Case("newer format.coursekit", whole(28, coursekit=2), R, "Install the newer version"),
    Case("wrong types.coursekit", handed_in(29, *(cohort.act(f"06-e{n}", [n]) for n in (1, 2, 3, 4, 6, 7, 8))), G, "8 answers"),
    Case("answer cleared.coursekit", handed_in(30, cohort.act("06-e5", {"text": " "})), G, ONE),
    Case("answer after the hand-in.coursekit", whole(31, cohort.act("06-e6", {"text": "Too late?"})), G, TWO),
    Case("trainee id a path.coursekit", whole(32, trainee="../../../etc/passwd"), P, "it is meant to be the first line, but"),
    Case("one id, first.coursekit", whole(33, trainee="f" * 16), G, ONE),
    Case("one id, second.coursekit", whole(34, trainee="f" * 16), P, "so the two are kept apart"),
    # Values that break programs
    Case("a million characters.coursekit", handed_in(35, cohort.act("06-e6", {"text": LONG[:1_000_000]})), G, ONE),
    Case("two million characters.coursekit", handed_in(36, cohort.act("06-e6", {"text": LONG})), G, ONE),
    Case("a line without end.coursekit", value(37, f'"{LONG} {LONG} {LONG}'), P, "Line 5 cannot be read: it is longer"),
    Case("a null character.coursekit", whole(38, words=f"\0{WORDS}"), G, ONE),
    Case("half a character.coursekit", value(39, '{"text": "\\ud800"}'), G, ONE),
    Case("right to left.coursekit", whole(40, words=f"\u202e\u2066{WORDS}", name="\u202eaiM"), G, ONE),
    Case("nested 20,000 deep.coursekit", value(41, DEEP), P, f"Line 5 cannot be read: {TORN}"),
    Case("a hundred thousand lists.coursekit", value(42, f"[{'[],' * 100_000}0]"), P, "it is longer than any answer"),
    Case("a number of 4,000 digits.coursekit", value(43, f'{{"ratings": {{"felt": {"9" * 4000}}}}}', "06-e4"), G, TWO),
    Case("infinite.coursekit", value(44, '{"ratings": {"felt": 1e999}}', "06-e4"), P, f"Line 5 cannot be read: {TORN}"),
    Case("not a number.coursekit", value(45, '{"ratings": {"felt": NaN}}', "06-e4"), P, f"Line 5 cannot be read: {TORN}"),
    Case("said twice.coursekit", value(46, '{"text": "a", "text": "b"}', "06-e5"), P, "it says “text” twice"),
    Case("attempt without end.coursekit", whole(47, cohort.act("06-e1", {"option": "a"}, attempt=10**30)), P, STRANGE),
    Case("beginnings glued.coursekit", whole(48) + b'{"seq"' * 10_000, P, f"Line 5 cannot be read: {TORN}"),
    # Values that do something where they are shown
    Case("formula.coursekit", whole(49, name="=HYPERLINK(A1)", words=f"=cmd|' /C calc'!A0 {WORDS}"), G, ONE),
    Case("script.coursekit", whole(50, name="<script>alert(1)</script>", words=f"</p><script>{RUNS}</script>{WORDS}"), G, ONE),
    Case("picture.coursekit", whole(51, name='"><img src=x onerror=alert(1)>', words=f"<img src=//x.invalid>{WORDS}"), G, ONE),
    Case("template.coursekit", whole(52, name="{{ 7 * 7 }}{% raw %}", words=f"{{{{ cycler.__init__ }}}} {WORDS}"), G, ONE),
    Case("markdown.coursekit", whole(53, words=f"[x](javascript:alert(1)) ![x](//x.invalid) <b>{WORDS}"), G, ONE),
    Case("python.coursekit", whole(54, name=RUNS, words=f"{RUNS} {WORDS}"), G, ONE),
    Case("terminal.coursekit", whole(55, name="\x1b[2J\x1b]0;x\x07", words=f"\x1b[31m{WORDS}"), G, ONE),
    Case("\x1b[2Jname\n.coursekit", whole(56), G, ONE),
    Case("=1+1.coursekit", whole(57), G, ONE),
    Case(f"{'long' * 100}.coursekit", whole(58), G, ONE),
    # Something else instead
    Case("only the notebook.ipynb", notebook(), R, AND_NO_MORE),
    Case("typed into the notebook.ipynb", notebook(own_cell(f"{WORDS} (59)")), R, f"In cells of its own it says: {WORDS} (59)"),
    Case("typed into a copied cell.ipynb", notebook(own_cell('here.item("06-e1")'), own_cell(f"{WORDS} (60)")), R, "it says: I"),
    Case("with a cell for nbgrader.ipynb", notebook(own_cell("points()", metadata={"nbgrader": {"locked": True}})), R, AND_NO_MORE),
    Case("pasted into the notebook.ipynb", notebook(own_cell(whole(61).decode())), G, ONE),
    Case("attached to the notebook.ipynb", attached(62), G, ONE),
    Case("notebook that runs.ipynb", notebook(own_cell(RUNS, cell_type="code", outputs=[])), R, f"of its own it says: {RUNS}"),
    Case("half a notebook.ipynb", notebook()[:-200], R, ASK),
    Case("stripped notebook.ipynb", b'{"cells": [1, {"source": [2]}, {"attachments": {"a": {"b": "c"}}}], "metadata": 3}', R, ASK),
    Case("deep notebook.ipynb", DEEP.encode(), R, ASK),
    Case("page.html", b"<!doctype html><script>alert(1)</script>", R, f"This is a web page, which holds no answers. {ASK}"),
    Case("essay.docx", zipped(("word/document.xml", "<w:t>I went on</w:t>")), R, f"This is a Word document. {ASK}"),
    Case("essay.pdf", b"%PDF-1.7 /JavaScript", R, f"This is a PDF. {ASK}"),
    Case("pickle.coursekit", pickle.dumps(Evil()), R, "It ends in .coursekit but holds no answers."),
    Case("program.coursekit", RUNS.encode(), R, "It ends in .coursekit but holds no answers."),
    Case("typer.py", RUNS.encode(), R, f"This is not an answers file. {ASK}"),
    Case("empty.coursekit", b"", R, "It is empty."),
    Case("blank.coursekit", b" \n\n", R, "It is empty."),
    Case("__MACOSX/._good.coursekit", b"\0\5\x16\7", X, "macOS adds this"),
    Case("Trainee 1/.DS_Store", b"\0", X, "macOS adds this"),
    Case("Trainee 1/Thumbs.db", b"\0", X, "Windows adds this"),
    # Zips
    Case("zip in the zip.zip", zipped(("a.coursekit", whole(63))), G, ONE),
    Case("three deep.zip", zipped(("b.zip", zipped(("a.coursekit", whole(64))))), R, "It is a zip in a zip in a zip."),
    Case("a zip.coursekit", zipped(("a.coursekit", whole(65))), R, "It is a zip under another name."),
    Case("half a zip.zip", zipped(("a.coursekit", whole(66)))[:-30], R, "It is not a zip, or a damaged one."),
    Case("empty.zip", zipped(), R, "The zip is empty."),
    Case("bomb.coursekit", b"0" * (3 << 20), R, "as a zip bomb does"),
    Case("../up.coursekit", whole(67), R, "Its name in the zip points outside the zip."),
    Case("/etc/absolute.coursekit", whole(68), R, "Its name in the zip points outside the zip."),
    Case("C:\\drive.coursekit", whole(69), R, "Its name in the zip points outside the zip."),
    Case("link.coursekit", b"/etc/passwd", R, "It is a link; links are not followed."),
    Case("locked.coursekit", whole(70), R, "It is locked with a password."),
    Case("damaged.coursekit", whole(71), R, "It is damaged inside the zip"),
    Case("same name.coursekit", whole(72), G, ONE),
    Case("same name.coursekit", whole(73), G, ONE),
]  # fmt: skip


CANNOT_BE_READ = {
    28: "only the newer coursekit knows its format",
    64: "in a zip that is packed too deep", 65: "in a zip that is called otherwise", 66: "in a zip that is torn",
    67: "not opened", 68: "not opened", 69: "not opened", 70: "locked", 71: "damaged",
}  # fmt: skip
"""The files that were refused although there is an answer in them: the instructor reads why, and what to do."""


def class_zip():
    """One zip of all of them."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(buffer, "w") as archive:
        for one in CASES:
            member = zipfile.ZipInfo(one.name)
            member.compress_type = zipfile.ZIP_STORED if one.name == "damaged.coursekit" else zipfile.ZIP_DEFLATED
            if one.name == "link.coursekit":
                member.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(member, one.content)
    data = bytearray(buffer.getvalue())
    data[data.find(b"(71)") + 1] ^= 1
    for place, flags in ((data.find(b"locked.coursekit"), -24), (data.rfind(b"locked.coursekit"), -38)):
        data[place + flags] |= 1
    return bytes(data)


HOOK = """
import json, os, sys
log = os.open(os.environ["AUDIT"], os.O_WRONLY | os.O_CREAT)
WATCHED = ("exec", "compile", "import", "open", "os.", "shutil.", "subprocess.", "socket.", "pickle.", "ctypes.", "sqlite3.")

def said(part):
    if hasattr(part, "co_consts"):
        return [part.co_filename, repr(part.co_consts)]
    return part if isinstance(part, (int, type(None))) else repr(os.fspath(part) if isinstance(part, os.PathLike) else part)

def hook(event, arguments):
    if event.startswith(WATCHED):
        os.write(log, (json.dumps([event, *map(said, arguments)]) + chr(10)).encode())  # at once, because threads may come between

sys.addaudithook(hook)
"""


class Graded(NamedTuple):
    """What the command said, the rows of files.csv and of needs-a-person.csv, the pages, and all that Python noted of the run."""

    said: subprocess.CompletedProcess
    files: list[dict]
    needs: list[dict]
    pages: list[str]
    audit: list[list]
    folder: Path


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """`coursekit grade class.zip`, in a folder of its own in which the zip was unpacked, too, as people do."""
    folder = tmp_path_factory.mktemp("class")
    write_sample(folder, cohort.ITEMS + cohort.MORE)
    (folder / "course/roleplays/the-clock.md").write_text(cohort.SCRIPT, encoding="utf-8")
    (folder / "class.zip").write_bytes(class_zip())
    for name in ("typer.py", "json.py", "sitecustomize.py"):
        (folder / name).write_text(RUNS)
    (folder / "hook").mkdir()
    (folder / "hook" / "sitecustomize.py").write_text(HOOK)
    apart = {"PYTHONPATH": str(folder / "hook"), "AUDIT": str(folder / "audit"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [Path(sys.executable).parent / "coursekit", "grade", "class.zip"]
    said = subprocess.run(command, cwd=folder, env=os.environ | apart, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in said.stderr, said.stderr
    tables = [list(csv.DictReader(io.StringIO((folder / "graded" / name).read_text("utf-8-sig"), newline="")))
              for name in ("files.csv", "needs-a-person.csv")]  # fmt: skip
    pages = [path.read_text("utf-8") for path in sorted((folder / "graded" / "feedback").iterdir())]
    audit = [json.loads(entry) for entry in (folder / "audit").read_text("utf-8").splitlines()]
    return Graded(said, *tables, pages, audit, folder)


def test_every_file_is_graded_listed_or_refused_with_the_reason(graded):
    def fits(said, wanted):
        return said == wanted if wanted == AND_NO_MORE else wanted in said

    found = [(one.name, row["Outcome"], one.reason if fits(row["Reason"], one.reason) else row["Reason"])
             for one, row in zip(CASES, graded.files, strict=True)]  # fmt: skip
    assert found == [(one.name, one.outcome, one.reason) for one in CASES]
    counts = [sum(one.outcome == outcome for one in CASES) for outcome in (G, P, R, X)]
    told = "{} files: {} graded, {} for a person to look at, {} refused, {} passed over.".format(sum(counts), *counts)
    assert graded.said.stdout.splitlines()[0] == told and graded.said.returncode == 1


def test_the_words_of_every_answer_can_be_read(graded):
    read = "\n".join([row["Text"] for row in graded.needs] + [row["Reason"] for row in graded.files])
    found = {int(number) for number in re.findall(re.escape(WORDS) + r" \((\d+)\)", read)}
    assert found == {*range(1, 74), 99} - CANNOT_BE_READ.keys()


def test_what_is_good_beside_it_has_its_points(graded):
    with (graded.folder / "graded" / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        points = {row["Trainee id"]: (row["06-e1 (of 2)"], row["06-e5 (of 4)"]) for row in csv.DictReader(file)}
    assert points[f"{1:016x}"] == ("2", "person") and len(points) == len(graded.pages) > 60


def test_nothing_of_it_was_run(graded):
    assert not list(graded.folder.rglob("ran")) and not Path("ran").exists()
    events = [event for event, *_ in graded.audit]
    assert events.count("import") > 100 and events.count("compile") > 0 and events.count("sqlite3.connect") > 0  # it does listen
    others = ("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile", "socket.", "pickle.")
    assert [entry for entry in graded.audit if entry[0].startswith(others)] == []
    code = [entry for entry in graded.audit if entry[0] in ("exec", "compile", "import", "ctypes.dlopen")]
    theirs = (WORDS, RUNS, str(graded.folder) + os.sep)
    hook = str(graded.folder / "hook")
    assert [entry for entry in code if any(text in str(entry).replace(hook, "") for text in theirs)] == []


def test_nothing_is_written_but_the_output(graded):
    out, writing = str(graded.folder / "graded"), os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    changes = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate",
               "os.utime", "shutil.")  # fmt: skip
    opened = [entry[1] for entry in graded.audit if entry[0] == "open" and isinstance(entry[3], int) and entry[3] & writing]
    changed = [entry for entry in graded.audit if entry[0].startswith(changes) or entry[0] == "sqlite3.connect"]
    opened += [path for entry in changed for path in entry[1:] if isinstance(path, str)]
    paths = {os.path.normpath(graded.folder / path.strip("'\"")) for path in opened}
    assert {os.path.join(out, name) for name in ("gradebook.sqlite", "feedback")} <= paths
    assert [path for path in paths if path != out and not path.startswith(out + os.sep)] == []
    made = {"class.zip", "typer.py", "json.py", "sitecustomize.py", "hook", "audit", "solutions", "course", "graded"}
    assert {path.name for path in graded.folder.iterdir()} == made


class Active(HTMLParser):
    """Collects what a page could run or fetch: elements and attributes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        active = {"script", "iframe", "object", "embed", "img", "form", "base", "meta", "audio", "video"}
        for name, value in attributes:
            fetches = name in ("src", "srcset", "action", "formaction", "poster", "style", "href", "xlink:href")
            if name.startswith("on") or (fetches and not re.match(r"#|data:,$", value or "")):
                self.found.append((tag, name, value))
        if tag in active and not (tag == "meta" and attributes[0][1] in ("utf-8", "viewport", "color-scheme")):
            self.found.append((tag, attributes))


def test_no_page_has_anything_in_it_that_could_run_or_fetch(graded):
    for page in graded.pages:
        active = Active()
        active.feed(page)
        assert active.found == []
    shown = "\n".join(graded.pages)
    assert "&lt;script&gt;" in shown and "{{ 7 * 7 }}" in shown


def test_no_cell_is_a_formula_and_no_line_steers_a_terminal(graded):
    cells = [cell for path in (graded.folder / "graded").glob("*.csv")
             for row in csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")) for cell in row]  # fmt: skip
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    assert "\x1b" not in graded.said.stdout + graded.said.stderr
