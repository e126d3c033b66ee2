"""A text of the member's that the moderator has rejected."""

import pytest

from crowd.models import Consultation, Contribution
from crowd.states import State
from tests import make


@pytest.fixture
def text(consultation: Consultation, member, moderator) -> Contribution:
    return make.contribution(
        consultation.questions[0],
        by=make.as_asker(member.id),
        state=State.REJECTED,
        text="Count care time.",
        moderator=make.as_asker(moderator.id),
    )
