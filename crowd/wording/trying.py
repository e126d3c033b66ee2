"""What there is to try a mail on: the newest consultation and text; where there is none yet, plain stand-ins."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from crowd import clock, outbox, schedule
from crowd.db import db
from crowd.i18n import _
from crowd.models import Consultation, Contribution, Reason, Site, Version
from crowd.rules import Asker, visible


def facts(kind: str, *, by: Asker) -> dict[str, Any]:
    """As the mail would get them. Its secrets are none: the links in a preview lead nowhere."""
    of: Any = db.session.scalar(select(Consultation).order_by(Consultation.id.desc()).limit(1))
    soon = clock.now() + timedelta(days=3)
    of = of or SimpleNamespace(title=_("Your first consultation"), slug="first", timezone="Europe/London", code="")
    site = outbox.site_name()
    if kind == "invited":
        return {"title": of.title, "host": site, "who": _("Dietitian, North West"), "secret": "..."}
    if kind == "opening":
        bell = schedule.bell(of, schedule.current(of)) if isinstance(of, Consultation) else None
        return {"consultation": of, "bell": bell or soon, "news_key": "...", "site": site}
    refused = kind != "published"
    reason = db.session.scalar(select(Reason).order_by(Reason.id).limit(1)) if refused else None
    contribution, version = _newest(of, by)
    return {
        "contribution": SimpleNamespace(
            id=contribution.id, consultation=of, appeal_by=soon if kind == "rejected" else None
        ),
        "version": version,
        "reason": reason or (SimpleNamespace(title=_("Off topic"), text="", rule="") if refused else None),
        "note": _("Thank you for writing."),
        "marked": [],
        "until": soon if refused else None,
        "contact": db.session.scalar(select(Site.contact)) or "",
        "still_public": False,
        "site": site,
    }


def _newest(of: Any, by: Asker) -> tuple[Any, Any]:
    """The newest text that the host may read."""
    found = None
    if isinstance(of, Consultation):
        newest = select(Contribution, Version).join(Version, Version.id == Contribution.version_id)
        readable = newest.where(visible(by, "read", Contribution, of)).order_by(Contribution.id.desc()).limit(1)
        found = db.session.execute(readable).first()
    if found:
        return found[0], found[1]
    words = _("Here stands what the author wrote.")
    return SimpleNamespace(id=1), SimpleNamespace(source=words, card={})
