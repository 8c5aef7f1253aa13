"""The items in JupyterLab: used by keyboard, kept, restored, and alive again after the kernel died."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from playwright.sync_api import Page, expect

from coursekit import content
from coursekit.exercises.answers import AnswersFile
from coursekit.pages.widget import fallback
from sample_items import NOTEBOOK, definitions, write_course

ITEMS = ["s-choice", "s-coding", "s-ordering", "s-rating", "s-written", "s-reflection"]


@pytest.fixture(scope="module")
def course(lab, tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    write_course(root)
    return root


@pytest.fixture
def answers(lab):
    """The answers of this working copy, empty at the start of a test: `answers(part)` reads the acts of a file."""
    folder = lab.folder / "answers"
    for path in folder.glob("*.coursekit"):
        path.unlink()

    def acts(part: str = "lesson", item: str | None = None) -> list[dict]:
        path = folder / f"{part}-{NOTEBOOK}.coursekit"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        read = [json.loads(line) for line in lines[1:]]
        return [act for act in read if item in (None, act["item"])]

    return acts


def notebook(lab, course, part: str, items: list[str], submit: bool = False, name: str = "items.ipynb") -> str:
    start = f"from pathlib import Path; from coursekit import content, {part}\ncontent.root = lambda: Path({str(course)!r})\n"
    cells = [f"{start}here = {part}({NOTEBOOK!r})", *(f"here.item({item!r})" for item in items)]
    lab.write_notebook(f"course/{name}", [*cells, *(["here.submit()"] if submit else [])])
    return f"course/{name}"


def item(page: Page, id: str):
    return page.locator(f'.ck-item[data-ck-id="{id}"]')


def is_saved(page: Page, id: str):
    expect(item(page, id).locator(".ck-state-text")).to_have_text("Saved")


def test_each_kind_is_used_by_keyboard_kept_and_there_again(lab, course, open_in_lab, answers):
    path = notebook(lab, course, "lesson", ITEMS)
    page = open_in_lab(path)
    item(page, "s-choice").get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    item(page, "s-coding").get_by_role("combobox").first.focus()
    page.keyboard.type("nothing")
    item(page, "s-ordering").get_by_role("button", name="Move up: Notice").press("Enter")
    item(page, "s-rating").get_by_role("slider").first.press("ArrowRight")
    item(page, "s-written").get_by_label("Your reply").press_sequentially("I left you standing.")
    item(page, "s-written").get_by_text("Name what you did").press("Enter")
    item(page, "s-written").get_by_role("checkbox", name="owns their part").press("Space")
    item(page, "s-reflection").get_by_label("Your thoughts").press_sequentially("I ask twice.")
    for id in ITEMS:
        is_saved(page, id)
    item(page, "s-choice").get_by_role("button", name="Check").press("Enter")
    expect(item(page, "s-choice").locator(".ck-result")).to_be_focused()
    is_saved(page, "s-choice")
    assert answers(item="s-choice")[-1]["value"] == {"option": "b", "checked": True}
    assert answers(item="s-written")[-1]["value"] == {"text": "I left you standing.", "codes": ["OWN"]}

    page.close()
    page = open_in_lab(path)
    expect(item(page, "s-choice").locator(".ck-result")).to_be_visible()
    expect(item(page, "s-coding").get_by_role("combobox").first).to_have_value("none")
    expect(item(page, "s-ordering").locator(".ck-step-text").first).to_contain_text("Notice the coat")
    expect(item(page, "s-rating").locator("output").first).to_have_text("51")
    expect(item(page, "s-written").get_by_label("Your reply")).to_have_value("I left you standing.")
    expect(item(page, "s-reflection").get_by_label("Your thoughts")).to_have_value("I ask twice.")


def test_the_keys_of_a_focused_element_are_its_own(lab, course, open_in_lab, answers):
    page = open_in_lab(notebook(lab, course, "lesson", ["s-choice", "s-coding", "s-ordering", "s-written"]))
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    item(page, "s-written").get_by_text("Name what you did").click()
    for focusable in (
        item(page, "s-choice").get_by_role("radio").first,
        item(page, "s-choice").get_by_role("button", name="Check"),
        item(page, "s-coding").get_by_role("combobox").first,
        item(page, "s-ordering").get_by_role("button", name="Move down: Find"),
        item(page, "s-written").get_by_role("checkbox").first,
        item(page, "s-written").locator("summary"),
    ):
        focusable.focus()
        for key in ("a", "b", "x", "d", "d", "m", "0", "0"):
            page.keyboard.press(key)
    reply = item(page, "s-written").get_by_label("Your reply")
    reply.focus()
    page.keyboard.type("abxdd")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Control+s")
    expect(item(page, "s-written").locator(".ck-state-text")).to_have_text("Saved", timeout=500)
    expect(reply).to_have_value("abxdd\n")
    page.keyboard.press("Control+z")
    expect(reply).not_to_have_value("abxdd\n")
    expect(reply).to_be_focused()
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert page.locator(".jp-MarkdownCell").count() == 0


def test_a_kernel_that_dies_in_the_middle_loses_nothing_and_she_goes_on(lab, course, open_in_lab, answers):
    page = open_in_lab(notebook(lab, course, "lesson", ["s-choice", "s-reflection"]))
    item(page, "s-choice").get_by_role("radio").nth(1).check()
    is_saved(page, "s-choice")
    alive = page.locator(".jp-Notebook.coursekit-alive")
    kernel = lab.kernel()
    kernel.suspend()  # answered while nobody listens
    item(page, "s-choice").get_by_role("radio").nth(4).check()
    expect(item(page, "s-choice").locator(".ck-state-text")).to_have_text("Saving…")
    expect(item(page, "s-choice").locator(".ck-state-text")).to_have_text("Not saved yet: waiting for the notebook.")
    kernel.kill()
    expect(alive).to_have_count(0, timeout=60_000)
    expect(alive).to_have_count(1, timeout=60_000)
    expect(item(page, "s-choice").get_by_role("radio").nth(4)).to_be_checked()
    is_saved(page, "s-choice")
    assert [act["value"] for act in answers(item="s-choice")] == [{"option": "b"}, {"option": "b", "reason": "r2"}]
    item(page, "s-reflection").get_by_label("Your thoughts").fill("On I go.")
    is_saved(page, "s-reflection")
    assert answers(item="s-reflection")[-1]["value"] == {"text": "On I go."}


def test_while_another_cell_runs_she_can_go_on_and_it_is_saved_afterwards(lab, course, open_in_lab, answers):
    page = open_in_lab(notebook(lab, course, "lesson", ["s-choice"]))
    kernel = lab.kernel()
    kernel.suspend()
    for number in (0, 1, 2):
        item(page, "s-choice").get_by_role("radio").nth(number).check()
    item(page, "s-choice").get_by_role("button", name="Check").click()
    expect(item(page, "s-choice").locator(".ck-result")).to_be_visible()
    kernel.resume()
    is_saved(page, "s-choice")
    assert [act["value"]["option"] for act in answers(item="s-choice")] == ["a", "b", "c", "c"]


def test_a_folder_that_cannot_be_written_is_told_and_saving_is_tried_again_when_she_asks(
    lab, course, open_in_lab, answers
):
    page = open_in_lab(notebook(lab, course, "lesson", ["s-reflection"]))
    blocker = lab.folder / "answers" / f"lesson-{NOTEBOOK}.coursekit"
    blocker.mkdir()
    field = item(page, "s-reflection").get_by_label("Your thoughts")
    field.fill("Where did the file go?")
    state = item(page, "s-reflection").locator(".ck-state-text")
    expect(state).to_contain_text("Not saved: ")
    expect(state).to_contain_text("What you wrote stays on this page")
    expect(field).to_have_value("Where did the file go?")
    blocker.rmdir()
    item(page, "s-reflection").get_by_role("button", name="Try again to save").click()
    is_saved(page, "s-reflection")
    assert answers(item="s-reflection")[-1]["value"] == {"text": "Where did the file go?"}


def test_an_exercise_hands_in_one_file_and_its_page_is_never_sent_a_key(lab, course, context, open_in_lab, answers):
    frames = []

    def listen(socket):
        socket.on("framereceived", lambda frame: frames.append(frame))

    context.on("page", lambda page: page.on("websocket", listen))
    page = open_in_lab(notebook(lab, course, "exercise", ITEMS, submit=True))
    panel = item(page, "hand-in")
    expect(panel.locator(".ck-gaps li")).to_have_count(6)
    item(page, "s-choice").get_by_role("radio").nth(1).check()
    expect(item(page, "s-choice").locator(".ck-note")).to_have_text("A reason is still to be chosen.")
    is_saved(page, "s-choice")
    panel.get_by_label("Your name").fill("Mia K.")
    panel.get_by_role("button", name="Hand in").press("Enter")
    expect(panel.locator(".ck-done")).to_contain_text(
        "Your answers are in one file: my-course/to-hand-in/06_sample_Mia-K_"
    )
    expect(panel.locator(".ck-gaps li").first).to_have_text("The coat stays on: no reason chosen")
    with page.expect_download() as downloading:
        panel.get_by_role("button", name="Download").press("Enter")
    (written,) = (lab.folder / "to-hand-in").glob("*.coursekit")
    assert Path(downloading.value.path()).read_bytes() == written.read_bytes()
    written.unlink()
    seen = (
        "".join(frame if isinstance(frame, str) else frame.decode("utf-8", "replace") for frame in frames)
        + page.content()
    )
    assert "keeps her coat on" in seen
    for secret in ("leaves her free to say no", "look-alike of going quiet", "belongs to the therapist"):
        assert secret not in seen


def test_all_written_items_of_a_notebook_ask_for_the_coder_once_and_it_is_not_kept_in_the_notebook(
    lab, course, open_in_lab, answers
):
    asked = []

    def listen(socket):
        sent = lambda frame: b'"do":"coder"' in (frame if isinstance(frame, bytes) else frame.encode()) and asked.append(frame)  # noqa: E731
        socket.on("framesent", sent)

    path = notebook(lab, course, "lesson", ["s-written", "s-written", "s-choice", "s-written"])
    page = open_in_lab("course/" + path.removeprefix("course/"), alive=False)
    page.on("websocket", listen)
    page.reload()
    lab.wait_until_alive(page)
    expect(item(page, "s-written")).to_have_count(3)
    box = item(page, "s-written").first
    box.get_by_label("Your reply").fill("So you felt there was no room for you that day.")
    box.get_by_role("button", name="Compare").click()
    expect(box.locator(".ck-reply-mine")).to_contain_text("The coder takes it as: says it back")
    expect(box.locator("mark.ck-for").first).to_be_visible()
    assert len(asked) == 1
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "/api/contents/" in answer.url) as saved:
        page.locator(".jp-NotebookPanel-toolbar [data-command='docmanager:save']").click()
    assert saved.value.ok
    kept = (lab.folder / path).read_text(encoding="utf-8")
    assert "application/vnd.jupyter.widget-view+json" in kept
    assert "other-language" not in kept


def test_what_was_done_on_the_exported_page_is_taken_up(lab, course, open_in_lab, answers, tmp_path):
    page = open_in_lab(notebook(lab, course, "exercise", ["s-choice"], submit=True))
    place = {"course": content.COURSE_ID, "part": "exercise", "notebook": NOTEBOOK, "trainee": "f" * 16}
    file = AnswersFile.in_folder(tmp_path, **place)
    file.append("s-choice", {"option": "c", "reason": "r1"})
    page.locator("input[type=file]").set_input_files(file.path)
    expect(item(page, "hand-in").locator(".ck-done")).to_have_text("1 entry was taken up.")
    expect(item(page, "s-choice").get_by_role("radio").nth(2)).to_be_checked()
    is_saved(page, "s-choice")


def test_an_untrusted_notebook_shows_what_the_item_is_and_the_one_step_that_starts_it(lab, course, open_in_lab):
    path = notebook(lab, course, "lesson", ["s-choice"], name="stranger.ipynb")
    written = nbformat.read(lab.folder / path, as_version=4)
    html = fallback(definitions(course, "lesson")["s-choice"])
    gone = {"model_id": "gone", "version_major": 2, "version_minor": 1}
    data = {"text/html": html, "application/vnd.jupyter.widget-view+json": gone}
    written.cells[1].outputs = [nbformat.v4.new_output("display_data", data=data)]
    nbformat.write(written, lab.folder / path)
    page = open_in_lab(path, alive=False)
    output = page.locator(".jp-OutputArea-output")
    expect(output).to_contain_text("The coat stays on")
    expect(output).to_contain_text("choose Run, then Run All Cells")


def test_a_citation_leads_to_its_reference_and_back(lab, course, open_in_lab):
    columns = "id section topic label statement es_type es ci_low ci_high k_studies n i2 extra citation doi doi_status level caution"  # noqa: E501
    row = ["A039", *[""] * 12, '"Eubanks CF, Muran JC, Safran JD (2018). Alliance rupture repair."', *[""] * 4]
    (course / "course" / "data" / "evidence.csv").write_text(
        "\n".join([",".join(columns.split()), ",".join(row)]) + "\n"
    )
    path = lab.folder / notebook(lab, course, "lesson", ITEMS, name=f"{NOTEBOOK}.ipynb")
    written = nbformat.read(path, as_version=4)
    prose = "Repair goes with outcome ([Eubanks et al., 2018](#A039))."
    written.cells.insert(1, nbformat.v4.new_markdown_cell(prose))
    written.cells.append(nbformat.v4.new_code_cell("here.references()"))
    nbformat.write(written, path)
    NotebookNotary(data_dir=str(lab.home / "data")).sign(written)
    page = open_in_lab(f"course/{NOTEBOOK}.ipynb")
    citation = page.get_by_role("link", name="Eubanks et al., 2018")
    citation.press("Enter")
    entry = page.locator(".ck-references li")
    expect(entry).to_be_in_viewport()
    expect(entry).to_be_focused()
    entry.get_by_role("button", name="Back to the text").press("Enter")
    expect(citation).to_be_focused()
    expect(citation).to_be_in_viewport()


def test_notebook_7_shows_and_saves_the_same(lab, course, open_in_lab, answers):
    page = open_in_lab(notebook(lab, course, "lesson", ["s-choice"]), app="notebook")
    item(page, "s-choice").get_by_role("radio").first.check()
    is_saved(page, "s-choice")
    assert answers(item="s-choice")[-1]["value"] == {"option": "a"}


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_in_our_part_of_the_page(lab, course, open_in_lab, answers, axe, theme):
    settings = (
        lab.home
        / "config"
        / "lab"
        / "user-settings"
        / "@jupyterlab"
        / "apputils-extension"
        / "themes.jupyterlab-settings"
    )
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"theme": theme}))
    page = open_in_lab(notebook(lab, course, "lesson", ITEMS, submit=True))
    settings.unlink()
    page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
    item(page, "s-choice").get_by_role("radio").first.check()
    item(page, "s-choice").get_by_role("button", name="Check").click()
    item(page, "s-written").get_by_text("Name what you did").click()
    assert axe(page, ".ck-item") == []
