"""Counts are kept where they are shown and changed with what they count; `recount` verifies them."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam, update

from crowd.statements import Statement


def tally(kind: Any, key: int | None, **by: int) -> None:
    """Add to columns of one row in the database itself, so that two writers cannot lose each other's."""
    changed = {name: n for name, n in by.items() if n}
    if changed and key is not None:
        _adding(kind, tuple(changed)).write(key=key, **{f"by_{name}": n for name, n in changed.items()})


@cache
def _adding(kind: Any, names: tuple[str, ...]) -> Statement:
    more = {name: getattr(kind, name) + bindparam(f"by_{name}") for name in names}
    return Statement(update(kind).where(kind.id == bindparam("key")).values(**more))
