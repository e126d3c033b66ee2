"""A list's whole state stands in its address, and only what this page could have put there is taken from one."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from crowd.i18n import _
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


class Unknown(Exception):
    """The address names something that is not there."""


class Choice(NamedTuple):
    """A filter with what can be chosen: its value in the address, its words, and what the query takes."""

    name: str
    label: str
    options: list[tuple[str, str, Any]]


class Wanted(NamedTuple):
    """What an address asks for. `values` is what it says, to fill the form and the next address with."""

    q: str
    asked: asked.Asked
    filters: Filters
    sort: str
    after: tuple[int, int] | None
    values: dict[str, str]

    @property
    def nothing_to_look_for(self) -> bool:
        """Whether something was typed in which there is no word."""
        return bool(self.q) and self.asked.nothing


def choices(person: Asker, consultation: Consultation, view: View) -> list[Choice]:
    """What a list of this consultation can be narrowed to by readers of one standing, made once for each change of it;
    without what would leave no choice."""
    somebody = anyone_like(person, consultation)
    found: list[Choice] = unchanged("filters", consultation, view, lambda: _choices(somebody, consultation))
    return found


def _choices(person: Asker, consultation: Consultation) -> list[Choice]:
    in_use = themes_in_use(person, consultation)
    questions = [(str(q.number), f"{q.number} {q.title}", q.id) for q in queries.questions(consultation)]
    found = [
        Choice("question", _("Question"), questions),
        Choice("kind", _("Kind"), [(kind, kind_word(kind), kind) for kind in Kind]),
        Choice("profession", _("Profession"), [(name, name, name) for name in consultation.professions]),
        Choice("region", _("Region"), [(name, name, name) for name in consultation.regions]),
        Choice("theme", _("Theme"), [(str(t.number), t.name, t.id) for t in in_use]),
    ]
    return [choice for choice in found if choice.options]


def read(args: Mapping[str, str], known: list[Choice]) -> Wanted:
    """What the address asks for. Raises Unknown for a filter's value, an order or a page that is not there."""
    q = tidy_line(args.get("q", ""))[: asked.MOST + 1]
    values = {choice.name: args[choice.name] for choice in known if args.get(choice.name)}
    taken: dict[str, Any] = {}
    for choice in known:
        if choice.name in values:
            of = {value: meant for value, _words, meant in choice.options}
            taken[choice.name] = _one(of, values[choice.name])
    for name in ("theme", "question"):
        if args.get(name) and name not in values:
            raise Unknown
    for name in MARKS:
        if args.get(name):
            taken[name] = _one({"1": True}, args[name])
            values[name] = "1"
    looked_for = asked.parse(q)
    first = SORTS[looked_for.nothing]
    sort = args.get("sort") or first
    if sort not in SORTS:
        raise Unknown
    if sort != first:
        values["sort"] = sort
    if q:
        values["q"] = q
    return Wanted(q, looked_for, Filters(**taken), sort, _after(args.get("after", "")), values)


def _one(of: Mapping[str, Any], value: str) -> Any:
    if value not in of:
        raise Unknown
    return of[value]


def _after(key: str) -> tuple[int, int] | None:
    if not key:
        return None
    numbers = key.split("-")
    if len(numbers) != 2 or not all(n.isascii() and n.isdigit() and len(n) < 10 for n in numbers):
        raise Unknown
    return int(numbers[0]), int(numbers[1])
