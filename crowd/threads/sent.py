"""What happens next with a text that was sent."""

from flask import abort, render_template, url_for

from crowd.models import Contribution
from crowd.states import State
from crowd.threads import queries
from crowd.threads.blueprint import bp
from crowd.web import fetch, person


@bp.route("/p/<int:number>/sent")
def sent(number: int) -> str:
    """Your text has been saved: what happens next, and the way back."""
    contribution = fetch(Contribution, number, to="read")
    if contribution.author_id != person().id:
        abort(404)
    newest = queries.newest_version(contribution)
    return render_template(
        "threads/sent.html",
        contribution=contribution,
        draft=_written_at(contribution),
        at_once=newest.id == contribution.version_id and contribution.state == State.PUBLISHED,
    )


def _written_at(contribution: Contribution) -> str:
    """The address under which a browser kept its own copy of this text, for it to forget."""
    slug = contribution.consultation.slug
    if contribution.parent_id:
        return url_for(".reply", number=contribution.parent_id) + "?save"
    if contribution.question:
        return url_for(".write", slug=slug, number=contribution.question.number) + "?save"
    assert contribution.finding is not None, "what answers no question stands under a finding"
    return url_for(".comment_on_finding", slug=slug, number=contribution.finding.number) + "?save"
