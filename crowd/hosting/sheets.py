"""A membership list as an Excel workbook: its rows as text, within bounds that hold before anything is unpacked."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]  # it comes without types

from crowd.hosting.lists import BadList
from crowd.i18n import _
from crowd.i18n import number as written

UNPACKED = 150_000_000  # bytes; a list of 100,000 rows is about a quarter of it
COLUMNS = 60
LINES = 1_000_000
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def is_packed(data: bytes) -> bool:
    """Whether this is a workbook, or another file that begins like one, whatever it is named."""
    return data.startswith((ZIP, OLD_EXCEL))


def rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each row of the first sheet: its number and its cells. Raises BadList."""
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
