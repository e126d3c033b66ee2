"""Who somebody is here whom the host's provider knows, and what its claims make of them. Nobody gets a role by them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select

from crowd import clock, log, outbox
from crowd.accounts import deeds, tokens
from crowd.accounts.queries import person_at, provider
from crowd.accounts.register import plain_email
from crowd.db import changed, db
from crowd.i18n import _
from crowd.keyed import Broken, opened
from crowd.models import ClaimRule, Identity, Person, Token
from crowd.states import Standing

PURPOSE, LASTS = "sign-on", timedelta(minutes=15)
GIVES = ("member", "stakeholder", "profession")
SEAL = "sign-on"


class Failed(Exception):
    """Its text is the sentence that says why."""


@dataclass(frozen=True)
class Client:
    """What we are at a provider: its row with the secret open, good outside of any session."""

    name: str
    issuer: str
    client: str
    secret: str


class NotTaken(Exception):
    """Its text is the sentence that says why nobody is signed in."""


class Confirm(Exception):
    """The provider has not checked the address: a mail goes there first."""


class Mapped(NamedTuple):
    """What the host's rules make of claims."""

    standing: str
    group: str
    profession: str


def client() -> Client | None:
    """The provider as it is talked to; None without one."""
    if (found := provider()) is None:
        return None
    try:
        secret = opened(SEAL, found.secret.encode()).decode()
    except Broken:  # of another instance's secret key; the provider will refuse it with a sentence
        secret = ""
    return Client(found.name, found.issuer, found.client, secret)


def begin(**facts: Any) -> str:
    """A state for one sign-in at the provider, and what to do after it; what was typed waits with it."""
    db.session.execute(delete(Token).where(Token.purpose == PURPOSE, Token.expires_at < clock.now()))
    return tokens.issue(PURPOSE, "", LASTS, **facts).secret


def arrive(of: Client, claims: Mapping[str, Any], linking: int = 0) -> Person:
    """The account of whom the provider has named: known from there, by their address, new, or the one that is
    `linking`. Raises NotTaken, and Confirm for an address that the provider has not checked."""
    found = db.session.scalar(select(Identity).where(Identity.issuer == of.issuer, Identity.subject == claims["sub"]))
    if found and linking not in (0, found.person_id):
        raise NotTaken(_("This sign-in at %(name)s belongs to another account here.", name=of.name))
    known = found.person_id if found else linking
    who = db.session.get_one(Person, known) if known else _by_address(of, claims)
    link(who, of.issuer, claims["sub"], mapped(claims, rules()))
    return who


def _by_address(of: Client, claims: Mapping[str, Any]) -> Person:
    email = address(of, claims)
    known = person_at(email)
    if known and known.roles:  # whoever runs a provider must not become a host here by naming their address
        raise NotTaken(
            _(
                "The account with this address has a role here, so %(name)s alone does not open it. "
                "Sign in as before, and link the two on your page.",
                name=of.name,
            )
        )
    if claims.get("email_verified") not in (True, "true"):
        raise Confirm
    return deeds.account(email)


def address(of: Client, claims: Mapping[str, Any]) -> str:
    """The e-mail address in the claims. Raises NotTaken without one."""
    try:
        email = plain_email(str(claims.get("email") or ""))
        validate_email(email, check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        raise NotTaken(
            _("%(name)s did not tell us your e-mail address, without which there is no account here.", name=of.name)
        ) from None
    return email


def link(who: Person, issuer: str, subject: str, made: Mapped) -> None:
    """Let this identity open this account from now on, and keep what its claims say; a new one is told by mail."""
    found = db.session.scalar(select(Identity).where(Identity.issuer == issuer, Identity.subject == subject))
    if found is None:
        found = Identity(person_id=who.id, issuer=issuer, subject=subject, seen_at=clock.now())
        db.session.add(found)
        log.record("account linked", by=who.id, issuer=issuer)
        if who.created_at < clock.now() - LASTS:  # to a new account it is no news
            outbox.queue("linked", to=who, issuer=issuer)
    if found.person_id == who.id:
        found.standing, found.group, found.profession = made
        found.seen_at = clock.now()
    db.session.flush()


def mail_link(of: Client, claims: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
    """Send a link to sign in with, which links the identity as well: whoever uses it has shown that the address is
    theirs."""
    email, known = address(of, claims), {"issuer": of.issuer, "subject": claims["sub"]}
    more = {**facts, "identity": {**known, "made": list(mapped(claims, rules()))}}
    made = tokens.issue("sign-in", email, **more)
    outbox.queue("sign_in", address=email, secret=made.secret, code=made.code)


def link_by_mail(who: Person, known: Mapping[str, Any]) -> None:
    """What a link of that mail does. Whoever got a role meanwhile links the two while they are signed in."""
    if not who.roles:
        link(who, known["issuer"], known["subject"], Mapped(*known["made"]))


def unlink(who: Person) -> None:
    """Let no provider open this account any more."""
    if changed(delete(Identity).where(Identity.person_id == who.id)):
        log.record("account unlinked", by=who.id)


def rules() -> list[ClaimRule]:
    return list(db.session.scalars(select(ClaimRule).order_by(ClaimRule.id)))


def mapped(claims: Mapping[str, Any], given: Iterable[ClaimRule]) -> Mapped:
    """The first rule that fits gives the standing, and the first one of a profession the profession."""
    standing = group = profession = ""
    for rule in given:
        if rule.value.casefold() not in _values(claims, rule.claim):
            continue
        if rule.gives == "profession":
            profession = profession or rule.name
        elif not standing:
            standing = Standing.MEMBER if rule.gives == "member" else Standing.STAKEHOLDER
            group = rule.name
    return Mapped(str(standing), group, profession)


def _values(claims: Mapping[str, Any], name: str) -> set[str]:
    """What a claim says, as words: of a list each part. A name with dots leads into an object, such as
    realm_access.roles, unless a claim is called so."""
    found: Any = claims
    for part in [name] if name in claims else name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    listed = found if isinstance(found, list) else [] if found is None else [found]
    return {str(one).strip().casefold() for one in listed}
