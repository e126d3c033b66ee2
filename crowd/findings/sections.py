"""Changes to the order of the document: its sections, and where each finding stands. Numbers never change by it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from crowd import clock, log
from crowd.db import Overtaken, db
from crowd.findings import hidden
from crowd.findings.wording import mark_of, section_mark
from crowd.models import Consultation, Finding, Section
from crowd.rules import Asker
from crowd.text import plain


class Taken(Exception):
    """Another section of the consultation has this title."""


class NotEmpty(Exception):
    """A section with findings in it is not removed."""


def titled(consultation: Consultation, title: str) -> Section | None:
    """The section of this title, whatever its capitals."""
    rows = db.session.scalars(select(Section).where(Section.consultation_id == consultation.id))
    return next((row for row in rows if row.title.casefold() == title.casefold()), None)


def make_section(consultation: Consultation, *, by: Asker, title: str, source: str, html: str) -> Section:
    """A section at the end, under the next number. Raises Taken, and QuotesHidden."""
    if titled(consultation, title):
        raise Taken
    _quotes_nothing_hidden(consultation, title, html)
    return _add(consultation, by=by, title=title, source=source, html=html)


def _quotes_nothing_hidden(consultation: Consultation, title: str, html: str) -> None:
    """Everybody reads it as soon as one finding in it is published, whenever that is put there."""
    hidden.check(consultation, f"{title}\n{plain(html)}")


def _add(consultation: Consultation, *, by: Asker, title: str, source: str = "", html: str = "") -> Section:
    here = Section.consultation_id == consultation.id
    last = db.session.execute(select(func.max(Section.number), func.max(Section.position)).where(here)).one()
    section = Section(
        consultation_id=consultation.id,
        number=(last[0] or 0) + 1,
        position=(last[1] or 0) + 1,
        title=title,
        source=source,
        html=html,
        changed_at=clock.now(),
    )
    db.session.add(section)
    db.session.flush()
    log.record("section written", by=by.id, consultation=consultation, section=section.id, before={})
    return section


def section_for(consultation: Consultation, title: str, *, by: Asker) -> Section | None:
    """The section that a writer typed, made if there is none of this title yet; None for no title. Its title is
    checked with the words of the finding, when that is published."""
    if not title:
        return None
    return titled(consultation, title) or _add(consultation, by=by, title=title)


def change_section(section: Section, *, by: Asker, title: str, source: str, html: str, seen: str) -> None:
    """Give a section other words; the log keeps the ones before. Raises Overtaken and QuotesHidden as findings do,
    and Taken."""
    if section_mark(section) != seen:
        raise Overtaken(section)
    if (other := titled(section.consultation, title)) and other.id != section.id:
        raise Taken
    _quotes_nothing_hidden(section.consultation, title, html)
    before = {"title": section.title, "source": section.source}
    section.title, section.source, section.html, section.changed_at = title, source, html, clock.now()
    log.record("section written", by=by.id, consultation=section.consultation, section=section.id, before=before)


def remove_section(section: Section, *, by: Asker) -> None:
    """Take an empty section out of the document. Raises NotEmpty."""
    if db.session.scalar(select(Finding.id).where(Finding.section_id == section.id).limit(1)):
        raise NotEmpty
    before = {"title": section.title, "source": section.source}
    log.record("section removed", by=by.id, consultation=section.consultation, number=section.number, before=before)
    db.session.delete(section)


def sections(consultation: Consultation) -> Sequence[Section]:
    """All of them, in their order."""
    wanted = select(Section).where(Section.consultation_id == consultation.id)
    return db.session.scalars(wanted.order_by(Section.position, Section.number)).all()


def in_order(consultation: Consultation) -> Sequence[Finding]:
    """All findings in the order of the document; those of no section stand last."""
    return db.session.scalars(
        select(Finding)
        .outerjoin(Section, Section.id == Finding.section_id)
        .where(Finding.consultation_id == consultation.id)
        .order_by(*ORDER)
    ).all()


ORDER = (Section.position.is_(None), Section.position, Section.number, Finding.position, Finding.number)


def mark_of_order(consultation: Consultation) -> str:
    """Changes with the order of sections and findings; every button that moves something carries it."""
    placed = [f"{finding.number} in {finding.section_id}" for finding in in_order(consultation)]
    return mark_of(*(section.number for section in sections(consultation)), *placed)


def move_section(section: Section, *, by: Asker, down: bool, seen: str) -> bool:
    """Change places with the one above or below; False at the end. Raises Overtaken if the order has changed."""
    _unchanged(section, seen)
    if not _swap(list(sections(section.consultation)), section, down):
        return False
    log.record("order changed", by=by.id, consultation=section.consultation, what=f"section {section.number}")
    return True


def move_finding(finding: Finding, *, by: Asker, down: bool, seen: str) -> bool:
    """The same for a finding within its section."""
    _unchanged(finding, seen)
    if not _swap([f for f in in_order(finding.consultation) if f.section_id == finding.section_id], finding, down):
        return False
    log.record("order changed", by=by.id, consultation=finding.consultation, what=f"finding {finding.number}")
    return True


def put_into(finding: Finding, section: Section | None, *, by: Asker, seen: str) -> None:
    """Let a finding stand at the end of another section, or of those without one. Raises Overtaken as above."""
    _unchanged(finding, seen)
    place_last(finding, section)
    log.record("order changed", by=by.id, consultation=finding.consultation, what=f"finding {finding.number}")


def place_last(finding: Finding, section: Section | None) -> None:
    """Let it stand in this section, at its end unless it stands there already."""
    key = section.id if section else None
    if finding.id and finding.section_id == key:
        return
    here = Finding.consultation_id == finding.consultation_id, Finding.section_id == key
    with db.session.no_autoflush:
        last = db.session.scalar(select(func.max(Finding.position)).where(*here)) or 0
    finding.part, finding.section_id, finding.position = section, key, last + 1


def _unchanged(thing: Any, seen: str) -> None:
    if mark_of_order(thing.consultation) != seen:
        raise Overtaken(thing)


def _swap(row: list[Any], thing: Any, down: bool) -> bool:
    """Change places in a row, whose positions are counted anew: they may have been equal."""
    at = next(place for place, other in enumerate(row) if other.id == thing.id)
    to = at + (1 if down else -1)
    if not 0 <= to < len(row):
        return False
    row[at], row[to] = row[to], row[at]
    for place, other in enumerate(row, 1):
        other.position = place
    return True
