"""A baseline goes in as a list; whatever is wrong with it is said in a sentence, and what was typed stays."""

import csv
import io

import pytest
from sqlalchemy import select

from crowd.config import ROOT
from crowd.db import db, transaction
from crowd.figures.baseline import EXAMPLE, BadBaseline, read
from crowd.models import Baseline
from tests import make
from tests.conftest import lacking

AHP = (
    *("Art therapist", "Dietitian", "Drama therapist", "Music therapist", "Occupational therapist", "Orthoptist"),
    *("Paramedic", "Physiotherapist", "Podiatrist", "Prosthetist/orthotist", "Radiographer"),
    "Speech and language therapist",
)
GOOD = "profession,count,date,source\nDietitian,10128,2020-11-03,HCPC\nParamedic,30422,2020-11-03,HCPC\n"


def wrong(text: str | bytes, known=("Dietitian", "Paramedic", "Podiatrist")) -> list[str]:
    with pytest.raises(BadBaseline) as bad:
        read(text if isinstance(text, bytes) else text.encode(), known)
    return list(bad.value.sentences)


def test_a_host_gives_a_baseline_and_sees_it_beside_who_took_part(host, consultation):
    page = host.post("/host/ahp/figures/baseline/profession", text=GOOD)
    assert page.first_status == 302
    row = db.session.scalars(select(Baseline)).one()
    assert row.rows[1] == {"names": ["Paramedic"], "count": 30422, "date": "2020-11-03", "source": "HCPC"}
    page = host.get("/host/ahp/figures/baseline/profession")
    assert "30,422" in page
    page = host.get("/host/ahp/figures")
    assert "75%" in page  # the baseline's share of paramedics
    assert "This is no sample" in page
    host.post("/host/ahp/figures/baseline/profession", do="remove")
    assert db.session.scalars(select(Baseline)).all() == []


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.replace(",", ";").encode("cp1252"),
        GOOD.replace(",", "\t").encode("utf-16"),
        b"Paramedics,30 422,3/11/2020,HCPC\r\ndietitians,10128,03.11.2020,HCPC\r\n",
        b'count,profession,source,date\n"30,422",Paramedic,HCPC,3 November 2020\n10128,Dietitian,HCPC,3 Nov 2020\n',
        b"Profession;Number;Date;Source\nParamedic;30.422;2020-11-03;HCPC\nDietitian;10128;2020-11-03;HCPC\nTotal;40550",
    ],
)
def test_lists_come_as_programs_write_them(data):
    rows = sorted(read(data, ["Dietitian", "Paramedic"]), key=lambda row: row.names)
    assert [row.stored() for row in rows] == [
        {"names": ["Dietitian"], "count": 10128, "date": "2020-11-03", "source": "HCPC"},
        {"names": ["Paramedic"], "count": 30422, "date": "2020-11-03", "source": "HCPC"},
    ]


def test_a_workbook_is_read_too():
    from openpyxl import Workbook

    book, out = Workbook(), io.BytesIO()
    for row in csv.reader(io.StringIO(GOOD)):
        book.active.append([int(cell) if cell.isdigit() else cell for cell in row])
    book.save(out)
    assert [row.people for row in read(out.getvalue(), ["Dietitian", "Paramedic"])] == [10128, 30422]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The list is empty."),
        ("profession,count,date,source\n", "The list is empty."),
        (GOOD + "Total,40551,,", "the total is 40,551, but the rows add up to 40,550"),
        (
            GOOD + "Plumber,3,2020-11-03,HCPC",
            "Row 4: this consultation does not know “Plumber”. Write it as it does, or leave the row out. It knows: D",
        ),
        (GOOD + "dietitians,3,2020-11-03,HCPC", "Row 4: “Dietitian” has a row already, row 2."),
        (GOOD + "Podiatrist + Paramedic,3,2020-11-03,HCPC", "Row 4: “Paramedic” has a row already, row 3."),
        (GOOD + "Podiatrist,many,2020-11-03,HCPC", "Row 4: “many” is no whole number of people."),
        (GOOD + "Podiatrist,-3,2020-11-03,HCPC", "Row 4: “-3” is no whole number"),
        (GOOD + "Podiatrist,,2020-11-03,HCPC", "Row 4 has no number."),
        (GOOD + "Podiatrist,3,yesterday,HCPC", "Row 4: “yesterday” is no date."),
        (GOOD + ",3,2020-11-03,HCPC", "Row 4 names nothing."),
        ("Dietitian,3,,HCPC", "Row 1 has no date."),
        ("Dietitian,3,2020-11-03,", "Row 1 has no source."),
        ("Dietitian,3\nParamedic,4", "These rows have no date: 1, 2."),
        ("kind,how many\nDietitian,3", "The first row names no column."),
        ("Dietitian,0,2020-11-03,HCPC", "The rows add up to nothing."),
        ("profession,date\nDietitian,2020-11-03", "There is no column “count”."),
        (b"profession,count\n\x00\x01", "This is not a list in CSV form."),
        (b"PK\x03\x04 cut off", "The file is damaged"),
    ],
)
def test_what_is_wrong_is_said(text, said):
    assert any(said in sentence for sentence in wrong(text)), wrong(text)


def test_every_bad_row_is_named_at_once():
    assert len(wrong(GOOD + "Plumber,3,2020-11-03,HCPC\nPodiatrist,x,2020-11-03,HCPC\n")) == 2


def test_nothing_typed_is_lost(host, consultation):
    page = host.post("/host/ahp/figures/baseline/profession", text=GOOD + "Plumber,3,2020-11-03,HCPC", source="HCPC")
    assert page.status == 422
    assert "Plumber,3,2020-11-03,HCPC" in page
    assert 'value="HCPC"' in page
    page = host.post("/host/ahp/figures/baseline/region", text="Atlantis,3,2020-11-03,ONS")
    assert "Write it as it does, or leave the row out. It knows: North West, London." in page
    assert host.get("/host/ahp/figures/baseline/shoe-size").status == 404


def test_date_and_source_can_stand_once_for_all(host, consultation):
    sent = {"text": "Dietitian,3\nParamedic,4", "when": "3/11/2020", "source": "HCPC"}
    assert host.post("/host/ahp/figures/baseline/profession", **sent).first_status == 302
    rows = db.session.scalars(select(Baseline)).one().rows
    assert {(row["date"], row["source"]) for row in rows} == {("2020-11-03", "HCPC")}


def test_the_example_is_one_press_and_where_it_does_not_fit_it_says_so(host, consultation):
    page = host.post("/host/ahp/figures/baseline/profession", do="example")
    assert page.status == 422
    assert "does not know “Orthoptist”" in page
    assert "Orthoptist,1520" in page  # in the box, to be changed
    with transaction() as session:
        session.merge(make.anew(consultation)).professions = list(AHP)
    assert host.post("/host/ahp/figures/baseline/profession", do="example").first_status == 302


def test_the_example_has_the_shares_of_the_register():
    rows = read(EXAMPLE.read_bytes(), AHP)
    total = sum(row.people for row in rows)
    assert total == 213_954
    shares = {row.names[0]: round(100 * row.people / total, 2) for row in rows}
    assert shares == {
        "Physiotherapist": 27.15,
        "Occupational therapist": 19.27,
        "Radiographer": 17.26,
        "Paramedic": 14.22,
        "Speech and language therapist": 8.06,
        "Podiatrist": 5.85,
        "Dietitian": 4.73,
        "Art therapist": 2.22,
        "Orthoptist": 0.71,
        "Prosthetist/orthotist": 0.52,
    }


def test_the_example_s_numbers_are_those_of_the_source():
    source = ROOT.parent / "shared" / "data" / "ahp-baseline" / "hcpc_registrants.csv"
    if not source.exists():
        lacking(f"{source} is not there")
    with source.open(encoding="utf-8-sig") as lines:
        there = [int(row["2020-11-03"]) for row in csv.DictReader(lines) if row["hcpc_code"] != "ODP"]
    assert sorted(there) == sorted(row.people for row in read(EXAMPLE.read_bytes(), AHP))


def test_who_may_not_set_it_up_does_not_come_here(analyst, member, consultation):
    for other in (analyst, member):
        assert other.get("/host/ahp/figures/baseline/profession").status == 403
