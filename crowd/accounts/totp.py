"""Codes of six digits that change every 30 seconds, as apps make them (RFC 6238, RFC 4226), and their QR."""

import hmac
import io
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote, urlencode

import segno

from crowd.accounts.register import keyed

SECONDS = 30
AROUND = (0, -1, 1)  # steps: clocks differ, and typing takes time


def key(salt: str) -> bytes:
    """The shared secret, made from the kept salt and the instance's own: the database alone does not give it."""
    return bytes.fromhex(keyed("factor", salt))[:20]


def code(secret: bytes, step: int, digits: int = 6) -> str:
    """RFC 4226, 5.3."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def step_at(when: datetime) -> int:
    return int(when.timestamp()) // SECONDS


def step_of(salt: str, typed: str, when: datetime, after: int = 0) -> int:
    """The step that this code is of, now or one earlier or later, and later than `after`; 0 if it is of none."""
    now, secret = step_at(when), key(salt)
    steps = (now + near for near in AROUND)
    return next((s for s in steps if s > after and hmac.compare_digest(code(secret, s).encode(), typed.encode())), 0)


def written(salt: str) -> str:
    """The secret for typing, in groups of four."""
    text = b32encode(key(salt)).decode()
    return " ".join(text[n : n + 4] for n in range(0, len(text), 4))


def address(salt: str, site: str, email: str) -> str:
    """What the QR code says: the key URI that authenticator apps read."""
    name = site.replace(":", " ")
    facts = urlencode({"secret": b32encode(key(salt)).decode(), "issuer": name}, quote_via=quote)
    return f"otpauth://totp/{quote(name)}:{quote(email)}?{facts}"


def picture(text: str) -> bytes:
    """A QR code as SVG: dark on white in every scheme, without inline style."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", scale=4, border=4, light="#fff", svgclass=None, lineclass=None
    )
    return out.getvalue()
