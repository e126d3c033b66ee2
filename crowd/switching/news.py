"""Telling the news: some hundred people a transaction, so that thousands of mails keep nobody from writing (P17)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, literal, select, update
from sqlalchemy.types import String

from crowd import clock, i18n, log, outbox, readers, schedule, unsubscribing
from crowd.chores import chore
from crowd.consultations.timeline import told_move
from crowd.db import db, insert_many, transaction
from crowd.models import Consultation, Finding, Mail, Person, Record
from crowd.models.people import reachable
from crowd.states import Phase, State
from crowd.switching import letters

CHUNK = 500
STAND_IN = "0" * 60  # where each person's own key is put into a letter that is made once for all


@chore
def tell() -> None:
    """Every letter that is due and not told to its last reader."""
    for consultation in list(db.session.scalars(select(Consultation))):
        for letter in letters.LETTERS:
            what = f"{letter.kind}-{consultation.id}"
            if letters.is_due(letter, consultation) and not _told(consultation, what):
                _send(consultation.id, letter.kind, what, letter.to(consultation), _facts(consultation))
        if schedule.current(consultation) == Phase.ANALYSIS:
            _drop_what_waits(f"closing-{consultation.id}-")


@chore
def tell_moves() -> None:
    """A date that was moved, once for each time that a host saved the schedule, to everybody who takes part (P4)."""
    for consultation in list(db.session.scalars(select(Consultation))):
        its = Record.consultation_id == consultation.id, Record.deed == "start moved"
        lines = db.session.scalars(select(Record).where(*its).order_by(Record.id)).all()
        saved: dict[datetime, list[Record]] = {}
        for line in lines:
            if line.at > clock.now() - letters.LATE:
                saved.setdefault(line.at, []).append(line)
        for moved in saved.values():
            what = f"moved-{moved[0].id}"
            if not _told(consultation, what):
                told = [i18n.later(told_move, line, consultation.timezone) for line in moved]
                facts = _facts(consultation) | {"moves": told}
                _send(consultation.id, "start_moved", what, letters.everybody(consultation), facts)


@chore
def tell_used() -> None:
    """A finding that was published after the opening, once to everybody whose text it names or covers; of those that
    were there at the opening its own letter tells."""
    for consultation in list(db.session.scalars(select(Consultation))):
        if schedule.current(consultation) == Phase.OPEN:
            for finding in letters.published_since_the_opening(consultation):
                what, facts = f"used-{finding.id}", _facts(consultation) | {"finding": finding}
                if not _told(consultation, what):
                    _send(consultation.id, "used", what, letters.whose_texts_it_uses(finding), facts)


def _told(consultation: Consultation, what: str) -> bool:
    lines = select(Record.facts).where(Record.consultation_id == consultation.id, Record.deed == "news told")
    return any(facts["what"] == what for facts in db.session.scalars(lines))


def let_rest(consultation: Consultation) -> None:
    """Let nobody be told what was news before a consultation came here; part of the caller's transaction."""
    due = [letter.kind for letter in letters.LETTERS if letters.is_due(letter, consultation)]
    moved = (Record.consultation_id == consultation.id, Record.deed == "start moved")
    lines = db.session.scalars(select(Record.id).where(*moved, Record.at > clock.now() - letters.LATE)).all()
    for what in (*(f"{kind}-{consultation.id}" for kind in due), *(f"moved-{line}" for line in lines)):
        if not _told(consultation, what):
            log.record("news told", by=None, consultation=consultation, what=what)


def _send(key: int, kind: str, what: str, people: Any, facts: Mapping[str, Any]) -> None:
    """In chunks, each a transaction. It goes on where it ended: whoever has the mail is not asked for again."""
    texts = {language: _rendered(kind, facts, language) for language in readers.offered()}
    last = 0
    while True:
        with transaction() as session:
            has = exists().where(Mail.once == literal(f"{what}-", String) + Person.id.cast(String))
            wanted = select(Person.id, Person.email, Person.language).where(
                Person.id.in_(people), Person.id > last, Person.news_mails.is_(True), ~has, reachable()
            )
            found = session.execute(wanted.order_by(Person.id).limit(CHUNK)).all()
            insert_many(Mail, [_row(kind, f"{what}-{row.id}", row, texts) for row in found])
            if len(found) < CHUNK:
                log.record("news told", by=None, consultation=session.get_one(Consultation, key), what=what)
                return
            last = found[-1].id


def _rendered(kind: str, facts: Mapping[str, Any], language: str = i18n.FIRST) -> str:
    with i18n.speaking(language):
        return outbox.rendered(kind, news_key=STAND_IN, **facts)


def _row(kind: str, once: str, who: Any, texts: Mapping[str, str]) -> dict[str, Any]:
    language = i18n.best((who.language,), list(texts))
    own = texts[language].replace(STAND_IN, unsubscribing.key_for("news", who.id))
    subject, _line, body = own.partition("\n")
    now = clock.now()
    return {
        "kind": kind,
        "language": language,
        "rank": outbox.rank(kind),
        "once": once,
        "person_id": who.id,
        "address": who.email,
        "subject": " ".join(subject.split())[:200],
        "body": body.strip() + "\n",
        "created_at": now,
        "due_at": now,
    }


def _facts(of: Consultation) -> dict[str, Any]:
    """What the letters show; nothing in them is of one person alone but the key."""
    now = schedule.current(of)
    after = schedule.following(of, now)
    ready = Finding.consultation_id == of.id, Finding.state == State.PUBLISHED
    return {
        "consultation": of,
        "bell": schedule.bell(of, now),
        "after": i18n.later(schedule.phase_name, after) if after else "",
        "findings": list(db.session.scalars(select(Finding.title).where(*ready).order_by(Finding.number).limit(20))),
        "resubmit_until": of.analysis + timedelta(days=of.resubmit_days) if of.analysis else None,
    }


def _drop_what_waits(beginning: str) -> None:
    """After the bell the phase that closed mails nobody: a reminder that has not gone out by then stays here."""
    waits = (Mail.kind == "closing", Mail.state == "waiting", Mail.once.startswith(beginning))
    if db.session.scalar(select(exists().where(*waits))):
        with transaction() as session:
            why = "It was a reminder, and the time it reminds of is over."
            session.execute(update(Mail).where(*waits).values(state="failed", error=why))
