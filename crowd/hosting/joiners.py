"""Pages about joining one consultation: invitation links, and requests that wait for the host."""

from base64 import b64encode
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, session, url_for

from crowd import clock, i18n, outbox, schedule
from crowd.accounts import totp
from crowd.db import transaction
from crowd.forms import Form
from crowd.hosting import deeds, queries
from crowd.hosting.blueprint import bp
from crowd.hosting.deeds import Refusal
from crowd.hosting.forms import DeclineForm, InvitationForm
from crowd.hosting.views import page_after
from crowd.i18n import _
from crowd.models import Consultation
from crowd.pages import offered, own
from crowd.states import Phase, Standing
from crowd.web import fetch, person, require


def _mine(slug: str) -> Consultation:
    require("host")
    return fetch(Consultation, slug, to="set up")


@bp.route("/host/<slug>/invitations", methods=["GET", "POST"])
def invitations(slug: str) -> Any:
    """Make links and see their use; a new link is shown once, because only its hash is kept."""
    consultation = _mine(slug)
    preset = max(clock.now(), ends(consultation, clock.now() + timedelta(days=14)))
    form = InvitationForm(until=preset.astimezone(ZoneInfo(consultation.timezone)).date())
    form.part.choices = [("", _("members"))] + [(group, group) for group in consultation.groups]
    if form.validate_on_submit() and form.until.data:
        until = datetime.combine(form.until.data, time(23, 59, 59), ZoneInfo(consultation.timezone))
        group = form.part.data or ""
        with transaction():
            secret = deeds.make_invitation(
                consultation,
                by=person(),
                standing=Standing.STAKEHOLDER if group else Standing.MEMBER,
                group=group,
                most=form.most.data or 1,
                until=until,
                note=form.note.data or "",
            )
        session["new_link"] = outbox.link("accounts.invited", secret=secret)
        return redirect(url_for("hosting.invitations", slug=slug))
    link = session.pop("new_link", "")
    made = queries.invitations(consultation.id)
    return render_template(
        "hosting/invitations.html",
        form=form,
        made=made,
        link=link,
        newest=made[0] if link and made else None,
        picture=b64encode(totp.picture(link)).decode() if link else "",
        now=clock.now(),
        ends=ends,
    )


def ends(of: Consultation, until: datetime) -> datetime:
    """When a link lets nobody in any more: at its own end, or before it with the last phase in which one can join."""
    bell = schedule.bell(of, Phase.OPEN if of.open else Phase.MEMBERS)
    return min(until, bell) if bell else until


@bp.get("/host/<slug>/invitations/<int:number>/slips")
def slips(slug: str, number: int) -> Any:
    """Slips to cut out, eight on a page, in every language of the site: "ask just one patient"."""
    consultation = _mine(slug)
    found = queries.invitation(consultation.id, number)
    if found is None or not found.code:
        abort(404)
    link = outbox.link("accounts.invited", secret=found.code)
    return render_template(
        "hosting/slips.html",
        invitation=found,
        site_part=link.partition("://")[2].removesuffix(found.code),
        picture=b64encode(totp.picture(link)).decode(),
        told=[slip_words(consultation, found, code) for code in offered()],
        over=found.expires_at <= clock.now() or found.used >= found.most,
    )


class SlipWords(NamedTuple):
    """What a slip says in one language."""

    lang: str
    title: str
    title_lang: str | None
    invited: str
    how: str
    until: str


def slip_words(of: Consultation, found: Any, code: str) -> SlipWords:
    with i18n.speaking(code):
        title = own(of, "title")
        invited = _("You are invited to take part: %(group)s", group=found.group)
        how = _("Scan the picture with your phone, or type this address:")
        until = _("Until %(day)s", day=i18n.day(ends(of, found.expires_at), of.timezone))
        return SlipWords(code, title, title.lang, invited, how, until)


@bp.route("/host/<slug>/invitations/<int:number>/end", methods=["POST"])
def end_invitation(slug: str, number: int) -> Any:
    consultation = _mine(slug)
    found = queries.invitation(consultation.id, number) or abort(404)
    with transaction():
        deeds.end_invitation(found, consultation, by=person())
    flash(_("The link lets nobody in any more."), "ok")
    return redirect(url_for("hosting.invitations", slug=slug))


@bp.route("/host/<slug>/requests")
def requests(slug: str) -> Any:
    """Those who are not on the register and ask to be let in, the oldest first."""
    consultation = _mine(slug)
    found, more = queries.requests(consultation.id, page_after("after"))
    return render_template("hosting/requests.html", requests=found, more=more, form=Form())


@bp.route("/host/<slug>/requests/<int:number>", methods=["GET", "POST"])
def decide(slug: str, number: int) -> Any:
    """Accept, or decline with a reason; the second of two hosts is told that the first was faster."""
    consultation = _mine(slug)
    found = queries.request(consultation.id, number) or abort(404)
    form = DeclineForm()
    accepting = request.form.get("do") == "accept"
    if accepting or form.validate_on_submit():
        try:
            with transaction():
                if accepting:
                    deeds.accept(found, consultation, by=person())
                else:
                    deeds.decline(found, consultation, form.reason.data or "", by=person())
        except Refusal as why:
            flash(str(why), "bad")
        else:
            flash(_("Accepted; they have a mail.") if accepting else _("Declined; they have a mail."), "ok")
        return redirect(url_for("hosting.requests", slug=slug))
    return render_template("hosting/decide.html", form=form, asked=found)
