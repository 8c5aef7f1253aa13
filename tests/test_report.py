"""The report on the content: each measurement on an example small enough to be counted by hand, and how all of it is printed."""

from io import StringIO

import pytest
from rich.console import Console
from typer.testing import CliRunner

from coursekit import content
from coursekit.cli import app
from coursekit.exercises.items import load_items
from coursekit.report.balance import Balance, Offer, balance, offers_of_items, offers_of_script, outside
from coursekit.report.phrases import Repeat
from coursekit.report.reading import reading, split_sentences, syllables
from coursekit.report.seen import all_passages, met, seen, unseen
from coursekit.report.show import balance_table, bots_table, phrases_table, reading_table, seen_table, show
from coursekit.roleplay import bots
from coursekit.roleplay.check import outside_limits
from coursekit.roleplay.script import parse_script
from coursekit.roleplay.session import Session
from examples import SMALL, course_roleplays, example, example_text


def printed(*things) -> str:
    console = Console(file=StringIO(), width=200)
    console.print(*things)
    return console.file.getvalue()


def small(text: str = SMALL):
    return parse_script(text, "small", "small.md")


# Reading ease


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("a", 1), ("the", 1), ("time", 1), ("table", 2), ("walked", 1), ("wanted", 2), ("horses", 2), ("makes", 1), ("quiet", 2),
        ("client", 2), ("going", 2), ("patient", 2), ("nation", 2), ("isn’t", 2), ("can't", 1), ("you’re", 1), ("alliance", 3),
        ("half-hour", 2), ("Rennie’s", 2), ("hmm", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted_by_spelling(word, count):
    assert syllables(word) == count


def test_sentences_end_before_a_space_and_with_a_paragraph():
    text = "# No heading\n\n“Is that on?” she says. At 7.30 it was r = .29… So what\n\nThen *go*."
    said = ["“Is that on?” she says.", "At 7.30 it was r = .29…", "So what", "Then go."]
    assert [part.strip() for part in split_sentences(text)] == said


def test_reading_ease_is_flesch_s():
    found = reading(["The cat sat on the mat.", "It was ([Bordin, 1979](#B08)) happy."])
    assert (found.words, found.sentences, found.syllables) == (10, 2, 12)
    assert found.words_per_sentence == 5 and found.syllables_per_word == 1.2
    assert found.ease == pytest.approx(206.835 - 1.015 * 5 - 84.6 * 1.2)


def test_nothing_can_be_read_without_a_fault():
    assert reading([]).words == 0 and reading(["…"]).words_per_sentence == 0


# Length and place of the best reply


def test_the_balance_counts_where_the_best_stands_and_how_long_it_is():
    found = balance([Offer(0, (9, 5)), Offer(1, (9, 5)), Offer(2, (1, 9, 5, 7)), Offer(1, (5, 5))])
    assert found == Balance(offers=4, longest=1, shortest=1, chance=1.75, places=(1, 2, 1, 0))
    assert (found.percent_longest, found.percent_by_chance) == (25, 43.75)
    assert balance([]) is None


def test_what_can_be_told_by_its_length_or_its_place_is_outside():
    assert outside(balance([Offer(n % 4, (5, 5, 5, 6)) for n in range(8)])) == []
    long = [Offer(n % 4, tuple(9 if place == n % 4 else 5 + place for place in range(4))) for n in range(8)]
    assert outside(balance(long)) == ["the best is the longest in 8 of 8, by chance 2"]
    short = [Offer(n % 4, tuple(1 if place == n % 4 else 5 + place for place in range(4))) for n in range(8)]
    assert outside(balance(short)) == ["the best is the shortest in 8 of 8, by chance 2"]
    assert outside(balance([Offer(1, (1, 2, 3, 4))] * 4)) == ["the best stands in place 2 in 4 of 4"]


def test_a_single_choice_says_nothing():
    assert outside(balance([Offer(3, (1, 2, 3, 4))])) == []


def test_of_a_script_what_is_chosen_counts_and_of_items_the_choices():
    said = ("You noticed that I looked at the clock.", "Why were you late?")
    assert offers_of_script(small())[0] == Offer(0, tuple(map(len, said)))
    items = load_items(content.course() / "items" / "06_rupture_and_repair.toml")
    choices = [item for item in items if item.kind == "choice"]
    assert [len(offer.lengths) for offer in offers_of_items(items)] == [len(item.options) for item in choices]


# What is seen


def test_what_is_met_in_a_play_are_its_passages_and_those_that_lead_on():
    text = SMALL.replace("## second", "## between\n\nAda: Hm.\n\n- [go on](#second)\n\n## second").replace(
        "[OWN](#second)", "[OWN](#between)"
    )
    session = Session(small(text))
    session.choose(1)
    assert {scene for scene, _ in met(session)} == {"first", "between", "second"}
    other = Session(small(text))
    other.choose(2)
    assert {scene for scene, _ in met(other)} == {"first", "second"}


def test_what_a_policy_never_sees_is_named_in_the_order_of_the_file():
    by = [seen(example(), policy, 40) for policy in ("reference", "random")]
    assert by[0].passages < all_passages(example())
    assert set(unseen(example(), by)) == all_passages(example()) - by[0].passages - by[1].passages
    assert unseen(example(), []) == sorted(all_passages(example()), key=lambda place: place[1])
    assert unseen(example(), [seen(example(), "random", 1)]) != []


def test_the_same_plays_see_the_same():
    assert seen(example(), "random", 5) == seen(example(), "random", 5)


# How it is printed


def test_each_table_shows_its_numbers():
    assert "got as far as the" in printed(phrases_table([Repeat("got as far as the", ("one, a", "two, b"))]))
    assert "(twice)" in printed(phrases_table([Repeat("got as far as the", ("one, a",))]))
    assert "06_x" in printed(reading_table({"06_x": reading(["The cat sat on the mat."])}))
    table = printed(balance_table({"Early": balance([Offer(1, (1, 2))] * 4)}))
    assert "outside" in next(line for line in table.splitlines() if "Early" in line)
    assert "9 of" not in printed(seen_table(example(), [], 9))
    assert "reference" in printed(seen_table(example(), [seen(example(), "reference", 2)], 2))


def row_of_random(script: str, mean: float) -> str:
    table = bots_table(course_roleplays()[script], [bots.Result("random", 9, mean, 1, 2, 3, 4, {})], 9)
    return next(line for line in printed(table).splitlines() if "random" in line)


def test_what_lies_outside_the_limits_of_bots_is_marked_in_the_table():
    assert "outside" in row_of_random("twelve-minutes", 60.0) and "0–33" in row_of_random("twelve-minutes", 60.0)
    assert "outside" not in row_of_random("twelve-minutes", 20.0)


def test_blind_policies_have_no_limit_on_a_script_that_is_too_short_for_it():
    assert "outside" not in row_of_random("early", 60.0) and "0–33" not in row_of_random("early", 60.0)
    slow = bots.Result("20 % slips", 9, 60.0, 1, 2, 3, 4, {})
    assert outside_limits(course_roleplays()["early"], [slow]) == ["20 % slips has a mean of 60.0, the limits are 76 to 88."]


@pytest.fixture
def quick(monkeypatch):
    """Bots that need no time."""
    results = [bots.Result("random", 9, 20.0, 1, 2, 3, 4, {})]
    monkeypatch.setattr("coursekit.report.show.bots_results", lambda roleplay, plays: results)


def course(folder, script: str):
    """A course of one script, in a folder of its own."""
    (folder / "course" / "roleplays").mkdir(parents=True)
    (folder / "course" / "roleplays" / "small.md").write_text(script, encoding="utf-8")
    return folder


def test_a_course_with_nothing_outside_is_reported_whole(tmp_path, quick):
    console = Console(file=StringIO(), width=160)
    root = course(tmp_path, example_text())
    assert show(root, [example()], 20, console) == []
    said = console.file.getvalue()
    parts = ("stand twice: 0", "Reading ease", "Length and place", "seen in 20 plays", "of each policy", "Nothing lies outside")
    assert [part for part in parts if part not in said] == []


def test_what_lies_outside_is_said_at_the_end_and_by_the_exit_status(tmp_path, quick, monkeypatch):
    root = course(tmp_path, example_text())
    monkeypatch.setattr(content, "root", lambda: root)
    assert CliRunner().invoke(app, ["check", "--report", "--plays", "20"]).exit_code == 0
    twice = "practise: As it says in the book, or as it says in the book. "
    script = example_text().replace("practise: ", twice)
    (root / "course" / "roleplays" / "small.md").write_text(script, encoding="utf-8")
    done = CliRunner().invoke(app, ["check", "--report", "--plays", "20"])
    assert done.exit_code == 1 and "phrases stand twice: 1; the limit is none" in done.output


def test_a_notebook_that_cannot_be_read_is_named(tmp_path, quick, monkeypatch):
    root = course(tmp_path, example_text())
    (root / "course" / "06_broken.ipynb").write_text("{", encoding="utf-8")
    monkeypatch.setattr(content, "root", lambda: root)
    done = CliRunner().invoke(app, ["check", "--report", "--plays", "20"])
    assert done.exit_code == 1 and "06_broken.ipynb" in done.output
