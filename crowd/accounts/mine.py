"""One's own page: what one wrote and what became of it, drafts, standing, password, signing out everywhere."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from crowd.accounts import deeds, limits, own, passwords
from crowd.accounts.blueprint import bp
from crowd.accounts.browser import remote, signed_in, signed_out, slow_down
from crowd.accounts.forms import ChangePasswordForm, PasswordForm
from crowd.accounts.queries import identities, provider
from crowd.appeals import queries as appeals
from crowd.db import transaction
from crowd.evidence import storing
from crowd.evidence.deeds import drop_waiting
from crowd.findings import considering
from crowd.hosting.queries import zone as site_zone
from crowd.i18n import _
from crowd.models import Finding, Question
from crowd.notices import queries as notices
from crowd.sanctions import queries as sanctions
from crowd.sanctions.kinds import told
from crowd.states import State
from crowd.threads import drafts
from crowd.web import person, require


@bp.route("/me")
def me() -> Any:
    require("use an account")
    of = own.consultations(person().id)
    told_to = sanctions.of_person(person().id)
    zone = site_zone() if told_to else ""
    before = request.args.get("before", 0, type=int)
    written, more = own.written(person().id, of, before if 0 < before < 2**31 else 0)
    return render_template(
        "accounts/me.html",
        written=written,
        fates=_fates(written),
        more=more,
        decisions=own.decisions([w.id for w in written]),
        sanctions=[(one, told(one, zone)) for one in told_to],
        zone=zone,
        appeals=appeals.newest_of([w.id for w in written]),
        drafts=[(kept, _where_written(kept)) for kept in own.drafts(person().id, of)],
        memberships=[(of[key], row) for key, row in person().memberships.items()],
        new=notices.new(person()),
        bounced=own.account(person().id).bounces,
        provider=(elsewhere := provider()),
        linked=elsewhere and identities(person().id),
        requests=[(of[r.consultation_id], r) for r in own.requests(person().id)],
    )


def _fates(written: list[own.Written]) -> dict[int, considering.Fate]:
    """What published findings have made of these texts."""
    by_consultation: dict[int, list[own.Written]] = {}
    for one in (text for text in written if text.state == State.PUBLISHED):
        by_consultation.setdefault(one.consultation_id, []).append(one)
    found: dict[int, considering.Fate] = {}
    for some in by_consultation.values():
        found |= considering.fates(person(), some[0].consultation, [one.id for one in some])
    return found


def _where_written(kept: own.Kept) -> str:
    """The page on which the draft is in the box again."""
    name, _dash, key = kept.place.partition("-")
    slug = kept.consultation.slug
    if kept.thing is None:
        return ""
    if isinstance(kept.thing, Question):
        return url_for("threads.write", slug=slug, number=kept.thing.number)
    if isinstance(kept.thing, Finding):
        return url_for("threads.comment_on_finding", slug=slug, number=kept.thing.number)
    return url_for("threads.edit" if name == "edit" else "threads.reply", number=int(key))


@bp.post("/me/confirm-address")
def confirm_address() -> Any:
    """Send a mail to the address that mails came back from: whoever can use its link has shown that it is there."""
    require("use an account")
    slow_down((limits.MAIL, person().email), (limits.MAIL_FROM, remote()))
    with transaction():
        deeds.mail_sign_in(person().email, url_for("accounts.me"))
    flash(_("A mail is on its way to %(address)s. Use its link within two hours.", address=person().email), "ok")
    return redirect(url_for("accounts.me"))


@bp.route("/me/password", methods=["GET", "POST"])
def password() -> Any:
    """Set or change it; that ends every other sign-in. Whoever has one is asked for it."""
    require("use an account")
    kept = own.account(person().id).password
    form = ChangePasswordForm() if kept else PasswordForm()
    if form.validate_on_submit():
        if kept:
            slow_down((limits.PASSWORD, person().email))
        if kept and not passwords.fits(kept, form.old.data or ""):
            form.old.errors = [
                _("This is not the password you have now. Sign out and choose “Forgotten” if you lost it.")
            ]
        elif why := passwords.objection(form.new.data or "", person().email):
            form.new.errors = [why]
        else:
            new = passwords.hashed(form.new.data or "")
            with transaction():
                who = person().id
                deeds.set_password(own.account(who), new)
                begun = deeds.sign_in(who, whole=True)
            said = _("Your password is set. You are signed out everywhere else.")
            return signed_in(begun, url_for("accounts.me"), ("ok", said))
    return render_template("accounts/password.html", form=form, has_one=bool(kept))


@bp.route("/me/sign-out-everywhere", methods=["POST"])
def sign_out_everywhere() -> Any:
    require("use an account")
    with transaction():
        deeds.sign_out_everywhere(person().id)
    return signed_out(url_for("consultations.front"))


@bp.route("/me/drafts/<place>/discard", methods=["POST"])
def discard(place: str) -> Any:
    require("use an account")
    with transaction():
        drafts.drop(place, by=person().id)
        gone = drop_waiting(place, by=person().id)
    storing.let_go(gone)
    flash(_("The draft is gone."), "ok")
    return redirect(url_for("accounts.me"))
