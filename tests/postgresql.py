"""A PostgreSQL server of the tests' own: an ordinary user's, on loopback, in a folder that is gone when the tests end."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from random import Random

import sqlalchemy as sa

SERVE = """
make() { "$programs/initdb" -D data -U course -A trust -E UTF8 --locale=C --no-sync "$@" >log 2>&1; }
programs=$1
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT && cd "$folder" &&
{ make --locale-provider=icu --icu-locale=en || make; } &&
printf 'host all locked 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n' >data/pg_hba.conf &&
"$1/pg_ctl" -D data -l log -w -o "-h 127.0.0.1 -p $2 -k $folder $3" start >start 2>&1 || { cat log start >&2; exit 1; }
echo ready
read -r _
"$1/pg_ctl" -D data -m immediate stop >stop 2>&1
"""
"""A script, because the user whose the server is may not be allowed to read this file. It ends when its input does, and that
ends with the tests, however they end. Texts are sorted by language, as on most servers, where this PostgreSQL can (from 15 on)."""
HURRY = "-F -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=16MB -c max_connections=40"


class Server:
    """A running server; `port` is on 127.0.0.1. Anybody may come in as any user, but as `locked` only with a password."""

    def __init__(self, port: int):
        self.port, self._numbers = port, count(1)
        self._engine = sa.create_engine(self.address("postgres"), isolation_level="AUTOCOMMIT")

    def address(self, database: str, user: str = "course") -> str:
        """The address of a database, whether it is there or not."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def new(self, *how: str) -> str:
        """The address of a new, empty database."""
        name = f"book{next(self._numbers)}"
        self.run(f"create database {name} template template0 {' '.join(how)}")
        return self.address(name)

    def run(self, *statements: str) -> None:
        """Run statements as the owner of the server."""
        with self._engine.connect() as open:
            for statement in statements:
                open.exec_driver_sql(statement)

    def close(self) -> None:
        """Let go of it, before it stops."""
        self._engine.dispose()


@contextmanager
def server() -> Iterator[Server]:
    """Start a server, give it, and stop it. As root it is started as `nobody`, because PostgreSQL does not run as root."""
    port = _free_port()
    command = ["sh", "-c", SERVE, "sh", str(_programs()), str(port), HURRY]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd="/", text=True, start_new_session=True, **pipes, **_ordinary_user()) as running:
        assert running.stdin and running.stdout and running.stderr
        if running.stdout.readline() != "ready\n":
            raise RuntimeError(f"PostgreSQL did not start:\n{running.stderr.read()}")
        started = Server(port)
        try:
            yield started
        finally:
            started.close()
            running.stdin.close()


def _programs() -> Path:
    """Where PostgreSQL's server programs are: on the path, or where Debian puts them, the newest."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    debians = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not debians:
        raise RuntimeError("PostgreSQL's server programs are not there. `make test` gets them: .ci/postgres")
    return debians[-1].parent


def _free_port() -> int:
    """A port below those that systems give out by themselves, so that nobody is given it in the meantime."""
    for port in iter(lambda: Random().randrange(20_000, 32_000), None):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError


def _ordinary_user() -> dict[str, int | list[int]]:
    if os.getuid() != 0:
        return {}
    import pwd  # which Windows does not have

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
