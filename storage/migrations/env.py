"""Run by Alembic: migrate over the connection and transaction that ``storage.migrations`` opened."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the caller's transaction holds all steps; Alembic begins none of its own
)
context.run_migrations()
