"""What came in: every file is taken or refused with a reason, and nothing of it is unpacked, followed or run."""

import io
import json
import os
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cohort
from coursekit.grading import instead, submissions
from coursekit.grading.submissions import PassedOver, Refused, entries

NAMES = ["source", "attachments", "metadata", "notebook", "nbgrader", "locked", "a"]
GOOD = cohort.file_of([cohort.act("06-e6", {"text": "I talk faster."})])


def taken(*paths, skip=()):
    """What each file of the input gives: its content, or the reason why not."""
    found = {}
    for entry in entries(paths, skip):
        try:
            found[entry.source] = entry.content()
        except Refused as reason:
            found[entry.source] = str(reason)
    return found


def zipped(files, path=None, **changes):
    """A zip of {name: bytes}, as bytes or written to `path`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            for field, value in changes.items():
                setattr(member, field, value)
            archive.writestr(member, content)
    if path:
        path.write_bytes(buffer.getvalue())
    return buffer.getvalue()


def only(found):
    assert len(found) == 1, found
    return next(iter(found.values()))


def test_files_folders_and_zips_give_their_answers_files(tmp_path):
    (tmp_path / "in" / "Mia").mkdir(parents=True)
    (tmp_path / "in" / "Mia" / "a.coursekit").write_bytes(GOOD)
    (tmp_path / "in" / "empty").mkdir()
    (tmp_path / "b.coursekit").write_bytes(GOOD)
    zipped(
        {"Ben_12_assignsubmission_file/": b"", "Ben_12_assignsubmission_file/c.coursekit": GOOD}, tmp_path / "class.zip"
    )
    found = taken(tmp_path / "in", tmp_path / "b.coursekit", tmp_path / "class.zip")
    assert list(found.values()) == [GOOD] * 3
    assert list(found)[2] == f"{tmp_path}/class.zip: Ben_12_assignsubmission_file/c.coursekit"


def test_a_zip_in_a_zip_is_read_and_a_third_one_is_refused(tmp_path):
    third = zipped({"deep.coursekit": GOOD})
    second = zipped({"a.coursekit": GOOD, "third.zip": third})
    zipped({"second.zip": second}, tmp_path / "first.zip")
    found = list(taken(tmp_path / "first.zip").values())
    assert found[0] == GOOD
    assert "zip in a zip in a zip" in found[1]


@pytest.mark.parametrize("name", ["a.coursekit.txt", "exercise (1).coursekit", "answers", "A.COURSEKIT", "a.json"])
def test_a_renamed_answers_file_is_known_by_its_first_line(tmp_path, name):
    (tmp_path / name).write_bytes(GOOD)
    assert only(taken(tmp_path)) == GOOD


def test_an_answers_file_that_an_editor_saved_in_another_way_is_read(tmp_path):
    (tmp_path / "a.coursekit").write_bytes(b"\xef\xbb\xbf" + GOOD)
    (tmp_path / "b.txt").write_bytes(GOOD.decode().encode("utf-16"))
    found = list(taken(tmp_path).values())
    assert found[0].endswith(GOOD) and found[1] == GOOD


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("06.ipynb", b'{"cells": []}', "a notebook"),
        ("page.html", b"<!doctype html>", "a web page"),
        ("essay.docx", b"PK\x03\x04", "a Word document"),
        ("photo.xyz", b"\x00\x01", "not an answers file"),
        ("nothing.txt", b"", "an empty file"),
    ],
)
def test_another_file_is_named_with_what_it_is_and_what_to_ask_for(tmp_path, name, content, said):
    (tmp_path / name).write_bytes(content)
    reason = only(taken(tmp_path))
    assert said in reason and ".coursekit" in reason


anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=9) | st.sampled_from(['{"seq": 1', "eyJzZXEi", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(cells=anything, metadata=st.just({"notebook": "06_sample"}) | anything)
def test_whatever_a_notebook_holds_reading_it_ends_and_runs_nothing(tmp_path_factory, cells, metadata):
    folder = tmp_path_factory.getbasetemp()
    (folder / "06_sample.ipynb").write_text('{"cells": [{"source": "known"}]}')
    data = json.dumps({"cells": [cells, {"source": "known"}], "metadata": {"coursekit": metadata}}).encode()
    assert isinstance(instead.pasted(data), bytes) and isinstance(instead.own_words(data, folder), str)


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_answers_file_is_refused(tmp_path, content):
    (tmp_path / "a.coursekit").write_bytes(content)
    assert "is empty" in only(taken(tmp_path))


def test_bytes_that_are_no_answers_are_refused_with_their_beginning(tmp_path):
    (tmp_path / "a.coursekit").write_bytes(b"\x80\x04\x95pickle me\x1b[31m")
    reason = only(taken(tmp_path))
    assert "pickle me" in reason and reason.isprintable()


@pytest.mark.parametrize("name", ["__MACOSX/._a.coursekit", ".DS_Store", "Thumbs.db", "x/._b.coursekit"])
def test_what_a_computer_adds_by_itself_is_passed_over(tmp_path, name):
    zipped({name: b"\x00\x05\x16\x07"}, tmp_path / "a.zip")
    with pytest.raises(PassedOver):
        next(entries([tmp_path / "a.zip"])).content()


@pytest.mark.parametrize(
    "name", ["../a.coursekit", "/etc/a.coursekit", "C:\\a.coursekit", "x/../../a.coursekit", "..\\a.coursekit"]
)
def test_a_name_that_points_out_of_the_zip_is_refused(tmp_path, name):
    zipped({name: GOOD}, tmp_path / "a.zip")
    assert "outside the zip" in only(taken(tmp_path / "a.zip"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_links_are_not_followed(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.coursekit").write_bytes(GOOD)
    (tmp_path / "in" / "a.coursekit").symlink_to(tmp_path / "secret.coursekit")
    (tmp_path / "in" / "all").symlink_to(tmp_path)
    zipped({"b.coursekit": b"/etc/passwd"}, tmp_path / "b.zip", external_attr=(stat.S_IFLNK | 0o777) << 16)
    found = taken(tmp_path / "in", tmp_path / "b.zip")
    assert len(found) == 3 and all("link" in reason for reason in found.values())


def test_a_link_that_the_instructor_names_is_followed(tmp_path):
    (tmp_path / "real.coursekit").write_bytes(GOOD)
    (tmp_path / "link.coursekit").symlink_to(tmp_path / "real.coursekit")
    assert only(taken(tmp_path / "link.coursekit")) == GOOD


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.coursekit")
    assert "not an ordinary file" in only(taken(tmp_path))


def test_a_locked_zip_is_refused(tmp_path):
    data = bytearray(zipped({"a.coursekit": GOOD}))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(signature) + flags] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert "password" in only(taken(tmp_path / "a.zip"))


@pytest.mark.parametrize("cut", [0, 10, 100, -1, -30])
def test_a_torn_zip_is_refused_and_the_others_go_on(tmp_path, cut):
    data = zipped({"a.coursekit": GOOD * 9})
    (tmp_path / "a.zip").write_bytes(data[:cut])
    (tmp_path / "b.coursekit").write_bytes(GOOD)
    refused, good = taken(tmp_path).values()
    assert "zip" in refused and good == GOOD


def test_a_file_damaged_inside_a_zip_is_refused_and_its_neighbours_are_read(tmp_path):
    data = bytearray(zipped({"a.coursekit": GOOD, "b.coursekit": GOOD}))
    at = data.find(b"a.coursekit") + len("a.coursekit") + 20
    data[at : at + 8] = b"\xff" * 8
    (tmp_path / "a.zip").write_bytes(data)
    damaged, good = taken(tmp_path / "a.zip").values()
    assert "damaged" in damaged and good == GOOD


def test_a_zip_bomb_is_refused_without_being_unpacked(tmp_path):
    zipped({"a.coursekit": b"0" * (64 << 20), "b.coursekit": GOOD}, tmp_path / "a.zip")
    bomb, good = taken(tmp_path / "a.zip").values()
    assert "zip bomb" in bomb and good == GOOD


def test_a_huge_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "LARGEST", 1000)
    (tmp_path / "a.coursekit").write_bytes(GOOD + b" " * 1000)
    assert "larger than" in only(taken(tmp_path))


def test_a_file_of_more_lines_than_any_answers_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "MOST_LINES", 3)
    (tmp_path / "a.coursekit").write_bytes(GOOD + b"{}\n" * 2)
    assert "more than 3 lines" in only(taken(tmp_path))


def test_a_zip_that_unpacks_to_too_much_in_all_is_read_as_far_as_the_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "LARGEST_ZIP", 2 * len(GOOD))
    zipped({f"{n}.coursekit": GOOD for n in range(4)}, tmp_path / "a.zip")
    found = list(taken(tmp_path / "a.zip").values())
    assert found[:2] == [GOOD, GOOD] and all("more than is read" in reason for reason in found[2:])


def test_a_zip_of_too_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "MOST_FILES", 3)
    zipped({f"{n}.coursekit": GOOD for n in range(4)}, tmp_path / "a.zip")
    assert "4 files" in only(taken(tmp_path / "a.zip"))


def test_a_packing_that_is_not_read_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.coursekit", GOOD)
    assert "Pack it again" in only(taken(tmp_path / "a.zip"))


def test_what_is_not_there_is_named(tmp_path):
    assert only(taken(tmp_path / "nothing.coursekit")) == "There is no such file."


def test_the_output_of_an_earlier_run_is_left_out(tmp_path):
    (tmp_path / "graded").mkdir()
    (tmp_path / "graded" / "grades.csv").write_text("Name")
    (tmp_path / "my.sqlite").write_text("")
    (tmp_path / "a.coursekit").write_bytes(GOOD)
    found = taken(tmp_path, skip=[tmp_path / "graded", tmp_path / "my.sqlite"])
    assert only(found) == GOOD


def test_a_name_with_signs_that_steer_a_terminal_is_shown_without_them(tmp_path):
    (tmp_path / "a\x1b[2J\n.coursekit").write_bytes(GOOD)
    assert all(source.isprintable() for source in taken(tmp_path))
