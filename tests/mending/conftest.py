"""A text that holds what must go, and moderators as deeds take them."""

import pytest

from crowd.models import Contribution
from crowd.rules import Asker
from crowd.states import State
from tests import make

CANARY = "Sister Zoquitl"


@pytest.fixture
def author(member) -> Asker:
    return make.as_asker(member.id)


@pytest.fixture
def desk(moderator) -> Asker:
    return make.as_asker(moderator.id)


@pytest.fixture
def held(consultation, author) -> Contribution:
    text = f"On ward 7 {CANARY} counts care time in hours. Ask {CANARY} about it."
    return make.contribution(consultation.questions[0], by=author, text=text, state=State.HELD)


@pytest.fixture
def public(consultation, author) -> Contribution:
    return make.contribution(
        consultation.questions[0], by=author, text=f"Where **{CANARY}** works, care time is counted in hours."
    )
