"""The class report in a browser: accessible, narrow, and without a request to anywhere."""

import pytest
from axe_playwright_python.sync_playwright import Axe

import cohort
from coursekit.grading.assessment import assess
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.overview import overview
from coursekit.grading.run import submission
from coursekit.pages.report import report_page


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    keys = cohort.make_course(folder)
    with Gradebook(folder / "gradebook.sqlite") as book:
        for seed in range(36):
            content = cohort.a_hand_in(keys, seed, plays=2)
            found = assess(content, keys)
            book.record(submission(found, content, "a"), found.names)
        (folder / "report.html").write_text(report_page(overview(book, keys)), encoding="utf-8")
    return (folder / "report.html").as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_is_accessible_and_asks_for_nothing(browser, address, scheme):
    page = browser.new_page(color_scheme=scheme)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in Axe().run(page).response["violations"]] == []
    assert [url for url in asked if not url.startswith("data:")] == [address]
    page.close()


def test_the_report_needs_no_more_than_360_pixels(browser, address):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.close()
