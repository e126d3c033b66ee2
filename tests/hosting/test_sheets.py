"""Registers as Excel workbooks, and what is not one."""

import io
import re
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from crowd.hosting import lists, sheets
from crowd.hosting.lists import BadList

PAGE = "/host/register"
HEADS = ["E-mail", "Name", "Profession", "Registration number", "Region"]


def workbook(*rows, hidden=False):
    book = Workbook()
    if hidden:
        book.active.append(["not this"])
        book.active.sheet_state = "hidden"
        book.create_sheet("Members")
    for row in rows:
        book.worksheets[-1].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name.replace("__", "/").replace("_x", ".x"), data)
    return out.getvalue()


def upload(host, data, name="members.xlsx"):
    values = host.get(PAGE).form("", "text")[1]
    return host.send(PAGE, values | {"file": (io.BytesIO(data), name)})


@pytest.fixture
def book():
    return workbook(
        [],
        HEADS,
        ["ann@example.org", "Ann O’Neil", "Dietitian", 12345, "North West"],
        ["nobody", "=1+1", "Dietitian", 7.0, date(2026, 5, 1)],
        hidden=True,
    )


def test_a_workbook_is_read_like_a_list_whatever_it_is_named(host, consultation, book):
    for name, counts in (("members.xlsx", "1 new, 0 changed, 0"), ("members.csv", "0 new, 0 changed, 1")):
        page = upload(host, book, name)
        assert f"{counts} unchanged, 1 problem" in page
        assert re.search(r">4</th><td[^>]*>no @ in nobody<", page)
        assert f"Loaded: {counts}" in host.send(*page.form(f"{page.path}/load"))


def test_cells_are_what_people_see(book):
    assert list(sheets.rows(book))[2:] == [
        (3, ["ann@example.org", "Ann O’Neil", "Dietitian", "12345", "North West"]),
        (4, ["nobody", "", "Dietitian", "7", "2026-05-01"]),
    ]


def test_rows_with_problems_come_as_a_file_that_can_be_mended_and_loaded(host, consultation):
    page = upload(host, workbook(HEADS, ["nobody", "=cmd", "Dietitian", "DT1", "London"]))
    file = host.get(f"{page.path}/problems.csv")
    assert file.splitlines()[0].endswith("Row,Problem,E-mail,Name,Profession,Registration number,Region")
    assert "2,no @ in nobody,nobody," in file
    found = lists.read(file.replace("nobody,nobody", "x,bea@example.org").encode(), lists.Known(["Dietitian"]))
    assert [(row.email, row.number) for row in found.rows] == [("bea@example.org", "DT1")]


def test_what_is_no_list_gets_a_sentence(host, consultation, book):
    assert "zip file and not a list" in upload(host, zipped(members="a@example.org"), "members.csv")
    assert "damaged" in upload(host, book[: len(book) // 2])
    assert "damaged" in upload(host, zipped(xl__workbook_xml="<nothing"))
    assert "old Excel file" in upload(host, sheets.OLD_EXCEL + b"\0" * 600, "members.xls")
    assert "no column with e-mail addresses" in upload(host, workbook(["Name"], ["Ann"]))


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = zipped(xl__workbook_xml="", xl__sheet_xml=b"0" * (sheets.UNPACKED + 1))
    assert len(bomb) < 1_000_000
    with pytest.raises(BadList, match="too large"):
        next(sheets.rows(bomb))


def test_xml_that_grows_without_end_is_refused(book):
    grows = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            new.writestr(part, grows if part == "xl/workbook.xml" else old.read(part))
    with pytest.raises(BadList, match="damaged"):
        next(sheets.rows(out.getvalue()))
