"""The reasons stand as they come, and a calendar that tests can rely on."""

from datetime import UTC, datetime

import pytest

from crowd.models import Consultation
from tests import make
from tests.moderation.desk import shipped

WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)  # noon in London too


@pytest.fixture(autouse=True)
def reasons(app) -> None:
    shipped()


@pytest.fixture
def wednesday(at) -> Consultation:
    """A consultation in the members' phase, on a Wednesday at noon; its desk works from 9 to 5, Monday to Friday."""
    at(WEDNESDAY)
    return make.consultation()
