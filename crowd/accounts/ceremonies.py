"""What a browser is asked to sign for a passkey, and what is believed of its answer (WebAuthn, level 2).

The library for it takes a fifth of a second to load, so pages import this file when somebody uses a passkey."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import webauthn
from flask import current_app
from sqlalchemy import delete, select, update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from crowd import clock, log, outbox
from crowd.accounts import factors, tokens
from crowd.accounts.passkeys import MOST, NotTaken, of, origin, site
from crowd.db import changed, db
from crowd.i18n import _
from crowd.keyed import keyed
from crowd.models import Passkey, Person, Token

PURPOSE, LASTS = "passkey", timedelta(minutes=5)
VERIFIED = UserVerificationRequirement.REQUIRED


def _challenge(what: str, person_id: int) -> bytes:
    """Something new to sign, which is taken once, for this and by this person (0: whoever it is)."""
    db.session.execute(delete(Token).where(Token.purpose == PURPOSE, Token.expires_at < clock.now()))
    return tokens.issue(PURPOSE, "", LASTS, what=what, person=person_id).secret.encode()


def to_add(who: Person, name: str) -> str:
    """What the browser is to make a passkey from, as JSON; `name` is the site's."""
    made = webauthn.generate_registration_options(
        rp_id=site(),
        rp_name=name,
        user_id=bytes.fromhex(keyed("passkey", str(who.id))),
        user_name=who.email,
        challenge=_challenge("add", who.id),
        exclude_credentials=_descriptors(who.id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
    )
    return webauthn.options_to_json(made)


def to_use(person_id: int) -> str:
    """What the browser is to sign, as JSON: by one of this person's, or (0) by any that it has for this site."""
    made = webauthn.generate_authentication_options(
        rp_id=site(),
        challenge=_challenge("use", person_id),
        allow_credentials=_descriptors(person_id),
        user_verification=VERIFIED,
    )
    return webauthn.options_to_json(made)


def _descriptors(person_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential)) for one in of(person_id)]


def _read(answer: str, what: str, person_id: int) -> tuple[dict[str, Any], bytes]:
    """The answer, and the challenge that it was made for, which is used up. Raises NotTaken."""
    try:
        found = json.loads(answer)
        client = json.loads(_bytes(found["response"]["clientDataJSON"]))
        challenge, credential = _bytes(client["challenge"]).decode(), str(found["id"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotTaken(_strange()) from None
    token = tokens.find(challenge, PURPOSE)
    if token is None or token.facts != {"what": what, "person": person_id} or not tokens.use(token):
        raise NotTaken(_("This took too long, or was sent before. Try again."))
    return {**found, "id": credential}, challenge.encode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _strange() -> str:
    return _("That is not an answer that this site has asked for. Try again, or sign in in another way.")


def add(who: Person, answer: str, name: str) -> list[str]:
    """Keep a new passkey. Hands out recovery codes where it is the first second factor. Raises NotTaken."""
    found, challenge = _read(answer, "add", who.id)
    if who.passkeys >= MOST:
        raise NotTaken(_("You have %(n)s passkeys. Remove one first.", n=MOST))
    try:
        made = webauthn.verify_registration_response(
            credential=found,
            expected_challenge=challenge,
            expected_rp_id=site(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise NotTaken(_strange()) from None
    credential = bytes_to_base64url(made.credential_id)
    if db.session.scalar(select(Passkey.id).where(Passkey.credential == credential)):
        raise NotTaken(_("This passkey is known here already."))
    row = Passkey(person_id=who.id, credential=credential, name=name, added_at=clock.now())
    row.public_key, row.counter = made.credential_public_key, made.sign_count
    db.session.add(row)
    first = not who.two
    who.passkeys, who.factor_by = who.passkeys + 1, None
    db.session.flush()
    log.record("passkey added", by=who.id, passkey=row.id)
    outbox.queue("factor", to=who, what="passkey")
    return factors.new_codes(who) if first else []


def use(answer: str, person_id: int) -> Person:
    """Whose passkey has signed; of somebody who has shown their password, only theirs is taken. Raises NotTaken."""
    found, challenge = _read(answer, "use", person_id)
    key = db.session.scalar(select(Passkey).where(Passkey.credential == found["id"]))
    if key is None:
        raise NotTaken(_("This passkey is not known here: it may have been removed. Sign in in another way."))
    if person_id not in (0, key.person_id):
        raise NotTaken(_("This passkey belongs to another account."))
    try:
        count = webauthn.verify_authentication_response(
            credential=found,
            expected_challenge=challenge,
            expected_rp_id=site(),
            expected_origin=origin(),
            credential_public_key=key.public_key,
            credential_current_sign_count=0,  # compared below, in the database
            require_user_verification=True,
        ).new_sign_count
    except (WebAuthnException, ValueError, KeyError, TypeError):
        raise NotTaken(_strange()) from None
    grown = Passkey.counter < count if count else Passkey.counter == 0
    if not changed(update(Passkey).where(Passkey.id == key.id, grown).values(counter=count, used_at=clock.now())):
        current_app.logger.warning("passkey %s: its counter went back", key.id)
        raise NotTaken(
            _("This passkey has counted fewer uses than we know of, so it may be a copy. Sign in in another way.")
        )
    return db.session.get_one(Person, key.person_id)
