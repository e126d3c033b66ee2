"""What there is between a word and the door (M26), the mildest first."""

from datetime import UTC, datetime

from crowd import clock
from crowd.i18n import _, deadline
from crowd.models import Sanction

WARNING, HOLD, SUSPENDED, BLOCKED = "warning", "hold", "suspended", "blocked"
KINDS = (WARNING, HOLD, SUSPENDED, BLOCKED)
KEEP_OUT = (SUSPENDED, BLOCKED)
FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)  # until somebody ends it


def kind_words(kind: str) -> str:
    return {
        WARNING: _("A warning"),
        HOLD: _("Always held"),
        SUSPENDED: _("Suspended"),
        BLOCKED: _("Blocked"),
    }[kind]


def what_it_means(kind: str) -> str:
    """What it does, to whoever imposes it."""
    return {
        WARNING: _("They have to confirm that they have read it before they can write again."),
        HOLD: _("A moderator reads each of their texts before others do, whatever the rules say."),
        SUSPENDED: _("Until a date they can read, but not write or vote. They are signed out now."),
        BLOCKED: _("The same until a host ends it."),
    }[kind]


def told(sanction: Sanction, zone: str) -> str:
    """What it does, or did until it ended, to the person it is about."""
    if sanction.ended_at or (sanction.until and sanction.until <= clock.now()):
        return _over(sanction.kind)
    end = deadline(sanction.until, zone) if sanction.until else ""
    if sanction.kind == WARNING:
        return _("The moderators have warned you.")
    if sanction.kind == HOLD and end:
        return _("Until %(end)s a moderator reads each of your texts before others do.", end=end)
    if sanction.kind == HOLD:
        return _("A moderator reads each of your texts before others do.")
    if sanction.kind == SUSPENDED:
        return _("Your account is suspended until %(end)s. Until then you can read, but not write or vote.", end=end)
    return _("Your account is blocked. You can read, but not write or vote.")


def _over(kind: str) -> str:
    return {
        WARNING: _("The moderators had warned you."),
        HOLD: _("For a time a moderator read each of your texts before others did."),
        SUSPENDED: _("Your account was suspended for a time."),
        BLOCKED: _("Your account was blocked for a time."),
    }[kind]


def what_ends(kind: str) -> str:
    """What is different now that it has ended, to the person it was about."""
    return {
        WARNING: _("You need not confirm it any more."),
        HOLD: _("Your texts are treated like those of others again."),
        SUSPENDED: _("What it kept you from you can do again."),
        BLOCKED: _("What it kept you from you can do again."),
    }[kind]
