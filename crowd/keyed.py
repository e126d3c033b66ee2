"""Keyed hashes: HMAC-SHA256, keyed by the instance's secret. They tell nothing to whoever has the database alone."""

import hmac
from functools import cache

from flask import current_app

LABEL = b"crowd: register, limits and codes, 1"


@cache
def _key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), LABEL, "sha256")


def keyed(label: str, value: str) -> str:
    """The keyed hash of a value; two labels make two unlinkable ones of the same value."""
    key = _key(str(current_app.secret_key))
    return hmac.digest(key, f"{label}:{value}".encode("utf-8", "replace"), "sha256").hex()
