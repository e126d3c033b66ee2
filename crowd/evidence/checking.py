"""What a file really is: decided by its content, never by its name or by what the browser says of it."""

import csv
import io
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import IO

from crowd.evidence import archives, pictures
from crowd.evidence.archives import damaged
from crowd.evidence.sorts import CSV, PDF, NotTaken, Sort, taken, told_name
from crowd.i18n import _
from crowd.spreadsheet import FORMULA

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word, Excel and PowerPoint before 2007, and encrypted ones of today
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_ARCHIVES = (b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x05\x06", b"PK\x07\x08")
_OTHER_PICTURES = (b"II*\0", b"MM\0*", b"BM", b"\0\0\1\0")
_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif", b"avis")
_TAIL = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*[^%]{0,64}\Z", re.DOTALL)
_TABLE = re.compile(rb"xref|\d+\s+\d+\s+obj")
_CONTROLS = re.compile("[\0-\x08\x0b\x0e-\x1f]")
SEPARATORS = ",;\t|"


def check(file: IO[bytes], sent_name: str) -> tuple[Sort, IO[bytes]]:
    """Its sort, and the file to keep: the same one, or one made anew. Raises NotTaken with a sentence that names it."""
    name = told_name(sent_name)
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if not head:
        raise NotTaken(_("“%(name)s” is empty.", name=name))
    if head.startswith(b"%PDF-"):
        _refuse_damaged_pdf(file, name)
        return PDF, file
    if head.startswith(b"PK\x03\x04"):
        sort, _unpacked = archives.document(file, name)
        file.seek(0)
        return sort, file
    if picture := _picture(head):
        return pictures.made_anew(file, name, picture)
    if refused := _known_and_refused(file, head, name):
        raise NotTaken(refused)
    return CSV, _table(file, name)


def _picture(head: bytes) -> str:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    return "WEBP" if head.startswith(b"RIFF") and head[8:12] == b"WEBP" else ""


def _refuse_damaged_pdf(file: IO[bytes], name: str) -> None:
    """It has to end as a PDF ends, and its end has to point at its table of contents. It is not parsed further: whoever
    downloads it opens it with a reader of their own."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 1500))
    end = _TAIL.search(file.read())
    at = int(end[1]) if end else size
    file.seek(max(0, min(at, size) - 16))  # some programs count a byte or two wrong
    found = _TABLE.search(file.read(80))
    file.seek(0)
    if at >= size or not found:
        raise NotTaken(damaged(name))


def _known_and_refused(file: IO[bytes], head: bytes, name: str) -> str:
    """The sentence for what people are most likely to try; empty if it may be a table."""
    if head.startswith(_OLE):
        if _LOCKED in head + file.read():
            return archives.locked(name)
        return _("“%(name)s” is an old Office file. Save it as .docx, .xlsx, .pptx or PDF, and add that.", name=name)
    if head.startswith(b"{\\rtf"):
        return _("“%(name)s” is an RTF file. Save it as .docx or PDF, and add that.", name=name)
    if head.startswith(_OTHER_PICTURES) or (head[4:8] == b"ftyp" and head[8:12] in _BRANDS):
        return _("Not everybody can open the picture “%(name)s”. Save it as JPEG or PNG, and add that.", name=name)
    if head.startswith(_ARCHIVES):
        return _("“%(name)s” is an archive of files. Add the files that are in it one by one.", name=name)
    return ""


def _table(file: IO[bytes], name: str) -> IO[bytes]:
    """A table as UTF-8 with the mark by which spreadsheets know it; what they would calculate is marked as text."""
    text = _decoded(file.read())
    if text is None or _CONTROLS.search(text) or text.lstrip()[:1] in "{[":
        raise NotTaken(_unknown(name))
    if text.lstrip().startswith("<"):
        raise NotTaken(_("“%(name)s” is a web page or an SVG drawing. Save it as PDF or PNG, and add that.", name=name))
    separator = _separator(text)
    if not separator:
        raise NotTaken(_("“%(name)s” has no table in it. Put the words into your text.", name=name) + " " + taken())
    made: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=500_000)  # noqa: SIM115  # whoever stores it closes it
    made.write(_harmless(text, separator, name).encode("utf-8-sig"))
    made.seek(0)
    return made


def _unknown(name: str) -> str:
    return _("We cannot take “%(name)s”.", name=name) + " " + taken()


def _decoded(data: bytes) -> str | None:
    """As Unicode, else as the code page of Western Windows; None for what is no text."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str, separator: str) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _separator(text: str) -> str:
    """By which most rows of the beginning have one number of cells, two or more; empty where none does. A table has two
    rows at least."""
    start = text[:100_000]
    best, most = "", 1
    for separator in SEPARATORS:
        try:
            widths = Counter(len(row) for row in islice(_rows(start, separator), 200) if row)
        except csv.Error:
            continue
        width, often = widths.most_common(1)[0] if widths else (0, 0)
        if width > most and often > 1 and 2 * often >= sum(widths.values()):
            best, most = separator, width
    return best


def _harmless(text: str, separator: str, name: str) -> str:
    """The table as it was sent, to the letter, unless a cell of it is a formula: then it is written anew."""
    try:
        if not any(_calculated(cell) for row in _rows(text, separator) for cell in row):
            return text
        out = io.StringIO()
        for row in _rows(text, separator):
            csv.writer(out, delimiter=separator).writerow(["'" + cell if _calculated(cell) else cell for cell in row])
        return out.getvalue()
    except csv.Error:
        raise NotTaken(damaged(name)) from None


def _calculated(cell: str) -> bool:
    """Whether a spreadsheet would run it; a number with its sign is one and no formula."""
    return cell.lstrip(" ").startswith(FORMULA) and not re.fullmatch(r"[-+]?[\d.,\s]+%?", cell.strip())
