"""Signing in at the host's own provider: there, and back."""

import hmac
from collections.abc import Mapping
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, session, url_for

from crowd import pages, problems, resuming
from crowd.accounts import arriving, deeds, limits, own, signing_on, tokens
from crowd.accounts.blueprint import bp
from crowd.accounts.browser import remote, signed_in, slow_down, waits_for_mail
from crowd.accounts.forms import SignInForm
from crowd.accounts.queries import asker_for
from crowd.accounts.signing_on import Client, Failed, NotTaken
from crowd.accounts.views import arrive
from crowd.db import transaction
from crowd.i18n import _
from crowd.web import person, public, require

STATE = "sign-on"  # in the browser's signed session: an answer is taken from the browser alone that began


@bp.route("/login/with", methods=["POST"])
@public
def with_provider() -> Any:
    """Begin; for somebody who is signed in, to link that account."""
    return go_there(pages.own_path(request.form.get("next", "")), resuming.carried())


def go_there(path: str, typed: dict[str, str], **facts: Any) -> Any:
    """A page that leads to the provider by itself: the answer to a form may not, by the policy of our pages."""
    from crowd.accounts import provider

    of = signing_on.client() or abort(404)
    slow_down((limits.CODE_FROM, remote()))
    facts |= {"next": path, "typed": typed, "person": person().id}
    with transaction():
        state = signing_on.begin(**facts)
    try:
        url = provider.address(of, state)
    except Failed as why:
        return _failed(str(why), facts)
    session[STATE] = state
    page = render_template("accounts/going.html", url=url, name=of.name)
    return Response(page, headers={"Refresh": f"0; url={url}", "Cache-Control": "no-store"})


@bp.route("/login/sign-on")
@public
def back() -> Any:
    """What the provider sends a browser back with. The one GET that changes something: once, in the browser that began,
    within a quarter of an hour."""
    from crowd.accounts import provider

    of, state = signing_on.client() or abort(404), request.args.get("state", "")
    facts = _begun(state) if hmac.compare_digest(session.pop(STATE, "").encode(), state.encode()) and state else None
    if facts is None:
        return _failed(_("This sign-in took too long, or was begun in another window. Begin again."), {})
    if "code" not in request.args:
        refused = request.args.get("error") == "access_denied"
        no = _("%(name)s did not sign you in, because you or it said no.", name=of.name)
        return _failed(no if refused else _("%(name)s could not sign you in. Tell the host.", name=of.name), facts)
    try:
        return _arrived(of, provider.claims(of, state, request.args["code"]), facts)
    except (Failed, NotTaken) as why:
        return _failed(str(why), facts)


def _begun(state: str) -> dict[str, Any] | None:
    """What is to follow this sign-in; None if it was not begun, has ended, or is used."""
    with transaction():
        token = tokens.find(state, signing_on.PURPOSE)
        facts = dict(token.facts) if token else {}
        return facts if token and tokens.use(token) else None


def _arrived(of: Client, claims: dict[str, Any], facts: dict[str, Any]) -> Any:
    linking = facts["person"]
    if linking and linking != person().id:
        raise NotTaken(_("You have been signed out meanwhile. Sign in and link the two once more."))
    try:
        with transaction():
            who = signing_on.arrive(of, claims, linking)
            secret = "" if linking else deeds.sign_in(who.id)
            joins = "consultation" in facts
            to, said = arriving.take_part(facts, by=asker_for(who.id)) if joins else (facts["next"], None)
    except signing_on.Confirm:
        return _confirm_first(of, claims, facts)
    if linking:
        flash(_("From now on you can sign in with %(name)s.", name=of.name), "ok")
        return redirect(to or url_for("accounts.me"))
    return signed_in(secret, to, said) if said else arrive(secret, who.id, to, facts["typed"])


def _confirm_first(of: Client, claims: dict[str, Any], facts: dict[str, Any]) -> Any:
    """The provider does not say that the address is theirs; a mail to it does."""
    email = signing_on.address(of, claims)
    slow_down((limits.MAIL, email), (limits.MAIL_FROM, remote()))
    with transaction():
        signing_on.mail_link(of, claims, facts)
    waits_for_mail(email)
    flash(_("%(name)s has not checked your address, so we ask you to confirm it, this once.", name=of.name), "note")
    return redirect(url_for("accounts.code"))


def _failed(sentence: str, facts: Mapping[str, Any]) -> Any:
    """The other ways to sign in, with the sentence, and with what was typed."""
    if facts.get("person"):
        flash(sentence, "bad")
        return redirect(url_for("accounts.me"))
    form = SignInForm(formdata=None, next=facts.get("next", ""))
    form.form_errors.append(sentence)
    return problems.sign_in_page(form, facts.get("typed", {})), 400


@bp.route("/me/sign-on/end", methods=["POST"])
def unlink() -> Any:
    """Let the provider open this account no more."""
    require("use an account")
    with transaction():
        signing_on.unlink(own.account(person().id))
    flash(_("The two are not linked any more."), "ok")
    return redirect(url_for("accounts.me"))
