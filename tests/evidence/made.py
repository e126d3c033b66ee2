"""Real files, made here: each as its own program would write it, or broken on purpose."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

OOXML = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": OOXML + "wordprocessingml.document.main+xml",
    "xlsx": OOXML + "spreadsheetml.sheet.main+xml",
    "pptx": OOXML + "presentationml.presentation.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
}
ODF = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
SECRET = "Ward 7 camera 4711"  # stands in the metadata of pictures


def pdf(words: bytes = b"A report", before: bytes = b"") -> bytes:
    body = before + b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    body += b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n% " + words + b"\n"
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 3/Root 1 0 R>>\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def archive(members: dict[str, bytes | str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def office(ending: str, **more: bytes | str) -> bytes:
    """A document of Word, Excel or PowerPoint; `more` are members, with a dot for a slash before the last dot."""
    types = f'<Types><Override PartName="/main.xml" ContentType="{MAIN[ending]}"/></Types>'
    return archive({"[Content_Types].xml": types, "_rels/.rels": "<Relationships/>", "main.xml": "<w/>" * 500} | more)


def open_document(ending: str, **more: bytes | str) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{ODF[ending]}"
    return archive({"mimetype": mimetype, "content.xml": "<office/>" * 300, "META-INF/manifest.xml": "<m/>"} | more)


def picture(sort: str, size: tuple[int, int] = (64, 48), **more: Any) -> bytes:
    """A picture with a camera, a place and a comment in it, lying on its side."""
    image = Image.radial_gradient("L").resize(size).convert("RGB")
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = SECRET, 6  # model; turned by 90 degrees
    exif.get_ifd(0x8825)[2] = (IFDRational(51), IFDRational(30), IFDRational(0))
    out = io.BytesIO()
    if sort == "GIF":
        image.save(out, "GIF", comment=SECRET.encode(), save_all=True, append_images=[image.rotate(90)])
    else:
        also = {"comment": SECRET.encode()} if sort == "JPEG" else {}
        image.save(out, sort, exif=exif, icc_profile=SECRET.encode() * 9, xmp=SECRET.encode(), **also, **more)
    assert SECRET.encode() in out.getvalue(), "what is to be taken out has to be there"
    return out.getvalue()


def png_that_says(width: int, height: int) -> bytes:
    """A small PNG that claims to be large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def bomb() -> bytes:
    return office("docx", **{"word/media/image1.bmp": b"\0" * 300_000_000})


def swollen() -> bytes:
    """Small enough in all, but one member is a thousand times larger inside."""
    return office("xlsx", **{"xl/sheet.xml": b" " * 20_000_000})


def crowded() -> bytes:
    return archive({f"m{n}": b"" for n in range(6_000)})


def lying() -> bytes:
    """A member that unpacks to more than its directory says."""
    sent = bytearray(office("docx", **{"word/media/a.bin": b"x" * 5_000}))
    at = sent.rfind(b"PK\x01\x02")
    struct.pack_into("<I", sent, at + 24, 10)
    return bytes(sent)
