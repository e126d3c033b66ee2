"""The figures of the desk, in full: what hosts and analysts see, page by page."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from crowd.figures import days, idea_tables, measures, participation, queries, snapshot, tables
from crowd.figures.baseline import origin
from crowd.figures.bridging import bridges
from crowd.figures.tables import Table
from crowd.i18n import _
from crowd.models import Baseline, Consultation, Contribution
from crowd.rules import Asker, visible

PAGES = {
    "people": ("profession", "region", "group"),
    "time": ("days", "finding_days", "evenness"),
    "ideas": ("ranking", "divided", "bridging"),
}
PAGE_OF = {name: page for page, names in PAGES.items() for name in names}
ENOUGH_WEIGHED = 50  # voters of an idea before its weighted share is told
Address = Callable[[int], str]


class Weighing(NamedTuple):
    """What weighting the people who took part to the baseline would cost: they then count as `effective` people."""

    people: int
    effective: float

    @property
    def costly(self) -> bool:
        return self.effective < self.people / 2


class Figures(NamedTuple):
    tables: list[Table]
    weighing: Weighing | None = None
    about: Mapping[str, str] = MappingProxyType({})  # where the baselines are from, by attribute


def page(consultation: Consultation, name: str, person: Asker, address: Address) -> Figures:
    """The tables of a page."""
    if name == "people":
        return people(consultation)
    if name == "time":
        return Figures(over_time(consultation))
    return Figures(ideas(consultation, person, address))


def over_time(consultation: Consultation) -> list[Table]:
    """The members' discussion and, once it has begun, the open phase: apart, never as one sum (P14)."""
    made = [days.discussion(queries.days(consultation), consultation)]
    if days.opened(consultation):
        made.append(days.findings(queries.finding_days(consultation), consultation))
    return [*made, evenness(consultation)]


def people(consultation: Consultation) -> Figures:
    baselines, made, weighing = queries.baselines(consultation), list[Table](), None
    for audience, attributes in snapshot.ATTRIBUTES.items():
        by_attribute = queries.people(consultation, audience)
        for attribute in attributes:
            found = by_attribute[attribute]
            if not found and audience != "members":
                continue
            known, rows = snapshot.known(consultation, attribute), _of(baselines.get(attribute))
            took_part = participation.arranged({n: one.took_part for n, one in found.items()}, known, rows)
            joined = participation.arranged({n: one.joined for n, one in found.items()}, known, rows)
            lines = measures.against(took_part.people, took_part.baseline)
            made.append(tables.people(attribute, lines, joined.people))
            if attribute == "profession" and took_part.baseline:
                weights = measures.weights(lines)
                count = sum(took_part.people.values())
                weighing = Weighing(count, measures.effective(took_part.people, weights))
    return Figures(made, weighing, {name: origin(one.rows) for name, one in baselines.items()})


def _of(baseline: Baseline | None) -> list[dict[str, Any]]:
    return baseline.rows if baseline else []


def evenness(consultation: Consultation) -> Table:
    """Numbers alone, never whose."""
    texts, votes = (
        measures.concentration(numbers)
        for numbers in (queries.texts_by_person(consultation), queries.votes_by_person(consultation))
    )
    rows = [(_("Contributions and comments"), "texts", texts), (_("Votes"), "votes", votes)]
    return tables.evenness([row for row in rows if row[2].people])


def ideas(consultation: Consultation, person: Asker, address: Address) -> list[Table]:
    readable = visible(person, "read", Contribution, consultation)
    votes = queries.profession_votes(consultation)
    found = bridges(votes)
    by_serial = queries.numbered(consultation, [b.serial for b in found], readable)
    uniting = [(by_serial[b.serial], round(100 * b.lowest), b.groups) for b in found if b.serial in by_serial]
    weighted = _weighted(consultation, votes)
    return [
        idea_tables.ideas("ranking", queries.ranked(consultation, "agreed", readable), consultation, address, weighted),
        idea_tables.ideas("divided", queries.ranked(consultation, "divided", readable), consultation, address),
        idea_tables.bridging(uniting, consultation, address),
    ]


def _weighted(consultation: Consultation, votes: Any) -> Mapping[int, float] | None:
    """The share of agreement among agree and disagree by idea, each voter weighted by profession; None without a
    baseline. Voters whose profession it does not have count as one."""
    baseline = queries.baselines(consultation).get("profession")
    if baseline is None:
        return None
    rows = snapshot.rows(consultation, "members")["profession"]
    by_label = measures.weights(measures.against(rows.people, rows.baseline))
    weight = {name: by_label[participation.JOINED.join(row["names"])] for row in baseline.rows for name in row["names"]}
    sums: dict[int, list[float]] = {}
    for row in votes:
        of = sums.setdefault(row.id, [row.all_agree, row.all_disagree])
        more = weight.get(row.profession, 1.0) - 1
        of[0] += more * row.agree
        of[1] += more * row.disagree
    seen = {row.id: row.all_agree + row.all_disagree + row.all_passed for row in votes}
    return {key: a / (a + d) for key, (a, d) in sums.items() if a + d > 0 and seen[key] >= ENOUGH_WEIGHED}
