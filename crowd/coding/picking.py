"""The pick-list of themes: their keys, and which are likely."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from crowd.models import Consultation
from crowd.themes import codebook, queries

SAVE, SKIP, UNDO, NOTHING = "s", "n", "u", "0"  # the keys that are no theme's
_LETTERS = "".join(sign for sign in "abcdefghijklmnopqrstuvwxyz" if sign not in (SAVE, SKIP, UNDO))
KEYS = "123456789" + _LETTERS + _LETTERS.upper()


class Option(NamedTuple):
    """A theme to tick. `key` is its key, which stays with it whatever the order; beyond the keyboard it has none."""

    id: int
    number: int
    name: str
    hint: str
    words: dict[str, str]
    key: str
    chosen: bool
    likely: bool


def options(consultation: Consultation, chosen: Collection[int], likely: Sequence[int] = ()) -> list[Option]:
    """The themes that are offered, and retired ones that it has: the likely ones first, then as in the codebook."""
    said = {one["number"]: one for one in codebook.snapshot(consultation.id)}
    offered = [t for t in queries.themes(consultation) if t.retired_at is None or t.id in chosen]
    keys = iter(KEYS)
    found = []
    for theme in offered:
        words = {name: said[theme.number][name] for name in ("include", "exclude", "example")}
        key = "" if theme.retired_at else next(keys, "")
        told = (theme.id, theme.number, theme.name, theme.definition, words, key)
        found.append(Option(*told, theme.id in chosen, theme.number in likely))
    order = {number: n for n, number in enumerate(likely)}
    return sorted(found, key=lambda option: (order.get(option.number, len(order)), option.number))


def named(options_: Sequence[Any], numbers: Sequence[int]) -> list[str]:
    """The names of themes by their numbers, for a line of text."""
    names = {option.number: option.name for option in options_}
    return [names[number] for number in numbers if number in names]
