"""Texts in the order in which they can be written: each after the one it answers. What hangs in the air is left."""

from collections.abc import Collection
from datetime import datetime
from heapq import heapify, heappop, heappush

from crowd.i18n import _
from crowd.imports.shape import Gathered, Place, Said


def in_order(found: Gathered, there: Collection[str]) -> list[Said]:
    """All that is not `there` yet, by time, each behind what it answers. An answer to what is nowhere, one that answers
    itself by a detour, and all below such a row stay out, with a sentence each."""
    below: dict[str, list[Said]] = {}
    ready = []
    for one in found.texts.values():
        if one.key in there:
            continue
        if not one.parent or one.parent in there:
            ready.append((*_when(one), one))
        else:
            below.setdefault(one.parent, []).append(one)
    heapify(ready)
    ordered = []
    while ready:
        one = heappop(ready)[-1]
        ordered.append(one)
        for child in below.pop(one.key, ()):
            heappush(ready, (*_when(child), child))
    for one in [one for children in below.values() for one in children]:
        _leave(found, one)
    return ordered


def _when(one: Said) -> tuple[datetime, Place, str]:
    return one.at, one.place, one.key


def _leave(found: Gathered, one: Said) -> None:
    above, seen = one, {one.key}
    while above.parent in found.texts and above.parent not in seen:
        above = found.texts[above.parent]
        seen.add(above.key)
    if above.parent in seen:
        why = _("answers that go round in a circle")
        said = _("it answers “%(parent)s”, and that leads back in a circle", parent=one.parent)
    elif one is above:
        why = _("answers to what is not there, or was left")
        said = _("it answers “%(parent)s”, which is not there, or was left", parent=one.parent)
    else:
        why = _("answers below a row that was left")
        said = _("it answers “%(parent)s”, which was left", parent=one.parent)
    found.left.add(why, one.place, said=said)
