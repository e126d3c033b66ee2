"""What has happened to a version that is not waiting any more, in a sentence (M10)."""

from crowd import schedule
from crowd.i18n import _, stamp
from crowd.models import Decision, Version
from crowd.moderation import queries
from crowd.states import State


def decision_word(decision: str) -> str:
    """A decision as it is told afterwards."""
    return {
        "approve": _("published"),
        "return": _("returned"),
        "reject": _("rejected"),
        "redact": _("published with passages struck out"),
        "merge": _("put under another text that says the same"),
        "remove": _("removed"),
    }.get(decision, decision)


def since_opened(version: Version, by: int, phase: str = "") -> str:
    """What has happened since this version was opened, in that phase; empty if all is as it was."""
    on_this = [d for d, _number in queries.history(version.contribution_id) if d.version_id == version.id]
    return what_happened(version, on_this[-1] if on_this else None, by=by, phase=phase)


def what_happened(version: Version, decision: Decision | None, *, by: int, phase: str = "") -> str:
    """Why a decision on this version, from a form shown in `phase`, cannot be taken; empty if it can."""
    consultation = version.contribution.consultation
    if decision is not None:
        who = _("You") if decision.moderator_id == by else _("Another moderator")
        return _(
            "%(who)s decided on this text on %(when)s: %(word)s.",
            who=who,
            when=stamp(decision.at, consultation.timezone),
            word=decision_word(decision.decision),
        )
    if version.state == State.REPLACED:
        return _("The author has changed the text since you opened it.")
    if version.state == State.WITHDRAWN:
        return _("The author has withdrawn this text.")
    if version.state != State.HELD:
        return _("This text does not wait for a decision any more.")
    now = schedule.current(consultation)
    if phase and phase != now:
        return _(
            "The consultation has moved on to “%(phase)s” since you opened this page.", phase=schedule.phase_name(now)
        )
    return ""
