"""Changing the words of pages."""

from sqlalchemy import delete, select

from crowd import clock, log
from crowd.db import Overtaken, db
from crowd.models import MailWording, SitePage
from crowd.rules import Asker


def change_page(name: str, *, by: Asker, seen: int, source: str, html: str) -> bool:
    """Put other words on a page; each wording stays in the log. False if they are the same.

    `seen` is the edition that was changed: raises Overtaken if another host saved one meanwhile."""
    kept = db.session.scalar(select(SitePage).where(SitePage.name == name))
    if (kept.edition if kept else 0) != seen:
        raise Overtaken(kept)
    if kept is not None and kept.source == source:
        return False
    if kept is None:
        kept = SitePage(name=name, edition=0)
        db.session.add(kept)
    kept.source, kept.html, kept.edition, kept.changed_at = source, html, seen + 1, clock.now()
    log.record("page changed", by=by.id, page=name, edition=kept.edition, text=source)
    return True


def reword(kind: str, words: str, *, by: Asker) -> None:
    """Use other words for a mail from now on; none are the standard ones. Mails that wait stay as they are."""
    kept = db.session.scalar(select(MailWording).where(MailWording.kind == kind))
    if (kept.words if kept else "") == words:
        return
    db.session.execute(delete(MailWording).where(MailWording.kind == kind))
    if words:
        db.session.add(MailWording(kind=kind, words=words, changed_at=clock.now()))
    log.record("mail reworded", by=by.id, mail=kind, text=words)
