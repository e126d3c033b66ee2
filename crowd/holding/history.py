"""What the rules ask of a person's past here: one statement, which looks at the newest texts alone, however many."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select

from crowd import clock
from crowd.holding.rules import Past
from crowd.models import Consultation, Contribution, Sanction, Version
from crowd.statements import Statement
from crowd.states import State

RECENT = 20  # texts
MINUTES = timedelta(minutes=10)

_recent = (
    select(
        Contribution.id,
        Contribution.state,
        Contribution.submitted_at,
        Contribution.public_since,
        func.coalesce(Contribution.question_id, 0).label("question"),
        func.coalesce(Contribution.finding_id, 0).label("finding"),
        func.coalesce(Contribution.parent_id, 0).label("parent"),
        exists()
        .where(Version.contribution_id == Contribution.id, Version.source == bindparam("source"))
        .correlate(Contribution)
        .label("same"),
    )
    .where(
        Contribution.author_id == bindparam("person"),
        Contribution.consultation_id == bindparam("consultation"),
        Contribution.id != bindparam("but"),
    )
    .order_by(Contribution.id.desc())
    .limit(RECENT)
    .subquery()
)
_same = and_(_recent.c.same, _recent.c.state.not_in([bindparam("withdrawn"), bindparam("removed")]))
_here = and_(
    _recent.c.question == bindparam("question"),
    _recent.c.finding == bindparam("finding"),
    _recent.c.parent == bindparam("parent"),
    _recent.c.state != bindparam("rejected"),
)
_bad = or_(_recent.c.state == bindparam("rejected"), _recent.c.state == bindparam("removed"))
_held_always = exists().where(
    Sanction.person_id == bindparam("person"),
    Sanction.kind == "hold",
    or_(Sanction.consultation_id.is_(None), Sanction.consultation_id == bindparam("consultation")),
    Sanction.ended_at.is_(None),
    or_(Sanction.until.is_(None), Sanction.until > bindparam("now")),
)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


_PAST = Statement(
    select(
        _number(_recent.c.submitted_at > bindparam("lately")).label("sent"),
        _number(and_(_same, _here)).label("same_here"),
        _number(_same).label("same"),
        _number(and_(_recent.c.public_since.is_not(None), ~_bad)).label("approved"),
        _number(or_(_recent.c.public_since.is_not(None), _bad)).label("decided"),
        _number(_bad).label("rejected"),
        select(_held_always).scalar_subquery().label("always"),
    )
)


def past(
    person: int,
    consultation: Consultation,
    source: str,
    *,
    question: int | None,
    finding: int | None,
    parent: int | None,
    but: int = 0,
) -> Past:
    """The person's past beside the text `but`, as seen from one place."""
    now = clock.now()
    return Past(
        *_PAST.first(
            person=person,
            consultation=consultation.id,
            source=source,
            question=question or 0,
            finding=finding or 0,
            parent=parent or 0,
            but=but,
            now=now,
            lately=now - MINUTES,
            rejected=State.REJECTED,
            removed=State.REMOVED,
            withdrawn=State.WITHDRAWN,
        )
    )
