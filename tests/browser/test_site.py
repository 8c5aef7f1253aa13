import pytest

from coursekit import content
from coursekit.pages import site as sites
from coursekit.pages.course import Course
from coursekit.pages.exporter import CoursePageExporter
from sample_course import write_course
from sample_exercise import ITEMS, NOTEBOOK

COURSE = Course(content.root(), content.root() / "solutions")
PAGES = ["index", *COURSE.notebooks]
LESSON, EXERCISE = f"course/{NOTEBOOK}.html", f"exercises/{NOTEBOOK}.html"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


def alive(page, items):
    page.wait_for_function("n => document.querySelectorAll('.ck-host > .ck.ck-item').length >= n", arg=items)


@pytest.mark.parametrize("place", PAGES)
def test_each_page_of_the_course_is_alive_accessible_nowhere_cut_off_and_asks_for_nothing(site, open_file, axe, place):
    page = open_file(site / f"{place}.html", color_scheme="light", reduced_motion="reduce").page
    alive(page, page.locator(".ck-host").count())
    for scheme, size in (("light", WIDE), ("dark", NARROW)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        assert axe(page) == [], scheme
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], scheme


@pytest.mark.parametrize("place", [LESSON, EXERCISE, f"solutions/{NOTEBOOK}.html"])
def test_items_of_every_kind_live_on_pages(sample_site, open_file, axe, place):
    page = open_file(sample_site / place).page
    alive(page, 2 if place == LESSON else 7)
    assert axe(page) == []


def test_an_answer_given_on_a_page_is_there_again_tomorrow(sample_site, open_file):
    page = open_file(sample_site / EXERCISE).page
    page.get_by_label("She has moved away.").check()
    page.locator("#ck-06-e1 .ck-state").get_by_text("Saved in this browser").wait_for()
    page.reload()
    assert page.get_by_label("She has moved away.").is_checked()


def test_with_storage_blocked_the_page_is_alive_and_says_that_nothing_is_saved(sample_site, open_file):
    page = open_file(sample_site / LESSON, storage=False).page
    page.get_by_label("She has moved away.").check()
    page.get_by_label("Her answers have shrunk").check()
    assert page.locator("#ck-06-l1 .ck-state").inner_text().startswith("Nothing is saved here")
    page.locator("#ck-06-l1").get_by_role("button", name="Check").click()
    page.get_by_text("The shift has a moment").wait_for()
    page.get_by_role("button", name="Dark page").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_role_play_can_be_played_with_storage_blocked(sample_site, open_file):
    page = open_file(sample_site / EXERCISE, storage=False).page
    play = page.locator("#ck-06-e7")
    play.get_by_role("button", name="Play", exact=True).click()
    play.get_by_text("You looked at the clock when I said that.").click()
    play.get_by_text("You talk a lot, sometimes.").wait_for()
    assert play.locator(".ck-state").inner_text().startswith("Nothing is saved here")


def write_what_is_read(page):
    """Plays the first two turns of the sample's role-play; the second is written, and read by the coder of the page."""
    play = page.locator(".ck-kind-roleplay")
    play.get_by_role("button", name="Play", exact=True).click()
    play.get_by_text("You looked at the clock when I said that.").click()
    play.get_by_label("Answer her in one or two sentences.").fill("So you felt talked over, and it was easier to say nothing.")
    play.get_by_role("button", name="Say it").click()
    play.get_by_text("She waits a moment, and lets it go.").or_(play.get_by_role("slider")).first.wait_for()


def test_a_written_turn_is_read_on_a_page_of_the_site(sample_site, open_file):
    for place in (LESSON, EXERCISE):
        page = open_file(sample_site / place).page
        write_what_is_read(page)
        kept = page.evaluate("Object.values(localStorage).join()")
        assert '"codes":["REFL"],"by":"coder 1"' in kept
        assert page.locator("mark").count() == 0 or place == LESSON
        page.evaluate("localStorage.clear()")


def test_nothing_in_an_item_runs(tmp_path, open_file):
    nasty = "</script><script>document.title = 'ran'</script><img src=x onerror=\\\"document.title = 'ran'\\\"><!--"
    course = write_course(tmp_path / "root", ITEMS.replace("She is bored.", nasty).replace("The clock", nasty))
    folder = sites.export(course, tmp_path / "site").folder
    for place in (LESSON, EXERCISE, f"solutions/{NOTEBOOK}.html"):
        page = open_file(folder / place).page
        alive(page, 2)
        assert page.get_by_text("<script>document.title = ").count() > 0
        assert page.title() != "ran"


def test_light_and_dark_follow_the_system_until_the_reader_chooses_and_stay_so(sample_site, open_file):
    page = open_file(sample_site / LESSON, color_scheme="dark").page
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.emulate_media(color_scheme="light")
    light = page.evaluate(ground)
    assert dark != light
    page.get_by_role("button", name="Dark page").click()
    assert page.evaluate(ground) == dark
    page.get_by_role("link", name="Exercise After the clock").click()
    page.get_by_role("heading", name="After the clock").wait_for()
    assert page.evaluate(ground) == dark
    page.get_by_role("button", name="Light page").click()
    assert page.evaluate(ground) == light


def test_the_keyboard_skips_to_the_text_and_reaches_what_is_on_the_page(sample_site, open_file):
    page = open_file(sample_site / LESSON).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "page-text"


def test_without_scripts_a_page_can_be_read_and_says_what_is_missing(sample_site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((sample_site / LESSON).as_uri())
    assert page.get_by_text("Maya looks at the clock. What is going on?").is_visible()
    assert page.get_by_text("Scripts are switched off here.").first.is_visible()
    context.close()


def test_the_page_of_nbconvert_is_alive_in_one_file(tmp_path, open_file, axe):
    course = write_course(tmp_path / "root")
    text, _ = CoursePageExporter().from_filename(str(course.notebooks[f"course/{NOTEBOOK}"]))
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    page = open_file(tmp_path / "page.html").page
    alive(page, 2)
    page.get_by_role("button", name="Dark page").click()
    write_what_is_read(page)
    page.locator("mark.ck-for").first.wait_for()
    assert axe(page) == []
