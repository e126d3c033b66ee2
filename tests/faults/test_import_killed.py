"""What was written elsewhere, taken in by real processes that are killed in the middle: nothing or all, and once."""

import contextlib
import secrets
import sqlite3
import time
from datetime import timedelta

from sqlalchemy import func, select, text, update

from crowd import clock
from crowd.db import db, transaction
from crowd.imports import deeds
from crowd.models import Consultation, Contribution, ImportFile, Person, Record, Theme, Version
from tests import make
from tests.faults import people, real
from tests.faults.test_keeping_killed import kill_when, size

ROWS = 600
PAGE = "/host/import"


def the_file() -> bytes:
    """Rows with votes, replies and themes, too large to be taken in while the host waits for the page."""
    rows = ["id,parent_id,author,text,created_at,agree,themes"]
    for n in range(ROWS):
        answers = n - 1 if n % 5 else ""
        rows.append(f"{n},{answers},P{n % 90},Text **{n}** {secrets.token_hex(150)},2026-01-01 10:00,{n % 7},T{n % 12}")
    return ("\n".join(rows) + "\n").encode()


def is_there() -> bool:
    """Whether all of it is; anything in between fails."""
    db.session.rollback()
    counted = (
        *(db.session.scalar(select(func.count(kind.id))) for kind in (Consultation, Contribution, Version, Theme)),
        db.session.scalar(select(func.count(Person.id)).where(Person.roles == "")),
        db.session.scalar(select(func.count(Record.id)).where(Record.deed == "imported")),
    )
    assert counted in ((0, 0, 0, 0, 0, 0), (1, ROWS, ROWS, 12, 90, 1)), "half of it, or twice"
    return counted[0] == 1


# ---- by the command -------------------------------------------------------------------------------------------------


def writing(database) -> bool:
    """Whether somebody holds the lock under which this SQLite file is written."""
    with contextlib.closing(sqlite3.connect(database, timeout=0, isolation_level=None)) as own:
        try:
            own.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        own.execute("ROLLBACK")
        return False


def test_a_killed_command_leaves_nothing_or_all_and_the_next_one_works(begun, tmp_path):
    source, database = tmp_path / "workshop.csv", begun.folder / "crowd.db"
    source.write_bytes(the_file())
    log = database.with_name("crowd.db-wal")
    for moment in (
        lambda: writing(database),  # as soon as it writes
        lambda: size(log) > 100_000,  # when the first of it is on the disk
    ):
        killed = begun.start("import-csv", str(source))
        kill_when(killed, lambda now=moment, of=killed: now() or of.popen.poll() == 0)  # it may be over before the kill
        with people.inside(begun.folder):
            if is_there():
                break
    said = begun.does("import-csv", str(source))
    with people.inside(begun.folder):
        assert is_there(), said


# ---- on the host's page ---------------------------------------------------------------------------------------------


def on_its_way():
    db.session.rollback()
    return db.session.execute(select(ImportFile.state, ImportFile.claim)).first()


def claims_expire():
    """As if the minutes had passed after which a silent worker is taken for dead."""
    with transaction() as session:
        session.execute(update(ImportFile).values(beat_at=clock.now() - deeds.WORK.lease - timedelta(seconds=1)))


def test_a_worker_killed_while_it_reads_and_while_it_takes_in_does_it_once(either):
    with people.inside(either.folder):
        people.begin_site()
        with transaction() as session:
            session.execute(text("UPDATE site SET two_factor = false"))
        (secret,) = people.signed_in(make.person("host@example.org", roles="H", name="Hope Host").id)
        host, server = people.Person(either.port, secret), either.serve()
        fields = host.get(PAGE).form(PAGE, "source")[1] | {"source": "csv", "title": "Workshop"}
        del fields["files"]
        assert host.send_file(PAGE, fields, "workshop.csv", the_file())[0] == 302
        where = f"{PAGE}/{db.session.scalar(select(ImportFile.id))}"
        for doing, pause in (("waiting", 0.1), ("taking", 0.3)):
            if doing == "taking" and on_its_way().state == "read":
                host.send(f"{where}/take", host.get(where).form(f"{where}/take")[1])
            real.until(lambda was=doing: on_its_way().claim or on_its_way().state != was, server)
            time.sleep(pause)
            server.kill_everything()
            assert is_there() == (on_its_way().state == "taken")
            claims_expire()
            server = either.serve()
            if doing == "waiting":
                real.until(lambda: on_its_way().state == "read", server)
        real.until(lambda: on_its_way().state == "taken", server)
        page = host.get(where)
        assert "What was taken" in page and "Nothing has been written" not in page
        server.kill_everything()
        assert is_there()
