"""Mails about what one follows: each at once, or one a day; never an empty one, and none of what one has read on the
page. They are told from what notices are read from, so they obey the same rules (P13, M5)."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from crowd import clock, i18n, outbox, readers, schedule, unsubscribing
from crowd.accounts.queries import asker_for
from crowd.chores import chore
from crowd.db import db, transaction
from crowd.models import Consultation, Person
from crowd.models.people import reachable
from crowd.notices import queries, saying
from crowd.notices.saying import Notice
from crowd.states import Phase

AT = time(7, 30)
SETTLE = timedelta(minutes=1)  # what was published is told after that: by then a decision cannot be undone any more
MOST_ALONE = 5  # more that are new in one round come in one mail
CHUNK = 500


@chore
def tell() -> None:
    """Everybody who wants mails and whose time has come."""
    until = clock.now() - SETTLE
    _tell(_waiting("each", until), {}, until)
    dues = {zone: last_morning(zone, until) for zone in set(db.session.scalars(select(Consultation.timezone)))}
    if dues:
        _tell(_waiting("daily", max(dues.values())), dues, until)


def last_morning(zone: str, now: datetime) -> datetime:
    """The last half past seven there."""
    local = now.astimezone(ZoneInfo(zone))
    today = datetime.combine(local.date(), AT, ZoneInfo(zone))
    return today if today <= local else datetime.combine(local.date() - timedelta(days=1), AT, ZoneInfo(zone))


def _waiting(how: str, before: datetime) -> Sequence[Person]:
    wanted = Person.follow_mails == how, Person.follow_mails_until < before, reachable()
    return db.session.scalars(select(Person).where(*wanted).order_by(Person.id)).all()


def _tell(people: Sequence[Person], dues: dict[str, datetime], until: datetime) -> None:
    """Each in a transaction of their own, with the time up to which they have been told: a worker that dies tells
    nobody twice. Those for whom there is nothing are noted together. With no `dues` each notice is a mail."""
    newest = queries.newest_event()
    nothing: dict[datetime, list[int]] = {}
    for person in people:
        since = max(filter(None, (person.follow_mails_until, person.notices_seen_at)))
        if newest is None or (newest <= since and not dues):
            nothing.setdefault(until, []).append(person.id)
            continue
        asker = asker_for(person.id)
        of = [c for c in queries.consultations(asker) if schedule.current(c) != Phase.ANALYSIS]  # P17: after the bell
        zone = max(of, key=lambda c: c.id).timezone if of else ""
        upto = dues.get(zone, until) if dues else until
        if upto <= (person.follow_mails_until or upto):
            continue  # it is not yet morning where they are
        with i18n.speaking(readers.language_of(person)):
            found, more = saying.page(asker, (upto, 2**31 - 1), of)
        new = [notice for notice in found if notice.at > since]
        if new:
            _write(person.id, new, upto, daily=bool(dues), more=more and len(new) == len(found))
        else:
            nothing.setdefault(upto, []).append(person.id)
    for upto, told in nothing.items():
        _note(told, upto)


def _write(key: int, new: Sequence[Notice], upto: datetime, *, daily: bool, more: bool) -> None:
    with transaction() as session:
        person = session.get_one(Person, key)
        person.follow_mails_until = upto
        leave = unsubscribing.key_for("follow", key)
        if daily or len(new) > MOST_ALONE:
            once = f"digest-{key}-{upto.isoformat()}"
            outbox.queue("digest", to=person, once=once, new=new, more=more, daily=daily, leave=leave)
            return
        for notice in reversed(new):
            once = f"followed-{key}-{notice.id}-{notice.why[0]}-{notice.at.timestamp():.6f}"
            outbox.queue("followed", to=person, once=once, thread=_thread(notice), notice=notice, leave=leave)


def _thread(notice: Notice) -> str:
    if notice.id < 0:
        return f"finding-{-notice.id}"
    return f"thread-{notice.row.thread_id or notice.id}"


def _note(people: Sequence[int], upto: datetime) -> None:
    for start in range(0, len(people), CHUNK):
        with transaction() as session:
            told = update(Person).where(Person.id.in_(people[start : start + CHUNK]), Person.follow_mails_until < upto)
            session.execute(told.values(follow_mails_until=upto).execution_options(synchronize_session=False))
