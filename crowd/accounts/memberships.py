"""What a person becomes in a consultation (P15): by the register, by invitation, or by asking the host."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select, update

from crowd import clock, log
from crowd.accounts import aliases, domains
from crowd.accounts.queries import email_keys_of, newest_request, registered_as, registered_at, vouched
from crowd.accounts.register import email_key, number_key
from crowd.db import Overtaken, change_if, db
from crowd.i18n import _
from crowd.keyed import keyed
from crowd.models import Consultation, Invitation, JoinRequest, Membership, Registered
from crowd.rules import Asker
from crowd.states import Standing
from crowd.threads.counts import tally
from crowd.why import why_not

ACTS = {Standing.MEMBER: "ask to join", Standing.STAKEHOLDER: "join as a stakeholder"}
MEMBER, GROUP = "member", "group:"  # as what somebody asks to join; a host may name a group "member"
COUNTS = {Standing.MEMBER: "people", Standing.STAKEHOLDER: "stakeholders"}


class CannotJoin(Exception):
    """Its text is the sentence that says why."""


@dataclass(frozen=True)
class Details:
    """What somebody says about themselves who is not found on the register by their address."""

    name: str
    number: str
    profession: str
    region: str
    note: str


def objection(by: Asker, consultation: Consultation, standing: Standing) -> str:
    """Why this person cannot become that here now; empty when they can."""
    if by.roles & {Standing.MODERATOR, Standing.HOST}:
        return _("You take part here as a facilitator, so you cannot join as well.")
    if by.suspended:
        return _("Your account is suspended. You can still read.")
    there = by.memberships.get(consultation.id)
    if there and (there.standing == Standing.MEMBER or standing == Standing.STAKEHOLDER):
        return _("You take part here already, as %(alias)s.", alias=there.alias)
    return why_not(by, ACTS[standing], consultation)


def join(
    consultation: Consultation,
    *,
    by: Asker,
    standing: Standing,
    how: str,
    eligibility: str | None = None,
    also: Collection[str] = (),
    profession: str = "",
    region: str = "",
    group: str = "",
    alias: str = "",
) -> str:
    """Give a person a standing and hand back their alias; a stakeholder may become a member. Raises CannotJoin.

    `eligibility` is the key that lets nobody else in from now on; `also` are others of the same entry. An `alias` is
    drawn unless it is given."""
    if why := objection(by, consultation, standing):
        raise CannotJoin(why)
    if eligibility and (why := taken(consultation, {eligibility, *also}, by.id)):
        raise CannotJoin(why)
    row = db.session.scalar(
        select(Membership).where(Membership.person_id == by.id, Membership.consultation_id == consultation.id)
    )
    if row is not None and row.standing == standing:  # it had lapsed: they come back as who they were
        alias = alias or row.alias
    alias = alias or aliases.draw(consultation, profession=profession, region=region, group=group)
    if row is None:
        row = Membership(person_id=by.id, consultation_id=consultation.id, joined_at=clock.now())
        db.session.add(row)
    else:
        tally(Consultation, consultation.id, **{COUNTS[Standing(row.standing)]: -1})
        row.left_at = None
    row.standing, row.alias, row.eligibility = standing, alias, eligibility
    row.profession, row.region, row.group = profession, region, group
    db.session.flush()
    if standing == Standing.MEMBER:
        _close_requests(by.id, consultation.id)
    tally(Consultation, consultation.id, **{COUNTS[standing]: 1})
    log.record("joined", by=by.id, consultation=consultation, membership=row.id, standing=standing, how=how)
    return alias


def taken(consultation: Consultation, keys: Collection[str], by: int | None = None) -> str:
    """What somebody is told whose entry has let a person in already; empty if it has not, or if it was they, and it
    has lapsed since."""
    used = select(Membership.id).where(
        Membership.consultation_id == consultation.id, Membership.eligibility.in_([key for key in keys if key])
    )
    if by is not None:
        used = used.where(or_(Membership.person_id != by, Membership.left_at.is_(None)))
    if db.session.scalar(used.limit(1)) is None:
        return ""
    return _("Somebody has joined with this entry of the register already. If that was not you, write to the host.")


def join_by_register(consultation: Consultation, entry: Registered, *, by: Asker) -> str:
    """Membership at once for somebody on the register; one entry is one person (unique). Raises CannotJoin."""
    return join(
        consultation,
        by=by,
        standing=Standing.MEMBER,
        how="register",
        eligibility=entry.number_key or entry.email_key,
        also=[entry.email_key],  # the list may have had no number when they joined
        profession=entry.profession,
        region=entry.region,
    )


def join_as(part: str, consultation: Consultation, *, by: Asker) -> str:
    """Join as MEMBER, by the confirmed address, or as one of the host's groups: GROUP and its name.

    Empty if neither the register nor the host's sign-on knows them: then details are asked for. Raises CannotJoin."""
    if part.startswith(GROUP):
        group, said = part.removeprefix(GROUP), vouched(by.id)
        if said and said.standing == Standing.STAKEHOLDER and said.group in consultation.groups:
            group = said.group
        if group not in consultation.groups:  # it was, when the form was sent
            raise CannotJoin(_("The host has ended the group “%(group)s”. Choose another.", group=group))
        return join(consultation, by=by, standing=Standing.STAKEHOLDER, how="open", group=group)
    if why := objection(by, consultation, Standing.MEMBER):
        raise CannotJoin(why)
    entry = registered_at(by.email)
    return join_by_register(consultation, entry, by=by) if entry else join_by_provider(consultation, by=by)


def join_by_provider(consultation: Consultation, *, by: Asker) -> str:
    """Membership at once for somebody whom the host's sign-on calls a member; else empty. Raises CannotJoin."""
    said = vouched(by.id)
    if said is None or said.standing != Standing.MEMBER:
        return ""
    return join(
        consultation,
        by=by,
        standing=Standing.MEMBER,
        how="provider",
        eligibility=keyed("subject", f"{said.issuer} {said.subject}"),
        profession=said.profession,
    )


def prove(consultation: Consultation, details: Details, *, by: Asker) -> str:
    """Join by number and name, which must both be those of one entry; empty if they are not. Raises CannotJoin."""
    entry = registered_as(details.number, details.name)
    return join_by_register(consultation, entry, by=by) if entry else ""


def join_by_domain(consultation: Consultation, details: Details, *, by: Asker) -> str:
    """Join because the confirmed address ends as the host says; an address is one person. Empty where it does not.
    Raises CannotJoin."""
    if not domains.lets_in(by.email):
        return ""
    return join(
        consultation,
        by=by,
        standing=Standing.MEMBER,
        how="domain",
        eligibility=email_key(by.email),
        profession=details.profession,
        region=details.region,
    )


def ask_host(consultation: Consultation, details: Details, *, by: Asker) -> JoinRequest:
    """Leave a request for the host; a corrected one takes the place of the last. Raises CannotJoin."""
    if why := objection(by, consultation, Standing.MEMBER):
        raise CannotJoin(why)
    if (last := newest_request(by.id, consultation.id)) and last.state in ("waiting", "declined"):
        last.state = "replaced"
        last.name = last.number = last.note = ""
    made = JoinRequest(
        consultation_id=consultation.id,
        person_id=by.id,
        name=details.name,
        number=details.number,
        profession=details.profession,
        region=details.region,
        note=details.note,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    log.record("asked to join", by=by.id, consultation=consultation, request=made.id)
    return made


def join_by_invitation(
    found: Invitation, consultation: Consultation, *, by: Asker, profession: str = "", region: str = ""
) -> str:
    """Join by the host's link, which is counted in the database: the last place is given once. Raises CannotJoin."""
    standing = Standing(found.standing)
    if why := objection(by, consultation, standing):
        raise CannotJoin(why)
    if standing == Standing.MEMBER and (entry := registered_at(by.email)):
        return join_by_register(consultation, entry, by=by)  # needs no invitation, and counts as one person
    try:
        lasts = and_(Invitation.used < Invitation.most, Invitation.expires_at > clock.now())
        change_if(found, lasts, used=Invitation.used + 1)
    except Overtaken:
        raise CannotJoin(invitation_is_over(found)) from None
    return join(
        consultation,
        by=by,
        standing=standing,
        how="invitation",
        profession=profession,
        region=region,
        group=found.group,
    )


def invitation_is_over(found: Invitation) -> str:
    """Why a link lets nobody in any more; empty while it does."""
    if found.used < found.most and found.expires_at > clock.now():
        return ""
    return _("This invitation has been used up or is over. Ask whoever sent it for a new one.")


def settle(request: JoinRequest, state: str, reason: str = "") -> None:
    """Accept or decline a request that still waits; raises Overtaken for the second of two hosts."""
    change_if(request, JoinRequest.state == "waiting", state=state, reason=reason)


def _close_requests(person_id: int, consultation_id: int) -> None:
    """What somebody asked of the host is moot once they are in, and what they told of themselves goes."""
    db.session.execute(
        update(JoinRequest)
        .where(
            JoinRequest.person_id == person_id,
            JoinRequest.consultation_id == consultation_id,
            JoinRequest.state.in_(("waiting", "declined")),
        )
        .values(state="closed", name="", number="", note="")
        .execution_options(synchronize_session=False)
    )


def join_by_request(request: JoinRequest, consultation: Consultation, *, by: Asker) -> str:
    """Let somebody in whom the host has accepted. Name and number have served and go. Raises CannotJoin."""
    eligibility = number_key(request.number) or None
    request.name = request.number = request.note = ""
    return join(
        consultation,
        by=by,
        standing=Standing.MEMBER,
        how="request",
        eligibility=eligibility,
        also=email_keys_of(eligibility) if eligibility else (),
        profession=request.profession,
        region=request.region,
    )


def can_join_as(by: Asker, consultation: Consultation) -> list[Standing]:
    """As what the person could join here now."""
    return [standing for standing in ACTS if not objection(by, consultation, standing)]
