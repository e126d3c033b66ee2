"""What the pages of files and evidence read."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select, text
from sqlalchemy.orm import joinedload

from crowd.db import db
from crowd.models import (
    Attachment,
    Consultation,
    Contribution,
    Evidence,
    Finding,
    Question,
    Theme,
    Themed,
    Version,
)
from crowd.rules import Asker, anyone_like, visible
from crowd.states import State
from crowd.threads.paging import PLACED

PAGE = 30
# Said in the words of the index ix_contributions_evidence, without which a large consultation would be read whole.
_EXAMPLE_OR_FILES = "(contributions.kind = 'example' OR contributions.files > 0)"
IS_EVIDENCE: Any = text(f"{_EXAMPLE_OR_FILES} AND {_EXAMPLE_OR_FILES} = true")


class Asked(NamedTuple):
    """A file, and what the table of rules is asked about whoever wants it."""

    file: Attachment
    act: str
    thing: Any


def asked_about(number: int, person: Asker) -> Asked | None:
    """A file with its question: to read the text that shows it; for one of an older or waiting wording, to read the
    versions; for a host's document, to enter the discussion. One that waits to be sent is there for its owner alone."""
    row = db.session.execute(
        select(Attachment, Version.files)
        .outerjoin(Contribution, Contribution.id == Attachment.contribution_id)
        .outerjoin(Version, Version.id == Contribution.version_id)
        .where(Attachment.id == number)
        .options(
            joinedload(Attachment.contribution).joinedload(Contribution.consultation),
            joinedload(Attachment.question).joinedload(Question.consultation),
        )
    ).first()
    if row is None:
        return None
    file, shown = row
    if file.contribution:
        return Asked(file, "read" if number in (shown or []) else "read the versions", file.contribution)
    if file.question:
        return Asked(file, "enter the discussion", file.question)
    if file.deposit_id:
        return Asked(file, "enter the discussion", file.consultation)
    return Asked(file, "use an account", None) if file.person_id == person.id else None


class Wanted(NamedTuple):
    """What a reader of the library has chosen; all of it stands in the address."""

    kind: str = ""
    profession: str = ""
    region: str = ""
    question: int = 0
    theme: int = 0
    finding: int = 0
    files: bool = False
    words: str = ""


def _library(consultation: Consultation, person: Asker, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [
        visible(anyone_like(person, consultation), "read", Contribution, consultation),
        Contribution.state == State.PUBLISHED,
        IS_EVIDENCE,
    ]
    if wanted.kind:
        found.append(Contribution.kind == wanted.kind)
    if wanted.profession:
        found.append(Contribution.profession == wanted.profession)
    if wanted.region:
        found.append(Contribution.region == wanted.region)
    if wanted.question:
        asked = select(Question.id).where(
            Question.consultation_id == consultation.id, Question.number == wanted.question
        )
        found.append(Contribution.question_id == asked.scalar_subquery())
    if wanted.theme:
        given = select(Themed.contribution_id).join(Theme, Theme.id == Themed.theme_id)
        here = (Theme.consultation_id == consultation.id, Theme.number == wanted.theme)
        found.append(given.where(Themed.contribution_id == Contribution.id, *here).exists())
    if wanted.finding:
        rests = select(Evidence.contribution_id).join(Finding, Finding.id == Evidence.finding_id)
        known = (visible(person, "read a finding", Finding, consultation), Finding.number == wanted.finding)
        found.append(rests.where(Evidence.contribution_id == Contribution.id, *known).exists())
    if wanted.files:
        found.append(Contribution.files > 0)
    for word in wanted.words.split()[:10]:
        said = select(Version.id).where(Version.id == Contribution.version_id)
        found.append(said.where(Version.source.icontains(word, autoescape=True)).exists())
    return found


def _newest_first(
    query: Select, consultation: Consultation, person: Asker, wanted: Wanted, after: int | None
) -> Select:
    query = query.where(*_library(consultation, person, wanted))
    return (query.where(Contribution.id < after) if after else query).order_by(Contribution.id.desc())


def library(consultation: Consultation, person: Asker, wanted: Wanted, after: int | None) -> Sequence[Any]:
    """A page of the evidence that the person may read and one row more, the newest first."""
    query = select(*PLACED).select_from(Contribution)
    return db.session.execute(_newest_first(query, consultation, person, wanted, after).limit(PAGE + 1)).all()


_CITED = (
    Contribution.id,
    Contribution.alias,
    Contribution.promise,
    Contribution.profession,
    Contribution.region,
    Contribution.kind,
    Contribution.submitted_at,
    Contribution.serial,
    Contribution.place,
    Version.html,
    Version.language,
    Version.card,
)


def cited(ids: Sequence[int]) -> dict[int, Any]:
    """What the citations of these contributions are made of."""
    query = select(*_CITED).join(Version, Version.id == Contribution.version_id).where(Contribution.id.in_(ids))
    return {row.id: row for row in db.session.execute(query)}


def all_cited(consultation: Consultation, person: Asker, wanted: Wanted, most: int) -> Sequence[Any]:
    """The same for the whole list, for a file."""
    query = select(*_CITED).select_from(Contribution).join(Version, Version.id == Contribution.version_id)
    return db.session.execute(_newest_first(query, consultation, person, wanted, None).limit(most)).all()


def questions(consultation: Consultation) -> Sequence[Any]:
    return db.session.execute(
        select(Question.number, Question.title, Question.words)
        .where(Question.consultation_id == consultation.id)
        .order_by(Question.number)
    ).all()
