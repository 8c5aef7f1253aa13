"""The gradebook: what came in, kept whole, and what every answer was worth.

One SQLite file, or any database that SQLAlchemy reaches, by address. A submission is known by the SHA-256 of
its content, so the same file handed in twice is one; its bytes are kept as they came, with every act and
every attempt in them. A submission is written in one transaction, alone or together with a few others: a run that is cut
off leaves whole submissions and nothing else.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

SCHEMA = 1

_tables = sa.MetaData()
_meta = sa.Table(
    "coursekit",
    _tables,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
_trainees = sa.Table(
    "trainees",
    _tables,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("names", sa.Text, nullable=False),
)
_submissions = sa.Table(
    "submissions",
    _tables,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("trainee", sa.ForeignKey("trainees.id"), nullable=False, index=True),
    sa.Column("part", sa.String(10), nullable=False),
    sa.Column("notebook", sa.Text, nullable=False),
    sa.Column("release", sa.Integer, nullable=False),
    sa.Column("acts", sa.Integer, nullable=False),
    sa.Column("damaged", sa.Integer, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("received", sa.String(20), nullable=False),
    sa.Column("problems", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
_scores = sa.Table(
    "scores",
    _tables,
    sa.Column("submission", sa.ForeignKey("submissions.sha256"), primary_key=True),
    sa.Column("item", sa.String(200), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer),
    sa.Column("attempt", sa.Integer),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("points", sa.Integer, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
)
_plays = sa.Table(
    "roleplays",
    _tables,
    sa.Column("submission", sa.ForeignKey("submissions.sha256"), primary_key=True),
    sa.Column("item", sa.String(200), primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True),
    sa.Column("script", sa.Text, nullable=False),
    sa.Column("turns", sa.Integer, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("ending", sa.Text),
    sa.Column("score", sa.Float),
    sa.Column("self_rating", sa.Integer),
    sa.Column("refused", sa.Text),
)


class GradebookRefused(Exception):
    """A gradebook that cannot be used, with the reason and what to do, as a sentence for people."""


_APART = {
    "item": "",
    "reason": "Somebody of another name handed in the same notebook under this trainee id, so the two are kept "
    "apart, the later one under an id of its own.",
    "text": "",
}


@dataclass(frozen=True)
class Trainee:
    """Somebody in the gradebook: the id that the answers carry, and the name given last."""

    id: str
    name: str | None


@dataclass
class Submission:
    """One answers file as the gradebook keeps it; `scores` and `plays` are rows by column name.

    `acts` counts those up to the hand-in, `damaged` the lines with which an answer may be lost.
    """

    sha256: str
    trainee: str
    part: str
    notebook: str
    release: int
    acts: int
    damaged: int
    source: str
    content: bytes
    problems: list[dict[str, str]]
    received: str = ""
    counts: bool = True
    scores: list[dict[str, Any]] = field(default_factory=list)
    plays: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Kept:
    """What became of a submission: under whom it is kept, whether it is new, whether anything changed.

    `apart`: another person's hand-in was there under the same id, so this one was given an id of its own.
    """

    trainee: str
    new: bool
    changed: bool
    apart: bool


class Gradebook:
    """An open gradebook. Use it in a `with` block, or call `close`.

    `address` is a path of a SQLite file or a database URL of SQLAlchemy. Raises GradebookRefused when it
    cannot be opened, is not a gradebook, or was written by an older or newer version of coursekit.
    """

    def __init__(self, address: str | Path):
        self.address = str(address)
        self._open: sa.Connection | None = None
        try:
            url = sa.make_url(self.address) if "://" in self.address else sa.URL.create("sqlite", database=self.address)
            self._engine = sa.create_engine(url)
            if file := self.file:
                file.parent.mkdir(parents=True, exist_ok=True)
            if self._engine.dialect.name == "sqlite":
                _sqlite_in_whole_transactions(self._engine)
            self._check()
        except (sa.exc.SQLAlchemyError, ImportError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            raise GradebookRefused(
                f"The gradebook {_without_password(self.address)} cannot be opened: {reason}. "
                "Give the path of a file, or an address as in postgresql+psycopg://user@host/name."
            ) from None

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def file(self) -> Path | None:
        """The file of a SQLite gradebook; None for a gradebook on a server."""
        url = self._engine.url
        return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _check(self) -> None:
        """Make the tables of a new gradebook; refuse what is not one of ours and of this schema."""
        with self._engine.begin() as book:
            there = set(sa.inspect(book).get_table_names())
            if not there & set(_tables.tables):
                _tables.create_all(book)
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

    # What came in

    @contextmanager
    def together(self) -> Iterator[None]:
        """A block in which all that is recorded is one transaction: kept when the block ends, or none of it after an error."""
        with self._engine.begin() as self._open:
            try:
                yield
            finally:
                self._open = None

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        return nullcontext(self._open) if self._open else self._engine.begin()

    def record(self, submission: Submission, names: list[str]) -> Kept:
        """Keep a submission with its scores, all or nothing. `names` are those given in it, the last one last.

        A submission that is there already keeps its trainee, content, source and time; of its scores only
        those that changed are replaced.
        """
        with self._writing() as book:
            query = sa.select(_submissions.c.trainee, _submissions.c.problems)
            there = book.execute(query.where(_submissions.c.sha256 == submission.sha256)).first()
            trainee, known_names = (there.trainee, None) if there else _whose(book, submission, names)
            apart = trainee != submission.trainee
            problems = json.dumps([*submission.problems, *([_APART] if apart else [])])
            changed = there is None or there.problems != problems
            if there is None:
                self._add(book, submission, trainee, known_names, names, problems)
            elif changed:
                this = _submissions.c.sha256 == submission.sha256
                book.execute(_submissions.update().where(this).values(problems=problems))
            known = there is not None
            changed = _settle(book, _scores, ("item",), submission.sha256, submission.scores, known) or changed
            changed = _settle(book, _plays, ("item", "attempt"), submission.sha256, submission.plays, known) or changed
        return Kept(trainee, there is None, changed, apart)

    def _add(
        self, book: sa.Connection, submission: Submission, trainee: str, known: list[str] | None, names: list[str], problems: str
    ) -> None:
        this = _trainees.c.id == trainee
        name = names[-1] if names else None
        if known is None:
            book.execute(_trainees.insert().values(id=trainee, name=name, names=json.dumps(names)))
        elif names:
            book.execute(_trainees.update().where(this).values(names=json.dumps(_union(known, names))))
            if all(submission.acts >= acts for acts in _acts(book, trainee, submission)):
                book.execute(_trainees.update().where(this).values(name=name))
        values = {column.name: getattr(submission, column.name) for column in _submissions.columns}
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        values |= {"trainee": trainee, "problems": problems, "received": now}
        book.execute(_submissions.insert().values(values))

    # What is in it

    def trainees(self) -> list[Trainee]:
        """Everybody, by name and then by id."""
        with self._reading() as book:
            rows = book.execute(sa.select(_trainees.c.id, _trainees.c.name)).all()
        return sorted((Trainee(*row) for row in rows), key=lambda one: ((one.name or "\uffff").casefold(), one.id))

    def hand_ins(self, trainee: str) -> list[Submission]:
        """All submissions of a trainee, in the order of the notebooks; `counts` is set for one of each notebook."""
        return self.hand_ins_of([trainee], contents=True)[0]

    def hand_ins_of(self, trainees: Sequence[str], contents: bool = False) -> list[list[Submission]]:
        """As `hand_ins`, for each of these trainees; without `contents` they come with none, and sooner."""
        columns = [one for one in _submissions.c if contents or one.name != "content"]
        with self._reading() as book:
            rows = book.execute(sa.select(*columns).where(_submissions.c.trainee.in_(trainees))).mappings().all()
            shas = [row["sha256"] for row in rows]
            scores = _grouped(book, _scores, shas, _scores.c.position)
            plays = _grouped(book, _plays, shas, _plays.c.item, _plays.c.attempt)
        theirs: dict[str, list[Any]] = {trainee: [] for trainee in trainees}
        for row in sorted(rows, key=lambda row: (row["notebook"], row["part"], row["acts"], row["received"])):
            theirs[row["trainee"]].append(row)
        counting = {sha for rows in theirs.values() for sha in _latest(rows)}
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
        with self._reading() as book:
            query = sa.select(_trainees.c.id, _trainees.c.name).where(_trainees.c.id.in_(trainees))
            names = {row.id: row.name for row in book.execute(query)}
            query = sa.select(_submissions.c.trainee, *_ORDER).where(_submissions.c.trainee.in_(trainees))
            theirs: dict[str, list[Any]] = {trainee: [] for trainee in trainees}
            for row in book.execute(query).mappings():
                theirs[row["trainee"]].append(row)
        return [(Trainee(trainee, names.get(trainee)), _latest(theirs[trainee])) for trainee in trainees]

    def content(self, sha256: str) -> bytes:
        """A submission as it came. Raises KeyError if there is none."""
        with self._reading() as book:
            found = book.scalar(sa.select(_submissions.c.content).where(_submissions.c.sha256 == sha256))
        if found is None:
            raise KeyError(sha256)
        return found

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

    def count(self) -> int:
        """How many submissions it holds."""
        with self._reading() as book:
            return book.scalar(sa.select(sa.func.count()).select_from(_submissions)) or 0

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return nullcontext(self._open) if self._open else self._engine.connect().execution_options(reading=True)


_ORDER = [_submissions.c[name] for name in ("sha256", "notebook", "part", "acts", "damaged", "received")]


def _grouped(book: sa.Connection, table: sa.Table, shas: list[str], *order: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of these submissions by submission."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in book.execute(sa.select(table).where(table.c.submission.in_(shas)).order_by(*order)).mappings():
        found.setdefault(row["submission"], []).append(_read(row))
    return found


def _latest(rows: Sequence[Any]) -> list[str]:
    """The submissions that count, one for each notebook, in the order of the notebooks.

    Of several hand-ins the latest counts. An answers file only grows, so the latest is the one with the most acts
    up to its hand-in; of two equal ones the less damaged, then the one that was taken in last.
    """
    latest: dict[tuple[str, str], str] = {}
    for row in sorted(rows, key=lambda row: (row["acts"], -row["damaged"], row["received"], row["sha256"])):
        latest[row["notebook"], row["part"]] = row["sha256"]
    return [latest[notebook] for notebook in sorted(latest)]


def _whose(book: sa.Connection, submission: Submission, names: list[str]) -> tuple[str, list[str] | None]:
    """The id under which to keep a new submission, and the names known under it; None where the id is new.

    Usually its own. But where a working copy was passed on, two people have one id; if another name has
    handed in the same notebook under it, and none of the names is the same, the two are kept apart.
    """
    own = submission.trainee
    same_id = sa.or_(_trainees.c.id == own, _trainees.c.id.like(f"{own}+%"))
    rows = book.execute(sa.select(_trainees.c.id, _trainees.c.names).where(same_id).order_by(_trainees.c.id)).all()
    known: dict[str, list[str]] = {row.id: json.loads(row.names) for row in rows}
    here = {_folded(name) for name in names}
    for trainee, theirs in known.items():
        if here & {_folded(name) for name in theirs}:
            return trainee, theirs
    if not here or not known.get(own) or not list(_acts(book, own, submission)):
        return own, known.get(own)
    other = f"{own}+{hashlib.sha256(min(here).encode()).hexdigest()[:8]}"
    return other, known.get(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _union(known: list[str], new: list[str]) -> list[str]:
    return list(dict.fromkeys([*known, *new]))


def _acts(book: sa.Connection, trainee: str, submission: Submission) -> Sequence[int]:
    """How many acts each hand-in of the same notebook by a trainee has."""
    same = (_submissions.c.part == submission.part, _submissions.c.notebook == submission.notebook)
    return book.scalars(sa.select(_submissions.c.acts).where(_submissions.c.trainee == trainee, *same)).all()


def _settle(
    book: sa.Connection,
    table: sa.Table,
    keys: tuple[str, ...],
    sha256: str,
    rows: list[dict[str, Any]],
    known: bool,
) -> bool:
    """Make a submission's rows of one table equal to `rows`; touch only what differs, and say whether anything did."""
    wanted = {tuple(row[key] for key in keys): _written(row | {"submission": sha256}) for row in rows}
    there: dict[tuple[Any, ...], dict[str, Any]] = {}
    if known:
        found = book.execute(sa.select(table).where(table.c.submission == sha256)).mappings()
        there = {tuple(row[key] for key in keys): dict(row) for row in found}
    stale = [key for key, row in there.items() if wanted.get(key) != row]
    for key in stale:
        book.execute(
            table.delete().where(
                table.c.submission == sha256, *(table.c[k] == v for k, v in zip(keys, key, strict=True))
            )
        )
    new = [row for key, row in wanted.items() if there.get(key) != row]
    if new:
        book.execute(table.insert(), new)
    return bool(stale or new)


_JSON = ("reasons", "answer")


def _written(row: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(value) if name in _JSON else value for name, value in row.items()}


def _read(row: Any) -> dict[str, Any]:
    return {name: json.loads(value) if name in _JSON else value for name, value in row.items() if name != "submission"}


def _sqlite_in_whole_transactions(engine: sa.Engine) -> None:
    """Let SQLite take the writer's lock where a transaction begins: so two writers wait for each other."""

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA busy_timeout = 30000")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _without_password(address: str) -> str:
    with suppress(sa.exc.ArgumentError):
        return sa.make_url(address).render_as_string(hide_password=True)
    return address if "://" not in address else address.split("://")[0] + "://…"
