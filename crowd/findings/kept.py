"""What is read of a finding's versions and editions, and how an edition is cited."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, select

from crowd import outbox
from crowd.db import db
from crowd.i18n import _
from crowd.models import Consultation, Contribution, Edition, EditionEvidence, Finding, FindingVersion, Person
from crowd.rules import Asker, visible
from crowd.states import State


def versions(finding: Finding) -> Sequence[Any]:
    """Every saved wording, the newest first, with who saved it; for its writers."""
    return db.session.execute(
        select(FindingVersion, Person.name.label("who"))
        .outerjoin(Person, Person.id == FindingVersion.by_id)
        .where(FindingVersion.finding_id == finding.id)
        .order_by(FindingVersion.number.desc())
    ).all()


def version(finding: Finding, number: int) -> FindingVersion | None:
    here = FindingVersion.finding_id == finding.id, FindingVersion.number == number
    return db.session.scalar(select(FindingVersion).where(*here))


def editions(finding: Finding) -> Sequence[Any]:
    """All that were published: number, when, and what had changed."""
    return db.session.execute(
        select(Edition.number, Edition.published_at, Edition.note)
        .where(Edition.finding_id == finding.id)
        .order_by(Edition.number.desc())
    ).all()


def edition(finding: Finding, number: int) -> Edition | None:
    return db.session.scalar(select(Edition).where(Edition.finding_id == finding.id, Edition.number == number))


def rested_on(person: Asker, edition: Edition) -> Sequence[Any]:
    """What an edition rested on with the votes of then, as far as the reader may read it now (P12): what has been taken
    back since, or was promised to members alone, is counted and not named."""
    of = edition.finding.consultation
    return db.session.execute(
        select(
            Contribution.id,
            Contribution.serial,
            EditionEvidence.stance,
            EditionEvidence.agree,
            EditionEvidence.disagree,
            EditionEvidence.passed,
        )
        .join(EditionEvidence, EditionEvidence.contribution_id == Contribution.id)
        .where(
            EditionEvidence.edition_id == edition.id,
            and_(visible(person, "read", Contribution, of), Contribution.state == State.PUBLISHED),
        )
        .order_by(EditionEvidence.stance.desc(), Contribution.id)
    ).all()


def cited(finding: Finding) -> str:
    """The number by which a finding is cited."""
    return written(finding.consultation, finding.number)


def written(consultation: Consultation, number: int) -> str:
    """A finding's number as it is cited: AHP-2016-F3."""
    return f"{consultation.code or consultation.slug.upper()}-F{number}"


def address(of: Consultation, number: int, edition: int) -> str:
    """Where an edition stands for good."""
    return outbox.link("findings.edition", slug=of.slug, number=number, edition=edition)


def citation(of: Consultation, host: str, *, number: int, edition: int, title: str, year: int) -> str:
    """How to cite an edition, in plain text, as ISO 690 orders it: who, what, which edition, when, where."""
    return _(
        "%(host)s (%(year)s). %(title)s Finding %(number)s, edition %(edition)s. In: %(consultation)s. %(address)s",
        host=host,
        year=year,
        title=title if title.endswith((".", "?", "!")) else f"{title}.",
        number=written(of, number),
        edition=edition,
        consultation=of.title,
        address=address(of, number, edition),
    )
