"""The widget and the notebook's verbs, without a kernel and without a browser."""

import errno
import json
import subprocess
import sys

import pytest

from coursekit import content, exercise, lesson
from coursekit.codebook import MARKERS, THERAPIST_CODES
from coursekit.coding.coder import model
from coursekit.exercises.answers import AnswersFile, read
from coursekit.exercises.items import load_items
from coursekit.pages import assets
from coursekit.pages.accepting import refusal
from coursekit.pages.references import cited_ids, references_html
from coursekit.pages.widget import ItemWidget, fallback
from sample_items import NOTEBOOK, definitions, write_course

SECRETS = ["r2", "leaves her free to say no", "takes what belongs to the therapist", "A look-alike of going quiet"]


@pytest.fixture
def course(tmp_path, monkeypatch):
    root = tmp_path / "course-root"
    write_course(root)
    monkeypatch.setattr(content, "root", lambda: root)
    (tmp_path / "mine" / "course").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "mine" / "course")
    return root


def working_copy(course):
    """The folder above the one that the notebook is in, as `coursekit start` lays it out."""
    folder = course.parent / "mine"
    (folder / ".coursekit.json").write_text('{"format": 1, "trainee": "0123456789abcdef"}')
    return folder


def answer(widget, value, attempt=1, version=1):
    """What the page does: appends an act and sends the whole list."""
    widget.acts = [*widget.acts, {"attempt": attempt, "version": version, "value": value}]


def acts_in(folder, part="lesson"):
    return read(folder / "answers" / f"{part}-{NOTEBOOK}.coursekit").acts


def test_an_answer_is_on_disk_before_the_page_hears_that_it_is_saved(course):
    folder = working_copy(course)
    widget = lesson(NOTEBOOK).item("s-choice")
    seen = []
    widget.observe(lambda change: seen.append((change.new, len(acts_in(folder)))), "saved")
    answer(widget, {"option": "a"})
    answer(widget, {"option": "a", "reason": "r1"})
    assert seen == [(1, 1), (2, 2)]


def test_the_coder_comes_by_a_message_when_the_page_asks_and_is_in_no_trait(course, monkeypatch):
    widget = lesson(NOTEBOOK).item("s-written")
    sent = []
    monkeypatch.setattr(widget, "send", sent.append)
    widget._handle_custom_msg({"do": "coder"}, [])
    assert sent == [{"coder": model()}]
    assert model() not in widget.get_state().values()


def test_answers_are_there_again_in_the_next_session(course):
    working_copy(course)
    answer(lesson(NOTEBOOK).item("s-written"), {"text": "I left you at a locked door.", "codes": ["OWN"]})
    again = lesson(NOTEBOOK).item("s-written")
    assert again.acts[0]["value"]["text"] == "I left you at a locked door." and again.saved == 1
    answer(again, {"text": "I did."}, attempt=2)
    assert again.saved == 2


def test_the_same_item_twice_in_a_notebook_is_one_widget(course):
    here = lesson(NOTEBOOK)
    assert here.item("s-choice") is here.item("s-choice")


def test_the_header_says_whose_answers_these_are_and_to_which_release(course):
    folder = working_copy(course)
    answer(exercise(NOTEBOOK).item("s-choice"), {"option": "a"})
    header = read(folder / "answers" / f"exercise-{NOTEBOOK}.coursekit").header
    assert (header.trainee, header.release, header.part) == ("0123456789abcdef", 3, "exercise")


def test_without_a_working_copy_answers_lie_beside_the_notebook_and_one_id_is_kept(course):
    answer(lesson(NOTEBOOK).item("s-choice"), {"option": "a"})
    answer(exercise(NOTEBOOK).item("s-choice"), {"option": "a"})
    beside = course.parent / "mine" / "course" / "answers"
    trainees = {read(path).header.trainee for path in beside.glob("*.coursekit")}
    assert len(trainees) == 1


def test_a_full_disk_is_told_in_plain_words_and_nothing_is_lost(course, monkeypatch):
    folder = working_copy(course)
    widget = lesson(NOTEBOOK).item("s-reflection")
    append = AnswersFile.append

    def full(*args, **more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(AnswersFile, "append", full)
    answer(widget, {"text": "She looks at the clock"})
    assert widget.saved == 0 and "the disk is full" in widget.problem
    monkeypatch.setattr(AnswersFile, "append", append)
    answer(widget, {"text": "She looks at the clock, I look at her."})
    assert (widget.saved, widget.problem, len(acts_in(folder))) == (2, "", 2)


def test_trying_again_to_save_is_one_message(course, monkeypatch):
    folder = working_copy(course)
    widget = lesson(NOTEBOOK).item("s-reflection")
    with monkeypatch.context() as broken:
        broken.setattr(
            AnswersFile, "append", lambda *args, **more: (_ for _ in ()).throw(OSError(errno.EROFS, "Read-only"))
        )
        answer(widget, {"text": "She looks at the clock"})
    assert "can only be read" in widget.problem
    widget._handle_custom_msg({"do": "save"}, [])
    assert (widget.saved, widget.problem, len(acts_in(folder))) == (1, "", 1)


def test_what_is_no_answer_to_the_item_is_refused_and_a_later_answer_makes_it_good(course):
    folder = working_copy(course)
    widget = lesson(NOTEBOOK).item("s-choice")
    answer(widget, {"option": "z"})
    assert widget.saved == 0 and "not on offer" in widget.problem
    answer(widget, {"option": "a"})
    assert (widget.saved, widget.problem) == (2, "")
    assert [act.value for act in acts_in(folder)] == [{"option": "a"}]


@pytest.mark.parametrize(
    ("item", "good", "bad"),
    [
        ("s-choice", {"option": "a", "checked": True}, {"option": ["a"]}),
        ("s-choice", {}, {"option": "a", "score": 1}),
        ("s-coding", {"codes": {"u2": "none"}}, {"codes": {"u1": "none"}}),
        ("s-coding", {"codes": {}}, {"codes": {"u2": "OWN"}}),
        ("s-ordering", {"order": ["ask", "see", "own", "wish"]}, {"order": ["ask", "see"]}),
        ("s-rating", {"ratings": {"felt": 0}}, {"ratings": {"felt": 101}}),
        ("s-rating", {"ratings": {}}, {"ratings": {"felt": True}}),
        ("s-written", {"text": "x", "codes": ["OWN"]}, {"text": "x", "codes": ["OWN", "REFL", "FIX"]}),
        ("s-reflection", {"text": ""}, {"text": "x" * 20_001}),
        ("s-reflection", {"text": "x"}, None),
    ],
)
def test_half_an_answer_is_accepted_and_nonsense_is_not(course, item, good, bad):
    definition = definitions(course, "lesson")[item]
    assert refusal(definition, good) == ""
    assert refusal(definition, bad)


def test_an_answer_to_another_version_is_refused(course):
    working_copy(course)
    widget = lesson(NOTEBOOK).item("s-choice")
    answer(widget, {"option": "a"}, version=2)
    assert widget.saved == 0 and "older than the course" in widget.problem


def test_nothing_of_a_key_is_in_what_the_page_of_a_sealed_item_gets(course):
    working_copy(course)
    here = exercise(NOTEBOOK)
    for item in definitions(course, "exercise"):
        state = {
            name: value
            for name, value in here.item(item).get_state().items()
            if name not in ("_esm", "_css", "vocabulary")
        }
        sent = json.dumps(state, default=str)
        assert not any(secret in sent for secret in SECRETS[1:]) and '"key"' not in sent


def test_a_sealed_item_with_a_key_is_refused(course):
    definition = definitions(course, "lesson")["s-choice"] | {"open": False}
    with pytest.raises(ValueError, match="sealed"):
        ItemWidget(definition, None)


def test_an_unknown_id_is_answered_with_the_ids_there_are(course):
    here = lesson(NOTEBOOK)
    assert "has no item 's-chioce'. It has: s-choice, s-coding" in repr(here.item("s-chioce"))
    assert "no role-play 'the-clock'. It has: none" in here.roleplay("the-clock")._repr_html_()
    assert "There is no figure" in repr(here.figure("nothing"))
    assert "has no lesson 06_sample, so its references" in repr(here.references())
    for missing in (lesson("07_other").item("x"), exercise("07_other").submit()):
        assert "07_other cannot be read" in repr(missing) and "one there" in repr(missing)


def test_a_role_play_without_its_script_leaves_the_rest_of_the_page_alive(course):
    items = course / "course" / "items" / f"{NOTEBOOK}.toml"
    play = '\n[[item]]\nid = "s-play"\nkind = "roleplay"\ntitle = "The clock"\nprompt = "Play."\nscript = "the-clock"\n'
    items.write_text(items.read_text() + play)
    here = lesson(NOTEBOOK)
    assert "The role-play “The clock” cannot be read: the-clock.md: No such file" in repr(here.roleplay("the-clock"))
    assert here.item("s-choice").item["id"] == "s-choice"


def test_where_the_widget_does_not_live_the_output_still_says_what_this_is_and_how_to_start(course):
    html = fallback(definitions(course, "lesson")["s-choice"])
    assert "The coat stays on" in html and "Orla comes back" in html and "Run All Cells" in html
    bundle, _ = lesson(NOTEBOOK).item("s-choice")._repr_mimebundle_()
    assert bundle["text/html"] == html and bundle["text/plain"] == "The coat stays on"
    assert "&lt;script&gt;" in fallback({"title": "<script>", "prompt": ""})


def test_importing_the_library_loads_no_widget_and_prints_nothing():
    code = (
        "import sys, coursekit; from coursekit import lesson as f; print('anywidget' in sys.modules, file=sys.stderr)"
    )
    early = "import sys, coursekit; print('anywidget' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", early], capture_output=True, text=True).stdout == "False\n"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == ""


# The panel


def panel_of(here):
    panel = here.submit()
    told = []
    panel.send = lambda content, buffers=None: told.append(content["told"])
    return panel, told


def test_handing_in_writes_one_file_and_says_where_it_is_and_what_was_empty(course):
    folder = working_copy(course)
    here = exercise(NOTEBOOK)
    panel, told = panel_of(here)
    assert len(panel.desk["gaps"]) == 6
    answer(here.item("s-choice"), {"option": "a", "reason": "r1"})
    assert len(panel.desk["gaps"]) == 5
    panel._handle_custom_msg({"do": "hand-in", "name": " "}, [])
    assert told[-1]["problem"] and "Give your name" in told[-1]["text"]
    panel._handle_custom_msg({"do": "hand-in", "name": "Mia K."}, [])
    written = folder / "to-hand-in" / f"{NOTEBOOK}_Mia-K_0123.coursekit"
    assert "mine/to-hand-in" in told[-1]["text"] and told[-1]["file"]["name"] == written.name
    assert told[-1]["file"]["text"] == written.read_text()
    assert panel.desk["name"] == "Mia K." and [gap["item"] for gap in panel.desk["gaps"]][0] == "s-coding"


def test_what_is_taken_up_is_shown_at_once(course, tmp_path):
    working_copy(course)
    here = exercise(NOTEBOOK)
    widget = here.item("s-reflection")
    panel, told = panel_of(here)
    other = AnswersFile.in_folder(
        tmp_path / "page", course=content.COURSE_ID, part="exercise", notebook=NOTEBOOK, trainee="f" * 16
    )
    other.append("s-reflection", {"text": "Written on the train."})
    panel._handle_custom_msg({"do": "take-up", "text": other.path.read_text()}, [])
    assert told == [{"text": "1 entry was taken up."}]
    assert widget.acts[0]["value"] == {"text": "Written on the train."} and widget.saved == 1
    panel._handle_custom_msg({"do": "take-up", "text": "not an answers file"}, [])
    assert told[-1]["problem"]


# References


@pytest.fixture
def evidence(tmp_path):
    columns = "id section topic label statement es_type es ci_low ci_high k_studies n i2 extra citation doi doi_status level caution"  # noqa: E501
    rows = [
        ("A001", "Fluckiger C (2018). The alliance. Psychotherapy, 55(4).", "10.1037/x<1>", "ABSTRACT"),
        ("A039", "Eubanks CF, Muran JC (2018). Alliance & repair. Psychotherapy, 55(4).", "", "ABSTRACT"),
        ("A040", "Eubanks et al. (2018), as above.", "", "SECONDARY"),
    ]
    lines = [",".join(columns.split())]
    for row, citation, doi, level in rows:
        lines.append(",".join([row, *[""] * 12, f'"{citation}"', doi, "", level, ""]))
    path = tmp_path / "evidence.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_citations_are_found_in_markdown_each_once_in_order():
    text = "Repair helps ([Eubanks et al., 2018](#A039)); [more](#A001), [again](#A039), [a heading](#Repair), [out](https://x.org/#A001)"
    assert cited_ids(text) == ["A039", "A001"]


def test_references_are_in_the_order_of_authors_linked_and_one_entry_for_one_work(evidence):
    html = references_html(["A001", "A040", "A039"], evidence)
    assert html.index("Eubanks") < html.index("Fluckiger") and html.count("<li") == 2
    assert '<li id="A040"><span id="A039"></span>Eubanks CF, Muran JC (2018). Alliance &amp; repair.' in html
    assert 'href="https://doi.org/10.1037/x&lt;1&gt;"' in html and "Read as quoted elsewhere" in html
    assert references_html([], evidence) == ""
    with pytest.raises(KeyError, match="A999"):
        references_html(["A999"], evidence)


# The script


def test_the_script_and_the_style_can_stand_in_a_page():
    for text in (assets.module(), assets.classic(), assets.style()):
        assert "</script" not in text.lower() and "<!--" not in text and "</style" not in text.lower()
    with pytest.raises(ValueError, match="cannot stand"):
        assets.safe('const a = "</SCRIPT>";')


def test_the_script_asks_for_nothing_from_elsewhere():
    for text in (assets.classic(), assets.style()):
        assert not any(word in text for word in ("fetch(", "XMLHttpRequest", "import(", "@import", "url("))


def test_the_vocabulary_has_every_code_and_marker_and_only_its_public_part():
    words = assets.vocabulary()
    assert set(words) == {*THERAPIST_CODES, *MARKERS}
    assert all(set(entry) == {"code", "name", "definition", "group", "of"} for entry in words.values())


def test_the_sample_is_a_good_example(course):
    assert len(load_items(course / "course" / "items" / f"{NOTEBOOK}.toml")) == 6
