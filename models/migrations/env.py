"""How Alembic reaches the database: by the connection that `models.migrate` gives it, and no other way."""

from typing import Any

from alembic import context
from sqlalchemy import Enum
from sqlmodel import AutoString

from models.migrate import METADATA
from models.tables import Instant


def plain(kind: str, item: Any, _context: Any) -> str | bool:
    """Write our own column types down as what they are in the database: a version must not change with our code."""
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString | Enum):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_item=plain,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
