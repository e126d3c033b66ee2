"""What the list of contributions at the desk is narrowed by, as it stands in an address and in a saved view."""

from collections.abc import Mapping
from typing import Any, NamedTuple

SHOWN = ("open", "coded", "nothing", "drawn", "differ")


class Filters(NamedTuple):
    """Empty is everything. `show` is one of SHOWN; `theme` and `question` are numbers, `coder` is a person's."""

    show: str = ""
    theme: int = 0
    question: int = 0
    coder: int = 0
    q: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Filters":
        """Whatever an address or a form holds; what makes no sense is left out."""
        show = str(given.get("show", ""))
        numbers = {name: number(given.get(name, "")) for name in ("theme", "question", "coder")}
        return cls(show=show if show in SHOWN else "", q=str(given.get("q", "")).strip()[:200], **numbers)

    @property
    def address(self) -> dict[str, Any]:
        """Only what is chosen."""
        return {name: value for name, value in self._asdict().items() if value}


def number(given: Any) -> int:
    """A row's number as it was sent; 0 for what no database could hold."""
    typed = str(given)
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
