"""The logo, the welcome, and what becomes of a colour."""

import re
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin
from sqlalchemy import func, select

from crowd.db import db
from crowd.evidence.sorts import NotTaken
from crowd.hosting import logo
from crowd.models import Logo, Record, Site

LOOK = "/host/look"


def picture(sort="PNG", size=(600, 200), mode="RGB", **more):
    file = BytesIO()
    Image.new(mode, size, "teal").save(file, sort, **more)
    return file.getvalue()


def send(host, body, name="logo.png", alt="Podiatry Now"):
    values = host.get(LOOK).form("/host/look/logo")[1]
    return host.send("/host/look/logo", values | {"file": (BytesIO(body), name), "alt": alt})


def bomb():
    """50,000 by 50,000 dots in a few kilobytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("sort", ["PNG", "JPEG", "WEBP"])
def test_the_logo_stands_at_the_top_of_every_page(host, visitor, sort):
    assert "The logo is saved." in send(host, picture(sort))
    page = visitor.get("/login")
    site = db.session.scalars(select(Site)).one()
    assert (site.logo_width, site.logo_height) == (144, 48)
    assert f'<img class="logo" src="/logo-{site.logo}" alt="Podiatry Now" width="144" height="48">' in page
    answer = visitor.browser.get(f"/logo-{site.logo}")
    with Image.open(BytesIO(answer.data)) as shown:
        assert shown.size == (480, 160)
        assert answer.mimetype == f"image/{shown.format.lower()}"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_nothing_of_the_file_but_its_dots_is_left(host, visitor):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "secret place")
    send(host, picture(pnginfo=notes) + b"<script>behind</script>")
    body = db.session.scalars(select(Logo.body)).one()
    assert b"secret place" not in body
    assert b"behind" not in body


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is an SVG"),
        (b"<?xml version='1.0'?><svg/>", "This is an SVG"),
        (b"GIF89a" + b"\0" * 50, "This is a GIF"),
        (b"%PDF-1.4", "no PNG, JPEG or WebP"),
        (b"", "Choose a picture."),
        (picture()[:60], "damaged"),
        (bomb(), "more than 10 million dots"),
    ],
)
def test_what_is_no_logo_gets_a_sentence_and_changes_nothing(host, body, sentence):
    send(host, picture())
    before = db.session.scalars(select(Site.logo)).one()
    page = send(host, body, alt="Kept alt")
    assert sentence in page
    assert "Kept alt" in page
    assert db.session.scalars(select(Site.logo)).one() == before


def test_a_file_of_more_than_two_megabytes_is_refused():
    with pytest.raises(NotTaken, match="more than 2 MB"):
        logo.made(BytesIO(picture() + b"\0" * 2_000_001))


def test_a_file_of_many_megabytes_is_not_read(host):
    answer = host.browser.post(
        "/host/look/logo",
        data=b"--x\r\n",
        content_type="multipart/form-data; boundary=x",
        base_url="http://localhost",
        environ_overrides={"CONTENT_LENGTH": "50000000"},
    )
    assert answer.status_code == 413
    assert "Only 2 MB are taken here" in answer.text


def test_one_logo_is_kept_and_it_can_be_removed(host, visitor, consultation):
    send(host, picture())
    send(host, picture(size=(90, 90)))
    assert db.session.scalar(select(func.count(Logo.id))) == 1
    assert "is removed" in host.post("/host/look/logo/remove", on=LOOK)
    assert db.session.scalar(select(func.count(Logo.id))) == 0
    assert 'class="logo"' not in visitor.get("/login")
    lines = db.session.scalars(select(Record.facts).where(Record.deed == "site changed").order_by(Record.id)).all()
    assert "logo" in lines[0]["what"]
    assert "logo" in lines[-1]["what"]


def test_a_logo_needs_words(host):
    assert "Say in words what the logo shows." in send(host, picture(), alt=" ")


def test_the_welcome_stands_on_the_first_page_as_safe_html(host, visitor):
    host.post(LOOK, name="P", colour="#0f5c6e", welcome="**Hello** <script>alert(1)</script>", do="save")
    page = visitor.get("/")
    assert "<strong>Hello</strong>" in page
    assert "<script>alert" not in page


def test_a_welcome_that_cannot_be_shown_is_kept_in_the_form(host):
    page = host.post(LOOK, name="P", colour="#0f5c6e", welcome="> " * 60 + "deep", do="save")
    assert "levels deep" in page
    assert "deep</textarea>" in page


def test_a_welcome_that_is_too_long_is_told_once_how_much_is_taken(host):
    page = host.post(LOOK, name="P", colour="#0f5c6e", welcome="a" * 12_000, do="save")
    assert "Use at most 2000 characters." in page
    assert "10,000 at most" not in page


@pytest.mark.parametrize("colour", ["#808080", "#FF0", "#ffffff", "#000", " #0f5c6e "])
def test_every_colour_is_made_readable(host, colour):
    page = host.send("/host/look/colour", host.get(LOOK).form(LOOK)[1] | {"colour": colour})
    ratios = [float(found) for found in re.findall(r'<td class="n">([\d.]+)</td>', page)]
    assert len(ratios) == 6
    assert min(ratios) >= 4.5


@pytest.mark.parametrize("colour", ["", "red", "#12345", "url(x)", "#0f5c6e;}"])
def test_what_is_no_colour_gets_a_sentence(host, colour):
    values = host.get(LOOK).form(LOOK)[1]
    assert "Write the colour as #" in host.send("/host/look/colour", values | {"colour": colour})
    page = host.send(LOOK, values | {"colour": colour, "do": "save"})
    assert "There is a problem" in page


def test_the_step_of_the_look_leads_to_the_next_one(host):
    page = host.get("/host/look?step=look")
    action, values = page.form(having="colour")
    assert host.send(action, values | {"name": "P", "do": "save"}).path == "/host/first-steps/mail"
