"""Write a row once: the same words on SQLite and PostgreSQL."""

from hashlib import sha256
from typing import Any

from sqlalchemy import inspect, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def about(number: str, what: str = "") -> str:
    """The key of a row about a telephone number, which is not shown in it; without `what`, how all of them begin.

    A number can still be found by trying them all: such rows are deleted with everything else of it.
    """
    return f"number:{sha256(number.encode()).hexdigest()[:32]}:{what}"


def insert_once(session: Session, row: SQLModel) -> bool:
    """Insert `row` unless one with the same key is there; True when this call wrote it.

    On PostgreSQL it waits for another transaction that is writing the same key, and then sees what that one wrote.
    `row` itself is not put into the session: read it back where you need it.
    """
    columns = [attribute.key for attribute in inspect(type(row)).column_attrs]
    insert = _INSERT[session.get_bind().dialect.name]
    values = {name: value for name in columns if (value := getattr(row, name)) is not None}
    # RETURNING, because psycopg's row count for such an insert is -1
    statement = insert(type(row)).values(values).on_conflict_do_nothing().returning(literal(1))
    return session.connection().execute(statement).first() is not None
