"""Host, Mails: a test mail in real conversations, what failed and what becomes of it, and the outbox on screen."""

import contextlib
import html
import socket

import pytest
from sqlalchemy import select

from crowd import outbox
from crowd.db import db, transaction
from crowd.models import Mail, Record
from tests import make
from tests.faults import real, smtp
from tests.faults.mails import mail_server, now_is, waiting  # noqa: F401  # a fixture is found by its import
from tests.test_outbox import certificate

PAGE = "/host/mails"


def tried(host):
    """The page after pressing the button, in plain words."""
    return html.unescape(host.post(f"{PAGE}/test", on=PAGE, having="csrf_token"))


@pytest.fixture
def talks_to(app):
    def set_to(port, **more):
        app.config |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": port, "SMTP_TLS": "none"} | more

    return set_to


def test_a_test_mail_is_sent_while_the_host_waits(host, server):
    page = tried(host)
    assert "The mail server took the last test mail" in page
    assert server.recipients == [host.email]
    assert outbox.send_due() == 0
    for word in ("SPF", "DKIM", "DMARC", "_dmarc.localhost"):
        assert word in page
    assert "The sender is still Crowd <crowd@localhost>" in page


def test_a_test_mail_waits_neither_for_the_pace_nor_for_others(app, host, server):
    app.config["MAILS_PER_MINUTE"] = 1
    waiting()
    waiting()
    outbox.send_due()
    assert "took the last test mail" in tried(host)


def test_a_wrong_password(host, talks_to, tmp_path, monkeypatch):
    tls = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert"))
    with smtp.server(tls) as server:
        talks_to(server.port, SMTP_TLS="starttls", SMTP_USER="crowd", SMTP_PASSWORD="wrong")
        page = tried(host)
    assert "did not accept the user “crowd” with this password" in page
    assert "The answer was: 535" in page


def test_a_certificate_that_does_not_fit(host, talks_to, tmp_path):
    with smtp.server(certificate(tmp_path)) as server:
        talks_to(server.port, SMTP_TLS="starttls", SMTP_USER="crowd", SMTP_PASSWORD="pass word")
        page = tried(host)
        assert server.logins == []
    assert "The certificate of 127.0.0.1 does not fit" in page


def test_a_server_that_wants_tls(host, talks_to, tmp_path):
    with smtp.server(certificate(tmp_path)) as server:
        talks_to(server.port)
        page = tried(host)
    assert "takes mails over an encrypted connection only" in page


def test_a_server_without_tls(host, talks_to):
    with smtp.server() as server:
        talks_to(server.port, SMTP_TLS="starttls")
        assert "offers no encryption on port" in tried(host)
        talks_to(server.port, SMTP_TLS="tls")
        assert "smtp_tls does not fit the port" in tried(host)


def test_a_port_where_nobody_listens(host, talks_to):
    talks_to(real.free_port())
    assert "no mail server listens on its port" in tried(host)


def test_a_machine_that_is_not_there(host, talks_to):
    talks_to(587, SMTP_HOST="mail.no-such-body.invalid")
    assert "There is no machine called “mail.no-such-body.invalid”" in tried(host)


def test_a_port_that_a_firewall_swallows_and_one_that_says_nothing(host, talks_to, monkeypatch):
    monkeypatch.setattr(outbox, "AT_ONCE", 0.3)
    with socket.socket() as listening, contextlib.ExitStack() as others:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        talks_to(listening.getsockname()[1])
        assert "but said nothing" in tried(host)
        for _n in range(4):  # its queue is full now: the next who knocks hears nothing at all
            knocking = others.enter_context(socket.socket())
            knocking.setblocking(False)
            knocking.connect_ex(listening.getsockname())
        page = tried(host)
    assert "Nothing answered at 127.0.0.1" in page
    assert "Often a firewall stands between" in page


def test_a_sender_that_is_refused(host, server):
    server.to_sender = "553 5.7.1 Sender address rejected: not owned by user"
    page = tried(host)
    assert "does not let you send as Crowd <crowd@localhost>" in page
    assert db.session.scalars(select(Mail.state)).one() == "dropped", "a test is not tried again behind one's back"
    assert db.session.scalars(select(Record).where(Record.deed == "test mail sent")).all() == []


def test_the_checklist_says_it_too(host, consultation, server):
    page = "/host/ahp/checklist"
    make.moved(consultation, "members", consultation.analysis)
    server.to_sender = "553 5.7.1 Sender address rejected"
    with transaction() as session:
        session.merge(consultation).members = consultation.analysis - (consultation.open - consultation.analysis) / 2
        session.merge(consultation).reached = "registration"
    said = host.post("/host/ahp/checklist/test-mail", on=page, having="csrf_token")
    assert "The test mail did not go out" in said and "does not let you send" in said
    server.to_sender = ""
    assert "The mail server took the test mail" in host.post(
        "/host/ahp/checklist/test-mail", on=page, having="csrf_token"
    )


# ---- what failed ----------------------------------------------------------------------------------------------------


@pytest.fixture
def failed(server):
    """Three that a relay refused, one of them with a code; one without a mailbox."""
    relay = [waiting(f"r{n}@example.com", kind=kind) for n, kind in enumerate(("published", "invited", "sign_in"))]
    gone = waiting("gone@example.org")
    server.to_recipient = {f"r{n}@example.com": "554 5.7.1 Relay access denied" for n in range(3)}
    server.to_recipient["gone@example.org"] = "550 5.1.1 No such user"
    outbox.send_due()
    return [*relay, gone]


def states(numbers):
    return [now_is(n).state for n in numbers]


def settle(host, **fields):
    page = host.get(f"{PAGE}?state=failed")
    values = page.form("/host/mails/failed")[1]
    return host.send("/host/mails/failed", {"csrf_token": values["csrf_token"]} | fields)


def test_what_failed_is_explained_by_reason(host, failed):
    page = html.unescape(host.get(f"{PAGE}?state=failed"))
    assert "3 mails: The mail server passes no mails on to other places for you." in page
    assert "1 mail: There is no mailbox of this address." in page
    assert "1 of them held a key" in page
    assert "Send all 2 again" in page


def test_all_of_one_reason_are_sent_again_and_no_others(host, server, failed):
    server.to_recipient.clear()
    assert "2 mails are in the outbox again" in settle(host, do="again-relay")
    assert states(failed) == ["waiting", "waiting", "failed", "failed"]
    assert outbox.send_due() == 2
    assert "0 mails" in settle(host, do="again-relay"), "what went out is not sent again"
    assert sorted(server.recipients) == ["r0@example.com", "r1@example.com"]


def test_ticked_ones_are_sent_again_or_dropped(host, server, failed):
    server.to_recipient.clear()
    assert "1 mail is in the outbox again" in settle(host, do="again", mail=[str(failed[0])])
    assert "2 mails are dropped" in settle(host, do="drop", mail=[str(failed[1]), str(failed[3])])
    assert states(failed) == ["waiting", "dropped", "failed", "dropped"]
    assert now_is(failed[1]).body == "", "its key goes with it"
    assert "Tick the mails" in settle(host, do="again")
    assert "1 mail is dropped" in settle(host, do="drop-relay")
    facts = [line.facts for line in db.session.scalars(select(Record).where(Record.deed == "mails dropped"))]
    assert facts == [{"number": 2}, {"number": 1}]


@pytest.mark.parametrize("fields", [{"do": "burn"}, {}, {"do": "again-nothing"}, {"do": "drop", "mail": "x"}])
def test_odd_wishes_change_nothing(host, failed, fields):
    assert settle(host, **fields).status in (200, 400)
    assert states(failed) == ["failed"] * 4


def test_how_long_the_rest_will_take(app, host, server):
    app.config["MAILS_PER_MINUTE"] = 30
    for n in range(90):
        waiting(f"p{n}@example.org")
    assert "At 30 mails a minute, the 90 that wait take about 3 minutes." in host.get(PAGE)
    app.config["MAILS_PER_MINUTE"] = 0
    assert "mails a minute" not in host.get(PAGE)


# ---- without a mail server ------------------------------------------------------------------------------------------


def test_without_a_server_mails_are_read_on_screen_by_pressing_and_noted(host, consultation):
    number = waiting("ann@example.org", kind="sign_in", body="Your code is 123456.\n")
    outbox.send_due()
    page = html.unescape(host.get(PAGE))
    assert "No mail server is set, so no mail leaves this machine." in page
    assert "123456" not in page
    assert "sign_in" not in page
    shown = host.post(f"{PAGE}/{number}/show", on=f"{PAGE}?state=kept", having="csrf_token")
    assert "Your code is 123456." in shown and "To ann@example.org" in shown
    assert db.session.scalars(select(Record.facts).where(Record.deed == "kept mail read")).one() == {"mail": number}
    assert "123456" not in host.get(PAGE)


def test_what_was_kept_is_sent_once_there_is_a_server(app, host):
    number = waiting("ann@example.org")
    outbox.send_due()
    with smtp.server() as server:
        app.config |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": server.port, "SMTP_TLS": "none"}
        host.post(f"{PAGE}/{number}/again", on=f"{PAGE}?state=kept", having="csrf_token")
        assert outbox.send_due() == 1
        assert server.recipients == ["ann@example.org"]


def test_nobody_else_reads_what_is_kept(moderator, visitor, host):
    number = waiting("ann@example.org")
    outbox.send_due()
    token = host.get(f"{PAGE}?state=kept").form(f"{PAGE}/{number}/show")[1]
    assert token
    for other in (moderator, visitor):
        assert other.get(PAGE).status == 403
        assert other.send(f"{PAGE}/{number}/show", token).status in (400, 403)
