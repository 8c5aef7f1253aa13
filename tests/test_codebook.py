"""The codebook: complete, in its own words, and the same as its page."""

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest
from pydantic import ValidationError

from coursekit.codebook import FAMILIES, GROUPS, MARKERS, THERAPIST_CODES, as_markdown

ROOT = Path(__file__).parents[1]
MODEL = json.loads((ROOT / "src/coursekit/roleplay/client_model.json").read_text(encoding="utf-8"))
ENTRIES = [*THERAPIST_CODES.values(), *MARKERS.values()]


def spoken() -> dict[str, list[str]]:
    """Everything said in the codebook, by example; the two lines of one exchange count as one."""
    lines = {}
    for entry in THERAPIST_CODES.values():
        for number, example in enumerate([*entry.examples, entry.near_miss]):
            lines[f"{entry.code} {number}"] = [example.client, example.therapist]
    for marker in MARKERS.values():
        for number, example in enumerate([*marker.examples, marker.look_alike]):
            lines[f"{marker.code} {number}"] = [example.client]
    return lines


def test_every_code_of_the_client_model_has_an_entry_and_no_other():
    assert set(THERAPIST_CODES) == set(MODEL["codes"])
    assert len(_raw("therapist_codes")) == len(THERAPIST_CODES)


def test_there_are_eighteen_markers_a_sign_of_risk_and_four_signs_of_repair():
    repair = [marker for marker in MARKERS.values() if marker.family == "sign of repair"]
    assert len(repair) == 4
    assert [m.code for m in MARKERS.values() if m.family == "always answered first"] == ["RISK"]
    assert len(MARKERS) == len(_raw("markers")) == 18 + 1 + 4


def test_every_entry_is_in_a_known_group_or_family_and_none_of_these_is_empty():
    assert {entry.group for entry in THERAPIST_CODES.values()} == set(GROUPS)
    assert {marker.family for marker in MARKERS.values()} == set(FAMILIES)


def test_the_kind_of_a_marker_is_the_rupture_that_its_family_announces():
    kinds = {name: {m.kind for m in MARKERS.values() if m.family == name} for name in FAMILIES}
    assert kinds == {
        "moves away": {"withdrawal"}, "as if": {"withdrawal"}, "keeps it back": {"withdrawal"},
        "moves against": {"confrontation"},
        "then is now": {None}, "always answered first": {None}, "sign of repair": {None},
    }


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.code)
def test_an_entry_is_whole(entry):
    texts = [value for value in entry.model_dump().values() if isinstance(value, str)]
    assert all(text.strip() == text and text for text in texts)
    assert len(entry.examples) == 2
    assert re.search(r"\d{4}|design of this course", entry.source, re.I)
    assert len(re.findall(r"[.?!](?: |$)", entry.definition)) <= 2, "a definition has two sentences at most"


def test_names_are_distinct_and_short_and_begin_with_what_somebody_does():
    names = [entry.name for entry in ENTRIES]
    assert len(set(names)) == len(names)
    assert all(len(entry.name.split()) <= 4 for entry in THERAPIST_CODES.values())
    assert all(name.split()[0].endswith("s") for name in names)


def test_a_near_miss_names_another_known_code():
    for entry in THERAPIST_CODES.values():
        assert entry.near_miss.code in THERAPIST_CODES and entry.near_miss.code != entry.code
    for marker in MARKERS.values():
        assert marker.look_alike.code in {None, *MARKERS} - {marker.code}


def test_every_marker_can_be_answered_and_never_by_a_reply_that_relieves_the_therapist():
    for marker in MARKERS.values():
        groups = [THERAPIST_CODES[code].group for code in marker.answered_by]
        assert groups and "relieves the therapist" not in groups


def test_what_answers_a_marker_of_rupture_opens_its_repair_in_the_client_model():
    opens = {"withdrawal": MODEL["ack"], "confrontation": MODEL["ack_confrontation"], None: []}
    for marker in MARKERS.values():
        assert marker.kind is None or set(marker.answered_by) & set(opens[marker.kind]), marker.code
    assert list(MARKERS["RISK"].answered_by) == MODEL["answers_risk"]


def test_no_two_examples_share_a_phrase_of_five_words():
    found = defaultdict(set)
    for example, lines in spoken().items():
        for line in lines:
            words = re.findall(r"[\w'’]+", line.lower())
            for start in range(len(words) - 4):
                found[" ".join(words[start:start + 5])].add(example)
    assert {phrase: where for phrase, where in found.items() if len(where) > 1} == {}


def test_nobody_speaks_in_the_phrases_of_the_trade():
    everything = json.dumps([entry.model_dump() for entry in ENTRIES]).lower()
    assert "i hear that" not in everything
    assert everything.count("it sounds like") <= 1


def test_a_good_reply_is_not_given_away_by_its_length():
    def relieving(code):
        return THERAPIST_CODES[code].group == "relieves the therapist"

    lengths = {True: [], False: []}
    for entry in THERAPIST_CODES.values():
        lengths[relieving(entry.code)] += [len(example.therapist.split()) for example in entry.examples]
        lengths[relieving(entry.near_miss.code)].append(len(entry.near_miss.therapist.split()))
    poor, good = (sum(words) / len(words) for words in (lengths[True], lengths[False]))
    assert abs(good - poor) < 2, f"{good:.1f} words in good replies, {poor:.1f} in poor ones"


def test_entries_cannot_be_changed():
    with pytest.raises(ValidationError):
        THERAPIST_CODES["OWN"].name = "apologises"


def test_the_page_is_what_the_codebook_says():
    page = (ROOT / "docs/codebook.md").read_text(encoding="utf-8")
    assert page == as_markdown(), (
        "docs/codebook.md is out of date. Write it again: python -c "
        "\"from coursekit.codebook import as_markdown; print(as_markdown(), end='')\" > docs/codebook.md"
    )


def _raw(part: str) -> list[dict]:
    return json.loads((ROOT / "src/coursekit/codebook/codebook.json").read_text(encoding="utf-8"))[part]
