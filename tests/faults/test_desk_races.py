"""Eight moderators at real servers, all pressing Next and deciding on the same texts (M9, M10, M30)."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crowd import create_app
from crowd.accounts import deeds as accounts
from crowd.db import db, transaction
from crowd.models import Consultation, Decision, Mail, Record, Site, Version
from crowd.moderation import deeds
from crowd.states import State
from tests import make
from tests.conftest import SECRET
from tests.faults import real
from tests.faults.people import Person

TEXTS, MODERATORS, SERVERS = 200, 8, 2


@pytest.fixture
def url(database: Callable[[Path], str], crowd: real.Crowd) -> str:
    """An empty database that servers can use: PostgreSQL's address, or nothing for crowd.db in the instance."""
    found = database(crowd.folder)
    (crowd.folder / "config.toml").write_text(f'secret_key = "{SECRET}"\n')
    return found


READINGS = "/moderate/readings/"


def test_m09_m10_eight_moderators_decide_two_hundred_texts_once_each(crowd, url):
    app = create_app(crowd.folder, secret_key=SECRET, database_url=url)
    with app.app_context():
        secrets = _filled()
        ports = _serve(crowd, url)
        _assert_each_once(_work(secrets, ports))
        db.session.remove()
        db.engine.dispose()


def _filled() -> list[str]:
    with transaction() as session:
        if session.scalar(select(Site.id)) is None:
            session.add(Site(name="Allied Health Professions"))
        deeds.ship_reasons()
    consultation = make.consultation()
    authors = [make.member(consultation) for _n in range(10)]
    for n in range(TEXTS):
        make.contribution(consultation.questions[0], by=authors[n % 10], state=State.HELD)
    staff = [make.person(roles="M").id for _n in range(MODERATORS)]
    with transaction():
        return [accounts.sign_in(number) for number in staff]


def _serve(crowd: real.Crowd, url: str) -> list[int]:
    ports = [crowd.port] + [real.free_port() for _n in range(SERVERS - 1)]
    for port in ports:
        crowd.serve("run", CROWD_PORT=str(port), **({"DATABASE_URL": url} if url else {}))
    return ports


def _work(secrets: list[str], ports: list[int]) -> list[str]:
    """What they were shown by Next or after a decision; whatever goes wrong for one of them is raised here."""
    start = threading.Barrier(len(secrets))

    def work(number: int) -> list[str]:
        start.wait(real.PATIENCE)
        return _shift(Person(ports[number % len(ports)], secrets[number]), number)

    with ThreadPoolExecutor(len(secrets)) as pool:
        return [where for shown in pool.map(work, range(len(secrets))) for where in shown]


def _shift(desk: Person, number: int) -> list[str]:
    """Press Next, and decide until no text waits; every other time as another moderator would. Where all this takes
    longer than 30 seconds, Next comes to second readings at the end (M29)."""
    shown = []
    token = desk.get("/moderate").form("/moderate/keys")[1]
    _status, _html, where = desk.send("/moderate/next", token)
    while where != "/moderate":
        shown.append(where)
        if READINGS in where:
            break
        fields = desk.get(where).form(where, "decision")[1]
        if (len(shown) + number) % 2:
            fields |= {"decision": "approve"}
        else:
            fields |= {"decision": "reject", "reason": "1"}
        status, html, where = desk.send(where, fields)
        assert status == 302, html
    return shown


def _assert_each_once(shown: list[str]) -> None:
    db.session.rollback()
    texts = [where for where in shown if READINGS not in where]
    assert Counter(Counter(texts).values()) == {1: TEXTS}, "Next shows nobody what somebody else was shown"
    decided = Counter(db.session.scalars(select(Decision.version_id)))
    assert len(decided) == TEXTS
    assert set(decided.values()) == {1}
    told = db.session.scalars(select(Mail.once).where(Mail.once.startswith("decision-"))).all()
    assert sorted(told) == sorted(f"decision-{key}" for key in db.session.scalars(select(Decision.id)))
    assert db.session.scalar(select(func.count()).where(Record.deed == "claimed")) == len(shown)
    of = db.session.scalars(select(Consultation)).one()
    published = db.session.scalar(select(func.count()).where(Version.state == State.PUBLISHED))
    assert (of.held, of.contributions) == (0, published)
