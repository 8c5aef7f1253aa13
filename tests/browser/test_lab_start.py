"""A course page is alive when it is opened: today, tomorrow, and after its kernel has died."""

import time

import nbformat
import pytest
from playwright.sync_api import expect

BELL = """
import os, anywidget, traitlets
from pathlib import Path
class Bell(anywidget.AnyWidget):
    _esm = '''
    export default { render({ model, el }) {
      const add = (tag, text) => Object.assign(el.appendChild(document.createElement(tag)), { textContent: text });
      const ask = (what) => () => { model.set("asked", what + model.get("saved")); model.save_changes(); };
      add("button", "Ring").onclick = ask("ring ");
      add("button", "Crash").onclick = ask("crash ");
      const saved = add("output", "");
      const show = () => { saved.textContent = "saved " + model.get("saved"); };
      model.on("change:saved", show);
      show();
    } }'''
    asked = traitlets.Unicode().tag(sync=True)
    saved = traitlets.Int().tag(sync=True)

    @traitlets.default("saved")
    def _restore(self):
        return rings.stat().st_size if rings.exists() else 0

    @traitlets.observe("asked")
    def _answer(self, change):
        if change.new.startswith("crash"):
            os._exit(1)
        with rings.open("a") as file:
            file.write(".")
        self.saved = self._restore()
"""


def cells(name):
    """A bell that counts its rings in a file of its own, as the course's items keep their answers."""
    return [BELL, f"rings = Path('{name}.txt')", "Bell()"]


def ring(page):
    page.get_by_role("button", name="Ring").click()


def test_a_page_is_alive_when_it_opens_and_asks_nothing_of_anyone(lab, context):
    lab.write_notebook("today.ipynb", cells("today"))
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    page = lab.open(context, "today.ipynb")
    ring(page)
    expect(page.get_by_text("saved 1")).to_be_visible()
    assert not page.locator("dialog, .jp-Dialog, .Toastify__toast").count()
    assert not page.locator(".jp-InputPlaceholder:visible, .jp-InputArea:visible").count()
    assert not page.locator(".jp-mod-dirty").count(), "a page that was only played must not ask to be saved"
    assert [url for url in asked if not url.startswith((lab.url, "data:", "blob:"))] == []
    lab.shut_down_kernels()


def test_a_page_is_alive_in_notebook_7(lab, open_in_lab):
    lab.write_notebook("seven.ipynb", cells("seven"))
    page = open_in_lab("seven.ipynb", app="notebook")
    ring(page)
    expect(page.get_by_text("saved 1")).to_be_visible()


def test_a_page_that_was_saved_and_closed_is_alive_after_the_server_was_restarted(lab, open_in_lab):
    path = lab.write_notebook("tomorrow.ipynb", cells("tomorrow"))
    page = open_in_lab("tomorrow.ipynb")
    ring(page)
    expect(page.get_by_text("saved 1")).to_be_visible()
    page.keyboard.press("Control+s")
    while "widget-view" not in path.read_text():
        time.sleep(0.1)
    page.close()
    lab.stop()
    lab.start()
    page = open_in_lab("tomorrow.ipynb")
    expect(page.get_by_text("saved 1")).to_be_visible()
    ring(page)
    expect(page.get_by_text("saved 2")).to_be_visible()
    assert not page.get_by_text("Error displaying widget").count()


def test_a_page_comes_back_where_it_was_after_its_kernel_died(lab, open_in_lab):
    path = lab.write_notebook("crash.ipynb", cells("crash"))
    notebook = nbformat.read(path, as_version=4)
    prose = "A long paragraph of the lesson.\n\n" * 60
    notebook.cells = [nbformat.v4.new_markdown_cell(prose), *notebook.cells, nbformat.v4.new_markdown_cell(prose)]
    lab.sign(path, notebook)
    page = open_in_lab("crash.ipynb")
    assert page.locator(".jp-Notebook .jp-WindowedPanel-outer").evaluate("node => node.scrollTop") == 0
    ring(page)
    expect(page.get_by_text("saved 1")).to_be_visible()
    before = place(page)
    page.get_by_role("button", name="Crash").dispatch_event("click")
    lab.wait_until_lost(page)
    lab.wait_until_alive(page)
    ring(page)
    expect(page.get_by_text("saved 2")).to_be_visible()
    assert place(page) == pytest.approx(before, abs=2)


def test_the_first_lesson_runs_without_an_error_and_a_slip_of_the_hand_changes_nothing(lab, open_in_lab):
    lesson = sorted((lab.folder / "course").glob("*.ipynb"))[0]
    page = open_in_lab(f"course/{lesson.name}")
    assert not page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").count()
    prose = page.locator(".jp-MarkdownCell .jp-RenderedMarkdown p").first
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    prose.dblclick()
    page.keyboard.press("Escape")
    for key in "ddx":
        page.keyboard.press(key)
    expect(prose).to_be_visible()
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(cells)


def place(page):
    """Where the bell stands in the window, in pixels from its top."""
    return page.get_by_role("button", name="Ring").bounding_box()["y"]


def test_a_page_that_is_not_trusted_runs_nothing_until_its_one_button_is_pressed(lab, open_in_lab, axe):
    lab.write_notebook("stranger.ipynb", ["open('ran.txt', 'w').close()", *cells("stranger")], trusted=False)
    page = open_in_lab("stranger.ipynb", alive=False)
    expect(page.get_by_role("button", name="Connect this page")).to_be_visible()
    assert axe(page, ".coursekit-bar") == []
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1000)
    page.close()

    page = open_in_lab("stranger.ipynb", alive=False)
    connect = page.get_by_role("button", name="Connect this page")
    expect(connect).to_be_visible()
    assert not (lab.folder / "ran.txt").exists()
    connect.click()
    lab.wait_until_alive(page)
    ring(page)
    expect(page.get_by_text("saved 1")).to_be_visible()
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    page.close()

    page = open_in_lab("stranger.ipynb")
    expect(page.get_by_text("saved 1")).to_be_visible()


def test_a_page_whose_kernel_was_shut_down_says_so_and_connects_again(lab, open_in_lab):
    lab.write_notebook("culled.ipynb", cells("culled"))
    page = open_in_lab("culled.ipynb")
    ring(page)
    expect(page.get_by_text("saved 1")).to_be_visible()
    lab.shut_down_kernels()
    page.get_by_role("button", name="Connect again").click()
    lab.wait_until_alive(page)
    ring(page)
    expect(page.get_by_text("saved 2")).to_be_visible()


def test_a_cell_that_kills_its_kernel_is_not_run_for_ever(lab, open_in_lab):
    lab.write_notebook("deadly.ipynb", ["open('deaths.txt', 'a').write('x'); import os; os._exit(1)"])
    page = open_in_lab("deadly.ipynb", alive=False)
    expect(page.get_by_role("button", name="Connect again")).to_be_visible(timeout=60_000)
    assert len((lab.folder / "deaths.txt").read_text()) <= 3
