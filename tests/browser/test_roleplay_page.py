"""A role-play on a page from `file://`: played by keyboard, kept, resumed, gone through, and explained to the last turn."""

import json
import re
from random import Random

import pytest
from playwright.sync_api import Page, expect
from sample_roleplay import COPIED, ITEM, NOTEBOOK, definitions, reply, sample, session_of, write_course

from coursekit import content
from coursekit.codebook import THERAPIST_CODES
from coursekit.exercises.answers import read
from coursekit.pages import assets, press
from coursekit.pages.printing import TEMPLATES
from coursekit.roleplay import bots
from coursekit.roleplay.scoring import score
from coursekit.roleplay.session import BY_CODER, TurnRecord, replay
from examples import TWO_SESSIONS, course_roleplays, example, two_sessions

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Sample</title><style>{style}</style></head>
<body><main><h1>Sample</h1><h2>Play</h2><section class="ck-host" data-ck="{item}"></section></main>
<script type="application/json" id="ck-data">{data}</script><script>{script}</script>{coder}</body></html>"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of the sample by part: `lesson` (open), `exercise` (sealed), `alone`, a lesson that the coder does not reach, and
    `sessions`, a lesson with a play of two sessions."""
    roots = {name: tmp_path_factory.mktemp(name) for name in ("lesson", "exercise", "alone", "sessions")}
    for name, root in roots.items():
        write_course(root, TWO_SESSIONS if name == "sessions" else None)
        part = "exercise" if name == "exercise" else "lesson"
        coder = "" if name in ("alone", "sessions") else f"<script>{press.coder()}</script>"
        place = {"course": content.COURSE_ID, "part": part, "notebook": NOTEBOOK, "release": 3 if part == "exercise" else 0}
        data = json.dumps(place | {"items": definitions(root, part), "vocabulary": assets.vocabulary()}).replace("<", "\\u003c")
        page = PAGE.format(style=assets.style(), item=ITEM, data=data, script=assets.classic(), coder=coder)
        (root / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: root / f"{name}.html" for name, root in roots.items()}


@pytest.fixture
def opened(page: Page, pages):
    """`opened(part)`: the page, alive; the test fails for an error on it, and for a request to anywhere."""
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
    page.on("request", lambda request: request.url.startswith("file:") or troubles.append(request.url))

    def open_page(part: str = "lesson") -> Page:
        page.goto(pages[part].as_uri())
        expect(page.locator(".ck-play")).to_be_visible()
        return page

    yield open_page
    assert troubles == []


def acts(page: Page, part: str = "lesson", attempt: int = 1) -> list[dict]:
    """The trace that the page has kept."""
    text = page.evaluate(f"localStorage.getItem('coursekit/{content.COURSE_ID}/{part}/{NOTEBOOK}')") or ""
    return [act.value for act in read(text.encode()).acts if act.item == ITEM and act.attempt == attempt]


def choices(page: Page) -> list[str]:
    return page.locator(".ck-choice > span").all_inner_texts()


def say(page: Page, words: str) -> None:
    page.get_by_label("He saw it. What do you say?").fill(words)
    page.get_by_role("button", name="Say it").click()


def write(page: Page, code: str = "owns their part", words: str = COPIED) -> None:
    """Words that the coder does not take for a reply, named by herself."""
    say(page, words)
    page.locator(".ck-now").get_by_text("Something else…").click()
    page.locator(".ck-now").get_by_role("button", name=re.compile(f"^{code}", re.I)).click()


def reach(page: Page, where: str) -> None:
    """From the opening to `write`, `after` the written turn, `rating` or `debrief`, choosing the first reply each time."""
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("1")
    if where == "write":
        return
    write(page)
    if where == "after":
        return
    while page.locator(".ck-choice").count():
        page.keyboard.press("1")
    if where == "rating":
        return
    page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("button", name="To the debrief").click()


def test_a_play_goes_to_its_end_and_through_its_debrief_by_keyboard_alone(opened):
    page = opened()
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_focused()
    press("Enter")
    expect(page.locator(".ck-turn")).to_be_focused()
    press("2")
    expect(page.locator(".ck-turn")).to_be_focused()
    press("w")
    expect(page.get_by_role("button", name="moves away")).to_have_attribute("aria-pressed", "true")
    for _ in range(3):
        press("Tab")
    expect(page.get_by_label("He saw it. What do you say?")).to_be_focused()
    page.keyboard.type("1wc2")  # in the box these are letters
    expect(page.get_by_label("He saw it. What do you say?")).to_have_value("1wc2")
    press("Control+a")
    page.keyboard.type(COPIED)
    press("Control+Enter")
    expect(page.locator(".ck-seen > p").first).to_be_focused()
    expect(page.locator(":focus")).to_have_text("These are the client’s own words. Say it in yours.")
    press("Tab")
    press("Enter")
    while page.locator(".ck-choice").count():
        expect(page.locator(".ck-turn")).to_be_focused()
        press("Tab")
        press("Tab")
        press("Tab")
        press("Enter")  # the first reply, reached behind the two flags
    press("Tab")
    expect(page.get_by_role("slider")).to_be_focused()
    for _ in range(10):
        press("ArrowRight")
    press("Tab")
    press("Enter")
    expect(page.locator(".ck-debrief .ck-first")).to_be_focused()
    trace = acts(page)
    assert (trace[1]["flag"], trace[1]["text"], trace[-1]) == ("withdrawal", COPIED, {"self": 60})
    session = session_of(trace)
    assert session.complete
    found = score(session)
    expect(page.locator(".ck-total")).to_have_text(f"{found.total} of 100.")
    points = page.locator(".ck-dimensions .ck-points").all_inner_texts()
    assert [text.strip().split(" of ")[0] for text in points] == [
        f"{int(each.hundredths / 10 + 0.5) / 10:g}" for each in found.dimensions
    ]
    press("Tab")
    expect(page.get_by_text("The curves as a table")).to_be_focused()
    press("Enter")
    expect(page.get_by_role("row", name="end")).to_be_visible()


def test_a_play_left_in_the_middle_is_there_again_and_goes_on(opened):
    page = opened()
    reach(page, "after")
    page.keyboard.press("c")
    before = (page.locator(".ck-log").inner_text(), choices(page))
    page.reload()
    assert (page.locator(".ck-log").inner_text(), choices(page)) == before
    expect(page.get_by_role("button", name="moves against")).to_have_attribute("aria-pressed", "true")
    page.locator(".ck-choice").first.click()
    assert [act["turn"] for act in acts(page)] == [1, 2, 3]
    assert acts(page)[2]["flag"] == "confrontation"


def test_what_she_was_writing_is_there_again(opened):
    page = opened()
    reach(page, "write")
    page.get_by_label("He saw it. What do you say?").fill("I was")
    page.reload()
    expect(page.get_by_label("He saw it. What do you say?")).to_have_value("I was")
    assert len(acts(page)) == 1


def test_replies_stand_in_an_order_of_their_own_for_each_turn_and_each_play(opened):
    page = opened()
    orders = set()
    for attempt in range(1, 6):
        page.get_by_role("button", name="Play", exact=True).click()
        orders.add(tuple(choices(page)))
        page.keyboard.press("1")
        (act,) = acts(page, attempt=attempt)
        assert sample().scenes["the-tray"].passages[0].replies[act["reply"] - 1].text == choices_before(orders, page)
        page.get_by_role("button", name="Begin again").click()
    assert len(orders) > 1
    assert len({frozenset(order) for order in orders}) == 1


def choices_before(orders: set[tuple[str, ...]], page: Page) -> str:
    """Her last reply in the transcript; it was the first of one of the orders."""
    said = page.locator(".ck-log .ck-mine .ck-words").last.inner_text()
    assert said in {order[0] for order in orders}
    return said


def test_a_flag_is_set_changed_and_taken_away_before_the_reply(opened):
    page = opened()
    reach(page, "write")
    away, against = page.get_by_role("button", name="moves away"), page.get_by_role("button", name="moves against")
    away.click()
    expect(away).to_have_attribute("aria-pressed", "true")
    against.click()
    expect(away).to_have_attribute("aria-pressed", "false")
    expect(against).to_have_attribute("aria-pressed", "true")
    against.click()
    expect(against).to_have_attribute("aria-pressed", "false")
    page.locator(".ck-turn").focus()
    page.keyboard.press("W")
    write(page)
    assert acts(page)[1]["flag"] == "withdrawal"
    expect(page.locator(".ck-outcome")).to_have_text("You saw it: Ivo had moved away (goes quiet).")


def test_after_a_reply_comes_the_answer_then_why_and_what_a_missed_flag_was(opened):
    page = opened()
    reach(page, "after")
    pieces = page.locator(".ck-log > div").evaluate_all("nodes => nodes.map((node) => node.className.split('-').pop())")
    assert pieces == ["said", "reply", "said", "why", "reply", "said", "why"]
    expect(page.locator(".ck-outcome")).to_have_text("You flagged nothing. Ivo had moved away (goes quiet).")
    expect(page.locator(".ck-comment").nth(1)).to_contain_text("You called it: owns their part. Taken as that, it helped.")


def test_a_screen_reader_hears_exactly_what_is_new(opened):
    page = opened()
    reach(page, "after")
    page.evaluate("""() => {
      window.heard = []; window.lost = 0;
      new MutationObserver((changes) => changes.forEach((change) => {
        window.lost += change.removedNodes.length;
        change.addedNodes.forEach((node) => window.heard.push(node.innerText));
      })).observe(document.querySelector('[role=log]'), { childList: true, subtree: true });
    }""")
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
    said = choices(page)[0]
    page.keyboard.press("1")
    (reply, answer, why), lost = page.evaluate("[window.heard, window.lost]")
    assert lost == 0
    assert said in reply
    assert "Ivo" in answer
    assert why == page.locator(".ck-comment").last.inner_text()


def test_each_written_reply_moves_the_client_as_what_it_is(opened):
    page = opened()
    states = []
    for attempt, code in enumerate(("OWN", "DEFEND", "REFL"), 1):
        page.get_by_role("button", name="Play", exact=True).click()
        page.get_by_text("Everybody drops a tray in the first year, believe me.").click()
        words = reply(code)
        say(page, words)
        expect(page.locator(".ck-log .ck-mine")).to_have_count(2)
        act = acts(page, attempt=attempt)[1]
        assert (act["text"], act["codes"][0], act["by"], act["reply"]) == (words, code, "coder 1", None)
        states.append(session_of(acts(page, attempt=attempt)).state)
        page.get_by_role("button", name="Begin again").click()
    assert states[0].stage > 1 and states[2].stage == 1
    assert len({(state.bond, state.collaboration, state.strain, state.unspoken) for state in states}) == 3


def test_what_a_reply_was_taken_as_is_told_with_how_sure_and_with_the_words_that_decided(opened):
    page = opened()
    reach(page, "write")
    say(page, reply("OWN"))
    comment = page.locator("div.ck-comment")
    expect(comment.locator("p").first).to_have_text(re.compile("^Taken as: possibly owns their part.*\\. $"))
    how_often = re.compile(r"On replies written for this course the coder is right (about|more than) \d times in 10")
    expect(comment).to_contain_text(how_often)
    expect(comment).to_contain_text("No counselling talk coded by people exists to check this name against")
    expect(comment.locator(".ck-marked")).to_have_text(reply("OWN"))
    for_it = comment.locator("mark.ck-for:visible")
    assert for_it.count() > 1
    words = for_it.first.inner_text()
    assert words in reply("OWN")
    assert f"For it: “{words}”" in comment.locator(".ck-hidden").text_content()
    assert for_it.first.evaluate("node => getComputedStyle(node).textDecorationLine") == "underline"
    comment.get_by_text("What the coder is").click()
    expect(comment).to_contain_text("not by a panel of clinicians")
    page.reload()
    expect(comment.locator("mark.ck-for:visible")).to_have_count(for_it.count())


def test_where_the_coder_is_not_sure_it_says_between_what_and_why_and_she_names_it(opened):
    page = opened()
    reach(page, "write")
    say(page, reply("unsure"))
    told = page.locator(".ck-seen")
    expect(told.locator("p").first).to_be_focused()
    named = r"(Two names come to mind: .+ and|One name comes to mind:) .+"
    said = re.compile(rf"^(The coder|These are|Something in this) .+\. {named}\.$")
    expect(told.locator("p").first).to_contain_text(said)
    expect(told.locator(".ck-could")).to_have_count(2)
    for could in told.locator(".ck-could").all():
        expect(could.locator(".ck-marked")).to_have_text(reply("unsure"))
        assert re.search("For it: “|Against it: “|It is the reply as a whole", could.inner_text() + could.text_content())
    expect(page.locator(".ck-pick:visible")).to_have_count(5)
    page.get_by_role("button", name="Change my words").press("Enter")
    expect(page.get_by_label("He saw it. What do you say?")).to_be_focused()
    expect(page.get_by_label("He saw it. What do you say?")).to_have_value(reply("unsure"))
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    act = acts(page)[1]
    assert (act["text"], act["by"]) == (reply("unsure"), "trainee")
    expect(page.locator(".ck-comment").nth(1)).to_contain_text("You called it: ")
    expect(page.locator("mark")).to_have_count(0)


def test_how_often_the_coder_is_right_is_explained_once_a_play(opened):
    page = opened()
    reach(page, "write")
    say(page, reply("OWN"))
    told = page.locator(".ck-read")
    expect(told).to_contain_text("when it is this sure. No counselling talk coded by people exists")
    page.get_by_text("Try it again").click()
    page.get_by_label("Another way to say it").fill("I yawned at you just now, and that hurt you. I'm sorry.")
    page.locator(".ck-retry").get_by_role("button", name="Say it").click()
    expect(told.last.locator("p").first).to_have_text(re.compile(r"^Right (about|more than) \d times in 10\.$"))
    expect(told.last.get_by_text("What the coder is")).to_be_visible()
    page.get_by_role("button", name="Begin again").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("1")
    say(page, reply("REFL"))
    expect(told).to_contain_text("when it is this sure.")


def test_where_she_names_what_the_coder_saw_nothing_of_it_says_so(opened):
    page = opened()
    reach(page, "write")
    write(page, "blames or commands", "How long have you had that oven?")
    expect(page.locator("div.ck-comment")).to_contain_text("You called it: blames or commands. The coder saw something else in it.")


@pytest.mark.parametrize(("width", "height"), [(1000, 900), (1366, 768), (360, 740)])
def test_after_each_reply_what_the_client_says_to_it_is_in_sight(opened, page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page = opened()
    page.add_style_tag(path=TEMPLATES / "page.css")  # with its smooth movements
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("1")
    answer = page.locator(".ck-piece-said .ck-line").last
    assert is_in_sight(page, answer)
    say(page, reply("OWN"))
    expect(page.locator("mark.ck-for").first).to_be_attached()
    assert is_in_sight(page, answer)
    while page.locator(".ck-choice").count():
        page.locator(".ck-choice").last.click()
        assert is_in_sight(page, answer)


def is_in_sight(page: Page, line) -> bool:
    """Whether the line is in the window when nothing moves any more."""
    page.evaluate("""() => new Promise((done) => {
      let before = NaN;
      const looking = setInterval(() => {
        if (scrollY === before) { clearInterval(looking); done(); }
        before = scrollY;
      }, 150);
    })""")
    box = line.bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


def told_of(page: Page, reading: dict) -> str:
    """What the page says of a reading in which the coder is not sure."""
    page.goto("about:blank")
    page.add_script_tag(content=assets.module().replace("export default { render };", ""))
    return page.evaluate(
        """([reading, vocabulary]) => {
          document.body.replaceChildren(...readings.unsure({ ...reading, named: (label) => (label === "rude" ? "insults the client"
            : nameOf(vocabulary, label)) }).flat(9).filter(Boolean));
          return document.body.innerText;
        }""",
        [{"verdict": "unsure", "text": "You. Go.", "why": ""} | reading, assets.vocabulary()],
    )


def guess(label: str, percent: int, *places: list[int]) -> dict:
    return {"label": label, "percent": percent, "for": list(places), "against": []}


def test_why_the_coder_does_not_say_a_code_is_one_plain_sentence(page):
    likely = [guess("REFL", 85, [0, 3]), guess("FIX", 5)]
    sentences = {
        "": "The coder is not sure.",
        "short": "These are too few words for the coder to tell.",
        "edge": "Something in this could hurt, and the rest is of another kind. What it comes to is for you to say.",
        "pile": "These are several replies in one, or one over and over, so the coder does not decide.",
    }
    for why, said in sentences.items():
        told = told_of(page, {"why": why, "likely": likely})
        assert told.startswith(f"{said} Two names come to mind: says it back and jumps to fixing.\n")
        assert "It is the reply as a whole." in told
    assert told_of(page, {"likely": [guess("REFL", 39), guess("FIX", 20)]}).startswith("The coder can hardly tell. ")
    assert "One name comes to mind: says it back." in told_of(page, {"why": "pile", "likely": [guess("REFL", 95), guess("FIX", 4)]})


def test_an_insult_is_no_second_guess_below_sixty_percent(page):
    told = told_of(page, {"likely": [guess("FIX", 50, [0, 3]), guess("rude", 40, [0, 3]), guess("OPEN", 5)]})
    assert "jumps to fixing and asks openly." in told
    assert "insults" not in told and "as a whole" not in told
    assert "insults the client and jumps to fixing." in told_of(page, {"likely": [guess("rude", 65), guess("FIX", 20)]})


def test_by_a_coder_means_that_the_name_begins_with_it(page):
    page.goto("about:blank")
    page.add_script_tag(content=assets.module().replace("export default { render };", ""))
    given = ["coder 1", "coder 12", "trainee", "script", "a friend", "", None]
    assert page.evaluate("(given) => given.map((by) => readings.byCoder(by))", given) == [
        bool(by) and by.startswith(BY_CODER) for by in given
    ]


def test_a_pile_of_moves_and_a_list_of_phrases_earn_nothing(opened):
    page = opened()
    reach(page, "write")
    pile = "I hear you. I'm sorry. How do you feel? I was only tired. You could rest. That makes sense. Did I get that wrong?"
    for words in (pile, "I hear you, I feel, sorry, how do you feel", "Thank you so much for sharing that with me."):
        say(page, words)
        expect(page.locator(".ck-seen > p").first).to_be_focused()
        page.get_by_role("button", name="Change my words").click()
    assert len(acts(page)) == 1


def test_words_of_another_are_not_taken_for_a_reply(opened):
    page = opened()
    reach(page, "write")
    copies = {
        COPIED: "These are the client’s own words. Say it in yours.",
        "I yawned, and you were telling me something.": "These words are already in the course. Say it in yours.",
    }
    for words, told in copies.items():
        say(page, words)
        expect(page.locator(".ck-seen")).to_contain_text(told)
        page.get_by_role("button", name="Change my words").click()
    assert len(acts(page)) == 1


def test_a_turn_that_another_coder_read_is_shown_as_what_it_was_taken_as(opened):
    page = opened()
    reach(page, "write")
    say(page, reply("OWN"))
    page.evaluate(f"""() => {{
      const key = 'coursekit/{content.COURSE_ID}/lesson/{NOTEBOOK}';
      localStorage.setItem(key, localStorage.getItem(key).replace('"coder 1"', '"coder 0"'));
    }}""")
    page.reload()
    expect(page.locator("div.ck-comment")).to_contain_text("Taken as: possibly owns their part")
    page.locator(".ck-choice").first.click()
    expect(page.locator("mark")).to_have_count(0)


def test_without_the_coder_she_names_her_reply_herself(opened):
    page = opened("alone")
    reach(page, "write")
    say(page, reply("OWN"))
    expect(page.locator(".ck-turn .ck-note")).to_have_text("The coder is reading…")
    expect(page.locator(".ck-ask")).to_be_focused(timeout=6000)
    expect(page.locator(".ck-now")).to_contain_text("The coder, which reads replies, is not here just now.")
    page.get_by_role("button", name=re.compile("^Owns their part")).click()
    assert acts(page)[1]["by"] == "trainee"


def test_a_written_reply_is_named_by_herself_and_stands_beside_a_good_and_a_poor_one(opened):
    page = opened("alone")
    reach(page, "write")
    page.get_by_role("button", name="Say it").click()
    expect(page.locator(".ck-turn .ck-note")).to_have_text("Write your reply first, in the words you would say.")
    say(page, COPIED)
    expect(page.locator(".ck-pick:visible")).to_have_count(5, timeout=6000)
    expect(page.locator(".ck-now")).to_contain_text("the turn does not count in the score")
    offered = page.locator(".ck-pick:visible strong").all_inner_texts()
    assert {"Owns their part", "Says it back", "Clears something up", "Jumps to fixing"} <= set(offered)
    page.get_by_text("Something else…").click()
    expect(page.locator(".ck-pick:visible")).to_have_count(len(THERAPIST_CODES))
    page.locator(".ck-now").get_by_role("button", name=re.compile("^Keeps the peace")).click()
    act = acts(page)[1]
    assert (act["text"], act["codes"], act["by"], act["reply"]) == (COPIED, ["COLLUDE"], "trainee", None)
    good, poor = page.locator(".ck-reply-good"), page.locator(".ck-reply-poor")
    expect(good).to_contain_text("I yawned, and you were telling me something.")
    expect(good).to_contain_text("Owns their part")
    expect(poor).to_contain_text("Jumps to fixing")
    expect(page.locator(".ck-piece-reply").last).to_contain_text(COPIED)


def test_a_second_try_is_kept_and_told_and_moves_nothing(opened):
    page = opened()
    reach(page, "write")
    write(page, "jumps to fixing")
    before = session_of(acts(page)).state
    page.get_by_text("Try it again").click()
    again = page.locator(".ck-retry")
    again.get_by_label("Another way to say it").fill(reply("OWN"))
    again.get_by_role("button", name="Say it").click()
    second = page.locator(".ck-compare > :last-child")
    expect(second).to_contain_text("Taken as: possibly owns their part")
    assert acts(page)[2] == {"again": 2, "text": reply("OWN"), "codes": ["OWN"], "by": "coder 1"}
    expect(second).to_contain_text("It would have helped, and done better than your first.")
    assert session_of(acts(page)).state == before
    page.reload()
    expect(second).to_contain_text(reply("OWN"))
    expect(second.locator("mark.ck-for").first).to_be_visible()
    page.get_by_text("Try it again").click()
    again.get_by_label("Another way to say it").fill(COPIED)
    again.get_by_role("button", name="Say it").click()
    expect(again).not_to_contain_text("does not count in the score")
    again.locator(".ck-pick:visible").first.click()
    expect(second).to_contain_text("You called it: ")
    assert acts(page)[3]["by"] == "trainee"
    page.locator(".ck-choice").first.click()
    assert session_of(acts(page)).turns[2].turn == 3


def test_played_straight_through_all_comments_wait_for_the_debrief(opened):
    page = opened()
    page.get_by_role("button", name="Play straight through").click()
    page.keyboard.press("1")
    say(page, reply("OWN"))
    expect(page.locator(".ck-log .ck-mine")).to_have_count(2)
    page.reload()
    page.locator(".ck-choice").first.click()
    while page.locator(".ck-choice").count():
        page.keyboard.press("1")
    expect(page.locator(".ck-comment, .ck-compare, mark")).to_have_count(0)
    page.get_by_role("slider").press("ArrowLeft")
    page.get_by_role("button", name="To the debrief").click()
    page.get_by_role("button", name="Unfold all").click()
    expect(page.locator(".ck-compare")).to_be_visible()
    expect(page.locator(".ck-played-body mark.ck-for").first).to_be_visible()
    expect(page.locator(".ck-debrief")).to_contain_text("Not counted in the score: the coder says no more than “possibly”.")
    expect(page.locator(".ck-cap")).to_contain_text("Of these replies the coder could only say “possibly”.")


def test_the_rating_comes_before_the_debrief_and_is_never_put_in_for_her(opened):
    page = opened()
    reach(page, "rating")
    expect(page.locator(".ck-debrief")).to_have_count(0)
    expect(page.get_by_label("How well did you read and answer Ivo?")).to_be_visible()
    page.get_by_role("button", name="To the debrief").click()
    expect(page.locator(".ck-now-rating > .ck-foot .ck-note")).to_have_text("Move the slider first, as near as you can.")
    assert "self" not in acts(page)[-1]
    page.reload()
    expect(page.get_by_label("How well did you read and answer Ivo?")).to_be_visible()


def test_a_sealed_role_play_is_played_straight_through_and_keeps_its_debrief(opened):
    page = opened("exercise")
    expect(page.get_by_role("button", name="Play straight through")).to_have_count(0)
    expect(page.locator(".ck-play")).to_contain_text("The debrief comes with your feedback page")
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("1")
    write(page)
    while page.locator(".ck-choice").count():
        page.keyboard.press("1")
    page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator(".ck-lead")).to_have_text("Played to its end, and kept. You gave yourself 51.")
    for told in (".ck-comment", ".ck-compare", ".ck-debrief", ".ck-curve", ".ck-total"):
        expect(page.locator(told)).to_have_count(0)
    page.reload()
    expect(page.locator(".ck-earlier")).to_contain_text("Play 1: played to its end")
    expect(page.get_by_role("button", name="Read the debrief")).to_have_count(0)
    assert session_of(acts(page, "exercise")).complete


def test_earlier_plays_can_be_read_again_and_gone_on_with(opened):
    page = opened()
    reach(page, "debrief")
    page.get_by_role("button", name="Play again").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("2")
    page.get_by_role("button", name="Begin again").click()
    earlier = page.locator(".ck-earlier li")
    expect(earlier).to_have_count(2)
    expect(earlier.first).to_contain_text(f"Play 1: {score(session_of(acts(page))).total} of 100")
    expect(earlier.last).to_contain_text("Play 2: stopped after turn 1")
    page.get_by_role("button", name="Read the debrief of play 1").click()
    expect(page.locator(".ck-total")).to_be_visible()
    page.get_by_role("button", name="Go on with play 2").click()
    expect(page.locator(".ck-log .ck-mine")).to_have_count(1)
    write(page)
    assert [act["turn"] for act in acts(page, attempt=2)] == [1, 2]
    assert acts(page, attempt=3) == []


def test_a_play_of_an_older_script_is_shown_as_far_as_it_goes(opened):
    page = opened()
    reach(page, "write")
    page.evaluate(f"""() => {{
      const key = 'coursekit/{content.COURSE_ID}/lesson/{NOTEBOOK}';
      localStorage.setItem(key, localStorage.getItem(key).replace('"the-tray"', '"the-old-tray"'));
    }}""")
    page.reload()
    expect(page.locator(".ck-lead")).to_contain_text("This play cannot go on after turn 0")
    page.get_by_role("button", name="Begin a new play").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("1")
    assert len(acts(page, attempt=2)) == 1


def as_act(turn: TurnRecord, by: str) -> dict:
    return {"turn": turn.turn, "scene": turn.scene, "flag": turn.flag, "reply": turn.reply,
            "text": turn.text if turn.written else None, "codes": list(turn.codes), "by": by}  # fmt: skip


def test_a_debrief_leaves_nothing_unexplained_whatever_was_played(page):
    """Debriefs of many plays of every script, good, bad and blind, finished and not: no reason is empty or half filled in."""
    page.goto("about:blank")
    page.add_script_tag(content=assets.module().replace("export default { render };", ""))
    blind = [bots.random, bots.defender, bots.over_repairer, bots.single("LINK"), bots.single("CLARIFY")]
    policies = [bots.reference, bots.slips(40), *blind]
    for roleplay in [example(), sample(), two_sessions(), *course_roleplays().values()]:
        sent = []
        for number in range(42):
            session = bots.play(roleplay, policies[number % len(policies)], Random(number))
            trace = [as_act(turn, "trainee" if number % 2 and turn.written else turn.by) for turn in session.turns]
            sent.append(trace[: len(trace) // 2] if number % 5 == 4 else [*trace, {"self": session.self_rating}])
        told = page.evaluate(
            """([roleplay, traces, vocabulary]) => traces.map((trace) => {
              const ctx = { vocabulary, open: true, say() {}, item: { roleplay }, coder: async () => null };
              const node = debrief.view(ctx, { number: 1, trace: () => trace, act() {} }, rules.replay(roleplay, trace));
              document.body.replaceChildren(node);
              node.querySelectorAll("details").forEach((details) => { details.open = true; });
              const empty = [...node.querySelectorAll("p:not(.ck-note), td, h4, li")].filter((each) => !each.innerText.trim());
              const turns = node.querySelectorAll(".ck-played").length;
              return { text: node.innerText, turns, empty: empty.map((each) => each.outerHTML) };
            })""",
            [roleplay.model_dump(mode="json"), sent, assets.vocabulary()],
        )
        for trace, view in zip(sent, told, strict=True):
            assert view["empty"] == []
            assert not re.search(r"undefined|null|NaN|\{|\}|\[object|  \.|\.\.|: \.", view["text"]), view["text"]
            ends = ("self" in trace[-1]) + view["text"].count("The end of the session")
            assert view["turns"] == len([act for act in trace if "turn" in act]) + ends


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_from_the_opening_to_the_debrief(opened, page, axe, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page = opened()
    assert axe(page) == []
    reach(page, "write")
    page.keyboard.press("w")
    page.mouse.move(0, 0)
    assert axe(page) == []
    say(page, reply("unsure"))
    page.get_by_text("Something else…").click()
    page.get_by_text("What the coder is").click()
    assert axe(page) == []
    page.get_by_role("button", name="Change my words").click()
    say(page, reply("OWN"))
    page.get_by_text("What the coder is").click()
    expect(page.locator("mark.ck-for").first).to_be_visible()
    assert axe(page) == []
    page.locator(".ck-turn").focus()
    while page.locator(".ck-choice").count():
        page.keyboard.press("1")
    assert axe(page) == []
    page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("button", name="To the debrief").click()
    page.get_by_role("button", name="Unfold all").click()
    page.get_by_text("The curves as a table").click()
    page.get_by_text("What the points are for").click()
    assert axe(page) == []


def test_nothing_is_cut_off_or_too_small_to_touch_at_360_pixels(browser, pages):
    page = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()
    page.goto(pages["lesson"].as_uri())

    def fits():
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        small = page.evaluate("""[...document.querySelectorAll('.ck :is(button, textarea, summary, input)')]
          .filter((node) => node.offsetParent).map((node) => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
          .filter(([, box]) => box.height < 32 || box.right > 360 || box.left < 0).map(([html]) => html)""")
        assert small == []

    fits()
    reach(page, "write")
    fits()
    say(page, reply("unsure"))
    fits()
    page.get_by_role("button", name="Change my words").click()
    say(page, reply("OWN"))
    expect(page.locator("mark.ck-for").first).to_be_visible()
    fits()
    while page.locator(".ck-choice").count():
        page.locator(".ck-choice").first.click()
    fits()
    page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("button", name="To the debrief").click()
    page.get_by_role("button", name="Unfold all").click()
    fits()
    page.context.close()


def test_without_storage_it_is_played_and_says_that_nothing_is_saved(opened, page):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } });")
    page = opened()
    reach(page, "debrief")
    expect(page.locator(".ck-total")).to_be_visible()
    expect(page.locator(".ck-state-text")).to_contain_text("Nothing is saved here")


# A play of two sessions

FIRST = {"well": ("had not told you", "like going"), "badly": ("only one week", "nice time without me")}


def to_the_border(page: Page, how: str = "well", button: str = "Play") -> None:
    """From the opening through the first session."""
    page.get_by_role("button", name=button, exact=True).click()
    for words in FIRST[how]:
        page.locator(".ck-choice", has_text=words).click()


def test_between_two_sessions_the_page_stops_and_goes_on_by_keyboard(opened):
    page = opened("sessions")
    expect(page.locator(".ck-eyebrow").last).to_have_text("Ada · 2 sessions, about 15 minutes · level 1 of 5")
    to_the_border(page)
    log = page.locator(".ck-log")
    expect(log.get_by_role("heading", name="A fortnight later")).to_be_visible()
    expect(log.locator(".ck-piece").last).to_have_text("A fortnight later")
    expect(page.locator(".ck-turn, .ck-choice")).to_have_count(0)
    line = page.locator(".ck-now-between > p")
    expect(line).to_have_text("All is kept. You can stop here, and begin the next session another day.")
    expect(line).to_be_focused()
    assert line.get_attribute("data-lm-suppress-shortcuts") == "true"
    page.keyboard.press("1")  # here is nothing to choose
    assert len(acts(page)) == 2
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Begin the next session")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".ck-turn")).to_be_focused()
    expect(log.locator(".ck-piece").last).to_contain_text("You are brown.")
    page.keyboard.press("c")
    page.keyboard.press("1")
    assert [turn.session for turn in replay(two_sessions(), acts(page)).turns] == [1, 1, 2]
    assert acts(page)[2]["flag"] == "confrontation"


def test_a_play_closed_between_two_sessions_waits_there(opened):
    page = opened("sessions")
    to_the_border(page, button="Play straight through")
    before = page.locator(".ck-log").inner_text()
    page.reload()
    assert page.locator(".ck-log").inner_text() == before and "brown" not in before
    page.get_by_role("button", name="Begin the next session").click()
    expect(page.locator(".ck-log")).to_contain_text("You are brown.")
    page.reload()  # a session that was begun is not begun twice
    expect(page.locator(".ck-choice")).to_have_count(3)
    page.get_by_role("button", name="Begin again").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("1")
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="Begin the next session")).to_be_visible()
    page.get_by_role("button", name="Begin again").click()
    page.get_by_role("button", name="Go on with play 1").click()
    expect(page.get_by_role("button", name="Begin the next session")).to_be_visible()


def finish(page: Page) -> None:
    page.get_by_role("button", name="Begin the next session").click()
    if page.locator(".ck-choice").count():
        page.locator(".ck-choice", has_text="you were here").click()
        page.get_by_label("Answer her.").fill("Is it so?")
        page.get_by_role("button", name="Say it").click()
        page.locator(".ck-pick").first.click()
    page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("button", name="To the debrief").click()
    page.get_by_role("button", name="Unfold all").click()
    page.get_by_text("The curves as a table").click()


def test_the_debrief_tells_what_went_into_the_time_between(opened):
    page = opened("sessions")
    to_the_border(page)
    finish(page)
    session = replay(two_sessions(), acts(page))
    before, after = session.weeks[0].before, session.weeks[0].after
    expect(page.locator(".ck-debrief")).to_contain_text(
        f"After session 1. Ada left with a felt alliance of {before.felt} of 100, and showed {before.shown(session.traits)}. "
        "The withdrawal was still open. Half of its strain was swallowed in the time between: what stays unspoken went from "
        f"{before.unspoken} to {after.unspoken} of 100. Ada expects to be left; with you that was not settled yet."
    )
    expect(page.locator(".ck-curve .ck-border")).to_have_count(1)
    expect(page.locator(".ck-curve .ck-felt")).to_have_count(2)
    told = "The withdrawal that began at turn 1 was still open when that session ended."
    expect(page.locator(".ck-reading")).to_contain_text(told)
    expect(page.get_by_role("row", name="end of session 1")).to_contain_text(str(before.felt))
    played = page.locator(".ck-played-list > li")
    assert [text.split("\n")[0] for text in played.all_inner_texts()][2:4] == ["The end of the session", "A fortnight later"]


def test_a_client_who_stays_away_is_missed_after_the_border(opened):
    page = opened("sessions")
    to_the_border(page, "badly")
    expect(page.locator(".ck-log")).not_to_contain_text("The room stays empty")
    finish(page)
    expect(page.locator(".ck-debrief")).to_contain_text("Ada did not come again. The felt alliance was down to")
    expect(page.locator(".ck-debrief")).to_contain_text("Ada expects to be left, and with you that had come true so far.")
    expect(page.locator(".ck-curve .ck-border")).to_have_count(0)
    expect(page.locator(".ck-dimensions")).to_contain_text("The play ended before 1 of the planned ruptures.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_between_two_sessions_and_after(opened, page, axe, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page = opened("sessions")
    to_the_border(page)
    assert axe(page) == []
    finish(page)
    assert axe(page) == []


def test_a_border_between_sessions_fits_into_360_pixels(browser, pages):
    page = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()
    page.goto(pages["sessions"].as_uri())
    to_the_border(page, "badly")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.get_by_role("button", name="Begin the next session")).to_be_in_viewport()
    finish(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()
