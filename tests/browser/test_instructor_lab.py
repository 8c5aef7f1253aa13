"""The instructor's notebook in JupyterLab: the whole way from zip to zip, with the mouse."""

import shutil
import zipfile

import pytest
from instructor_fixture import TEXTS, hand_in
from playwright.sync_api import expect

import cohort
from conftest import Lab
from coursekit import content


class Office(Lab):
    """A running `coursekit instructor`, on solutions of the test's own."""

    def verb(self):
        return ["instructor", "--solutions", str(self.folder / "solutions")]


@pytest.fixture
def office(tmp_path):
    server = Office(tmp_path)
    cohort.make_course(server.folder)
    (server.folder / "solutions" / "rubrics" / "owning.md").write_text(cohort.RUBRIC, encoding="utf-8")
    shutil.copy(content.root() / "solutions" / "instructor.ipynb", server.folder / "solutions")
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
        for n, text in enumerate(TEXTS[:3]):
            archive.writestr(f"Name {n}_{100 + n}_assignsubmission_file/a.coursekit", hand_in(n, text))
    server.start()
    yield server
    server.shut_down_kernels()
    server.stop()


def button(page, name):
    return page.get_by_role("button", name=name)


def mark_all(page, rater, part, level):
    page.get_by_label("Your name").fill(rater)
    page.get_by_label("Your part").select_option(part)
    button(page, "Begin").click()
    for number in range(1, 4):
        expect(page.locator(".ck-answer-head")).to_contain_text(f"Answer {number}")
        page.locator(".ck-level").nth(level).click()
        button(page, "Next").click()
    expect(page.get_by_role("heading", name="Nothing is left to mark.")).to_be_visible()
    button(page, "Go on").click()
    expect(page.get_by_role("heading", name="Mark", exact=True)).to_be_focused()


def test_from_zip_to_zip_with_the_mouse(office, context):
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    page = office.open(context, "solutions/instructor.ipynb")
    cells = page.locator(".jp-Cell").count()
    with page.expect_file_chooser() as chooser:
        button(page, "Choose files…").click()
    chooser.value.set_files(office.home / "class.zip")
    button(page, "Score what came in").click()
    expect(page.get_by_text("3 files: 3 scored.")).to_be_visible()
    button(page, "Go on: mark").click()
    mark_all(page, "Ada", "first", level=0)
    page.reload()  # in the middle
    office.wait_until_alive(page)
    button(page, "3 Mark").click()
    mark_all(page, "Ben", "second", level=2)
    button(page, "4 Settle").click()
    button(page, "Settle them").click()
    for _ in range(3):
        page.locator(".ck-level").nth(1).click()
        button(page, "Next").click()
        expect(page.locator(".ck-saved")).to_have_count(0)
    button(page, "5 The class").click()
    expect(page.frame_locator(".ck-within").get_by_role("heading", name="The class so far")).to_be_visible()
    button(page, "6 Take away").click()
    button(page, "Make everything ready").click()
    with page.expect_download() as given:
        button(page, "Download feedback.zip").click()
    assert given.value.path().read_bytes() == (office.folder / "graded" / "feedback.zip").read_bytes()
    with zipfile.ZipFile(given.value.path()) as packed:
        assert sorted(packed.namelist()) == [f"Name {n}_{100 + n}_assignsubmission_file/feedback.html" for n in range(3)]
        assert "Ada and Ben" in packed.read(packed.namelist()[0]).decode()
    page.get_by_text("Everybody, by name").click()
    button(page, "Look at the page of Name 0").click()
    with context.expect_page() as opened:
        page.get_by_role("link", name="Open it in a tab of its own").click()
    expect(opened.value.frame_locator("iframe").get_by_text("Ada and Ben").first).to_be_visible()
    opened.value.close()
    page.locator(".ck-title").focus()
    page.keyboard.press("b")  # JupyterLab would insert a cell
    page.keyboard.press("Control+s")
    assert page.locator(".jp-Cell").count() == cells
    kept = (office.folder / "solutions" / "instructor.ipynb").read_text(encoding="utf-8")
    assert "Name 0" not in kept and TEXTS[0] not in kept
    assert [url for url in asked if not url.startswith((office.url, "data:", "blob:", "about:"))] == []
