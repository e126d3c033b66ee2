"""Pages for joining a consultation: at the door, with details, by invitation."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for

from crowd import problems
from crowd.accounts import arriving, deeds, domains, limits, memberships, numbers, tokens
from crowd.accounts.blueprint import bp
from crowd.accounts.browser import remote, signed_in, slow_down, waits_for_mail
from crowd.accounts.forms import DetailsForm, DoorForm, InvitationForm, InvitedForm, JoinForm
from crowd.accounts.memberships import ACTS, GROUP, MEMBER, Details
from crowd.accounts.provider_pages import go_there
from crowd.accounts.queries import (
    asker_for,
    in_use,
    invitation,
    newest_request,
    person_at,
    provider,
    registered_as,
    registered_by_id,
)
from crowd.accounts.register import email_key
from crowd.db import db, transaction
from crowd.i18n import _
from crowd.models import Consultation, Invitation, Registered, Token
from crowd.pages import site
from crowd.rules import may
from crowd.states import Standing
from crowd.text import tidy_line
from crowd.web import fetch, person, public, require


@bp.route("/c/<slug>/join", methods=["GET", "POST"])
def join(slug: str) -> Any:
    """As a member, or as one of the host's groups; the address is confirmed first, and nobody learns who is known."""
    consultation = fetch(Consultation, slug, to="see the consultation")
    form = JoinForm()
    form.part.choices = _parts(consultation)
    if len(form.part.choices) == 1:
        form.part.data = form.part.choices[0][0]
    elsewhere = request.form.get("do") == "provider" and not person().id
    if person().id or elsewhere:
        del form.email
    if form.part.choices and form.validate_on_submit():
        part = str(form.part.data)
        require(ACTS[Standing.MEMBER if part == MEMBER else Standing.STAKEHOLDER], consultation)
        if person().id:
            with transaction():
                to, said = arriving.take_part({"consultation": consultation.id, "part": part}, by=person())
            return _said(to, said)
        if elsewhere:
            return go_there(request.path, {}, consultation=consultation.id, part=part)
        return _confirm_first(form, consultation, part=part)
    why = memberships.objection(person(), consultation, Standing.MEMBER)
    return render_template("accounts/join.html", form=form, why=why, provider=provider())


def _parts(consultation: Consultation) -> list[tuple[str, str]]:
    able = memberships.can_join_as(person(), consultation)
    member = [(MEMBER, _("Member of %(host)s", host=site().name))] if Standing.MEMBER in able else []
    return member + ([(GROUP + group, group) for group in consultation.groups] if Standing.STAKEHOLDER in able else [])


def _confirm_first(form: DoorForm, consultation: Consultation, **facts: Any) -> Any:
    """Mail a link and a code, whoever it is; machines get the same answer and no mail."""
    email = str(form.email.data)
    if not form.is_a_machine():
        slow_down((limits.MAIL, email), (limits.MAIL_FROM, remote()), cost=form.cost())
        with transaction():
            deeds.mail_confirmation(email, consultation, **facts)
    waits_for_mail(email)
    return redirect(url_for("accounts.code"))


def _said(to: str, said: tuple[str, str]) -> Any:
    flash(said[1], said[0])
    return redirect(to)


@bp.route("/c/<slug>/join/details", methods=["GET", "POST"])
def details(slug: str) -> Any:
    """For those whose address is not on the register: by number and name at once, else the host decides."""
    consultation = fetch(Consultation, slug, to="ask to join")
    require("use an account")
    last = newest_request(person().id, consultation.id)
    form = DetailsForm(obj=last)
    form.profession.choices = [("", "")] + [(name, name) for name in consultation.professions]
    form.region.choices = [("", "")] + [(name, name) for name in consultation.regions]
    by_domain = domains.lets_in(person().email)
    if by_domain:
        del form.name, form.number, form.note
    if form.validate_on_submit() and _is_possible(form):
        names = Details.__dataclass_fields__
        told = Details(**{name: tidy_line(form[name].data or "") if name in form else "" for name in names})
        slow_down((limits.PROVE, f"{person().id}"), (limits.CODE_FROM, remote()))
        with transaction():
            to, said = arriving.prove_or_ask(consultation, told, by=person())
        return _said(to, said)
    return render_template("accounts/details.html", form=form, last=last, by_domain=by_domain)


def _is_possible(form: DetailsForm) -> bool:
    """Say what is wrong with a number that its profession cannot have, or with an address that may not even ask."""
    if "number" not in form:
        return True
    format_ = numbers.formats().get(str(form.profession.data).casefold())
    if form.number.data and format_ and not format_.fits(form.number.data):
        form.number.errors = [
            _(
                "A number of this profession looks like %(pattern)s, such as %(example)s. Look at it again, or leave "
                "it empty and write it below for the host.",
                pattern=format_.in_words(),
                example=format_.example(),
            )
        ]
    elif not domains.may_ask(person().email) and not registered_as(form.number.data or "", form.name.data or ""):
        form.form_errors.append(
            _(
                "Name and number are not on the register, and the host takes requests only from addresses of its own, "
                "which yours is not. Sign in with your work address, or write to the host."
            )
        )
    return not form.errors


@bp.route("/i/<secret>", methods=["GET", "POST"])
@public
def invited(secret: str) -> Any:
    """An invitation: the host's link for several people, or the personal one of somebody on the register."""
    if found := invitation(secret):
        return _by_link(secret, found)
    if token := tokens.find(secret, "invited"):
        return _in_person(secret, token)
    said = _("This invitation is over, or its address is not complete. Ask whoever sent it for a new one.")
    return problems.problem(404, said, title=_("This link does not work any more"))


def _show_where(consultation: Consultation) -> None:
    if may(person(), "see the consultation", consultation):
        g.consultation = consultation


def _by_link(secret: str, found: Invitation) -> Any:
    consultation = db.session.get(Consultation, found.consultation_id)
    if consultation is None:
        abort(404)
    _show_where(consultation)
    form = InvitationForm()
    form.profession.choices = [("", "")] + [(name, name) for name in consultation.professions]
    form.region.choices = [("", "")] + [(name, name) for name in consultation.regions]
    if found.standing != Standing.MEMBER:
        del form.profession, form.region
    if person().id:
        del form.email
    why = memberships.invitation_is_over(found) or memberships.objection(
        person(), consultation, Standing(found.standing)
    )
    if not why and form.validate_on_submit():
        facts = {name: form[name].data for name in ("profession", "region") if name in form}
        if not person().id:
            return _confirm_first(form, consultation, invitation=found.id, **facts)
        with transaction():
            to, said = arriving.by_invitation(consultation, {"invitation": found.id, **facts}, by=person())
        return _said(to, said)
    return render_template("accounts/invitation.html", form=form, invitation=found, of=consultation, why=why)


def _in_person(secret: str, token: Token) -> Any:
    """The mail went to one address: whoever holds the link and knows that address has confirmed it.

    It opens new accounts alone, and its entry once: it lies in a mailbox for weeks, whatever its owner ends."""
    consultation = db.session.get(Consultation, token.facts["consultation"])
    entry = registered_by_id(token.facts["registered"])
    if consultation is None or entry is None:
        abort(404)
    _show_where(consultation)
    form = InvitedForm(email=person().email or None)
    taken = memberships.taken(consultation, {entry.number_key, entry.email_key})
    if taken and not person().id:
        flash(_("This invitation has been used. If that was you, sign in."), "note")
        return redirect(url_for("accounts.sign_in", next=arriving.landing(consultation)))
    why = memberships.objection(person(), consultation, Standing.MEMBER) or taken
    if not why and form.validate_on_submit():
        slow_down((limits.CODE, secret), (limits.CODE_FROM, remote()))
        if form.is_a_machine() or email_key(form.email.data) != entry.email_key:
            form.email.errors = [_("This is not the address that the invitation went to. Try another of yours.")]
        else:
            return _let_in(secret, consultation, entry, form.email.data)
    return render_template("accounts/invited.html", form=form, entry=entry, of=consultation, why=why)


def _let_in(secret: str, consultation: Consultation, entry: Registered, email: str) -> Any:
    with transaction():
        known = person_at(email)
        mine = known is not None and known.id == person().id
        if known and not mine and in_use(known):
            flash(_("This address has an account already. Sign in, and the invitation opens again."), "note")
            return redirect(url_for("accounts.sign_in", next=url_for("accounts.invited", secret=secret)))
        token = tokens.find(secret, "invited")
        if token is None or not tokens.use(token):
            abort(404)
        who = deeds.account(email)
        begun = "" if mine else deeds.sign_in(who.id)
        by = asker_for(who.id)
        to, said = arriving.attempt(consultation, by, lambda: memberships.join_by_register(consultation, entry, by=by))
    return signed_in(begun, to, said) if begun else _said(to, said)
