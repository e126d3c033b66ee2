"""What stands on one's own page: plain rows, in a number of queries that does not grow with them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from crowd.db import db
from crowd.i18n import _, told
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
    Version,
)
from crowd.states import State

PAGE = 30
SHORT = 240  # characters of a text in a list
_newest = aliased(Version)
_LAST = (
    select(func.max(_newest.number))
    .where(_newest.contribution_id == Contribution.id)
    .correlate(Contribution)
    .scalar_subquery()
)
_WRITTEN = (
    select(
        Contribution.id,
        Contribution.kind,
        Contribution.place,
        Contribution.state,
        Contribution.promise,
        Contribution.author_id,
        Contribution.alias,
        Contribution.public_since,
        Contribution.resubmit_by,
        Contribution.appeal_by,
        Contribution.ended_why,
        Contribution.merged,
        Contribution.submitted_at,
        Contribution.consultation_id,
        Question.number.label("question"),
        Finding.number.label("finding"),
        Version.state.label("version_state"),
        Version.number.label("wordings"),
        Version.source,
        Version.language,
    )
    .select_from(Contribution)
    .join(Version, (Version.contribution_id == Contribution.id) & (Version.number == _LAST))
    .outerjoin(Question, Question.id == Contribution.question_id)
    .outerjoin(Finding, Finding.id == Contribution.finding_id)
    .order_by(Contribution.id.desc())
)


@dataclass(frozen=True)
class Written:
    """An own contribution, with what the table of rules asks of one."""

    id: int
    kind: str
    place: str
    state: str
    promise: int
    author_id: int
    alias: str
    public_since: datetime | None
    resubmit_by: datetime | None
    appeal_by: datetime | None
    ended_why: str
    merged: bool
    submitted_at: datetime
    consultation_id: int
    question: int | None
    finding: int | None
    version_state: str
    wordings: int
    source: str
    language: str
    consultation: Consultation

    @property
    def short(self) -> str:
        return self.source if len(self.source) <= SHORT else self.source[:SHORT].rsplit(" ", 1)[0] + " …"

    @property
    def state_words(self) -> str:
        """What has become of it, and of the newest wording where that is another matter."""
        if self.state == State.PUBLISHED and (beside := change_words(self.version_state)):
            return beside
        if self.state == State.PUBLISHED and self.merged:
            return _("Published, under a text that says the same")
        if self.state == State.HIDDEN and self.ended_why:
            return _("Hidden while it is checked: %(why)s", why=told(self.ended_why))
        if self.state == State.HELD and self.wordings > 1:
            return _("Sent again; waiting for a moderator, and only you can see it")
        return state_words(self.state, self.consultation.answer_hours)

    @property
    def kind_words(self) -> str:
        return {
            "idea": _("Idea"),
            "experience": _("Experience"),
            "example": _("Example"),
            "comment": _("Comment"),
        }[self.kind]

    @property
    def place_words(self) -> str:
        if self.finding:
            return _("on finding %(n)s", n=self.finding)
        return _("under question %(n)s", n=self.question)


def change_words(version_state: str) -> str:
    """What is said of a published text whose newest wording is not the published one."""
    return {
        State.HELD: _("Published; your change waits for a moderator"),
        State.RETURNED: _("Published; your change was returned to you"),
        State.REJECTED: _("Published; your change was not"),
    }.get(State(version_state), "")


def state_words(state: str, hours: int) -> str:
    return {
        State.HELD: _("Waiting for a moderator, usually within %(hours)s hours; only you can see this", hours=hours),
        State.PUBLISHED: _("Published"),
        State.RETURNED: _("Returned to you"),
        State.REJECTED: _("Not published"),
        State.HIDDEN: _("Hidden while it is checked"),
        State.REMOVED: _("Removed by the moderators"),
        State.WITHDRAWN: _("Withdrawn by you"),
    }[State(state)]


def consultations(person_id: int) -> dict[int, Consultation]:
    """Those in which the person is or wrote something, by id."""
    wrote = select(Contribution.consultation_id).where(Contribution.author_id == person_id)
    joined = select(Membership.consultation_id).where(Membership.person_id == person_id)
    asked = select(JoinRequest.consultation_id).where(JoinRequest.person_id == person_id)
    drafted = select(Draft.consultation_id).where(Draft.person_id == person_id)
    wanted = wrote.union(joined, asked, drafted)
    return {c.id: c for c in db.session.scalars(select(Consultation).where(Consultation.id.in_(wanted)))}


def written(person_id: int, of: dict[int, Consultation], before: int = 0) -> tuple[list[Written], int]:
    """Own contributions, the newest first, and the id after which the next page goes on (0: none)."""
    query = _WRITTEN.where(Contribution.author_id == person_id)
    if before:
        query = query.where(Contribution.id < before)
    rows = db.session.execute(query.limit(PAGE + 1)).all()
    found = [Written(**row._mapping, consultation=of[row.consultation_id]) for row in rows[:PAGE]]
    return found, found[-1].id if len(rows) > PAGE else 0


def decisions(ids: list[int]) -> dict[int, Any]:
    """The newest decision on each of these contributions, by the contribution's id."""
    rows = db.session.execute(
        select(
            Version.contribution_id,
            Decision.decision,
            Decision.note,
            Decision.at,
            Decision.marks,
            Reason.title,
            Reason.text,
            Reason.rule,
            Version.source,
            Version.language,
        )
        .join(Version, Version.id == Decision.version_id)
        .outerjoin(Reason, Reason.id == Decision.reason_id)
        .where(Version.contribution_id.in_(ids), Decision.undone_at.is_(None))
        .order_by(Decision.id)
    )
    return {row.contribution_id: row for row in rows}


@dataclass(frozen=True)
class Kept:
    """A draft, the act that it needs, and the thing it was for; `thing` is None if that is gone."""

    place: str
    text: str
    saved_at: datetime
    act: str
    thing: Question | Contribution | Finding | None
    consultation: Consultation


ACTS = {"question": "contribute", "reply": "comment", "edit": "edit", "finding": "comment on a finding"}


def drafts(person_id: int, of: dict[int, Consultation]) -> list[Kept]:
    rows = db.session.scalars(select(Draft).where(Draft.person_id == person_id).order_by(Draft.saved_at.desc())).all()
    asked: dict[type, set[int]] = {Question: set(), Contribution: set(), Finding: set()}
    kinds: dict[str, Any] = {"question": Question, "reply": Contribution, "edit": Contribution, "finding": Finding}
    for row in rows:
        name, _dash, key = row.place.partition("-")
        asked[kinds[name]].add(int(key))
    things = {(kind, thing.id): thing for kind, keys in asked.items() for thing in _things(kind, keys)}
    found = []
    for row in rows:
        name, _dash, key = row.place.partition("-")
        thing = things.get((kinds[name], int(key)))
        text = str(row.fields.get("text", ""))
        found.append(Kept(row.place, text, row.saved_at, ACTS[name], thing, of[row.consultation_id]))
    return found


def _things(kind: Any, keys: set[int]) -> list[Any]:
    if not keys:
        return []
    return list(db.session.scalars(select(kind).where(kind.id.in_(keys)).options(joinedload(kind.consultation))))


def requests(person_id: int) -> list[JoinRequest]:
    """What waits for a host's answer or was declined."""
    return list(
        db.session.scalars(
            select(JoinRequest).where(
                JoinRequest.person_id == person_id, JoinRequest.state.in_(("waiting", "declined"))
            )
        )
    )


def account(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)
