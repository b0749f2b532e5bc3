"""What Alembic runs to migrate: on the connection, and in the transaction, that `engine.store.migrate` hands over."""

from alembic import context

from engine.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    # SQLite alters a table by copying it.
    render_as_batch=True,
)
context.run_migrations()
