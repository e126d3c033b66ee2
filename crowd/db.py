"""How the database is opened, how a change is written, and how time is stored. The only file that commits."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Engine,
    Executable,
    Insert,
    MetaData,
    Update,
    event,
    insert,
    text,
    update,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from crowd.states import MOVES, State

try:
    import fcntl
except ImportError:  # Windows: the busy timeout alone decides who writes next
    fcntl = None  # type: ignore[assignment]  # a missing module is told from a present one by None

WRITERS = 731_990_241  # the advisory lock that stands for "I write" on PostgreSQL
SAFE_WAL = (3, 51, 3)  # older SQLite can corrupt a WAL database that several connections write
KEPT = 500  # prepared statements of a connection: where all do not fit, those asked most keep evicting each other


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model
_asked_again: list[Callable[[], None]] = []
_at_the_end: list[Callable[[Session], None]] = []


class Overtaken(Exception):
    """Somebody else changed the thing first. `thing` is what it was about."""

    def __init__(self, thing: Any):
        super().__init__(f"{type(thing).__name__} {thing.id} is {getattr(thing, 'state', 'not as it was')}")
        self.thing = thing


class UTCTime(TypeDecorator[datetime]):
    """A moment, stored in UTC. Refuses a time without a zone: SQLite would drop the difference silently."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def sqlite_module() -> ModuleType:
    """The newest SQLite at hand: pysqlite3 where it is installed, else Python's own."""
    try:
        import pysqlite3.dbapi2 as newest
    except ImportError:
        return sqlite3
    return newest if newest.sqlite_version_info > sqlite3.sqlite_version_info else sqlite3


def open_database(app: Flask, url: str, instance: Path) -> None:
    """Point the app at PostgreSQL or at crowd.db in its instance; nothing is created here. What people typed stands in
    no error's message: those go to the log."""
    if url:
        driver = "postgresql+psycopg://" + url.split("://", 1)[1]
        app.config |= {
            "SQLALCHEMY_DATABASE_URI": driver,
            "SQLALCHEMY_ENGINE_OPTIONS": {"pool_pre_ping": True, "hide_parameters": True},
        }
    else:
        app.config |= {
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{instance / 'crowd.db'}",
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "module": sqlite_module(),
                "hide_parameters": True,
                "connect_args": {
                    "isolation_level": None,
                    "timeout": 20,
                    "check_same_thread": False,
                    "cached_statements": KEPT,
                },
            },
        }
        app.config["WRITE_LOCK"] = str(instance / "crowd.lock")
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "begin", _begin)
        if not url:
            event.listen(db.engine, "connect", _prepare_sqlite)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    wal = sqlite_module().sqlite_version_info >= SAFE_WAL
    journal = f"journal_mode={'WAL' if wal else 'DELETE'}"
    # secure_delete: a sent mail is blanked because it holds a key; its bytes are not to stay in the file either
    for pragma in (journal, "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Begin by hand: Python's own SQLite transactions let a check and its write fall apart."""
    writing = connection.get_execution_options().get("writing")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
    elif writing:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": WRITERS})


def ask_again(question: Callable[[], None]) -> None:
    """Have this called at the start of every transaction: what was allowed before the lock is asked again under it."""
    _asked_again.append(question)


def before_commit(deed: Callable[[Session], None]) -> None:
    """Have this called at the end of every transaction: what is kept of something follows it in the same one."""
    _at_the_end.append(deed)


@contextmanager
def transaction() -> Iterator[Session]:
    """Write: take the turn, begin, ask again, do, commit; anything raised undoes it all.

    There is one writer at a time, on PostgreSQL as on SQLite, so that what a deed reads is still true when it
    writes. Keep SMTP, hashing and making text safe outside."""
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("a transaction is open already: deeds do not open their own")
    session.rollback()  # end the reading snapshot
    session.expire_all()  # and read anew what was loaded, when it is touched
    with _turn():
        session.info["writing"] = True
        try:
            session.connection(execution_options={"writing": True})
            for question in _asked_again:
                question()
            yield session
            for deed in _at_the_end:
                deed(session)
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info.pop("writing", None)


@contextmanager
def _turn() -> Iterator[None]:
    """Queue writers first come, first served; SQLite's own waiting let single ones wait for seconds."""
    path = current_app.config.get("WRITE_LOCK")
    if path is None or fcntl is None:
        yield
        return
    try:
        lock = open(path, "a")  # noqa: SIM115  # closed below; it is only the opening that may fail here
    except OSError:  # a read-only or full disk: the database says so in its own words, which have a page (503)
        yield
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@event.listens_for(Session, "before_flush")
def _only_in_a_transaction(session: Session, _context: object, _instances: object) -> None:
    if not session.info.get("writing"):
        raise RuntimeError("write inside `with transaction():`")


def rows(statement: Executable, **values: Any) -> CursorResult[Any]:
    """Ask past the session, at a fifth of its cost, with a statement made once and its values bound by name.

    Of what waits in the session to be written it knows nothing: for reading plain rows."""
    return db.session.connection().execute(statement, values)


def write(statement: Executable, **values: Any) -> CursorResult[Any]:
    """The same for changing rows, inside a transaction only: neither objects nor the session's bookkeeping."""
    if not db.session().info.get("writing"):
        raise RuntimeError("write inside `with transaction():`")
    return rows(statement, **values)


def insert_one(statement: Insert, **values: Any) -> int:
    """The same for a new row, whose key is returned."""
    key: Any = write(statement, **values).inserted_primary_key
    return int(key[0])


def move(thing: Any, old: State, new: State, **also: Any) -> None:
    """Change a state if it still is the old one, and columns with it; raises Overtaken otherwise."""
    if new not in MOVES[old]:
        raise ValueError(f"nothing moves from {old} to {new}")
    change_if(thing, type(thing).state == old, state=new, **also)


def change_if(thing: Any, still: ColumnElement[bool], **values: Any) -> None:
    """Change columns of one row if this still holds of it; of two who try at once, the second gets Overtaken."""
    kind = type(thing)
    done = changed(update(kind).where(kind.id == thing.id, still).values(**values))
    db.session.refresh(thing)
    if done != 1:
        raise Overtaken(thing)


def changed(statement: Update | Delete) -> int:
    """Change rows in the database alone, whose number is returned; what is loaded of them stays as it was read."""
    result: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)


def insert_many(kind: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert plain rows without making objects of them: five times as quick for tens of thousands."""
    if rows:
        db.session.execute(insert(kind.__table__), rows)


def engine_is_postgres() -> bool:
    engine: Engine = db.engine
    return engine.dialect.name == "postgresql"


UNDEFINED_TABLE = "42P01"  # PostgreSQL's code


def misses_a_table(error: BaseException | None) -> bool:
    return isinstance(error, DBAPIError) and (
        "no such table" in str(error.orig) or getattr(error.orig, "sqlstate", "") == UNDEFINED_TABLE
    )
