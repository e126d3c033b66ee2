"""Everything hosts change about people, invitations, requests, mails and the look. loading.py has the register."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import or_, select, update

from crowd import clock, log, outbox
from crowd.accounts import codes, factors, memberships, tokens
from crowd.accounts import deeds as accounts
from crowd.accounts.memberships import CannotJoin
from crowd.accounts.queries import MUST_HAVE_TWO, asker_for, hashed, person_at
from crowd.accounts.register import plain_email
from crowd.db import changed, db, transaction
from crowd.hosting import logo
from crowd.i18n import _, later
from crowd.models import Consultation, Invitation, JoinRequest, NumberFormat, Person, Site
from crowd.models.people import NOWHERE
from crowd.moderation.deeds import ship_reasons
from crowd.rules import Asker
from crowd.sanctions import deeds as sanctions
from crowd.sanctions.deeds import NotSanctionable
from crowd.sanctions.kinds import SUSPENDED
from crowd.sanctions.queries import kept_out_by
from crowd.states import ROLES, Standing

LINK_FOR = timedelta(days=7)


class Refusal(Exception):
    """A host asked for what would leave the site worse off; its text is the sentence that says why."""


def begin() -> None:
    """Give a new instance what every one needs: its own row, and the reasons that moderators start with."""
    if db.session.scalar(select(Site.id)) is None:
        db.session.add(Site())
        ship_reasons()


def found_host(email: str) -> str:
    """Make or find a host's account, and hand out a link to sign in with once. Opens its own transaction: a command.

    It is called "Host" until somebody gives it a name. Raises Refusal for what cannot be an address."""
    try:
        validate_email(plain_email(email), check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        raise Refusal(_("“%(typed)s” is no e-mail address. Enter one such as name@example.org.", typed=email)) from None
    with transaction():
        begin()
        who = accounts.account(plain_email(email))
        who.name = who.name or _("Host")
        if Standing.HOST not in who.roles:
            who.roles = _sorted(who.roles + Standing.HOST)
            log.record("role given", by=None, person=who.id, role=Standing.HOST)
        made = tokens.issue("host", who.email, timedelta(days=1))
    said = f"Open this within a day to sign in as {who.email}:\n  " + outbox.link(
        "accounts.confirm", secret=made.secret
    )
    if who.two:
        said += (
            "\nNo code is asked: the link turns two-factor sign-in off for this account. Set it up again afterwards."
        )
    return said


def _sorted(roles: str) -> str:
    return "".join(letter for letter in ROLES if letter in roles)


def add_staff(email: str, name: str, role: str, *, by: Asker) -> Person:
    """Give somebody a role by their address, with an account if they have none, and mail them the way in."""
    who = accounts.account(plain_email(email))
    give_role(who, role, name=name, by=by)
    made = tokens.issue("sign-in", who.email, LINK_FOR)
    outbox.queue("staff", to=who, secret=made.secret, role=later(role_words, role))
    return who


def give_address(who: Person, email: str, *, by: Asker) -> None:
    """Let somebody who came with their consultation from another instance sign in, by an address that the host knows to
    be theirs; they get a link. Raises Refusal."""
    try:
        validate_email(plain_email(email), check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError:
        raise Refusal(_("“%(typed)s” is no e-mail address. Enter one such as name@example.org.", typed=email)) from None
    if not who.email.endswith(NOWHERE):
        raise Refusal(_("This account has an address already."))
    if person_at(plain_email(email)):
        raise Refusal(_("Another account has the address %(email)s.", email=plain_email(email)))
    who.email = plain_email(email)
    db.session.flush()
    log.record("address given", by=by.id, person=who.id)
    accounts.mail_sign_in(who.email, "/me")


def role_words(role: str) -> str:
    return {"M": _("Moderator"), "A": _("Analyst"), "H": _("Host")}[role]


def give_role(who: Person, role: str, *, by: Asker, name: str = "") -> None:
    """Give a role, and a name if one is told. Raises Refusal for a facilitator without one: texts stand under it."""
    who.name = name or who.name
    if role in who.roles:
        return
    if role in (Standing.MODERATOR, Standing.HOST) and not who.name:
        raise Refusal(_("Enter a name for them first: what facilitators write stands under it."))
    who.roles = _sorted(who.roles + role)
    log.record("role given", by=by.id, person=who.id, role=role)


def take_role(who: Person, role: str, *, by: Asker) -> None:
    """Counts from the next request on. Raises Refusal for the last host."""
    if role not in who.roles:
        return
    able = or_(Person.suspended_until.is_(None), Person.suspended_until < clock.now())
    others = select(Person.id).where(Person.roles.contains(Standing.HOST), Person.id != who.id, able)
    if role == Standing.HOST and db.session.scalar(others) is None:
        raise Refusal(_("This is the only host. Give somebody else the role first."))
    who.roles = who.roles.replace(role, "")
    if not set(who.roles) & MUST_HAVE_TWO:
        who.factor_by = None
    log.record("role taken", by=by.id, person=who.id, role=role)


def suspend(who: Person, until: datetime, why: str, *, by: Asker, zone: str) -> None:
    """Let somebody read but not write until then, end their sign-ins, and tell them why. Raises Refusal for oneself."""
    try:
        sanctions.impose(who, by=by, kind=SUSPENDED, words=why, until=until, zone=zone)
    except NotSanctionable:
        raise Refusal(_("You cannot suspend yourself.")) from None


def end_suspension(who: Person, *, by: Asker) -> None:
    """End all that keeps somebody out now."""
    for one in kept_out_by(who.id):
        sanctions.end(one, by=by)
    if who.suspended_until is not None:  # by what was there before sanctions were kept as such
        who.suspended_until = None
        log.record("suspension ended", by=by.id, person=who.id)


def sign_out_everywhere(who: Person, *, by: Asker) -> None:
    accounts.sign_out_everywhere(who.id)
    log.record("signed out everywhere", by=by.id, person=who.id)


def reset_factor(who: Person, *, by: Asker) -> None:
    """Let somebody in who has lost phone and recovery codes. Raises Refusal for oneself: a stolen sign-in could too."""
    if who.id == by.id:
        raise Refusal(_("Turn your own off on your own page, or ask another host to reset it."))
    factors.reset(who, by=by.id)


def require_two_factor(on: bool, *, by: Asker) -> None:
    """Whether hosts and moderators must have a second factor. Their time to set it up begins with a sign-in."""
    if changed(update(Site).where(Site.two_factor != on).values(two_factor=on)):
        if not on:
            db.session.execute(update(Person).values(factor_by=None).execution_options(synchronize_session=False))
        log.record("site changed", by=by.id, what=["two_factor"])


def make_invitation(
    consultation: Consultation, *, by: Asker, standing: str, group: str, most: int, until: datetime, note: str
) -> str:
    """Make a link that lets people in as one thing; its secret is handed out here and never again. One for stakeholders
    opens nothing that is not open to everybody: it is short enough to be typed, and kept so that it can be printed."""
    code = codes.new() if standing == Standing.STAKEHOLDER else ""
    secret = code or secrets.token_urlsafe(24)
    made = Invitation(
        consultation_id=consultation.id,
        secret=hashed(secret),
        standing=standing,
        group=group,
        code=code,
        note=note,
        most=most,
        created_at=clock.now(),
        expires_at=until,
    )
    db.session.add(made)
    db.session.flush()
    log.record("invitation made", by=by.id, consultation=consultation, invitation=made.id, standing=standing, most=most)
    return secret


def end_invitation(found: Invitation, consultation: Consultation, *, by: Asker) -> None:
    """Those who came in by it stay."""
    if found.expires_at > clock.now():
        found.expires_at = clock.now()
        log.record("invitation ended", by=by.id, consultation=consultation, invitation=found.id)


def accept(request: JoinRequest, consultation: Consultation, *, by: Asker) -> str:
    """Let somebody in and tell them their alias. Raises Overtaken if settled before, Refusal if they cannot now."""
    asks = asker_for(request.person_id)
    there = asks.memberships.get(consultation.id)
    if request.state in ("waiting", "closed") and there and there.standing == Standing.MEMBER:
        raise Refusal(_("This person has joined meanwhile. There is nothing left to decide."))  # and not as whom
    memberships.settle(request, "accepted")
    try:
        alias = memberships.join_by_request(request, consultation, by=asks)
    except CannotJoin as why:
        raise Refusal(str(why)) from None
    log.record("request accepted", by=by.id, consultation=consultation, request=request.id)
    once = f"request-{request.id}"
    outbox.queue("accepted", to=request.person, once=once, consultation=consultation, alias=alias)
    return alias


def decline(request: JoinRequest, consultation: Consultation, reason: str, *, by: Asker) -> None:
    """Say no with a reason; they can correct it and ask again. Raises Overtaken if it was settled."""
    memberships.settle(request, "declined", reason)
    log.record("request declined", by=by.id, consultation=consultation, request=request.id, reason=reason)
    once = f"request-{request.id}"
    outbox.queue("declined", to=request.person, once=once, consultation=consultation, reason=reason)


def change_site(*, by: Asker, **values: Any) -> None:
    """Name, colour, contact and welcome; what changed is in the log."""
    site = db.session.scalar(select(Site))
    if site is None:
        site = Site()
        db.session.add(site)
    changed = sorted(name for name, value in values.items() if getattr(site, name) != value)
    told = [name for name in changed if not name.endswith("_html")]  # made from what was typed
    for name in changed:
        setattr(site, name, values[name])
    if told:
        log.record("site changed", by=by.id, what=told)
        db.session.execute(
            update(Consultation).values(change=Consultation.change + 1).execution_options(synchronize_session=False)
        )  # every kept page shows the name


def change_logo(made: logo.Made | None, alt: str, *, by: Asker) -> None:
    """Put a logo in the place of the one before, or none."""
    logo.remove()
    name = logo.keep(made) if made else ""
    width, height = (made.width, made.height) if made else (0, 0)
    change_site(by=by, logo=name, logo_alt=alt, logo_width=width, logo_height=height)


def change_formats(wanted: Mapping[str, tuple[str, bool]], *, by: Asker) -> None:
    """What the numbers of these professions look like from now on: (pattern, whether fewer digits are right too); an
    empty pattern takes any. Numbers that are on the register stay as they are."""
    there = {row.profession: row for row in db.session.scalars(select(NumberFormat))}
    before = {name: row.pattern for name, row in there.items()}
    for profession, (pattern, fewer) in wanted.items():
        row = there.get(profession)
        if not pattern and row is not None:
            db.session.delete(row)
        elif pattern and row is None:
            db.session.add(NumberFormat(profession=profession, pattern=pattern, fewer=fewer))
        elif pattern and row is not None:
            row.pattern, row.fewer = pattern, fewer
    after = {name: pattern for name, (pattern, _fewer) in wanted.items() if pattern}
    if before != after or db.session.dirty:
        log.record("number formats changed", by=by.id, before=before, after=after)
