"""kill -9 of everything while people post: what was acknowledged is there, once and whole. And a disk that is full."""

import http.client
import os
import random
import subprocess
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import event, select, text

from crowd.db import db
from crowd.models import Contribution, Version
from tests.faults import people, real

POSTS = int(os.environ.get("CROWD_TEST_POSTS", "200"))
KILLS = int(os.environ.get("CROWD_TEST_KILLS", "5"))
CLIENTS = 4
AWAY = (OSError, http.client.HTTPException)
WRITE = "/c/ahp/q/1/new"


class Writer(threading.Thread):
    """Posts one text after the other; one that gets no answer it sends again, or leaves as it is."""

    def __init__(self, name: str, person: people.Person, posts: int) -> None:
        super().__init__(name=name)
        self.person, self.posts = person, posts
        self.acknowledged: list[str] = []
        self.unanswered: list[str] = []

    def run(self) -> None:
        for n in range(self.posts):
            words = f"What {self.name} thought as number {n}"
            fields = self._patiently(lambda w=words: self.person.fill_in(WRITE, text=w, kind="idea", promise="2"))
            if random.random() < 0.5:
                self._send_once(words, fields)
            else:
                self._patiently(lambda w=words, f=fields: self._send(w, f))

    def _send(self, words, fields):
        status, _page, where = self.person.send(WRITE, fields | {"do": "send"})
        assert status == 302, status
        if self.person.get(where).status == 200:
            self.acknowledged.append(words)

    def _send_once(self, words, fields):
        try:
            self._send(words, fields)
        except AWAY:
            self.unanswered.append(words)

    def _patiently(self, deed):
        end = time.monotonic() + real.PATIENCE
        while True:
            try:
                return deed()
            except AWAY:
                assert time.monotonic() < end
                time.sleep(0.05)


def test_kill_9_loses_doubles_and_halves_nothing(begun):
    with people.inside(begun.folder):
        secrets = people.consultation_with(CLIENTS)
    server = begun.serve()
    writers = [
        Writer(f"writer {n}", people.Person(begun.port, secret), POSTS // CLIENTS) for n, secret in enumerate(secrets)
    ]
    for writer in writers:
        writer.start()
    for kill in range(1, KILLS + 1):
        wanted = POSTS * kill // (KILLS + 1)
        real.until(lambda w=wanted: answered(writers) >= w or not any(map(threading.Thread.is_alive, writers)), server)
        time.sleep(random.uniform(0, 0.03))  # somewhere in the middle of what they are doing
        assert answered(writers) < POSTS, "all was over before the last kill"
        server.kill_everything()
        server = begun.serve()
    for writer in writers:
        writer.join(real.PATIENCE)
        assert not writer.is_alive()
    server.kill_everything()
    nothing_lost(begun, writers)


def answered(writers):
    return sum(len(writer.acknowledged) + len(writer.unanswered) for writer in writers)


def nothing_lost(begun, writers):
    acknowledged = [words for writer in writers for words in writer.acknowledged]
    unanswered = [words for writer in writers for words in writer.unanswered]
    assert len(acknowledged) + len(unanswered) == POSTS
    with people.inside(begun.folder):
        assert db.session.scalars(text("PRAGMA integrity_check")).all() == ["ok"]
        versions = db.session.scalars(select(Version)).all()
        stored = Counter(version.source for version in versions)
        contributions = db.session.scalars(select(Contribution)).all()
        assert {words: stored[words] for words in acknowledged if stored[words] != 1} == {}
        assert {words: stored[words] for words in unanswered if stored[words] > 1} == {}
        assert sorted(v.contribution_id for v in versions) == sorted(c.id for c in contributions), (
            "a text without version"
        )
        logged = "SELECT count(*) FROM records WHERE deed = 'submitted'"
        assert set(stored) <= {*acknowledged, *unanswered}
        assert db.session.scalar(text(logged)) == len(contributions), "a text without its line in the log"


def test_a_full_disk_refuses_writing_keeps_the_words_and_lets_people_read(begun, tables):
    small = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", begun.folder]
    if os.geteuid() != 0 or subprocess.run(small, capture_output=True, check=False).returncode:
        pytest.skip(
            "a small disk to fill needs root and the right to mount; the test with SQLite's own limit stands in"
        )
    try:
        for name in ("crowd.db", "config.toml"):
            (begun.folder / name).write_bytes((tables / name).read_bytes())
        with people.inside(begun.folder):
            (secret,) = people.consultation_with(1)
        full_disk(begun, people.Person(begun.port, secret))
    finally:
        begun.close()
        subprocess.run(["umount", "--lazy", begun.folder], check=True)


def full_disk(begun, person):
    begun.serve()
    fields = person.fill_in(WRITE, text="Words that must not be lost", kind="idea", promise="2", do="send")
    fill(begun.folder / "filler")
    for _ in range(3):
        status, page, _where = person.send(WRITE, fields)
        assert status == 503
        assert "Words that must not be lost" in page
        assert person.get("/c/ahp/q/1").status == 200
        assert person.get(WRITE).status == 200
    (begun.folder / "filler").unlink()
    status, _page, where = person.send(WRITE, fields)
    assert status == 302, "it recovers alone"
    assert "saved" in person.get(where)


def fill(file):
    """Take all the room there is."""
    with file.open("wb", buffering=0) as filler:
        try:
            while filler.write(b"x" * 4096):
                pass
        except OSError:
            return


LIMITS = {
    "full": "PRAGMA max_page_count = 1",  # it grows no more: "database or disk is full"
    "read-only": "PRAGMA query_only = ON",
    "postgresql": "SET default_transaction_read_only = on",
}


@pytest.mark.parametrize("limit", ["full", "read-only"])
def test_a_database_that_takes_nothing_keeps_the_words_and_lets_people_read(app, member, question, limit):
    if db.engine.dialect.name == "sqlite":
        os.mkdir(app.config["WRITE_LOCK"] + ".d")
        app.config["WRITE_LOCK"] += ".d"  # a lock that cannot be opened, as on such a disk
    else:
        limit = "postgresql"
    path = f"{question}/new"
    _to, fields = member.get(path).form(path, "text")
    db.session.remove()
    db.engine.dispose()

    def forbid(connection, _record):
        connection.cursor().execute(LIMITS[limit])
        connection.commit()

    event.listen(db.engine, "connect", forbid)
    page = member.send(path, fields | {"text": "Words that must not be lost. " * 300, "do": "send"})
    reading = member.get(question)
    event.remove(db.engine, "connect", forbid)
    assert page.status == 503
    assert "Words that must not be lost" in page
    assert reading.status == 200
