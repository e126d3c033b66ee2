"""Links within texts, as they are called where a consultation goes to."""

import re
from collections.abc import Mapping


class Addresses:
    """Links within texts to contributions and pages of the same consultation: from addresses of this instance (`base`)
    or without one, to where they lead elsewhere. What leads to anything else there stays an address of there."""

    def __init__(self, base: str, texts: Mapping[int, int], slugs: Mapping[str, str], codes: Mapping[str, str]) -> None:
        self.base, self.texts, self.slugs, self.codes = base, texts, slugs, codes
        self._link = re.compile(rf'href="(?:{re.escape(base)})?/(p|c)/([\w-]+)(?:(#c)(\d+))?', re.ASCII)

    def anew(self, html: str) -> str:
        return self._link.sub(self._led, html)

    def _led(self, link: re.Match[str]) -> str:
        sort, name, mark, comment = link.groups()
        there = self.slugs.get(name) if sort == "c" else self._text(name)
        if not there:
            return link[0] if self.base in link[0] else link[0].replace('"', f'"{self.base}', 1)
        below = self.texts.get(int(comment), 0) if comment else ""
        return f'href="/{sort}/{there}{mark or ""}{below}'

    def _text(self, name: str) -> str:
        code, dash, serial = name.rpartition("-")
        if dash and code in self.codes:
            return f"{self.codes[code]}-{serial}"
        return str(self.texts.get(int(name), "")) if name.isdigit() else ""
