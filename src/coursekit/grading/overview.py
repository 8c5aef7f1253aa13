"""What a class did, gathered from a gradebook without anybody's name: the numbers behind the class report.

Of each trainee the hand-ins that count are read once. What is kept is one row of shares for each exercise, and of everything
else how often it occurred, so memory hardly grows with the class.
"""

from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from coursekit.exercises.answers import Answers, read
from coursekit.exercises.items import Item, RolePlayItem
from coursekit.grading.gradebook import Gradebook
from coursekit.grading.kept import Submission
from coursekit.grading.keys import Keys
from coursekit.grading.scores import judge
from coursekit.roleplay.scenes import RolePlay
from coursekit.roleplay.scoring import score
from coursekit.roleplay.session import Session, replay_what_can_be

UNFINISHED = "not played to an end"


@dataclass(frozen=True)
class Column:
    """An item that is scored: its id, kind, title and points."""

    id: str
    kind: str
    title: str
    points: int


@dataclass
class Picks:
    """What was chosen in one version of a choice: for `option` and `reason`, the row of the exercise and the id."""

    item: Any
    chosen: dict[str, list[tuple[int, str | None]]] = field(default_factory=lambda: {"option": [], "reason": []})


@dataclass
class Sheet:
    """How the lines of one version of a coding sheet were judged: for each line, how often which judgement and which code."""

    item: Any
    people: int = 0
    judged: dict[str, Counter[str]] = field(default_factory=dict)
    given: dict[str, Counter[str]] = field(default_factory=dict)


@dataclass
class Exercise:
    """An exercise: the items that are scored, and of everybody who handed it in the share of each, or NaN."""

    name: str
    columns: list[Column]
    people: int = 0
    picks: dict[tuple[str, int], Picks] = field(default_factory=dict)
    sheets: dict[tuple[str, int], Sheet] = field(default_factory=dict)
    _rows: "array[float]" = field(default_factory=lambda: array("d"))

    @property
    def shares(self) -> np.ndarray:
        """Shares of the points, 0 to 1: people by items."""
        return np.array(self._rows, dtype=float).reshape(self.people, len(self.columns))

    @property
    def weights(self) -> np.ndarray:
        """The points of the items."""
        return np.array([column.points for column in self.columns], dtype=float)

    def add(self, scores: dict[str, dict[str, Any]], keys: Keys) -> None:
        """One more hand-in: its scores by item."""
        got = [scores.get(column.id) for column in self.columns]
        scored = [row if row and row["status"] == "scored" else None for row in got]
        self._rows.extend(row["score"] / row["points"] if row and row["points"] else float("nan") for row in scored)
        for row in scored:
            if row and row["kind"] in ("choice", "coding") and (item := _played(row, keys)):
                self._tell_apart(item, row)
        self.people += 1

    def _tell_apart(self, item: Item, row: dict[str, Any]) -> None:
        parts, version = judge(item, row["answer"]).parts, (item.id, item.version)
        if item.kind == "choice":
            picks = self.picks.setdefault(version, Picks(item))
            for part in parts:
                picks.chosen[part.id].append((self.people, part.given))
        else:
            sheet = self.sheets.setdefault(version, Sheet(item))
            sheet.people += bool(parts)
            for part in parts:
                sheet.judged.setdefault(part.id, Counter())[part.judgement] += 1
                sheet.given.setdefault(part.id, Counter())[part.given or ""] += 1


@dataclass
class Plays:
    """The plays of one role-play. Curves, endings and ratings are of each person's first play."""

    script: str
    title: str
    client: str = ""
    people: int = 0
    plays: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    ratings: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Own rating and score of first plays that were played and rated."""
    dimensions: dict[str, Counter[float]] = field(default_factory=dict)
    felt: list[Counter[int]] = field(default_factory=list)
    shown: list[Counter[int]] = field(default_factory=list)
    replayed: int = 0
    not_replayed: int = 0
    attempts: list[Counter[float]] = field(default_factory=list)
    """Scores of the first, second … complete play of those who completed it more than once."""
    gains: Counter[float] = field(default_factory=Counter)
    """Of the same people: the second complete play less the first."""

    def add(self, plays: list[dict[str, Any]], session: Session | None) -> None:
        """One more person: her plays in their order, and the first of them replayed."""
        first = plays[0]
        self.people += 1
        self.plays += len(plays)
        self.endings[first["ending"] or UNFINISHED] += 1
        if (apart := _overrated(first)) is not None:
            self.ratings[first["self_rating"], first["self_rating"] - apart] += 1
        complete = [play["score"] for play in plays if play["complete"]]
        if len(complete) > 1:
            self.gains[complete[1] - complete[0]] += 1
            for number, value in enumerate(complete):
                _at(self.attempts, number)[value] += 1
        if session is None:
            self.not_replayed += 1
        else:
            self._follow(session)

    def _follow(self, session: Session) -> None:
        self.replayed += 1
        points = [(turn.felt_before, turn.shown_before) for turn in session.turns]
        if session.ending:
            points.append((session.felt, session.shown))
            for one in score(session).dimensions:
                self.dimensions.setdefault(one.name, Counter())[one.hundredths / (100 * one.out_of)] += 1
        for number, (felt, shown) in enumerate(points):
            _at(self.felt, number)[felt] += 1
            _at(self.shown, number)[shown] += 1


@dataclass
class Overview:
    """A class: how many people and hand-ins, the exercises, the role-plays."""

    people: int = 0
    hand_ins: int = 0
    exercises: dict[str, Exercise] = field(default_factory=dict)
    plays: dict[str, Plays] = field(default_factory=dict)
    overrating: Counter[float] = field(default_factory=Counter)
    """For each person who rated a first play: own rating less score, on average over the role-plays."""


def overview(
    book: Gradebook, keys: Keys, marked: Callable[[list[Submission]], list[Submission]] | None = None
) -> Overview:
    """Everything that the report says of the class in a gradebook. `marked` puts the marks of people into hand-ins."""
    found = Overview(exercises=_exercises(book, keys))
    for trainee in book.trainees():
        hand_ins = [one for one in book.hand_ins(trainee.id, contents=False) if one.counts]
        hand_ins = marked(hand_ins) if marked else hand_ins
        found.people += bool(hand_ins)
        found.hand_ins += len(hand_ins)
        for one in hand_ins:
            if one.part == "exercise" and one.notebook in found.exercises:
                found.exercises[one.notebook].add({score["item"]: score for score in one.scores}, keys)
        _add_plays(found, hand_ins, book, keys)
    return found


def _exercises(book: Gradebook, keys: Keys) -> dict[str, Exercise]:
    exercises: dict[str, Exercise] = {}
    for part, notebook, item, kind, points in book.items():
        if part == "exercise" and points and kind != "roleplay":
            today = (keys.items(("exercise", notebook)) or {}).get(item)
            column = Column(item, kind, today.title if today else item, points)
            columns = exercises.setdefault(notebook, Exercise(notebook, [])).columns
            if all(item != known.id for known in columns):  # an item that is of another kind today is one all the same
                columns.append(column)
    return exercises


def _played(row: dict[str, Any], keys: Keys) -> Item | None:
    """The item in the version that was on the page; None where it is no longer in the keys."""
    home = keys.home(row["item"])
    today = (keys.items(home) or {}).get(row["item"]) if home else None
    return keys.version(today, row["version"]) if today else None


def _add_plays(found: Overview, hand_ins: list[Submission], book: Gradebook, keys: Keys) -> None:
    """A person's plays, by script. One script may stand in a lesson and in its exercise: the lesson's plays come first."""
    by_script: dict[str, list[tuple[Submission, dict[str, Any]]]] = {}
    for one in sorted(hand_ins, key=lambda one: (one.part != "lesson", one.notebook)):
        for play in one.plays:
            if play["turns"]:
                by_script.setdefault(play["script"], []).append((one, play))
    answers: dict[str, Answers] = {}
    for script, played in sorted(by_script.items()):
        one, first = played[0]
        if one.sha256 not in answers:
            answers[one.sha256] = read(book.content(one.sha256))
        item, roleplay = _script(first["item"], keys)
        if script not in found.plays:
            title = item.title if item else script
            found.plays[script] = Plays(script, title, roleplay.client if roleplay else "")
        session = _replayed(answers[one.sha256], first, roleplay)
        found.plays[script].add([play for _, play in played], session)
    apart = [by for played in by_script.values() if (by := _overrated(played[0][1])) is not None]
    if apart:
        found.overrating[round(sum(apart) / len(apart), 2)] += 1


def _overrated(play: dict[str, Any]) -> int | None:
    """Own rating less score; None where the play was not played to an end and rated."""
    return play["self_rating"] - round(play["score"]) if play["complete"] and play["self_rating"] is not None else None


def _script(id: str, keys: Keys) -> tuple[RolePlayItem | None, RolePlay | None]:
    home = keys.home(id)
    item = (keys.items(home) or {}).get(id) if home else None
    return (item, keys.script(item)) if isinstance(item, RolePlayItem) else (None, None)


def _replayed(answers: Answers, play: dict[str, Any], roleplay: RolePlay | None) -> Session | None:
    """A play as it went; None where today's script does not allow it."""
    acts = answers.attempts(play["item"]).get(play["attempt"], [])
    if roleplay is None or play["refused"] or not acts:
        return None
    session, refused = replay_what_can_be(roleplay, [act.value for act in acts])
    return None if refused else session


def _at(counters: list[Counter[Any]], place: int) -> Counter[Any]:
    while len(counters) <= place:
        counters.append(Counter())
    return counters[place]
