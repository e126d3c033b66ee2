"""Keyed hashes (HMAC-SHA256) and sealed bytes, keyed by the instance's secret. They tell nothing to whoever has the
database alone."""

import hmac
import secrets
import zlib
from functools import cache
from hashlib import shake_256

from flask import current_app

LABEL = b"crowd: register, limits and codes, 1"
SEALS = b"crowd: sealed lists, 1"
NONCE, TAG = 32, 32  # bytes


@cache
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), LABEL, "sha256")


def keyed(label: str, value: str) -> str:
    """The keyed hash of a value; two labels make two unlinkable ones of the same value."""
    key = _key(str(current_app.secret_key))
    return hmac.digest(key, f"{label}:{value}".encode("utf-8", "replace"), "sha256").hex()


class Broken(ValueError):
    """Sealed bytes that were changed, or that another instance's key has sealed."""


def sealed(data: bytes) -> bytes:
    """Bytes that only this instance can read: packed, then under a keystream of SHAKE-256 that is used once, then
    under an HMAC (encrypt-then-MAC). For what lies in the database for hours; costs 10 milliseconds a megabyte."""
    packed, nonce = zlib.compress(data, 1), secrets.token_bytes(NONCE)
    hidden = nonce + _under_keystream(packed, nonce)
    return hmac.digest(_seal("tag"), hidden, "sha256") + hidden


def opened(box: bytes) -> bytes:
    """What was sealed. Raises Broken."""
    tag, hidden = box[:TAG], box[TAG:]
    if not hmac.compare_digest(tag, hmac.digest(_seal("tag"), hidden, "sha256")):
        raise Broken
    return zlib.decompress(_under_keystream(hidden[NONCE:], hidden[:NONCE]))


def _seal(what: str) -> bytes:
    return hmac.digest(str(current_app.secret_key).encode(), SEALS + what.encode(), "sha256")


def _under_keystream(data: bytes, nonce: bytes) -> bytes:
    stream = shake_256(_seal("stream") + nonce).digest(len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")
