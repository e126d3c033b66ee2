"""What is new where somebody follows. Notices are read and never written: nothing that waits causes one (M5), and what
is taken away takes its notice along."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, bindparam, case, false, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from crowd.db import db
from crowd.models import Consultation, Contribution, Duty, Finding, Follow, Person, Question, Theme, Themed, Version
from crowd.notices import concluding
from crowd.notices.concluding import Happened, Part, Why, concluded, findings
from crowd.rules import Asker, visible
from crowd.statements import Statement
from crowd.states import State

__all__ = ["Happened", "Why", "concluded", "findings"]  # of findings, beside what stands here
PAGE = concluding.PAGE
MOST = 100  # new ones that are counted; more are "more than 99"
Own = aliased(Contribution)


_FOLLOWS = Statement(
    select(Follow.id).where(
        Follow.person_id == bindparam("person"), Follow.target == bindparam("target"), Follow.key == bindparam("key")
    )
)


def following(person: Asker, target: str, key: int | None) -> bool:
    """Whether the reader follows it; a visitor costs no query."""
    return bool(person.id and _FOLLOWS.first(person=person.id, target=target, key=key))


def followed_themes(person: Asker, consultation: Consultation) -> set[int]:
    """The ids of the themes of a consultation that the reader follows."""
    query = select(Follow.key).where(
        Follow.person_id == person.id, Follow.target == "theme", Follow.consultation_id == consultation.id
    )
    return set(db.session.scalars(query)) if person.id else set()


def consultations(person: Asker) -> Sequence[Consultation]:
    """Those from which a notice can come: where the person is a member, wrote something or follows something."""
    wrote = select(Contribution.consultation_id).where(Contribution.author_id == person.id)
    follows = select(Follow.consultation_id).where(Follow.person_id == person.id)
    return db.session.scalars(
        select(Consultation).where(
            or_(
                Consultation.id.in_(list(person.memberships)),
                Consultation.id.in_(wrote),
                Consultation.id.in_(follows),
            )
        )
    ).all()


def published(person: Asker, of: Sequence[Consultation]) -> ColumnElement[bool]:
    """What everybody of the person's standing finds published in these consultations; a feed's and a notice's WHERE."""
    readable = or_(false(), *(visible(person, "read", Contribution, consultation) for consultation in of))
    return and_(readable, Contribution.state == State.PUBLISHED, Contribution.public_since.is_not(None))


_GIVEN = case((Themed.given_at > Contribution.public_since, Themed.given_at), else_=Contribution.public_since)


def _reasons(person: Asker) -> dict[Why, tuple[Any, Any, Any]]:
    """For each reason: how a text leads to it, when it happened, and the theme's name."""
    since = and_(Follow.person_id == person.id, Contribution.public_since > Follow.created_at)
    none = literal("", String)
    texts = select().select_from(Contribution)

    def where(target: str, key: Any) -> Any:
        return texts.join(Follow, and_(Follow.target == target, Follow.key == key, since))

    own = select(Own.id).where(Own.author_id == person.id)
    themed = (
        texts.join(Themed, Themed.contribution_id == Contribution.id)
        .join(Theme, Theme.id == Themed.theme_id)
        .join(Follow, and_(Follow.target == "theme", Follow.key == Themed.theme_id, Follow.person_id == person.id))
        .where(Follow.created_at < _GIVEN)
        .group_by(Contribution.id, _GIVEN)  # two followed themes given at once are told once
    )
    at = Contribution.public_since
    return {
        Why.ANSWER: (texts.where(Contribution.parent_id.in_(own)), at, none),
        Why.THREAD: (where("contribution", Contribution.thread_id), at, none),
        Why.QUESTION: (where("question", Contribution.question_id).where(Contribution.parent_id.is_(None)), at, none),
        Why.FINDING: (where("finding", Contribution.finding_id), at, none),
        Why.THEME: (themed, _GIVEN, func.min(Theme.name)),
    }


def _of_texts(person: Asker, of: Sequence[Consultation]) -> list[Part]:
    wanted = and_(published(person, of), Contribution.author_id != person.id)
    return [
        Part(why, found.where(wanted), Contribution.id, at, theme)
        for why, (found, at, theme) in _reasons(person).items()
    ]


def _happened(
    person: Asker, of: Sequence[Consultation], most: int, *, before: tuple[datetime, int] | None, after: datetime | None
) -> Any:
    """For each reason its newest, so that what has to be sorted does not grow with all that was ever published."""
    parts = []
    for why, found, key, at, theme in [*_of_texts(person, of), *concluding.parts(person, of)]:
        part = found.add_columns(
            key.label("id"), at.label("at"), literal(why.value, String).label("why"), theme.label("theme")
        )
        if before is not None:
            part = part.where(or_(at < before[0], and_(at == before[0], key < before[1])))
        if after is not None:
            part = part.where(at > after)
        newest = part.order_by(at.desc(), key.desc()).limit(most).subquery()
        parts.append(select(newest.c.id, newest.c.at, newest.c.why, newest.c.theme))
    return union_all(*parts).subquery()


def notices(
    person: Asker, of: Sequence[Consultation], before: tuple[datetime, int] | None = None
) -> tuple[list[Happened], bool]:
    """One page, the newest first, and whether there are more. What has two reasons is told once, for the nearer."""
    found = _happened(person, of, PAGE + 1, before=before, after=None)
    happened = db.session.execute(
        select(found.c.id, found.c.at, func.min(found.c.why).label("why"), func.min(found.c.theme).label("theme"))
        .group_by(found.c.id, found.c.at)
        .order_by(found.c.at.desc(), found.c.id.desc())
        .limit(PAGE + 1)
    ).all()
    return [Happened(*row) for row in happened[:PAGE]], len(happened) > PAGE


def new(person: Asker) -> int:
    """How many are newer than what was marked as read; `MOST` stands for that many or more."""
    seen = account(person).notices_seen_at
    found = _happened(person, consultations(person), MOST, before=None, after=seen)
    once = select(found.c.id, found.c.at).distinct().limit(MOST).subquery()
    return db.session.scalar(select(func.count()).select_from(once)) or 0


def newest_event() -> datetime | None:
    """When anything last happened of which there can be a notice, whoever may read it."""
    times = (Contribution.public_since, Themed.given_at, Finding.edited_at, Finding.responded_at, Duty.moved_at)
    found = [db.session.scalar(select(func.max(at))) for at in times]
    return max(filter(None, found), default=None)


def account(person: Asker) -> Person:
    return db.session.get_one(Person, person.id)


_TEXT = (
    select(
        Contribution.id,
        Contribution.consultation_id,
        Contribution.kind,
        Contribution.place,
        Contribution.thread_id,
        Contribution.alias,
        Contribution.profession,
        Contribution.region,
        Contribution.facilitator,
        Contribution.promise,
        Contribution.submitted_at,
        Contribution.public_since,
        Question.number.label("question"),
        Finding.number.label("finding"),
        Version.html,
        Version.language,
        Version.card,
        Version.created_at.label("worded_at"),
    )
    .join(Version, Version.id == Contribution.version_id)
    .outerjoin(Question, Question.id == Contribution.question_id)
    .outerjoin(Finding, Finding.id == Contribution.finding_id)
)


def texts(ids: Sequence[int]) -> dict[int, Any]:
    """What notices and feeds say of these contributions, whose right to be read has been asked about."""
    return {row.id: row for row in db.session.execute(_TEXT.where(Contribution.id.in_(ids)))}


def newest(person: Asker, consultation: Consultation, *where: ColumnElement[bool]) -> Sequence[Any]:
    """The texts last published of those that the person may read here."""
    return db.session.execute(
        _TEXT.where(published(person, [consultation]), *where)
        .order_by(Contribution.public_since.desc(), Contribution.id.desc())
        .limit(PAGE)
    ).all()


def answers(person: Asker, question: Question) -> Sequence[Any]:
    of = (Contribution.question_id == question.id, Contribution.parent_id.is_(None))
    return newest(person, question.consultation, *of)


def in_thread(person: Asker, contribution: Contribution) -> Sequence[Any]:
    return newest(person, contribution.consultation, Contribution.thread_id == contribution.thread_id)


def comments(person: Asker, finding: Finding) -> Sequence[Any]:
    return newest(person, finding.consultation, Contribution.finding_id == finding.id)


def given(person: Asker, theme: Theme) -> Sequence[Any]:
    with_it = select(Themed.contribution_id).where(Themed.theme_id == theme.id)
    return newest(person, theme.consultation, Contribution.id.in_(with_it))


def theme(key: int) -> Theme | None:
    return db.session.get(Theme, key)


def theme_numbered(consultation: Consultation, number: int) -> Theme | None:
    return db.session.scalar(select(Theme).where(Theme.consultation_id == consultation.id, Theme.number == number))
