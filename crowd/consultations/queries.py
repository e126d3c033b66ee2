"""What the pages of consultations read."""

from datetime import datetime
from typing import Any

from sqlalchemy import Exists, Row, exists, func, or_, select

from crowd import schedule
from crowd.db import db
from crowd.i18n import _
from crowd.models import (
    Consultation,
    Contribution,
    Decision,
    Draft,
    Finding,
    JoinRequest,
    Membership,
    Person,
    Question,
    Reason,
    Record,
    Version,
    VoteEvent,
)
from crowd.rules import Asker, may, visible
from crowd.states import Phase, State

MOVES = ("start moved", "switched", "switch undone")
TOLD = (*MOVES, "start missed", "phase recorded")  # what the timeline shows

SLUG = r"[a-z0-9]+(-[a-z0-9]+)*\Z"
RESERVED = frozenset({"new", "register", "people", "mails", "look", "reasons"})  # the site's own pages below /host/


def consultations(person: Asker) -> list[Consultation]:
    """Those that the person may know of, the newest first."""
    found = db.session.scalars(select(Consultation).order_by(Consultation.created_at.desc(), Consultation.id.desc()))
    return [c for c in found if may(person, "see the consultation", c)]


def earlier(person: Asker, consultation: Consultation) -> list[Consultation]:
    """What this one can follow up (P20): made before it, so that none follows itself in the end."""
    return [c for c in consultations(person) if (c.created_at, c.id) < (consultation.created_at, consultation.id)]


def kin(person: Asker, consultation: Consultation) -> tuple[list[Consultation], list[Consultation]]:
    """The one that this follows up, and those that follow it up, as far as the person may know of them (P20)."""
    near = or_(Consultation.id == (consultation.follows_id or 0), Consultation.follows_id == consultation.id)
    found = db.session.scalars(select(Consultation).where(near).order_by(Consultation.id)).all()
    seen = [c for c in found if may(person, "see the consultation", c)]
    before = [c for c in seen if c.id == consultation.follows_id]
    return before, [c for c in seen if c.follows_id == consultation.id]


def questions(consultation: Consultation) -> list[Question]:
    return list(
        db.session.scalars(
            select(Question).where(Question.consultation_id == consultation.id).order_by(Question.number)
        )
    )


def findings(person: Asker, consultation: Consultation, most: int = 3) -> list[Row[Any]]:
    """The first findings that this person may read: number, title."""
    wanted = visible(person, "read a finding", Finding, consultation)
    return list(
        db.session.execute(select(Finding.number, Finding.title).where(wanted).order_by(Finding.number).limit(most))
    )


def moves(consultation: Consultation) -> list[Record]:
    """What the log says of starts that were moved or made now, the oldest first (P4, P19)."""
    return list(
        db.session.scalars(
            select(Record).where(Record.consultation_id == consultation.id, Record.deed.in_(MOVES)).order_by(Record.id)
        )
    )


def told(consultation: Consultation) -> list[Record]:
    """The same with what was late, and what was kept of each phase that began."""
    lines = select(Record).where(Record.consultation_id == consultation.id, Record.deed.in_(TOLD))
    return list(db.session.scalars(lines.order_by(Record.id)))


def last_switch(consultation: Consultation) -> Record | None:
    """The last "switch now", unless it was undone."""
    line = db.session.scalars(
        select(Record)
        .where(Record.consultation_id == consultation.id, Record.deed.in_(("switched", "switch undone")))
        .order_by(Record.id.desc())
        .limit(1)
    ).first()
    return line if line is not None and line.deed == "switched" else None


def written_since(consultation: Consultation, moment: datetime) -> list[str]:
    """What people did from this moment on, in words: each of it would have been done in a phase that never was."""
    asked = [*_texts_since(consultation, moment), *_others_since(consultation, moment)]
    answers = db.session.execute(select(*(found.label(f"n{n}") for n, (_w, found) in enumerate(asked)))).one()
    return [words for (words, _found), so in zip(asked, answers, strict=True) if so]


def _texts_since(of: Consultation, moment: datetime) -> list[tuple[str, Exists]]:
    its = Contribution.consultation_id == of.id
    version, vote = Version.contribution_id == Contribution.id, VoteEvent.contribution_id == Contribution.id
    decision = Decision.version_id == Version.id, Decision.undone_at.is_(None)
    ended = its, Contribution.ended_at >= moment
    return [
        (_("a text was handed in"), exists().where(its, Contribution.submitted_at >= moment)),
        (_("a text was changed"), exists().where(its, version, Version.number > 1, Version.created_at >= moment)),
        (_("a text was withdrawn"), exists().where(*ended, Contribution.state == State.WITHDRAWN)),
        (_("a text was hidden"), exists().where(*ended, Contribution.state == State.HIDDEN)),
        (_("a vote was given"), exists().where(its, vote, VoteEvent.at >= moment)),
        (_("a moderator decided"), exists().where(its, version, *decision, Decision.at >= moment)),
    ]


def _others_since(of: Consultation, moment: datetime) -> list[tuple[str, Exists]]:
    its, vote = Finding.consultation_id == of.id, VoteEvent.finding_id == Finding.id
    joined, asked = Membership.consultation_id == of.id, JoinRequest.consultation_id == of.id
    return [
        (_("a vote was given on a finding"), exists().where(its, vote, VoteEvent.at >= moment)),
        (_("a finding was published"), exists().where(its, Finding.published_at >= moment)),
        (_("a response was published"), exists().where(its, Finding.responded_at >= moment)),
        (_("somebody joined"), exists().where(joined, Membership.joined_at >= moment)),
        (_("somebody asked to join"), exists().where(asked, JoinRequest.created_at >= moment)),
    ]


def is_answered(question: Question) -> bool:
    """Whether anybody has written under it, sent or not."""
    sent = exists().where(Contribution.question_id == question.id)
    begun = exists().where(Draft.place == f"question-{question.id}")
    return bool(db.session.scalar(select(sent | begun)))


def slug_is_taken(slug: str) -> bool:
    return bool(db.session.scalar(select(exists().where(Consultation.slug == slug))))


def missing(consultation: Consultation) -> list[str]:
    """What is still to be set up, in plain words. It stops nothing."""
    asked, starts = questions(consultation), schedule.starts(consultation)
    moderators = db.session.scalar(select(func.count(Person.id)).where(Person.roles.contains("M"))) or 0
    reasons = db.session.scalar(select(exists().where(Reason.retired.is_(False))))
    bare = ", ".join(str(q.number) for q in asked if not q.guidance_html)
    lacking = [
        (not consultation.summary_html, _("Say what it is about: there is no summary yet.")),
        (not asked, _("Add at least one question.")),
        (bool(bare), _("Give guidance for each question. It is missing for: %(numbers)s.", numbers=bare)),
        (Phase.MEMBERS not in starts, _("Set the date on which the members’ discussion starts.")),
        (Phase.ANALYSIS not in starts, _("Set the date on which the members’ discussion ends.")),
        (not consultation.professions, _("List the professions that members can name.")),
        (not consultation.regions, _("List the regions that members can name.")),
        (
            Phase.OPEN in starts and not consultation.groups,
            _("List the groups that stakeholders can take part as: findings will be open to their comments."),
        ),
        (moderators < 2, _("Name at least two moderators: nobody decides on their own texts.")),
        (not reasons, _("Add the reasons that moderators can give for returning or rejecting a text.")),
    ]
    return [sentence for so, sentence in lacking if so]
