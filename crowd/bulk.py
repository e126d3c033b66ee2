"""Many rows at once: ids are chosen beforehand, so that rows can name each other before any of them is written."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from sqlalchemy import ColumnDefault, Table, func, insert, select, text

from crowd.db import db, engine_is_postgres

CHUNK = 20_000  # rows that are held in memory before they are written


class Bulk:
    """Collects rows and writes them in the order in which tables depend on each other. Inside a transaction only: that
    one writer at a time is what makes the chosen ids free."""

    def __init__(self) -> None:
        self._rows: dict[Table, list[dict[str, Any]]] = {}
        self._last: dict[Table, int] = {}
        self._waiting = 0

    def add(self, kind: Any, /, **row: Any) -> int:
        """Take a row and hand back its id. A parent comes before its child."""
        table: Table = kind.__table__
        if "id" in table.c:
            row.setdefault("id", self.next_id(kind))
        self._rows.setdefault(table, []).append(row)
        self._waiting += 1
        if self._waiting >= CHUNK:
            self.write()
        return int(row.get("id", 0))

    def next_id(self, kind: Any) -> int:
        """An id that nobody has and nobody will get."""
        table: Table = kind.__table__
        if table not in self._last:
            self._last[table] = db.session.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0
        self._last[table] += 1
        return self._last[table]

    def write(self) -> None:
        """Write what has been collected, and let PostgreSQL go on counting after it."""
        for table in db.metadata.sorted_tables:
            if rows := self._rows.pop(table, None):
                _insert(table, _filled(table, rows))
        self._waiting = 0
        if engine_is_postgres():
            for table, last in self._last.items():
                db.session.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                    {"name": table.name, "last": last},
                )


def _insert(table: Table, rows: list[dict[str, Any]]) -> None:
    if engine_is_postgres():
        _copy(table, rows)
    else:
        db.session.execute(insert(table), rows)


def _copy(table: Table, rows: list[dict[str, Any]]) -> None:
    """PostgreSQL's own way for many rows: INSERTs one by one took five times as long."""
    dialect = db.engine.dialect
    makes = [(c.name, c.type.dialect_impl(dialect).bind_processor(dialect) or _plain) for c in table.c]
    quoted = dialect.identifier_preparer.quote
    names = ", ".join(quoted(name) for name, _make in makes)
    driver: Any = db.session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {quoted(table.name)} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([make(row[name]) for name, make in makes])


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value  # the driver would write an enum's name


def _filled(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows that all have the same columns: one statement takes them, and none gets another row's value."""
    rows = list(rows)
    named = {name for row in rows for name in row}
    if len(named) == len(table.c) and all(len(row) == len(named) for row in rows):
        return [dict(row) for row in rows]
    fixed, made = {}, {}
    for column in table.c:
        default = column.default
        if isinstance(default, ColumnDefault) and callable(default.arg):
            made[column.name] = default.arg
        else:
            fixed[column.name] = default.arg if isinstance(default, ColumnDefault) else None
    return [fixed | {name: make(None) for name, make in made.items() if name not in row} | dict(row) for row in rows]
