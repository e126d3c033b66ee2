"""The provider runs once for all tests."""

from collections.abc import Iterator

import pytest

from tests.accounts import signed_on


@pytest.fixture(scope="session")
def running() -> Iterator[signed_on.Running]:
    with signed_on.running() as found:
        yield found


@pytest.fixture
def provider(app, running):
    """Set up here, with nothing wrong."""
    running.switch()
    signed_on.set_up(running.address)
    return running
