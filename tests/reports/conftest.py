"""A published idea of the member's, which others report."""

import pytest

from crowd.models import Consultation, Contribution
from tests import make


@pytest.fixture
def idea(consultation: Consultation, member) -> Contribution:
    return make.contribution(consultation.questions[0], by=make.as_asker(member.id), text="Dr Miller of ward 7 shouts.")
