"""Real processes for the tests of faults."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import SECRET, _migrate
from tests.faults import real


@pytest.fixture(scope="session")
def started_app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return real.checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def crowd(started_app: Path, tmp_path: Path) -> Iterator[real.Crowd]:
    """An empty instance and the means to start Crowd on it."""
    with real.running(started_app, tmp_path / "instance") as crowd:
        yield crowd


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance that has its tables and nothing in them."""
    folder = tmp_path_factory.mktemp("tables")
    _migrate(folder, "")
    (folder / "config.toml").write_text(f'secret_key = "{SECRET}"\n')
    return folder


@pytest.fixture
def begun(crowd: real.Crowd, tables: Path) -> real.Crowd:
    """An instance that was started before."""
    for name in ("crowd.db", "config.toml"):
        shutil.copy(tables / name, crowd.folder / name)
    return crowd


@pytest.fixture
def either(started_app: Path, tmp_path: Path, database: Callable[[Path], str]) -> Iterator[real.Crowd]:
    """An instance that has its tables and nothing in them, on SQLite and on PostgreSQL."""
    with real.running(started_app, tmp_path / "instance") as crowd:
        url = database(crowd.folder)
        (crowd.folder / "config.toml").write_text(f'secret_key = "{SECRET}"\ndatabase_url = "{url}"\n')
        yield crowd
