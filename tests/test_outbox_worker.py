"""The worker that sends mails: it outlives its database."""

import threading
import time

import pytest
from sqlalchemy import text

from crowd import outbox
from crowd.db import db
from tests.faults.mails import mail_server, now_is, waiting  # noqa: F401  # a fixture is found by its import


@pytest.fixture
def worker(app):
    """A running worker with a short pause; ended with the test."""
    stop = threading.Event()

    def work():
        with app.app_context():
            outbox.work(stop, pause=0.02)

    thread = threading.Thread(target=work)
    thread.start()
    yield thread
    stop.set()
    outbox.wake.set()
    thread.join(60)
    assert not thread.is_alive()


def broken_for_a_moment(app):
    """Take the database away as a person could: another name for the table, or on PostgreSQL every connection cut."""
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect() as connection:
                connection.execute(
                    text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")
                )
            return
        for old, new in (("mails", "away"), ("away", "mails")):
            with db.engine.connect().execution_options(writing=True) as connection:
                connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
                connection.commit()
            time.sleep(0.2)


def test_a_worker_outlives_a_database_that_goes_away(app, server, worker):
    waiting()
    server.wait_for(1)
    for n in (2, 3):
        broken_for_a_moment(app)
        assert worker.is_alive()
        db.session.remove()
        waiting()
        server.wait_for(n)


def test_a_mail_sent_while_the_database_was_away_is_noted_later_and_not_sent_again(app, server, worker):
    server.slow = 0.3
    number = waiting()
    for _ in range(2):
        broken_for_a_moment(app)
    server.wait_for(1)
    for _ in range(500):
        if now_is(number).state == "sent":
            break
        time.sleep(0.02)
    assert (now_is(number).state, len(server.mails)) == ("sent", 1)
