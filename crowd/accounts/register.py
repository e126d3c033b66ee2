"""How the register knows somebody without saying who is on it: by keyed hashes."""

import unicodedata

from crowd.keyed import keyed


def plain_email(address: str) -> str:
    """An address as accounts and the register know it."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def plain_number(number: str) -> str:
    """PT 012-345 and pt012345 are one number."""
    if number.isascii() and number.isalnum():
        return number.lower()
    return "".join(c for c in unicodedata.normalize("NFKC", number).casefold() if c.isalnum())


def plain_name(name: str) -> str:
    """O’Neil, Jane and jane oneil are one name: letters without accents, the words in alphabetical order."""
    if name.isascii() and name.replace(" ", "").isalpha():  # most names; a long list has many
        return " ".join(sorted(name.casefold().split()))
    letters = (c for c in unicodedata.normalize("NFKD", name).casefold() if not unicodedata.combining(c))
    kept = "".join(c if c.isalnum() else "" if c in "'’`.ʼ" else " " for c in letters)
    return " ".join(sorted(kept.split()))


def email_key(address: str) -> str:
    return keyed("email", plain_email(address))


def number_key(number: str) -> str:
    """Empty for no number, so that two people without one are not the same person."""
    return keyed("number", found) if (found := plain_number(number)) else ""


def name_key(name: str) -> str:
    return keyed("name", found) if (found := plain_name(name)) else ""
