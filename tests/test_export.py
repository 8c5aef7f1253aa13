import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbconvert.utils.exceptions import ConversionException
from typer.testing import CliRunner

from coursekit.cli import app
from coursekit.pages import assets, press, prose, site
from coursekit.pages.course import Course
from coursekit.pages.document import PageFaults
from coursekit.pages.exporter import CoursePageExporter
from coursekit.pages.offline import asked_for
from coursekit.pages.setting import read_page
from sample_course import LESSON, notebook, write_course, write_notebook
from sample_exercise import ITEMS, NOTEBOOK

EXPECTED = Path(__file__).parent / "expected" / "lesson.html"
LESSON_PAGE, EXERCISE_PAGE, SOLUTION_PAGE = (
    f"{folder}/{NOTEBOOK}.html" for folder in ("course", "exercises", "solutions")
)


@pytest.fixture
def course(tmp_path):
    return write_course(tmp_path / "root")


@pytest.fixture
def written(course, tmp_path):
    return site.export(course, tmp_path / "site").folder


def data_of(page):
    return json.loads(re.search(r'<script type="application/json" id="ck-data">(.*?)</script>', page, re.DOTALL)[1])


def text_of(path):
    return path.read_text(encoding="utf-8")


def faults_of(course, cells, place="course", name=NOTEBOOK):
    """What is said of a notebook with these cells."""
    path = write_notebook(course.root / place / f"{name}.ipynb", notebook(cells))
    with pytest.raises(PageFaults) as refused:
        read_page(path, course)
    return [fault.replace(f"{course.root}/", "") for fault in refused.value.faults]


# The page


def test_a_notebook_becomes_the_expected_page(written):
    page = text_of(written / LESSON_PAGE)
    page = re.sub(
        r"<svg.*?</svg>", "<svg></svg>", page, flags=re.DOTALL
    )  # drawn by matplotlib, tested with the figures
    page = re.sub(r'(id="ck-data">).*?(</script>)', r"\1{}\2", page, flags=re.DOTALL)
    page = re.sub(r'content="coursekit [^"]+"', 'content="coursekit 0"', page)
    assert page == text_of(EXPECTED)


def test_the_data_of_a_lesson_have_the_keys_and_the_scripts_of_its_items(written):
    data = data_of(text_of(written / LESSON_PAGE))
    place = {name: data[name] for name in ("course", "part", "notebook", "release")}
    assert place == {"course": "therapeutic-relationship", "part": "lesson", "notebook": NOTEBOOK, "release": 0}
    assert list(data["items"]) == ["06-l1", "06-l7"]
    assert data["items"]["06-l1"]["key"]["option"] == "b"
    assert data["items"]["06-l7"]["script"] == "the-clock"


def test_a_role_play_and_the_codebook_are_files_that_pages_share(written):
    roleplay = text_of(written / "assets/roleplays/the-clock.js")
    assert roleplay.startswith('(window.ckShared = window.ckShared || {})["roleplays/the-clock"] = {')
    assert '"client":"Maya"' in roleplay
    assert '"name":"owns their part"' in text_of(written / "assets/course.js")
    assert "roleplays/the-clock.js" in text_of(written / LESSON_PAGE)


def test_the_data_of_an_exercise_have_its_release_and_no_keys(written):
    data = data_of(text_of(written / EXERCISE_PAGE))
    assert (data["part"], data["release"], len(data["items"])) == ("exercise", 1, 7)
    assert all("key" not in item for item in data["items"].values())


def test_nothing_of_a_key_reaches_an_exercise_page_and_all_of_it_the_instructors(tmp_path):
    canaries = {word: f"canary{n}" for n, word in enumerate(("author", "Boredom", "argues", "OWN", "The smile"))}
    items = ITEMS
    for word, canary in canaries.items():
        items = items.replace(word, canary if word != "OWN" else "OWN")
    folder = site.export(write_course(tmp_path / "root", items), tmp_path / "site").folder
    for path in (folder / "exercises").iterdir():
        assert "canary" not in text_of(path)
    assert all(canary in text_of(folder / SOLUTION_PAGE) for word, canary in canaries.items() if word != "OWN")


def test_the_instructors_pages_are_written_only_when_asked_for(course, tmp_path):
    folder = site.export(Course(course.root), tmp_path / "site").folder
    assert not (folder / "solutions").exists()
    assert "solution" not in text_of(folder / "index.html").lower()


def test_an_instructors_page_is_marked_and_shows_what_trainees_do_not_get(written):
    page = text_of(written / SOLUTION_PAGE)
    assert "For instructors." in page and 'name="robots" content="noindex"' in page
    assert '<div class="page-note page-prose"><p>A good answer takes the therapist’s part first' in page
    assert "<b>Right:</b> She has moved away. <em>The shift has a moment, and the moment has a cause.</em>" in page
    assert "The rubric for “Your words”" in page and "4: owns a part of it, in few words" in page
    assert "<b>goes quiet</b> or <b>goes along</b>. <em>One word, to the window" in page
    assert data_of(page)["items"]["06-e1"]["key"]["option"] == "b"


def test_a_hint_for_the_notebook_is_not_on_the_page(written):
    assert "Run All Cells" not in text_of(written / EXERCISE_PAGE)


def test_a_lesson_offers_to_take_the_work_along_and_an_exercise_its_own_panel_once(written):
    for name in (LESSON_PAGE, EXERCISE_PAGE):
        assert text_of(written / name).count('data-ck="hand-in"') == 1


def test_nasty_text_stays_text(tmp_path):
    nasty = "</script><script>alert(1)</script><!-- <img src=https://example.org/x>"
    items = ITEMS.replace("She is bored.", nasty).replace("Thirty seconds of nothing", nasty)
    folder = site.export(write_course(tmp_path / "root", items), tmp_path / "site").folder
    for name in (LESSON_PAGE, EXERCISE_PAGE, SOLUTION_PAGE):
        page = text_of(folder / name)
        assert "<script>alert" not in page and "<img" not in page
        assert nasty in {option["text"] for option in next(iter(data_of(page)["items"].values()))["options"]}


def test_the_first_page_lists_title_first_paragraph_minutes_and_exercise(written):
    first = text_of(written / "index.html")
    assert f'<a href="{LESSON_PAGE}">Half a minute</a>' in first
    assert "Maya looks at the clock, and nobody says anything." in first
    assert re.search(r"Lesson, about \d+ minutes", first)
    assert f'<a href="{EXERCISE_PAGE}">Exercise' in first


def test_pages_of_a_part_lead_to_the_one_before_and_the_one_after(course, tmp_path):
    write_notebook(course.root / "course/07_next.ipynb", notebook("# The next one\n\nGo on."))
    folder = site.export(course, tmp_path / "site").folder
    assert 'rel="next" href="../course/07_next.html"' in text_of(folder / LESSON_PAGE)
    assert 'rel="prev" href="../course/06_sample.html"' in text_of(folder / "course/07_next.html")


def test_minutes_are_those_of_the_notebook_where_it_gives_them(course):
    made = notebook("# Title\n\nText.")
    made["metadata"]["coursekit"] = {"minutes": 50}
    assert read_page(write_notebook(course.root / "course/07_b.ipynb", made), course).minutes == 50


# What is refused


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("[on](07_nowhere.ipynb)", "a link to 07_nowhere.ipynb, which is not there on the exported pages"),
        ("[on](../solutions/07_nowhere.ipynb)", "a link to ../solutions/07_nowhere.ipynb, which is not there"),
        ("[on](data/evidence.csv)", "a link to data/evidence.csv, which is not there"),
        ("[on](javascript:go\\(\\))", "a link to javascript:go(), which is not there"),
        ("[on](file:///etc/passwd)", "a link to file:///etc/passwd, which is not there"),
        ("[on](#No-such)", "a link to #No-such, and no such heading"),
        ("[one](#A999)", "a citation of A999, which is no row of the evidence"),
        ("[one](#A039)", "a citation of A039, and no references. Write `here.references()` in the last cell"),
        ("![](plot.png)", "the picture plot.png without a text alternative"),
        ("![a plot](plot.png)", "the picture plot.png, which is not there"),
        ("![a plot](https://example.org/plot.png)", "the picture https://example.org/plot.png"),
        ("A formula, $a^b^c$.", "the formula $a^b^c$, which cannot be read (double superscripts)"),
        ("A formula, $\\frac{1$.", "the formula $\\frac{1$, which cannot be read (a { without its })"),
        ("A formula, $\\nonsense$.", "\\nonsense is no command that is known here"),
        ("Text <script>alert(1)</script>", "the HTML tag <script>"),
        ('<b onclick="go()">x</b>', "the attribute onclick in <b>"),
        ("<details>", "<details> that is not closed"),
        ("# A second title", "2 headings with one #"),
        ("## Twice\n\n## Twice", "the heading 'Twice' twice"),
        ("%code import numpy", "`import numpy`, which no page can run, and no stored output"),
        ('%code here.item("06-l1"); print(1)', "`print(1)` beside the course's own words"),
        ('here.item("06-l99")', "the item '06-l99', which the notebook's file of items does not have"),
        ('here.item("06-l1"); here.item("06-l1")', "the item 06-l1 a second time"),
        ('here.figure("unheard-of")', "the figure 'unheard-of'. Write a figure that there is."),
        ('from coursekit import lesson\nhere = lesson("05_other")', "lesson('05_other'). Write lesson('06_sample')"),
    ],
)
def test_what_a_page_could_not_show_is_refused_with_file_and_cell(course, cell, found):
    said = faults_of(course, f"# Title\n\nText.\n---\n{cell}")
    assert len(said) == 1
    assert re.match(r"course/06_sample\.ipynb(, cell 2)?: found ", said[0])
    assert found in said[0]
    assert ". Write " in said[0]


def test_all_faults_of_all_notebooks_are_told_in_one_pass_and_nothing_is_written(course, tmp_path):
    write_notebook(course.root / "course/07_b.ipynb", notebook("No title."))
    write_notebook(course.root / "course/08_c.ipynb", notebook('# Title\n---\n![](x.png)\n---\nhere.figure("x")'))
    (course.root / "course/09_d.ipynb").write_text("{}")
    with pytest.raises(PageFaults) as refused:
        site.export(course, tmp_path / "site")
    assert [re.search(r"0\d_.", fault)[0] for fault in refused.value.faults] == ["07_b", "08_c", "08_c", "09_d"]
    assert not (tmp_path / "site").exists()


def test_faults_of_items_and_scripts_are_those_of_their_readers(course):
    (course.root / "course/roleplays/the-clock.md").write_text("# The clock\n")
    assert "the-clock.md" in faults_of(course, LESSON)[0]
    (course.root / f"course/items/{NOTEBOOK}.toml").write_text("nonsense")
    assert "not TOML" in faults_of(course, LESSON)[0]


def output(cell, *outputs):
    made = notebook(f"# Title\n---\n{cell}")
    made["cells"][1]["outputs"] = list(outputs)
    return nbformat.reads(json.dumps(made), as_version=4)


def png(**metadata):
    return {"output_type": "display_data", "data": {"image/png": "aGVsbG8=\n"}, "metadata": metadata}


def test_stored_outputs_are_shown_and_a_picture_needs_its_words(course):
    file = course.root / "course/07_b.ipynb"
    words = {"output_type": "stream", "name": "stdout", "text": "a < b"}
    page = read_page(file, course, output("%code print(1)", words, png(**{"image/png": {"alt": "A <line>"}})))
    assert '<pre class="page-output">a &lt; b</pre>' in page.body
    assert '<img src="data:image/png;base64,aGVsbG8=" alt="A &lt;line&gt;">' in page.body
    with pytest.raises(PageFaults, match="cell 2: found a picture without a text alternative"):
        read_page(file, course, output("%code print(1)", png()))


@pytest.mark.parametrize(
    "data",
    [
        {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Widget"},
        {"text/html": "<script>go()</script>"},
        {"text/html": '<img src="https://example.org/x.png">'},
        {"application/json": {}},
    ],
)
def test_stored_outputs_that_would_be_dead_or_call_out_are_refused(course, data):
    stored = {"output_type": "display_data", "data": data, "metadata": {}}
    with pytest.raises(PageFaults, match="cell 2: found"):
        read_page(course.root / "course/07_b.ipynb", course, output("%code print(1)", stored))


# The script


def test_comments_are_left_out_of_the_script_and_never_any_code():
    for name in (*assets.PARTS, "page"):
        text = assets._part(f"js/{name}.js")
        for found in assets._COMMENTS.finditer(text):
            comment = found[0].strip()
            alone = comment.startswith("//") and "\n" not in comment
            assert alone or (comment.startswith("/*") and comment.find("*/", 2) == len(comment) - 2), (name, comment)
            code = assets._COMMENTS.sub("", text[: found.start()])
            assert code.count("`") % 2 == 0, f"{name}: this may stand within a text of several lines: {comment}"


def test_a_comment_beside_code_stays_and_so_does_the_code():
    kept = 'const a = 1; // one\n/* two */ f();\nf(); /* three\nfour */ g();\nh("//", "/*");\n'
    assert assets._COMMENTS.sub("", f"// x\n{kept}  /** y\n   * z */\n/* a **/\n") == kept


# Nothing from outside


def test_no_page_asks_for_anything_but_the_sites_own_files(written):
    own = {"assets/course.css", "assets/course.js", "assets/coder.js", "assets/theme.js", "assets/roleplays/the-clock.js"}
    for path in written.rglob("*.html"):
        asked = {
            (path.parent / address).resolve().relative_to(written).as_posix() for address in asked_for(text_of(path))
        }
        assert asked == ({"assets/course.css", "assets/theme.js"} if path.name == "index.html" else own)
    assert asked_for(f"<style>{text_of(written / 'assets/course.css')}</style>") == []


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://example.org/x.js"></script>',
        '<link rel="stylesheet" href="//example.org/x.css">',
        '<img alt="" srcset="a.png 2x">',
        '<p style="background: url(https://example.org/x.png)">',
        "<style>@import 'x.css';</style>",
        "<style>a { background: URL( 'x.png' ) }</style>",
        '<iframe src="page.html"></iframe>',
        '<meta http-equiv="refresh" content="0; url=https://example.org">',
        '<svg><image href="x.png"/></svg>',
    ],
)
def test_what_a_page_would_ask_for_is_found(page):
    assert len(asked_for(page)) == 1


def test_links_places_on_the_page_and_data_ask_for_nothing():
    page = '<a href="https://doi.org/1">d</a><use href="#a"/><img src="data:image/png;base64,aa" alt=""><style>a{b:url(#c)}</style>'
    assert asked_for(page) == []


def test_only_a_page_with_a_written_turn_or_an_open_written_item_has_the_coder(course):
    lesson, exercise = (read_page(course.notebooks[f"{folder}/{NOTEBOOK}"], course) for folder in ("course", "exercises"))
    for page, named in ((lesson, ("06-l1", "06-l7")), (exercise, ("06-e5", "06-e7"))):
        items = page.data["items"]
        for name in named:
            assert name in items
            page.data["items"] = {name: items[name]}
            needs = items[name]["kind"] == "roleplay"
            assert page.has_words_to_read == needs
            assert (press.CODER in "".join(press.shared("", page).own)) == needs
            assert (press.coder() in press.page(page, press.inlined(page))) == needs


def test_a_page_that_would_call_out_is_not_printed(course):
    page = read_page(course.root / f"course/{NOTEBOOK}.ipynb", course)
    page.body += '<img src="https://example.org/x.png" alt="">'
    with pytest.raises(press.CallsOut, match=r"course/06_sample: the page would ask for https://example\.org/x\.png"):
        press.page(page, press.inlined(page))


# Prose


def rendered(text):
    return prose.render(text, str, str)


def test_formulas_become_mathml_and_prices_stay_prices():
    assert rendered("It cost $5 and $6.").html == "<p>It cost $5 and $6.</p>\n"
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in rendered("$x^2$").html
    assert 'display="block"' in rendered("$$x^2$$").html


def test_dialogue_is_set_as_dialogue_and_other_quotations_as_quotations():
    speech = rendered("> **Maya:** Oh.\n> **You:** Yes,\n> go on.\n>\n> *(Silence.)*").html
    assert speech.count('class="page-speech"') == 2 and speech.count('class="page-direction"') == 1
    assert "<blockquote>" not in speech
    assert "page-speech" not in rendered("> Somebody wrote **this: once**.").html


def test_ids_of_headings_are_those_of_jupyterlab():
    assert [heading.id for heading in rendered("## When it is *nothing*").headings] == ["When-it-is-nothing"]


# The folder


def test_an_exported_site_is_replaced_and_anything_else_is_left_alone(course, tmp_path):
    out = tmp_path / "site"
    site.export(course, out)
    before = sorted(path.name for path in tmp_path.iterdir())
    site.export(Course(course.root), out)
    assert not (out / "solutions").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    (out / "CNAME").write_text("example.org")
    with pytest.raises(site.SiteRefused, match="holds files that the export did not write: CNAME"):
        site.export(course, out)
    assert (out / "CNAME").exists()


@pytest.mark.parametrize("what", ["a folder with a file", "a file"])
def test_what_is_no_exported_site_is_not_overwritten(course, tmp_path, what):
    out = tmp_path / "thesis"
    kept = out / "chapter.txt" if what == "a folder with a file" else out
    kept.parent.mkdir(exist_ok=True)
    kept.write_text("Years of work.")
    with pytest.raises(site.SiteRefused, match="--out FOLDER"):
        site.export(course, out)
    assert kept.read_text() == "Years of work."


def test_a_failure_while_writing_leaves_the_old_site_whole(course, tmp_path, monkeypatch):
    out = tmp_path / "site"
    site.export(course, out)
    before = text_of(out / "index.html")
    monkeypatch.setattr(
        Path, "write_text", lambda *args, **options: (_ for _ in ()).throw(OSError(28, "No space left"))
    )
    with pytest.raises(site.SiteRefused, match="cannot be written"):
        site.export(course, out)
    monkeypatch.undo()
    assert text_of(out / "index.html") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["root", "site"]


# The commands


def test_the_command_writes_the_site_and_says_where(course, tmp_path, monkeypatch):
    monkeypatch.setattr("coursekit.content.root", lambda: course.root)
    said = CliRunner().invoke(app, ["export", "--out", str(tmp_path / "site")])
    assert said.exit_code == 0, said.output
    assert f"2 pages. Open {tmp_path / 'site' / 'index.html'} in a browser." in said.output.replace("\n", " ")


def test_the_command_warns_of_keys_and_names_missing_solutions(course, tmp_path, monkeypatch):
    monkeypatch.setattr("coursekit.content.root", lambda: course.root)
    where = ["export", "--out", str(tmp_path / "site"), "--with-solutions", "--solutions"]
    said = CliRunner().invoke(app, [*where, str(course.solutions)])
    assert said.exit_code == 0 and "holds keys" in said.output
    said = CliRunner().invoke(app, [*where, str(tmp_path)])
    assert said.exit_code == 1 and "--solutions DIR" in said.output


def test_the_command_tells_faults_without_a_traceback(course, tmp_path, monkeypatch):
    monkeypatch.setattr("coursekit.content.root", lambda: course.root)
    write_notebook(course.root / "course/07_b.ipynb", notebook("No title."))
    said = CliRunner().invoke(app, ["export", "--out", str(tmp_path / "site")])
    assert said.exit_code == 1
    assert "07_b.ipynb: found no title" in said.output and "Nothing was exported." in said.output


def test_nbconvert_writes_one_page_with_everything_in_it(course, tmp_path):
    command = [sys.executable, "-m", "nbconvert", "--to", "coursepage", "--output-dir", str(tmp_path)]
    subprocess.run([*command, str(course.notebooks[f"course/{NOTEBOOK}"])], check=True, capture_output=True)
    page = text_of(tmp_path / f"{NOTEBOOK}.html")
    assert asked_for(page) == []
    assert page.count("<script>") == 3 and "<style>" in page
    assert data_of(page)["items"]["06-l7"]["roleplay"]["client"] == "Maya"


def test_nbconvert_is_told_the_faults(course):
    path = write_notebook(course.root / "course/07_b.ipynb", notebook("No title."))
    with pytest.raises(ConversionException, match="found no title"):
        CoursePageExporter().from_filename(str(path))
