"""What a host says on "How we moderate", and the words for what is set."""

from crowd import clock, i18n, log
from crowd.consultations.deeds import as_it_stands
from crowd.db import Overtaken
from crowd.i18n import _
from crowd.models import Consultation
from crowd.rules import Asker


def as_shown(consultation: Consultation) -> str:
    return as_it_stands(consultation, ("policy",))


def set_policy(consultation: Consultation, *, by: Asker, seen: str, source: str, html: str) -> None:
    """Put other words on the page. Raises Overtaken if another host did meanwhile."""
    if as_shown(consultation) != seen:
        raise Overtaken(consultation)
    if consultation.policy == source:
        return
    consultation.policy, consultation.policy_html = source, html
    log.record("consultation changed", by=by.id, consultation=consultation, what=["policy"])


def working_hours(consultation: Consultation) -> str:
    """When the desk is staffed."""
    names = i18n.day_names()
    days = [names[day] for day in sorted(consultation.work_days)]
    zone = i18n.zone_name(clock.now(), consultation.timezone)
    start, end = (f"{m // 60:02}:{m % 60:02}" for m in (consultation.work_from, consultation.work_until))
    return _("%(days)s, %(start)s to %(end)s (%(zone)s)", days=", ".join(days), start=start, end=end, zone=zone)


def mode_words(mode: str) -> str:
    """How texts are taken (M1)."""
    return {
        "before": _("A moderator reads every text before others do."),
        "risk": _(
            "A moderator reads a text before others do if it is somebody’s first or one of our checks finds something "
            "in it. The others are published at once and looked at afterwards."
        ),
        "after": _("Texts are published at once and looked at afterwards."),
    }[mode]
