"""`doctor`: every trouble of a host is told with what to do about it, and what is well is said to be well."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from crowd import clock, config
from crowd.db import db, transaction
from crowd.keeping import doctor
from crowd.models import Attachment, Mail
from tests.faults import real, smtp


@pytest.fixture
def looked(filled, app):
    """What the doctor says of one matter, with these settings."""

    filled.chmod(0o700)

    def look(what: str, **settings: object) -> list[tuple[bool | None, str]]:
        db.session.remove()
        db.engine.dispose()
        found = doctor.look(config.load(filled, settings), filled)
        return [(finding.good, finding.words) for finding in found if finding.what == what]

    return look


@pytest.fixture
def server():
    with smtp.server() as server:
        yield server


def of_mail(server: smtp.Server, **more: object) -> dict[str, object]:
    return {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none", "sender": "a@example.org", **more}


def test_what_is_well_is_said_to_be_well(looked):
    for what in ("Disk", "Rights", "Database", "Version", "Outbox", "Files"):
        assert [good for good, _words in looked(what)] == [True], what


def test_a_mail_server_that_takes_mails(looked, server):
    assert looked("Mail", **of_mail(server, smtp_user="crowd", smtp_password="pass word")) == [
        (True, f"127.0.0.1, port {server.port} takes our mails.")
    ]
    assert server.mails == [], "it only looks"


def test_a_wrong_password_at_the_mail_server(looked, server):
    ((good, words),) = looked("Mail", **of_mail(server, smtp_user="crowd", smtp_password="wrong"))
    assert good is False
    assert "does not take the user or the password" in words
    assert "wrong" not in words


def test_a_mail_server_that_is_not_there(looked, server):
    ((good, words),) = looked("Mail", **of_mail(server, smtp_port=real.free_port()))
    assert good is False
    assert "Connection refused" in words


def test_a_mail_server_without_encryption(looked, server):
    ((good, words),) = looked("Mail", **of_mail(server, smtp_tls="starttls"))
    assert good is False
    assert "smtp_tls" in words


def test_mails_that_have_waited_for_long(looked, host):
    with transaction() as session:
        old = clock.now() - timedelta(hours=5)
        more = {"kind": "test", "address": "a@example.org", "subject": "s", "body": "b", "due_at": old}
        session.add(Mail(created_at=old, error="550 Go away", **more))
        session.add(Mail(created_at=clock.now(), **more))
    ((good, words),) = looked("Outbox")
    assert good is False
    assert words.startswith("1 mail waits")
    assert "550 Go away" in words


def test_a_file_that_is_missing(looked, filled):
    name = db.session.scalars(select(Attachment.sha256)).one()
    (filled / "uploads" / name[:2] / name).unlink()
    assert looked("Files")[0][0] is False


@pytest.mark.only_on("sqlite")  # PostgreSQL's files are not ours to damage
def test_a_database_that_is_damaged(looked, filled):
    db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    db.session.remove()
    db.engine.dispose()
    with (filled / "crowd.db").open("r+b") as file:
        file.seek(20 * 4096)
        file.write(b"\xff" * 4096 * 20)
    ((good, words),) = looked("Database")
    assert good is False
    assert "Stop Crowd and restore the newest backup" in words


@pytest.mark.parametrize(
    ("revision", "words"), [("0003", "python3 app.py upgrade"), ("9999", "start the newer version")]
)
def test_a_database_of_another_version(looked, revision, words):
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    ((good, said),) = looked("Version")
    assert good is False
    assert words in said


def test_files_that_everybody_can_read(looked, filled):
    filled.chmod(0o755)
    (filled / "config.toml").chmod(0o644)
    assert (
        False,
        f"Everybody on this machine can read {filled}/config.toml. Run: chmod o-rwx {filled}/config.toml",
    ) in (looked("Rights"))
    filled.chmod(0o700)
    assert [good for good, _words in looked("Rights")] == [True], "nobody comes so far"


def test_an_address_that_nobody_answers_at_and_that_is_not_https(looked):
    assert looked("Address")[0][0] is False
    port = real.free_port()
    ((good, words),) = looked("Address", base_url=f"http://127.0.0.1:{port}")
    assert good is False
    assert "does not answer" in words
    found = looked("Address", base_url="http://crowd.invalid")
    assert [good for good, _words in found] == [False, False]
    assert "is not HTTPS" in found[0][1]


def test_a_backup_that_did_not_come(looked, filled):
    (filled / "backups").mkdir()
    (filled / "backups" / "crowd-20200101-000000-timed.zip").touch()
    assert looked("Backups", backup_hours=24)[0][0] is False
    assert looked("Backups")[0][0] is None
