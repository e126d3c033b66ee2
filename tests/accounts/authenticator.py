"""A passkey in software (WebAuthn, level 2): real keys and signatures, and answers as wrong as a test wants them."""

import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.actors import Actor, Page

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def data(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Key:
    def __init__(self, site: str = "localhost") -> None:
        self.id, self.site, self.counter = secrets.token_bytes(16), site, 0
        self.private = ec.generate_private_key(ec.SECP256R1())

    def _public(self) -> bytes:
        at = self.private.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: at.x.to_bytes(32, "big"), -3: at.y.to_bytes(32, "big")})

    def _client(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def _seen(self, flags: int) -> bytes:
        self.counter += 1
        return sha256(self.site.encode()).digest() + struct.pack(">BI", flags, self.counter)

    def made(self, options: dict[str, Any], origin: str = "http://localhost", flags: int = PRESENT | VERIFIED) -> str:
        """The answer to what the site asks for when a passkey is added."""
        seen = self._seen(flags | ATTESTED) + bytes(16) + struct.pack(">H", len(self.id)) + self.id + self._public()
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options["challenge"], origin),
            attestationObject=cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": seen}),
        )

    def signed(self, options: dict[str, Any], origin: str = "http://localhost", flags: int = PRESENT | VERIFIED) -> str:
        """The answer when somebody signs in."""
        client, seen = self._client("webauthn.get", options["challenge"], origin), self._seen(flags)
        signature = self.private.sign(seen + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=seen, signature=signature)

    def _answer(self, **response: bytes) -> str:
        said = {name: text(value) for name, value in response.items()}
        return json.dumps({"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": said})


def asked(actor: Actor, on: str, form: str) -> dict[str, Any]:
    """What a page's script gets before the browser is asked."""
    token = actor.get(on).form(form)[1]["csrf_token"]
    found: dict[str, Any] = json.loads(actor.send(f"{form}/begin", {"csrf_token": token}))
    return found


def add(actor: Actor, key: Key, name: str = "My phone", **how: Any) -> Page:
    answer = key.made(asked(actor, "/me/two-factor", "/me/passkeys"), **how)
    return actor.post("/me/passkeys", on="/me/two-factor", having="answer", name=name, answer=answer)


def sign_in(actor: Actor, key: Key, on: str = "/login", **how: Any) -> Page:
    answer = key.signed(asked(actor, on, "/login/passkey"), **how)
    return actor.post("/login/passkey", on=on, having="answer", answer=answer)
