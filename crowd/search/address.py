"""A list's whole state stands in its address, and only what this page could have put there is taken from one."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from crowd.i18n import _, own
from crowd.models import Consultation
from crowd.rules import Asker, anyone_like
from crowd.search import asked, queries
from crowd.search.queries import Filters
from crowd.states import Kind
from crowd.text import tidy_line
from crowd.themes.queries import themes_in_use
from crowd.threads.fragments import kind_word
from crowd.threads.laying import unchanged
from crowd.threads.view import View

SORTS = ("best", "newest")
MARKS = ("mine", "unanswered", "evidence")
NAMES = ("question", "kind", "profession", "region", "theme", *MARKS, "sort")


class Choice(NamedTuple):
    """A filter with what can be chosen: its value in the address, its words, and what the query takes."""

    name: str
    label: str
    options: list[tuple[str, str, Any]]


class Wanted(NamedTuple):
    """What an address asks for. `values` is what it says, to fill the form and the next address with; what it says that
    is not there is left out of it, which the page tells."""

    q: str
    asked: asked.Asked
    filters: Filters
    sort: str
    after: tuple[int, int] | None
    values: dict[str, str]
    left_out: bool

    @property
    def nothing_to_look_for(self) -> bool:
        """Whether something was typed in which there is no word, be it one that cannot be seen."""
        return self.asked.nothing and bool(self.asked.sentence)


def choices(person: Asker, consultation: Consultation, view: View) -> list[Choice]:
    """What a list of this consultation can be narrowed to by readers of one standing, made once for each change of it;
    without what would leave no choice."""
    somebody = anyone_like(person, consultation)
    found: list[Choice] = unchanged("filters", consultation, view, lambda: _choices(somebody, consultation))
    return found


def _choices(person: Asker, consultation: Consultation) -> list[Choice]:
    in_use = themes_in_use(person, consultation)
    questions = [(str(q.number), f"{q.number} {own(q, 'title')}", q.id) for q in queries.questions(consultation)]
    found = [
        Choice("question", _("Question"), questions),
        Choice("kind", _("Kind"), [(kind, kind_word(kind), kind) for kind in Kind]),
        Choice("profession", _("Profession"), [(name, name, name) for name in consultation.professions]),
        Choice("region", _("Region"), [(name, name, name) for name in consultation.regions]),
        Choice("theme", _("Theme"), [(str(t.number), t.name, t.id) for t in in_use]),
    ]
    return [choice for choice in found if choice.options]


def read(args: Mapping[str, str], known: list[Choice]) -> Wanted:
    """What the address asks for. A value that this list does not know is left out: somebody has edited the address, or
    follows an old one."""
    typed = args.get("q", "")[: 2 * asked.MOST]
    q = tidy_line(typed)[: asked.MOST + 1]
    looked_for = asked.parse(q or typed)
    of: dict[str, dict[str, Any]] = {"sort": {name: name for name in SORTS}} | {name: {"1": True} for name in MARKS}
    of |= {choice.name: {value: meant for value, _words, meant in choice.options} for choice in known}
    asks = {name: args[name] for name in NAMES if args.get(name)}
    values = {name: value for name, value in asks.items() if value in of.get(name, ())}
    unknown = len(values) < len(asks)
    taken = {name: of[name][value] for name, value in values.items()}
    first = SORTS[looked_for.nothing]
    sort = taken.pop("sort", first)
    if sort == first:
        values.pop("sort", None)
    if q:
        values["q"] = q
    after = _after(args.get("after", ""))
    left_out = unknown or bool(args.get("after") and not after)
    return Wanted(q, looked_for, Filters(**taken), sort, after, values, left_out)


def _after(key: str) -> tuple[int, int] | None:
    """The key of a page; the first one for what is none."""
    numbers = key.split("-")
    if len(numbers) != 2 or not all(n.isascii() and n.isdigit() and len(n) < 10 for n in numbers):
        return None
    return int(numbers[0]), int(numbers[1])
