"""The gradebook: what came in, kept whole, and what every answer was worth.

One SQLite file, or any database that SQLAlchemy reaches, by address. A submission is known by the SHA-256 of
its content, so the same file handed in twice is one; its bytes are kept as they came, with every act and
every attempt in them. A submission is written in one transaction, alone or together with a few others: a run that is cut
off leaves whole submissions and nothing else.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from coursekit.grading import whose
from coursekit.grading.engines import NoPlace, engine_of, file_of, shown_address, why_not, write_anew
from coursekit.grading.kept import Submission, Trainee
from coursekit.grading.schema import SCHEMA, TABLES
from coursekit.grading.schema import forgotten as _forgotten
from coursekit.grading.schema import meta as _meta
from coursekit.grading.schema import plays as _plays
from coursekit.grading.schema import scores as _scores
from coursekit.grading.schema import senders as _senders
from coursekit.grading.schema import settings as _settings
from coursekit.grading.schema import submissions as _submissions
from coursekit.grading.schema import trainees as _trainees
from coursekit.grading.senders import canonical


class GradebookRefused(Exception):
    """A gradebook that cannot be used, with the reason and what to do, as a sentence for people."""


@dataclass(frozen=True)
class Kept:
    """What became of a submission: under whom it is kept, whether it is new, whether anything changed.

    `apart`: another person's hand-in was there under the same id, so this one was given an id of its own. `clashes`: what
    does not agree about whose it is, as sentences. `rescored`: items that had another score before, or another status, with both:
    {item: (before, now)}, None where there is no score. `taken_from`: the trainee under whom it was kept until now, by mistake.
    """

    trainee: str
    new: bool
    changed: bool
    apart: bool
    clashes: tuple[str, ...] = ()
    rescored: dict[str, tuple[float | None, float | None]] = field(default_factory=dict)
    taken_from: str = ""


class Gradebook:
    """An open gradebook. Use it in a `with` block, or call `close`.

    `address` is a path of a SQLite file or a database URL of SQLAlchemy. Raises GradebookRefused when it
    cannot be opened, is not a gradebook, or was written by an older or newer version of coursekit.
    """

    def __init__(self, address: str | Path):
        self.address = shown_address(str(address))
        self._open: sa.Connection | None = None
        self._later: list[tuple[sa.Table, list[dict[str, Any]]]] = []
        """Rows of new submissions, put in together at the end of the block, or before anybody reads."""
        try:
            self._engine = engine_of(str(address))
            self._check()
        except (sa.exc.SQLAlchemyError, NoPlace, ImportError, OSError) as fault:
            raise GradebookRefused(why_not(str(address), fault)) from None

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def file(self) -> Path | None:
        """The file of a SQLite gradebook; None for a gradebook on a server."""
        return file_of(self._engine)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _check(self) -> None:
        """Make the tables of a new gradebook; refuse what is not one of ours and of this schema."""
        with self._engine.begin() as book:
            there = set(sa.inspect(book).get_table_names())
            if not there & set(TABLES.tables):
                TABLES.create_all(book)
                book.execute(_meta.insert().values(key="schema", value=str(SCHEMA)))
                return
            found = None
            if _meta.name in there:
                found = book.scalar(sa.select(_meta.c.value).where(_meta.c.key == "schema"))
        if not found or not found.isdecimal():
            raise GradebookRefused(
                f"{self.address} is a database, but not a gradebook of this course. Give another one with --gradebook."
            )
        if int(found) > SCHEMA:
            raise GradebookRefused(
                f"The gradebook {self.address} was written by a newer coursekit (schema {found}; this one "
                f"writes {SCHEMA}). Install that version, for example with: pip install --upgrade coursekit"
            )
        if int(found) < SCHEMA:
            raise GradebookRefused(
                f"The gradebook {self.address} was written by an older coursekit (schema {found}; this one "
                f"writes {SCHEMA}). Keep it, and grade the same submissions into a new one: --gradebook new.sqlite"
            )
        if not set(TABLES.tables) <= there:  # an early one of this schema, in which nobody had marked yet
            with self._engine.begin() as book:
                TABLES.create_all(book)

    # What came in

    @contextmanager
    def together(self) -> Iterator[None]:
        """A block in which all that is recorded is one transaction: kept when the block ends, or none of it after an error."""
        with self._engine.begin() as self._open:
            try:
                yield
                self._put(self._open)
            finally:
                self._open = None
                self._later.clear()

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        return nullcontext(self._open) if self._open else self._engine.begin()

    def _put(self, book: sa.Connection) -> None:
        """Put in the rows that were kept for later, those of one table at once. What cannot be put in is not tried again."""
        later, self._later = self._later, []
        for table in (_scores, _plays):
            if rows := [row for of, some in later if of is table for row in some]:
                book.execute(_INSERTED[table.name], rows)

    def record(self, submission: Submission, names: list[str]) -> Kept:
        """Keep a submission with its scores, all or nothing. `names` are those given in it, the last one last.

        A submission that is there already keeps its trainee, content, source and time; of its scores only
        those that changed are replaced.
        """
        with self._writing() as book:
            there = book.execute(_THERE, {"sha256": submission.sha256}).first()
            moved = whose.hand_over(book, submission, there, names) if there else None
            if there is None:
                trainee, clashes = whose.new(book, submission, names)
            else:
                trainee, clashes = moved or whose.known(book, submission, there)
            problems = json.dumps([*submission.problems, *clashes])
            changed = there is None or there.problems != problems
            if there is None:
                self._add(book, submission, trainee, names, clashes, problems)
            elif changed:
                this = _submissions.c.sha256 == submission.sha256
                book.execute(_submissions.update().where(this).values(problems=problems))
            if not (there and there.sender):
                whose.link(book, submission, trainee, there is not None)
            rescored = {}
            if there is None:
                self._later += [(table, _rows(submission, table)) for table in (_scores, _plays)]
            if there is not None or self._open is None:
                self._put(book)
            if there is not None:
                rescored = _rescored(book, submission)
                changed = _settle(book, _scores, ("item",), submission) or changed
                changed = _settle(book, _plays, ("item", "attempt"), submission) or changed
        said = tuple(clash["reason"] for clash in clashes)
        before = there.trainee if there is not None and there.trainee != trainee else ""
        return Kept(trainee, there is None, changed, "+" in trainee, said, rescored, before)

    def _add(
        self, book: sa.Connection, submission: Submission, trainee: str, names: list[str], clashes: list[whose.Clash], problems: str
    ) -> None:
        signed = canonical(names[-1]) if names else ""
        known = book.scalar(_NAMES, {"id": trainee})
        if any(clash["reason"] == whose.OTHERS_NAME for clash in clashes):  # a name that is not this trainee's
            names = [submission.sender_name] if known is None else []
        name = names[-1] if names else None
        if known is None:
            book.execute(_INSERTED["trainees"], {"id": trainee, "name": name, "names": json.dumps(names)})
        elif names:
            this = _trainees.c.id == trainee
            book.execute(_trainees.update().where(this).values(names=json.dumps(_union(json.loads(known), names))))
            if all(submission.acts >= acts for acts in whose.acts(book, trainee, submission)):
                book.execute(_trainees.update().where(this).values(name=name))
        values = {column.name: getattr(submission, column.name) for column in _submissions.columns}
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        values |= {"carries": submission.trainee, "signed": signed}
        values |= {"trainee": trainee, "problems": problems, "received": now}
        book.execute(_INSERTED["submissions"], values)

    def remove(self, trainee: str) -> dict[str, int]:
        """Remove a trainee with all that is kept of them, marks included; return how many rows, by table.

        What other submissions say of this trainee, as a clash, goes too. The tables are then written anew, so that nothing of
        the trainee stays in unused pages. Of each submission its SHA-256 and the day are kept, for `removed_on`.
        """
        removed = {}
        with self._engine.begin() as book:
            shas = list(book.scalars(sa.select(_submissions.c.sha256).where(_submissions.c.trainee == trainee)))
            for each in reversed(TABLES.sorted_tables):
                if each.name == "trainees":
                    mine = each.c.id == trainee
                elif "trainee" in each.c:
                    mine = each.c.trainee == trainee
                elif "submission" in each.c:
                    mine = each.c.submission.in_(shas)
                else:
                    continue
                if count := book.scalar(sa.select(sa.func.count()).select_from(each).where(mine)):
                    removed[each.name] = count
                    book.execute(each.delete().where(mine))
            _without_clashes(book, trainee)
            if shas:
                today = datetime.now(UTC).strftime("%Y-%m-%d")
                book.execute(_forgotten.delete().where(_forgotten.c.sha256.in_(shas)))
                book.execute(_forgotten.insert(), [{"sha256": sha, "day": today} for sha in shas])
        write_anew(self._engine, TABLES.tables)
        return removed

    def removed_on(self, shas: Sequence[str]) -> dict[str, str]:
        """Those of these submissions (by SHA-256) whose trainee was removed, with the day, as in 2026-11-28."""
        query = sa.select(_forgotten).where(_forgotten.c.sha256.in_(shas))
        with self._reading() as book:
            return {row.sha256: row.day for row in book.execute(query)}

    def take_again(self, shas: Sequence[str]) -> None:
        """Let submissions be taken again although their trainee was removed, which was a mistake."""
        with self._writing() as book:
            book.execute(_forgotten.delete().where(_forgotten.c.sha256.in_(shas)))

    # What was settled about it

    def setting(self, key: str, default: Any = None) -> Any:
        """A setting that is kept in the gradebook, or `default` where it was never set."""
        with self._reading() as book:
            found = book.scalar(sa.select(_settings.c.value).where(_settings.c.key == key))
        return default if found is None else json.loads(found)

    def set(self, key: str, value: Any) -> None:
        """Keep a setting: anything that JSON can say."""
        with self._writing() as book:
            book.execute(_settings.delete().where(_settings.c.key == key))
            book.execute(_settings.insert().values(key=key, value=json.dumps(value)))
        self.__dict__.pop("counts", None)

    @cached_property
    def counts(self) -> str:
        """Which of several hand-ins of a notebook counts: `latest`, `first` or `most` (the one with the most in it)."""
        return self.setting("counts", "latest")

    # What is in it

    def trainees(self) -> list[Trainee]:
        """Everybody, by name and then by id."""
        with self._reading() as book:
            rows = book.execute(sa.select(_trainees.c.id, _trainees.c.name)).all()
        return sorted((Trainee(*row) for row in rows), key=lambda one: ((one.name or "\uffff").casefold(), one.id))

    def hand_ins(self, trainee: str, contents: bool = True) -> list[Submission]:
        """All submissions of a trainee, in the order of the notebooks; `counts` is set for one of each notebook."""
        return self.hand_ins_of([trainee], contents)[0]

    def hand_ins_of(self, trainees: Sequence[str], contents: bool = False) -> list[list[Submission]]:
        """As `hand_ins`, for each of these trainees; without `contents` they come with none, and sooner."""
        columns = [one for one in _submissions.c if contents or one.name != "content"]
        rule = self.counts  # read beforehand: a second reader would wait for a writer who waits for this one
        with self._reading() as book:
            rows = book.execute(sa.select(*columns).where(_submissions.c.trainee.in_(trainees))).mappings().all()
            shas = [row["sha256"] for row in rows]
            scores = _grouped(book, _scores, shas, _scores.c.position)
            plays = _grouped(book, _plays, shas, _plays.c.item, _plays.c.attempt)
        theirs: dict[str, list[Any]] = {trainee: [] for trainee in trainees}
        for row in sorted(rows, key=lambda row: (row["notebook"], row["part"], row["acts"], row["received"])):
            theirs[row["trainee"]].append(row)
        counting = {sha for rows in theirs.values() for sha in _that_count(rows, rule)}
        return [
            [
                Submission(
                    **{"content": b"", **row, "problems": json.loads(row["problems"])},
                    counts=row["sha256"] in counting,
                    scores=scores.get(row["sha256"], []),
                    plays=plays.get(row["sha256"], []),
                )
                for row in rows
            ]
            for rows in theirs.values()
        ]

    def counting(self, trainees: Sequence[str]) -> list[tuple[Trainee, list[str]]]:
        """Each of these trainees, and the SHA-256 of the submission that counts for each notebook, in their order."""
        rule = self.counts
        with self._reading() as book:
            query = sa.select(_trainees.c.id, _trainees.c.name).where(_trainees.c.id.in_(trainees))
            names = {row.id: row.name for row in book.execute(query)}
            query = sa.select(_submissions.c.trainee, *_ORDER).where(_submissions.c.trainee.in_(trainees))
            theirs: dict[str, list[Any]] = {trainee: [] for trainee in trainees}
            for row in book.execute(query).mappings():
                theirs[row["trainee"]].append(row)
        return [(Trainee(trainee, names.get(trainee)), _that_count(theirs[trainee], rule)) for trainee in trainees]

    def senders(self) -> dict[str, list[tuple[str, str, str]]]:
        """The senders that each trainee is, by the trainee's id: system, id and name there."""
        found: dict[str, list[tuple[str, str, str]]] = {}
        query = sa.select(_senders).order_by(_senders.c.system, _senders.c.id)
        with self._reading() as book:
            for row in book.execute(query):
                found.setdefault(row.trainee, []).append((row.system, row.id, row.name))
        return found

    def names_back(self) -> dict[str, list[str]]:
        """By the trainee's id the names under which the systems take a page: one for each sender, of the file that came last."""
        columns = [_submissions.c[name] for name in ("trainee", "system", "sender", "back")]
        query = sa.select(*columns).where(_submissions.c.back != "").order_by(_submissions.c.received, _submissions.c.acts)
        last: dict[tuple[str, str, str], str] = {}
        with self._reading() as book:
            for row in book.execute(query):
                last[row.trainee, row.system, row.sender] = row.back
        found: dict[str, list[str]] = {}
        for (trainee, _, _), back in sorted(last.items()):
            found.setdefault(trainee, []).append(back)
        return found

    def with_several(self) -> list[str]:
        """The ids of the trainees who handed in some notebook more than once."""
        each = (_submissions.c.trainee, _submissions.c.part, _submissions.c.notebook)
        query = sa.select(_submissions.c.trainee).group_by(*each).having(sa.func.count() > 1).distinct()
        with self._reading() as book:
            return sorted(book.scalars(query))

    def to_look_into(self, reason: str) -> list[str]:
        """The ids of the trainees with a file that has a problem, or an answer with this reason (its plain letters)."""
        faulty = sa.or_(_submissions.c.damaged > 0, _submissions.c.problems != "[]")
        said = sa.select(_scores.c.submission).where(_scores.c.status == "person", _scores.c.reasons.contains(reason))
        query = sa.select(_submissions.c.trainee).where(sa.or_(faulty, _submissions.c.sha256.in_(said))).distinct()
        with self._reading() as book:
            return sorted(book.scalars(query))

    def content(self, sha256: str) -> bytes:
        """A submission as it came. Raises KeyError if there is none."""
        with self._reading() as book:
            found = book.scalar(sa.select(_submissions.c.content).where(_submissions.c.sha256 == sha256))
        if found is None:
            raise KeyError(sha256)
        return found

    def sources(self) -> list[tuple[str, str]]:
        """The SHA-256 of every submission and the name of its file, in the order in which they came."""
        query = sa.select(_submissions.c.sha256, _submissions.c.source).order_by(_submissions.c.received, _submissions.c.sha256)
        with self._reading() as book:
            return [(row.sha256, row.source) for row in book.execute(query)]

    def items(self) -> Iterator[tuple[str, str, str, str, int]]:
        """Part, notebook, item, kind and points of every item that anybody was scored on, in the order of the exercises."""
        columns = (_submissions.c.notebook, _submissions.c.part, _scores.c.item, _scores.c.kind)
        query = (
            sa.select(*columns, sa.func.max(_scores.c.points), sa.func.min(_scores.c.position).label("place"))
            .join_from(_scores, _submissions)
            .group_by(*columns)
            .order_by(_submissions.c.notebook, _submissions.c.part, "place", _scores.c.item)
        )
        with self._reading() as book:
            for notebook, part, item, kind, points, _ in book.execute(query).all():
                yield part, notebook, item, kind, points

    def handed_in(self) -> dict[str, int]:
        """By notebook how many trainees handed in its exercise."""
        count = sa.func.count(_submissions.c.trainee.distinct()).label("people")
        query = sa.select(_submissions.c.notebook, count).where(_submissions.c.part == "exercise")
        with self._reading() as book:
            return {row.notebook: row.people for row in book.execute(query.group_by(_submissions.c.notebook))}

    def without_exercise(self) -> list[str]:
        """The ids of the trainees who handed in the lesson of some notebook and not its exercise."""
        lesson, exercise = _submissions.alias(), _submissions.alias()
        same = (exercise.c.trainee == lesson.c.trainee, exercise.c.notebook == lesson.c.notebook, exercise.c.part == "exercise")
        query = sa.select(lesson.c.trainee).where(lesson.c.part == "lesson", ~sa.exists().where(*same)).distinct()
        with self._reading() as book:
            return sorted(book.scalars(query))

    def count(self) -> int:
        """How many submissions it holds."""
        with self._reading() as book:
            return book.scalar(sa.select(sa.func.count()).select_from(_submissions)) or 0

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        if self._open is None:
            return self._engine.connect().execution_options(reading=True)
        self._put(self._open)
        return nullcontext(self._open)


_ORDER = [_submissions.c[name] for name in ("sha256", "notebook", "part", "acts", "damaged", "received", "carries")]


def _grouped(book: sa.Connection, table: sa.Table, shas: list[str], *order: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of these submissions by submission."""
    found: dict[str, list[dict[str, Any]]] = {}
    names = [str(column.name) for column in table.c]  # not the library's own texts: who gets a row would have to load it
    for values in book.execute(sa.select(table).where(table.c.submission.in_(shas)).order_by(*order)):
        row = dict(zip(names, values, strict=True))
        found.setdefault(row["submission"], []).append(_read(row))
    return found


def _that_count(rows: Sequence[Any], rule: str) -> list[str]:
    """The submissions that count, one for each notebook, in the order of the notebooks.

    An answers file only grows, so of one working copy (`carries`) the latest is the file with the most acts up to its hand-in,
    whenever it came in; of two equal ones the less damaged, then the one that was taken in last. Of several working copies
    the latest is the one of which a file came in last, the first the one of which a file came in first.
    """
    of_each: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        of_each.setdefault((row["notebook"], row["part"]), []).append(row)
    return [_that_counts(of_each[notebook], rule)["sha256"] for notebook in sorted(of_each)]


def _that_counts(rows: list[Any], rule: str) -> Any:
    if len(rows) == 1:
        return rows[0]
    grown = {row["sha256"]: (row["acts"], -row["damaged"], row["received"], row["sha256"]) for row in rows}
    if rule == "most":
        return max(rows, key=lambda row: grown[row["sha256"]])
    came = [(row["carries"], row["received"]) for row in rows]
    last, first = dict(sorted(came)), dict(sorted(came, reverse=True))
    if rule == "first":
        return min(rows, key=lambda row: (row["damaged"] > 0, first[row["carries"]], *grown[row["sha256"]]))
    return max(rows, key=lambda row: (last[row["carries"]], *grown[row["sha256"]]))


def _rescored(book: sa.Connection, one: Submission) -> dict[str, tuple[float | None, float | None]]:
    """The items of a known submission whose status or score is another than in the gradebook: score before and now."""
    query = sa.select(_scores.c.item, _scores.c.status, _scores.c.score).where(_scores.c.submission == one.sha256)
    before = {row.item: (row.status, row.score) for row in book.execute(query)}
    now = {row["item"]: (row["status"], row["score"]) for row in one.scores}
    both = [item for item in now if item in before and before[item] != now[item]]
    return {item: (before[item][1], now[item][1]) for item in both}


def _union(known: list[str], new: list[str]) -> list[str]:
    return list(dict.fromkeys([*known, *new]))


def _settle(book: sa.Connection, table: sa.Table, keys: tuple[str, ...], one: Submission) -> bool:
    """Make the rows of a known submission in one table equal to what is said now; touch only what differs, and say whether
    anything did."""
    wanted = {tuple(row[key] for key in keys): row for row in _rows(one, table)}
    found = book.execute(sa.select(table).where(table.c.submission == one.sha256)).mappings()
    there = {tuple(row[key] for key in keys): dict(row) for row in found}
    stale = [key for key, row in there.items() if wanted.get(key) != row]
    for key in stale:
        same = (table.c[name] == value for name, value in zip(keys, key, strict=True))
        book.execute(table.delete().where(table.c.submission == one.sha256, *same))
    new = [row for key, row in wanted.items() if there.get(key) != row]
    if new:
        book.execute(_INSERTED[table.name], new)
    return bool(stale or new)


_OF_A_KNOWN = ("trainee", "problems", "system", "sender", "sender_name", "signed", "source")
# Made once, because to make a statement takes longer than to run it.
_THERE = sa.select(*(_submissions.c[name] for name in _OF_A_KNOWN)).where(
    _submissions.c.sha256 == sa.bindparam("sha256")
)
_NAMES = sa.select(_trainees.c.names).where(_trainees.c.id == sa.bindparam("id"))
_INSERTED = {table.name: table.insert() for table in (_trainees, _submissions, _scores, _plays)}


def _rows(one: Submission, table: sa.Table) -> list[dict[str, Any]]:
    """The rows of a submission in one table, as they are written there."""
    return [_written(row | {"submission": one.sha256}) for row in (one.scores if table is _scores else one.plays)]


_JSON = ("reasons", "answer")


def _written(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(value) if name in _JSON else value for name, value in row.items()}


def _read(row: Any) -> dict[str, Any]:
    return {name: json.loads(value) if name in _JSON else value for name, value in row.items() if name != "submission"}


def _without_clashes(book: sa.Connection, trainee: str) -> None:
    """Take out of all submissions what they say of a trainee."""
    this = sa.select(_submissions.c.sha256, _submissions.c.problems).where(_submissions.c.problems.contains(trainee))
    for row in book.execute(this).all():
        problems = [problem for problem in json.loads(row.problems) if problem.get("clash") != trainee]
        values = {"problems": json.dumps(problems)}
        book.execute(_submissions.update().where(_submissions.c.sha256 == row.sha256).values(values))
