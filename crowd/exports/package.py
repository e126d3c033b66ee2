"""An export as a file: a zip of CSV tables, or an Excel workbook. Rows pass through; nothing is held but one table's
next lines."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import chain
from typing import IO, Any, NamedTuple

from crowd import clock
from crowd.exports.columns import Sheet, Source, dictionary
from crowd.i18n import _
from crowd.spreadsheet import csv_lines

ZIP, EXCEL = "zip", "xlsx"
FORMS = (ZIP, EXCEL)
MEDIA = {ZIP: "application/zip", EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
LONGEST = 32_767  # characters that a cell of Excel holds
EVERY = 2_000  # rows after which it is told how far it is
FIRST = (1980, 1, 1, 0, 0, 0)  # of every file in a zip: the same contents are the same bytes
Beat = Callable[[int], None]


class Package(NamedTuple):
    """All that a file holds. `who` sees it; `readme` is plain text."""

    sheets: Sequence[Sheet]
    who: Any
    readme: str


def write(form: str, package: Package, source: Source, out: IO[bytes], beat: Beat = lambda _done: None) -> int:
    """Write the file; how many rows its tables have."""
    return (_zip if form == ZIP else _workbook)(package, source, out, beat)


def _counted(rows: Iterable[Any], done: list[int], beat: Beat) -> Iterator[Any]:
    for row in rows:
        done[0] += 1
        if done[0] % EVERY == 0:
            beat(done[0])
        yield row


# ---- zip ------------------------------------------------------------------------------------------------------------


def _zip(package: Package, source: Source, out: IO[bytes], beat: Beat) -> int:
    done, sums = [0], {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:

        def add(name: str, parts: Iterable[str]) -> None:
            digest = sha256()
            with archive.open(_entry(name), "w", force_zip64=True) as file:
                for part in parts:
                    encoded = part.encode()
                    digest.update(encoded)
                    file.write(encoded)
            sums[name] = digest.hexdigest()

        add("README.txt", [package.readme])
        for sheet in package.sheets:
            heads = [column.name for column in sheet.columns]
            add(f"{sheet.name}.csv", csv_lines(chain([heads], _counted(sheet.rows(source), done, beat))))
        add("dictionary.csv", csv_lines(dictionary(package.sheets, package.who)))
        listed = "".join(f"{digest}  {name}\n" for name, digest in sums.items())
        with archive.open(_entry("SHA256SUMS"), "w") as file:  # as `sha256sum -c` reads it
            file.write(listed.encode())
    return done[0]


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, FIRST)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


# ---- workbook -------------------------------------------------------------------------------------------------------


def _workbook(package: Package, source: Source, out: IO[bytes], beat: Beat) -> int:
    from openpyxl import Workbook  # half a second to load

    done, book = [0], Workbook(write_only=True)
    book.properties.created = book.properties.modified = clock.now().replace(tzinfo=None)
    book.properties.creator = source.host
    _fill(book, _("README"), ([line] for line in package.readme.splitlines()), (100,))
    _fill(book, _("Dictionary"), dictionary(package.sheets, package.who), (24, 24, 60, 20, 40, 20), heads=True)
    for sheet in package.sheets:
        heads = [column.name for column in sheet.columns]
        rows = chain([heads], _counted(sheet.rows(source), done, beat))
        _fill(book, sheet.name, rows, [18] * len(heads), heads=True)
    book.save(out)
    return done[0]


def _fill(book: Any, name: str, rows: Iterable[Sequence[Any]], widths: Sequence[int], heads: bool = False) -> None:
    from openpyxl.utils import get_column_letter

    page = book.create_sheet(name[:31])
    if heads:
        page.freeze_panes = "A2"
    for n, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(n)].width = width
    for row in rows:
        page.append([_cell(page, value) for value in row])


def _cell(page: Any, value: Any) -> Any:
    """Numbers as numbers. Text is text: a cell of the kind "string" is never calculated, whatever it begins with."""
    if value is None or isinstance(value, int | float):
        return value
    if (text := str(value)).isprintable() and len(text) <= LONGEST and not text.startswith(("=", "#")):
        return text
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    text = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]
    if not text.startswith(("=", "#")):
        return text
    made = WriteOnlyCell(page, text)
    made.data_type = "s"
    return made


def as_bytes(form: str, package: Package, source: Source) -> bytes:
    """The file in memory: for what is short."""
    out = io.BytesIO()
    write(form, package, source, out)
    return out.getvalue()
