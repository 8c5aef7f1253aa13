"""The corpus of written replies: its format, what it holds, what raters say of it."""

from collections import Counter

import pytest

from coursekit.codebook import THERAPIST_CODES
from coursekit.coding.corpus import CONTEXTS, LABELS, CorpusFaults, read, read_all, read_sheets
from coursekit.coding.corpus.__main__ import agreement, blind_sheet, near_duplicates, prune, report

SMALL = """\
# aa-001 · withdrawal
> He has kept his coat on.
Client: It's fine. Whatever works for you.

- OPEN: What would work for you, if it was only you?
- DEFEND, OWN: Sorry about the name, but I have a lot of people to keep straight.
- empty: Thank you for sharing that with me.
"""


@pytest.fixture(scope="module")
def corpus():
    return read_all()


def small(tmp_path, text=SMALL):
    path = tmp_path / "small.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_reply_is_read_with_its_situation_and_its_labels(tmp_path):
    _, reply, _ = read(small(tmp_path))
    assert (reply.label, reply.second, reply.line) == ("DEFEND", "OWN", 6)
    assert reply.situation.client == "It's fine. Whatever works for you."
    assert reply.situation.background == "He has kept his coat on."


def test_all_faults_of_a_file_are_told_at_once_with_what_to_write(tmp_path):
    text = """\
# aa-001 · quiet
- OPEN: Too early?
Client: Hm.
- OPE: What?
- OPEN, OPEN: What?
- OPEN What?
And then?
# aa-001 · calm
"""
    with pytest.raises(CorpusFaults) as found:
        read(small(tmp_path, text))
    assert str(found.value) == (
        "small.md, line 1: “# aa-001 · quiet” is no heading of a situation. "
        "Write `# xx-001 · calm` (or withdrawal, confrontation).\n"
        "small.md, line 2: this reply has no client's line above it. Begin with a heading and `Client: …`.\n"
        f"small.md, line 4: “OPE” is not a label. Use one of {', '.join(LABELS)}.\n"
        "small.md, line 5: both labels are OPEN. Leave out the second.\n"
        "small.md, line 6: “- OPEN What?” is no reply. Write `- CODE: text` or `- CODE, SECOND: text`.\n"
        "small.md, line 7: “And then?” cannot be read. A line begins with `# `, `> `, `Client: ` or `- `.\n"
        "small.md, line 8: the situation “aa-001” stands above already. Give it another number."
    )


def test_the_same_situation_in_two_files_is_a_fault(tmp_path):
    small(tmp_path)
    (tmp_path / "other.md").write_text(SMALL, encoding="utf-8")
    with pytest.raises(CorpusFaults, match="small.md: the situation “aa-001” stands in other.md too. Give it another number."):
        read_all(tmp_path)


def test_the_corpus_has_enough_of_everything(corpus):
    counts = Counter(example.label for example in corpus)
    situations = {example.situation for example in corpus}
    assert len(corpus) >= 2000 and len(situations) >= 200
    assert min(counts[label] for label in LABELS) >= 60
    assert {situation.context for situation in situations} == set(CONTEXTS)


def test_of_each_code_enough_is_held_out_to_measure_with(corpus):
    counts = Counter(example.label for example in corpus if example.situation.held_out)
    assert min(counts[code] for code in THERAPIST_CODES) >= 50


def test_no_reply_stands_there_twice_in_nearly_the_same_words(corpus):
    assert [f"{later.file}, line {later.line}" for _, later in near_duplicates(corpus)] == []


def test_near_duplicates_can_be_taken_out(tmp_path):
    path = small(tmp_path, SMALL + "- empty: thank you for sharing that with me!\n- REFL: You'd go along with anything.\n")
    assert prune(read(path), tmp_path) == 1
    assert [example.text for example in read(path)][2:] == ["Thank you for sharing that with me.", "You'd go along with anything."]


def test_the_report_counts(tmp_path):
    lines = report(read(small(tmp_path))).splitlines()
    assert lines[0] == "3 replies, 1 situations (1 withdrawal); 0 situations held out"
    assert "DEFEND              1      0" in lines and "OWN                 0      1" in lines


def test_a_sheet_for_a_rater_tells_no_labels(corpus):
    rows = blind_sheet(corpus, 10)
    assert 0.05 < len(rows) / len(corpus) < 0.2
    assert {row["primary"] + row["secondary"] for row in rows} == {""}


def test_a_tenth_was_labelled_a_second_time_and_agreement_is_printed(corpus):
    sheets = read_sheets(corpus)
    assert all(len(sheets[rater]) >= len(corpus) / 10 for rater in ("first", "second"))
    assert "first and second: the same label for" in agreement(corpus)


def test_a_raters_row_that_does_not_fit_is_named(tmp_path):
    examples = read(small(tmp_path))
    (tmp_path / "panel.csv").write_text(
        "situation,reply,primary\naa-001,Thank you for sharing that with me.,EMPTY\naa-001,Thanks,empty\n", encoding="utf-8"
    )
    with pytest.raises(CorpusFaults) as found:
        read_sheets(examples, tmp_path)
    assert found.value.faults == [
        f"panel.csv, row 2: “EMPTY” is not a label. Use one of {', '.join(LABELS)}.",
        "panel.csv, row 3: this reply does not stand in aa-001. Take the row out, or copy situation and reply from the corpus.",
    ]
