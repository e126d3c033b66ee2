"""A restored instance mails nobody until a host says what is to become of what waited."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from crowd import clock, config, outbox
from crowd.db import db, transaction
from crowd.keeping import doctor, restore
from crowd.models import Mail
from tests.keeping.test_backup import taken
from tests.keeping.test_restore import let_go


@pytest.fixture
def url(app: Flask) -> str:
    return str(app.config["DATABASE_URL"])


def restored(instance: Path, kept: Path, url: str, monkeypatch, **how: bool) -> str:
    let_go()
    if url:
        monkeypatch.setenv("DATABASE_URL", url)
    return restore.restore(kept, instance, overwrite=True, **how)


def queued(kind: str, address: str) -> None:
    with transaction() as session:
        now = clock.now()
        mail = Mail(kind=kind, rank=outbox.rank(kind), address=address, subject=kind, body="Hello\n")
        mail.created_at = mail.due_at = now
        session.add(mail)


def states() -> dict[str, str]:
    db.session.rollback()
    return {mail.address: mail.state for mail in db.session.scalars(select(Mail)) if mail.address.endswith(".net")}


@pytest.mark.parametrize("do", ["send", "drop"])
def test_a_restored_instance_mails_nobody_until_a_host_says_so(filled, host, url, tmp_path, monkeypatch, do):
    queued("opening", "waited@example.net")
    assert "Mails are held back until a host says" in restored(
        filled, taken(filled, tmp_path / "k.zip"), url, monkeypatch
    )
    queued("opening", "new@example.net")
    queued("sign_in", "asked@example.net")
    outbox.send_due()
    assert states() == {"waited@example.net": "waiting", "new@example.net": "waiting"}, "a link was sent, and blanked"
    found = [found.words for found in doctor.look(config.load(filled), filled) if found.what == "Outbox"]
    assert "Mails are held back since" in found[0]
    assert "Mails are held back" in host.get("/host/mails")
    assert "Mails go out again" in host.post("/host/mails/held", on="/host/mails", do=do)
    outbox.send_due()
    assert states() == {"waited@example.net": {"send": "kept", "drop": "dropped"}[do], "new@example.net": "kept"}
    assert "Mails are held back" not in host.get("/host/mails")


def test_one_that_takes_the_place_of_what_was_lost_can_send_at_once(filled, url, tmp_path, monkeypatch):
    queued("opening", "waited@example.net")
    said = restored(filled, taken(filled, tmp_path / "k.zip"), url, monkeypatch, hold_mails=False)
    assert "held back" not in said
    outbox.send_due()
    assert states() == {"waited@example.net": "kept"}
