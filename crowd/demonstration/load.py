"""Loads the demonstration at a point of its life: `everything` empties the instance and fills it, in one go."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from crowd import clock, outbox
from crowd.accounts.passwords import hashed
from crowd.db import db, transaction
from crowd.demonstration import concluding, documents, experts, findings, people, switches, texts, votes
from crowd.demonstration.content import Content
from crowd.demonstration.making import Making, Part
from crowd.demonstration.texts import Text
from crowd.demonstration.when import calendar
from crowd.models import Consultation, Contribution, Draft, Mail, Person, Question, Reason, Site, Version
from crowd.moderation import cases
from crowd.moderation.reasons import SHIPPED
from crowd.search import deeds as index
from crowd.states import Phase, Promise, State
from crowd.threads import recount

PASSWORD = "demonstration"  # noqa: S105  # it is published; the start refuses to serve it to others
MORE_TIME = "More time was asked for by three professions whose rotas were full over the holidays."
LATE_REGISTER = "The register of members arrives a week later than we were promised."
DELEGATES = "The findings are presented to 400 delegates first, and what they say is worked in."
ABOUT = ("slug", "code", "title", "timezone", "target", "professions", "regions", "groups")
UNFINISHED = (
    "Nobody asks what somebody used to cook. I do, and half of my plans change in that minute. What if every "
    "first appointment began with the last good meal a person"
)


def everything(phase: str = "members", consultation: str = "ahp") -> None:
    """Make a demonstration anew with its first consultation in this phase. All that was there before goes."""
    first = Content(consultation)
    contents = [first, Content("placements", lender=first)] if consultation == "ahp" else [first]
    for content in contents:
        content.html  # noqa: B018  # made now: it is slow and has no place in the transaction
    now, password = clock.now(), hashed(PASSWORD)
    with transaction():
        _empty()
        parts = _fill(Making(now, password), contents, Phase(phase))
        recount.correct()
        for part in parts:
            findings.keep(part)
            concluding.write(part)
            switches.record(part)


def _empty() -> None:
    for table in reversed(db.metadata.sorted_tables):
        db.session.execute(delete(table))
    index.empty()


def _fill(making: Making, contents: list[Content], phase: Phase) -> list[Part]:
    host = contents[0].consultation["host"]
    making.bulk.add(
        Site, name=host, contact="host@example.org", demonstration=True, two_factor=False, languages=["en", "cy"]
    )
    for reason in SHIPPED:
        making.reasons[reason.title] = making.bulk.add(Reason, **reason._asdict())
    parts = [Part(making, c, calendar(c.part, phase, making.now)) for c in contents]
    people.staff_and_register(making, contents, min(part.calendar.created for part in parts))
    written = [_part(part) for part in parts]
    making.write_lines()
    making.bulk.write()
    cases.catch_up()
    _mails(written[0])
    experts.mails(parts[0], host)
    return parts


def _part(part: Part) -> list[Text]:
    """One consultation with all that has happened in it by now."""
    _consultation(part)
    _timeline(part)
    switches.confirm(part)
    found = texts.plan(part)
    people.take_part(part, found)
    people.ask_to_join(part)
    concluded = findings.write(part)
    texts.write(part, found, concluded)
    experts.write(part, found)
    findings.evidence(part, found, concluded)
    votes.write(part, found, concluded)
    if part.content.part == "ahp" and "member" in part.members and part.calendar.discussion.going_on:
        _draft(part)
    return found


def _consultation(part: Part) -> None:
    about, when, bulk = part.content.consultation, part.calendar, part.making.bulk
    part.id = bulk.add(
        Consultation,
        **{name: about[name] for name in ABOUT},
        summary=part.content.summary,
        summary_html=part.content.html[part.content.summary],
        created_at=when.created,
        **switches.columns(part),
        **{str(phase): start for phase, start in when.starts.items()},
        change=int(when.now.timestamp()),  # pages kept of an earlier demonstration are not those of this one
    )
    for row in about["question"]:
        part.questions[row["number"]] = bulk.add(
            Question,
            consultation_id=part.id,
            **{name: row[name] for name in ("number", "title", "kinds")},
            guidance=row["guidance"].strip(),
            guidance_html=part.content.html[row["guidance"]],
        )
        documents.add(part, row)


def _timeline(part: Part) -> None:
    """The schedule as it was set, and what was moved since."""
    when, moved = part.calendar, []
    day = timedelta(days=1)
    if part.content.part == "ahp":
        if when.now < when.starts[Phase.MEMBERS]:
            moved = [(Phase.MEMBERS, 7 * day, when.now - 2 * day, LATE_REGISTER)]
        else:
            bell = when.starts[Phase.ANALYSIS]
            moved = [(Phase.ANALYSIS, 4 * day, min(bell - 5 * day, when.now - day), MORE_TIME)]
        if when.now >= when.starts[Phase.OPEN]:
            moved.append((Phase.OPEN, 11 * day, when.starts[Phase.OPEN] - 13 * day, DELEGATES))
    planned = {Phase.DRAFT: when.created, **when.starts}
    for phase, by, _at, _why in moved:
        planned[phase] -= by
    starts = {str(phase): start.isoformat() for phase, start in planned.items()}
    part.line("consultation created", when.created, "host", slug=part.content.consultation["slug"])
    part.line("schedule set", when.created + timedelta(hours=2), "host", starts=starts)
    for phase, by, at, why in moved:
        new: datetime = when.starts[phase]
        part.line("start moved", at, "host", phase=phase, old=(new - by).isoformat(), new=new.isoformat(), why=why)


def _draft(part: Part) -> None:
    part.making.bulk.add(
        Draft,
        person_id=part.making.people["member"],
        consultation_id=part.id,
        place=f"question-{part.questions[1]}",
        fields={"text": UNFINISHED, "kind": "idea", "promise": str(int(Promise.ALIAS))},
        saved_at=part.making.now - timedelta(minutes=50),
    )


def _mails(found: list[Text]) -> None:
    """What the cast has heard of their texts, as mails that were sent: there is something to see, and none goes out."""
    for it in found:
        if it.author in people.CAST and it.decided and it.question:
            contribution = db.session.get(Contribution, it.id)
            assert contribution is not None, "it has just been written"
            outbox.queue(
                it.state,
                to=db.session.get(Person, contribution.author_id),
                once=f"decision-{it.decision}",
                **_facts(it, contribution),
            )
            db.session.flush()
            sent = {"created_at": it.decided, "due_at": it.decided, "sent_at": it.decided + timedelta(seconds=4)}
            db.session.execute(
                update(Mail).where(Mail.once == f"decision-{it.decision}").values(state="sent", tries=1, **sent)
            )


def _facts(it: Text, contribution: Contribution) -> dict[str, Any]:
    """What the templates of decisions show."""
    return {
        "contribution": contribution,
        "version": db.session.get(Version, it.version),
        "reason": db.session.scalar(select(Reason).where(Reason.title == it.reason)) if it.reason else None,
        "note": it.row.get("note", ""),
        "until": contribution.resubmit_by,
        "contact": "host@example.org",
        "still_public": contribution.state == State.PUBLISHED,
    }
