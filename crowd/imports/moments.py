"""Times as tables write them. Raises ValueError for what is none."""

import re
from datetime import UTC, datetime, tzinfo

_SHAPES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y")
_DAYS = re.compile(r"0 days (\d{2}:\d{2}:\d{2})")


def moment(written: str, zone: tzinfo) -> datetime:
    """ISO 8601, or day, month and year with slashes or dots; without an offset it is a time of `zone`. Milliseconds or
    seconds since 1970 are taken as well."""
    written = written.strip()
    try:
        if re.fullmatch(r"\d{10}|\d{13}", written):
            return datetime.fromtimestamp(int(written) / (1 if len(written) == 10 else 1000), UTC)
        found = _shaped(written)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(written) from error


def _shaped(written: str) -> datetime:
    for shape in _SHAPES:
        try:
            return datetime.strptime(written, shape)  # noqa: DTZ007  # its zone is that of whoever asks
        except ValueError:
            continue
    return datetime.fromisoformat(written)


def of_madrid(day: str, clock: str, zone: tzinfo) -> datetime:
    """A date, and a duration since its midnight as that site writes it: "0 days 10:50:19"."""
    found = _DAYS.fullmatch(clock.strip())
    if not found:
        raise ValueError(clock)
    return moment(f"{day.strip()} {found[1]}", zone)
