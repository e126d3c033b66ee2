"""The mail worker as a process of its own, and the one in the server: killed, doubled, ended, they lose nothing."""

import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from crowd import clock, outbox
from crowd.db import db, transaction
from crowd.models import Mail
from tests.faults import people, real, smtp

MAILS = int(os.environ.get("CROWD_TEST_MAILS", "200"))
KILLS = int(os.environ.get("CROWD_TEST_MAIL_KILLS", "12"))


@pytest.fixture
def server():
    with smtp.server() as server:
        yield server


def settings(server):
    return {"CROWD_SMTP_HOST": "127.0.0.1", "CROWD_SMTP_PORT": str(server.port), "CROWD_SMTP_TLS": "none"}


def put_in(count):
    """Invitations, as a host sends them to a register."""
    facts = {"title": "Consultation", "host": "Body", "who": "Dietitian"}
    with transaction():
        outbox.queue_many("invited", [(f"p{n}@example.org", f"invited-1-{n}", f"s{n}", facts) for n in range(count)])


def claims_expire():
    """As if five minutes had passed for what killed workers had in hand."""
    with transaction() as session:
        long_ago = clock.now() - outbox.CLAIM - timedelta(minutes=1)
        session.execute(update(Mail).where(Mail.state == "sending").values(due_at=long_ago))


def test_a_killed_mailer_loses_nothing_and_doubles_at_most_one_each(begun, server):
    server.slow = 0.01
    server.after_data = (["250 OK"] * 9 + ["451 4.7.1 Greylisted", "250 OK", "drop"]) * (MAILS // 48)
    with people.inside(begun.folder):
        put_in(MAILS)
        for kill in range(KILLS):
            worker = begun.start("work", **settings(server))
            server.wait_for(min(len(server.mails) + random.randint(1, 6), MAILS * 3 // 4 + kill // 4))
            time.sleep(random.uniform(0, 0.03))  # anywhere between claiming, sending and noting
            worker.kill_everything()
            if kill % 4 == 3:
                claims_expire()
        claims_expire()
        worker = begun.start("work", **settings(server))
        real.until(all_sent, worker)
        worker.popen.send_signal(signal.SIGTERM)
        assert worker.wait() == 0
        came = Counter(mail["Message-ID"] for mail in server.mails)
    assert len(came) == MAILS, "none is lost"
    assert set(server.recipients) == {f"p{n}@example.org" for n in range(MAILS)}
    assert len(server.mails) - MAILS <= KILLS, "at most one double a kill"


def all_sent():
    """Whether all are; what the server put off is due at once, as if the minutes of its delay had passed. Asked no more
    often than five times a second: the worker needs the machine."""
    time.sleep(0.2)
    found = states()
    put_off = Mail.state == "waiting", Mail.due_at > clock.now()
    if db.session.scalar(select(Mail.id).where(*put_off).limit(1)):
        with transaction() as session:
            session.execute(update(Mail).where(*put_off).values(due_at=clock.now()))
    return found == {"sent": MAILS}


def states():
    db.session.rollback()
    rows = db.session.execute(select(Mail.state, func.count()).group_by(Mail.state))
    found = {row[0]: row[1] for row in rows}
    db.session.rollback()
    return found


def test_two_workers_and_a_server_send_nothing_twice_and_end_when_told(begun, server):
    with people.inside(begun.folder):
        processes = [begun.serve("run", **settings(server)), *(begun.start("work", **settings(server)) for _ in "12")]
        for worker in processes[1:]:
            worker.until_said("Sending mails")
        server.slow = 0.005
        put_in(60)
        server.wait_for(60)
        real.until(lambda: states() == {"sent": 60}, processes[0])
    for process, how in zip(processes, (signal.SIGTERM, signal.SIGTERM, signal.SIGINT), strict=True):
        process.popen.send_signal(how)
        assert process.wait() == 0, process.said
        assert "Traceback" not in process.said
    assert Counter(server.recipients).most_common(1)[0][1] == 1


def test_the_server_sends_mails_by_itself(begun, server):
    with people.inside(begun.folder):
        begun.serve("run", **settings(server))
        put_in(3)
        server.wait_for(3)
        real.until(lambda: states() == {"sent": 3})
