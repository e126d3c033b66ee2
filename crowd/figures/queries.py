"""What figures are made of. Reads the kept tallies where there are any; what counts people or days reads rows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, case, cast, exists, extract, func, or_, select
from sqlalchemy import Integer as Whole
from sqlalchemy.orm import joinedload

from crowd.db import db
from crowd.models import (
    Baseline,
    Consultation,
    Contribution,
    Finding,
    Membership,
    ProfessionVotes,
    PublishedFigures,
    Version,
    VoteEvent,
    VoteNow,
)
from crowd.states import Kind, Place, Standing, State
from crowd.threads import orders

SHOWN = 25  # ideas in a ranking; for everybody 10
QUARTER = 900  # seconds: no zone is off by anything else
COLUMNS = {"profession": Membership.profession, "region": Membership.region, "group": Membership.group}
STANDINGS = {"members": Standing.MEMBER, "stakeholders": Standing.STAKEHOLDER}


class Joined(NamedTuple):
    """Of the people of one row: how many have joined, and how many of them wrote something public or voted."""

    joined: int
    took_part: int


class Day(NamedTuple):
    """What came on a day: contributions, comments and votes; on findings comments, votes of members and of
    stakeholders."""

    day: date
    counts: tuple[int, ...]


def baselines(consultation: Consultation) -> dict[str, Baseline]:
    """By attribute."""
    found = db.session.scalars(select(Baseline).where(Baseline.consultation_id == consultation.id))
    return {one.attribute: one for one in found}


def published(consultation: Consultation) -> dict[str, PublishedFigures]:
    """By audience, with their runs."""
    found = select(PublishedFigures).where(PublishedFigures.consultation_id == consultation.id)
    return {one.audience: one for one in db.session.scalars(found.options(joinedload(PublishedFigures.run)))}


def people(consultation: Consultation, audience: str) -> dict[str, dict[str, Joined]]:
    """By attribute, and by profession, region or group; the empty name is of people who did not say. Costs a look for
    each person: 0.2 seconds for 6,000 of them with 225,000 votes."""
    active = case((or_(_wrote(consultation, audience), _voted(consultation, audience)), 1), else_=0)
    columns = list(COLUMNS.values())
    found = db.session.execute(
        select(*columns, func.count(), func.sum(active))
        .where(Membership.consultation_id == consultation.id, Membership.standing == STANDINGS[audience])
        .group_by(*columns)
    ).all()
    sums: dict[str, dict[str, Joined]] = {attribute: {} for attribute in COLUMNS}
    for *names, joined, took_part in found:
        for attribute, name in zip(COLUMNS, names, strict=True):
            before = sums[attribute].get(name, Joined(0, 0))
            sums[attribute][name] = Joined(before.joined + joined, before.took_part + int(took_part or 0))
    return sums


def _wrote(consultation: Consultation, audience: str) -> ColumnElement[bool]:
    return exists().where(
        Contribution.author_id == Membership.person_id,
        Contribution.consultation_id == consultation.id,
        Contribution.place == (Place.DISCUSSION if audience == "members" else Place.FINDING),
        Contribution.state == State.PUBLISHED,
    )


def _voted(consultation: Consultation, audience: str) -> ColumnElement[bool]:
    """Members in their discussion, stakeholders on findings (P14)."""
    key, thing = (VoteNow.contribution_id, Contribution) if audience == "members" else (VoteNow.finding_id, Finding)
    its = select(thing.id).where(thing.consultation_id == consultation.id)
    return exists().where(VoteNow.person_id == Membership.person_id, key.in_(its))


def days(consultation: Consultation) -> list[Day]:
    """The texts and votes of the members' discussion by the day they were sent, in the consultation's zone (P2, P9).
    Reads every vote that was ever given: three seconds for 700,000."""
    is_comment, public = Contribution.kind == Kind.COMMENT, _public(consultation)
    return _by_day(
        consultation,
        _texts(public, ~is_comment),
        _texts(public, is_comment),
        _votes(given(consultation, Contribution)),
    )


def finding_days(consultation: Consultation) -> list[Day]:
    """The comments and votes on findings likewise; of members and of stakeholders apart (P14)."""
    return _by_day(
        consultation,
        _texts(_public(consultation, Place.FINDING)),
        *(_votes(given(consultation, Finding, standing)) for standing in STANDINGS.values()),
    )


def _by_day(consultation: Consultation, *counted: Sequence[Any]) -> list[Day]:
    found: dict[date, list[int]] = {}
    zone = ZoneInfo(consultation.timezone)
    for column, rows in enumerate(counted):
        for quarter, n in rows:
            day = datetime.fromtimestamp(int(quarter) * QUARTER, UTC).astimezone(zone).date()
            found.setdefault(day, [0] * len(counted))[column] += n
    return [Day(day, tuple(found[day])) for day in sorted(found)]


def _quarter(moment: Any) -> ColumnElement[Any]:
    return func.floor(cast(func.floor(extract("epoch", moment)), Whole) / QUARTER)


def _texts(*where: ColumnElement[bool]) -> Sequence[Any]:
    quarter = _quarter(Contribution.submitted_at)
    return db.session.execute(select(quarter, func.count()).where(*where).group_by(quarter)).all()


def _votes(given: Select[Any]) -> Sequence[Any]:
    quarter = _quarter(given.subquery().c.at)
    return db.session.execute(select(quarter, func.count()).group_by(quarter)).all()


def given(consultation: Consultation, on: type[Contribution | Finding], standing: str = "") -> Select[Any]:
    """When each current vote was first given. Who changes one, or takes it back and gives it again, counts once, and on
    the same day: else one person could lift a day that is kept back over the line, and days added up to more than the
    votes there are."""
    now, then = (getattr(of, "finding_id" if on is Finding else "contribution_id") for of in (VoteNow, VoteEvent))
    found = (
        select(func.min(VoteEvent.at).label("at"))
        .join(VoteNow, and_(VoteNow.person_id == VoteEvent.person_id, now == then))
        .join(on, on.id == now)
        .where(on.consultation_id == consultation.id, VoteEvent.value.is_not(None))
        .group_by(VoteNow.id)
    )
    return found.where(VoteNow.standing == standing) if standing else found


def _public(consultation: Consultation, place: Place = Place.DISCUSSION) -> ColumnElement[bool]:
    return and_(
        Contribution.consultation_id == consultation.id,
        Contribution.place == place,
        Contribution.state == State.PUBLISHED,
        Contribution.facilitator.is_(False),
    )


def texts_by_person(consultation: Consultation) -> list[int]:
    """How many public texts each of those has written who wrote any: numbers alone."""
    found = select(func.count()).where(_public(consultation)).group_by(Contribution.author_id)
    return list(db.session.scalars(found))


def votes_by_person(consultation: Consultation) -> list[int]:
    """How many votes each of those has given who gave any: numbers alone. Reads every vote."""
    its = select(Contribution.id).where(Contribution.consultation_id == consultation.id)
    found = select(func.count()).where(VoteNow.contribution_id.in_(its)).group_by(VoteNow.person_id)
    return list(db.session.scalars(found))


_IDEA = (
    *(Contribution.id, Contribution.serial, Contribution.agree, Contribution.disagree, Contribution.passed),
    Version.html,
)


def _ideas(consultation: Consultation, *where: ColumnElement[bool]) -> Any:
    return (
        select(*_IDEA)
        .join(Version, Version.id == Contribution.version_id)
        .where(_public(consultation), Contribution.kind != Kind.COMMENT, Contribution.parent_id.is_(None), *where)
    )


def ranked(
    consultation: Consultation, order: str, readable: ColumnElement[bool], least: int = 1, most: int = SHOWN
) -> Sequence[Any]:
    """The first ideas of an order of orders.py, of those that this reader may read and at least so many have seen."""
    seen = Contribution.agree + Contribution.disagree + Contribution.passed
    keys = [key.desc() for key in orders.keys(order, Contribution)]
    found = _ideas(consultation, readable, Contribution.agree + Contribution.disagree > 0, seen >= least)
    return db.session.execute(found.order_by(*keys).limit(most)).all()


def numbered(consultation: Consultation, serials: Sequence[int], readable: ColumnElement[bool]) -> dict[int, Any]:
    """These ideas by their numbers, as far as this reader may read them."""
    found = db.session.execute(_ideas(consultation, readable, Contribution.serial.in_(serials))).all()
    return {row.serial: row for row in found}


def profession_votes(consultation: Consultation) -> Sequence[Any]:
    """The votes of each profession on each idea, as rows that stand together by idea."""
    return db.session.execute(
        select(
            *(Contribution.id, Contribution.serial, ProfessionVotes.profession),
            *(ProfessionVotes.agree, ProfessionVotes.disagree, ProfessionVotes.passed),
            *(Contribution.agree.label("all_agree"), Contribution.disagree.label("all_disagree")),
            Contribution.passed.label("all_passed"),
        )
        .join(ProfessionVotes, ProfessionVotes.contribution_id == Contribution.id)
        .where(_public(consultation), Contribution.kind != Kind.COMMENT, Contribution.parent_id.is_(None))
        .order_by(Contribution.id)
    ).all()
