"""Alembic's entry: migrate over the connection that was handed in."""

from alembic import context

from tension.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
context.run_migrations()
