"""The host's pages of imports: looked at before anything is written, taken in once, and nothing in a zip leads out."""

import io
import zipfile

import pytest
from sqlalchemy import func, select

from crowd.db import db
from crowd.imports import jobs
from crowd.models import Contribution, ImportFile, Record
from tests import make
from tests.imports.test_table import GOOD

PAGE = "/host/import"


def send(host, *files: tuple[str, bytes], source: str = "csv", title: str = "Ward round", into: str = ""):
    given = [(io.BytesIO(data), name) for name, data in files]
    return host.post(PAGE, source=source, title=title, into=into, files=given)


def packed(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts:
            made.writestr(name, data)
    return out.getvalue()


def texts() -> int:
    return db.session.scalar(select(func.count()).select_from(Contribution)) or 0


def test_a_host_looks_first_and_then_takes_it_in(app, host):
    shown = send(host, ("contributions.csv", (GOOD + "5,77,,a,,To nobody,2026-01-01,,,,,,\n").encode()))
    assert "What would be taken" in shown
    assert "2 contributions, 2 comments" in shown
    assert "it answers “77”, which is not there, or was left" in shown
    assert texts() == 0
    _where, values = shown.form(f"{shown.path}/take")
    taken = host.post(f"{shown.path}/take", on=shown.path)
    assert "What was taken" in taken
    assert texts() == 4
    assert db.session.scalars(select(ImportFile)).one().body == b""
    assert db.session.scalar(select(Record.person_id).where(Record.deed == "imported")) == host.id
    assert "contributions.csv,6,it answers “77”" in host.get(f"{shown.path}/left.csv").replace('"', "")
    host.send(f"{shown.path}/take", values)  # pressed again: nothing twice
    assert texts() == 4
    again = send(host, ("contributions.csv", GOOD.encode()))
    assert "Nothing is new" in again
    assert "Take it in" not in again
    assert "erased" in host.post(f"{again.path}/drop", on=again.path)
    assert host.get(again.path).status == 404
    assert "parent_id" in host.get(f"{PAGE}/template.csv")


def test_a_long_one_is_done_beside_the_pages(app, host, monkeypatch):
    monkeypatch.setattr(jobs, "SMALL", 0)
    shown = send(host, ("x.zip", packed(("folder/a.csv", GOOD.encode()), ("folder/.b.csv", b"x"))))
    assert "Reading and comparing" in shown
    assert jobs.run_due() == 1
    assert "2 contributions, 2 comments" in host.get(shown.path)
    assert "Taking it in" in host.post(f"{shown.path}/take", on=shown.path)
    assert jobs.run_due() == 1
    assert "What was taken" in host.get(shown.path)
    assert texts() == 4


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "Choose a file."),
        ([("a.csv", b"  ")], "There is no CSV file with anything in it"),
        ([("a.csv", b"x,y\n1,2\n")], "has no column id and no column text"),
        ([("a.zip", b"PK\x03\x04 cut")], "The zip is damaged"),
        ([("a.zip", packed(("a/x.csv", b"id"), ("b/x.csv", b"id")))], "The zip has x.csv twice"),
        ([("a.zip", packed(("x.csv", b"id")))] * 2, "Choose one zip file or the single CSV files"),
        ([("a.zip", packed(("x.exe", b"MZ")))], "There is no CSV file with anything in it"),
        ([("a.zip", packed(*((f"{n}.csv", b"id") for n in range(60))))], "There are more than 50 files"),
        ([("a.zip", packed(("bomb.csv", b"\0" * 260_000_000)))], "Unpacked, the files have more than 250 MB"),
    ],
)
def test_what_cannot_be_taken_gets_a_sentence(app, host, files, said):
    page = send(host, *files)
    assert said in page
    assert 'value="Ward round"' in page or page.path != PAGE
    assert texts() == 0


def test_a_name_in_a_zip_leads_nowhere(app, host, tmp_path):
    shown = send(host, ("a.zip", packed(("../../../../tmp/escaped.csv", GOOD.encode()))))
    assert "escaped.csv" in shown
    assert "../" not in shown.split("<main", 1)[1]
    assert "2 contributions" in shown


def test_a_consultation_that_is_there_is_chosen_and_not_hit_by_chance(app, host):
    make.consultation("ward-round")
    assert "There is a consultation “ward-round” already" in send(host, ("a.csv", GOOD.encode()))
    assert texts() == 0


def test_when_files_came_is_told_in_the_time_of_the_host(app, host):
    make.consultation(timezone="Europe/Madrid")
    send(host, ("a.csv", GOOD.encode()))
    page = host.get(PAGE)
    assert "Ward round" in page and "Central European" in page and "UK time" not in page
