"""What goes out to people, a trainee's feedback and the class report, in a browser: accessible, narrow, asking for nothing."""

import pytest

import cohort
from coursekit.grading.assessment import assess
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.overview import overview
from coursekit.grading.work import submission
from coursekit.pages.feedback import feedback_page
from coursekit.pages.report import report_page

PAGES = ("feedback", "report")
UNFOLD = "document.querySelectorAll('details').forEach(each => each.open = true)"


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    keys = cohort.make_course(folder)
    mias = [assess(cohort.file_of(cohort.mias_acts()), keys)]
    (folder / "feedback.html").write_text(feedback_page("Mia", mias), encoding="utf-8")
    with Gradebook(folder / "gradebook.sqlite") as book:
        for seed in range(36):
            content = cohort.a_hand_in(keys, seed, plays=2)
            found = assess(content, keys)
            book.record(submission(found, content, "a"), found.names)
        (folder / "report.html").write_text(report_page(overview(book, keys)), encoding="utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in PAGES}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_accessible_and_asks_for_nothing(browser, addresses, axe, name, scheme):
    page = browser.new_page(color_scheme=scheme)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(addresses[name])
    page.evaluate(UNFOLD)
    assert axe(page) == []
    assert [url for url in asked if not url.startswith("data:")] == [addresses[name]]
    page.close()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_needs_no_more_than_360_pixels(browser, addresses, name):
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto(addresses[name])
    page.evaluate(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.close()
