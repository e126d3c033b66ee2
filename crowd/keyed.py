"""Keyed hashes (HMAC-SHA256) and what is sealed (Fernet), by the instance's secret: whoever has the database alone
learns nothing from either."""

import hmac
import zlib
from base64 import urlsafe_b64encode
from functools import cache
from typing import Any

from flask import current_app

LABEL = b"crowd: register, limits and codes, 1"


@cache
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), LABEL, "sha256")


def keyed(label: str, value: str) -> str:
    """The keyed hash of a value; two labels make two unlinkable ones of the same value."""
    key = _key(str(current_app.secret_key))
    return hmac.digest(key, f"{label}:{value}".encode("utf-8", "replace"), "sha256").hex()


class Broken(ValueError):
    """A seal that was made with another instance's secret, or is damaged."""


def _box(label: str) -> Any:
    from cryptography.fernet import Fernet  # few processes ever seal anything, and it takes a while to load

    return Fernet(urlsafe_b64encode(bytes.fromhex(keyed("seal", label))))


def sealed(label: str, data: bytes) -> bytes:
    """What can be read again with the instance's secret alone: packed, encrypted and signed."""
    return bytes(_box(label).encrypt(zlib.compress(data, 1)))


def opened(label: str, box: bytes) -> bytes:
    """What was sealed under this label. Raises Broken."""
    from cryptography.fernet import InvalidToken

    try:
        return zlib.decompress(_box(label).decrypt(box))
    except InvalidToken:
        raise Broken from None
