"""Tables as CSV that a spreadsheet can open without running anything that people wrote."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a cell begins that a spreadsheet would calculate (OWASP)


def cell(value: object) -> object:
    """A value as it may stand in a cell: text that could be a formula gets an apostrophe before it; numbers stay, and
    nothing is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return value
    text = str(value)
    return "'" + text if text.lstrip(" ").startswith(FORMULA) else text


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file line by line, beginning with the mark by which spreadsheets know UTF-8."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([cell(value) for value in row])
        yield line.getvalue()
