"""What the pages of reports read."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from crowd.db import db
from crowd.models import Case, Contribution, Decision, Report, Version
from crowd.moderation.cases import About
from crowd.reports.grounds import HARM
from crowd.rules import Asker
from crowd.states import State

_LOOKED_AT = (About.REPORT, About.REVIEW)


def reporter_of(person: Asker) -> str:
    """How a person is named as a reporter; a visitor's name is made of the address (`forms.reporter`)."""
    return f"person-{person.id}"


def report_by(contribution_id: int, reporter: str) -> Report | None:
    """What this reporter has said of a text already."""
    return db.session.scalar(
        select(Report).where(Report.contribution_id == contribution_id, Report.reporter == reporter)
    )


def case(number: int) -> Case | None:
    """A case about a published text."""
    found = select(Case).where(Case.id == number, Case.kind.in_(_LOOKED_AT)).options(joinedload(Case.version))
    return db.session.scalar(found)


def open_case(contribution_id: int) -> Case | None:
    """The case of the reports of a text, while nobody has decided."""
    return db.session.scalar(
        select(Case).where(Case.contribution_id == contribution_id, Case.kind == About.REPORT, Case.closed_at.is_(None))
    )


def reports_of(number: int) -> Sequence[Report]:
    """The reports of one case, the oldest first."""
    return db.session.scalars(select(Report).where(Report.case_id == number).order_by(Report.id)).all()


def open_reports(contribution_id: int) -> Sequence[Report]:
    """Those of a text that nobody has decided on, with a case or without one, the oldest first."""
    return db.session.scalars(
        select(Report).where(Report.contribution_id == contribution_id, Report.closed_at.is_(None)).order_by(Report.id)
    ).all()


def found_fine(contribution: Contribution, ground: str) -> bool:
    """Whether moderators have looked at this wording for this reason before, and left it."""
    return (
        db.session.scalar(
            select(Report.id)
            .join(Case, Case.id == Report.case_id)
            .where(
                Report.contribution_id == contribution.id,
                Report.reason == ground,
                Report.outcome == "fine",
                Case.version_id == contribution.version_id,
            )
            .limit(1)
        )
        is not None
    )


def harm_reports(number: int) -> int:
    """How many of the reports of a case are about harm."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Report).where(Report.case_id == number, Report.reason.in_(HARM))
        )
        or 0
    )


def left_open(most: int = 100) -> Sequence[Report]:
    """Reports whose case was closed by something else than a decision on them: the text was withdrawn or redacted."""
    return db.session.scalars(
        select(Report)
        .join(Case, Case.id == Report.case_id)
        .where(Report.closed_at.is_(None), Case.closed_at.is_not(None))
        .order_by(Report.id)
        .limit(most)
    ).all()


def public_version(contribution: Contribution) -> Version:
    """The wording that is or was public."""
    return db.session.get_one(Version, contribution.version_id)


def unfinished(contribution_id: int) -> Sequence[Version]:
    """Wordings beside the public one that still wait, with a moderator or with their author."""
    return db.session.scalars(
        select(Version).where(
            Version.contribution_id == contribution_id, Version.state.in_([State.HELD, State.RETURNED])
        )
    ).all()


def parent_html(contribution: Contribution) -> str:
    """The public wording of what a comment answers; nothing where that is not public any more."""
    parent = contribution.parent
    if parent is None or parent.state != State.PUBLISHED:
        return ""
    return public_version(parent).html


def redacted_since(found: Case) -> bool:
    """Whether passages were struck out of the text after the case was opened (M14)."""
    return (
        db.session.scalar(
            select(Decision.id)
            .join(Version, Version.id == Decision.version_id)
            .where(
                Version.contribution_id == found.contribution_id,
                Decision.decision == "redact",
                Decision.undone_at.is_(None),
                Decision.at >= found.since,
            )
            .limit(1)
        )
        is not None
    )
