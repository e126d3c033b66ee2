"""Several moderators at once, in real threads: each text is decided once, each author told once (M10)."""

import contextvars
import threading
from collections import Counter

from sqlalchemy import func, select

from crowd.db import Overtaken, db, transaction
from crowd.models import Consultation, Decision, Mail, Version
from crowd.moderation import deeds
from crowd.states import State
from tests import make

TEXTS, MODERATORS = 100, 4


def test_four_moderators_decide_a_hundred_texts_once_each(app, consultation):
    author = make.member(consultation)
    for _n in range(TEXTS):
        make.contribution(consultation.questions[0], by=author, state=State.HELD)
    keys = list(db.session.scalars(select(Version.id).order_by(Version.id)))
    staff = [make.as_asker(make.person(roles="M").id) for _n in range(MODERATORS)]
    reason = make.reason().id
    before = db.session.scalar(select(Consultation.held))
    lost: Counter[int] = Counter()
    start = threading.Barrier(MODERATORS)

    def work(who):
        start.wait()
        for key in keys:
            with app.app_context():
                _decide(key, who, reason, lost)
                db.session.remove()

    threads = [threading.Thread(target=contextvars.Context().run, args=(work, who)) for who in staff]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert before == TEXTS
    assert sum(lost.values()) == TEXTS * (MODERATORS - 1)
    decided = db.session.execute(select(Decision.version_id, func.count()).group_by(Decision.version_id)).all()
    assert len(decided) == TEXTS
    assert {number for _version, number in decided} == {1}
    assert db.session.scalar(select(func.count()).select_from(Mail)) == TEXTS
    after = db.session.get(Consultation, consultation.id, populate_existing=True)
    published = db.session.scalar(select(func.count()).where(Version.state == State.PUBLISHED))
    assert (after.held, after.contributions) == (0, published)


def _decide(key, who, reason, lost):
    """Approve or reject, each moderator another way, whatever the others do."""
    version = db.session.get(Version, key)
    try:
        with transaction():
            if (key + who.id) % 2:
                deeds.approve(version, by=who)
            else:
                deeds.reject(version, by=who, reason=db.session.get(deeds.Reason, reason))
    except Overtaken:
        lost[who.id] += 1
