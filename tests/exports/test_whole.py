"""A whole consultation as one file from the browser, checking it, and what becomes of files."""

import re

import pytest

from crowd import cli, clock
from crowd.db import db
from crowd.exports import jobs
from crowd.keeping import archive
from crowd.keeping.places import Refused
from crowd.log import DEEDS
from crowd.models import Record
from tests import make
from tests.exports.made import PAGE, made


def test_it_is_sealed_and_verified(app, host, consultation, tmp_path, capsys):
    author = make.member(consultation, "somebody@example.org")
    make.contribution(consultation.questions[0], by=author, text="Kept whole")
    file = tmp_path / "ahp.zip"
    file.write_bytes(made(host, "whole"))
    found = archive.verified(file)
    assert found.manifest["slug"] == "ahp" and found.manifest["people"] is False
    args = cli.parser().parse_args(["verify", str(file)])
    assert args.does(None, args) == 0 and "is as it was written" in capsys.readouterr().out
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(Refused, match="has been changed since it was written"):
        archive.verified(file)


def test_who_had_what_made_stays_and_the_file_goes(app, host, consultation, at):
    made(host, "host")
    told = [row.deed for row in db.session.query(Record).order_by(Record.id) if row.deed.startswith("export ")]
    assert told == ["export asked", "export made", "export fetched"] and set(told) <= set(DEEDS)
    (path,) = jobs.folder().glob("*.zip")
    number = re.search(rf'action="({PAGE}/\d+)"', host.get(PAGE))[1]
    _where, fields = host.get(PAGE).form(number)
    at(clock.now() + make.DAY * 1.1)
    jobs.erase_old()
    assert not path.exists()
    host = type(host)(app, host.id)  # the sign-in of staff has ended meanwhile
    page = host.get(PAGE)
    assert "Erased after a day" in page and "Hope Host" in page and "Save the file" not in page
    fields["csrf_token"] = page.form(PAGE, "audience")[1]["csrf_token"]
    assert "not here any more" in host.send(number, fields)
    assert host.send(f"{PAGE}/999", fields).status == 404


def test_a_long_one_is_made_beside_the_request(app, host, consultation, monkeypatch):
    monkeypatch.setattr(jobs, "SHORT", 0)
    page = host.post(PAGE, audience="public", form="xlsx")
    assert "Waiting" in page and "Save the file" not in page
    for _n in range(4):
        host.post(PAGE, audience="public", form="xlsx")
    full = host.post(PAGE, audience="public", form="xlsx", purpose="Kept as typed")
    assert full.status == 422 and "being made already" in full and "Kept as typed" in full
    assert jobs.run_due() == 5
    assert host.get(PAGE).count("Save the file") == 5
