r"""Entries of BibTeX that say what was meant: accents as TeX writes them, its own signs escaped, names kept whole.

After The TeXbook, appendix F (accents and signs), and Patashnik, BibTeXing (names; braces keep capitals)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

MEDIA = "application/x-bibtex"
_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: "\\" + sign for sign in "&%$#_"},
    "ß": r"{\ss}",
    "æ": r"{\ae}",
    "Æ": r"{\AE}",
    "œ": r"{\oe}",
    "Œ": r"{\OE}",
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ı": r"{\i}",
    "å": r"{\aa}",
    "Å": r"{\AA}",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "…": r"{\ldots}",
}
_ACCENTS = {
    "\u0300": "`",
    "\u0301": "'",
    "\u0302": "^",
    "\u0303": "~",
    "\u0304": "=",
    "\u0306": "u",
    "\u0307": ".",
    "\u0308": '"',
    "\u030a": "r",
    "\u030b": "H",
    "\u030c": "v",
    "\u0323": "d",
    "\u0327": "c",
    "\u0328": "k",
}


def escaped(words: str) -> str:
    """Text for a field; what TeX has no sign for stays as it is, in UTF-8."""
    return "".join(map(_letter, " ".join(unicodedata.normalize("NFC", words).split())))


def _letter(letter: str) -> str:
    if letter in _SIGNS:
        return _SIGNS[letter]
    parts = unicodedata.normalize("NFD", letter)
    if len(parts) == 2 and parts[1] in _ACCENTS and parts[0].isascii():
        base = {"i": r"\i", "j": r"\j"}.get(parts[0], parts[0]) if parts[1] != "\u0328" else parts[0]
        accent = _ACCENTS[parts[1]]
        return rf"{{\{accent}{{{base}}}}}"
    return letter


def verbatim(address: str) -> str:
    """An address or a DOI, which is not to be escaped: only what would end the field is coded."""
    return "".join({"{": "%7B", "}": "%7D", "\\": "%5C"}.get(c, c) for c in address if c.isprintable() and c != " ")


def names(authors: Sequence[str]) -> str:
    """ "Family, Given" is a person; whatever else, and what has "and" within, is one name, in braces."""
    return " and ".join(_name(author) for author in authors if author.strip())


def _name(author: str) -> str:
    person = author.count(",") == 1 and not re.search(r"\band\b", author, re.IGNORECASE)
    return escaped(author) if person else whole(author)


def whole(name: str) -> str:
    """One name, whatever commas it has."""
    return f"{{{escaped(name)}}}"


def key(*parts: object) -> str:
    """A key of letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", "-".join(str(part) for part in parts if part))
    return re.sub(r"[^A-Za-z0-9-]+", "", plain.replace(" ", "-")).strip("-") or "entry"


def entry(kind: str, its_key: str, fields: Mapping[str, str]) -> str:
    """One entry. Fields come escaped; an empty one is left out; a title keeps its capitals."""
    said = {name: f"{{{value}}}" if name == "title" else value for name, value in fields.items() if value}
    lines = [f"  {name} = {{{value}}}" for name, value in said.items()]
    return f"@{kind}{{{its_key},\n" + ",\n".join(lines) + "\n}\n"
