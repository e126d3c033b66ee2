"""The reasons stand as they come, before every test of this area."""

import pytest

from crowd.db import db
from crowd.models import Reason
from tests.moderation.desk import shipped


@pytest.fixture(autouse=True)
def reasons(app) -> dict[str, str]:
    """The shipped reasons: title to the value that the form sends."""
    shipped()
    return {reason.title: str(reason.id) for reason in db.session.query(Reason)}
