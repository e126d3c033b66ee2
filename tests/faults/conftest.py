"""Real processes for the tests of faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import real


@pytest.fixture(scope="session")
def started_app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return real.checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture
def crowd(started_app: Path, tmp_path: Path) -> Iterator[real.Crowd]:
    """An empty instance and the means to start Crowd on it."""
    with real.running(started_app, tmp_path / "instance") as crowd:
        yield crowd
