"""The page with every wording of a text and what has changed from one to the next, for those who may see it (M17)."""

from typing import Any

from flask import render_template, url_for

from crowd.evidence import files
from crowd.i18n import _
from crowd.models import Contribution, Version
from crowd.states import State
from crowd.threads import numbers, queries
from crowd.threads.blueprint import bp
from crowd.threads.differences import differences, wording
from crowd.web import fetch, key_in_query


@bp.route("/p/<int:number>/versions")
def versions(number: int) -> str:
    """The newest wording first, each with its difference to the one before."""
    contribution = fetch(Contribution, number, to="read the versions")
    rows = queries.versions(contribution, key_in_query("before"))
    shown, more = rows[: queries.VERSIONS], rows[queries.VERSIONS :]
    return render_template(
        "threads/versions.html",
        contribution=contribution,
        cited=numbers.written(contribution.consultation.code, contribution.serial),
        files=files.of_versions((version.id, version.files) for version in shown),
        versions=[_compared(contribution, *pair) for pair in zip(shown, [*rows[1:], None], strict=False)],
        next_href=url_for(".versions", number=number, before=shown[-1].number) if more else "",
    )


def _compared(contribution: Contribution, version: Version, earlier: Version | None) -> tuple[Version, str, Any]:
    changed = differences(wording(earlier), wording(version)) if earlier else None
    return version, _state_words(contribution, version), changed


def _state_words(contribution: Contribution, version: Version) -> str:
    """What became of a wording, in words that fit its author and a moderator alike."""
    if version.sealed:
        return _("Passages were struck out; what it was is sealed")
    if version.state == State.PUBLISHED:
        return _("Published") if contribution.state == State.PUBLISHED else _("Was published")
    return {
        State.HELD: _("Waits for a moderator"),
        State.RETURNED: _("Returned"),
        State.REJECTED: _("Not published"),
        State.WITHDRAWN: _("Withdrawn"),
        State.REPLACED: _("Replaced by a later one"),
    }[State(version.state)]
