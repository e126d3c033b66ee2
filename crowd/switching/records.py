"""What stood in a consultation when a phase began (P18): canonical JSON, its SHA-256, and how to check one."""

import hmac
import json
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import func, select

from crowd import clock, log
from crowd.db import db
from crowd.models import Consultation, Contribution, Decision, Finding, PhaseRecord, Question, Version
from crowd.rules import Asker
from crowd.states import Phase, Promise, State

FORMAT = "crowd phase record 1"
COUNTS = ("people", "stakeholders", "contributions", "comments", "votes", "finding_comments", "finding_votes", "held")


class BadRecord(ValueError):
    """A file that is no record, or not what it was; the message says which."""


class Line(NamedTuple):
    """A record as pages list it."""

    phase: Phase
    began_at: datetime
    sha256: str


def write(consultation: Consultation, phase: Phase, began: datetime, *, by: Asker | None) -> str:
    """Keep what stands here now, whose SHA-256 is returned and logged. Reads every published text: once a phase."""
    db.session.flush()
    db.session.refresh(consultation)
    body = canonical(_contents(consultation, phase, began, "host" if by else "clock"))
    stamp = digest(body)
    db.session.add(
        PhaseRecord(
            consultation_id=consultation.id, phase=phase, began_at=began, at=clock.now(), body=body, sha256=stamp
        )
    )
    log.record("phase recorded", by=by.id if by else None, consultation=consultation, phase=phase, sha256=stamp)
    return stamp


def canonical(contents: Any) -> str:
    """The one way to write these contents: keys sorted, no spaces, no fractions, a line break at the end."""
    return json.dumps(contents, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n"


def digest(body: str) -> str:
    return sha256(body.encode()).hexdigest()


def _contents(of: Consultation, phase: Phase, began: datetime, how: str) -> dict[str, Any]:
    texts, hidden = _texts(of, phase, began)
    return {
        "format": FORMAT,
        "consultation": {"slug": of.slug, "code": of.code, "title": of.title, "timezone": of.timezone},
        "phase": str(phase),
        "began_at": _iso(began),
        "recorded_at": _iso(clock.now()),
        "begun_by": how,
        "counts": {name: getattr(of, name) for name in COUNTS} | {"questions": _questions(of)},
        "texts": texts,
        "members_only": hidden,
        "findings": _findings(of) if phase in (Phase.OPEN, Phase.CLOSED) else 0,
        "moderation": _moderation(of),
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _questions(of: Consultation) -> list[dict[str, int]]:
    found = select(Question).where(Question.consultation_id == of.id).order_by(Question.number)
    names = ("number", "contributions", "comments", "votes")
    return [{name: getattr(question, name) for name in names} for question in db.session.scalars(found)]


def _texts(of: Consultation, phase: Phase, began: datetime) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The published texts, each with its promise and a sum of its wording; those for members only are a number and one
    sum over all of them. The sums are keyed with what the instance alone knows: nobody can guess at a wording by them,
    nor at a passage that was struck out of one afterwards."""
    published = (
        select(Contribution.serial, Contribution.kind, Contribution.place, Contribution.promise, Version.source)
        .join(Version, Version.id == Contribution.version_id)
        .where(Contribution.consultation_id == of.id, Contribution.state == State.PUBLISHED)
        .order_by(Contribution.serial, Contribution.id)
    )
    open_ones, count, key = [], 0, _key(of, phase, began)
    hidden = hmac.new(key, digestmod=sha256)
    for serial, kind, place, promise, source in db.session.execute(published):
        wording = hmac.new(key, f"{serial} {kind}\n{source}".encode(), sha256).hexdigest()
        if promise == Promise.MEMBERS and place == "discussion":
            count += 1
            hidden.update(wording.encode())
        else:
            words = str(Promise(promise).name).lower()
            open_ones.append({"number": serial, "kind": kind, "place": place, "promise": words, "sum": wording})
    return open_ones, {"count": count, "sum": hidden.hexdigest()}


def _key(of: Consultation, phase: Phase, began: datetime) -> bytes:
    secret = str(current_app.secret_key).encode()
    return hmac.digest(secret, f"phase record {of.id} {phase} {_iso(began)}".encode(), "sha256")


def _findings(of: Consultation) -> int:
    """How many are published. Before they open, whoever may read this may not know of them."""
    published = Finding.consultation_id == of.id, Finding.state == State.PUBLISHED
    return db.session.scalar(select(func.count(Finding.id)).where(*published)) or 0


def _moderation(of: Consultation) -> dict[str, Any]:
    """How many texts there are in each state, how many decisions of each kind, and how long they took, in seconds."""
    states = (
        select(Contribution.state, func.count())
        .where(Contribution.consultation_id == of.id)
        .group_by(Contribution.state)
    )
    decided = (
        select(Decision.decision, Decision.waited)
        .join(Version, Version.id == Decision.version_id)
        .join(Contribution, Contribution.id == Version.contribution_id)
        .where(Contribution.consultation_id == of.id, Decision.undone_at.is_(None))
    )
    found = db.session.execute(decided).all()
    waits = sorted(row.waited for row in found)
    return {
        "received": db.session.scalar(select(func.count(Contribution.id)).where(Contribution.consultation_id == of.id)),
        "states": {str(state): n for state, n in db.session.execute(states)},
        "decisions": dict(Counter(str(row.decision) for row in found)),
        "median_wait": waits[len(waits) // 2] if waits else 0,
        "ninetieth_wait": waits[len(waits) * 9 // 10] if waits else 0,
    }


def lines(consultation: Consultation) -> list[Line]:
    """The records of this consultation, the oldest first."""
    found = (
        select(PhaseRecord.phase, PhaseRecord.began_at, PhaseRecord.sha256)
        .where(PhaseRecord.consultation_id == consultation.id)
        .order_by(PhaseRecord.id)
    )
    return [Line(Phase(row.phase), row.began_at, row.sha256) for row in db.session.execute(found)]


def body(consultation: Consultation, phase: str, stamp: str = "") -> str | None:
    """The record of this phase with this SHA-256, else the newest: a phase that was begun, taken back and begun again
    has several."""
    query = select(PhaseRecord.body).where(
        PhaseRecord.consultation_id == consultation.id, PhaseRecord.phase == phase, PhaseRecord.sha256.startswith(stamp)
    )
    return db.session.scalar(query.order_by(PhaseRecord.id.desc()).limit(1))


def check(raw: bytes, wanted: str = "") -> tuple[dict[str, Any], str]:
    """What a file says and its SHA-256. Raises BadRecord for what is not canonical, or not the one that was wanted."""
    try:
        found = json.loads(raw.decode(), parse_float=_no_fraction, object_pairs_hook=_no_double)
    except (ValueError, RecursionError) as error:
        raise BadRecord(f"This is no record: {error}.") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BadRecord(f"This is no record: it does not begin with the format “{FORMAT}”.")
    if canonical(found).encode() != raw:
        raise BadRecord("The record is not written as Crowd writes it: somebody has changed the file.")
    stamp = sha256(raw).hexdigest()
    if wanted and stamp != wanted.strip().lower():
        raise BadRecord(f"The SHA-256 of the file is {stamp}, not the one that was given.")
    return found, stamp


def _no_fraction(number: str) -> float:
    raise ValueError(f"{number} is a fraction")


def _no_double(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if any(one == other for (one, _v), (other, _w) in pairwise(sorted(pairs, key=lambda pair: pair[0]))):
        raise ValueError("a key comes twice")
    return dict(pairs)


def named(found: dict[str, Any]) -> str:
    """What a file says of itself."""
    return f"the record of the phase “{found.get('phase')}” of “{_slug(found)}”, begun at {found.get('began_at')}"


def _slug(found: dict[str, Any]) -> Any:
    about = found.get("consultation")
    return about.get("slug") if isinstance(about, dict) else None


def compared(found: dict[str, Any], stamp: str, trusted: bool = False) -> str:
    """What this instance has to say of a record. Raises BadRecord for another one than it holds, and where nothing was
    verified: it holds none to compare with, and no SHA-256 was given that could be `trusted`."""
    query = (
        select(PhaseRecord.sha256, PhaseRecord.began_at, PhaseRecord.body)
        .join(Consultation, Consultation.id == PhaseRecord.consultation_id)
        .where(Consultation.slug == str(_slug(found)), PhaseRecord.phase == str(found.get("phase")))
        .order_by(PhaseRecord.id)
    )
    rows = db.session.execute(query).all()
    same = [row for row in rows if _iso(row.began_at) == found.get("began_at")]
    if not same:
        return _unheld([f"begun at {_iso(row.began_at)}, SHA-256 {row.sha256}" for row in rows], trusted)
    row = next((row for row in same if row.sha256 == stamp), same[0])
    if row.sha256 != digest(row.body):
        raise BadRecord("The record that this instance holds has been changed in the database.")
    if row.sha256 != stamp:
        raise BadRecord(f"This instance holds another record of that phase: {row.sha256}.")
    return "This instance holds the same record."


def _unheld(others: list[str], trusted: bool) -> str:
    lack = "This instance has no record of that phase to compare it with."
    if others:
        lack = f"This instance does not hold it, but another record of that phase: {'; '.join(others)}."
    return _by_stamp_alone(lack, trusted)


def without_instance(trusted: bool) -> str:
    """What can be said where there is nothing to compare with. Raises BadRecord if that is nothing."""
    return _by_stamp_alone("There is no instance here to compare it with.", trusted)


def _by_stamp_alone(lack: str, trusted: bool) -> str:
    if trusted:
        return f"It has the SHA-256 that was given. {lack}"
    raise BadRecord(f"{lack} So nothing was verified: give the SHA-256 that the timeline shows, with --sha256.")
