"""A role-play in JupyterLab and in Notebook 7: played, kept, gone on with after the kernel died, alive again tomorrow."""

import json

import nbformat
import pytest
from playwright.sync_api import Page, expect
from sample_roleplay import COPIED, ITEM, NOTEBOOK, SCRIPT, reply, session_of, write_course


@pytest.fixture(scope="module")
def course(lab, tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    write_course(root)
    return root


@pytest.fixture
def acts(lab):
    """`acts(attempt)`: the trace on disk; the answers are empty at the start of a test."""
    path = lab.folder / "answers" / f"lesson-{NOTEBOOK}.coursekit"
    path.unlink(missing_ok=True)

    def trace(attempt: int = 1) -> list[dict]:
        lines = path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else []
        return [act["value"] for act in map(json.loads, lines) if act["item"] == ITEM and act["attempt"] == attempt]

    return trace


@pytest.fixture
def opened(lab, course, acts, open_in_lab):
    """`opened(app)`: a notebook with the role-play, alive."""
    start = f"from pathlib import Path; from coursekit import content, lesson\ncontent.root = lambda: Path({str(course)!r})\n"
    lab.write_notebook("course/play.ipynb", [f"{start}here = lesson({NOTEBOOK!r})", f"here.roleplay({SCRIPT!r})"])

    def open_page(app: str = "lab") -> Page:
        page = open_in_lab("course/play.ipynb", app=app)
        expect(page.locator(".ck-play")).to_be_visible()
        return page

    return open_page


def is_saved(page: Page) -> None:
    expect(page.locator(".ck-state-text")).to_have_text("Saved")


def said(page: Page) -> list[str]:
    return page.locator(".ck-log .ck-mine .ck-words").all_inner_texts()


def write(page: Page, code: str = "OWN") -> None:
    """Words that the coder takes for this code."""
    page.get_by_label("He saw it. What do you say?").fill(reply(code))
    page.get_by_role("button", name="Say it").click()
    expect(page.locator(".ck-now textarea")).to_have_count(0)


def play_on(page: Page) -> None:
    """To the end, choosing the first reply each time; what is new stays in sight, and the focus goes along."""
    while page.locator(".ck-choice").count():
        expect(page.locator(".ck-turn")).to_be_focused()
        page.keyboard.press("1")
        expect(page.locator(".ck-log .ck-mine").last).to_be_in_viewport()
        expect(page.locator(".ck-piece-said .ck-line").last).to_be_in_viewport()


def test_a_whole_play_by_keyboard_is_on_disk_as_python_replays_it(opened, acts, axe):
    page = opened()
    page.get_by_role("button", name="Play", exact=True).press("Enter")
    page.keyboard.press("2")
    page.keyboard.press("w")
    write(page)
    assert axe(page, ".ck-item") == []
    play_on(page)
    page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("button", name="To the debrief").press("Enter")
    expect(page.locator(".ck-debrief .ck-first")).to_be_focused()
    is_saved(page)
    page.get_by_role("button", name="Unfold all").press("Enter")
    assert axe(page, ".ck-item") == []
    session = session_of(acts())
    assert session.complete
    assert session.turns[1].flag == "withdrawal"


def test_each_written_reply_moves_the_client_as_what_it_is(opened, acts):
    page = opened()
    states = []
    for attempt, code in enumerate(("OWN", "DEFEND", "REFL"), 1):
        page.get_by_role("button", name="Play", exact=True).click()
        page.get_by_text("Everybody drops a tray in the first year, believe me.").click()
        write(page, code)
        expect(page.locator("div.ck-comment")).to_contain_text("Taken as: ")
        expect(page.locator("div.ck-comment mark.ck-for").first).to_be_visible()
        is_saved(page)
        assert [acts(attempt)[1][field] for field in ("text", "by")] == [reply(code), "coder 1"]
        assert acts(attempt)[1]["codes"][0] == code
        states.append(session_of(acts(attempt)).state)
        page.get_by_role("button", name="Begin again").click()
    assert len({(state.bond, state.collaboration, state.strain, state.unspoken) for state in states}) == 3


def test_words_that_the_coder_does_not_know_for_a_reply_are_named_by_herself(opened, acts, axe):
    page = opened()
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("1")
    page.get_by_label("He saw it. What do you say?").fill(COPIED)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".ck-seen > p").first).to_be_focused()
    assert axe(page, ".ck-item") == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    is_saved(page)
    assert acts()[1]["by"] == "trainee"


def test_no_key_of_a_play_reaches_the_notebook(opened, acts):
    page = opened()
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    page.get_by_role("button", name="Play", exact=True).click()
    away, last = page.get_by_role("button", name="moves away"), page.locator(".ck-choice").last
    again = page.get_by_role("button", name="Begin again")
    for focusable in (page.locator(".ck-turn"), away, page.locator(".ck-choice").first, last, again):
        focusable.focus()
        for key in ("a", "b", "x", "d", "d", "m", "y", "0", "0"):
            page.keyboard.press(key)
    page.locator(".ck-log .ck-words").first.click()  # words are no button, and the keys are still the play's
    for key in ("a", "b", "d", "d", "w"):
        page.keyboard.press(key)
    expect(away).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("1")
    expect(page.locator(".ck-log .ck-mine")).to_have_count(1)
    box = page.get_by_label("He saw it. What do you say?")
    box.focus()
    page.keyboard.type("abxdd1w")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".ck-seen .ck-marked").first).to_have_text("abxdd1w")
    page.keyboard.press("a")
    page.keyboard.press("Tab")
    page.keyboard.press("a")
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert page.locator(".jp-MarkdownCell").count() == 0
    assert acts()[0]["flag"] == "withdrawal"


def test_a_kernel_that_dies_in_the_middle_loses_no_turn_and_she_goes_on_where_she_was(opened, acts, lab):
    page = opened()
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("1")
    write(page)
    is_saved(page)
    assert len(acts()) == 2
    dying = lab.kernel()
    dying.suspend()  # she goes on while nobody listens
    page.keyboard.press("1")
    expect(page.locator(".ck-log .ck-mine")).to_have_count(3)
    before = said(page)
    alive = page.locator(".jp-Notebook.coursekit-alive")
    dying.kill()
    expect(alive).to_have_count(0, timeout=60_000)
    expect(alive).to_have_count(1, timeout=60_000)
    expect(page.locator(".ck-log .ck-mine")).to_have_count(3)
    assert said(page) == before
    is_saved(page)
    page.locator(".ck-choice").first.click()
    is_saved(page)
    assert [act["turn"] for act in acts()] == [1, 2, 3, 4]
    assert session_of(acts()).turns[3].turn == 4


def test_saved_closed_and_opened_again_it_is_alive(opened, acts, lab):
    page = opened()
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("1")
    is_saved(page)
    page.keyboard.press("Control+s")
    page.close()
    lab.shut_down_kernels()
    kept = nbformat.read(lab.folder / "course" / "play.ipynb", as_version=4)
    assert len(kept.cells) == 2
    page = opened_again(lab, page.context)
    expect(page.locator(".ck-log .ck-mine")).to_have_count(1)
    write(page)
    is_saved(page)
    assert [act["turn"] for act in acts()] == [1, 2]


def opened_again(lab, context) -> Page:
    page = lab.open(context, "course/play.ipynb")
    expect(page.locator(".ck-play")).to_be_visible()
    return page


def test_in_notebook_7_it_is_played_and_saved_too(opened, acts):
    page = opened("notebook")
    page.get_by_role("button", name="Play", exact=True).click()
    page.locator(".ck-turn").focus()
    for key in ("a", "w", "1"):
        page.keyboard.press(key)
    write(page)
    is_saved(page)
    assert [act["flag"] for act in acts()] == ["withdrawal", None]
    assert page.locator(".jp-Notebook .jp-Cell").count() == 2


def test_axe_finds_nothing_in_the_dark(opened, lab, axe):
    settings = lab.home / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"theme": "JupyterLab Dark"}))
    page = opened()
    settings.unlink()
    page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
    page.get_by_role("button", name="Play", exact=True).click()
    page.keyboard.press("1")
    page.keyboard.press("w")
    write(page)
    assert axe(page, ".ck-item") == []
    play_on(page)
    page.get_by_role("slider").press("ArrowRight")
    page.get_by_role("button", name="To the debrief").click()
    page.get_by_role("button", name="Unfold all").click()
    assert axe(page, ".ck-item") == []
