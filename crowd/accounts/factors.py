"""The second factor of a sign-in: setting it up, asking for it, ending it."""

import secrets

from sqlalchemy import delete, func, select, update

from crowd import clock, log, outbox
from crowd.accounts import deeds, limits, totp
from crowd.accounts.register import keyed
from crowd.db import changed, db, insert_many
from crowd.models import Passkey, Person, RecoveryCode

CODES = 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike; ten of them hold 49 bits


def new_salt() -> str:
    return secrets.token_urlsafe(18)


def turn_on(who: Person, salt: str, step: int) -> list[str]:
    """Ask for a code at every sign-in from now on, and hand out the recovery codes: they are kept as hashes alone."""
    who.factor, who.factor_step, who.factor_by = salt, step, None
    limits.forget(limits.FACTOR, str(who.id))
    log.record("second factor set", by=who.id)
    outbox.queue("factor", to=who, what="on")
    return new_codes(who)


def renew_codes(who: Person) -> list[str]:
    """New recovery codes; the old ones are worth nothing from now on."""
    log.record("recovery codes made", by=who.id)
    outbox.queue("factor", to=who, what="codes")
    return new_codes(who)


def new_codes(who: Person) -> list[str]:
    """Ten codes in the place of those there were; they are kept as hashes alone."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == who.id))
    made = ["".join(secrets.choice(LETTERS) for _n in range(10)) for _m in range(CODES)]
    insert_many(RecoveryCode, [{"person_id": who.id, "code": _hashed(who.id, code)} for code in made])
    return [f"{code[:5]}-{code[5:]}" for code in made]


def _hashed(person_id: int, code: str) -> str:
    return keyed("recovery", f"{person_id}:{code}")


def codes_left(who: Person) -> int:
    found = db.session.scalar(select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == who.id))
    return int(found or 0)


def take(who: Person, typed: str) -> bool:
    """Use up a code from the phone or a recovery code: neither is taken a second time. A wrong one counts as a try."""
    plain = "".join(c for c in typed.casefold() if c.isalnum())
    step = totp.step_of(who.factor, plain, clock.now(), who.factor_step) if who.factor and plain.isdigit() else 0
    if step:
        newer = update(Person).where(Person.id == who.id, Person.factor_step < step)
        right = changed(newer.values(factor_step=step))
    else:
        kept = delete(RecoveryCode).where(RecoveryCode.person_id == who.id)
        right = changed(kept.where(RecoveryCode.code == _hashed(who.id, plain)))
    if right:
        limits.forget(limits.FACTOR, str(who.id))
    else:
        limits.within((limits.WRONG_FACTORS, str(who.id)))
    return bool(right)


def turn_off(who: Person) -> None:
    """No codes from the phone any more. Whoever must have a second factor and has no passkey has the time again that
    everybody had."""
    who.factor, who.factor_step = "", 0
    if not who.two:
        end(who)
    log.record("second factor ended", by=who.id)
    outbox.queue("factor", to=who, what="off")


def reset(who: Person, *, by: int | None) -> None:
    """Let somebody in without their second factor, who is signed out everywhere and told; nothing if they have none."""
    if not who.two:
        return
    end(who)
    deeds.sign_out_everywhere(who.id)
    log.record("second factor reset", by=by, person=who.id)
    outbox.queue("factor", to=who, what="reset")


def end(who: Person) -> None:
    """Take all of it away: codes from the phone, passkeys, recovery codes."""
    who.factor, who.factor_step, who.factor_by, who.passkeys = "", 0, None, 0
    db.session.execute(delete(Passkey).where(Passkey.person_id == who.id))
    if deeds.must_have_two(who):
        who.factor_by = clock.now() + deeds.GRACE
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == who.id))
