"""The class report: the numbers are those of the class, nobody is named, and of few people nothing is said."""

import re
from collections import Counter
from random import Random
from xml.etree import ElementTree

import numpy as np
import pytest
from typer.testing import CliRunner

import cohort
from coursekit.cli import app
from coursekit.grading.assessment import assess
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.marks import Marks, final, place_of
from coursekit.grading.overview import UNFINISHED, Column, Exercise, Overview, Sheet, overview
from coursekit.grading.statistics import Estimate
from coursekit.grading.work import submission
from coursekit.pages import report_figures as draw
from coursekit.pages.report import report_page
from coursekit.pages.report_items import _markers
from coursekit.pages.report_words import quoted
from coursekit.roleplay import bots

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ["Mia Kern", "Jonas Brandt", "Zoë Okafor", "Ben Tal", "Aysel Kaya", "Thu Hà", "Ngozi Eze", "Petra Lund"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("course")


@pytest.fixture(scope="module")
def keys(folder):
    return cohort.make_course(folder)


def turns(*replies, rating=None):
    """Acts of a play of the clock: the reply chosen first, and the codes of what was written then."""
    first = {"turn": 1, "scene": "the-clock", "flag": None, "reply": replies[0], "text": None, "by": "script"}
    acts = [first | {"codes": [["NOTICE"], ["COLLUDE"]][replies[0] - 1]}]
    if len(replies) > 1:
        written = {"turn": 2, "scene": "the-shrug", "flag": None, "reply": None, "text": "I do.", "by": "coder 1"}
        acts.append(written | {"codes": [replies[1]]})
    return acts + ([{"self": rating}] if rating is not None else [])


def a_hand_in(number, option="b", codes=None, plays=()):
    acts = [
        cohort.act("06-e1", {"option": option, "reason": "r1"}),
        cohort.act("06-e2", {"codes": codes or {"u2": "GOES-QUIET", "u3": "none"}}),
        cohort.act("06-e3", {"order": ["see", "own", "ask"] if option == "b" else ["ask", "own", "see"]}),
    ]
    acts += [cohort.act("06-e7", value, attempt) for attempt, play in enumerate(plays, 1) for value in play]
    return cohort.file_of(acts, cohort.header(f"{number:016x}", NAMES[number]))


def a_book(folder, keys, contents):
    book = Gradebook(folder / "gradebook.sqlite")
    for content in contents:
        found = assess(content, keys)
        book.record(submission(found, content, "a"), found.names)
    return book


def the_class():
    """Six of eight choose rightly; three pass over the marker and five mark a plain line; seven play, five of them twice."""
    for number in range(8):
        codes = {"u2": "none" if number < 3 else "GOES-QUIET", "u3": "GOES-ALONG" if number < 5 else "none"}
        first = turns(2) if number == 6 else turns(1, "OWN", rating=40 + number)
        plays = [] if number == 7 else [first] if number > 4 else [first, turns(1, "OWN", rating=90)]
        yield a_hand_in(number, "a" if number < 2 else "b", codes, plays)


@pytest.fixture(scope="module")
def found(keys, tmp_path_factory) -> Overview:
    with a_book(tmp_path_factory.mktemp("book"), keys, the_class()) as book:
        return overview(book, keys)


@pytest.fixture(scope="module")
def page(found):
    return report_page(found)


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_what_the_class_did_is_counted(found):
    exercise, plays = found.exercises["06_sample"], found.plays["the-clock"]
    assert (found.people, found.hand_ins, exercise.people) == (8, 8, 8)
    shares = dict(zip([column.id for column in exercise.columns], exercise.shares.T, strict=True))
    assert sorted(shares["06-e1"]) == [0.5] * 2 + [1] * 6
    assert np.isnan(shares["06-e5"]).all()  # waits for a person
    chosen = [option for _, option in exercise.picks["06-e1", 1].chosen["option"]]
    assert (chosen.count("a"), chosen.count("b")) == (2, 6)
    sheet = exercise.sheets["06-e2", 1]
    assert (sheet.judged["u2"]["missed"], sheet.judged["u3"]["false alarm"]) == (3, 5)
    assert sheet.given["u3"]["GOES-ALONG"] == 5
    assert (plays.people, plays.plays) == (7, 12)


def test_first_plays_are_told_by_ending_rating_and_curve(found):
    plays = found.plays["the-clock"]
    assert plays.endings == {"repair": 6, UNFINISHED: 1}
    assert sorted(rating for rating, _ in plays.ratings) == [40, 41, 42, 43, 44, 45]
    assert [counts.total() for counts in plays.felt] == [7, 6, 6]
    assert plays.not_replayed == 0 and plays.replayed == 7


def test_growth_is_of_those_who_played_to_the_end_twice(found):
    plays = found.plays["the-clock"]
    assert plays.gains.total() == 5
    assert [counts.total() for counts in plays.attempts] == [5, 5]


def test_the_page_says_what_was_missed_and_what_was_chosen_instead(page):
    said = words(page)
    assert "Most passed over was “Fine.”" in said and "3 of 8 heard nothing to mark" in said
    assert "“I slept, finally.” was marked most: by 5 of 8, most often as “goes along” (5)" in said
    assert "Of the other options “She is bored.” drew most: 25" in said
    assert "The most frequent ending of 7 first plays: the rupture repaired, in 6. In all it was played 12 times." in said
    assert "Reliability is not given. It takes at least 30 people" in said


def test_what_was_heard_of_a_marker_adds_up_to_all_and_the_least_heard_comes_first(keys):
    item = keys.items(("exercise", "06_sample"))["06-e2"]
    key = item.key.model_copy(update={"codes": {"u1": ["GOES-ALONG"], "u2": ["GOES-QUIET"], "u3": ["LOSES-HEART"]}})
    judged = {
        "u1": Counter(right=6, missed=2),
        "u2": Counter(right=5, near=2, wrong=1),
        "u3": Counter(right=7, open=1),
    }
    rows = _markers(Sheet(item.model_copy(update={"key": key}), 8, judged))
    assert [row["right"] for row in rows] == [5 / 8, 6 / 8, 7 / 8]
    assert [row["other"] for row in rows] == [3 / 8, 0, 0]
    assert all(row["right"] + row["other"] + row["missed"] == 1 for row in rows)


def test_the_dimensions_of_a_play_have_the_names_that_trainees_read(page):
    said = words(page)
    assert "Fitting replies" in said and "absence of harm" not in said


def test_nobody_is_named(page):
    for number, name in enumerate(NAMES):
        assert not any(part in page for part in name.split() if len(part) > 3) and f"{number:016x}" not in page


def test_the_page_asks_for_nothing_and_runs_nothing(page):
    assert set(re.findall(r"https?://[^\"]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert "<script" not in page and " style=" not in page and "url(h" not in page
    assert set(re.findall(r'href="([^#"][^"]*)"', page)) == {"data:,"}


def test_every_figure_has_words_beside_it_and_can_be_read_on_a_telephone(page):
    figures = re.findall(r"<figure.*?</figure>", page, re.S)
    assert len(figures) == 5
    for figure in figures:
        svg = ElementTree.fromstring(re.search(r"<svg.*</svg>", figure, re.S)[0])
        assert svg.get("role") == "img" and len(svg.get("aria-label").split()) > 20
        assert "n = " in figure.split("<figcaption>")[1] or "people" in figure.split("<figcaption>")[1]
        sizes = [float(text.get("font-size").removesuffix("px")) for text in svg.iter(f"{SVG}text")]
        assert min(sizes) * 332 / float(svg.get("viewBox").split()[2]) >= 10
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def heights(canvas):
    """Of labels, and of the dots and rings in the first axes, in units from below."""
    axes = canvas.axes[0]
    labels = [canvas.transFigure.transform(text.get_position())[1] for text in canvas.texts]
    dots = [axes.transData.transform((0, line.get_ydata()[0]))[1] for line in axes.lines if line.get_marker() == "o"]
    return labels, dots


@pytest.mark.parametrize(
    "canvas",
    [
        draw.rows_of_dots("abc", [draw.Panel("share", (0, 1), draw.HUNDRED, [Estimate(0.5, None, 9)] * 3)]),
        draw.growth([("a", 40, 60), ("b", 50, 50), ("c", 60, 40)]),
    ],
)
def test_a_label_and_its_dot_are_near_each_other_and_a_rule_parts_them_from_the_next(canvas):
    labels, dots = heights(canvas)
    dots = dots[:: len(dots) // 3]
    rules = [canvas.transFigure.transform((0, line.get_ydata()[0]))[1] for line in canvas.artists]
    assert len(rules) == 2
    for above, (label, rule) in zip(dots, zip(labels[1:], rules, strict=True), strict=False):
        assert above > rule > label and above - label > 1.5 * (labels[0] - dots[0])


def test_a_second_play_that_came_to_the_same_is_seen_as_a_dot_in_its_ring():
    ring, dot = draw.growth([("a", 70, 70)]).axes[0].lines
    assert ring.get_markersize() - ring.get_markeredgewidth() > dot.get_markersize() + dot.get_markeredgewidth()


def test_what_was_shown_is_seen_where_it_is_what_was_felt():
    felt, shown = draw.curves([Counter({40: 5})] * 3, [Counter({40: 5})] * 3).axes[0].lines
    assert shown.is_dashed() and shown.get_linewidth() < felt.get_linewidth() / 2


def test_top_and_bottom_third_are_both_seen_where_they_chose_alike(keys, tmp_path):
    with a_book(tmp_path, keys, [cohort.a_hand_in(keys, seed) for seed in range(24)]) as book:
        drawn = report_page(overview(book, keys))
    rings, dots = (re.findall(rf'class="ck-{name}" cx="[^"]+" cy="6" r="([^"]+)"', drawn) for name in ("low", "high"))
    assert rings and min(map(float, rings)) - 1 > max(map(float, dots))


def test_a_quoted_line_is_cut_between_words():
    assert quoted("Should your ratings dip and then recover, take heart: a curve like that is good.") == (
        "“Should your ratings dip and then recover, take heart: a curve like …”"
    )


def test_the_page_is_the_same_every_time(found, page):
    assert report_page(found) == page


def test_of_fewer_than_five_nothing_is_shown(keys, tmp_path):
    with a_book(tmp_path, keys, list(the_class())[:4]) as book:
        said = report_page(overview(book, keys))
    assert "<figure" not in said and "<td>" not in said
    assert words(said).count("Nothing is shown of fewer than five people.") == 7
    assert "4 people handed it in" in words(said)


def test_a_class_without_exercises_or_plays_has_a_page_too():
    said = words(report_page(Overview()))
    assert "There is no exercise in the gradebook yet." in said and "No role-play was played yet." in said


def test_where_numbers_allow_reliability_is_given():
    rng = Random(4)
    exercise = Exercise("06_sample", [Column(f"i{n}", "ordering", f"Item <{n}>", 2) for n in range(6)])
    for _ in range(60):
        able = rng.random()
        row = {"status": "scored", "kind": "ordering", "points": 2}
        exercise.add({f"i{n}": row | {"score": 2 * (rng.random() < able)} for n in range(6)}, keys=None)
    said = report_page(Overview(60, 60, {"06_sample": exercise}))
    assert re.search(
        r"Alpha is \.\d\d \(95 % interval \.\d\d to \.\d\d\), omega \.\d\d, of 60 people with 6 items", said
    )
    assert "<0>" not in said and "Item &lt;0&gt;" in said


def test_a_play_that_todays_script_does_not_allow_is_counted_and_not_drawn(keys, folder, tmp_path):
    played = cohort.trace(
        bots.play(keys.script(keys.items(("exercise", "06_sample"))["06-e7"]), bots.reader(50), Random(1))
    )
    with a_book(tmp_path, keys, [a_hand_in(n, plays=[played]) for n in range(5)]) as book:
        other = cohort.make_course(tmp_path)
        script = tmp_path / "course" / "roleplays" / "the-clock.md"
        script.write_text(script.read_text().replace("the clock", "the watch"), encoding="utf-8")
        found = overview(book, other)
    assert (found.plays["the-clock"].not_replayed, found.plays["the-clock"].replayed) == (5, 0)
    assert "5 could not be replayed with today’s script" in words(report_page(found))


def test_an_answer_to_an_older_version_stands_by_itself(tmp_path):
    keys = cohort.make_course(tmp_path)
    item = next(item for item in cohort.items_of(tmp_path) if item.id == "06-e1")
    changed = cohort.ITEMS.replace("She is bored.", "She is tired of it.") + cohort.MORE
    cohort.archive(tmp_path, item, 1)
    keys = cohort.make_course(tmp_path, changed.replace('kind = "choice"', 'kind = "choice"\nversion = 2', 1))
    cohort.archive(tmp_path, keys.items(("exercise", "06_sample"))["06-e1"], 2)
    keys = cohort.Keys(tmp_path / "solutions", tmp_path / "course")
    older = [a_hand_in(number) for number in range(3)]
    newer = [cohort.file_of([cohort.act("06-e1", {"option": "a", "reason": "r1"}, version=2)], cohort.header("f" * 16))]
    with a_book(tmp_path, keys, older + newer) as book:
        picks = overview(book, keys).exercises["06_sample"].picks
    assert {version: len(one.chosen["option"]) for (_, version), one in picks.items()} == {1: 3, 2: 1}


def test_what_a_person_marked_is_a_score_like_others(keys, tmp_path):
    said = {"text": "I went too fast."}
    contents = [cohort.file_of([cohort.act("06-e5", said)], cohort.header(f"{n:016x}")) for n in range(6)]
    with a_book(tmp_path, keys, contents) as book:
        for number in range(5):
            place = place_of(f"{number:016x}", "exercise", "06_sample", "06-e5", said)
            Marks(book).add(place, "Ada", "first", 3, "digest")
        exercise = overview(book, keys, final(book, keys).in_hand_ins).exercises["06_sample"]
    place = [column.id for column in exercise.columns].index("06-e5")
    assert np.nan_to_num(exercise.shares[:, place], nan=-1).tolist() == [0.75] * 5 + [-1]


# The command


def command(folder, *arguments):
    return CliRunner().invoke(app, ["report", *map(str, arguments), "--solutions", str(folder / "solutions")])


def test_the_command_writes_the_page(keys, folder, tmp_path):
    a_book(tmp_path, keys, the_class()).close()
    done = command(folder, tmp_path / "gradebook.sqlite", "--out", tmp_path / "meeting" / "report.html")
    assert done.exit_code == 0 and "8 notebooks that 8 people handed in" in done.output
    assert "The class so far" in (tmp_path / "meeting" / "report.html").read_text(encoding="utf-8")


def test_the_command_says_what_is_missing_and_makes_no_gradebook(folder, tmp_path):
    done = command(folder, tmp_path / "no.sqlite")
    assert done.exit_code == 1 and "Grade first" in done.output and not (tmp_path / "no.sqlite").exists()
    Gradebook(tmp_path / "empty.sqlite").close()
    done = command(folder, tmp_path / "empty.sqlite", "--out", tmp_path / "r.html")
    assert done.exit_code == 1 and "Nothing was handed in" in done.output and not (tmp_path / "r.html").exists()
    (tmp_path / "text.sqlite").write_text("Dear diary")
    assert "cannot be opened" in command(folder, tmp_path / "text.sqlite").output
    assert "--solutions" in command(tmp_path, tmp_path / "empty.sqlite").output
