"""Plain functions that put things into the database, so that a test says only what matters to it."""

import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import g
from sqlalchemy import select, update

from crowd import clock, log
from crowd.care import deeds as care
from crowd.db import db, transaction
from crowd.evidence import deeds as evidence
from crowd.evidence import storing
from crowd.evidence.sorts import PDF
from crowd.models import (
    Attachment,
    Case,
    Consultation,
    Contribution,
    Decision,
    Finding,
    Invitation,
    Membership,
    Person,
    Question,
    Reason,
    Version,
)
from crowd.moderation import cases
from crowd.moderation import deeds as moderation
from crowd.rules import Asker
from crowd.schedule import GATES
from crowd.search import deeds as index
from crowd.states import PHASES, Kind, Phase, Promise, Standing, State
from crowd.threads import deeds as threads
from crowd.threads import drafts

_count = itertools.count(1)
DAY = timedelta(days=1)


def consultation(slug: str = "ahp", *, phase: Phase = Phase.MEMBERS, **more: Any) -> Consultation:
    """A consultation that is in this phase since yesterday; every phase lasts ten days."""
    begun = clock.now() - DAY
    now = PHASES.index(phase)
    starts = {p: begun + (n - now) * 10 * DAY for n, p in enumerate(PHASES) if p != Phase.DRAFT}
    made = Consultation(
        slug=slug,
        code=f"{slug.upper()}-2016",
        title=f"Consultation {slug}",
        **{
            "created_at": begun - 70 * DAY,
            **starts,
            **dict.fromkeys(GATES.values(), begun - 70 * DAY),
            "reached": phase.value,
            **more,
        },
        professions=["Dietitian", "Paramedic", "Podiatrist"],
        regions=["North West", "London"],
        groups=["Patient or service user", "Carer", "Commissioner"],
    )
    with transaction() as session:
        session.add(made)
        session.flush()
        session.add_all(
            [
                Question(
                    consultation_id=made.id,
                    number=n,
                    title=title,
                    kinds=kinds,
                    guidance_html="<p>Say why and how.</p>",
                )
                for n, title, kinds in (
                    (1, "How will England be different?", ["idea", "experience"]),
                    (2, "What should stop, start or change?", ["idea", "experience"]),
                    (3, "Which success stories can you share?", ["example"]),
                )
            ]
        )
    return made


def found(slug: str) -> Consultation:
    return db.session.scalars(select(Consultation).where(Consultation.slug == slug)).one()


def moved(consultation: Consultation, phase: Phase, start: datetime) -> None:
    """Let a phase begin at this time, whatever the rules say of moving it."""
    with transaction() as session:
        setattr(session.merge(consultation), phase, start)
        log.touch(consultation.id)


def ready(of: Consultation) -> None:
    """Let nothing red stand before any phase of it, by what really makes it so: mended last, because what happens
    afterwards may turn it red again."""
    staff = [person(roles="M").id for _n in range(2)]
    if not db.session.query(Finding).filter_by(consultation_id=of.id, state=State.PUBLISHED).count():
        finding(of)
    g.pop("asked", None)
    with transaction() as session:
        its, now = session.get_one(Consultation, of.id), clock.now()
        its.retention, its.reasons_at, its.promises_at, its.handed_to_id = 24, now, now, staff[0]
        invited = Invitation(consultation_id=of.id, secret=f"ready-{staff[0]}", standing=Standing.MEMBER)
        invited.created_at, invited.expires_at = now, now + 400 * DAY
        session.add(invited)
        log.record("reasons confirmed", by=None, consultation=its)
        log.record("test mail sent", by=None)
        log.record("promise report read", by=None, consultation=its, counts={})


def anew(thing: Any) -> Any:
    """The thing as the database has it now, after others changed it."""
    db.session.rollback()
    db.session.expire_all()
    return thing


def person(email: str = "", *, roles: str = "", name: str = "", **more: Any) -> Person:
    n = next(_count)
    made = Person(
        email=email or f"person{n}@example.org",
        name=name or (f"Staff {n}" if roles else ""),
        roles=roles,
        confirmed_at=clock.now(),
        created_at=clock.now(),
        **more,
    )
    with transaction() as session:
        session.add(made)
    return made


def member(
    of: Consultation,
    email: str = "",
    *,
    profession: str = "Dietitian",
    region: str = "North West",
    standing: Standing = Standing.MEMBER,
    group: str = "",
) -> Asker:
    """Somebody with a standing in the consultation, as the asker that deeds take."""
    who = person(email)
    n = next(_count)
    alias = f"{profession} {n}, {region}" if standing == Standing.MEMBER else f"{group or 'Carer'} {n}"
    with transaction() as session:
        session.add(
            Membership(
                person_id=who.id,
                consultation_id=of.id,
                standing=standing,
                alias=alias,
                joined_at=clock.now(),
                profession=profession if standing == Standing.MEMBER else "",
                group=group,
                region=region if standing == Standing.MEMBER else "",
            )
        )
    return as_asker(who.id)


def as_asker(person_id: int) -> Asker:
    who = db.session.get(Person, person_id)
    assert who is not None
    rows = db.session.scalars(select(Membership).where(Membership.person_id == person_id)).all()
    return Asker(
        id=who.id,
        email=who.email,
        name=who.name,
        roles=frozenset(who.roles),
        memberships={m.consultation_id: m for m in rows},
    )


def contribution(
    under: Question | Contribution | Finding,
    *,
    by: Asker,
    text: str = "",
    state: State = State.PUBLISHED,
    kind: Kind | None = None,
    promise: Promise = Promise.ALIAS,
    moderator: Asker | None = None,
    at: datetime | None = None,
    writing: threads.Writing | None = None,
) -> Contribution:
    """A text in a state, brought there by the deeds that bring real ones there."""
    writing = writing or threads.prepare(text or f"Something worth saying, number {next(_count)}.")
    kind = kind or (Kind.IDEA if isinstance(under, Question) else Kind.COMMENT)
    g.pop("asked", None)
    with transaction() as session, _read_first(session.get_one(Consultation, under.consultation_id)):
        made = session.get_one(
            Contribution,
            threads.submit(
                session.merge(under),
                by=by,
                writing=writing,
                once=f"once-{next(_count)}",
                kind=kind,
                promise=promise,
            ),
        )
        version = session.scalars(select(Version).where(Version.contribution_id == made.id)).one()
        decider = moderator or Asker(id=by.id, roles=frozenset("M"))
        if state == State.PUBLISHED:
            moderation.approve(version, by=decider)
        elif state == State.RETURNED:
            moderation.send_back(version, by=decider, reason=reason())
        elif state == State.REJECTED:
            moderation.reject(version, by=decider, reason=reason())
        elif state == State.WITHDRAWN:
            moderation.approve(version, by=decider)
            threads.withdraw(made, by=by)
        if at:
            made.submitted_at = version.first_at = at
            session.execute(update(Case).where(Case.contribution_id == made.id).values(since=at))
    return made


def second_reading(of: Contribution, *, at: datetime | None = None) -> int:
    """The number of the case in which a decided text waits for its second reading (M29)."""
    with transaction() as session:
        decision = session.scalars(
            select(Decision).join(Version).where(Version.contribution_id == of.id).order_by(Decision.id.desc())
        ).first()
        assert decision is not None
        return cases.begin(
            cases.About.READING,
            session.merge(of).consultation,
            contribution=of.id,
            version=decision.version_id,
            urgency=cases.Urgency.READING,
            since=at or decision.at,
            not_by=decision.moderator_id,
            decision=decision.id,
        )


def wish(about: Contribution, *, by: Asker | None = None, untold: str = "") -> int:
    """The number of a wish to know who is behind a text (M25)."""
    asker = by or as_asker(person(roles="M").id)
    with transaction() as session:
        reason = "A reader has told us that this person is in danger."
        return care.ask_who(session.merge(about), by=asker, reason=reason, untold=untold).id


@contextmanager
def _read_first(consultation: Consultation) -> Iterator[None]:
    """Have every text held, so that a moderator can bring it into its state, however texts are taken here."""
    modes = consultation.mode_members, consultation.mode_open
    consultation.mode_members = consultation.mode_open = "before"
    yield
    consultation.mode_members, consultation.mode_open = modes


def file(
    under: Question | Contribution,
    *,
    by: int,
    name: str = "a.pdf",
    content: bytes = b"%PDF-1.4",
    document: bool = False,
) -> int:
    """The number of a file: of a text as it stands, of a draft for a question, or a host's document of one."""
    consultation = db.session.get_one(Consultation, under.consultation_id)
    place = "" if document or isinstance(under, Contribution) else drafts.place_of(under)
    g.pop("asked", None)
    with transaction() as session:
        kept = evidence.Checked(name, PDF, storing.put_aside(io.BytesIO(content)))
        made = evidence.enter(kept, consultation, by, place=place, question=under.id if document else None)
        if isinstance(under, Contribution):
            session.get_one(Attachment, made).contribution_id = under.id
            version = session.scalars(
                select(Version).where(Version.contribution_id == under.id).order_by(Version.number.desc()).limit(1)
            ).one()
            version.files = [*version.files, made]
            if version.id == under.version_id:
                session.get_one(Contribution, under.id).files = len(version.files)
    return made


def reason(title: str = "Off topic") -> Reason:
    """One of the reasons that every instance starts with."""
    return db.session.scalars(select(Reason).where(Reason.title == title)).one()


def finding(
    of: Consultation,
    *,
    state: State = State.PUBLISHED,
    title: str = "",
    evidence: tuple[Contribution, ...] = (),
) -> Finding:
    from crowd.findings import editions
    from crowd.models import Evidence
    from crowd.rules import VISITOR

    number = (
        db.session.scalars(
            select(Finding.number).where(Finding.consultation_id == of.id).order_by(Finding.number.desc())
        ).first()
        or 0
    ) + 1
    made = Finding(
        consultation_id=of.id,
        number=number,
        title=title or f"Finding {number}",
        source="What we found.",
        html="<p>What we found.</p>",
        state=state,
        created_at=clock.now(),
        published_at=clock.now() if state == State.PUBLISHED else None,
    )
    with transaction() as session:
        session.add(made)
        session.flush()
        index.put_finding(made)
        session.add_all([Evidence(finding_id=made.id, contribution_id=c.id, added_at=clock.now()) for c in evidence])
        session.flush()
        editions.keep_version(made, by=VISITOR)
        if state == State.PUBLISHED:
            editions.freeze(made, by=VISITOR)
    return made


def afresh() -> None:
    """Forget what this test has read, so that it sees what others have written meanwhile."""
    db.session.rollback()
    db.session.expire_all()
