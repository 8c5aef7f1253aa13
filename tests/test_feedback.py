"""The feedback page: strengths first, her own answer beside the key, and no key of what she did not attempt."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import cohort
from coursekit.grading.assessment import assess
from coursekit.grading.marks import Given
from coursekit.pages.feedback import _no_reason, _praise, _strength, feedback_page
from coursekit.roleplay.scoring import Dimension
from coursekit.roleplay.session import Session
from examples import TWO_SESSIONS, two_sessions


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return cohort.make_course(tmp_path_factory.mktemp("course"))


def page_of(keys, *acts, name="Mia"):
    return feedback_page(name, [assess(cohort.file_of(list(acts)), keys)])


class _Text(HTMLParser):
    """The text of a page, a block a line."""

    BLOCKS = (
        "p",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "tr",
        "figcaption",
        "blockquote",
        "summary",
        "title",
        "caption",
        "div",
        "svg",
    )

    def __init__(self):
        super().__init__()
        self.lines, self.hidden = [""], 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag == "style"
        if tag in self.BLOCKS:
            self.lines.append({"h1": "# ", "h2": "## ", "h3": "### ", "li": "- "}.get(tag, ""))
        elif tag == "td":
            self.lines[-1] += " | "

    def handle_endtag(self, tag):
        self.hidden -= tag == "style"
        if tag in self.BLOCKS:
            self.lines.append("")

    def handle_data(self, data):
        if not self.hidden:
            self.lines[-1] += data


def text_of(page):
    reader = _Text()
    reader.feed(page)
    lines = [re.sub(r"\s+", " ", line).strip() for line in reader.lines]
    return "\n".join(line for line in lines if line and line not in ("-", "#", "##", "###")) + "\n"


def test_the_page_reads_as_expected(keys):
    assert cohort.as_expected("feedback.txt", text_of(page_of(keys, *cohort.mias_acts())))


def test_what_was_not_attempted_says_so_and_shows_nothing_of_its_key(keys):
    text = text_of(page_of(keys, cohort.act("06-e6", {"text": "I talk faster."})))
    assert text.count("its key stays closed") == 6
    for item in keys.items(("exercise", "06_sample")).values():
        if item.key:
            whys = list(getattr(item.key, "why", {}).values())
            models = [one.text for part in ("models", "poor") for one in getattr(item.key, part, [])]
            assert not [said for said in whys + models if said in text]


def test_models_of_an_answer_that_waits_for_a_person_stay_closed(keys):
    text = text_of(page_of(keys, cohort.act("06-e5", {"text": "I went on and on."})))
    assert "A person reads this one" in text and "I went on and on." in text
    assert "I think I went too fast just now." not in text


def test_an_answer_that_could_not_be_read_says_why_and_that_it_costs_nothing(keys):
    text = text_of(page_of(keys, cohort.act("06-e1", {"option": "z"})))
    assert "The option “z” is not among those on offer." in text and "costs you nothing" in text
    assert "The shift has a moment" not in text


def test_who_sent_a_file_that_is_cut_off_is_asked_for_it_again_and_not_told_that_nothing_was_played(keys):
    whole = cohort.file_of(cohort.mias_acts()[:3])
    for torn in (whole[:-30], b"\n".join([line for n, line in enumerate(whole.split(b"\n")) if n != 1])):
        text = text_of(feedback_page("Mia", [assess(torn, keys)]))
        assert "Please hand in once more the file" in text and "No play of this one is in what could be read" in text
        assert "not played this one yet" not in text
    assert "not played this one yet" in text_of(feedback_page("Mia", [assess(whole, keys)]))


def test_a_page_of_somebody_who_answered_nothing_is_kind_and_whole(keys):
    text = text_of(page_of(keys, name=None))
    assert text.startswith("Feedback\n") and "Nothing was answered yet" in text


def test_strengths_come_first_and_one_thing_to_practise_after_them(keys):
    text = text_of(page_of(keys, *cohort.mias_acts()))
    order = ["## What went well", "## One thing to practise next", "## 06 · Sample: the exercise", "### The clock"]
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)


def test_the_page_asks_for_nothing_from_anywhere(keys):
    page = page_of(keys, *cohort.mias_acts())
    assert not re.findall(r"""(?:src|href)\s*=\s*["'](?!data:|#)|url\(|@import|<script|<link[^>]+stylesheet""", page)


def test_what_she_wrote_is_shown_as_she_wrote_it(keys):
    page = page_of(keys, cohort.act("06-e6", {"text": "<b>*Not* bold</b> {{ no }}\n\n  & two lines"}))
    assert "&lt;b&gt;*Not* bold&lt;/b&gt; {{ no }}\n\n  &amp; two lines" in page


def test_the_curve_says_in_words_what_it_shows(keys):
    text = text_of(page_of(keys, *cohort.mias_acts()))
    assert re.search(r"What Maya felt went from \d+ to \d+ of 100", text)
    assert re.search(r"The rupture that began at turn 1 was (not repaired|repaired with turn \d)", text)


def test_every_reason_of_a_score_has_its_words(keys):
    """What the scoring can say is read from its source, so that a reason added there cannot be forgotten here."""
    import inspect

    from coursekit.pages.feedback import debrief
    from coursekit.roleplay import scoring

    calls = [call.split(")")[0] for call in inspect.getsource(scoring).split("_reasons(")[1:]]
    said = {name for call in calls for name in re.findall(r"(\w+)=", call)}
    dimensions = [words for words in debrief().values() if "reasons" in words]
    assert len(dimensions) == 7
    assert said - {name for words in dimensions for name in words["reasons"]} == set()


def test_a_turn_that_the_coder_read_is_shown_as_such_and_as_possible_where_it_can_say_no_more(keys):
    def told(codes):
        taken = [act for act in cohort.mias_acts() if act["item"] == "06-e7"]
        for act in taken:
            if act["value"].get("by") == "trainee":
                act["value"] |= {"by": "coder 1", "codes": codes}
        return text_of(page_of(keys, *taken))

    possible, counted = told(["OWN", "REFL"]), told(["REFL"])
    assert "I do. I lost you. Taken as: possibly owns their part, and says it back" in possible
    assert "Of these replies the coder could only say “possibly”." in possible
    assert "I do. I lost you. Taken as: says it back\n" in counted
    assert "named these replies yourself" not in possible + counted and "possibly" not in counted


def a_better_play(code):
    """Acts of Mia's second play, in which her written reply was taken by the coder as this."""
    acts = [act for act in cohort.mias_acts() if act["item"] == "06-e7" and act["attempt"] == 2]
    for act in acts:
        if act["value"].get("by") == "trainee":
            act["value"] |= {"by": "coder 1", "codes": [code]}
    return acts


def test_nobody_is_praised_for_doing_no_harm_whose_reply_made_it_harder(keys):
    harder, neither = (text_of(page_of(keys, *a_better_play(code))) for code in ("LINK", "CLARIFY"))
    assert "made it harder for the client: turn 2" in harder and "you kept from advising" not in harder
    assert "No advice, defence or pressure | 15 of 15 | There was none" in harder
    assert "Whatever else makes it harder for a client counts under “Fitting replies”." in harder
    assert "made it harder" not in neither.split("Fitting replies | ")[1] and "you kept from advising" in neither


@pytest.mark.parametrize("key", ["missed", "false_alarm", "too_early", "harm", "harm_in_rupture", "hindering"])
def test_nothing_is_praised_that_the_same_page_tells_otherwise(key):
    dimensions = [
        Dimension(name, 100 * points, points, ((key, (1,)),))
        for name, points in (("detection", 20), ("absence of harm", 15), ("meaning and timing", 10))
    ]
    praised = " ".join(_praise(dimensions))
    denied = {"missed": "noticed", "false_alarm": "noticed", "too_early": "left meaning"}.get(key, "kept from")
    assert praised and denied not in praised


def test_a_repair_with_few_points_says_that_chance_has_its_part_in_it(keys):
    text = text_of(page_of(keys, *a_better_play("REFL")))
    assert "You brought the repair a step on: turn 1." in text
    assert "Replies chosen blindly would take some of these steps too." in text


def test_a_reply_that_a_person_marked_is_told_in_a_whole_sentence(keys):
    [one] = [result for result in assess(cohort.file_of(cohort.mias_acts()), keys).results if result.item.id == "06-e5"]
    mark = Given(1.0, 4, 4, "said, and left standing", (), ("Ada",), False)
    marked = replace(one, verdict=replace(one.verdict, status="scored", share=1.0), mark=mark)
    assert _strength(marked) == "the person who marked your reply gave it 4 of 4: “said, and left standing”."


def test_a_rupture_that_flares_up_while_it_is_open_is_no_second_one(tmp_path):
    keys = cohort.make_course(tmp_path)
    open_again = cohort.SCRIPT.replace("Maya: I don't know. You talk a lot, sometimes.", "Maya: Fine. [GOES-QUIET]")
    (tmp_path / "course" / "roleplays" / "the-clock.md").write_text(open_again, encoding="utf-8")
    page = page_of(keys, *a_better_play("REFL"))
    text = text_of(page)
    assert "The rupture that began at turn 1 flared up again at turn 2 and was not repaired." in text
    assert "Here a withdrawal began." in text and "Here the withdrawal flared up again. You flagged nothing." in text
    assert page.count('<path class="ck-began"') == 2


def test_what_was_shown_is_drawn_upon_what_was_felt(keys):
    page = page_of(keys, *cohort.mias_acts())
    assert page.index('<polyline class="ck-felt"') < page.index('<polyline class="ck-shown"')


def test_a_first_play_that_is_the_best_is_told_once(keys):
    plays = a_better_play("OPEN")
    text = text_of(page_of(keys, *plays, *(act | {"attempt": 3} for act in a_better_play("LINK"))))
    assert re.search(r"You played it twice; the first play is the best, with \d+ of 100, and stands below\.", text)


def test_of_a_play_in_which_no_turn_counts_nothing_else_is_said(keys):
    session = Session(keys.script(keys.items(("exercise", "06_sample"))["06-e7"]))
    session.choose(1)
    assert _no_reason(Dimension("repair", 0, 20, ()), session) == "The play ended before there was anything to repair."
    for turn in session.turns:
        turn.by = "trainee"
    assert _no_reason(Dimension("repair", 0, 20, ()), session) == "No turn counts here."


def test_a_page_has_the_plays_of_a_lesson_beside_the_exercise(keys):
    exercise = assess(cohort.file_of(cohort.mias_acts()), keys)
    items = {"06-r1": keys.items(("exercise", "06_sample"))["06-e7"].model_copy(update={"id": "06-r1"})}
    keys.notebooks["lesson", "06_sample"] = items
    first = cohort.header(part="lesson")
    plays = [act | {"item": "06-r1"} for act in cohort.mias_acts() if act["item"] == "06-e7"]
    text = text_of(feedback_page("Mia", [exercise, assess(cohort.file_of(plays, first), keys)]))
    del keys.notebooks["lesson", "06_sample"]
    assert "## 06 · Sample: the exercise" in text and "## 06 · Sample: the lesson" in text
    assert text.count("How the play scores, and why") == 2


def two_thursdays(tmp_path, *replies):
    """The page of somebody who played both sessions, or came as far as these replies."""
    keys = cohort.make_course(tmp_path)
    (tmp_path / "course" / "roleplays" / "the-clock.md").write_text(TWO_SESSIONS, encoding="utf-8")
    session = Session(two_sessions())
    for reply in replies:
        session.choose(reply)
    if session.passage.write:
        session.write("Is it so?", ["INVITE"], "coder 1")
    return page_of(keys, *(cohort.act("06-e7", value) for value in cohort.trace(session))), session


def test_a_play_over_two_sessions_tells_what_went_into_the_time_between(tmp_path):
    page, session = two_thursdays(tmp_path, 1, 1, 1)
    before, after = session.weeks[0].before, session.weeks[0].after
    text = text_of(page)
    assert f"After session 1. Ada left with a felt alliance of {before.felt} of 100, and showed" in text
    assert f"what stays unspoken went from {before.unspoken} to {after.unspoken} of 100. Ada expects to be left; with you" in text
    assert "The rupture that began at turn 1 was still open when that session ended." in text
    assert text.index("A fortnight.") < text.index("\nA fortnight later\n") < text.index("She is on time.")
    assert page.count('class="ck-border"') == 1 and page.count('<polyline class="ck-felt"') == 2


def test_the_curve_of_a_client_who_stayed_away_ends_with_the_session_they_came_to(tmp_path):
    page, session = two_thursdays(tmp_path, 2, 2)
    assert session.ending and "It ended with the client leaving" in page
    assert page.count('class="ck-border"') == 0 and page.count('<polyline class="ck-felt"') == 1
    assert f"What Ada felt went from 25 to {session.weeks[0].before.felt} of 100" in text_of(page)
    assert "Ada expects to be left, and with you that had come true so far." in page
