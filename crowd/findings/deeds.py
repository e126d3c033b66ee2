"""Everything that changes findings. A published one keeps its edition and says what has changed."""

from collections.abc import Collection

from sqlalchemy import delete, func, select, update

from crowd import clock, log
from crowd.db import Overtaken, changed, db, move
from crowd.findings import editions, hidden, quotes, sections
from crowd.findings.wording import Wording, mark, response_mark
from crowd.models import Consultation, Evidence, Finding, FindingVersion
from crowd.rules import Asker
from crowd.search import deeds as index
from crowd.states import Stance, State
from crowd.text import plain


class NothingToRestOn(Exception):
    """A published finding rests on at least one contribution."""


def _quotes_nothing_hidden(finding: Finding, note: str = "") -> None:
    """Raises QuotesHidden."""
    about = finding.part.html if finding.part else ""
    words = (finding.title, plain(finding.html), finding.section, plain(about), note)
    hidden.check(finding.consultation, "\n".join(words))


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
        shown=consultation.drafts_shown,
        title=wording.title,
        source=wording.source,
        html=wording.html,
    )
    sections.place_last(finding, sections.section_for(consultation, wording.section, by=by))
    db.session.add(finding)
    db.session.flush()
    editions.keep_version(finding, by=by)
    log.record("finding written", by=by.id, consultation=consultation, finding=finding.id, edition=1)
    return finding


def change_finding(
    finding: Finding, *, by: Asker, wording: Wording, seen: str, note: str = "", taken_from: int = 0
) -> None:
    """Give a finding other words, kept as a version; a published one gets a new edition with a note of what changed.

    `seen` is the mark of what the form showed: raises Overtaken if somebody has changed it since. The same words again
    are no version."""
    if mark(finding) != seen:
        raise Overtaken(finding)
    same = (finding.title, finding.section, finding.source) == (wording.title, wording.section, wording.source)
    if same and finding.state == State.DRAFT:
        return
    finding.title, finding.source, finding.html = wording.title, wording.source, wording.html
    sections.place_last(finding, sections.section_for(finding.consultation, wording.section, by=by))
    if finding.state == State.PUBLISHED:
        _next_edition(finding, by=by, note=note)
    edition = finding.edition if finding.state == State.PUBLISHED else 0
    editions.keep_version(finding, by=by, edition=edition, taken_from=taken_from)
    log.record(
        "finding written", by=by.id, consultation=finding.consultation, finding=finding.id, edition=finding.edition
    )


def take_back(finding: Finding, version: FindingVersion, *, by: Asker, seen: str, note: str = "") -> None:
    """Let an older wording be the newest one; what came between stays a version of its own."""
    wording = Wording(version.title, version.section, version.source, version.html)
    change_finding(finding, by=by, wording=wording, seen=seen, note=note, taken_from=version.number)


def _next_edition(finding: Finding, *, by: Asker, note: str) -> None:
    """A published finding is frozen: what changes about it is a new edition, with a note."""
    _quotes_nothing_hidden(finding, note)
    finding.edition += 1
    finding.change_note, finding.edited_at = note, clock.now()
    index.put_finding(finding)
    db.session.flush()
    editions.freeze(finding, by=by, note=note)


def new_edition(finding: Finding, *, by: Asker, note: str) -> None:
    """Publish a finding again with what is new beside its words: quotes that were confirmed since. Raises Overtaken for
    one that is not published."""
    if finding.state != State.PUBLISHED:
        raise Overtaken(finding)
    _next_edition(finding, by=by, note=note)
    log.record(
        "finding written", by=by.id, consultation=finding.consultation, finding=finding.id, edition=finding.edition
    )


def publish_finding(finding: Finding, *, by: Asker) -> None:
    """Let everybody read it: at once in the open phase, else from the opening on (the table of rules sees to that).

    Raises NothingToRestOn where no published contribution stands behind it, Overtaken if it is published already."""
    if not editions.weight(finding.id, Stance.SUPPORTS).contributions:
        raise NothingToRestOn
    _quotes_nothing_hidden(finding)
    move(finding, State.DRAFT, State.PUBLISHED, published_at=clock.now())
    editions.freeze(finding, by=by)
    index.put_finding(finding)
    log.record(
        "finding published", by=by.id, consultation=finding.consultation, finding=finding.id, edition=finding.edition
    )


def set_evidence(
    finding: Finding, contributions: Collection[int], stance: Stance | None, *, by: Asker, note: str = ""
) -> list[int]:
    """Let these contributions of its consultation support a finding, dissent from it, or (None) be no part of it any
    more; returns those for which this is new. Raises NothingToRestOn where a published finding would rest on nothing.

    A published finding gets a new edition with the note."""
    here = Evidence.finding_id == finding.id, Evidence.contribution_id.in_(contributions)
    had = {row.contribution_id: row for row in db.session.scalars(select(Evidence).where(*here))}
    if stance is None:
        new = sorted(had)
        changed(delete(Evidence).where(*here))
        quotes.end_with(finding, new)
    else:
        new = sorted(key for key in set(contributions) if key not in had or had[key].stance != stance)
        for key in new:
            row = had.get(key) or Evidence(finding_id=finding.id, contribution_id=key, added_at=clock.now())
            row.stance = stance
            db.session.add(row)
        db.session.flush()
    if not new:
        return []
    if finding.state == State.PUBLISHED:
        if not _rests_on(finding):
            raise NothingToRestOn
        _next_edition(finding, by=by, note=note)
    added, removed = ([], new) if stance is None else (new, [])
    facts = {"finding": finding.id, "added": added, "removed": removed, "stance": stance or ""}
    log.record("evidence changed", by=by.id, consultation=finding.consultation, **facts)
    return new


def _rests_on(finding: Finding) -> int:
    """On how many contributions, those withdrawn since included."""
    here = Evidence.finding_id == finding.id, Evidence.stance == Stance.SUPPORTS
    return db.session.scalar(select(func.count()).select_from(Evidence).where(*here)) or 0


def respond(finding: Finding, *, by: Asker, source: str, html: str, seen: str) -> None:
    """Say what the host will do about a finding; an empty text takes the response back. Raises Overtaken as above, and
    QuotesHidden."""
    if response_mark(finding) != seen:
        raise Overtaken(finding)
    hidden.check(finding.consultation, plain(html))
    finding.response, finding.response_html = source, html
    finding.responded_at = clock.now() if source else None
    index.put_finding(finding)
    log.record("responded", by=by.id, consultation=finding.consultation, finding=finding.id)


def show_drafts(consultation: Consultation, *, by: Asker, on: bool) -> None:
    """Let members read the findings in analysis, before they are opened to all; or no longer."""
    if consultation.drafts_shown == on:
        return
    consultation.drafts_shown = on
    changed(update(Finding).where(Finding.consultation_id == consultation.id).values(shown=on))
    log.record("drafts shown", by=by.id, consultation=consultation, to_members=on)
