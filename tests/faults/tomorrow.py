"""The database's next version, as an engine of today meets it: columns and a table that it has never heard of.

A version may only add, and what it adds to a table must be possible to leave out (models.tables.later): that is what
lets an old engine run on until the new one has begun. The real versions are held to it in test_upgrade.py.
"""

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from models.database import Database
from models.migrate import undisturbed

WRITTEN = ("message", "timer", "pagerun", "runevent")
"""Tables that an engine writes while it pages."""


def upgrade(url: str) -> None:
    """Add to every such table, and a table; once more the next time. The version number stays as it is."""
    database = Database(url)

    def change(connection: sa.Connection) -> None:
        todays = len(sa.inspect(connection).get_columns(WRITTEN[0]))
        operations = Operations(MigrationContext.configure(connection))
        for table in WRITTEN:
            operations.add_column(
                table, sa.Column(f"number_{todays}", sa.Integer(), server_default="0", nullable=False)
            )
            operations.add_column(table, sa.Column(f"word_{todays}", sa.String(), nullable=True))
        operations.create_table(f"tomorrow_{todays}", sa.Column("id", sa.String(), primary_key=True))

    try:
        undisturbed(database, change)
    finally:
        database.close()
