"""Scores: docs/formats.md, section 4. What cannot be read goes to a person; it is never worth nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cohort
from coursekit.exercises.answers import attempted
from coursekit.exercises.items import KINDS, load_items
from coursekit.exercises.kinds import Choice, Coding, Ordering, Rating
from coursekit.grading.scores import judge, points
from sample_exercise import ITEMS

SHEET = Coding.model_validate({
    "id": "s", "kind": "coding", "title": "t", "prompt": "p", "points": 6,
    "vocabulary": ["GOES-QUIET", "GOES-ALONG", "FAULTS-YOU"],
    "lines": [{"id": f"u{n}", "who": "Maya", "text": "…", "code": True} for n in range(1, 7)],
    "key": {
        "codes": {"u1": "GOES-QUIET", "u2": ["GOES-ALONG", "FAULTS-YOU"], "u3": "none", "u4": "none", "u5": "none", "u6": "none"},
        "why": {f"u{n}": "because" for n in range(1, 7)}, "provenance": "author",
    },
})  # fmt: skip


@pytest.fixture(scope="module")
def items(tmp_path_factory):
    path = tmp_path_factory.mktemp("items") / "06_sample.toml"
    path.write_text(ITEMS + cohort.MORE)
    return {item.kind if item.id != "06-e8" else "compared": item for item in load_items(path)}


def scored(item, value):
    verdict = judge(item, value)
    assert verdict.status == "scored", verdict.reasons
    return points(item, verdict)


def test_a_choice_gives_half_for_the_option_and_half_for_the_reason(items):
    choice = items["choice"]
    assert scored(choice, {"option": "b", "reason": "r1"}) == 2
    assert scored(choice, {"option": "b", "reason": "r2"}) == 1
    assert scored(choice, {"option": "a", "reason": "r1"}) == 1
    assert scored(choice, {"option": "b"}) == 1
    assert scored(choice, {"option": "a", "reason": "r2"}) == 0


def test_a_choice_without_reasons_gives_all_for_the_option(items):
    key = {"option": "b", "why": {"a": "…", "b": "…"}, "provenance": "author"}
    data = items["choice"].model_dump(exclude={"reasons", "key"}) | {"key": key}
    choice = Choice.model_validate(data)
    assert scored(choice, {"option": "b"}) == 2
    assert scored(choice, {"option": "a"}) == 0


def all_lines(**codes):
    return {"codes": {f"u{n}": "none" for n in range(1, 7)} | codes}


def test_a_sheet_gives_hits_less_false_alarms():
    assert scored(SHEET, all_lines(u1="GOES-QUIET", u2="FAULTS-YOU")) == 6
    assert scored(SHEET, all_lines(u1="GOES-QUIET")) == 3
    assert scored(SHEET, all_lines(u1="GOES-QUIET", u2="GOES-ALONG", u3="GOES-QUIET")) == 4.5


def test_another_code_of_the_same_family_counts_half():
    assert scored(SHEET, all_lines(u1="GOES-ALONG", u2="GOES-ALONG")) == 4.5
    assert scored(SHEET, all_lines(u1="FAULTS-YOU", u2="GOES-ALONG")) == 3


def test_marking_every_line_is_worth_nothing():
    assert scored(SHEET, {"codes": {f"u{n}": "GOES-QUIET" for n in range(1, 7)}}) == 0


def test_marking_no_line_is_worth_nothing():
    assert scored(SHEET, all_lines()) == 0


def test_a_line_that_was_not_judged_is_neither_hit_nor_false_alarm():
    verdict = judge(SHEET, {"codes": {"u1": "GOES-QUIET", "u2": "GOES-ALONG"}})
    assert points(SHEET, verdict) == 6
    assert [part.judgement for part in verdict.parts] == ["right", "right", "open", "open", "open", "open"]
    assert "4 lines not judged." in verdict.reasons


def test_a_sheet_without_any_marker_is_not_full_as_it_comes():
    none = SHEET.model_copy(
        update={"key": SHEET.key.model_copy(update={"codes": {f"u{n}": ["none"] for n in range(1, 7)}})}
    )
    assert scored(none, {"codes": {"u1": "none"}}) == 1
    assert scored(none, all_lines()) == 6


@pytest.mark.parametrize(
    ("order", "worth"),
    [("see own ask", 1), ("own see ask", 0.33), ("see ask own", 0.33), ("ask see own", 0), ("ask own see", 0)],
)
def test_an_order_gives_pairs_right_less_pairs_wrong(items, order, worth):
    assert scored(items["ordering"], {"order": order.split()}) == worth


@pytest.mark.parametrize(("felt", "worth"), [(30, 2), (20, 2), (40, 2), (45, 1.75), (50, 1.5), (60, 1), (99, 1)])
def test_a_rating_is_full_within_the_tolerance_and_falls_to_nothing_at_three_times_it(items, felt, worth):
    assert scored(items["rating"], {"ratings": {"felt": felt, "shown": 75}}) == worth


def test_a_written_answer_waits_for_a_person_or_is_compared(items):
    assert judge(items["written"], {"text": "I went too fast."}).status == "person"
    assert judge(items["compared"], {"text": "I went too fast."}).status == "recorded"
    assert judge(items["reflection"], {"text": "I talk."}).status == "recorded"


def test_an_item_without_a_key_goes_to_a_person(items):
    keyless = items["choice"].model_copy(update={"key": None})
    assert judge(keyless, {"option": "b"}).status == "person"


NOTHING = {
    "choice": [None, {}, {"option": None}, {"option": "", "reason": ""}],
    "coding": [None, {}, {"codes": {}}, {"codes": {"u2": None}}],
    "ordering": [None, {}, {"order": []}, {"order": None}],
    "rating": [None, {}, {"ratings": {}}, {"ratings": {"felt": None}}],
    "written": [None, {}, {"text": " \n\u200b"}, {"text": "", "codes": ["OWN"]}],
    "reflection": [None, {}, {"text": ""}],
}
UNREADABLE = {
    "choice": ["b", {"option": 3}, {"option": "z"}, {"option": "b", "reason": "r9"}, {"choice": "b"}],
    "coding": [
        {"codes": ["GOES-QUIET"]},
        {"codes": {"u1": "none"}},
        {"codes": {"u2": "NO-SUCH"}},
        {"codes": {"u2": 7}},
    ],
    "ordering": [
        {"order": ["see", "own"]},
        {"order": ["see", "see", "own"]},
        {"order": "see"},
        {"order": ["see", "own", {}]},
    ],
    "rating": [
        {"ratings": {"felt": 101}},
        {"ratings": {"felt": "40"}},
        {"ratings": {"felt": 40.5}},
        {"ratings": {"x": 1}},
    ],
    "written": ["I went too fast.", {"text": ["I"]}, {"words": "I went too fast."}],
    "reflection": [{"text": 5}, ["a"]],
}


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in NOTHING.items() for value in values])
def test_what_says_nothing_is_not_attempted(items, kind, value):
    assert judge(items[kind], value).status == "not attempted"


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in UNREADABLE.items() for value in values])
def test_what_cannot_be_read_goes_to_a_person_with_the_reason(items, kind, value):
    verdict = judge(items[kind], value)
    assert verdict.status == "person" and verdict.share is None and len(verdict.reasons[0]) > 20


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=9,
)
names = st.sampled_from(
    ["option", "reason", "codes", "order", "ratings", "text", "u2", "u3", "felt", "shown", "b", "r1"]
)
values = anything | st.dictionaries(names, anything | st.dictionaries(names, anything), max_size=4)


@given(kind=st.sampled_from([kind for kind in KINDS if kind != "roleplay"]), value=values)
def test_any_value_ends_in_one_status_and_is_never_a_silent_zero(items, kind, value):
    item = items[kind]
    verdict = judge(item, value)
    score = points(item, verdict)
    assert (verdict.status == "scored") == (score is not None)
    if verdict.status == "scored":
        assert 0 <= score <= item.points and verdict.reasons
        assert attempted(kind, value)
    if verdict.status == "not attempted":
        assert not attempted(kind, value)


def test_the_key_passes_its_own_check(items):
    for item in items.values():
        if item.key and item.points and item.kind != "written":
            assert scored(item, cohort.knows(item)) == item.points


def test_rating_and_ordering_carry_a_reason_for_each_part(items):
    for kind in (Rating, Ordering):
        item = next(item for item in items.values() if isinstance(item, kind))
        assert all(part.why for part in judge(item, cohort.knows(item)).parts)
