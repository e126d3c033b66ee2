"""Until when a text should be decided on (M7)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from crowd.care.holidays import england_and_wales
from crowd.models import Consultation
from crowd.moderation.targets import after, due, works

LONDON, AUCKLAND, KATHMANDU = "Europe/London", "Pacific/Auckland", "Asia/Kathmandu"


def calendar(zone: str = LONDON, **more: object) -> Consultation:
    fields = {
        "timezone": zone,
        "answer_hours": 4,
        "work_days": [0, 1, 2, 3, 4],
        "work_from": 9 * 60,
        "work_until": 17 * 60,
        "holidays": [],
    }
    return Consultation(**fields | more)


def local(zone: str, *when: int, fold: int = 0) -> datetime:
    return datetime(*when, tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("sent", "until", "more"),
    [
        ((2026, 11, 25, 9), (2026, 11, 25, 13), {}),
        ((2026, 11, 25, 13), (2026, 11, 25, 17), {}),
        ((2026, 11, 27, 16, 30), (2026, 11, 30, 12, 30), {}),  # a Friday: half an hour, then the rest on Monday
        ((2026, 11, 27, 17), (2026, 11, 30, 13), {}),
        ((2026, 11, 25, 3, 12), (2026, 11, 25, 13), {}),  # at night
        ((2026, 11, 25, 23, 59), (2026, 11, 26, 13), {}),
        ((2026, 11, 28, 11), (2026, 11, 30, 13), {}),  # a Saturday
        ((2026, 11, 28, 11), (2026, 11, 28, 15), {"work_days": [5]}),
        ((2026, 12, 24, 16), (2026, 12, 29, 12), {"holidays": ["2026-12-25", "2026-12-28"]}),  # Christmas on a Friday
        ((2026, 11, 25, 10), (2026, 11, 27, 14), {"answer_hours": 20}),
        ((2026, 11, 25, 16), (2026, 11, 26, 2), {"work_from": 0, "work_until": 1440, "answer_hours": 10}),
        ((2026, 3, 27, 16, 30), (2026, 3, 30, 12, 30), {}),  # the clocks go forward on that Sunday
        ((2026, 10, 23, 16, 30), (2026, 10, 26, 12, 30), {}),  # and back on this one
        ((2026, 3, 29, 0, 30), (2026, 3, 29, 4, 30), {"work_days": [6], "work_from": 0, "work_until": 1440}),
    ],
)
def test_m07_the_target_counts_working_hours_alone(sent, until, more):
    assert due(calendar(**more), local(LONDON, *sent)) == local(LONDON, *until)


@pytest.mark.parametrize("zone", [AUCKLAND, KATHMANDU, "America/St_Johns", "Pacific/Kiritimati"])
def test_m07_the_target_counts_in_the_zone_of_the_consultation(zone):
    assert due(calendar(zone), local(zone, 2026, 11, 27, 16, 30)) == local(zone, 2026, 11, 30, 12, 30)


def test_m07_a_night_shift_that_meets_the_doubled_hour_loses_nothing():
    """The clocks go back at 2 on 25 October 2026: half past one comes twice."""
    nights = calendar(work_days=[6], work_from=0, work_until=8 * 60, answer_hours=1)
    first, second = (local(LONDON, 2026, 10, 25, 1, 30, fold=fold) for fold in (0, 1))
    assert due(nights, first) == due(nights, second) == local(LONDON, 2026, 10, 25, 2, 30)


def test_m07_a_calendar_without_a_working_day_still_has_a_target():
    sent = local(LONDON, 2026, 11, 27, 16, 30)
    assert due(calendar(work_days=[]), sent) == sent + timedelta(hours=4)


@given(
    sent=some.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001  # the zone comes below
    zone=some.sampled_from([LONDON, AUCKLAND, KATHMANDU, "America/New_York"]),
    hours=some.integers(1, 168),
    days=some.sets(some.integers(0, 6), min_size=1),
)
def test_m07_the_target_lies_within_working_hours_and_more_hours_never_end_sooner(sent, zone, hours, days):
    of = calendar(zone, work_days=sorted(days))
    since = sent.replace(tzinfo=UTC)
    until = after(of, since, timedelta(hours=hours))
    there = until.astimezone(ZoneInfo(zone))
    assert until > since
    assert works(of, there)
    assert (9, 0) < (there.hour, there.minute) <= (17, 0)
    assert until < after(of, since, timedelta(hours=hours + 1))


@pytest.mark.parametrize(
    ("year", "days"),
    [  # as published on gov.uk
        (2021, ["2021-01-01", "2021-04-02", "2021-04-05", "2021-05-03", "2021-05-31", "2021-08-30", "2021-12-27",
                "2021-12-28"]),
        (2025, ["2025-01-01", "2025-04-18", "2025-04-21", "2025-05-05", "2025-05-26", "2025-08-25", "2025-12-25",
                "2025-12-26"]),
        (2026, ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25",
                "2026-12-28"]),
        (2027, ["2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-27",
                "2027-12-28"]),
    ],
)  # fmt: skip
def test_bank_holidays_are_those_that_were_published(year, days):
    assert england_and_wales(year) == [date.fromisoformat(day) for day in days]
