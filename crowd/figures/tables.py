"""Figures as tables that are their own charts: the same rows for a page, for a CSV file and for a kept run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from crowd.figures.measures import Concentration, Line
from crowd.figures.privacy import Shown
from crowd.i18n import _, number


class Bar(NamedTuple):
    """What is drawn, in per cent of the width: a bar from the start and one from the end (or below it, where `pair`),
    an interval, a mark."""

    fill: float = 0
    against: float = 0
    pair: bool = False
    low: float | None = None
    high: float | None = None
    mark: float | None = None


class Row(NamedTuple):
    """`cells` are words under the heads, `values` what the CSV file has; `tag` is (kind, words)."""

    label: str
    cells: tuple[str, ...]
    values: tuple[object, ...]
    bar: Bar | None = None
    href: str = ""
    tag: tuple[str, str] | None = None


@dataclass(frozen=True)
class Table:
    """`heads` are of the label, the bar (empty: there is none) and each cell; `columns` those of the CSV file.
    `caption` says what the bar is, `note` what else there is to know, also where no bar is drawn."""

    name: str
    title: str
    caption: str
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str = ""
    note: str = ""

    def stored(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "columns": list(self.columns),
            "rows": [list(row.values) for row in self.rows],
        }

    def csv(self) -> list[tuple[object, ...]]:
        return [self.columns, *(row.values for row in self.rows)]


def share(of: float | None, digits: int = 1) -> str:
    """27.1%; a dash where there is none."""
    return "–" if of is None else f"{number(round(100 * of, digits))}%"


def _exact(of: float | None, digits: int = 4) -> object:
    return "" if of is None else round(of, digits)


def _label(name: str) -> str:
    return name or _("Not stated")


def title_of(attribute: str) -> str:
    return {"profession": _("By profession"), "region": _("By region"), "group": _("By stakeholder group")}[attribute]


def head_of(attribute: str) -> str:
    return {"profession": _("Profession"), "region": _("Region"), "group": _("Group")}[attribute]


def judged(line: Line) -> tuple[str, str] | None:
    return {"under": ("warn", _("under-represented")), "over": ("note", _("over-represented"))}.get(line.judged)


def _beside(line: Line, widest: float) -> Bar:
    drawn = round(100 * (line.share or 0) / widest, 1)
    return Bar(fill=drawn, mark=round(100 * line.baseline / widest, 1) if line.baseline is not None else None)


def _widest(lines: Sequence[Line]) -> float:
    return (
        max((max(line.share or 0, line.baseline or 0) for line in lines), default=0) * 1.02 or 1
    )  # so that a line at the end is seen


def _ratio(of: float | None) -> str:
    return "–" if of is None else number(round(of, 2))


def people(attribute: str, lines: Sequence[Line], joined: Mapping[str, int]) -> Table:
    """For the desk, in full: who took part, who has joined, and the baseline."""
    widest, any_baseline = _widest(lines), any(line.baseline for line in lines)
    rows = tuple(
        Row(
            _label(line.name),
            (number(line.people), number(joined.get(line.name, 0)), share(line.share))
            + ((share(line.baseline), _ratio(line.ratio)) if any_baseline else ()),
            (
                *(line.name, line.people, joined.get(line.name, 0)),
                *(_exact(x) for x in (line.share, line.baseline, line.expected, line.ratio)),
                line.judged,
            ),
            _beside(line, widest),
            tag=judged(line),
        )
        for line in lines
    )
    return Table(
        attribute,
        title_of(attribute),
        _("The bar is the share of those who took part; the line across it is the share in the baseline.")
        if any_baseline
        else _("The bar is the share of those who took part."),
        (head_of(attribute), _("Share"), _("Took part"), _("Joined"), _("Share"))
        + ((_("Baseline"), _("Ratio")) if any_baseline else ()),
        (attribute, "took_part", "joined", "share", "baseline_share", "expected", "ratio", "judged"),
        rows,
    )


def public_people(attribute: str, lines: Sequence[tuple[Line, Shown]]) -> Table:
    """For everybody: what has been published, with one to four as "fewer than 5"."""
    told = [line for line, _shown in lines]
    widest, any_baseline = _widest(told), any(line.baseline for line in told)
    rows = tuple(
        Row(
            _label(line.name),
            (shown.words(), share(line.share)) + ((share(line.baseline), _ratio(line.ratio)) if any_baseline else ()),
            (line.name, shown.cell(), *(_exact(x) for x in (line.share, line.baseline, line.ratio)), line.judged),
            _beside(line, widest) if shown.number is not None else None,
            tag=judged(line),
        )
        for line, shown in lines
    )
    return Table(
        attribute,
        title_of(attribute),
        _("The bar is the share of those who took part; the line across it is the share in the baseline.")
        if any_baseline
        else _("The bar is the share of those who took part."),
        (head_of(attribute), _("Share"), _("Took part"), _("Share"))
        + ((_("Baseline"), _("Ratio")) if any_baseline else ()),
        (attribute, "took_part", "share", "baseline_share", "ratio", "judged"),
        rows,
    )


def evenness(rows: Sequence[tuple[str, str, Concentration]]) -> Table:
    """How much of it the most active tenth of people did: words, a plain name, and the figures."""
    return Table(
        "evenness",
        _("How evenly people took part"),
        _("In the members’ discussion. The bar is the share of the most active tenth of those who did any."),
        (_("What"), _("The most active tenth"), _("Number"), _("People"), _("Share of the tenth"), _("Gini")),
        ("what", "number", "people", "people_in_the_tenth", "share_of_the_tenth", "gini"),
        tuple(
            Row(
                words,
                (number(c.contributions), number(c.people), share(c.share), number(round(c.gini, 2))),
                (name, c.contributions, c.people, c.tenth, _exact(c.share), _exact(c.gini)),
                Bar(round(100 * c.share, 1)),
            )
            for words, name, c in rows
        ),
        _("Too few people have taken part to tell."),
        _("The Gini coefficient is 0 where all did the same, and near 1 where one did it all."),
    )
