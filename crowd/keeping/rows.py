"""Rows as lines of text that both databases write and read alike: what a backup of PostgreSQL holds, and how a move
between databases is compared.

A table is a line with its columns' names in order of the alphabet, then a line for each row in order of its key. Times
are in UTC, JSON stays as it was written, bytes are in base64. What the code can make anew, the index of the search, is
left out."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, Integer, LargeBinary, String, delete, inspect, text
from sqlalchemy import table as named
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.types import TypeEngine

from crowd.keeping.places import Refused
from crowd.keeping.progress import progress

LEFT_OUT = ("search_index", "alembic_version", "sqlite_")
CHUNK = 5_000
Value = str | int | float | bool | None


class Stamp(NamedTuple):
    """What is compared of a table: how many rows it has, and a hash of all of them."""

    rows: int
    sha256: str


def tables(connection: Connection) -> list[str]:
    """The names of what is kept, in order of the alphabet."""
    return sorted(name for name in inspect(connection).get_table_names() if not name.startswith(LEFT_OUT))


def lines(connection: Connection, table: str, where: str = "") -> Iterator[bytes]:
    """A table as text, its columns' names first; of its rows all, or those of which this SQL of ours holds."""
    kinds = _kinds(connection, table)
    quote = connection.dialect.identifier_preparer.quote
    postgres = connection.dialect.name == "postgresql"
    wanted = [f"{quote(name)}::text" if postgres and _is(kind, JSON) else quote(name) for name, kind in kinds.items()]
    order = [
        quote(name) + (' COLLATE "C"' if postgres and _is(kinds[name], String) else "")
        for name in inspect(connection).get_pk_constraint(table)["constrained_columns"]
    ]
    made = [_out(kind) for kind in kinds.values()]
    which = f" WHERE {where}" if where else ""
    sql = f"SELECT {', '.join(wanted)} FROM {quote(table)}{which} ORDER BY {', '.join(order)}"  # noqa: S608  # of ours
    yield line(list(kinds))
    streamed = {"stream_results": True, "max_row_buffer": CHUNK}  # of this statement: others may not be
    with connection.exec_driver_sql(sql, execution_options=streamed) as found:
        for row in found:
            yield line([make(value) for make, value in zip(made, row, strict=True)])


def stamp(connection: Connection, table: str) -> Stamp:
    """What is compared of a table."""
    return stamp_of(lines(connection, table))


def stamp_of(source: Iterable[bytes]) -> Stamp:
    """The same of lines that came from elsewhere."""
    digest, n = sha256(), -1
    for one in source:
        digest.update(one)
        n += 1
    return Stamp(n, digest.hexdigest())


def refuse_other(found: Stamp, wanted: Stamp, table: str) -> None:
    """Raises Refused where a table does not hold exactly what was to be put there."""
    if found != wanted:
        raise Refused(
            f"The table {table} came out otherwise: {wanted.rows} rows with hash {wanted.sha256[:12]} were written, "
            f"{found.rows} with {found.sha256[:12]} are there. All was undone."
        )


def stamps(connection: Connection) -> dict[str, Stamp]:
    """What is compared, of all tables."""
    names = tables(connection)
    found = {}
    for n, name in enumerate(names):
        progress("Comparing", n, len(names))
        found[name] = stamp(connection, name)
    return found


def load(connection: Connection, source: dict[str, Iterable[bytes]]) -> None:
    """Put these rows in place of what is in the tables, which have the same columns; part of the caller's transaction.

    Raises Refused where the database does not take a value."""
    if missing := sorted(set(source) - set(tables(connection))):
        raise Refused(f"The rows are of tables that this schema does not have: {', '.join(missing)}.")
    with _without_foreign_keys(connection):
        for name in tables(connection):
            connection.execute(delete(named(name)))  # what the migrations put there
        for n, (name, rows) in enumerate(source.items()):
            progress("Writing rows", n, len(source))
            try:
                write(connection, name, iter(rows))
            except (DataError, IntegrityError) as error:
                why = str(error.orig).splitlines()[0]
                raise Refused(f"{connection.dialect.name} does not take a row of the table {name}: {why}.") from None


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def write(connection: Connection, table: str, source: Iterator[bytes]) -> None:
    """Add these lines to a table, which has the same columns. Raises Refused, and DataError or IntegrityError where the
    database does not take a value."""
    kinds = _kinds(connection, table)
    if json.loads(next(source)) != list(kinds):
        raise Refused(f"The table {table} has other columns than the rows that are to be put there.")
    postgres = connection.dialect.name == "postgresql"
    makes = [_bytes if _is(kind, LargeBinary) else _plain if postgres else _sqlite(kind) for kind in kinds.values()]
    names = ", ".join(_quoted(connection, name) for name in kinds)
    marks = ", ".join(["%s" if postgres else "?"] * len(kinds))
    insert = f"INSERT INTO {_quoted(connection, table)} ({names}) VALUES ({marks})"  # noqa: S608  # names of ours
    while some := list(islice(source, CHUNK)):
        rows = [tuple(make(value) for make, value in zip(makes, json.loads(one), strict=True)) for one in some]
        connection.exec_driver_sql(insert, rows)
    if postgres and isinstance(kinds.get("id"), Integer):
        _count_on(connection, table)


def _count_on(connection: Connection, table: str) -> None:
    """Let PostgreSQL go on counting after the rows that have been put there."""
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table})
    if sequence:
        most = f"SELECT max(id) FROM {_quoted(connection, table)}"  # noqa: S608  # a name of ours
        connection.execute(
            text(f"SELECT setval(:sequence, coalesce(({most}), 1), ({most}) IS NOT NULL)"), {"sequence": sequence}
        )


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Rows may name others that come later; all are checked at the end."""
    if connection.dialect.name != "postgresql":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")  # until the transaction ends
        yield
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise Refused("The rows name others that are not there.")
        return
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for table, name, _definition in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield  # a failure ends the transaction, and brings them back with it
    for table, name, definition in found:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


# ---- values ---------------------------------------------------------------------------------------------------------


def _kinds(connection: Connection, table: str) -> dict[str, TypeEngine[Any]]:
    found = inspect(connection).get_columns(table)
    return {column["name"]: column["type"] for column in sorted(found, key=lambda column: column["name"])}


def _is(kind: TypeEngine[Any], other: type[TypeEngine[Any]]) -> bool:
    return isinstance(kind, other)


def line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _out(kind: TypeEngine[Any]) -> Callable[[Any], Value]:
    """How a value that the driver gave is written down."""
    if isinstance(kind, DateTime):
        return _moment
    if isinstance(kind, Date):
        return lambda value: None if value is None else str(value)[:10]
    if isinstance(kind, Boolean):
        return lambda value: None if value is None else bool(value)
    if isinstance(kind, LargeBinary):
        return lambda value: None if value is None else b64encode(value).decode()
    return _plain


def _plain(value: Any) -> Any:
    return value


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else b64decode(value)


def _moment(value: datetime | str | None) -> str | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")


def _sqlite(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    """How SQLAlchemy stores a value there."""
    if isinstance(kind, DateTime):
        return lambda value: None if value is None else value[:26].replace("T", " ")
    if isinstance(kind, Date):
        return lambda value: None if value is None else date.fromisoformat(value).isoformat()
    return _plain
