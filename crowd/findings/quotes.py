"""Quotes beside a finding: chosen by its writers, confirmed one by one by a host, shown while they stand.

A quote stands while its contribution is published in the wording it was checked against and promised to all (P12, M14,
M19): nothing has to run when a text is withdrawn, changed or struck through; what stands no longer is on no page."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, update

from crowd import clock, log
from crowd.db import Overtaken, changed, db
from crowd.findings import verbatim
from crowd.holding.folding import Span, fold
from crowd.holding.identifying import personal_data
from crowd.holding.naming import named
from crowd.models import Contribution, Evidence, Finding, Membership, Quote, Version, VoteNow
from crowd.rules import Asker
from crowd.states import Promise, State
from crowd.text import plain

LONGEST = 1_000  # characters
ENOUGH = 50  # people of a group that took part, before it may stand beside a quote (privacy table)

STANDS = and_(
    Contribution.id == Quote.contribution_id,
    Contribution.state == State.PUBLISHED,
    Contribution.version_id == Quote.version_id,
    Contribution.promise > Promise.MEMBERS,
    Quote.ended_at.is_(None),
)
COLUMNS = (
    Quote.id,
    Quote.words,
    Quote.shown_as,
    Quote.confirmed_at,
    Quote.first_edition,
    Contribution.id.label("contribution"),
    Contribution.serial,
    Contribution.alias,
    Contribution.profession,
    Contribution.region,
    Contribution.group,
    Contribution.promise,
)


def attributed(row: Any) -> str:
    """What stands beside a quote: one thing at most."""
    return "" if row.shown_as == "nothing" else str(getattr(row, row.shown_as) or "")


def public() -> Any:
    """The quotes that stand in some edition: confirmed by a host, and standing."""
    beside = and_(Evidence.finding_id == Quote.finding_id, Evidence.contribution_id == Quote.contribution_id)
    query = select(*COLUMNS, Evidence.stance).select_from(Quote).join(Contribution, STANDS).outerjoin(Evidence, beside)
    return query.where(Quote.confirmed_at.is_not(None), Quote.first_edition.is_not(None)).order_by(Quote.id)


def shown(finding: Finding, edition: int) -> Sequence[Any]:
    """Those of one edition."""
    return db.session.execute(public().where(Quote.finding_id == finding.id, Quote.first_edition <= edition)).all()


def gone(finding: Finding, edition: int) -> int:
    """How many of an edition's quotes stand no longer."""
    here = Quote.finding_id == finding.id, Quote.first_edition <= edition
    all_of_it = db.session.scalar(select(func.count()).select_from(Quote).where(*here)) or 0
    return all_of_it - len(shown(finding, edition))


def all_of(finding: Finding) -> Sequence[Any]:
    """Every quote that was not taken away, for its writers, with whether it stands."""
    stands = exists().where(STANDS).correlate(Quote)
    return db.session.execute(
        select(*COLUMNS, stands.label("stands"))
        .join(Contribution, Contribution.id == Quote.contribution_id)
        .where(Quote.finding_id == finding.id, Quote.ended_at.is_(None))
        .order_by(Quote.id)
    ).all()


def waiting(finding: Finding) -> int:
    """How many confirmed and standing quotes are in no edition yet."""
    return sum(1 for row in all_of(finding) if row.stands and row.confirmed_at and row.first_edition is None)


def unconfirmed(finding: Finding) -> int:
    """How many wait for a host."""
    return sum(1 for row in all_of(finding) if row.stands and not row.confirmed_at)


def quote(finding: Finding, key: int) -> Quote | None:
    return db.session.scalar(select(Quote).where(Quote.id == key, Quote.finding_id == finding.id))


def published_text(contribution: Contribution) -> str:
    """What readers see of a contribution, as plain words."""
    html = db.session.scalar(select(Version.html).where(Version.id == contribution.version_id))
    return plain(html or "")


def took_part(of: Contribution, attribute: str) -> int:
    """How many people with the same attribute wrote a published text or voted in this consultation."""
    value = getattr(of, attribute)
    if not value:
        return 0
    wrote = exists().where(
        Contribution.author_id == Membership.person_id,
        Contribution.consultation_id == of.consultation_id,
        Contribution.state == State.PUBLISHED,
    )
    voted = (
        select(VoteNow.id)
        .outerjoin(Contribution, Contribution.id == VoteNow.contribution_id)
        .outerjoin(Finding, Finding.id == VoteNow.finding_id)
        .where(
            VoteNow.person_id == Membership.person_id,
            or_(Contribution.consultation_id == of.consultation_id, Finding.consultation_id == of.consultation_id),
        )
        .correlate(Membership)
    )
    here = Membership.consultation_id == of.consultation_id, getattr(Membership, attribute) == value
    query = select(func.count(Membership.person_id.distinct())).where(*here, or_(wrote, voted.exists()))
    return db.session.scalar(query) or 0


def may_stand_beside(of: Contribution, shown_as: str) -> bool:
    """Whether this may be said of who wrote it: the alias as the promise allows, an attribute where fifty took part."""
    if shown_as == "alias":
        return of.promise == Promise.ALIAS
    return shown_as == "nothing" or took_part(of, shown_as) >= ENOUGH


def identifying(words: str) -> list[Span]:
    """What in a quote may tell who somebody is, by the rules that hold texts (M2)."""
    folded = fold(words)
    return sorted({*personal_data(folded), *named(folded)}, key=lambda span: (span[1], span[2]))


def choose(finding: Finding, of: Contribution, *, by: Asker, words: str, shown_as: str) -> Quote:
    """Keep a quote for a host to confirm. The same words of the same text are one quote. Raises Overtaken where the
    text is not, or no longer, in these words."""
    if not verbatim.checked(words, published_text(of)).fits:
        raise Overtaken(of)
    here = Quote.finding_id == finding.id, Quote.contribution_id == of.id, Quote.ended_at.is_(None)
    same = select(Quote).where(*here, Quote.words == words, Quote.version_id == of.version_id)
    if twin := db.session.scalars(same).first():
        return twin
    made = Quote(
        finding_id=finding.id,
        contribution_id=of.id,
        version_id=of.version_id or 0,
        words=words,
        shown_as=shown_as,
        by_id=by.id,
        at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    log.record("quote chosen", by=by.id, consultation=finding.consultation, finding=finding.id, quote=made.id)
    return made


def confirm(quote: Quote, *, by: Asker, shown_as: str) -> None:
    """Let a quote appear with the next edition. Raises Overtaken if it stands no longer or is confirmed already."""
    stands = db.session.scalar(select(Quote.id).join(Contribution, STANDS).where(Quote.id == quote.id))
    if not stands or quote.confirmed_at:
        raise Overtaken(quote)
    quote.confirmed_at, quote.confirmed_by_id, quote.shown_as = clock.now(), by.id, shown_as
    of = quote.finding
    facts = {"finding": of.id, "quote": quote.id, "shown_as": shown_as}
    log.record("quote confirmed", by=by.id, consultation=of.consultation, **facts)


def take_away(quote: Quote, *, by: Asker) -> None:
    """Let a quote be shown nowhere any more, in no edition."""
    if quote.ended_at:
        return
    quote.ended_at = clock.now()
    of = quote.finding
    log.record("quote taken away", by=by.id, consultation=of.consultation, finding=of.id, quote=quote.id)


def end_with(finding: Finding, contributions: Sequence[int]) -> None:
    """What is no evidence any more is not quoted either."""
    here = Quote.finding_id == finding.id, Quote.contribution_id.in_(contributions), Quote.ended_at.is_(None)
    changed(update(Quote).where(*here).values(ended_at=clock.now()))
