"""What is kept of a finding: every saved wording for its writers, every published one for everybody."""

from typing import NamedTuple

from sqlalchemy import func, select, update

from crowd import clock
from crowd.db import db
from crowd.models import Contribution, Edition, EditionEvidence, Evidence, Finding, FindingVersion, Quote
from crowd.rules import Asker
from crowd.states import Stance, State


class Weight(NamedTuple):
    """How many contributions, written by how many people."""

    contributions: int
    people: int


def weight(finding_id: int, stance: Stance) -> Weight:
    """What stands of one stance: withdrawn and removed texts are not counted."""
    row = db.session.execute(
        select(func.count(), func.count(Contribution.author_id.distinct()))
        .select_from(Evidence)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(Evidence.finding_id == finding_id, Evidence.stance == stance, Contribution.state == State.PUBLISHED)
    ).one()
    return Weight(*row)


def keep_version(finding: Finding, *, by: Asker, edition: int = 0, taken_from: int = 0) -> FindingVersion:
    """Keep the wording that was just saved, under the next number."""
    last = db.session.scalar(select(func.max(FindingVersion.number)).where(FindingVersion.finding_id == finding.id))
    kept = FindingVersion(
        finding_id=finding.id,
        number=(last or 0) + 1,
        by_id=by.id or None,
        at=clock.now(),
        section=finding.section,
        title=finding.title,
        source=finding.source,
        html=finding.html,
        edition=edition,
        taken_from=taken_from,
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def freeze(finding: Finding, *, by: Asker, note: str = "") -> Edition:
    """Keep the finding as it is published now: its words, what it rests on, the votes of this moment, and the quotes
    that a host has confirmed. Nothing of it is changed afterwards."""
    supports, dissents = weight(finding.id, Stance.SUPPORTS), weight(finding.id, Stance.DISSENTS)
    edition = Edition(
        finding_id=finding.id,
        number=finding.edition,
        published_at=clock.now(),
        by_id=by.id or None,
        section=finding.section,
        title=finding.title,
        source=finding.source,
        html=finding.html,
        note=note,
        contributions=supports.contributions,
        people=supports.people,
        against=dissents.contributions,
        people_against=dissents.people,
    )
    db.session.add(edition)
    db.session.flush()
    _freeze_evidence(edition)
    _let_quotes_appear(finding)
    return edition


def _freeze_evidence(edition: Edition) -> None:
    rows = db.session.execute(
        select(
            Evidence.contribution_id, Evidence.stance, Contribution.agree, Contribution.disagree, Contribution.passed
        )
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(Evidence.finding_id == edition.finding_id, Contribution.state == State.PUBLISHED)
    ).all()
    db.session.add_all(
        EditionEvidence(
            edition_id=edition.id,
            contribution_id=row.contribution_id,
            stance=row.stance,
            agree=row.agree,
            disagree=row.disagree,
            passed=row.passed,
        )
        for row in rows
    )


def _let_quotes_appear(finding: Finding) -> None:
    waiting = Quote.confirmed_at.is_not(None), Quote.first_edition.is_(None), Quote.ended_at.is_(None)
    db.session.execute(
        update(Quote)
        .where(Quote.finding_id == finding.id, *waiting)
        .values(first_edition=finding.edition)
        .execution_options(synchronize_session=False)
    )
