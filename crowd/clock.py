"""The only clock. Times are aware and in UTC everywhere; zones are for showing and entering (P2)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_shift = timedelta(0)
_received: ContextVar[datetime | None] = ContextVar("received", default=None)


def now() -> datetime:
    """The time that decides: within a request the instant at which the server received it (P8), else the present."""
    return _received.get() or present()


def present() -> datetime:
    """The time as it is, however long ago this request was received."""
    return datetime.now(UTC) + _shift


def hold(moment: datetime) -> None:
    """Let the rest of this request be answered as at another time: for looking, never for writing."""
    _received.set(moment)


@contextmanager
def receiving() -> Iterator[datetime]:
    """Hold the clock still for one request, so that nothing in it can fall on both sides of a bell."""
    token = _received.set(present())
    try:
        yield now()
    finally:
        _received.reset(token)


def set_to(moment: datetime | None) -> None:
    """Let the clock go on from this moment, for the whole process; None is the real time again. For tests."""
    global _shift  # noqa: PLW0603  # one clock for the process is the point
    _shift = moment - datetime.now(UTC) if moment else timedelta(0)
