"""Backups every second while people write at full speed: each restored is whole, and holds all that was acknowledged
before it began."""

import os
import threading
import time

from sqlalchemy import select, text

from crowd.db import db, engine_is_postgres
from crowd.models import Version
from tests.conftest import _on_server
from tests.faults import people, real

WRITERS = int(os.environ.get("CROWD_TEST_WRITERS", "20"))
BACKUPS = int(os.environ.get("CROWD_TEST_BACKUPS", "5"))
WRITE = "/c/ahp/q/1/new"


class Writer(threading.Thread):
    """Posts one text after the other until told to stop."""

    def __init__(self, name: str, person: people.Person, stop: threading.Event) -> None:
        super().__init__(name=name)
        self.person, self.stop = person, stop
        self.acknowledged: list[str] = []
        self.refused: list[int] = []

    def run(self) -> None:
        n = 0
        while not self.stop.is_set():
            words = f"What {self.name} thought as number {n}"
            fields = self.person.fill_in(WRITE, text=words, kind="idea", promise="2")
            status, _page, _where = self.person.send(WRITE, fields | {"do": "send"})
            (self.acknowledged if status == 302 else self.refused).append(words if status == 302 else status)
            n += 1


def test_backups_while_people_write_hold_all_that_was_acknowledged(either, started_app, tmp_path, request, monkeypatch):
    with people.inside(either.folder) as app:
        secrets = people.consultation_with(WRITERS)
        url = app.config["DATABASE_URL"]
    either.serve()
    stop = threading.Event()
    writers = [Writer(f"writer {n}", people.Person(either.port, s), stop) for n, s in enumerate(secrets)]
    for writer in writers:
        writer.start()
    real.until(lambda: all(writer.acknowledged for writer in writers))
    before: list[list[str]] = []
    for n in range(min(BACKUPS, 2) if url else BACKUPS):
        began = time.monotonic()
        before.append([words for writer in writers for words in list(writer.acknowledged)])
        taking = either.start("backup", str(tmp_path / f"{n}.zip"))
        assert taking.wait() == 0, taking.said
        time.sleep(max(0, 1 - (time.monotonic() - began)))
    after = sum(len(writer.acknowledged) for writer in writers)
    stop.set()
    for writer in writers:
        writer.join(real.PATIENCE)
        assert not writer.refused, "a backup stopped somebody from writing"
    assert after > len(before[-1]) > len(before[0]), "nobody wrote meanwhile"
    for n, acknowledged in enumerate(before):
        with real.running(started_app, tmp_path / f"restored-{n}") as restored:
            restored.does("restore", str(tmp_path / f"{n}.zip"), **empty_database(url, request, monkeypatch))
            holds_all(restored.folder, acknowledged)


def empty_database(url, request, monkeypatch):
    """Another PostgreSQL database than that of the backup, for the command and for our own look."""
    if not url:
        return {}
    server = request.getfixturevalue("postgres_server")
    _on_server(server, "DROP DATABASE IF EXISTS restored WITH (FORCE)", "CREATE DATABASE restored")
    monkeypatch.setenv("DATABASE_URL", server.replace("/postgres?", "/restored?"))
    return {"DATABASE_URL": os.environ["DATABASE_URL"]}


def holds_all(folder, acknowledged):
    with people.inside(folder):
        if not engine_is_postgres():  # there the restore has set the foreign keys again
            assert db.session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
            assert db.session.execute(text("PRAGMA foreign_key_check")).all() == []
        stored = db.session.scalars(select(Version.source)).all()
        assert set(acknowledged) - set(stored) == set()
        assert len(stored) == len(set(stored)), "a text twice"
