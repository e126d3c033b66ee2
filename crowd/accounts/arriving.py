"""Where somebody goes who has just confirmed their address, and what they are told there."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import url_for

from crowd.accounts import domains, memberships
from crowd.accounts.memberships import CannotJoin
from crowd.accounts.queries import asker_for
from crowd.db import db
from crowd.i18n import _
from crowd.models import Consultation, Invitation
from crowd.rules import Asker, may

Said = tuple[str, str]


def take_part(facts: Mapping[str, Any], *, by: Asker) -> tuple[str, Said]:
    """Do what the join form asked for before the address was confirmed: (address to go to, what to say)."""
    consultation = db.session.get(Consultation, facts.get("consultation", 0))
    if consultation is None:
        return url_for("consultations.front"), ("warn", _("This consultation is not here any more."))
    if "invitation" in facts:
        return by_invitation(consultation, facts, by=by)
    part = str(facts.get("part", ""))
    return attempt(consultation, by, lambda: memberships.join_as(part, consultation, by=by))


def by_invitation(consultation: Consultation, facts: Mapping[str, Any], *, by: Asker) -> tuple[str, Said]:
    """Join by the link that the facts of a token name."""
    found = db.session.get(Invitation, facts["invitation"])
    if found is None:
        return landing(consultation), ("warn", _("This invitation has been ended. Ask whoever sent it for a new one."))
    profession, region = str(facts.get("profession", "")), str(facts.get("region", ""))

    def joins() -> str:
        return memberships.join_by_invitation(found, consultation, by=by, profession=profession, region=region)

    return attempt(consultation, by, joins)


def attempt(consultation: Consultation, by: Asker, joins: Callable[[], str]) -> tuple[str, Said]:
    """Join, and say under which name; or go to where details are asked for; or say why not."""
    try:
        alias = joins()
    except CannotJoin as refused:
        return landing(consultation), ("warn", str(refused))
    if not alias:
        said = _("Your address is confirmed, but it is not on the register. Tell us a little more.")
        if domains.lets_in(by.email):
            said = _("Your address is confirmed, and it lets you in. Say which profession you are shown with.")
        return url_for("accounts.details", slug=consultation.slug), ("note", said)
    return first_page(consultation, asker_for(by.id)), ("ok", welcome(alias))


def welcome(alias: str) -> str:
    return _("You are in. You will be shown as %(alias)s.", alias=alias)


def landing(consultation: Consultation) -> str:
    return url_for("consultations.landing", slug=consultation.slug)


def first_page(consultation: Consultation, by: Asker) -> str:
    """Straight to question 1 for those who can answer it now."""
    if may(by, "contribute", consultation):
        return url_for("threads.question", slug=consultation.slug, number=1)
    return landing(consultation)


def prove_or_ask(consultation: Consultation, told: memberships.Details, *, by: Asker) -> tuple[str, Said]:
    """Let somebody in whose number and name are on the register, or whose address is enough; else leave a request for
    the host."""
    try:
        alias = memberships.prove(consultation, told, by=by) or memberships.join_by_domain(consultation, told, by=by)
        if alias:
            return first_page(consultation, asker_for(by.id)), ("ok", welcome(alias))
        memberships.ask_host(consultation, told, by=by)
    except CannotJoin as refused:
        return landing(consultation), ("warn", str(refused))
    said = _("The host has your request and will answer by mail.")
    return url_for("accounts.details", slug=consultation.slug), ("ok", said)
