"""The items on a page from `file://`, with nothing but the browser: used by keyboard, kept, downloaded, taken up."""

import json
import random
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from coursekit import content
from coursekit.exercises.answers import AnswersFile, hand_in, missing, read, safe_name, take_up
from coursekit.exercises.items import load_items, load_public
from coursekit.pages import assets, press
from coursekit.pages.quotes import curly
from sample_items import NOTEBOOK, definitions, write_course

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Sample</title><style>{style}</style></head>
<body><main><h1>Sample</h1><h2>Items</h2>{hosts}</main>
<script type="application/json" id="ck-data">{data}</script><script>{script}</script><script>{coder}</script></body></html>"""


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    write_course(root)
    return root


def write_page(path: Path, part: str, items: dict) -> Path:
    place = {"course": content.COURSE_ID, "part": part, "notebook": NOTEBOOK, "release": 3 if part == "exercise" else 0}
    data = json.dumps(place | {"items": items, "vocabulary": assets.vocabulary()}).replace("<", "\\u003c")
    hosts = "".join(f'<section class="ck-host" data-ck="{id}"></section>' for id in [*items, "hand-in"])
    path.write_text(
        PAGE.format(style=assets.style(), hosts=hosts, data=data, script=assets.classic(), coder=press.coder()),
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="session")
def pages(course):
    """The two pages of the sample by part."""
    return {
        part: write_page(course / f"{part}.html", part, definitions(course, part)) for part in ("lesson", "exercise")
    }


@pytest.fixture
def opened(page: Page, pages):
    """`opened(part)`: the page, alive; the test fails for an error on it, and for a request to anywhere."""
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
    page.on("request", lambda request: request.url.startswith(("file:", "blob:")) or troubles.append(request.url))

    def open_page(part: str) -> Page:
        page.goto(pages[part].as_uri())
        expect(page.locator(".ck-item")).to_have_count(7)
        return page

    yield open_page
    assert troubles == []


def item(page: Page, id: str):
    return page.locator(f'.ck-item[data-ck-id="{id}"]')


def stored(page: Page, part: str) -> str:
    return page.evaluate(f"localStorage.getItem('coursekit/{content.COURSE_ID}/{part}/{NOTEBOOK}')")


def acts(page: Page, part: str, id: str) -> list:
    return [act.value for act in read(stored(page, part).encode()).acts if act.item == id]


def says(page: Page, id: str, text: str):
    expect(item(page, id).locator(".ck-state-text")).to_have_text(text)


# Each kind, by keyboard alone


def test_a_choice_is_made_checked_and_tried_again_by_keyboard(opened):
    page = opened("lesson")
    box = item(page, "s-choice")
    box.get_by_role("button", name="Check").press("Enter")
    expect(box.locator(".ck-note")).to_contain_text("Not attempted yet")
    expect(box).not_to_contain_text("leaves her free to say no")
    box.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    expect(box.get_by_role("radio", name="You have your coat on")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(box.locator(".ck-result")).to_be_focused()
    expect(box.locator(".ck-result")).to_have_text("The stronger option; another reason carries it.")
    expect(box).to_contain_text("leaves her free to say no")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(box.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Space")
    says(page, "s-choice", "Saved in this browser")
    answers = read(stored(page, "lesson").encode())
    assert [(act.attempt, act.value) for act in answers.acts][-2:] == [
        (1, {"option": "b", "reason": "r1", "checked": True}),
        (2, {"option": "a"}),
    ]


def test_a_coding_sheet_is_filled_by_keyboard_and_judged(opened):
    page = opened("lesson")
    box = item(page, "s-coding")
    selects = box.get_by_role("combobox")
    expect(selects).to_have_count(11)
    selects.first.focus()
    page.keyboard.type("nothing")
    page.keyboard.press("Tab")
    expect(selects.nth(1)).to_be_focused()
    page.keyboard.type("goes q")
    expect(box.locator(".ck-count")).to_have_text("2 of 11 judged")
    selects.nth(10).select_option("PUSHES-BACK")
    selects.nth(5).select_option("GOES-QUIET")
    box.get_by_role("button", name="Check").press("Enter")
    expect(box.locator(".ck-result")).to_have_text(
        "Of seven lines to be marked you found two, one of them under another name. "
        "One mark was a false alarm. Seven not attempted."
    )
    expect(box).to_contain_text("(the same family)")
    expect(box).to_contain_text("A look-alike of going quiet")


def test_steps_are_moved_by_keyboard_and_their_place_is_told(opened):
    page = opened("lesson")
    box = item(page, "s-ordering")
    up = box.get_by_role("button", name="Move up: Say what your part")
    up.focus()
    page.keyboard.press("Enter")
    expect(up).to_be_focused()
    expect(box.get_by_role("status")).to_have_text("Now third of 4: Say what your part in it was.")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(box.get_by_role("status")).to_have_text("Already first.")
    says(page, "s-ordering", "Saved in this browser")
    assert acts(page, "lesson", "s-ordering")[-1] == {"order": ["own", "wish", "see", "ask"]}
    box.get_by_role("button", name="Check").press("Enter")
    expect(box.locator(".ck-result")).to_have_text(
        "Not this order yet. Taken two by two, three of six pairs stand the right way round."
    )


def test_an_order_that_was_right_from_the_start_can_be_said_to_be_hers(opened):
    page = opened("exercise")
    box = item(page, "s-ordering")
    box.get_by_role("button", name="This is my order").press("Enter")
    says(page, "s-ordering", "Saved in this browser")
    assert acts(page, "exercise", "s-ordering") == [{"order": ["wish", "see", "ask", "own"]}]


def test_a_scale_is_unset_until_it_is_touched(opened):
    page = opened("lesson")
    box = item(page, "s-rating")
    felt = box.get_by_role("slider", name="How near she feels")
    expect(felt).to_have_attribute("aria-valuetext", "not rated yet")
    felt.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(box.locator("output").first).to_have_text("47")
    expect(box.locator("output").last).to_have_text("not rated yet")
    box.get_by_role("button", name="Check").press("Enter")
    expect(box.locator(".ck-result")).to_have_text("Neither rating is close to ours.")
    expect(box).to_contain_text("Not attempted")
    assert acts(page, "lesson", "s-rating")[-1] == {"ratings": {"felt": 47}, "checked": True}


def test_a_reply_is_written_named_and_compared(opened):
    page = opened("lesson")
    box = item(page, "s-written")
    expect(box).to_contain_text("Write about no real client, not even disguised.")
    box.get_by_label("Your reply").focus()
    page.keyboard.type("I couldn't help it. The locked door I could have helped.")
    expect(box).not_to_contain_text("takes what belongs")
    box.get_by_text("Name what you did").press("Enter")
    for name in ("owns their part", "says it back", "asks openly"):
        box.get_by_role("checkbox", name=name).press("Space")
    expect(box.get_by_role("status")).to_contain_text("You have named two already")
    expect(box.get_by_role("checkbox", checked=True)).to_have_count(2)
    box.get_by_role("button", name="Compare").press("Enter")
    expect(box.locator(".ck-reply")).to_have_count(3)
    expect(box.locator(".ck-reply-mine")).to_contain_text("I couldn't help it. The locked door I could have helped.")
    expect(box).to_contain_text("takes what belongs to the therapist")
    assert acts(page, "lesson", "s-written")[-1]["codes"] == ["OWN", "REFL"]


def test_the_coder_says_how_it_reads_a_reply_beside_what_she_called_it_and_keeps_nothing(opened):
    page = opened("lesson")
    box = item(page, "s-written")
    mine = box.locator(".ck-reply-mine")
    words = "You came to a locked door, and I had not told you. That was my mistake, and it hurt you."
    box.get_by_label("Your reply").fill(words)
    box.get_by_text("Name what you did").click()
    box.get_by_role("checkbox", name="says it back").press("Space")
    box.get_by_role("button", name="Compare").click()
    expect(mine).to_contain_text("You called it: says it back")
    expect(mine).to_contain_text("The coder takes it as: possibly owns their part")
    expect(mine).to_contain_text("No counselling talk coded by people exists to check this name against")
    expect(mine.locator(".ck-marked")).to_have_text(words)
    expect(mine.locator("mark.ck-for").first).to_be_visible()
    assert acts(page, "lesson", "s-written")[-1] == {"text": words, "codes": ["REFL"], "checked": True}
    for words, told in (("It's not as if you can help being ill.", "These are the client’s own words. Say it in yours."),
                        ("How long have you had that coat?", "To the coder this asks for a fact"),
                        ("No, I couldn't help it. And you came to a locked door, and I could have helped that.",
                         "These words are already in the course. Say it in yours.")):  # fmt: skip
        box.get_by_role("button", name="Try again").click()
        box.get_by_label("Your reply").fill(words)
        box.get_by_role("button", name="Compare").click()
        expect(mine).to_contain_text(told)
        assert set(acts(page, "lesson", "s-written")[-1]) == {"text", "codes", "checked"}


def test_text_is_kept_when_she_pauses_and_when_she_leaves_and_not_at_each_key(opened):
    page = opened("exercise")
    box = item(page, "s-reflection")
    field = box.get_by_label("Your thoughts")
    field.press_sequentially("They smile before they answer.", delay=10)
    says(page, "s-reflection", "Saving…")
    says(page, "s-reflection", "Saved in this browser")
    assert acts(page, "exercise", "s-reflection") == [{"text": "They smile before they answer."}]
    field.press_sequentially(" And I")
    field.blur()
    says(page, "s-reflection", "Saved in this browser")
    assert acts(page, "exercise", "s-reflection")[-1] == {"text": "They smile before they answer. And I"}
    assert len(acts(page, "exercise", "s-reflection")) == 2


# Kept and restored


def fill(page: Page):
    item(page, "s-choice").get_by_role("radio").nth(1).check()
    item(page, "s-coding").get_by_role("combobox").first.select_option("none")
    item(page, "s-ordering").get_by_role("button", name="Move up: Notice").click()
    item(page, "s-rating").get_by_role("slider").first.fill("30")
    item(page, "s-written").get_by_label("Your reply").fill("I left you standing there.")
    item(page, "s-reflection").get_by_label("Your thoughts").fill("I ask twice.")
    for id in ("s-choice", "s-coding", "s-ordering", "s-rating", "s-written", "s-reflection"):
        says(page, id, "Saved in this browser")


def is_filled(page: Page):
    expect(item(page, "s-choice").get_by_role("radio").nth(1)).to_be_checked()
    expect(item(page, "s-coding").get_by_role("combobox").first).to_have_value("none")
    expect(item(page, "s-ordering").locator(".ck-step-text").first).to_contain_text("Notice the coat")
    expect(item(page, "s-rating").locator("output").first).to_have_text("30")
    expect(item(page, "s-written").get_by_label("Your reply")).to_have_value("I left you standing there.")
    expect(item(page, "s-reflection").get_by_label("Your thoughts")).to_have_value("I ask twice.")


@pytest.mark.parametrize("part", ["lesson", "exercise"])
def test_all_is_there_again_when_the_page_is_opened_again(opened, part):
    fill(opened(part))
    is_filled(opened(part))


def test_what_was_checked_is_shown_checked_again(opened):
    page = opened("lesson")
    item(page, "s-choice").get_by_role("radio").nth(1).check()
    item(page, "s-choice").get_by_role("button", name="Check").click()
    page = opened("lesson")
    expect(item(page, "s-choice").locator(".ck-result")).to_contain_text("stronger option")


def test_an_answer_to_an_older_version_is_kept_and_asked_anew(opened, course, tmp_path):
    page = opened("exercise")
    item(page, "s-choice").get_by_role("radio").nth(1).check()
    items = definitions(course, "exercise")
    items["s-choice"]["version"] = 2
    page.goto(write_page(tmp_path / "newer.html", "exercise", items).as_uri())
    expect(item(page, "s-choice")).to_contain_text("was changed after you answered it")
    item(page, "s-choice").get_by_role("radio").first.check()
    answers = read(stored(page, "exercise").encode()).acts
    assert [(act.attempt, act.version) for act in answers] == [(1, 1), (2, 2)]


def test_two_tabs_lose_nothing_of_each_other(opened, context, pages):
    page = opened("exercise")
    other = context.new_page()
    other.goto(pages["exercise"].as_uri())
    item(page, "s-choice").get_by_role("radio").nth(1).check()
    expect(item(other, "s-choice").get_by_role("radio").nth(1)).to_be_checked()
    item(other, "s-rating").get_by_role("slider").first.fill("12")
    expect(item(page, "s-rating").locator("output").first).to_have_text("12")
    seqs = [act.seq for act in read(stored(page, "exercise").encode()).acts]
    assert seqs == list(range(1, len(seqs) + 1))


BLOCKED = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('blocked', 'SecurityError'); } });"
)


FULL = """Storage.prototype.setItem = new Proxy(Storage.prototype.setItem, { apply(keep, self, [key, text]) {
    if (text.length > 400) throw new DOMException('full', 'QuotaExceededError');
    return keep.call(self, key, text);
} });"""


def test_where_the_browser_keeps_nothing_the_page_says_so_and_can_be_used_and_downloaded(opened, page):
    page.add_init_script(BLOCKED)
    page = opened("exercise")
    item(page, "s-choice").get_by_role("radio").first.check()
    expect(item(page, "s-choice").locator(".ck-state-text")).to_contain_text("Nothing is saved here")
    panel = item(page, "hand-in")
    panel.get_by_label("Your name").fill("Mia K.")
    with page.expect_download() as downloading:
        panel.get_by_role("button", name="Hand in").click()
    assert [act.item for act in read(Path(downloading.value.path())).acts] == ["s-choice", "name", "hand-in"]


def test_a_browser_without_room_is_told_and_the_answer_stays(opened, page):
    page.add_init_script(FULL)
    page = opened("exercise")
    item(page, "s-reflection").get_by_label("Your thoughts").fill("x" * 500)
    expect(item(page, "s-reflection").locator(".ck-state-text")).to_contain_text(
        "Not saved: this browser has no room left"
    )
    expect(item(page, "s-reflection").get_by_label("Your thoughts")).to_have_value("x" * 500)


def test_who_shares_a_computer_can_take_the_answers_out_of_the_browser(opened):
    page = opened("exercise")
    item(page, "s-reflection").get_by_label("Your thoughts").fill("Not for the next one at this desk.")
    says(page, "s-reflection", "Saved in this browser")
    panel = item(page, "hand-in")
    panel.get_by_role("button", name="Remove my answers").press("Enter")
    expect(panel.get_by_role("button", name="Keep them")).to_be_focused()
    assert "Not for the next" in stored(page, "exercise")
    panel.get_by_role("button", name="Remove them").press("Enter")
    expect(item(page, "s-reflection").get_by_label("Your thoughts")).to_have_value("")
    assert stored(page, "exercise") is None


# Sealed


def test_a_sealed_page_holds_no_key_and_says_only_what_is_missing(opened, pages):
    source = pages["exercise"].read_text()
    for secret in (
        "leaves her free to say no",
        "look-alike of going quiet",
        "belongs to the therapist",
        '"key"',
        "tolerance",
    ):
        assert secret in pages["lesson"].read_text() or secret == "tolerance"
        assert secret not in source.replace(assets.classic(), "")
    page = opened("exercise")
    expect(page.get_by_role("button", name="Check")).to_have_count(0)
    expect(page.get_by_role("button", name="Compare")).to_have_count(0)
    selects = item(page, "s-coding").get_by_role("combobox")
    for number in range(9):
        selects.nth(number).select_option("GOES-QUIET")
    note = item(page, "s-coding").locator(".ck-note")
    expect(note).to_have_text("Two of eleven lines are still without a judgement.")
    selects.nth(9).select_option("none")
    expect(note).to_have_text("One of eleven lines is still without a judgement.")
    selects.nth(10).select_option("none")
    expect(note).to_have_text("Your answer is kept. You can change it until you hand in.")
    item(page, "s-choice").get_by_role("radio").first.check()
    expect(item(page, "s-choice").locator(".ck-note")).to_have_text("A reason is still to be chosen.")


# Handing in and taking up, both ways


def test_the_panel_lists_what_is_empty_leads_there_and_hands_in_one_file(opened, page, course):
    page = opened("exercise")
    panel = item(page, "hand-in")
    expect(panel.locator(".ck-gaps li")).to_have_count(6)
    item(page, "s-choice").get_by_role("radio").first.check()
    expect(panel.locator(".ck-gaps li").first).to_have_text("The coat stays on: no reason chosen")
    panel.get_by_role("link", name="Felt and shown").press("Enter")
    expect(item(page, "s-rating").get_by_role("heading")).to_be_focused()
    panel.get_by_role("button", name="Hand in").press("Enter")
    expect(panel.locator(".ck-problem")).to_contain_text("Give your name")
    panel.get_by_label("Your name").fill("Zoë Ström")
    with page.expect_download() as downloading:
        panel.get_by_role("button", name="Hand in").press("Enter")
    file = Path(downloading.value.path())
    answers = read(file)
    assert answers.name == "Zoë Ström" and answers.header.release == 3 and not answers.damaged
    assert (
        downloading.value.suggested_filename
        == f"{NOTEBOOK}_{safe_name('Zoë Ström')}_{answers.header.trainee[:4]}.coursekit"
    )
    assert file.read_text() == stored(page, "exercise")
    gaps = missing(load_public(course / "exercises" / "items" / f"{NOTEBOOK}.json"), answers)
    listed = panel.locator(".ck-gaps li").all_inner_texts()
    assert listed == [f"{gap.title}: {gap.what}" for gap in gaps]


def test_the_notebooks_file_is_taken_up_by_the_page_and_the_pages_by_the_notebook(opened, tmp_path):
    page = opened("exercise")
    place = {"course": content.COURSE_ID, "part": "exercise", "notebook": NOTEBOOK, "release": 3}
    mine = AnswersFile.in_folder(tmp_path, trainee="00112233445566ff", **place)
    mine.append("s-reflection", {"text": "From the notebook."})
    mine.append("s-choice", {"option": "b"})
    item(page, "s-choice").get_by_role("radio").first.check()
    panel = item(page, "hand-in")
    handed = hand_in(mine, tmp_path, "Mia")
    page.locator("input[type=file]").set_input_files(handed)
    expect(panel.locator(".ck-told")).to_contain_text("2 entries were taken up. Where you had answered here too")
    expect(item(page, "s-reflection").get_by_label("Your thoughts")).to_have_value("From the notebook.")
    expect(item(page, "s-choice").get_by_role("radio").nth(1)).to_be_checked()
    expect(panel.get_by_label("Your name")).to_have_value("Mia")
    page.locator("input[type=file]").set_input_files(handed)
    expect(panel.locator(".ck-told")).to_contain_text("Nothing was taken up")
    item(page, "s-rating").get_by_role("slider").first.fill("12")
    says(page, "s-rating", "Saved in this browser")
    taken = take_up(mine, stored(page, "exercise").encode())
    assert taken.acts == 2  # the page's own choice and the rating; what came from the notebook is known there
    assert mine.read().current("s-rating").value == {"ratings": {"felt": 12}}
    page.locator("input[type=file]").set_input_files(
        {"name": "x.coursekit", "mimeType": "text/plain", "buffer": b"nonsense"}
    )
    expect(panel.locator(".ck-problem")).to_contain_text("first line of this file is missing")


@pytest.fixture(scope="session")
def parts(browser, pages):
    """The script's parts on a page of their own: `parts.evaluate("ck.gap(…)")`."""
    page = browser.new_page()
    page.goto(pages["lesson"].parent.joinpath("lesson.html").as_uri())
    shown = "newActs, readAnswers, gap, safeName, markdown, takenInWords, curly"
    page.add_script_tag(content=f"(() => {{ {assets._script()}\n window.ck = {{ {shown} }}; }})();")
    return page


def random_file(rng: random.Random, folder: Path, trainee: str) -> AnswersFile:
    place = {"course": content.COURSE_ID, "part": "exercise", "notebook": NOTEBOOK, "release": 3}
    file = AnswersFile.in_folder(folder, trainee=trainee, **place)
    for _ in range(rng.randrange(1, 6)):
        file.append(rng.choice(["s-choice", "s-rating"]), {"option": rng.choice("ab")}, attempt=rng.choice([1, 1, 2]))
    return file


def test_page_and_notebook_take_up_the_same_acts(parts, tmp_path):
    rng = random.Random(6)
    asked, expected = [], []
    for number in range(60):
        mine = random_file(rng, tmp_path / f"{number}-mine", "a" * 16)
        theirs = random_file(rng, tmp_path / f"{number}-theirs", "b" * 16)
        if rng.random() < 0.6:  # they have taken up ours before, and gone on
            take_up(theirs, mine.path)
            random_file(rng, theirs.path.parent, "b" * 16)
        asked.append([mine.path.read_text(), theirs.path.read_text()])
        before = len(mine.read().acts)
        taken = take_up(mine, theirs.path)
        acts = [act.model_dump(exclude={"seq"}) for act in mine.read().acts[before:]]
        expected.append([acts, taken.beside, str(taken)])
    found = parts.evaluate(
        """(asked) => asked.map(([mine, theirs]) => {
            const [here, there] = [ck.readAnswers(mine), ck.readAnswers(theirs)];
            const [acts, beside] = ck.newActs(here, there, here.header.trainee);
            return [acts, beside, ck.takenInWords(acts.length, beside, 0)];
        })""",
        asked,
    )
    assert found == expected


def test_page_and_notebook_miss_the_same(parts, course):
    rng = random.Random(7)
    items = load_items(course / "course" / "items" / f"{NOTEBOOK}.toml")
    shown = definitions(course, "exercise")
    bits = [None, "", "a", "b", "r1", 0, 40, True, [], ["see"], {}, {"u2": "none"}, {"u2": ""}, {"felt": 3}]
    bits += [{"felt": 3, "shown": 4}, " \n", "\u200b", "x"]
    names = ["option", "reason", "codes", "order", "ratings", "text"]
    header = {"coursekit": 1, "course": "c", "part": "exercise", "notebook": "n", "release": 1, "trainee": "a" * 16}
    asked, expected = [], []
    for _ in range(2000):
        one = rng.choice(items)
        value = rng.choice([None, 3, "x", {rng.choice(names): rng.choice(bits), rng.choice(names): rng.choice(bits)}])
        act = {"seq": 1, "time": "", "item": one.id, "version": 1, "attempt": 1, "value": value}
        said = "\n".join(map(json.dumps, [header, act])) + "\n"
        gaps = missing([one], read(said.encode()))
        asked.append([shown[one.id], said])
        expected.append(gaps[0].what if gaps else "")
    found = parts.evaluate("(asked) => asked.map(([item, text]) => ck.gap(item, ck.readAnswers(text).acts))", asked)
    assert found == expected


@pytest.mark.parametrize("name", ["Zoë Ström", "  ", "李雷", "A" * 60, "a/b\\c:d", "-x-", "Ng.ô 2"])
def test_page_and_notebook_give_a_file_the_same_name(parts, name):
    assert parts.evaluate("(name) => ck.safeName(name)", name) == safe_name(name)


TYPED = {
    '"No," she said, "you\'re right."': "“No,” she said, “you’re right.”",
    '*"no"* and "*no*".': "*“no”* and “*no*”.",
    '("Hm.") "I was—" He stops.': "(“Hm.”) “I was—” He stops.",
    "the altos' page, and 'mm' before I've got to the end": "the altos’ page, and ‘mm’ before I’ve got to the end",
    "“sent”, she said.\n\n\"So.\"": "“sent”, she said.\n\n“So.”",
}


def test_page_and_python_set_the_same_quotation_marks(parts):
    assert [parts.evaluate("(text) => ck.curly(text)", typed) for typed in TYPED] == list(TYPED.values())
    assert [curly(typed) for typed in TYPED] == list(TYPED.values())


def test_foreign_text_is_never_more_than_text(parts):
    html = parts.evaluate(
        "(text) => { const div = document.createElement('div'); div.append(...ck.markdown(text)); return div.innerHTML; }",
        "A <img src=x onerror=alert(1)> *em* **bo*l*d** [x](javascript:alert(1)) [ok](#A039)\n\n"
        "> quoted\n> _on_\n\n1. one\n2. two\n   more",
    )
    assert "<img" not in html and "&lt;img" in html and 'href="javascript' not in html
    assert "<em>em</em>" in html and '<a href="#A039"' in html
    assert "<blockquote><p>quoted <em>on</em></p></blockquote>" in html
    assert "<ol><li>one</li><li>two more</li></ol>" in html


# For everybody


def checked(page: Page):
    """Every item of a lesson answered and checked."""
    fill(page)
    for button in reversed(page.get_by_role("button", name="Check").all()):
        button.click()
    page.get_by_role("button", name="Compare").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_before_and_after_the_answers(opened, page, axe, scheme):
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page = opened("lesson")
    page.get_by_text("What the codes mean").click()
    page.get_by_text("Name what you did").click()
    assert axe(page) == []
    checked(page)
    assert axe(page) == []
    page = opened("exercise")
    item(page, "hand-in").get_by_role("button", name="Hand in").click()
    assert axe(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_own_theme_wins_over_the_systems(opened, page, theme):
    page.emulate_media(color_scheme="dark" if theme == "light" else "light")
    page = opened("lesson")
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    paper = item(page, "s-choice").evaluate("(node) => getComputedStyle(node).backgroundColor")
    assert (paper == "rgb(255, 254, 251)") == (theme == "light")


def test_a_telephone_shows_all_without_scrolling_sideways_and_with_targets_for_a_thumb(browser, pages):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    targets = ".ck :is(button, select, summary, label.ck-option, label.ck-chip, input[type=range])"
    small = f"""() => [...document.querySelectorAll('{targets}')]
        .filter((node) => node.checkVisibility()).map((node) => [node.outerHTML.slice(0, 90), node.getBoundingClientRect()])
        .filter(([, box]) => box.height < 39.5 || box.width < 39.5).map(([html]) => html)"""
    page.goto(pages["lesson"].as_uri())
    for look in (lambda: page.get_by_text("Name what you did").click(), lambda: checked(page)):
        look()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert page.evaluate(small) == []
    context.close()


def test_every_focusable_element_keeps_its_keys_from_jupyterlab(opened):
    page = opened("lesson")
    unguarded = """() => [...document.querySelectorAll('.ck :is(button, select, summary, a, [tabindex], input, textarea)')]
        .filter((node) => !node.hasAttribute('data-lm-suppress-shortcuts')).map((node) => node.outerHTML.slice(0, 90))"""
    assert page.evaluate(unguarded) == []
    checked(page)
    assert page.evaluate(unguarded) == []
