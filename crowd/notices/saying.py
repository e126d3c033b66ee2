"""Notices in words: what happened, to whom it is told, and where it stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from crowd.answering import steps as answers
from crowd.i18n import _
from crowd.models import Consultation
from crowd.notices import queries
from crowd.notices.atom import who
from crowd.notices.followed import title
from crowd.notices.queries import Happened, Why
from crowd.rules import Asker
from crowd.states import Place
from crowd.threads.view import View


class Notice(NamedTuple):
    """A notice for one reader; `row` is the text it is of, `view` from where they read it. Of a finding there is no
    view but perhaps a note of what has changed."""

    id: int
    why: str
    at: datetime
    words: str
    title: str
    of: Consultation
    row: Any
    view: View | None = None
    note: str = ""
    step: str = ""  # where the answer to a finding stands


def page(
    person: Asker, before: tuple[datetime, int] | None = None, among: Sequence[Consultation] | None = None
) -> tuple[list[Notice], bool]:
    """One page of somebody's notices, the newest first, and whether there are more; of all consultations, or `among`
    some."""
    of = {c.id: c for c in (queries.consultations(person) if among is None else among)}
    happened, more = queries.notices(person, list(of.values()), before)
    rows = queries.texts([h.id for h in happened if h.id > 0])
    concluded = queries.concluded([-h.id for h in happened if h.id < 0])
    views = {(c.id, place): View.of(c, person, finding=place == Place.FINDING) for c in of.values() for place in Place}
    found = []
    for h in happened:
        if h.id < 0:
            finding = concluded[-h.id]
            found.append(_of_finding(h, finding, of[finding.consultation_id]))
        else:
            row = rows[h.id]
            view = views[row.consultation_id, Place(row.place)]
            words, heading = _words(h, row, who(row, view)), title(row.html)
            found.append(Notice(h.id, h.why, h.at, words, heading, of[row.consultation_id], row, view))
    return found, more


def _of_finding(happened: Happened, row: Any, of: Consultation) -> Notice:
    if happened.why == Why.EDITION:
        words, note = _("Finding %(number)s has a new edition", number=row.number), row.change_note
    elif happened.why == Why.USED:
        words = _("What becomes of finding %(number)s, which rests on what you wrote", number=row.number)
        note = ""
    elif happened.why == Why.MOVE:
        words, note = _("What becomes of finding %(number)s", number=row.number), ""
    else:
        words, note = _("The host has said what will be done about finding %(number)s", number=row.number), ""
    step = answers.told(row, of.timezone) if happened.why in (Why.USED, Why.MOVE) else ""
    return Notice(happened.id, happened.why, happened.at, words, row.title, of, row, note=note, step=step)


def _words(happened: Happened, row: Any, name: str) -> str:
    if happened.why == Why.ANSWER:
        return _("%(name)s answered you", name=name)
    if happened.why == Why.THREAD:
        return _("%(name)s commented in a thread that you follow", name=name)
    if happened.why == Why.QUESTION:
        return _("%(name)s answered question %(number)s", name=name, number=row.question)
    if happened.why == Why.FINDING:
        return _("%(name)s commented on finding %(number)s", name=name, number=row.finding)
    return _("What %(name)s wrote was given the theme “%(theme)s”", name=name, theme=happened.theme)
