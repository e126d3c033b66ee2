"""Everything that changes findings. A published one keeps its edition and says what has changed."""

from sqlalchemy import delete, func, select

from crowd import clock, log
from crowd.db import Overtaken, db, move
from crowd.findings.wording import Wording, mark, response_mark
from crowd.models import Consultation, Contribution, Evidence, Finding
from crowd.rules import Asker
from crowd.search import deeds as index
from crowd.states import State


class NothingToRestOn(Exception):
    """A published finding rests on at least one contribution."""


def write_finding(consultation: Consultation, *, by: Asker, wording: Wording) -> Finding:
    """A draft under the next number. The same draft sent twice is one."""
    here = Finding.consultation_id == consultation.id
    sent = select(Finding).where(here, Finding.title == wording.title, Finding.source == wording.source)
    if twin := db.session.scalars(sent.where(Finding.state == State.DRAFT)).first():
        return twin
    last = db.session.scalar(select(func.max(Finding.number)).where(here)) or 0
    finding = Finding(
        consultation_id=consultation.id,
        number=last + 1,
        state=State.DRAFT,
        created_at=clock.now(),
        title=wording.title,
        section=wording.section,
        source=wording.source,
        html=wording.html,
    )
    db.session.add(finding)
    db.session.flush()
    log.record("finding written", by=by.id, consultation=consultation, finding=finding.id, edition=1)
    return finding


def change_finding(finding: Finding, *, by: Asker, wording: Wording, seen: str, note: str = "") -> None:
    """Give a finding other words; a published one gets a new edition with a note of what changed.

    `seen` is the mark of what the form showed: raises Overtaken if somebody has changed it since."""
    if mark(finding) != seen:
        raise Overtaken(finding)
    finding.title, finding.section = wording.title, wording.section
    finding.source, finding.html = wording.source, wording.html
    if finding.state == State.PUBLISHED:
        finding.edition += 1
        finding.change_note, finding.edited_at = note, clock.now()
        index.put_finding(finding)
    log.record(
        "finding written", by=by.id, consultation=finding.consultation, finding=finding.id, edition=finding.edition
    )


def publish_finding(finding: Finding, *, by: Asker) -> None:
    """Let everybody read it: at once in the open phase, else from the opening on (the table of rules sees to that).

    Raises NothingToRestOn where no published contribution stands behind it, Overtaken if it is published already."""
    if not _rests_on(finding, published=True):
        raise NothingToRestOn
    move(finding, State.DRAFT, State.PUBLISHED, published_at=clock.now())
    index.put_finding(finding)
    log.record(
        "finding published", by=by.id, consultation=finding.consultation, finding=finding.id, edition=finding.edition
    )


def _rests_on(finding: Finding, *, published: bool = False) -> int:
    """On how many contributions; of the published ones only, if so wished (others were withdrawn or removed since)."""
    query = select(func.count()).select_from(Evidence).where(Evidence.finding_id == finding.id)
    if published:
        query = query.join(Contribution).where(Contribution.state == State.PUBLISHED)
    return db.session.scalar(query) or 0


def add_evidence(finding: Finding, contribution: Contribution, *, by: Asker) -> bool:
    """Let a finding rest on a contribution; False if it does already."""
    if db.session.get(Evidence, (finding.id, contribution.id)):
        return False
    db.session.add(Evidence(finding_id=finding.id, contribution_id=contribution.id, added_at=clock.now()))
    _evidence_changed(finding, by, added=contribution.id)
    return True


def remove_evidence(finding: Finding, contribution_id: int, *, by: Asker) -> bool:
    """Take a contribution away from what a finding rests on; False if it was not there. Raises NothingToRestOn for the
    last one of a published finding."""
    key = (Evidence.finding_id == finding.id) & (Evidence.contribution_id == contribution_id)
    if db.session.scalar(select(Evidence.contribution_id).where(key)) is None:
        return False
    if finding.state == State.PUBLISHED and _rests_on(finding) == 1:
        raise NothingToRestOn
    db.session.execute(delete(Evidence).where(key))
    _evidence_changed(finding, by, removed=contribution_id)
    return True


def _evidence_changed(finding: Finding, by: Asker, added: int | None = None, removed: int | None = None) -> None:
    log.record(
        "evidence changed",
        by=by.id,
        consultation=finding.consultation,
        finding=finding.id,
        added=added,
        removed=removed,
    )


def respond(finding: Finding, *, by: Asker, source: str, html: str, seen: str) -> None:
    """Say what the host will do about a finding; an empty text takes the response back. Raises Overtaken as above."""
    if response_mark(finding) != seen:
        raise Overtaken(finding)
    finding.response, finding.response_html = source, html
    finding.responded_at = clock.now() if source else None
    index.put_finding(finding)
    log.record("responded", by=by.id, consultation=finding.consultation, finding=finding.id)
