"""Office documents are ZIP archives: which one it is, whether it is whole, and whether it is more than a document.

Everything is bounded before anything is unpacked: the directory by its size, the members by their number and by what
they say they unpack to; then each is read through once, which finds what is damaged and what had lied."""

import re
import struct
import tempfile
import zipfile
import zlib
from typing import IO

from crowd.evidence.sorts import ODF, OOXML, NotTaken, Sort, taken
from crowd.i18n import _

MB = 1_048_576
MOST_DIRECTORY = MB  # bytes; some 10,000 members
MOST_MEMBERS = 5_000
MOST_UNPACKED = 200 * MB
MOST_RATIO = 200  # to one, of members that unpack to more than a megabyte: real spreadsheets reach about 60
_END = b"PK\x05\x06"
_LOCKED = 0x1  # the flag of an encrypted member
_MACROS = re.compile(r"(^|/)(vbaProject\w*\.bin|vbaData\.xml)\Z|^(Basic|Scripts)/.", re.IGNORECASE)
_ARCHIVE = re.compile(
    r"\.(zip|7z|rar|gz|tgz|bz2|xz|jar|docm|xlsm|pptm|xlsb|exe|scr|msi|hta|js|vbs|bat|cmd)\Z", re.IGNORECASE
)
_DOCUMENT = re.compile(r"/embeddings/[^/]+\.(docx|xlsx|pptx)\Z", re.IGNORECASE)  # the numbers behind a chart
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    RuntimeError,  # zipfile, of a password, and of a way of packing that it does not know
    ValueError,
    struct.error,
    OSError,
)


def document(file: IO[bytes], name: str, *, inside: bool = False, room: int = MOST_UNPACKED) -> tuple[Sort, int]:
    """Which office document an archive is, and to how much it unpacks. Raises NotTaken with a sentence."""
    _refuse_large_directory(file, name)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            unpacked = _refuse_bomb(members, name, room)
            sort = _sort(archive, name)
            _refuse_more_than_a_document(members, name)
            for member in members:
                _refuse_archive_inside(archive, member, name, inside, room - unpacked)
            if archive.testzip() is not None:
                raise NotTaken(damaged(name))
    except BROKEN:
        raise NotTaken(damaged(name)) from None
    return sort, unpacked


def damaged(name: str) -> str:
    return _("“%(name)s” is damaged or not complete. Open it, save it again, and add the new file.", name=name)


def _refuse_large_directory(file: IO[bytes], name: str) -> None:
    """Before zipfile reads it: it makes an object of each entry."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 66_000))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise NotTaken(damaged(name))
    members, directory = struct.unpack_from("<HI", tail, at + 10)
    if members > MOST_MEMBERS or directory > MOST_DIRECTORY:
        raise NotTaken(_bomb(name))


def _bomb(name: str) -> str:
    return _("“%(name)s” unpacks to far more than it says. Save it as a PDF, and add that.", name=name)


def _refuse_bomb(members: list[zipfile.ZipInfo], name: str, room: int) -> int:
    unpacked = sum(member.file_size for member in members)
    swollen = any(m.file_size > MB and m.file_size > MOST_RATIO * max(m.compress_size, 1) for m in members)
    if len(members) > MOST_MEMBERS or unpacked > room or swollen:
        raise NotTaken(_bomb(name))
    return unpacked


def _sort(archive: zipfile.ZipFile, name: str) -> Sort:
    names = set(archive.namelist())
    if any(member.flag_bits & _LOCKED for member in archive.infolist()):
        raise NotTaken(locked(name))
    if "[Content_Types].xml" in names:
        types = _small(archive, "[Content_Types].xml")
        if b"macroEnabled" in types:
            raise NotTaken(_macros(name))
        for part, sort in OOXML.items():
            if part in types:
                return sort
    if "mimetype" in names and (odf := ODF.get(_small(archive, "mimetype").strip())):
        if "META-INF/manifest.xml" in names and b"encryption-data" in _small(archive, "META-INF/manifest.xml"):
            raise NotTaken(locked(name))
        return odf
    raise NotTaken(
        _("“%(name)s” is an archive of files. Add the files that are in it one by one.", name=name) + " " + taken()
    )


def _small(archive: zipfile.ZipFile, member: str) -> bytes:
    with archive.open(member) as part:
        return part.read(MB)


def locked(name: str) -> str:
    return _(
        "“%(name)s” is locked with a password, so nobody could read it. Save it without one, and add that.", name=name
    )


def _macros(name: str) -> str:
    return _(
        "“%(name)s” holds macros, which could do harm. Save it as .docx, .xlsx, .pptx or PDF, and add that.", name=name
    )


def _refuse_more_than_a_document(members: list[zipfile.ZipInfo], name: str) -> None:
    if any(_MACROS.search(member.filename) for member in members):
        raise NotTaken(_macros(name))
    if any(_ARCHIVE.search(member.filename) for member in members):
        raise NotTaken(_hidden(name))


def _hidden(name: str) -> str:
    return _("“%(name)s” has other files hidden in it. Take them out, or save it as a PDF, and add that.", name=name)


def _refuse_archive_inside(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, inside: bool, room: int
) -> None:
    """A chart brings its numbers as a document of their own, which is looked at in the same way; no further level, and
    no other archive."""
    with archive.open(member) as part:
        if part.read(4) not in (b"PK\x03\x04", _END):
            return
    if inside or not _DOCUMENT.search("/" + member.filename):
        raise NotTaken(_hidden(name))
    with archive.open(member) as part, tempfile.SpooledTemporaryFile(max_size=500_000) as copy:
        while block := part.read(65_536):
            copy.write(block)
        copy.seek(0)
        document(copy, name, inside=True, room=room)
