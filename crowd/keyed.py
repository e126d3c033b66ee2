"""Keyed hashes (HMAC-SHA256) and sealed texts, by the instance's secret: whoever has the database alone learns
nothing from either."""

import hmac
from base64 import urlsafe_b64encode
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

LABEL = b"crowd: register, limits and codes, 1"


@cache
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), LABEL, "sha256")


def keyed(label: str, value: str) -> str:
    """The keyed hash of a value; two labels make two unlinkable ones of the same value."""
    key = _key(str(current_app.secret_key))
    return hmac.digest(key, f"{label}:{value}".encode("utf-8", "replace"), "sha256").hex()


def _box(label: str) -> Fernet:
    return Fernet(urlsafe_b64encode(bytes.fromhex(keyed("seal", label))))


def sealed(label: str, text: str) -> str:
    """What can be read again with the instance's secret alone; encrypted and signed."""
    return _box(label).encrypt(text.encode()).decode()


def unsealed(label: str, box: str) -> str:
    """The text of a seal; empty if it was made with another secret, or is damaged."""
    try:
        return _box(label).decrypt(box.encode()).decode()
    except InvalidToken:
        return ""
