"""Where a gradebook lies: a file of SQLite or a database of PostgreSQL. Both are used alike: a transaction that writes is alone,
one that reads sees one state of things throughout.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

PASSWORDS = ("password", "sslpassword")
"""What of a query is never shown."""
_PATIENCE = "-c lock_timeout=60s -c idle_in_transaction_session_timeout=60s"
"""A writer waits for another as long as this, and a computer that fell asleep while it wrote holds up nobody for longer."""
_WRITER = 0x636F757273656B69
"""The lock that who writes holds. It says `courseki`."""


class NoPlace(Exception):
    """An address at which no gradebook can be, with the reason, as the end of a sentence."""


def engine_of(address: str) -> sa.Engine:
    """The engine for a path or an address, with nothing opened yet but a SQLite file's folder made.

    Raises NoPlace for an address that says no database, and what SQLAlchemy and the disk raise.
    """
    url = _url(address) if "://" in address else sa.URL.create("sqlite", database=address)
    if url.get_backend_name() == "postgresql":
        return _postgresql(url)
    engine = sa.create_engine(url)
    if file := file_of(engine):
        file.parent.mkdir(parents=True, exist_ok=True)
    if url.get_backend_name() == "sqlite":
        _sqlite(engine)
    return engine


def file_of(engine: sa.Engine) -> Path | None:
    """The file of a SQLite database; None for one on a server."""
    url = engine.url
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def write_anew(engine: sa.Engine, tables: Iterable[str]) -> None:
    """Write the tables anew, so that what was removed stays in no unused page. Rights that are missing leave them as they are."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        raw.cursor().execute("VACUUM")
        raw.close()
    elif engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as open:
            names = map(engine.dialect.identifier_preparer.quote, tables)
            open.exec_driver_sql(f"VACUUM (FULL) {', '.join(names)}")


def _url(address: str) -> sa.URL:
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        raise NoPlace("the address cannot be read") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        return url
    if not (url.database or url.query):
        raise NoPlace("the address names no database")
    return url.set(drivername="postgresql+psycopg")  # the one that is installed, whichever the address names


def _sqlite(engine: sa.Engine) -> None:
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


def _postgresql(url: sa.URL) -> sa.Engine:
    """The same for PostgreSQL: a lock of the whole gradebook, taken where a transaction begins that writes.

    Whatever the server's own setting, who waited for the lock then sees what the other wrote.
    """
    try:
        import psycopg  # noqa: F401 (an extra, which SQLAlchemy would miss with a sentence of its own)
    except ImportError:
        raise NoPlace("what speaks with PostgreSQL, psycopg, is not installed") from None
    settings = {"connect_timeout": 10, "options": _PATIENCE}
    missing = {name: value for name, value in settings.items() if name not in url.query}
    engine = sa.create_engine(url, isolation_level="READ COMMITTED", connect_args=missing, pool_pre_ping=True)

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _: object) -> None:
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise NoPlace(f"the database keeps its texts in {encoding}, which has not all letters")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("reading"):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")

    return engine


# What people read


def shown_address(address: str) -> str:
    """An address as it may be shown: without the password."""
    if "://" not in address:
        return address
    try:
        url = sa.make_url(address)
    except (sa.exc.ArgumentError, ValueError):
        return address.split("://")[0] + "://…"
    return url.difference_update_query(PASSWORDS).render_as_string(hide_password=True)


_ADVICE = {
    r"psycopg, is not installed": 'Install it: pip install "coursekit[postgresql]"',
    r"no password|fe_sendauth": "Put the password into the file .pgpass in your home folder, or into the variable PGPASSWORD.",
    r"password authentication": "The user or the password is wrong. Ask whoever keeps the server.",
    r'database "[^\n]*" does not exist': "Ask whoever keeps the server to make it (createdb), or write its name as it is there.",
    r'role "[^\n]*" does not exist': "The server knows no such user. Ask whoever keeps it, or write the name as it is there.",
    r"pg_hba\.conf": "The server lets this user in from other computers only, or in another way. Ask whoever keeps it.",
    r"permission denied": "Whoever keeps the server can grant it; docs/gradebook.md says what a user needs.",
    r"keeps its texts": "Ask whoever keeps the server for one in UTF8: createdb --encoding UTF8 --template template0",
    r"refused|time[d ]*out|timeout|resolve|translate|not known|unreachable|No such file": (
        "Is the server running, and are its name and port right?"
    ),
}
"""What to do, by what stands in the error of a server. A server that speaks another language gets what is said otherwise."""
_LOCKED = (r"database is locked|lock timeout", "Somebody else is writing to it for longer than usual. Try again in a minute.")
_OTHERWISE = "Give the path of a file, or an address as in postgresql://user@host/name."


def why_not(address: str, fault: Exception) -> str:
    """Why a gradebook cannot be opened and what to do, in two sentences for people, without the password."""
    text = str(getattr(fault, "orig", None) or fault).strip()
    known = [_LOCKED, *(_ADVICE.items() if "://" in address else ())]
    advice = next((advice for sign, advice in known if re.search(sign, text)), _OTHERWISE)
    reason = re.split(r"FATAL: +|failed: ", text.split("\n")[0])[-1].rstrip(".")
    return f"The gradebook {shown_address(address)} cannot be opened: {reason}. {advice}"
