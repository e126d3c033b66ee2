"""Counts are kept where they are shown and changed with what they count; `recount` verifies them."""

from typing import Any

from sqlalchemy import update

from crowd.db import db


def tally(kind: Any, key: int | None, **by: int) -> None:
    """Add to columns of one row in the database itself, so that two writers cannot lose each other's."""
    changed = {name: getattr(kind, name) + n for name, n in by.items() if n}
    if changed and key is not None:
        db.session.execute(
            update(kind).where(kind.id == key).values(**changed).execution_options(synchronize_session=False)
        )
