"""A membership list as an Excel workbook: its rows as text, within bounds that hold before anything is unpacked."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from crowd.hosting.lists import BadList
from crowd.i18n import _
from crowd.i18n import number as written

UNPACKED = 100_000_000  # bytes; a list of 100,000 rows is about a third of it
COLUMNS = 60
LINES = 1_000_000
EVERY = 500  # rows after which it is told how far it is
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def is_packed(data: bytes) -> bool:
    """Whether this is a workbook, or another file that begins like one, whatever it is named."""
    return data.startswith((ZIP, OLD_EXCEL))


def unpacked(data: bytes) -> int:
    """How many bytes it says it has when it is unpacked; of what cannot be unpacked its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return sum(part.file_size for part in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):  # damaged, absurd, or packed in an unknown way
        return len(data)


def rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row of the first sheet: its number and its cells. Raises BadList."""
    from openpyxl import load_workbook  # half a second to load

    _refuse(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = next((s for s in book.worksheets if s.sheet_state == "visible"), book.worksheets[0])
        sheet.reset_dimensions()  # what the file says of its size is not always true
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=COLUMNS), 1):
            if number > LINES:
                raise BadList(_("The sheet goes on below row %(n)s. Delete what stands there.", n=written(LINES)))
            yield number, _filled(cells)
    except BadList:
        raise
    except Exception:  # noqa: BLE001  # openpyxl raises whatever its parsers meet in a broken file, KeyError too
        raise BadList(
            _("The workbook is damaged and cannot be read. Open it in Excel, save it again, or save it as CSV UTF-8.")
        ) from None


PLAIN = b"\x00rows\x00"  # before a workbook's rows as text; no list in CSV form may hold it


def as_text(data: bytes, most: int, beat: Callable[[int], None]) -> bytes:
    """The rows of a workbook as lines with tabs, each on the line of its own number: it is taken apart once, which is
    slow, and read as often as its host looks again. Ends behind `most` rows. Raises BadList."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", newline="")
    writer, at, filled = csv.writer(out, delimiter="\t"), 0, 0
    for number, cells in rows(data):
        if not any(cell.strip() for cell in cells):
            continue
        out.write("\r\n" * (number - at - 1))
        writer.writerow([" ".join(cell.split()) for cell in cells])
        at, filled = number, filled + 1
        if filled % EVERY == 0:
            beat(filled)
        if filled > most:
            break
    out.flush()
    made: bytes = out.buffer.getvalue()
    return PLAIN + made


def _refuse(data: bytes) -> None:
    """Known by what is packed, before anything is unpacked: zipfile never reads more of a part than it declares."""
    if data.startswith(OLD_EXCEL):
        raise BadList(
            _("This is an old Excel file (.xls) or one with a password. Save it as .xlsx without one, or as CSV UTF-8.")
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
    except (
        zipfile.BadZipFile,
        ValueError,
        NotImplementedError,
    ):  # cut, with odd sizes, or of a kind that zipfile lacks
        raise BadList(_("The file is damaged and cannot be read. Save it again, as .xlsx or as CSV UTF-8.")) from None
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise BadList(_("This is a zip file and not a list. Unpack it, and choose the list that is in it."))
    if sum(part.file_size for part in parts) > UNPACKED:
        raise BadList(_("Unpacked, the workbook is too large. Save the sheet with the list as CSV UTF-8."))


def _filled(cells: Sequence[Any]) -> list[str]:
    """The cells up to the last that holds something: rows come as wide as is read at most."""
    width = len(cells)
    while width and cells[width - 1] is None:
        width -= 1
    return [_text(cell) for cell in cells[:width]]


def _text(cell: Any) -> str:
    """A cell as people see it: a number without .0, a day without its midnight."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
