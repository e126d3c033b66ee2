"""What the clock does about answers: it makes them due where enough people agree, and reminds the hosts (P17)."""

from collections.abc import Sequence
from datetime import timedelta

from crowd import clock, i18n, outbox, schedule
from crowd.answering import deeds, queries
from crowd.answering.steps import words
from crowd.care import duty as care
from crowd.chores import chore
from crowd.db import transaction
from crowd.models import Duty, Finding, Person, Support

SOON = timedelta(days=7)  # before the date
LATE = timedelta(days=2)  # a worker that was away for longer tells nobody of the past


@chore
def oblige() -> None:
    """Make an answer due where enough people agree, and tell the hosts once."""
    for finding, support in queries.supported():
        if schedule.current(finding.consultation) not in deeds.ANSWERING:
            continue
        with transaction() as session:
            now = session.get_one(Finding, finding.id, with_for_update=True)
            owed = deeds.oblige(now, session.get_one(Support, support.consultation_id))
            for host in _told(owed) if owed else ():
                outbox.queue("obliged", to=host, once=f"obliged-{now.id}-{host.id}", finding=now, duty=owed)


@chore
def remind() -> None:
    """Tell whoever answers a week before an answer is due and when it is; once each, for each date that was set."""
    for duty in queries.due(SOON, LATE):
        if schedule.current(duty.finding.consultation) not in deeds.ANSWERING or duty.due_at is None:
            continue
        over = clock.now() >= duty.due_at
        what = f"answer-{'due' if over else 'soon'}-{duty.finding_id}-{duty.due_at:%Y%m%d}"
        to = _told(duty)
        if len(outbox.queued_before([f"{what}-{host.id}" for host in to])) == len(to):
            continue
        with transaction() as session:
            now = session.get_one(Duty, duty.finding_id)
            step = i18n.later(words, now.step)
            for host in to:
                once = f"{what}-{host.id}"
                outbox.queue("answer_due", to=host, once=once, finding=now.finding, duty=now, over=over, step=step)


def _told(duty: Duty) -> Sequence[Person]:
    """The host who is to be reminded, while they are one; else all hosts."""
    hosts = care.hosts()
    chosen = [host for host in hosts if host.id == duty.remind_id]
    return chosen or hosts
