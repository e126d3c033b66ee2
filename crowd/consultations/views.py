"""Pages of consultations that everybody may see who may know of them."""

from flask import Response, redirect, render_template, url_for

from crowd import i18n, outbox, schedule
from crowd.consultations import queries, table, timeline, times
from crowd.consultations.blueprint import bp
from crowd.consultations.where import here
from crowd.i18n import _
from crowd.kept import keep_page
from crowd.models import Consultation, Question
from crowd.rules import could, may, standings
from crowd.states import PHASES
from crowd.web import fetch, person, public


@bp.route("/")
@public
def front():
    """The running consultation, or a choice of those that the asker may know of; nothing else of any is shown."""
    found = queries.consultations(person())
    if len(found) == 1:
        return redirect(url_for(".landing", slug=found[0].slug))
    return render_template("consultations/front.html", all=[(c, here(c, person())) for c in found])


@bp.route("/c/<slug>/")
def landing(slug):
    """What it is about, where it stands, and what to do first; also for those who may not read the discussion (P16)."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    asked = queries.questions(consultation)
    before, after = queries.kin(person(), consultation)
    keep_page(consultation)
    return render_template(
        "consultations/landing.html",
        events=timeline.events(consultation, queries.told(consultation), ahead=may(person(), "set up", consultation)),
        stats=_stats(consultation),
        questions=asked,
        before=before,
        after=after,
        readable=could(person(), "enter the discussion", consultation),
        ways=_ways(consultation, asked),
        findings=queries.findings(person(), consultation),
    )


def _stats(consultation: Consultation) -> list[tuple[str, str, str, float | None]]:
    """The live counts; those of the second part appear when it has begun to count."""
    people, number = consultation.people, i18n.number
    hoped = consultation.target
    of = _("of %(target)s hoped for", target=number(hoped)) if hoped else ""
    counts: list[tuple[str, str, str, float | None]] = [
        (_("Members registered"), number(people), of, round(100 * people / hoped, 1) if hoped else None),
        (_("Contributions"), number(consultation.contributions), "", None),
        (_("Comments"), number(consultation.comments), "", None),
        (_("Votes"), number(consultation.votes), "", None),
    ]
    later = [
        (_("Stakeholders"), consultation.stakeholders),
        (_("Comments on findings"), consultation.finding_comments),
        (_("Votes on findings"), consultation.finding_votes),
    ]
    return counts + [(words, number(n), "", None) for words, n in later if n]


def _ways(consultation: Consultation, asked: list[Question]) -> list[tuple[str, str]]:
    """What the person can do first: the one main action, and at most one other."""
    slug, number = consultation.slug, asked[0].number if asked else 0
    first = url_for("threads.question", slug=slug, number=number)
    written, join = url_for("findings.findings", slug=slug), url_for("accounts.join", slug=slug)
    by_act = [
        ("contribute", _("Answer question %(n)s", n=number), first),
        ("comment on a finding", _("Read the findings and comment"), written),
        ("write findings", _("Work on the findings"), written),
        ("read a finding", _("Read the findings"), written),
        ("join as a stakeholder", _("Join"), join),
        ("ask to join", _("Join as a member"), join),
        ("enter the discussion", _("Read the discussion"), first),
        ("set up", _("Set it up"), url_for(".set_up", slug=slug)),
    ]
    ways: dict[str, str] = {}
    for act, words, href in by_act:
        if could(person(), act, consultation) and (asked or href != first) and href not in ways.values():
            ways[words] = href
    return list(ways.items())[:2]


@bp.route("/c/<slug>/dates.ics")
def dates(slug):
    """The dates for a calendar: what the landing page says, and nothing more."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    address = outbox.link("consultations.landing", slug=slug)
    text = times.calendar(consultation, address, moved=len(queries.moves(consultation)))
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Content-Disposition"] = f'attachment; filename="{consultation.slug}.ics"'
    return answer


@bp.route("/c/<slug>/rules")
def rules(slug):
    """Who may do what, when, in words, with the reader's standing and the current phase marked."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    own = standings(person(), consultation)
    now = schedule.current(consultation)
    return render_template(
        "consultations/rules.html",
        lines=table.lines(own),
        phases=[(schedule.phase_name(phase), phase == now) for phase in PHASES],
        own=table.standing_names(own),
    )
