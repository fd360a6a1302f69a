"""How Alembic is run here: always from the package, on a connection that is handed over, within its transaction."""

from __future__ import annotations

from alembic import context

from inclusion_rules.records.schema import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"], version_table=VERSION_TABLE, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
