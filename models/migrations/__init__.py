"""The versions of the database, for Alembic. Used through `models.migrate`."""
