"""The feedback page in a browser: accessible, narrow, and without a request to anywhere."""

import pytest
from axe_playwright_python.sync_playwright import Axe

import cohort
from coursekit.grading.assessment import assess
from coursekit.pages.feedback import feedback_page


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("feedback")
    keys = cohort.make_course(folder)
    path = folder / "mia.html"
    path.write_text(feedback_page("Mia", [assess(cohort.file_of(cohort.mias_acts()), keys)]), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_feedback_page_is_accessible_and_asks_for_nothing(browser, address, scheme):
    page = browser.new_page(color_scheme=scheme)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in Axe().run(page).response["violations"]] == []
    assert [url for url in asked if not url.startswith("data:")] == [address]
    page.close()


def test_the_feedback_page_needs_no_more_than_360_pixels(browser, address):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.close()
