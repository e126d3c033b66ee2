"""Tables over time: the members' discussion, and the findings while they are open. By day, where it is long by week or
by month, with the bells marked."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crowd import i18n, schedule
from crowd.figures.privacy import FEW, Shown, votes_by_day
from crowd.figures.queries import Day
from crowd.figures.tables import Bar, Row, Table
from crowd.i18n import _
from crowd.models import Consultation
from crowd.states import Phase

MOST_DAYS, MOST_WEEKS = 45, 52  # beyond that weeks are told, and then months


class Over(NamedTuple):
    """What is told over time: `heads` are of the bar and of each count, `votes` says which counts are of votes, `upper`
    and `lower` which of them each bar draws."""

    name: str
    title: str
    caption: str
    heads: tuple[str, ...]
    columns: tuple[str, ...]
    votes: slice
    upper: slice
    lower: slice


def discussion(found: Sequence[Day], consultation: Consultation, *, public: bool = False) -> Table:
    """The members' discussion."""
    over = Over(
        "days",
        _("Contributions and votes over time"),
        _("The upper bar is texts, the lower one votes; each beside its own busiest time."),
        (_("Texts and votes"), _("Contributions"), _("Comments"), _("Votes")),
        ("contributions", "comments", "votes"),
        votes=slice(2, 3),
        upper=slice(2),
        lower=slice(2, 3),
    )
    return _table(over, found, consultation, public)


def findings(found: Sequence[Day], consultation: Consultation, *, public: bool = False) -> Table:
    """What came on the findings, the votes of members and of stakeholders apart (P14)."""
    over = Over(
        "finding_days",
        _("Comments and votes on the findings over time"),
        _("The upper bar is votes of members, the lower one votes of stakeholders; each beside its own busiest time."),
        (_("Votes"), _("Comments"), _("Votes of members"), _("Votes of stakeholders")),
        ("comments", "votes_of_members", "votes_of_stakeholders"),
        votes=slice(1, 3),
        upper=slice(1, 2),
        lower=slice(2, 3),
    )
    return _table(over, found, consultation, public)


def opened(consultation: Consultation) -> bool:
    """Whether findings are or were open for comments."""
    return consultation.open is not None and Phase.OPEN in schedule.until_now(consultation)


def _table(over: Over, found: Sequence[Day], consultation: Consultation, public: bool) -> Table:
    """For everybody, votes of a day on which one to four were given are not told and go into no sum."""
    steps, hidden = _steps(found), _hidden(over, found) if public else {}
    bells: dict[date, list[str]] = {}
    for day, words in _bells(consultation):
        bells.setdefault(steps.begin(day), []).append(words)
    told = [Day(day, tuple(0 if (day, n) in hidden else count for n, count in enumerate(of))) for day, of in found]
    summed = [_summed(begin, list(of)) for begin, of in groupby(_without_gaps(told), lambda one: steps.begin(one.day))]
    most = [max((sum(one.counts[bar]) for one in summed), default=0) or 1 for bar in (over.upper, over.lower)]
    rows = []
    for day, counts in summed:
        shown = [hidden.get((day, n), Shown(count)) if steps.daily else Shown(count) for n, count in enumerate(counts)]
        rung = ", ".join(bells.get(day, ()))
        rows.append(
            Row(
                steps.words(day),
                tuple(one.words() for one in shown),
                (day.isoformat(), *(one.cell() for one in shown), rung),
                _pair(sum(counts[over.upper]) / most[0], sum(counts[over.lower]) / most[1]),
                tag=("brand", rung) if rung else None,
            )
        )
    left = " " + _("Votes of days with fewer than %(n)s are left out.", n=FEW) if hidden and not steps.daily else ""
    return Table(
        over.name,
        over.title,
        over.caption + left,
        (steps.head, *over.heads),
        ("from", *over.columns, "bell"),
        tuple(rows),
        _("Nobody has written or voted yet."),
    )


def _hidden(over: Over, found: Sequence[Day]) -> dict[tuple[date, int], Shown]:
    """The votes that are not told, by day and count."""
    hidden = dict[tuple[date, int], Shown]()
    for n in range(len(over.columns))[over.votes]:
        told = votes_by_day({one.day: one.counts[n] for one in found})
        hidden |= {(day, n): shown for day, shown in told.items() if shown.number is None}
    return hidden


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
    return Day(day, tuple(map(sum, zip(*(one.counts for one in found), strict=True))))


def _without_gaps(found: Sequence[Day]) -> list[Day]:
    if not found:
        return []
    by_day, first = {one.day: one for one in found}, found[0].day
    every = [first + timedelta(days=n) for n in range((found[-1].day - first).days + 1)]
    none = (0,) * len(found[0].counts)
    return [by_day.get(day, Day(day, none)) for day in every]
