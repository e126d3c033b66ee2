"""Everything that changes requests to experts. A link is over once something has become of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from crowd import clock, log, outbox
from crowd.accounts import aliases, memberships
from crowd.accounts.queries import hashed, person_at, registered_at
from crowd.db import change_if, db
from crowd.experts import asking, queries
from crowd.experts.asking import OPEN
from crowd.experts.people import Named
from crowd.i18n import _, later
from crowd.models import Consultation, Contribution, ExpertRequest, Membership, Question
from crowd.rules import Asker
from crowd.states import Standing
from crowd.threads import deeds as threads
from crowd.threads.queries import newest_version


class CannotAsk(Exception):
    """Its text is the sentence that says why."""


def invite(question: Question, who: Named, *, by: int, note: str, minutes: int, host: str) -> ExpertRequest:
    """Ask somebody a question and mail them its link. Raises CannotAsk."""
    made = _ask(question, who, sent_by=by, note=note, minutes=minutes, host=host)
    log.record("expert invited", by=by, consultation=question.consultation, expert=made.id)
    return made


def _ask(question: Question, who: Named, *, host: str, passed_from: int | None = None, **more: Any) -> ExpertRequest:
    refuse(question, who)
    now = clock.now()
    made = ExpertRequest(
        consultation_id=question.consultation_id,
        question_id=question.id,
        name=who.name,
        email=who.email,
        secret=hashed(asking.secret_of(question.id, who.email, now.isoformat())),
        passed_from_id=passed_from,
        created_at=now,
        state="sent",
    )
    made.note, made.minutes, made.sent_by_id = more["note"], more["minutes"], more["sent_by"]
    db.session.add(made)
    db.session.flush()
    mail(made, question, host=host, once=f"expert-{made.id}")
    return made


def refuse(question: Question, who: Named) -> None:
    """Raise CannotAsk for somebody who has been asked this already, and for those who guide the discussion."""
    if there := queries.standing_request(question.id, who.email):
        raise CannotAsk(
            {
                "declined": _("%(name)s has said already that this question is not theirs.", name=there.name),
                "passed on": _("%(name)s has been asked already and has passed this question on.", name=there.name),
            }.get(there.state)
            or _("%(name)s has been asked this question already.", name=there.name)
        )
    account = person_at(who.email)
    if account is not None and asking.is_staff(account.roles):
        raise CannotAsk(_("%(name)s takes part here as a facilitator, so cannot be asked as an expert.", name=who.name))


def mail(asked: ExpertRequest, question: Question, *, host: str, once: str, again: bool = False) -> bool:
    """Queue the mail with the link; False if this one exists already."""
    secret = asking.secret_of(question.id, asked.email, asked.created_at.isoformat())
    asked.secret = hashed(secret)  # the same as before, unless the instance's secret has changed
    return outbox.queue(
        "expert",
        address=asked.email,
        once=once,
        asked=asked,
        question=question,
        secret=secret,
        host=host,
        until=later(asking.until, question.consultation),
        passed_by=queries.passed_by(asked),
        again=again,
    )


def reminded(requests: Sequence[ExpertRequest]) -> set[int]:
    """Which of these have had their reminder."""
    keys = {f"expert-again-{asked.id}": asked.id for asked in requests}
    return {keys[key] for key in outbox.queued_before(list(keys))}


def remind(asked: ExpertRequest, *, by: int, host: str) -> None:
    """Mail the same link once more, once. Raises CannotAsk."""
    if asked.state not in OPEN or not mail(
        asked, asked.question, host=host, once=f"expert-again-{asked.id}", again=True
    ):
        raise CannotAsk(_("%(name)s has had a reminder already, or has answered.", name=asked.name))
    log.record("expert reminded", by=by, consultation=asked.consultation, expert=asked.id)


def take_back(asked: ExpertRequest, *, by: int) -> None:
    """End a request that nothing has become of; who has joined by it stays a member. Raises Overtaken."""
    _settle(asked, "taken back")
    log.record("expert taken back", by=by, consultation=asked.consultation, expert=asked.id)


def _settle(asked: ExpertRequest, state: str, of: tuple[str, ...] = OPEN, **more: Any) -> None:
    """Move a request on; raises Overtaken for the second of two browsers."""
    more.setdefault("ended_at", clock.now())
    change_if(asked, ExpertRequest.state.in_(of), state=state, **more)


def accept(asked: ExpertRequest, *, by: Asker) -> None:
    """Let whoever was asked in as a member under the listed name; who is a member stays what they are.

    Raises CannotJoin, and Overtaken for the second of two browsers."""
    consultation = asked.consultation
    if why := asking.objection(by, consultation):
        raise memberships.CannotJoin(why)
    _settle(asked, "accepted", of=("sent",), person_id=by.id, ended_at=None)
    there = by.memberships.get(consultation.id)
    if there is None or there.standing != Standing.MEMBER:
        _join(asked, consultation, by=by)
    log.record("expert accepted", by=by.id, consultation=consultation, expert=asked.id)


def _join(asked: ExpertRequest, consultation: Consultation, *, by: Asker) -> None:
    """Their entry on the register, if it is free, is used up: one person has one vote."""
    entry = registered_at(by.email)
    keys = [key for key in (entry.number_key, entry.email_key) if key] if entry else []
    memberships.join(
        consultation,
        by=by,
        standing=Standing.MEMBER,
        how="expert",
        eligibility=keys[0] if keys and not memberships.taken(consultation, set(keys)) else None,
        alias=aliases.named(consultation, asked.name),
    )
    own = update(Membership).where(Membership.person_id == by.id, Membership.consultation_id == consultation.id)
    db.session.execute(own.values(expert=True).execution_options(synchronize_session=False))


def answer(asked: ExpertRequest, under: Question, *, by: Asker, **more: Any) -> int:
    """Take an expert's answer, marked so, with all that `threads.submit` takes; it is held and decided like any other
    (M1). Sent twice, it is one. Raises Overtaken if the request has ended meanwhile."""
    shown = threads.shown_by_name(asking.name_of(asked, by)) | {"expert": True}
    sent = threads.submit(under, by=by, shown=shown, **more)
    if asked.contribution_id != sent:
        _settle(asked, "answered", of=("accepted",), contribution_id=sent)
        log.record("expert answered", by=by.id, consultation=under.consultation, expert=asked.id, contribution=sent)
    return sent


def pass_on(asked: ExpertRequest, who: Named, *, by: int | None, note: str, host: str) -> ExpertRequest:
    """Ask somebody else in one's place; the link is over then. Raises CannotAsk, Overtaken."""
    if hops(asked) >= asking.HOPS:
        raise CannotAsk(_("This question has been passed on %(n)s times already.", n=asking.HOPS))
    if who.email == asked.email:
        raise CannotAsk(_("This is your own address. Enter the address of somebody else, or answer the question."))
    _settle(asked, "passed on")
    more = {"sent_by": asked.sent_by_id, "note": note, "minutes": asked.minutes}
    made = _ask(asked.question, who, host=host, passed_from=asked.id, **more)
    log.record("expert passed on", by=by, consultation=asked.consultation, expert=asked.id, to=made.id)
    return made


def hops(asked: ExpertRequest) -> int:
    """How often this question has been passed on before it came to them."""
    count, at = 0, queries.passed_by(asked)
    while at is not None and count < asking.HOPS:
        count, at = count + 1, queries.passed_by(at)
    return count


def decline(asked: ExpertRequest, *, by: int | None, reason: str) -> None:
    """Say that the question is not one's own; the host reads why. Raises Overtaken."""
    _settle(asked, "declined", reason=reason)
    log.record("expert declined", by=by, consultation=asked.consultation, expert=asked.id, reason=bool(reason))


def edit(contribution: Contribution, *, by: Asker, writing: threads.Writing, **more: Any) -> None:
    """Hand in a new wording of an answer, with all that `threads.edit` takes. That other interests are declared than
    before is a line of its own: readers have judged the answer by them."""
    before = newest_version(contribution).card.get("interests")
    threads.edit(contribution, by=by, writing=writing, **more)
    if before != writing.card.get("interests"):
        here = contribution.consultation
        log.record("expert interests changed", by=by.id, consultation=here, contribution=contribution.id)
