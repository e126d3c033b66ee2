"""What a table of an export is made of: its columns with what each means, and where its rows come from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select

from crowd.i18n import lazy
from crowd.models import Consultation
from crowd.states import Standing

AT_ONCE = 1000  # rows that are held in memory
QUARTER = 900  # seconds
EVERYBODY, RESEARCHERS, HOSTS = (lazy("Everybody"), lazy("Who is given the file"), lazy("Hosts"))


class Column(NamedTuple):
    """`meaning` and what follows are sentences for the data dictionary."""

    name: str
    meaning: Any
    unit: Any = ""
    allowed: Any = ""


@dataclass(frozen=True)
class Source:
    """From where an export reads: one snapshot, so that its tables fit together."""

    connection: Connection
    consultation: Consultation
    host: str  # the body that publishes it

    def rows(self, query: Select) -> Iterator[Any]:
        """The rows of a query, some at a time."""
        yield from self.connection.execution_options(yield_per=AT_ONCE).execute(query)

    def all(self, query: Select) -> Sequence[Any]:
        """The same at once: for what is small, as nothing else can be asked while `rows` go on."""
        return self.connection.execute(query).all()

    def day(self, moment: datetime | None) -> str:
        """The day in the consultation's zone. Never the time: that would tell one person from another."""
        return _day(int(moment.timestamp()) // QUARTER, self.zone) if moment else ""

    def moment(self, moment: datetime | None) -> str:
        """To the second, in the consultation's zone: for hosts alone, whose pages show it too."""
        return moment.astimezone(ZoneInfo(self.zone)).isoformat(timespec="seconds") if moment else ""

    @cached_property
    def zone(self) -> str:
        return self.consultation.timezone


@lru_cache(maxsize=20_000)
def _day(quarter: int, zone: str) -> str:
    """The day of a quarter of an hour: no zone differs from UTC by less, and there are far fewer than votes."""
    return datetime.fromtimestamp(quarter * QUARTER, ZoneInfo(zone)).date().isoformat()


class Sheet(NamedTuple):
    name: str
    title: Any
    columns: Sequence[Column]
    rows: Callable[[Source], Iterator[Sequence[Any]]]


DICTIONARY = ("table", "column", "meaning", "unit", "allowed values", "who sees it")


def dictionary(sheets: Sequence[Sheet], who: Any) -> Iterator[tuple[str, ...]]:
    """Every column of every table, with its heads first."""
    yield DICTIONARY
    for sheet in sheets:
        for column in sheet.columns:
            said = (str(part) for part in (column.meaning, column.unit, column.allowed, who))
            yield (sheet.name, column.name, *said)


def yes(value: object) -> str:
    return "yes" if value else "no"


DAY, COUNT = lazy("day (ISO 8601), in the consultation’s time zone"), lazy("number")
YES_NO = lazy("yes or no")
STANDINGS = {Standing.MEMBER: "member", Standing.STAKEHOLDER: "stakeholder"}


def one_of(*values: str) -> Any:
    return ", ".join(values)
