"""A list that is read and loaded by real workers, killed in the middle: nothing double, nothing half, done once."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from crowd import clock
from crowd.db import db, transaction
from crowd.hosting import uploads
from crowd.models import Mail, Record, Registered, Token, UploadedList
from tests import make
from tests.faults import people, real

ROWS = int(os.environ.get("CROWD_TEST_ROWS", "4000"))
PAGE = "/host/register"


@pytest.fixture
def host(begun):
    with people.inside(begun.folder):
        people.begin_site()
        with transaction() as session:
            session.execute(text("UPDATE site SET two_factor = false"))
        consultation = make.consultation()
        (secret,) = people.signed_in(make.person("host@example.org", roles="H", name="Hope Host").id)
        yield people.Person(begun.port, secret), consultation.id


def the_list():
    db.session.rollback()
    return db.session.execute(select(UploadedList.state, UploadedList.done, UploadedList.claim)).first()


def claims_expire():
    """As if the minute had passed after which a silent worker is taken for dead."""
    with transaction() as session:
        session.execute(update(UploadedList).values(beat_at=clock.now() - uploads.WORK.lease - timedelta(seconds=1)))


def uploaded(person):
    typed = "e-mail,name,number\n" + "".join(f"p{n}@example.org,Person {n},N{n}\n" for n in range(ROWS))
    status, _page, where = person.send(PAGE, person.fill_in(PAGE, text=typed))
    assert status == 302
    return where


def nothing_half():
    db.session.rollback()
    for kind in (Registered, Mail, Token):
        assert db.session.scalar(select(func.count(kind.id))) == ROWS
    loaded = db.session.scalars(select(Record).where(Record.deed == "register loaded")).all()
    assert [line.facts for line in loaded] == [{"new": ROWS, "changed": 0, "same": 0, "bad": 0}]


def test_killed_while_reading_and_while_loading_it_is_whole_in_the_end(begun, host):
    person, consultation = host
    server = begun.serve()
    where = uploaded(person)
    real.until(lambda: the_list().claim, server)
    server.kill_everything()
    claims_expire()
    server = begun.serve()
    real.until(lambda: the_list().state == "read", server)
    _to, fields = person.get(where).form(f"{where}/load")
    for _press in range(2):
        assert person.send(f"{where}/load", fields | {"invite": str(consultation)})[0] == 302
    kills = 0
    while the_list().state != "loaded":
        was = the_list().done
        real.until(lambda w=was: the_list().done > w or the_list().state == "loaded", server)
        if kills < 3 and the_list().state != "loaded":
            kills += 1
            server.kill_everything()
            claims_expire()
            server = begun.serve()
    assert kills
    assert f"Loaded: {ROWS:,} new" in person.get(where)
    server.kill_everything()
    nothing_half()


def test_workers_beside_each_other_do_it_once(begun, host):
    person, consultation = host
    server = begun.serve(CROWD_WORKERS="2")
    begun.start("work")
    where = uploaded(person)
    real.until(lambda: the_list().state == "read", server)
    _to, fields = person.get(where).form(f"{where}/load")
    person.send(f"{where}/load", fields | {"invite": str(consultation)})
    real.until(lambda: the_list().state == "loaded", server)
    nothing_half()
