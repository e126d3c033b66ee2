"""The consultation and the questions that imported texts go into: one that is there, or a new one of their own."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from crowd import clock, schedule, text
from crowd.db import db
from crowd.i18n import _
from crowd.imports.shape import BadExport, Gathered
from crowd.models import Consultation, Question, Record
from crowd.states import Kind, Phase
from crowd.threads import numbers

VOTING_GOES_ON = timedelta(days=30)
TAKES = (Phase.DRAFT, Phase.ANALYSIS)  # while nobody writes: what comes from elsewhere comes between no two people


def short_name(name: str) -> str:
    """A name for addresses out of that of a folder or a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60].strip("-")


def there(slug: str, *, chosen: bool) -> Consultation | None:
    """The consultation of this short name, if it may be written into. One that nobody named (`chosen`) is only gone on
    with if it was imported. Raises BadExport."""
    found = db.session.scalar(select(Consultation).where(Consultation.slug == slug))
    if found is None:
        return None
    if _imported(found):
        return found
    if not chosen:
        raise BadExport(
            _(
                "There is a consultation “%(slug)s” already that was not imported. Give the folder another name.",
                slug=slug,
            )
        )
    if schedule.current(found) not in TAKES:
        raise BadExport(
            _(
                "Imported texts go into a consultation that is a draft or in its analysis, and “%(title)s” is neither. "
                "Choose another one, or another short name for a new one.",
                title=found.title,
            )
        )
    return found


def times(found: Gathered) -> Iterable[datetime]:
    return [one.at for one in found.texts.values()] + [event.at for event in found.events or ()]


def begin(found: Gathered) -> datetime:
    """The minute in which the first thing happened."""
    return _to_the_minute(min(times(found), default=clock.now()))


def _to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def new_consultation(slug: str, title: str, found: Gathered) -> Consultation:
    """In the members' phase since the first text, or past it, with the licence's attribution where all read it."""
    start = begin(found)
    about, about_html = shown(found.description)
    said, said_html = shown(found.attribution)
    end = clock.now() + VOTING_GOES_ON if found.goes_on else max(times(found), default=start)
    made = Consultation(
        slug=slug,
        code=numbers.proposed(slug, start.year),
        title=text.tidy_line(title or found.title)[:200] or slug,
        summary=f"{about}\n\n{said}".strip(),
        summary_html=about_html + said_html,
        created_at=start - timedelta(days=1),
        members=start,
        members_ready_at=start - timedelta(days=1),
        reached=Phase.MEMBERS if found.goes_on else Phase.ANALYSIS,
        analysis=_to_the_minute(end) + timedelta(minutes=0 if found.goes_on else 1),
        promises=sorted({int(one.promise) for one in found.texts.values()}, reverse=True),
    )
    made.default_promise = made.promises[0]
    if found.zone:
        made.timezone = found.zone
    db.session.add(made)
    db.session.flush()
    return made


def questions(consultation: Consultation, found: Gathered, new: bool) -> dict[str, Question]:
    """The questions by what the texts call them, "" for those that name none. A new consultation gets what it lacks."""
    known = db.session.scalars(
        select(Question).where(Question.consultation_id == consultation.id).order_by(Question.number)
    ).all()
    by_name = {name: one for one in known for name in (one.title.casefold(), str(one.number))}
    named = dict.fromkeys(one.question for one in found.texts.values() if one.question)
    may = new or schedule.current(consultation) == Phase.DRAFT or _imported(consultation)
    rooms = {}
    for name in named:
        if name.casefold() not in by_name and may:
            by_name[name.casefold()] = _question(consultation, name, found, name)
        if name.casefold() in by_name:
            rooms[name] = by_name[name.casefold()]
    unnamed = any(not one.question and not one.parent for one in found.texts.values())
    if unnamed and known and (len(known) == 1 or found.question_less):
        rooms[""] = known[0]
    elif unnamed and not known and may:
        rooms[""] = _question(consultation, "", found, _asked(found, consultation))
    return rooms


def _imported(consultation: Consultation) -> bool:
    asked = select(Record.id).where(Record.consultation_id == consultation.id, Record.deed == "imported").limit(1)
    return db.session.scalar(asked) is not None


def _asked(found: Gathered, consultation: Consultation) -> str:
    """What a description asks, or the name of what was gathered."""
    asked = re.search(r"[^.?!。？！\n]+[?？]", text.plain(shown(found.description)[1]))
    return asked[0].strip() if asked else found.question or consultation.title


def _question(consultation: Consultation, name: str, found: Gathered, title: str) -> Question:
    about, about_html = ("", "") if name else shown(found.description)
    kinds = {one.kind for one in found.texts.values() if one.question == name} - {Kind.COMMENT}
    last = select(func.coalesce(func.max(Question.number), 0)).where(Question.consultation_id == consultation.id)
    made = Question(
        consultation_id=consultation.id,
        number=(db.session.scalar(last) or 0) + 1,
        title=title,
        guidance=about,
        guidance_html=about_html,
        kinds=sorted(kinds or {Kind.IDEA}),
    )
    db.session.add(made)
    db.session.flush()
    return made


def shown(source: str) -> tuple[str, str]:
    """A text and its safe HTML; nothing where it cannot be shown."""
    source = text.tidy(source)
    try:
        return source, text.safe_html(source) if source else ""
    except text.Unusable:
        return "", ""
