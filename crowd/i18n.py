"""Words and dates in the reader's language. Catalogues lie in crowd/languages; what they lack stays English."""

import gettext
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_name
from babel.numbers import format_decimal

LANGUAGES = {"en": "English"}
CATALOGUES = Path(__file__).parent / "languages"
_language: ContextVar[str] = ContextVar("language", default="en")


def language() -> str:
    return _language.get()


def choose(accepted: str | None) -> None:
    """Take the language for what follows; one that has no catalogue becomes English."""
    _language.set(accepted if accepted in LANGUAGES else "en")


@cache
def _catalogue(name: str) -> gettext.NullTranslations:
    return gettext.translation("messages", CATALOGUES, [name], fallback=True)


def _(message: str, **values: object) -> str:
    """The message in the reader's language, its %(name)s filled."""
    text = _catalogue(_language.get()).gettext(message)
    return text % values if values else text


class Lazy:
    """A message whose language is chosen when it is shown: for what is written down at import, such as labels."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return _(self.message)

    def __mod__(self, values: object) -> str:
        return str(self) % values


def lazy(message: str) -> Any:
    """`_` for what a class body says; typed as Any because form fields take it where they expect a str."""
    return Lazy(message)


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    return _catalogue(_language.get()).ngettext(one, many, n) % {"n": n, **values}


def number(n: int) -> str:
    """1,000 as the reader's language writes it."""
    return str(format_decimal(n, locale=_locale()))


def _locale() -> str:
    return "en_GB" if _language.get() == "en" else _language.get()


def clock_time(moment: datetime, zone: str) -> str:
    """12-hour time as people say it in English: 5pm, 9.30am; else the locale's own."""
    local = moment.astimezone(ZoneInfo(zone))
    if _language.get() != "en":
        return format_datetime(local, "HH:mm", locale=_locale())
    minutes = f".{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def zone_name(moment: datetime, zone: str) -> str:
    """The zone as a person knows it: UK time; else its city (P2)."""
    if zone == "Europe/London" and _language.get() == "en":
        return _("UK time")
    return get_timezone_name(moment.astimezone(ZoneInfo(zone)), "long", locale=_locale())


def deadline(moment: datetime, zone: str) -> str:
    """Friday 4 December 2026, 5pm (UK time)."""
    local = moment.astimezone(ZoneInfo(zone))
    day = format_date(local, "EEEE d MMMM y", locale=_locale())
    return f"{day}, {clock_time(moment, zone)} ({zone_name(moment, zone)})"


def day(moment: datetime, zone: str) -> str:
    """4 December 2026."""
    return format_date(moment.astimezone(ZoneInfo(zone)), "d MMMM y", locale=_locale())


def weekday(of: date) -> str:
    """Friday 4 December."""
    return format_date(of, "EEEE d MMMM", locale=_locale())


def day_of(date_: date) -> str:
    """24 November."""
    return format_date(date_, "d MMMM", locale=_locale())


def stamp(moment: datetime, zone: str) -> str:
    """4 Dec 2026, 17:05: how the time of a contribution is written; the script makes it relative."""
    return format_datetime(moment.astimezone(ZoneInfo(zone)), "d MMM y, HH:mm", locale=_locale())


def duration(seconds: float) -> str:
    """3 hours: in the largest unit that fills, for how long something has waited."""
    return format_timedelta(timedelta(seconds=max(60, seconds)), granularity="minute", threshold=1, locale=_locale())
