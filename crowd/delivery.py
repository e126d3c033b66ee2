"""One mail on its way: as a message, to the mail server, or into a file where no server is set."""

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import current_app

from crowd.models import Mail

PATIENCE = 20  # seconds for each answer of a mail server; eleven of them stay below outbox.CLAIM
LONGEST_LINE = 900  # bytes; 998 are allowed


class Hopeless(Exception):
    """A mail that no later try can deliver; the message holds the server's words."""


def compose(mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire: text, marked as automatic, with an id that a second sending repeats."""
    message, sender = EmailMessage(), str(current_app.config["SENDER"])
    message["From"], message["To"], message["Subject"] = sender, mail.address, mail.subject
    message["Date"] = format_datetime(mail.created_at)
    name = sha256(f"{current_app.secret_key!r} {mail.id}".encode()).hexdigest()[:24]
    message["Message-ID"] = f"<{name}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    short = all(len(line) < LONGEST_LINE for line in mail.body.splitlines())
    message.set_content(mail.body, cte="7bit" if short and mail.body.isascii() else "quoted-printable")
    return message


def deliver(mail: Mail) -> None:
    """Hand over to the mail server, or to a file in the instance where none is set.

    Raises Hopeless, or OSError or SMTPException when a later try may succeed."""
    config = current_app.config
    try:
        message = compose(mail)
        raw = bytes(message)
    except ValueError as error:  # of the mail itself: a line break in an address, half a character in the text
        raise Hopeless(f"It cannot be written as a mail: {error}") from None
    if not config["SMTP_HOST"]:
        folder = Path(config["INSTANCE"]) / "mails"
        folder.mkdir(exist_ok=True, mode=0o700)  # links to sign in stand in them
        partial = folder / f"{mail.id:08}.part"
        partial.write_bytes(raw)
        partial.rename(folder / f"{mail.id:08}.eml")
        return
    server = connected(config)
    try:
        _hand_over(server, message)
    finally:
        _hang_up(server)


def connected(config: Mapping[str, Any]) -> smtplib.SMTP:
    """A conversation in which a mail can be handed over: encrypted and signed in. Raises OSError, SMTPException."""
    server = _server(config)
    try:
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
    except BaseException:
        _hang_up(server)
        raise
    return server


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """A server's 5xx on the recipient or on the text is its last word; on anything else the host may mend it."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        if code >= 500:
            raise Hopeless(f"{code} {_decoded(said)}") from None
        raise
    except smtplib.SMTPDataError as refused:
        if refused.smtp_code >= 500:
            raise Hopeless(words(refused)) from None
        raise


def _hang_up(server: smtplib.SMTP) -> None:
    """Say goodbye; the mail is taken by now, so what goes wrong here must not send it again."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def words(error: Exception) -> str:
    """What the server said, or what the system did, for the host to read."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return f"{code} {_decoded(said)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    return str(error) or type(error).__name__


def _decoded(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _server(config: Mapping[str, Any]) -> smtplib.SMTP:
    """A conversation, encrypted as the settings say; the certificate must be good (SSL_CERT_FILE says by whom)."""
    where = (config["SMTP_HOST"], config["SMTP_PORT"])
    if config["SMTP_TLS"] == "none":
        return smtplib.SMTP(*where, timeout=PATIENCE)
    secure = ssl.create_default_context()
    if config["SMTP_TLS"] == "tls":
        return smtplib.SMTP_SSL(*where, timeout=PATIENCE, context=secure)
    server = smtplib.SMTP(*where, timeout=PATIENCE)
    try:
        server.starttls(context=secure)
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server
