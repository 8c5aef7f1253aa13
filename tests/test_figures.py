"""The figures: numbers from the rows, what is invented labelled so, readable by eye and ear on any page."""

import re
from xml.etree import ElementTree

import pytest

from coursekit.pages import drawing
from coursekit.pages.evidence import evidence
from coursekit.pages.figures import FIGURES, alliance, empathy, figure, rupture_and_repair, start_here, transference
from coursekit.pages.figures.rupture_and_repair import dips, simulated_ratings

SVG = "{http://www.w3.org/2000/svg}"
PAGES = ("#ffffff", "#111111", "#1e1e1e")
every_figure = pytest.mark.parametrize("name", FIGURES)


def words_in(name: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(figure(name).svg).iter(f"{SVG}text")]


LESSONS = (start_here, alliance, empathy, rupture_and_repair, transference)


def drawn_with(monkeypatch, name: str, row: str, **changes: str):
    changed = evidence() | {row: evidence()[row].model_copy(update=changes)}
    drawn_by = next(lesson for lesson in LESSONS if name in lesson.FIGURES)
    monkeypatch.setattr(drawn_by, "evidence", lambda: changed)
    return figure.__wrapped__(name)


@every_figure
def test_a_figure_says_in_words_what_it_shows_and_where_it_is_from(name):
    one = figure(name)
    assert len(one.alt.split()) >= 25
    assert one.sources and set(one.sources) <= set(evidence())
    for source in one.sources:
        assert evidence()[source].short in one.caption
        assert evidence()[source].doi in one.caption


@every_figure
def test_a_figure_is_one_picture_to_a_screen_reader(name):
    root = ElementTree.fromstring(figure(name).svg)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img" and root.get("aria-label") == figure(name).alt


@every_figure
def test_a_figure_brings_no_style_sheet_and_asks_for_nothing(name):
    svg = figure(name).svg
    assert "style" not in svg.replace("font-style", "")
    assert set(re.findall(r"https?://[^\"]+", svg)) == {"http://www.w3.org/2000/svg"}
    assert len(svg) < 25_000


def test_the_ids_of_figures_never_meet_on_a_page():
    ids = [found for name in FIGURES for found in re.findall(r'\bid="([^"]+)"', figure(name).svg)]
    assert len(ids) == len(set(ids))


@every_figure
def test_what_a_figure_refers_to_is_in_it(name):
    svg = figure(name).svg
    asked = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)
    assert {one or other for one, other in asked} <= set(re.findall(r'\bid="([^"]+)"', svg))


@every_figure
def test_words_take_the_colour_of_the_page_and_everything_else_stands_out_on_light_and_dark(name):
    svg = figure(name).svg
    assert drawing.INK not in svg
    for text in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        assert text.get("fill") in (None, "currentColor")
    for colour in set(re.findall(r"#[0-9a-f]{6}\b", svg)):
        assert min(contrast(colour, page) for page in PAGES) >= 3, colour


@every_figure
def test_words_can_be_read_at_the_width_of_a_telephone(name):
    root = ElementTree.fromstring(figure(name).svg)
    width = float(root.get("viewBox").split()[2])
    sizes = [float(text.get("font-size").removesuffix("px")) for text in root.iter(f"{SVG}text")]
    assert min(sizes) * 328 / width >= 10


LABELS = {
    "three-alliances": "SCHEMATIC",
    "slow-and-jagged": "SIMULATED",
    "cloud": "SIMULATED",
    "empathy-cycle": "SCHEMATIC",
    "seventy-thirty": "SIMULATED",
    "alliance-curve": "SCHEMATIC",
    "counting-dips": "SIMULATED",
    "template-episodes": "INVENTED",
    "transference-course": "SCHEMATIC",
    "fest-direction": "DIRECTION ONLY",
}
"""The figures in which something is drawn that nobody measured, and the word that says so."""


@pytest.mark.parametrize(("name", "label"), LABELS.items())
def test_a_curve_without_data_says_so_in_the_figure(name, label):
    assert any(text.startswith(label) for text in words_in(name))
    assert label in figure(name).caption
    assert label.lower() in figure(name).alt.lower()


def test_the_forest_shows_the_numbers_of_its_rows(monkeypatch):
    values = [
        f"r = {float(evidence()[row].es):.3f}".replace("0.", ".").removesuffix("0")
        for row in figure("repair-and-outcome").sources
    ]
    assert [text for text in words_in("repair-and-outcome") if text.startswith("r = ")] == values
    other = drawn_with(
        monkeypatch, "repair-and-outcome", "A039", es="0.51", ci_low="0.44", ci_high="0.58", k_studies="77"
    )
    assert "r = .51" in other.svg and "k = 77" in other.svg
    assert ".51, its interval from .44 to .58" in other.alt


def test_the_dots_and_bars_of_the_forest_stand_where_the_numbers_are():
    rows = [evidence()[row] for row in figure("repair-and-outcome").sources]
    canvas = rupture_and_repair.repair_and_outcome().canvas
    lines = canvas.axes[0].get_lines()
    bars = [tuple(line.get_xdata()) for line in lines if len(set(line.get_xdata())) == 2]
    assert bars == [row.interval for row in rows]
    dots = [line.get_xdata()[0] for line in lines if line.get_marker() == "o" and line.get_markersize() == 10]
    assert dots == [float(row.es) for row in rows]


def test_an_interval_that_crosses_zero_is_marked_by_a_ring(monkeypatch):
    plain = rupture_and_repair.repair_and_outcome().canvas.axes[0].get_lines()
    rings = [line.get_xdata()[0] for line in plain if line.get_markerfacecolor() == "none"]
    assert rings == [float(evidence()["A040"].es)]


def test_a_row_without_an_interval_cannot_be_drawn_as_if_it_had_one(monkeypatch):
    with pytest.raises(ValueError, match="A039.*no interval"):
        drawn_with(monkeypatch, "repair-and-outcome", "A039", ci_low="")


def test_the_bar_of_treatments_is_made_of_the_counts_of_its_row(monkeypatch):
    bars = rupture_and_repair.how_common().canvas.axes[0].patches
    assert [round(bar.get_width() + 3) for bar in bars] == [451, 89, 65]
    assert [text for text in words_in("how-common") if "%" in text] == [
        "74.5%  no rupture (451)",
        "14.7%  rupture, then repair (89)",
        "10.7%  rupture, no repair (65)",
    ]
    other = drawn_with(monkeypatch, "how-common", "A042", extra="n=500 / 30 / 20")
    assert "rupture, no repair (20)" in other.svg and "550 treatments" in other.alt


def test_the_links_with_dropout_are_those_of_the_row(monkeypatch):
    bars = rupture_and_repair.before_leaving().canvas.axes[0].patches
    assert [bar.get_width() for bar in bars] == [0.74, 0.67, 0.61]
    assert "42 cases" in figure("before-leaving").caption
    other = drawn_with(monkeypatch, "before-leaving", "A045", es="0.5", extra="d=.31; d=.22", n="9 cases")
    assert all(f"d = {size}" in other.svg for size in (".50", ".31", ".22"))
    assert "9 cases only" in other.alt


@pytest.mark.parametrize(
    ("name", "row", "changes", "shown"),
    [
        ("how-good-am-i", "A026", {"es": "31"}, "31% say they are"),
        ("ethnic-match", "A084", {"es": "0.71"}, ".71"),
        ("attachment-and-alliance", "A013", {"es": "-0.22"}, "−.22"),
        ("cloud", "A001", {"es": "0.31"}, ".31"),
        ("empathy-numbers", "A031", {"es": "0.35", "ci_low": "0.30", "ci_high": "0.40"}, ".35"),
        ("microaggressions", "A036", {"es": "48"}, "48"),
        ("own-feelings", "A104", {"es": "-0.21"}, "−.21"),
        ("show-of-hands", "A099", {"extra": "25 articles; 9/17", "k_studies": "17"}, "17"),
        ("fest-direction", "A096", {"n": "88 pts, 7 therapists"}, "88"),
    ],
)
def test_a_figure_of_the_other_lessons_shows_the_numbers_of_its_row(monkeypatch, name, row, changes, shown):
    before = figure(name)
    after = drawn_with(monkeypatch, name, row, **changes)
    assert shown in after.svg + after.alt
    assert after.svg != before.svg or after.alt != before.alt


def test_a_dip_is_a_fall_of_so_many_standard_deviations_since_the_session_before():
    flat = [50.0, 60.0, 50.0, 60.0]  # standard deviation 5.77
    assert dips(flat, 1) == [3]
    assert dips(flat, 2) == []
    assert dips([60.0, 55.0, 50.0, 45.0], 2) == []


def test_simulated_ratings_are_the_same_every_time_and_the_criterion_makes_the_number():
    ratings = simulated_ratings()
    assert ratings == simulated_ratings() and len(ratings) == 24
    loose, strict = dips(ratings, 1), dips(ratings, 2)
    assert set(strict) < set(loose)
    assert f"{len(loose)} dips by 1 SD" in words_in("counting-dips")


def test_an_unknown_figure_is_answered_with_the_names_there_are():
    with pytest.raises(KeyError, match="how-common"):
        figure("how-comon")


def contrast(one: str, other: str) -> float:
    """Contrast of two colours after WCAG 2."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
