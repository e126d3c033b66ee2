"""Codes that are printed and typed: no letter that looks like another one or like a digit, and no capitals."""

import secrets

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH = 9  # 31 ** 9 is 2.6e13: nobody meets one by chance


def new() -> str:
    return "".join(secrets.choice(LETTERS) for _n in range(LENGTH))


def tidied(typed: str) -> str:
    """As it was printed: without the capitals, spaces and hyphens that people put in."""
    return typed.lower().replace("-", "").replace(" ", "")
