"""The app on either database, the cast, the clock, and counting queries; nothing else."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import create_engine, event, select, text

from crowd import cli, clock, create_app, statements
from crowd.db import db, transaction
from crowd.hosting import deeds as hosting
from crowd.models import Consultation, Site
from crowd.states import Standing
from tests import chromium as chromium_
from tests import make, postgresql
from tests.actors import Actor

SECRET = "tests-" * 8
SLOW = ("browser", "faults", "test_bench.py", "test_leaks.py")
gc.set_threshold(
    50_000, 20, 100
)  # there is always one app with all it has compiled: looking through it is a tenth of the time


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--on", choices=["sqlite", "postgresql", "both"], default="both", help="which databases to run on")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        on = metafunc.config.getoption("--on")
        if metafunc.definition.get_closest_marker("browser"):
            on = "sqlite"  # what a browser shows does not depend on the database
        wanted = ["sqlite", "postgresql"] if on == "both" else [on]
        if only := metafunc.definition.get_closest_marker("only_on"):
            wanted = [name for name in wanted if name in only.args]
        metafunc.parametrize("database", wanted, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is slow stands first, so that no process is left with it in the end; of a crawl that differs by phase,
    PostgreSQL answers the phases that have most to answer."""
    items[:] = [item for item in items if not _left_out(item)]
    items.sort(key=lambda item: not any(part in SLOW for part in item.path.parts))


def _left_out(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function) or (sample := item.get_closest_marker("on_postgresql_in")) is None:
        return False
    of = item.callspec.params
    return of["database"] == "postgresql" and of["phase"] not in sample.args


def lacking(why: str) -> None:
    """What a test needs is not here: skip and say why; in CI that is a failure, never a skip."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI has to have it: {why}")
    pytest.skip(why)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    if why := postgresql.missing():
        lacking(why)
    with postgresql.cluster() as url:
        yield url


@pytest.fixture(scope="session")
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Path], str]]:
    """Gives each test an empty database: a copy of one that the migrations made."""
    first = tmp_path_factory.mktemp("first")
    if request.param == "sqlite":
        _migrate(first, "")
        yield lambda folder: str(shutil.copy(first / "crowd.db", folder / "crowd.db")) and ""
        return
    server = request.getfixturevalue("postgres_server")
    _on_server(server, "DROP DATABASE IF EXISTS first", "CREATE DATABASE first")
    _migrate(first, server.replace("/postgres?", "/first?"))

    def fresh(_folder: Path) -> str:
        copied = "CREATE DATABASE crowd TEMPLATE first STRATEGY FILE_COPY"  # in half the time of the usual way
        _on_server(server, "DROP DATABASE IF EXISTS crowd WITH (FORCE)", copied)
        return str(server.replace("/postgres?", "/crowd?"))

    yield fresh


def _on_server(url: str, *statements: str) -> None:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _migrate(folder: Path, url: str) -> None:
    app = create_app(folder, secret_key=SECRET, database_url=url, texts_limit=0)
    with app.app_context():
        cli.prepare()
        if not url:
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates, compiled once a run and not once a test."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))


@pytest.fixture(scope="session")
def installed(
    database: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory, compiled: FileSystemBytecodeCache
) -> Flask:
    """The app on one database, made once a run: its addresses and statements are compiled once and not once a test."""
    folder = tmp_path_factory.mktemp("instance")
    app = create_app(folder, secret_key=SECRET, database_url=database(folder), texts_limit=0, mails_per_minute=0)
    app.jinja_env.bytecode_cache = compiled
    app.config |= {"TESTING": True, "BASE_URL": "http://localhost", "PROPAGATE_EXCEPTIONS": True}
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _forget_the_disk)
    return app


def _forget_the_disk(connection: Any, _record: object) -> None:
    """Wait for no disk, as the tests' PostgreSQL: nobody cuts this process' power. tests/faults waits for it."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture
def app(installed: Flask, database: Callable[[Path], str]) -> Iterator[Flask]:
    """On an empty instance, with nothing kept and its settings as they were at first."""
    app, settings = installed, dict(installed.config)
    folder = Path(app.config["INSTANCE"])
    shutil.rmtree(folder)
    folder.mkdir()
    database(folder)
    for kept in ("fragments", "pages"):
        app.extensions[kept].__init__()
    with app.app_context():
        with transaction() as session:
            hosting.begin()
            site = session.scalars(select(Site)).one()
            site.name, site.two_factor = "Allied Health Professions", False  # staff of the cast sign in in one step
        yield app
        db.session.remove()
        db.engine.dispose()
    app.config.clear()
    app.config |= settings
    clock.set_to(None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if why := chromium_.missing():
        lacking(why)
    with chromium_.running() as browser:
        yield browser


@pytest.fixture
def at() -> Iterator[Callable[[datetime], None]]:
    """Set the clock; it goes on from there."""
    yield clock.set_to
    clock.set_to(None)


@pytest.fixture
def queries(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collect the statements sent to the database inside a `with`, through SQLAlchemy and past it."""

    ask = statements.ask

    @contextmanager
    def collecting() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
            sent.append(statement)

        def note_and_execute(driver: object, sql: str, *more: object) -> object:
            sent.append(sql)
            return ask(driver, sql, *more)

        event.listen(db.engine, "before_cursor_execute", note)
        monkeypatch.setattr(statements, "ask", note_and_execute)
        yield sent
        monkeypatch.setattr(statements, "ask", ask)
        event.remove(db.engine, "before_cursor_execute", note)

    return collecting


@pytest.fixture
def consultation(app: Flask) -> Consultation:
    """In the members' phase since yesterday."""
    return make.consultation()


@pytest.fixture
def question(consultation: Consultation) -> str:
    """The address of its first question."""
    return f"/c/{consultation.slug}/q/1"


@pytest.fixture
def visitor(app: Flask) -> Actor:
    return Actor(app)


@pytest.fixture
def member(app: Flask, consultation: Consultation) -> Actor:
    return Actor(app, make.member(consultation, "member@example.org").id, "member@example.org")


@pytest.fixture
def colleague(app: Flask, consultation: Consultation) -> Actor:
    return Actor(
        app,
        make.member(consultation, "colleague@example.org", profession="Paramedic").id,
        "colleague@example.org",
    )


@pytest.fixture
def stakeholder(app: Flask, consultation: Consultation) -> Actor:
    who = make.member(consultation, "stakeholder@example.org", standing=Standing.STAKEHOLDER, group="Carer")
    return Actor(app, who.id, who.email)


def _staff(app: Flask, email: str, roles: str, name: str) -> Actor:
    return Actor(app, make.person(email, roles=roles, name=name).id, email)


@pytest.fixture
def moderator(app: Flask) -> Actor:
    return _staff(app, "moderator@example.org", "M", "Mo Desk")


@pytest.fixture
def second_moderator(app: Flask) -> Actor:
    return _staff(app, "second-moderator@example.org", "M", "Sam Second")


@pytest.fixture
def analyst(app: Flask) -> Actor:
    return _staff(app, "analyst@example.org", "A", "Ana Lyst")


@pytest.fixture
def host(app: Flask) -> Actor:
    return _staff(app, "host@example.org", "H", "Hope Host")
