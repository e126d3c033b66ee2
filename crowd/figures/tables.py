"""Figures as tables that are their own charts: the same rows for a page, for a CSV file and for a kept run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from crowd import i18n, schedule
from crowd.figures.measures import Concentration, Line
from crowd.figures.privacy import FEW, Shown, votes_by_day
from crowd.figures.queries import Day
from crowd.i18n import _, number
from crowd.models import Consultation
from crowd.states import Phase

MOST_DAYS, MOST_WEEKS = 45, 52  # beyond that weeks are told, and then months


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
    """`heads` are of the label, the bar (empty: there is none) and each cell; `columns` those of the CSV file."""

    name: str
    title: str
    caption: str
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    empty: str = ""

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


# ---- over time ------------------------------------------------------------------------------------------------------


def days(found: Sequence[Day], consultation: Consultation, *, public: bool = False) -> Table:
    """The members' discussion by day, with the bells marked; where it is long by week or by month. For everybody,
    votes of a day on which one to four were given are not told and go into no sum."""
    steps = _steps(found)
    told = votes_by_day({one.day: one.votes for one in found}) if public else {}
    hidden = {day: shown for day, shown in told.items() if shown.number is None}
    bells: dict[date, list[str]] = {}
    for day, words in _bells(consultation):
        bells.setdefault(steps.begin(day), []).append(words)
    open_ = [one._replace(votes=0) if one.day in hidden else one for one in found]
    summed = [
        _summed(begin, list(of)) for begin, of in groupby(_without_gaps(open_), key=lambda one: steps.begin(one.day))
    ]
    texts = max((one.contributions + one.comments for one in summed), default=0) or 1
    votes = max((one.votes for one in summed), default=0) or 1
    by_day = hidden if steps.daily else {}
    rows = tuple(_time(one, by_day, steps, bells, texts=texts, votes=votes) for one in summed)
    caption = _("The upper bar is texts, the lower one votes; each beside its own busiest time.")
    if hidden and not steps.daily:
        caption += " " + _("Votes of days with fewer than %(n)s are left out.", n=FEW)
    return Table(
        "days",
        _("Contributions and votes over time"),
        caption,
        (steps.head, _("Texts and votes"), _("Contributions"), _("Comments"), _("Votes")),
        ("from", "contributions", "comments", "votes", "bell"),
        rows,
        _("Nobody has written or voted yet."),
    )


def _time(
    one: Day, hidden: Mapping[date, Shown], steps: "_Steps", bells: Mapping[date, list[str]], *, texts: int, votes: int
) -> Row:
    """A row; bars are held against the most texts and the most votes."""
    voted, rung = hidden.get(one.day, Shown(one.votes)), ", ".join(bells.get(one.day, ()))
    return Row(
        steps.words(one.day),
        (number(one.contributions), number(one.comments), voted.words()),
        (one.day.isoformat(), one.contributions, one.comments, voted.cell(), rung),
        _pair((one.contributions + one.comments) / texts, one.votes / votes),
        tag=("brand", rung) if rung else None,
    )


class _Steps(NamedTuple):
    """What a row is: its head, the day on which that of another day begins, and how it is named."""

    head: str
    begin: Callable[[date], date]
    words: Callable[[date], str]
    daily: bool = False


def _steps(found: Sequence[Day]) -> _Steps:
    span = (found[-1].day - found[0].day).days if found else 0
    if span >= MOST_WEEKS * 7:
        return _Steps(_("Month"), lambda day: day.replace(day=1), i18n.month)
    if span >= MOST_DAYS:
        return _Steps(_("Week"), _monday, lambda day: _("Week of %(day)s", day=i18n.day_of(day)))
    return _Steps(_("Day"), lambda day: day, i18n.day_of, daily=True)


def _pair(upper: float, lower: float) -> Bar:
    return Bar(round(100 * upper, 1), round(100 * lower, 1), pair=True)


def _bells(consultation: Consultation) -> list[tuple[date, str]]:
    """On which day each phase began that has begun, in the consultation's zone."""
    zone, come = ZoneInfo(consultation.timezone), schedule.until_now(consultation)
    return [
        (_day(start, zone), _("Bell: %(phase)s", phase=schedule.phase_name(phase)))
        for phase, start in schedule.starts(consultation).items()
        if phase in come and phase != Phase.DRAFT
    ]


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _summed(day: date, found: Sequence[Day]) -> Day:
    return Day(day, *(sum(getattr(one, name) for one in found) for name in ("contributions", "comments", "votes")))


def _without_gaps(found: Sequence[Day]) -> list[Day]:
    if not found:
        return []
    by_day, first = {one.day: one for one in found}, found[0].day
    every = [first + timedelta(days=n) for n in range((found[-1].day - first).days + 1)]
    return [by_day.get(day, Day(day, 0, 0, 0)) for day in every]


# ---- how evenly ----------------------------------------------------------------------------------------------------


def evenness(rows: Sequence[tuple[str, str, Concentration]]) -> Table:
    """How much of it the most active tenth of people did: words, a plain name, and the figures."""
    return Table(
        "evenness",
        _("How evenly people took part"),
        _(
            "The bar is the share of the most active tenth of those who did any. The Gini coefficient is 0 where all "
            "did the same, and near 1 where one did it all."
        ),
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
    )
