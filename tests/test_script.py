"""The reader of role-play scripts: what it makes of one, and every fault with its line."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.roleplay.script import ScriptFaults, parse_script, read_script
from examples import SMALL, TWO_SESSIONS, example, example_text, small, two_sessions


def faults(text: str) -> list[str]:
    with pytest.raises(ScriptFaults) as found:
        parse_script(text, "mine", "mine.md")
    return [str(fault) for fault in found.value.faults]


def test_the_complete_example_of_the_page_for_authors_is_read():
    roleplay = example()
    assert (roleplay.title, roleplay.client, roleplay.traits.deference) == ("Half past six", "Ivo", 60)
    assert roleplay.first == "the-tray"
    assert {scene.ending for scene in roleplay.scenes.values() if scene.ending} == {
        "repair",
        "half-way",
        "as-if peace",
        "leaves",
    }


def test_a_scene_holds_directions_lines_thoughts_replies_and_feedback():
    first = small().scenes["first"].passages[0]
    assert [(speech.kind, speech.text) for speech in first.speeches] == [
        ("direction", "She sits."), ("client", "I was late again."), ("thinks", "He minds.")]  # fmt: skip
    assert first.markers == ("GOES-QUIET",) and first.onset == "withdrawal"
    reply = first.replies[0]
    assert (reply.text, reply.codes, reply.to, reply.feedback, reply.line) == (
        "You noticed that I looked at the clock.", ("OWN",), "second", "You said it.", 22)  # fmt: skip


def test_a_written_turn_has_examples_and_a_way_for_everything_else():
    passage = small().scenes["second"].passages[0]
    assert passage.write == "Answer her."
    assert [reply.codes for reply in passage.replies] == [("OPEN",), ("LINK",)]
    assert passage.otherwise and passage.otherwise.to == "the-end"


def test_passages_above_one_list_share_it():
    text = SMALL.replace("Ada: Bye.", "Ada: Bye.").replace(
        "Ada (guarded): It's fine. [GOES-ALONG]", "Ada (softening): Well.\n\nAda (guarded): It's fine. [GOES-ALONG]"
    )
    second = parse_script(text, "mine", "mine.md").scenes["second"]
    assert [passage.moods for passage in second.passages] == [(), ("softening",), ("guarded",)]
    assert second.passages[1].replies == second.passages[2].replies != ()
    assert second.passages[1].write is None


def test_a_marker_on_a_line_for_a_mood_plans_no_rupture():
    assert small().scenes["second"].passages[1].onset is None
    assert small().scenes["second"].passages[1].kind == "withdrawal"


def test_two_codes_are_a_primary_and_a_secondary():
    roleplay = parse_script(SMALL.replace("[OWN](#second)", "[OWN + INVITE](#second)"), "mine", "mine.md")
    assert roleplay.scenes["first"].passages[0].replies[0].codes == ("OWN", "INVITE")


def test_words_keep_their_signs_and_lose_only_their_markup():
    line = "I said 3 * 4 & <b>no</b> — *really*, “50 %” \\[sic\\] a_b_c?"
    roleplay = parse_script(SMALL.replace("Ada: Mm.", f"Ada: {line}"), "mine", "mine.md")
    assert roleplay.scenes["second"].passages[0].text == "I said 3 * 4 & <b>no</b> — really, “50 %” [sic] a_b_c?"


def test_every_fault_is_found_in_one_pass_with_its_line_and_what_to_write():
    text = (
        SMALL.replace("[OWN](#second)", "[OWNS](#second)")
        .replace("[CONTROL](#second)", "[CONTROL](#secnd)")
        .replace("Ada (guarded)", "Ada (grumpy)")
        .replace("[GOES-QUIET]", "[GOES-SILENT]")
        .replace("*She sits.*", "She sits.")
    )
    found = faults(text)
    assert [fault.split(":")[0] for fault in found] == [f"mine.md, line {n}" for n in (16, 18, 22, 24, 40)]
    assert found[0].endswith("Write `Ada: …`, `You: …`, `Write: …`, or put it in asterisks as a direction.")
    assert "“GOES-SILENT” is not a marker." in found[1]
    assert "“OWNS” is not a code. The codes are: OPEN" in found[2]
    assert "There is no scene “secnd”. The scenes are: first, second, the-end." in found[3]
    assert "“grumpy” is not a mood. The moods are: open, guarded" in found[4]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("client: Ada\n", ""), "line 1: The front matter says no `client`. Add a line `client: …`."),
        (("title: Small", "titel: Small"), "line 2: The front matter knows no `titel`."),
        (("expects: criticism", "expects: applause"), "line 4: `expects: applause` cannot be used"),
        (("expects: criticism", "expects criticism"), "line 4: “expects criticism” is not a line of front matter."),
        (("the-end: repair", "the-end: happy"), "“happy” is not a kind of ending."),
        (("  the-end: repair", "  the-ende: repair"), "`endings:` names “the-ende”, which is no scene."),
        (("## second", "## Second!"), "“Second!” is not a scene's name."),
        (("## the end", "## first"), "A second scene is called “first”."),
        (("Ada: Mm.", "Bob: Mm."), "“Bob” speaks, but the client is Ada."),
        (("*She sits.*", "1. She sits."), "Here is a numbered list, which a script does not know."),
        (("*She sits.*", "```\nx\n```"), "Here is a code block, which a script does not know."),
        (("Ada: Mm.", "Ada: `Mm.`"), "Here is code, which a script does not know."),
        (("- Good. [COLLUDE](#the-end)", "- Good."), "This reply leads nowhere."),
        (("- Good. [COLLUDE](#the-end)", "- Good. [COLLUDE](second)"), "“second” is not a scene of this script."),
        (("- Good. [COLLUDE](#the-end)", "- [COLLUDE](#the-end)"), "This reply has no words."),
        (("[COLLUDE](#the-end)", "[COLLUDE + COLLUDE](#the-end)"), "is not one code or two different ones"),
        (("[COLLUDE](#the-end)", "[COLLUDE](#first)"), "The scenes run in a circle: first → second → first."),
        (("- Anything else [otherwise](#the-end)\n  > She takes it as it comes.\n", ""), "A written reply may be of any kind."),
        (("Write: Answer her.\n", ""), "`[otherwise]` belongs to a written reply."),
        (("Ada: Mm.", "Ada (softening): Mm."), "has no line for the client in other moods."),
        (("Ada (guarded): It's", "Ada: It's"), "has a second passage for any mood."),
        (("- Good. [COLLUDE](#the-end)\n  > That was that.\n", ""), "There is nothing to choose."),
        (("Ada: Bye.\n", "Ada: Bye.\n\n- Bye. [OPEN](#the-end)\n- No. [FIX](#the-end)\n"), "is an ending and has replies."),
        (("  the-end: repair", "  second: repair"), "Scene “the end” stops here."),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_what_to_write(change, found):
    assert change[0] in SMALL
    assert any(found in fault for fault in faults(SMALL.replace(*change))), faults(SMALL.replace(*change))


def test_a_later_session_begins_with_a_scene_named_in_the_front_matter():
    assert two_sessions().sessions == {"the-second-thursday": "A fortnight later"}
    assert small().sessions == {}


@pytest.mark.parametrize(
    ("session", "found"),
    [
        ("the-third-thursday: Later", "line 13: `sessions:` names “the-third-thursday”, which is no scene. The scenes are:"),
        ("the-first-thursday: Later", "line 13: With “the-first-thursday” the first session begins. Name the scene with which"),
        ("the-card: Later", "line 13: “the-card” is an ending, and no session begins with it. Begin the session with a scene"),
        ("the-second-thursday:", "line 13: The session that begins with “the-second-thursday” has no words above it. Write `the-"),
    ],
)  # fmt: skip
def test_a_fault_of_a_session_is_named_with_its_line(session, found):
    said = faults(TWO_SESSIONS.replace("the-second-thursday: A fortnight later", session))
    assert any(found in fault for fault in said), said


def test_a_script_may_be_long():
    names = [f"s{n}" for n in range(1500)]
    chain = "".join(
        f"## {name}\n\nAda: Mm.\n\n- A. [OPEN](#{to})\n  > a\n- B. [FIX](#{to})\n  > b\n\n"
        for name, to in pairwise([*names, "the-end"])
    )
    roleplay = parse_script(SMALL.split("## first")[0] + chain + "## the end\n\nAda: Bye.\n\n> Bye.\n", "long", "long.md")
    assert roleplay.turns_to_an_ending["s0"] == 1500 and roleplay.planned_ruptures == 0


def test_a_file_that_is_not_text_is_refused_with_its_line(tmp_path):
    (tmp_path / "bad.md").write_bytes(b"---\ntitle: \xff\n")
    with pytest.raises(ScriptFaults, match="bad.md, line 2: This is not UTF-8 text"):
        read_script(tmp_path / "bad.md")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_faults(text):
    try:
        parse_script(text, "mine", "mine.md")
    except ScriptFaults as found:
        assert found.faults


@given(st.integers(0, 4000), st.text(max_size=12))
def test_an_example_with_anything_written_into_it_is_read_or_refused_with_faults(place, text):
    whole = example_text()
    try:
        parse_script(whole[:place] + text + whole[place:], "mine", "mine.md")
    except ScriptFaults as found:
        assert all(fault.line >= 1 and fault.found and fault.write for fault in found.faults)
