"""How Alembic reaches the database: through a connection that the caller has in a transaction, else by the app's own
engine in one of its own."""

from contextlib import nullcontext
from typing import Literal

from alembic import context

from crowd.db import db


def render_item(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Write our column type as its plain SQL type, so that an old migration needs none of today's code."""
    if kind == "type" and type(thing).__name__ == "UTCTime":
        return "sa.DateTime(timezone=True)"
    return False


given = context.config.attributes.get("connection")
with nullcontext(given) if given else db.engine.connect().execution_options(writing=True) as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
