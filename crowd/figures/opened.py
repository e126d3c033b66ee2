"""The figures that everybody may see: what was published once, and what tells of nobody.

By attribute, and of how evenly people wrote, only what a host has published, which never changes (privacy.py). Beside
it what P16 makes public, by day, and the ideas that this reader may read."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from crowd import clock, kept, schedule
from crowd.figures import days, idea_tables, measures, participation, queries, tables
from crowd.figures.baseline import origin
from crowd.figures.desk import Address
from crowd.figures.privacy import FEWEST
from crowd.figures.tables import Table
from crowd.i18n import _
from crowd.models import Consultation, Contribution, PublishedFigures
from crowd.rules import Asker, could, visible

NAMES = ("profession", "region", "group", "days", "finding_days", "evenness", "ranking", "divided", "bridging")
SHOWN = 10  # ideas in a ranking


class Published(NamedTuple):
    """The figures of one audience. `about` says where the baselines are from that they stand beside, by attribute;
    `few` that too few took part to tell."""

    audience: str
    run: int
    at: datetime
    people: int
    tables: list[Table]
    about: Mapping[str, str]
    few: bool


class Opened(NamedTuple):
    published: list[Published]
    tables: list[Table]

    def table(self, name: str) -> Table | None:
        every = [*(table for one in self.published for table in one.tables), *self.tables]
        return next((table for table in every if table.name == name), None)


def figures(consultation: Consultation, person: Asker, address: Address, counts: bool) -> Opened:
    """What this reader may see; `counts` says whether votes on single ideas may be told now. A fixed number of
    queries; the days are read once an hour, which costs most."""
    found = queries.published(consultation)
    published = [of(found[audience]) for audience in ("members", "stakeholders") if audience in found]
    made = _over_time(consultation)
    if counts and could(person, "enter the discussion", consultation):
        made += _ideas(consultation, person, address, found.get("members"))
    return Opened(published, made)


def of(row: PublishedFigures) -> Published:
    """What a run tells, beside the baseline of its day: a later one would stand beside rows that were not made for
    it."""
    return _told(row.audience, row.run_id, row.run.result)


def preview(result: dict[str, Any], audience: str) -> Published:
    """The same before it is published."""
    return _told(audience, 0, result)


def _told(audience: str, run: int, result: dict[str, Any]) -> Published:
    baselines = result["baselines"]
    return Published(
        audience,
        run,
        datetime.fromisoformat(result["at"]),
        result["people"],
        [
            *(
                table_of(attribute, stored, result["people"], baselines.get(attribute, []))
                for attribute, stored in result["attributes"].items()
                if not participation.nothing_told(stored)
            ),
            *_evenness(result.get("texts")),
        ],
        {name: origin(rows) for name, rows in baselines.items()},
        any(participation.nothing_told(stored) for stored in result["attributes"].values()),
    )


def _evenness(texts: Mapping[str, Any] | None) -> list[Table]:
    found = [(_("Contributions and comments"), "texts", measures.Concentration(**texts))] if texts else []
    return [tables.evenness(found)] if found else []


def table_of(attribute: str, stored: list[dict[str, Any]], people: int, baseline: Sequence[Mapping[str, Any]]) -> Table:
    reference = {participation.JOINED.join(row["names"]): row["count"] for row in baseline}
    return tables.public_people(attribute, participation.beside(stored, people, reference))


def _over_time(consultation: Consultation) -> list[Table]:
    """The members' discussion, and the findings once they were opened, as they were within this hour."""
    made = [days.discussion(_of_this_hour(queries.days, consultation), consultation, public=True)]
    if days.opened(consultation):
        made.append(days.findings(_of_this_hour(queries.finding_days, consultation), consultation, public=True))
    return made


def _of_this_hour(read: Callable[[Consultation], list[queries.Day]], consultation: Consultation) -> list[queries.Day]:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    key = (read.__name__, consultation.id, consultation.timezone, schedule.current(consultation), hour)
    return kept.fragments().make(key, lambda: read(consultation), lambda rows: 100 * len(rows) + 100)


def _ideas(
    consultation: Consultation, person: Asker, address: Address, published: PublishedFigures | None
) -> list[Table]:
    readable = visible(person, "read", Contribution, consultation)
    made = [
        idea_tables.ideas(
            name, queries.ranked(consultation, order, readable, least=FEWEST, most=SHOWN), consultation, address
        )
        for name, order in (("ranking", "agreed"), ("divided", "divided"))
    ]
    stored = published.run.result["bridging"] if published else []
    by_serial = queries.numbered(consultation, [b["serial"] for b in stored], readable)
    uniting = [(by_serial[b["serial"]], b["lowest"], b["groups"]) for b in stored if b["serial"] in by_serial][:SHOWN]
    return [*made, idea_tables.bridging(uniting, consultation, address)] if stored else made
