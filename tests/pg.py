"""A real PostgreSQL for tests: started once in a run, on a socket of its own, gone afterwards."""

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

Kind = Literal["sqlite", "postgres"]

MISSING = "PostgreSQL is not installed here (apt-get install postgresql)"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server: `home` holds its data and its socket, `binaries` are the programs that run it."""

    home: Path
    binaries: Path

    def run(self, program: str, *options: str) -> None:
        """Run one of PostgreSQL's programs on this server's data, as the user who owns them."""
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it refuses to run as root
        command = [*as_user, str(self.binaries / program), "-D", str(self.home / "data"), *options]
        subprocess.run(command, check=True, cwd=self.home, stdout=subprocess.DEVNULL, timeout=120)

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        settings = f"-k {self.home} -c listen_addresses='' -c fsync=off -c max_connections=60"
        self.run("pg_ctl", "-w", "-l", str(self.home / "log"), "-o", settings, "start")

    def stop(self) -> None:
        """Stop as in a crash: every connection is cut, and the next start replays what was committed."""
        self.run("pg_ctl", "-w", "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        """Where its database of that name is."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.home}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, there until the block ends."""
        name = f"test_{uuid4().hex}"
        admin = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield self.url(name)
        finally:
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            admin.dispose()


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@functools.cache
def cluster() -> Cluster | None:
    """The server of this run, or None when PostgreSQL is not installed here."""
    binaries = _binaries()
    if binaries is None:
        return None
    home = Path(tempfile.mkdtemp(prefix="firstring-pg-", dir="/tmp"))  # a socket's path must be short
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    made = Cluster(home, binaries)
    made.run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    made.start()

    def end() -> None:
        made.stop()
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(end)
    return made


def postgres_url() -> Iterator[str]:
    """The URL of an empty database of its own; skips where PostgreSQL is not installed. Use with `yield from`."""
    server = cluster()
    if server is None:
        pytest.skip(MISSING)
    with server.database() as url:
        yield url


@contextmanager
def either(kind: Kind, folder: Path) -> Iterator[str]:
    """The URL of an empty database of either kind; one of SQLite is a file in `folder`. Exits without PostgreSQL."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'test.db'}"
        return
    server = cluster()
    if server is None:
        raise SystemExit(MISSING)
    with server.database() as url:
        yield url
