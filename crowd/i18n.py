"""Words and dates in the reader's language. Catalogues lie in crowd/languages; what they lack stays English.

A .po file is all that there is of a language: it is read once by each process, when its first reader comes, which takes
a tenth of a second."""

import gettext
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta, get_day_names, get_timezone_name
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from crowd import pseudo

LANGUAGES = {"en": "English", "cy": "Cymraeg"}  # each by its own name; a key is what stands in `lang`
KNOWN = LANGUAGES | {pseudo.LANGUAGE: pseudo.NAME}
FIRST = "en"  # the language that the code is written in
COOKIE = "language"
CATALOGUES = Path(__file__).parent / "languages"
_language: ContextVar[str | Callable[[], str]] = ContextVar("language", default=FIRST)


def language() -> str:
    chosen = _language.get()
    if not isinstance(chosen, str):
        chosen = chosen()
        _language.set(chosen)
    return chosen


def choose(chosen: str | Callable[[], str] | None) -> None:
    """Take the language for what follows, or what finds it when the first word is asked for; an unknown one is
    English."""
    _language.set(chosen if callable(chosen) or chosen in KNOWN else FIRST)


@contextmanager
def speaking(other: str) -> Iterator[None]:
    """Say what is said within in another language: a mail's, which is its reader's and not the sender's."""
    token = _language.set(other if other in KNOWN else FIRST)
    try:
        yield
    finally:
        _language.reset(token)


def direction() -> str:
    """ltr or rtl, for `dir`."""
    return "rtl" if language() == pseudo.LANGUAGE else "ltr"


@lru_cache(maxsize=1024)
def wanted(cookie: str, header: str) -> tuple[str, ...]:
    """The languages that somebody wants, of those we know, the best first: what they chose here (a cookie's value),
    else what their browser says in Accept-Language."""
    if cookie in KNOWN:
        return (cookie,)
    said = parse_accept_header(header[:500], LanguageAccept)
    return tuple(dict.fromkeys(code for full, _q in said if (code := full.lower().partition("-")[0]) in LANGUAGES))


def best(wants: Sequence[str], offered: Sequence[str]) -> str:
    """The first wanted language that this site offers, else the site's own first."""
    return next((code for code in wants if code in offered), offered[0] if offered else FIRST)


@cache
def _catalogue(name: str) -> gettext.NullTranslations:
    """One that cannot be read stops nobody: its readers get English, and the log says why."""
    if name == pseudo.LANGUAGE:
        return pseudo.Catalogue()
    file, made = CATALOGUES / name / "LC_MESSAGES" / "messages.po", BytesIO()
    if not file.exists():
        return gettext.NullTranslations()
    try:
        with file.open("rb") as source:
            write_mo(made, read_po(source, abort_invalid=True))
        made.seek(0)
        return gettext.GNUTranslations(made)
    except Exception as error:  # noqa: BLE001  # whatever is wrong in a file of words, the site goes on
        logging.getLogger("crowd").error("%s cannot be read, so these words stay English: %s", file, error)
        return gettext.NullTranslations()


def _(message: str, **values: object) -> str:
    """The message in the reader's language, its %(name)s filled."""
    text = _catalogue(language()).gettext(message)
    return text % values if values else text


def in_english(message: str) -> str:
    """What is written down in English and may be changed there; `told` says it in the reader's language."""
    return message


def told(stored: str) -> str:
    """What was stored, in the reader's language if it is still one of the `in_english` ones."""
    return _catalogue(language()).gettext(stored) if stored and language() != FIRST else stored


def foreign(code: str) -> str | None:
    """A language for `lang`, where it is another one than the page's."""
    return code if code and code != language() else None


class Own(str):
    """What somebody wrote; `lang` names its language where that is not the reader's."""

    __slots__ = ("lang",)
    lang: str | None

    def __new__(cls, text: str, lang: str | None = None) -> "Own":
        made = super().__new__(cls, text)
        made.lang = lang
        return made


def own(thing: Any, name: str, first: Callable[[], str] | None = None) -> Own:
    """A text of the host's (`thing.name`) in the reader's language, where they wrote it in that (`thing.words`), else
    as they wrote it first: in the site's first language, which `first` tells."""
    found = ((getattr(thing, "words", None) or {}).get(language()) or {}).get(name)
    if found or first is None:
        return Own(found or getattr(thing, name) or "")
    written = first()
    return Own(getattr(thing, name) or "", None if written == language() else written)


def key(name: str, code: str = "") -> str:
    """Under which name something is kept in a language: about.cy; English has none, as all was once English."""
    code = code or language()
    return name if code == FIRST else f"{name}.{code}"


def of_key(kept: str) -> tuple[str, str]:
    """The name, and the language that it is kept in."""
    name, _dot, code = kept.partition(".")
    return name, code or FIRST


class Later:
    """Words that are made when they are shown, in the language of whoever reads them."""

    def __init__(self, make: Callable[[], str]) -> None:
        self._make = make

    def __str__(self) -> str:
        return self._make()

    def __bool__(self) -> bool:
        return bool(str(self))


class Lazy(Later):
    """A message whose language is chosen when it is shown: for what is written down at import, such as labels."""

    def __init__(self, message: str) -> None:
        super().__init__(lambda: _(message))

    def __mod__(self, values: object) -> str:
        return str(self) % values


def lazy(message: str) -> Any:
    """`_` for what a class body says; typed as Any because form fields take it where they expect a str."""
    return Lazy(message)


def later(make: Callable[..., str], *given: Any) -> Any:
    """What a function says, said when it is shown: for the facts of a mail, which has another reader."""
    return Later(lambda: make(*given))


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The form for this number, its %(n)s written as `number` writes it."""
    return _catalogue(language()).ngettext(one, many, n) % {"n": number(n), **values}


def number(n: float) -> str:
    """1,000 as the reader's language writes it."""
    return _decimal(n, _locale())


@lru_cache(maxsize=4096)
def _decimal(n: float, locale: str) -> str:
    """Kept, because a page of threads asks for dozens of small ones."""
    return str(format_decimal(n, locale=locale))


def percent(share: float) -> str:
    """A share of 1 as the reader's language writes it: 42%."""
    return str(format_percent(share, locale=_locale()))


def _locale() -> str:
    chosen = language()
    return "en_GB" if chosen in ("en", pseudo.LANGUAGE) else chosen


def day_names() -> dict[int, str]:
    """Monday is 0."""
    return dict(get_day_names("wide", locale=_locale()))


def ago() -> dict[str, list[str]] | None:
    """How long ago something was, for a script, which says it in English by itself: for 0 to 6 of each unit, then with
    # for a number. Browsers do not know all languages; Chromium knows no Welsh."""
    if _locale() == "en_GB":
        return None
    units = (("minute", 60), ("hour", 3600), ("day", 86400))
    return {
        unit: [_ago(n, unit, size) for n in range(7)] + [_ago(40, unit, size).replace("40", "#")]
        for unit, size in units
    }


def _ago(n: int, unit: Any, size: int) -> str:
    if not n:
        return _("just now")
    past = timedelta(seconds=-n * size)
    return format_timedelta(past, granularity=unit, threshold=1e9, add_direction=True, locale=_locale())


def clock_time(moment: datetime, zone: str) -> str:
    """12-hour time as people say it in English: 5pm, 9.30am; else the locale's own."""
    local = moment.astimezone(ZoneInfo(zone))
    if _locale() != "en_GB":
        return format_datetime(local, "HH:mm", locale=_locale())
    minutes = f".{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def zone_name(moment: datetime, zone: str) -> str:
    """The zone as a person knows it: UK time; else its city (P2)."""
    if zone == "Europe/London":
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


def month(date_: date) -> str:
    """November 2026."""
    return format_date(date_, "LLLL y", locale=_locale())


def stamp(moment: datetime, zone: str) -> str:
    """4 Dec 2026, 17:05: how the time of a contribution is written; the script makes it relative."""
    return format_datetime(moment.astimezone(ZoneInfo(zone)), "d MMM y, HH:mm", locale=_locale())


def duration(seconds: float) -> str:
    """3 hours: in the largest unit that fills, for how long something has waited."""
    return format_timedelta(timedelta(seconds=max(60, seconds)), granularity="minute", threshold=1, locale=_locale())
