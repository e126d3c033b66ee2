"""When things happen in the demonstration: the dates of 2016 moved so that the wanted phase is going on now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from crowd.states import Phase

ZONE = ZoneInfo("Europe/London")
HOURS = {Phase.REGISTRATION: 9, Phase.MEMBERS: 9, Phase.ANALYSIS: 17, Phase.OPEN: 9, Phase.CLOSED: 17}
# Days after the members' phase began: 18 April to 6 May, 4 July to 15 July 2016; and two weeks each in 2020.
LASTING = {
    "ahp": {Phase.REGISTRATION: -14, Phase.MEMBERS: 0, Phase.ANALYSIS: 19, Phase.OPEN: 78, Phase.CLOSED: 89},
    "expert": {Phase.REGISTRATION: -14, Phase.MEMBERS: 0, Phase.ANALYSIS: 19, Phase.OPEN: 78, Phase.CLOSED: 89},
    "placements": {Phase.MEMBERS: 0, Phase.ANALYSIS: 14, Phase.OPEN: 49, Phase.CLOSED: 63},
}
# How many days ago the members' phase began for the wanted one to be going on.
BEGAN = {Phase.REGISTRATION: -8, Phase.MEMBERS: 12, Phase.ANALYSIS: 21, Phase.OPEN: 82, Phase.CLOSED: 109}
PLACEMENTS_BEGAN = 54  # always in its open phase


@dataclass(frozen=True)
class Stretch:
    """A phase in which people write. While it goes on, what was written in most of it has been written by now."""

    start: datetime
    bell: datetime
    now: datetime
    shown: float  # the fraction of the content that is there while the phase goes on

    @property
    def going_on(self) -> bool:
        return self.start <= self.now < self.bell

    @property
    def end(self) -> datetime:
        """Until when something can have happened."""
        return min(self.bell, self.now)

    def at(self, fraction: float) -> datetime | None:
        """The time of a fraction of the phase; None if that has not come."""
        if self.now < self.start or (self.going_on and fraction > self.shown):
            return None
        part = fraction / self.shown if self.going_on else fraction
        return self.start + part * (self.end - self.start)

    def in_the_morning(self, fraction: float) -> datetime | None:
        """The same day, about nine: when a host sends things out."""
        at = self.at(fraction)
        return min(self.now, at.replace(hour=9)) if at else None

    def lately(self, fraction: float) -> datetime | None:
        """The time of what waits: within the last hours, if the phase goes on; the queue is fresh."""
        if not self.going_on:
            return self.at(fraction)
        return max(self.start, self.now - min(timedelta(hours=11), timedelta(hours=110) * (1 - fraction)))


@dataclass(frozen=True)
class Calendar:
    now: datetime
    starts: Mapping[Phase, datetime]

    def stretch(self, phase: Phase, until: Phase, shown: float) -> Stretch:
        return Stretch(self.starts[phase], self.starts[until], self.now, shown)

    @property
    def discussion(self) -> Stretch:
        return self.stretch(Phase.MEMBERS, Phase.ANALYSIS, 0.92)

    @property
    def opening(self) -> Stretch:
        return self.stretch(Phase.OPEN, Phase.CLOSED, 0.62)

    @property
    def first(self) -> datetime:
        """When people could first join."""
        return min(self.starts.values())

    @property
    def created(self) -> datetime:
        return self.first - timedelta(days=30)


def calendar(part: str, phase: Phase, now: datetime) -> Calendar:
    """The schedule of a part, on whole hours in London, such that `phase` is the current one of the first part."""
    began = now.astimezone(ZONE).date() - timedelta(days=PLACEMENTS_BEGAN if part == "placements" else BEGAN[phase])
    starts = {
        name: datetime.combine(began + timedelta(days=days), time(HOURS[name]), ZONE).astimezone(UTC)
        for name, days in LASTING[part].items()
    }
    return Calendar(now, MappingProxyType(starts))
