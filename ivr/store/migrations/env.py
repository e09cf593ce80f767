"""Alembic's entry point; run through `ivr.store.migrate`, which passes the connection."""

from alembic import context

from ivr.store.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite", transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
