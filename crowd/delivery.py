"""One mail on its way: as a message, to the mail server, or into a file where no server is set."""

import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import current_app

from crowd import unsubscribing
from crowd.models import Mail

PATIENCE = 20  # seconds for each answer of a mail server; eleven of them stay below outbox.CLAIM
LONGEST_LINE = 900  # bytes; 998 are allowed


UNFOLDED = frozenset({"list-unsubscribe", "message-id", "in-reply-to", "references"})


class Policy(EmailPolicy):
    """Keeps what programs read in one piece: a long address would be encoded as a word is, which they do not undo."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if name.lower() in UNFOLDED else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii") if name.lower() in UNFOLDED else super().fold_binary(name, value)


class Hopeless(Exception):
    """A mail that no later try can deliver; the message holds the server's words."""


def link(endpoint: str, **values: object) -> str:
    """An absolute address for a mail, from the configured base and never from the request's Host."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return str(current_app.config["BASE_URL"]) + path


def compose(mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire: text, marked as automatic, with an id that a second sending repeats."""
    message, sender = EmailMessage(Policy()), str(current_app.config["SENDER"])
    message["From"], message["To"], message["Subject"] = sender, mail.address, mail.subject
    message["Date"] = format_datetime(mail.created_at)
    name = sha256(f"{current_app.secret_key!r} {mail.id}".encode()).hexdigest()[:24]
    message["Message-ID"] = f"<{name}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    _say_how_to_leave(message, mail)
    short = all(len(line) < LONGEST_LINE for line in mail.body.splitlines())
    message.set_content(mail.body, cte="7bit" if short and mail.body.isascii() else "quoted-printable")
    return message


def _say_how_to_leave(message: EmailMessage, mail: Mail) -> None:
    """One press in the reader's mail program leaves the list (RFC 8058), which asks for HTTPS."""
    if page := unsubscribing.page_of(mail):
        address = link(page[0], key=page[1])
        message["List-Unsubscribe"] = f"<{address}>"
        if address.startswith("https:"):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


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
    server = _server(config)
    try:
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
        _hand_over(server, message)
    finally:
        _hang_up(server)


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
