"""What hosts do about mails: a test, another try, none any more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update

from crowd import clock, log, outbox
from crowd.db import change_if, changed, transaction
from crowd.hosting.mail_log import TO_SEND_AGAIN
from crowd.models import Mail, Person
from crowd.rules import Asker


def try_a_test(*, to: Asker) -> None:
    """Send a mail to the host who asks for it, now, and note what became of it. Opens its own transactions: none is
    open while the mail server talks, for up to some seconds an answer. If this process dies, a worker takes it on."""
    with transaction() as session:
        outbox.queue("test", to=session.get_one(Person, to.id))
        session.flush()
        last = select(Mail).where(Mail.kind == "test", Mail.person_id == to.id).order_by(Mail.id.desc()).limit(1)
        mail = session.scalars(last).one()
        mail.state, mail.tries = "sending", 1
    outbox.send_at_once(mail)


def send_again(mail: Mail, *, by: Asker) -> None:
    """Put a mail that went to nobody back into the outbox. Raises Overtaken if that is not so any more."""
    still = and_(Mail.state.in_(TO_SEND_AGAIN), Mail.body != "")
    change_if(mail, still, state="waiting", tries=0, due_at=clock.now(), error="", trouble="")
    log.record("mail sent again", by=by.id, mail=mail.id)


def send_many_again(which: ColumnElement[bool], *, by: Asker) -> int:
    """The same for all of these that failed and whose text was kept; how many."""
    whole = update(Mail).where(Mail.state == "failed", Mail.body != "", which)
    number = changed(whole.values(state="waiting", tries=0, due_at=clock.now(), error="", trouble=""))
    if number:
        log.record("mails sent again", by=by.id, number=number)
    return number


def drop(which: ColumnElement[bool], *, by: Asker) -> int:
    """Try these no more, though they failed; how many. They stay in the log, without what they held of keys."""
    failed = update(Mail).where(Mail.state == "failed", which)
    changed(failed.where(Mail.kind.in_(outbox.SECRET)).values(body="", address=""))
    number = changed(failed.values(state="dropped"))
    if number:
        log.record("mails dropped", by=by.id, number=number)
    return number


def drop_held(held: datetime) -> int:
    """Drop what had not gone out when this instance was restored; how many."""
    waited = update(Mail).where(Mail.state.in_(("waiting", "sending")), Mail.created_at < held)
    changed(waited.where(Mail.kind.in_(outbox.SECRET)).values(body="", address=""))
    return changed(waited.values(state="dropped"))


def let_go(*, dropped: int, by: Asker) -> None:
    """Note that mails go out again."""
    log.record("mails let go", by=by.id, dropped=dropped)


def these(numbers: Sequence[int]) -> ColumnElement[bool]:
    return Mail.id.in_(numbers)


def because_of(trouble: str) -> ColumnElement[bool]:
    return Mail.trouble == trouble


def read_kept(number: int, *, by: Asker) -> None:
    """A host reads a mail of somebody else's: the log says so."""
    log.record("kept mail read", by=by.id, mail=number)
