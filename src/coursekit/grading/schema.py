"""The tables of the gradebook, and the number of their layout."""

import re

import sqlalchemy as sa

SCHEMA = 2

TABLES = sa.MetaData()


class Words(sa.TypeDecorator[str]):
    """Text that a person typed: what no database takes, a NUL or half a sign, is kept as the sign for what cannot be shown."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        """The text as the database gets it."""
        return None if value is None else _UNKEEPABLE.sub("\ufffd", value)


_UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


def sorted_by_sign(length: int | None = None) -> sa.types.TypeEngine[str]:
    """Text by which rows are sorted, sign by sign: PostgreSQL would sort it by the language of the server."""
    plain = sa.String(length) if length else sa.Text()
    return plain.with_variant(sa.String(length, collation="C") if length else sa.Text(collation="C"), "postgresql")


meta = sa.Table(
    "coursekit",
    TABLES,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
trainees = sa.Table(
    "trainees",
    TABLES,
    sa.Column("id", sorted_by_sign(40), primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("names", sa.Text, nullable=False),
)
submissions = sa.Table(
    "submissions",
    TABLES,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("trainee", sa.ForeignKey("trainees.id"), nullable=False, index=True),
    sa.Column("carries", sa.String(40), nullable=False, index=True),
    sa.Column("signed", sa.Text, nullable=False, index=True),
    sa.Column("system", sa.String(20), nullable=False),
    sa.Column("sender", sa.String(80), nullable=False),
    sa.Column("sender_name", sa.Text, nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("back", sa.Text, nullable=False),
    sa.Column("part", sorted_by_sign(10), nullable=False),
    sa.Column("notebook", sorted_by_sign(), nullable=False),
    sa.Column("release", sa.Integer, nullable=False),
    sa.Column("acts", sa.Integer, nullable=False),
    sa.Column("damaged", sa.Integer, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("received", sorted_by_sign(20), nullable=False),
    sa.Column("problems", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
senders = sa.Table(
    "senders",
    TABLES,
    sa.Column("system", sorted_by_sign(20), primary_key=True),
    sa.Column("id", sorted_by_sign(80), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("letters", sa.Text, nullable=False, index=True),
    sa.Column("trainee", sa.ForeignKey("trainees.id"), nullable=False, index=True),
)
settings = sa.Table(
    "settings",
    TABLES,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
scores = sa.Table(
    "scores",
    TABLES,
    sa.Column("submission", sa.ForeignKey("submissions.sha256"), primary_key=True),
    sa.Column("item", sorted_by_sign(200), primary_key=True),
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
plays = sa.Table(
    "roleplays",
    TABLES,
    sa.Column("submission", sa.ForeignKey("submissions.sha256"), primary_key=True),
    sa.Column("item", sorted_by_sign(200), primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True),
    sa.Column("script", sa.Text, nullable=False),
    sa.Column("turns", sa.Integer, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("ending", sa.Text),
    sa.Column("score", sa.Float),
    sa.Column("self_rating", sa.Integer),
    sa.Column("refused", sa.Text),
)
marks = sa.Table(
    "marks",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("act", sa.String(10), nullable=False),
    sa.Column("of", sa.ForeignKey("marks.id", ondelete="CASCADE"), index=True),
    sa.Column("trainee", sa.ForeignKey("trainees.id", ondelete="CASCADE"), index=True),
    sa.Column("part", sa.String(10), nullable=False),
    sa.Column("notebook", sa.Text, nullable=False),
    sa.Column("item", sa.String(200), nullable=False),
    sa.Column("answer", sa.String(16), nullable=False),
    sa.Column("rater", Words, nullable=False),
    sa.Column("role", sa.String(12), nullable=False),
    sa.Column("points", sa.Float),
    sa.Column("comment", Words, nullable=False),
    sa.Column("rubric", sa.String(16), nullable=False),
    sa.Column("time", sa.String(20), nullable=False),
)
comments = sa.Table(
    "comments",
    TABLES,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("item", sa.String(200), nullable=False, index=True),
    sa.Column("comment", Words, nullable=False),
)
forgotten = sa.Table(
    "forgotten",
    TABLES,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("day", sa.String(10), nullable=False),
)
