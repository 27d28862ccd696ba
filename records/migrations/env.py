"""Runs migrations on the connection that records.database hands over."""

from alembic import context

from records.tables import Row

with_connection = context.config.attributes["connection"]
context.configure(
    connection=with_connection,
    target_metadata=Row.metadata,
    transaction_per_migration=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
