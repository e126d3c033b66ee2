"""Statements that are made once and asked of the database's driver itself.

SQLAlchemy writes the SQL and knows how each type is stored; its session, its results and its cache of statements are
left out, which together cost ten times what SQLite needs for a row. For the few statements that every page or every
vote asks; everything else goes through the session, or through `db.rows`."""

from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ClauseElement, Insert, Select, bindparam, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError

from crowd.db import db

Processor = Callable[[Any], Any] | None


class Statement:
    """One statement with named values; all of them are given each time it is asked.

    Refuses lists of values (`IN` with as many as there are): their SQL is another one for each length. Of what waits in
    the session to be written it knows nothing. Raises what SQLAlchemy raises."""

    def __init__(self, statement: ClauseElement):
        self.statement = statement
        self._ready: dict[str, _Ready] = {}

    def all(self, **values: Any) -> list[Any]:
        """Its rows, as named tuples."""
        ready, found = self._asked(values)
        return [ready.row(row) for row in found.fetchall()]

    def first(self, **values: Any) -> Any:
        """Its first row, or None."""
        ready, found = self._asked(values)
        row = found.fetchone()
        found.close()
        return None if row is None else ready.row(row)

    def scalar(self, **values: Any) -> Any:
        """The first column of its first row, or None."""
        row = self.first(**values)
        return None if row is None else row[0]

    def write(self, **values: Any) -> int:
        """Change rows, inside a transaction only; returns how many."""
        self._in_a_transaction()
        return int(self._asked(values)[1].rowcount)

    def insert(self, **values: Any) -> int:
        """Add a row, inside a transaction only; returns its key, which the statement has to return."""
        self._in_a_transaction()
        return int(self.scalar(**values))

    @staticmethod
    def _in_a_transaction() -> None:
        if not db.session().info.get("writing"):
            raise RuntimeError("write inside `with transaction():`")

    def _asked(self, values: dict[str, Any]) -> tuple["_Ready", Any]:
        connection = db.session.connection()
        dialect = connection.dialect
        if (ready := self._ready.get(dialect.name)) is None:
            ready = self._ready[dialect.name] = _Ready(self.statement, dialect)
        return ready, ask(connection.connection.dbapi_connection, ready.sql, ready.parameters(values), dialect)


def inserting(kind: Any, *names: str) -> Statement:
    """A new row of a model with these columns; the others are its defaults, or empty. A default that is made for each
    row, such as a list, has to be given. For `Statement.insert`."""
    return Statement(insert(kind).values({name: bindparam(name) for name in names}).returning(kind.id))


def ask(driver: Any, sql: str, parameters: Any, dialect: Dialect) -> Any:
    """Hand one statement to the driver, whose errors come as SQLAlchemy's do: they have their pages."""
    try:
        return driver.execute(sql, parameters)
    except dialect.loaded_dbapi.Error as error:
        kind = dialect.loaded_dbapi.Error
        raise DBAPIError.instance(sql, parameters, error, kind, hide_parameters=True, dialect=dialect) from error


class _Ready:
    """A statement as one database wants it."""

    def __init__(self, statement: ClauseElement, dialect: Dialect):
        compiled: Any = statement.compile(dialect=dialect)
        if any(bind.expanding or bind.literal_execute for bind in compiled.binds.values()):
            raise ValueError(f"its SQL changes with its values: {compiled}")
        self.sql = str(compiled)
        self._given = _defaults(compiled)
        self._stored = {name: _stored(bind.type, dialect) for name, bind in compiled.binds.items()}
        self._order = compiled.positiontup if compiled.positional else None
        columns = _columns(statement)
        self._shape = _named(name for name, _type in columns)
        read = [(n, _read(kind, dialect)) for n, (_name, kind) in enumerate(columns)]
        self._read = [(n, process) for n, process in read if process]

    def parameters(self, values: dict[str, Any]) -> Any:
        given, stored = self._given | values, self._stored
        if self._order is not None:
            return [given[n] if (way := stored[n]) is None else way(given[n]) for n in self._order]
        return {n: given[n] if way is None else way(given[n]) for n, way in stored.items()}

    def row(self, found: Any) -> Any:
        if not self._read:
            return self._shape._make(found)
        values = list(found)
        for n, process in self._read:
            values[n] = process(values[n])
        return self._shape._make(values)


def _named(names: Iterable[str]) -> Any:
    make: Any = namedtuple  # the checker of types knows only those whose names are written out
    return make("Row", tuple(names))


def _defaults(compiled: Any) -> dict[str, Any]:
    """The values that stand in the statement itself, and those that the model gives a new row."""
    given = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
    return given | {column.key: column.default.arg for column in compiled.insert_prefetch if column.default.is_scalar}


def _columns(statement: Any) -> list[tuple[str, Any]]:
    """The names and types of what it returns: rows that are selected, or the key of a new one."""
    read = isinstance(statement, Select | Insert)
    return [(str(column.key), column.type) for column in statement.exported_columns] if read else []


def _stored(kind: Any, dialect: Dialect) -> Processor:
    made: Processor = kind.dialect_impl(dialect).bind_processor(dialect)
    return made


def _read(kind: Any, dialect: Dialect) -> Processor:
    made: Processor = kind.dialect_impl(dialect).result_processor(dialect, None)
    return made
