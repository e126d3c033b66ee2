"""What falls due by the clock: one round at a time, and one chore that fails stops nothing else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from crowd import AREAS, chores, clock, outbox
from crowd.config import ROOT
from crowd.db import db, transaction
from crowd.models import Mail
from tests import make

REGISTERS = re.compile(
    r"^@bp\.|^@(chores\.)?chore$|^(\w+ = )?(chores\.)?job\(|^@(jobs\.)?analysis\(|^(ask_again|before_commit)\(",
    re.MULTILINE,
)


@pytest.fixture
def broken(monkeypatch):
    """A chore with a fault stands before all others."""

    def breaks() -> None:
        with transaction() as session:
            session.add(make.Person(email="half@example.org", created_at=clock.now()))
            session.flush()
            raise ZeroDivisionError

    monkeypatch.setattr(chores, "_chores", [breaks, *chores._chores])


def test_a_chore_that_fails_stops_neither_the_others_nor_the_mails(app, host, broken, caplog):
    assert chores.run() == len(chores._chores) - 1
    assert "breaks failed" in caplog.text
    assert db.session.scalar(select(make.Person).where(make.Person.email == "half@example.org")) is None
    with transaction():
        outbox.queue("test", to=db.session.get_one(make.Person, host.id))
    assert outbox.send_due() == 1
    assert db.session.scalars(select(Mail.state)).one() == "kept"


def test_a_round_is_done_once_in_its_time(app, at):
    now = clock.now()
    assert chores.run() > 0
    assert chores.run() == 0, "another worker has just done it"
    at(now + timedelta(seconds=31))
    assert chores.run() > 0
    at(now - timedelta(days=1))
    assert chores.run() > 0, "also after a clock has jumped back"


def test_every_file_that_registers_something_stands_in_its_area():
    """One that only a test imports would work in the tests alone."""
    files = [path for path in (ROOT / "crowd").glob("*/*.py") if REGISTERS.search(path.read_text(encoding="utf-8"))]
    assert {(path.parent.name, path.stem) for path in files} == {
        (area, name) for area, names in AREAS.items() for name in names.split()
    }
