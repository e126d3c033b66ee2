"""A language that nobody speaks, for trying how pages stand from right to left and with longer words.

Each message is its English with accents, a third longer, and with marks that turn its direction; what is to be filled
in and what a browser reads as HTML stays as it is."""

import gettext
import re

LANGUAGE = "en-x-rtl"  # a private use of English (BCP 47)
NAME = "Ŕîĝĥţ ţö ļéƒţ"
RLM = "\u200f"
_FROM, _TO = "acegiklnorstuyACEGINORSU", "áçéĝîķļñöŕšţúýÁÇÉĜÎÑÖŔŠÚ"
_ACCENTS = str.maketrans(_FROM, _TO)
_KEPT = re.compile(r"(%\(\w+\)[sd]|%%|<[^>]*>|&\w+;|\{[^}]*\}|\S+@\S+|https?://\S+|/[\w/.-]+)")


def turned(message: str) -> str:
    """One message in that language."""
    pieces = _KEPT.split(message)
    words = "".join(piece if n % 2 else piece.translate(_ACCENTS) for n, piece in enumerate(pieces))
    longer = " " + "·" * (len(message) // 3) if len(message) > 8 and not message.endswith(" ") else ""
    return f"{RLM}{words}{longer}{RLM}"


class Catalogue(gettext.NullTranslations):
    """Turns whatever it is asked for."""

    def gettext(self, message: str) -> str:
        return turned(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return turned(msgid1 if n == 1 else msgid2)
