"""Run by alembic for each command: migrates the connection that it was given, inside its transaction."""

from alembic import context

from router.db.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
