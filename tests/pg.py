"""A real PostgreSQL for tests: started once in a run, on a socket of its own, gone afterwards."""

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@functools.cache
def server() -> str | None:
    """Where the server's socket is, or None when PostgreSQL is not installed here."""
    binaries = _binaries()
    if binaries is None:
        return None
    home = Path(tempfile.mkdtemp(prefix="firstring-pg-", dir="/tmp"))  # a socket's path must be short
    as_user: list[str] = []
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(home, "postgres")
    data = str(home / "data")

    def run(program: str, *options: str) -> None:
        subprocess.run(
            [*as_user, str(binaries / program), *options], check=True, cwd=home, stdout=subprocess.DEVNULL, timeout=120
        )

    run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    settings = f"-k {home} -c listen_addresses='' -c fsync=off -c max_connections=60"
    run("pg_ctl", "-D", data, "-w", "-l", str(home / "log"), "-o", settings, "start")

    def stop() -> None:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)

    atexit.register(stop)
    return str(home)


def postgres_url() -> Iterator[str]:
    """The URL of an empty database of its own; skips where PostgreSQL is not installed. Use with `yield from`."""
    socket = server()
    if socket is None:
        pytest.skip("PostgreSQL is not installed here (apt-get install postgresql)")
    name = f"test_{uuid4().hex}"
    admin = create_engine(f"postgresql+psycopg://postgres@/postgres?host={socket}", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield f"postgresql+psycopg://postgres@/{name}?host={socket}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
