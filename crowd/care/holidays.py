"""Days on which nobody works: as they are typed, and the bank holidays of England and Wales by their rules."""

from datetime import date, datetime, timedelta

from crowd.i18n import _

FORMATS = ("%Y-%m-%d", "%d/%m/%Y")
DAY = timedelta(days=1)


class NotADay(ValueError):
    """Its str is the sentence for whoever typed it."""


def typed(lines: list[str]) -> list[str]:
    """ISO dates in their order, from lines such as 2026-12-25 or 25/12/2026. Raises NotADay for the first other."""
    return sorted({_day(line).isoformat() for line in lines})


def _day(line: str) -> date:
    for how in FORMATS:
        try:
            return datetime.strptime(line, how).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise NotADay(_("“%(line)s” is not a date. Write each like 25/12/2026, on a line of its own.", line=line))


def shown(days: list[str]) -> list[str]:
    """The same as hosts read them: 25/12/2026."""
    return [f"{date.fromisoformat(day):%d/%m/%Y}" for day in days]


def england_and_wales(year: int) -> list[date]:
    """The eight regular ones, each moved to the next free weekday if it falls on a weekend. What is proclaimed for a
    single year, such as a jubilee, is not among them."""
    sunday = easter(year)
    found = [
        _weekday(date(year, 1, 1)),
        sunday - 2 * DAY,
        sunday + DAY,
        _monday(date(year, 5, 1)),
        _monday(date(year, 5, 25)),
        _monday(date(year, 8, 25)),
    ]
    christmas = _weekday(date(year, 12, 25))
    boxing = date(year, 12, 26)
    while boxing.weekday() > 4 or boxing == christmas:
        boxing += DAY
    return [*found, christmas, boxing]


def _weekday(day: date) -> date:
    return day + max(0, 7 - day.weekday()) * DAY if day.weekday() > 4 else day


def _monday(earliest: date) -> date:
    return earliest + (-earliest.weekday() % 7) * DAY


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the rule that was printed in Nature in 1876."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)
