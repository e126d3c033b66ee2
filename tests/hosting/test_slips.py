"""Slips that are printed and handed out: a picture and a short address that can be typed."""

import re
from datetime import timedelta

from sqlalchemy import select

from crowd import clock
from crowd.db import db, transaction
from crowd.i18n import day
from crowd.models import Invitation
from crowd.states import Phase
from tests import make
from tests.actors import Actor

PAGE = "/host/ahp/invitations"


def test_slips_for_stakeholders_can_be_printed_again_and_typed_as_they_come(app, host, moderator):
    make.consultation(phase=Phase.OPEN)
    host.post(PAGE, part="Carer", most="20", note="Ward 7")
    kept = db.session.scalars(select(Invitation)).one()
    for _again in range(2):
        page = host.get(f"{PAGE}/{kept.id}/slips")
        assert page.count('class="slip"') == 8
        assert f"localhost/i/<wbr>{kept.code}" in page
        assert "data:image/svg+xml;base64," in page
    assert re.fullmatch(r"[a-z2-9]{9}", kept.code)
    typed = "-".join((kept.code[:3], kept.code[3:6], kept.code[6:])).upper()
    assert "Carer" in Actor(app).get(f"/i/{typed}")
    assert Actor(app).get("/i/aaaaaaaaa").status == 404
    assert moderator.get(f"{PAGE}/{kept.id}/slips").status == 403


def test_a_link_for_members_is_kept_as_a_hash_and_has_no_slips(host, consultation):
    host.post(PAGE, part="", most="2", note="Team A")
    kept = db.session.scalars(select(Invitation)).one()
    assert kept.code == ""
    assert host.get(f"{PAGE}/{kept.id}/slips").status == 404


def test_a_link_lasts_no_longer_than_people_can_join(app, host):
    found = make.consultation("ahp", phase=Phase.OPEN)
    with transaction():
        found.closed = clock.now() + timedelta(days=7)
    closes = day(found.closed, found.timezone)
    assert f'value="{found.closed:%d/%m/%Y}"' in host.get(PAGE)
    later = (clock.now() + timedelta(days=14)).strftime("%d/%m/%Y")
    page = host.post(PAGE, part="Carer", most="20", note="", until=later)
    assert f"It works until {closes}." in page
    kept = db.session.scalars(select(Invitation)).one()
    slips = host.get(f"{PAGE}/{kept.id}/slips")
    assert f"Until {closes}" in slips
    assert day(kept.expires_at, found.timezone) not in slips
