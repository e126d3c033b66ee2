"""What a file really is: by its content, whatever it is called."""

import io
import random

import pytest
from PIL import Image

from crowd.evidence import checking
from crowd.evidence.sorts import CSV, PDF, NotTaken, clean_name
from tests.evidence import made


def checked(content: bytes, name: str = "a.txt") -> tuple[str, bytes]:
    sort, file = checking.check(io.BytesIO(content), name)
    with file:
        return sort.ending, file.read()


def refused(content: bytes, name: str = "my file.pdf") -> str:
    with pytest.raises(NotTaken) as why:
        checking.check(io.BytesIO(content), name)
    return str(why.value)


@pytest.mark.parametrize(
    ("ending", "content"),
    [("pdf", made.pdf())]
    + [(ending, made.office(ending)) for ending in ("docx", "xlsx", "pptx")]
    + [(ending, made.open_document(ending)) for ending in ("odt", "ods", "odp")],
)
def test_a_document_is_known_by_its_content_and_kept_to_the_byte(ending, content):
    assert checked(content, "holiday.jpg") == (ending, content)


@pytest.mark.parametrize(("sort", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "png")])
def test_a_picture_is_made_anew_and_says_nothing_of_where_it_was_taken(sort, ending):
    sent = made.picture(sort)
    found, content = checked(sent, "a.pdf")
    assert found == ending
    assert made.SECRET.encode() not in content and b"Exif" not in content and b"<x:xmpmeta" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert not image.getexif() and not {"comment", "icc_profile", "xmp", "exif", "dpi"} & set(image.info)
        assert image.size == ((64, 48) if sort == "GIF" else (48, 64))  # upright, by what the metadata said
        assert getattr(image, "n_frames", 1) == 1


def test_a_transparent_picture_stays_transparent():
    out = io.BytesIO()
    Image.new("RGBA", (8, 8), (255, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(checked(out.getvalue())[1])) as image:
        assert image.mode == "RGBA" and image.getpixel((1, 1))[3] == 0


def test_a_large_picture_is_made_smaller_and_a_huge_one_is_refused():
    out = io.BytesIO()
    Image.new("L", (6_000, 3_000)).save(out, "PNG")
    with Image.open(io.BytesIO(checked(out.getvalue())[1])) as image:
        assert image.size == (5_000, 2_500)
    assert "million dots" in refused(made.png_that_says(50_000, 50_000))


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ("name;visits\nNorth;12\n".encode("cp1252"), "name;visits\nNorth;12\n"),
        ("Gemüse,5\nObst,6\n".encode("cp1252"), "Gemüse,5\nObst,6\n"),
        ("Gemüse,5\nObst,6\n".encode(), "Gemüse,5\nObst,6\n"),
        ("a\tb\r\n1\t2\r\n".encode("utf-16"), "a\tb\r\n1\t2\r\n"),
        (b'a,b\n"two\nlines",-3.5\n', 'a,b\n"two\nlines",-3.5\n'),
    ],
)
def test_a_table_becomes_utf_8_and_keeps_every_letter(content, kept):
    assert checked(content) == ("csv", b"\xef\xbb\xbf" + kept.encode())


def test_what_a_spreadsheet_would_run_in_a_table_is_only_text():
    _ending, content = checked(b"who,what\nAnn,=HYPERLINK(1)\nBob,-5\nCy,@SUM(A1)\n")
    assert content.decode("utf-8-sig") == "who,what\r\nAnn,'=HYPERLINK(1)\r\nBob,-5\r\nCy,'@SUM(A1)\r\n"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG"),
        (b"  <!DOCTYPE html><script>alert(1)</script>", "web page"),
        (b"MZ\x90\0" + b"\0" * 200, "We take PDF"),
        (b"\x7fELF" + bytes(range(200)), "We take PDF"),
        (b"#!/bin/sh\nrm -rf ~\n", "no table"),
        (b"Just some words, nothing more.", "no table"),
        (b'{"a": [1, 2], "b": 3}', "We take PDF"),
        (made.archive({"a.txt": "a"}), "is an archive"),
        (made.archive({}), "is an archive"),
        (b"\x1f\x8b\x08" + b"\0" * 50, "is an archive"),
        (OLE + b"\0" * 600, "old Office file"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"{\\rtf1 Hello}", "RTF"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "JPEG or PNG"),
        (b"II*\0" + b"\0" * 100, "JPEG or PNG"),
        (made.office("docm"), "macros"),
        (made.office("docx", **{"word/vbaProject.bin": b"\0"}), "macros"),
        (made.open_document("odt", **{"Basic/Standard/Module1.xml": "<x/>"}), "macros"),
        (made.office("docx", **{"word/media/image1.png": made.archive({"a.exe": b"MZ"})}), "hidden in it"),
        (made.office("docx", **{"word/setup.exe": b"MZ"}), "hidden in it"),
        (made.open_document("odt", **{"META-INF/manifest.xml": "<m:encryption-data/>"}), "password"),
        (made.bomb(), "unpacks to far more"),
        (made.swollen(), "unpacks to far more"),
        (made.crowded(), "unpacks to far more"),
        (made.lying(), "damaged"),
        (made.pdf()[:-40], "damaged"),
        (made.pdf()[:100], "damaged"),
        (made.office("xlsx")[:-30], "damaged"),
        (made.office("xlsx")[:300], "damaged"),
        (made.picture("PNG")[:900], "damaged"),
        (made.picture("JPEG")[:1200], "damaged"),
    ],
)
def test_what_is_not_taken_gets_a_sentence_that_names_it(content, said):
    sentence = refused(content)
    assert "my file.pdf" in sentence and said in sentence


def test_the_numbers_behind_a_chart_may_be_a_document_of_their_own():
    chart = {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": made.office("xlsx")}
    content = made.office("docx", **chart)
    assert checked(content) == ("docx", content)
    deeper = made.office("docx", **{"word/embeddings/a.xlsx": made.office("xlsx", **{"xl/embeddings/b.docx": content})})
    assert "hidden in it" in refused(deeper)
    macros = made.office("docx", **{"word/embeddings/a.xlsx": made.office("xlsx", **{"xl/vbaProject.bin": b"\0"})})
    assert "macros" in refused(macros)


def test_a_file_that_is_two_at_once_is_one_afterwards():
    """Polyglots: what a browser or an unpacker might find behind the picture is gone, and beside a PDF refused."""
    script, hidden = b"<script>alert(1)</script>", made.archive({"evil.js": "alert(1)"})
    for sort in ("JPEG", "PNG", "GIF", "WEBP"):
        content = checked(made.picture(sort) + hidden + script)[1]
        assert script not in content and b"PK\x03\x04" not in content
    assert "damaged" in refused(made.pdf() + b"\0" * 2_000 + hidden)
    assert refused(b"<html>" + made.pdf())
    assert refused(b"GIF89a/*" + b"*/=1;alert(1)")


def test_no_broken_file_is_more_than_a_sentence():
    """Whatever the bytes are, the answer is a sort or a sentence."""
    chance = random.Random(7)
    whole = [made.picture(s) for s in ("JPEG", "PNG", "GIF", "WEBP")] + [made.pdf(), made.office("docx"), b"a,b\n1,2\n"]
    ends = {"sort": 0, "sentence": 0}
    for content in whole:
        for _n in range(150):
            broken = bytearray(content[: chance.randrange(1, len(content) + 1)])
            for _m in range(chance.randrange(8)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            try:
                checked(bytes(broken))
                ends["sort"] += 1
            except NotTaken:
                ends["sentence"] += 1
    assert ends["sort"] > 20 and ends["sentence"] > 200


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Report 2015.PDF", "Report 2015.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ann\\x.doc", "x.pdf"),
        ("invoice.pdf.exe", "invoice.pdf"),
        ("annual\u202efdp.exe", "annualfdp.pdf"),
        ("a\u200b\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ('"><script>.pdf', "script.pdf"),
        ("NUL.pdf", "file NUL.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 100 + ".pdf"),
        ("Größe – Übersicht.csv", "Größe – Übersicht.pdf"),
    ],
)
def test_a_name_is_only_a_name(sent, kept):
    assert clean_name(sent, PDF) == kept
    assert clean_name(kept, CSV).endswith(".csv")
