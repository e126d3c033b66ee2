"""The outbox, against a real mail server on loopback."""

import shutil
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from crowd import clock, delivery, outbox
from crowd.db import db, transaction
from crowd.models import Mail, Site
from tests.conftest import lacking
from tests.faults import smtp
from tests.faults.mails import mail_server, now_is, waiting  # noqa: F401  # a fixture is found by its import


def later(seconds):
    clock.set_to(clock.now() + timedelta(seconds=seconds))


def test_a_mail_is_sent_once(server):
    number = waiting()
    assert outbox.send_due() == 1
    assert outbox.send_due() == 0
    assert (now_is(number).state, now_is(number).tries) == ("sent", 1)
    assert server.recipients == ["ann@example.org"]


def test_greylisting_is_outwaited(server):
    server.greylisting = True
    number = waiting()
    assert outbox.send_due() == 0
    assert now_is(number).error == "451 4.7.1 Greylisted, come again later"
    assert outbox.send_due() == 0, "it comes again later, not at once"
    assert now_is(number).tries == 1
    later(outbox.BACK_OFF[0] + 1)
    assert outbox.send_due() == 1
    assert (now_is(number).state, now_is(number).error) == ("sent", "")


def test_a_server_that_is_down_is_tried_with_growing_pauses_and_then_given_up(app):
    with smtp.server() as gone:
        app.config |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": gone.port, "SMTP_TLS": "none"}
    number = waiting()
    for tries, pause in enumerate(outbox.BACK_OFF, start=1):
        assert outbox.send_due() == 0
        assert (now_is(number).state, now_is(number).tries) == ("waiting", tries)
        later(pause - 30)
        outbox.send_due()
        assert now_is(number).tries == tries, "too early"
        later(31)
    outbox.send_due()
    assert now_is(number).state == "failed"
    assert "refused" in now_is(number).error
    later(10 * 86400)
    outbox.send_due()
    assert now_is(number).tries == len(outbox.BACK_OFF) + 1


def test_a_recipient_that_does_not_exist_fails_at_once_and_holds_up_nobody(server):
    server.to_recipient["gone@example.org"] = "550 5.1.1 No such user here"
    lost, fine = waiting("gone@example.org"), waiting("ann@example.org")
    assert outbox.send_due() == 1
    assert (now_is(lost).state, now_is(lost).error) == ("failed", "550 5.1.1 No such user here")
    assert now_is(fine).state == "sent"


def test_a_refused_text_fails_at_once_and_a_busy_server_is_asked_again(server):
    server.after_data = ["554 5.7.1 This looks like spam", "452 4.3.1 Disk full"]
    spam, full = waiting(), waiting()
    outbox.send_due()
    assert (now_is(spam).state, now_is(spam).error) == ("failed", "554 5.7.1 This looks like spam")
    assert (now_is(full).state, now_is(full).error) == ("waiting", "452 4.3.1 Disk full")


def test_a_connection_dropped_in_the_middle_is_tried_again_with_the_same_id(server):
    server.after_data = ["drop"]
    number = waiting()
    before = delivery.compose(now_is(number))["Message-ID"]
    assert outbox.send_due() == 0
    assert now_is(number).state == "waiting"
    later(61)
    assert outbox.send_due() == 1
    assert [mail["Message-ID"] for mail in server.mails] == [before]


def test_a_mail_that_cannot_be_written_fails_and_holds_up_nobody(server):
    broken = waiting("ann@example.org\nBcc: eve@example.org")
    fine = waiting()
    assert outbox.send_due() == 1
    assert now_is(broken).state == "failed"
    assert now_is(broken).error.startswith("It cannot be written as a mail")
    assert now_is(fine).state == "sent"
    assert server.recipients == ["ann@example.org"]


def test_the_headers(app, server):
    app.config["SENDER"] = "Crowd <crowd@example.org>"
    waiting(subject="Zwölf Wünsche – “heute”", body="Grüße\n" + "x" * 2000 + "\n")
    outbox.send_due()
    (mail,) = server.mails
    assert mail["From"] == "Crowd <crowd@example.org>"
    assert mail["Subject"] == "Zwölf Wünsche – “heute”"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@example.org>")
    assert mail["Date"].datetime.utcoffset() == timedelta(0)
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().split() == ["Grüße", "x" * 2000]


def test_a_subject_stays_one_header(app, server, monkeypatch):
    nasty = "{{ title.split('\\n') | join('\\r\\t') }}\n\nText"
    monkeypatch.setattr(app.jinja_env, "loader", Templates({"mail/nasty.txt": nasty}))
    with transaction():
        outbox.queue("nasty", address="ann@example.org", title="Hi\nBcc: eve@example.org\x0b\x0cX-A: b\x85c\u2028d")
    outbox.send_due()
    (mail,) = server.mails
    assert mail["Subject"] == "Hi Bcc: eve@example.org X-A: b c d"
    assert mail["Bcc"] is None
    assert server.recipients == ["ann@example.org"]


def Templates(found):  # noqa: N802  # stands for Jinja's class
    from jinja2 import DictLoader

    return DictLoader(found)


def test_without_a_server_mails_become_files(app):
    number = waiting(subject="Grüße")
    assert outbox.send_due() == 1
    (file,) = (app.config["INSTANCE"] / "mails").iterdir()
    assert file.name == f"{number:08}.eml"
    assert message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] == "Grüße"


@pytest.mark.parametrize(("demonstration", "left"), [(False, ""), (True, "A line.\n")])
def test_a_key_is_blanked_once_sent_except_in_a_demonstration(server, demonstration, left):
    with transaction() as session:
        session.scalars(select(Site)).one().demonstration = demonstration
    server.to_recipient["gone@example.org"] = "550 No"
    key, lost, other = waiting(kind="recover"), waiting("gone@example.org", kind="confirm"), waiting(kind="published")
    outbox.send_due()
    assert [now_is(n).body for n in (key, lost, other)] == [left, left, "A line.\n"]
    assert "A line." in server.mails[0].get_content()


def certificate(folder):
    if not shutil.which("openssl"):
        lacking("openssl is not here to make a certificate")
    more = ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "keyUsage=critical,digitalSignature,keyCertSign"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=crowd", *more]
    subprocess.run([*command, "-keyout", folder / "key", "-out", folder / "cert"], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert", folder / "key")
    return context


def test_starttls_and_login_and_no_trust_in_strangers(app, tmp_path, monkeypatch):
    with smtp.server(certificate(tmp_path)) as server:
        app.config |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": server.port, "SMTP_TLS": "starttls"}
        app.config |= {"SMTP_USER": "crowd", "SMTP_PASSWORD": "wrong"}
        number = waiting()
        outbox.send_due()
        assert "certificate verify failed" in now_is(number).error
        assert server.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert"))
        later(61)
        outbox.send_due()
        assert (now_is(number).state, now_is(number).error[:3]) == ("waiting", "535")
        app.config["SMTP_PASSWORD"] = "pass word"
        later(301)
        assert outbox.send_due() == 1


def test_a_server_without_starttls_is_given_no_mail(app):
    with smtp.server() as server:
        app.config |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": server.port, "SMTP_TLS": "starttls"}
        number = waiting()
        assert outbox.send_due() == 0
        assert "STARTTLS" in now_is(number).error
        assert server.mails == []


def in_threads(app, count, deed):
    def within(turn):
        with app.app_context():
            try:
                return deed(turn)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(within, range(count)))


def test_two_workers_send_nothing_twice(app, server):
    server.slow = 0.005
    for n in range(40):
        waiting(f"person{n}@example.org")
    assert sum(in_threads(app, 4, lambda _: outbox.send_due())) == 40
    assert sorted(server.recipients) == sorted(f"person{n}@example.org" for n in range(40))


def test_once_is_once_for_all_who_try_together(app, monkeypatch):
    monkeypatch.setattr(app.jinja_env, "loader", Templates({"mail/opening.txt": "Open\n\nText"}))

    def tell(_turn):
        with transaction():
            return outbox.queue("opening", address="ann@example.org", once="opening 1 ann")

    assert sorted(in_threads(app, 8, tell)) == [False] * 7 + [True]
    assert len(db.session.scalars(select(Mail)).all()) == 1


def test_a_claim_of_a_dead_worker_falls_back(server):
    number = waiting(state="sending", tries=1)
    assert outbox.send_due() == 0
    later(outbox.CLAIM.total_seconds() + 1)
    assert outbox.send_due() == 1
    assert now_is(number).tries == 2


@pytest.mark.parametrize("kind", ["sign_in", "recover", "no_account", "staff"])
def test_a_mail_with_a_key_says_whose_it_is_and_why_one_gets_it(app, kind):
    with transaction():
        outbox.queue(kind, address="ann@example.org", secret="s", code="c", role="Moderator")
    mail = db.session.scalars(select(Mail)).one()
    assert "Allied Health Professions" in mail.subject
    assert "You get this mail because" in mail.body
