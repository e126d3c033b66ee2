"""What changes the host's single sign-on: the provider, and what follows from its claims."""

from sqlalchemy import delete, select

from crowd import log
from crowd.accounts.queries import provider
from crowd.accounts.signing_on import SEAL, Client
from crowd.db import changed, db
from crowd.keyed import sealed
from crowd.models import ClaimRule, Provider
from crowd.rules import Asker


def set_provider(of: Client, *, by: Asker) -> None:
    """Let people sign in there. The secret is sealed, and shown to nobody again."""
    row = provider() or Provider()
    before = (row.name, row.issuer, row.client)
    row.name, row.issuer, row.client, row.secret = (
        of.name,
        of.issuer,
        of.client,
        sealed(SEAL, of.secret.encode()).decode(),
    )
    db.session.add(row)
    now = (row.name, row.issuer, row.client)
    what = [word for word, old, new in zip(("name", "issuer", "client"), before, now, strict=True) if old != new]
    log.record("sign-on changed", by=by.id, what=[*what, "secret"])


def end(*, by: Asker) -> None:
    """Nobody signs in there any more; who is linked is linked again if the same provider comes back."""
    if changed(delete(Provider)):
        log.record("sign-on changed", by=by.id, what=["ended"])


def add_rule(claim: str, value: str, gives: str, name: str, *, by: Asker) -> None:
    name = "" if gives == "member" else name
    db.session.add(ClaimRule(claim=claim, value=value, gives=gives, name=name))
    log.record("sign-on changed", by=by.id, what=["rule", claim, value, gives, name])


def remove_rule(number: int, *, by: Asker) -> None:
    found = db.session.scalar(select(ClaimRule).where(ClaimRule.id == number))
    if found:
        log.record("sign-on changed", by=by.id, what=["no rule", found.claim, found.value, found.gives, found.name])
        db.session.delete(found)
