# ruff: noqa: E501
import json

import pytest

from coursekit.exercises.items import ItemFaults, load_items, open_definition, public, structure
from sample_exercise import ITEMS


@pytest.fixture
def load(tmp_path):
    def load(text):
        path = tmp_path / "06_sample.toml"
        path.write_text(text, encoding="utf-8")
        return load_items(path)

    return load


def faults(load, *changes, text=ITEMS):
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(ItemFaults) as raised:
        load(text)
    return [str(fault).partition("06_sample.toml, ")[2] for fault in raised.value.faults]


def test_all_seven_kinds_are_read_in_order(load):
    kinds = [item.kind for item in load(ITEMS)]
    assert kinds == ["choice", "coding", "ordering", "rating", "written", "reflection", "roleplay"]


def test_a_single_accepted_code_is_read_as_a_list_of_one(load):
    assert load(ITEMS)[1].key.codes == {"u2": ["GOES-QUIET", "GOES-ALONG"], "u3": ["none"]}


def test_the_public_part_is_what_the_formats_page_lists_and_nothing_else(load):
    head = {"id", "kind", "version", "title", "prompt", "points"}
    parts = {
        "choice": {"options", "reasons"},
        "coding": {"lines", "vocabulary"},
        "ordering": {"steps"},
        "rating": {"scene", "scales"},
        "written": {"context", "line"},
        "reflection": set(),
        "roleplay": {"script"},
    }
    assert {item.kind: set(public(item)) - head for item in load(ITEMS)} == parts


def test_no_word_of_a_key_is_in_the_public_part(load):
    for item in load(ITEMS):
        if item.key:
            shown = json.dumps(public(item))
            whys = getattr(item.key, "why", {"": item.key.model_dump_json()})
            assert not [why for why in whys.values() if why in shown]


def test_an_open_definition_carries_the_key(load):
    choice, *_, reflection, _ = load(ITEMS)
    assert open_definition(choice)["open"] is True
    assert open_definition(choice)["key"]["option"] == "b"
    assert open_definition(reflection)["key"] is None


def test_wording_is_not_structure_and_options_and_keys_are(load):
    first = structure(load(ITEMS)[0])
    assert structure(load(ITEMS.replace("She is bored.", "She is bored, clearly."))[0]) == first
    assert structure(load(ITEMS.replace("Boredom would", "Being bored would"))[0]) == first
    assert structure(load(ITEMS.replace('option = "b"', 'option = "a"'))[0]) != first
    more = '[[item.options]]\nid = "c"\ntext = "She waits."\n\n[[item.reasons]]\nid = "r1"'
    with_c = ITEMS.replace('[[item.reasons]]\nid = "r1"', more).replace("[item.key.why]", '[item.key.why]\nc = "No."')
    assert structure(load(with_c)[0]) != first


def test_an_unknown_field_is_named_with_its_line_and_the_field_that_was_meant(load):
    assert faults(load, ("title = ", "titel = ")) == [
        "line 3, item 06-e1: found no `title`. Write `title = …`.",
        "line 5, item 06-e1: found `titel`, which a choice does not have there. Write `title`.",
    ]


def test_all_faults_of_a_file_are_found_in_one_pass(load):
    found = faults(
        load,
        ("points = 2", 'points = "two"'),
        ('option = "b"', 'option = "z"'),
        ('"GOES-QUIET", "GOES-ALONG"]\nlines', '"GOES-QUIT", "GOES-ALONG"]\nlines'),
        ("tolerance = 10", "tolerance = 0"),
        ('rubric = "owning"\n', ""),
    )
    assert found == [
        'line 7, item 06-e1: found `points = "two"`. Write a whole number.',
        "line 26, item 06-e1: found `z`, which is not one of the options. Write one of a, b.",
        "line 42, item 06-e2: found `GOES-QUIT`, which is not in the codebook. Write a code of the codebook.",
        "line 50, item 06-e2: found `u2 = GOES-QUIET`, which is not on offer. Write one of GOES-QUIT, GOES-ALONG, or none.",
        "line 79, item 06-e4: found `key.tolerance = 0`. Write a whole number above 0.",
        "line 94, item 06-e5: found marked by a person, but without a rubric. Write `rubric = …`, its name in solutions/rubrics.",
    ]


@pytest.mark.parametrize(
    "change, said",
    [
        (('id = "06-e2"', 'id = "06-e1"'), "the id 06-e1 2 times"),
        (('id = "06-e2"', 'id = "name"'), "the id name, which the answers file uses itself"),
        (('a = "Boredom would show from the start."', 'a = " "'), "no reason for a"),
        (("u3 = \"none\"", "u1 = \"none\""), "no code for the line u3"),
        (("u3 = \"none\"", "u3 = [\"none\", \"GOES-QUIET\"]"), "`none` beside codes at u3"),
        (('order = ["see", "own", "ask"]', 'order = ["see", "own"]'), "see, own"),
        (('order = ["see", "own", "ask"]', 'order = ["own", "see", "ask"]'), "stand in the right order already"),
        (("felt = 30", "felt = 130"), "`felt = 130`"),
        (('codes = ["OWN"]', 'codes = ["OWNING"]'), "`OWNING`, which is not a therapist code"),
        (('codes = ["OWN"]', 'codes = ["OWN", "NOTICE", "REFL"]'), "2 of them at most"),
        (('marked_by = "person"', 'marked_by = "self"'), "compared with models by the trainee"),
        (('provenance = "author"', ""), "no `key.provenance`"),
        (('kind = "reflection"', 'kind = "essay"'), '`kind = "essay"`'),
        (('kind = "reflection"', 'kind = "reflection"\nkey = { a = 1 }'), "a key, which a reflection does not have"),
        (('script = "the-clock"', 'script = "../keys"'), '`script = "../keys"`'),
        (("[[item]]", "[[itme]]\n[[item]]"), "`itme` outside the items"),
    ],
)  # fmt: skip
def test_each_fault_is_found_and_said_in_words(load, change, said):
    assert said in "\n".join(faults(load, change))


def test_an_item_without_its_key_is_a_fault(load):
    start, end = ITEMS.index("[item.key]\norder"), ITEMS.index('[[item]]\nid = "06-e4"')
    with pytest.raises(ItemFaults, match="no key"):
        load(ITEMS[:start] + ITEMS[end:])


def test_what_is_not_toml_is_reported_with_its_line(load):
    assert faults(load, text='[[item]]\nid = "06-e1\n')[0].startswith("line 2: found what is not TOML")


def test_an_empty_file_is_no_list_of_items(load):
    assert faults(load, text="") == ["line 1: found what is no list of items. Write `[[item]]`, and the item's fields below it."]


def test_a_file_that_is_not_there_is_a_fault_and_no_traceback(tmp_path):
    with pytest.raises(ItemFaults, match="no file that can be read"):
        load_items(tmp_path / "none.toml")


def test_every_piece_of_an_item_can_be_of_a_wrong_type_and_is_reported(load):
    lines = [number for number, line in enumerate(ITEMS.splitlines()) if " = " in line and "{" not in line]
    for number in lines:
        for wrong in ("[[1]]", "{ a = [2] }", "true", "-7", '""'):
            changed = ITEMS.splitlines()
            name, _, old = changed[number].partition(" = ")
            changed[number] = f"{name} = {wrong}"
            if old.endswith("["):
                continue
            with pytest.raises(ItemFaults):
                load("\n".join(changed))
