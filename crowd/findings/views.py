"""Pages of findings for their readers. Writing them stands in writing.py, what they rest on in evidence.py."""

from typing import Any

from flask import abort, render_template, request

from crowd import clock, schedule
from crowd.analysis import words
from crowd.answering import groups
from crowd.answering import queries as owed
from crowd.answering import since as answers
from crowd.findings import citing, considering, kept, queries, quotes
from crowd.findings.blueprint import bp
from crowd.i18n import _, deadline
from crowd.kept import keep_page
from crowd.models import Consultation, Finding
from crowd.notices import queries as notices
from crowd.pages import around
from crowd.rules import possible
from crowd.states import Phase, Stance, State, Vote
from crowd.threads import laying, paging
from crowd.threads.paging import Under
from crowd.threads.view import View
from crowd.web import fetch, person

OWN: dict[int | None, str] = {None: "", Vote.AGREE: "agree", Vote.DISAGREE: "disagree", Vote.PASS: "pass"}


@bp.get("/c/<slug>/findings")
def findings(slug: str) -> Any:
    """The findings by their sections; before the opening others learn when they will stand here, nothing else."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    rows = queries.findings(person(), consultation)
    keep_page(consultation)
    sections: dict[str, list[Any]] = {}
    for row in rows:
        sections.setdefault(row.section, []).append(row)
    return render_template(
        "findings/findings.html",
        sections=sections,
        when="" if rows else _when(consultation),
        drafts=_before_opening(consultation),
        fates=considering.public(consultation) if any(row.state == State.PUBLISHED for row in rows) else None,
        ended=not possible("write findings", consultation),
    )


def _before_opening(consultation: Consultation) -> bool:
    """Whether members read the findings here before everybody does, and are to be told so."""
    return consultation.drafts_shown and schedule.current(consultation) == Phase.ANALYSIS


def _when(consultation: Consultation) -> str:
    """When there will be findings to read here."""
    start = getattr(consultation, Phase.OPEN) or getattr(consultation, Phase.CLOSED)
    if start is None:
        return _("When they can be read has not been decided yet.")
    if start > clock.now():
        return _("They can be read from %(start)s.", start=deadline(start, consultation.timezone))
    return _("The host has not published any yet.")


@bp.get("/c/<slug>/findings/<int:number>")
def finding(slug: str, number: int) -> Any:
    found = fetch(Finding, slug, number, to="read a finding")
    asker, consultation = person(), found.consultation
    resting, against = (queries.evidence(asker, found, stance) for stance in Stance)
    keep_page(consultation)
    under, view = Under(finding=found.id), View.of(consultation, asker, finding=True)
    try:
        after = paging.read_key(request.args.get("after", ""), 1, path=True)
    except ValueError:
        abort(404)
    only_new = request.args.get("show") == "new" and asker.id > 0
    comments = laying.thread_for(asker, consultation, view, under, laying.Asked(after=after, only_new=only_new))
    page = render_template(
        "findings/finding.html",
        finding=found,
        rests_on=queries.rests_on(found, resting),
        opposed=queries.rests_on(found, against, Stance.DISSENTS),
        cards=laying.list_for(asker, resting, consultation, View.of(consultation, asker, listed=True)),
        now=answers.now(found, owed.duty(found), owed.moves(found)),
        voted=groups.shown(found),
        against=laying.list_for(asker, against, consultation, View.of(consultation, asker, listed=True)),
        quotes=quotes.shown(found, found.edition),
        attributed=quotes.attributed,
        cited=kept.cited(found),
        editions=kept.editions(found),
        runs=citing.runs(found),
        kind_words=words.kind,
        drafts=_before_opening(consultation),
        following=notices.following(asker, "finding", found.id),
        own_vote=OWN[queries.own_vote(asker, found)],
        after=comments.after,
        first=after is None,
        place=under.place if asker.id else "",
        upto=comments.upto or "",
    )
    return around(page, comments.pieces)
