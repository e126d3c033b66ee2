"""The demonstration stands before its next switch as an honest host would: by what is there, and not by decree."""

import pytest

from crowd import schedule
from crowd.db import db
from crowd.demonstration import load
from crowd.models import Consultation
from crowd.states import Phase
from crowd.switching import checklist, readiness

RED = {"registration": set(), "members": {"findings", "promises", "undecided"}, "analysis": {"promises", "undecided"}}


@pytest.mark.parametrize("phase", RED)
def test_p05_nothing_is_red_in_the_demonstration_but_what_its_host_is_working_on(app, phase):
    load.everything(phase=phase)
    ahp = db.session.query(Consultation).filter_by(slug="ahp-2016").one()
    assert schedule.current(ahp) == Phase(phase)
    ahead = checklist.ahead(ahp)
    found = {item.name for item in checklist.items(ahp, ahead) if item.colour == checklist.Colour.RED}
    assert found == RED[phase]
    readiness.keep()
    db.session.expire_all()
    assert (ahp.members_ready_at is None, ahp.open_ready_at is None) == (False, True)
    assert schedule.current(ahp) == Phase(phase)
