"""One mail on its way: as a message, to the mail server, or into a file where no server is set."""

import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import current_app

from crowd import troubles, unsubscribing
from crowd.models import Mail

PATIENCE = 20  # seconds for each answer of a mail server; eleven of them stay below outbox.CLAIM
LONGEST_LINE = 900  # bytes; 998 are allowed


HELD = "mails-held"  # the file in an instance that a restore leaves: no mail goes out until a host says so
UNFOLDED = frozenset({"list-unsubscribe", "message-id", "in-reply-to", "references"})


class Policy(EmailPolicy):
    """Keeps what programs read in one piece: a long address would be encoded as a word is, which they do not undo."""

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if name.lower() in UNFOLDED else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("ascii") if name.lower() in UNFOLDED else super().fold_binary(name, value)


class Hopeless(Exception):
    """A mail that no later try can deliver; the message holds the server's words, `trouble` one word for them."""

    def __init__(self, said: str, trouble: str):
        super().__init__(said)
        self.trouble = trouble


def link(endpoint: str, **values: object) -> str:
    """An absolute address for a mail, from the configured base and never from the request's Host."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return str(current_app.config["BASE_URL"]) + path


def compose(mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire: text, marked as automatic, with an id that a second sending repeats."""
    message, sender = EmailMessage(Policy()), str(current_app.config["SENDER"])
    message["From"], message["To"], message["Subject"] = sender, mail.address, mail.subject
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = _id(sender, mail.id)
    if mail.thread:  # its first mail may never have been: mail programs put together what answers the same
        message["In-Reply-To"] = message["References"] = _id(sender, mail.thread)
    message["Auto-Submitted"] = "auto-generated"
    _say_how_to_leave(message, mail)
    short = all(len(line) < LONGEST_LINE for line in mail.body.splitlines())
    message.set_content(mail.body, cte="7bit" if short and mail.body.isascii() else "quoted-printable")
    if mail.language:
        message["Content-Language"] = mail.language  # after the content, which takes such headers away
    return message


def _id(sender: str, of: object) -> str:
    name = sha256(f"{current_app.secret_key!r} {of}".encode()).hexdigest()[:24]
    return f"<{name}@{parseaddr(sender)[1].rpartition('@')[2]}>"


def _say_how_to_leave(message: EmailMessage, mail: Mail) -> None:
    """One press in the reader's mail program leaves the list (RFC 8058), which asks for HTTPS."""
    if page := unsubscribing.page_of(mail):
        address = link(page[0], key=page[1])
        message["List-Unsubscribe"] = f"<{address}>"
        if address.startswith("https:"):
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def deliver(mail: Mail, patience: float = PATIENCE) -> bool:
    """Hand over to the mail server (true), or to a file in the instance where none is set (false). No answer of the
    server is waited for longer than `patience`, in seconds.

    Raises Hopeless, or OSError or SMTPException when a later try may succeed."""
    config = current_app.config
    try:
        message = compose(mail)
        raw = bytes(message)
    except ValueError as error:  # of the mail itself: a line break in an address, half a character in the text
        raise Hopeless(f"It cannot be written as a mail: {error}", "unwritable") from None
    if not config["SMTP_HOST"]:
        _keep(mail.id, raw)
        return False
    server = connected(config, patience)
    try:
        _hand_over(server, message)
    finally:
        _hang_up(server)
    return True


def connected(config: Mapping[str, Any], patience: float = PATIENCE) -> smtplib.SMTP:
    """A conversation in which a mail can be handed over: encrypted and signed in. Raises OSError, SMTPException."""
    server = _server(config, patience)
    try:
        if config["SMTP_USER"]:
            server.login(config["SMTP_USER"], config["SMTP_PASSWORD"])
    except BaseException:
        _hang_up(server)
        raise
    return server


def held_since() -> datetime | None:
    """When this instance was restored, if no host has said yet what is to become of its mails."""
    try:
        return datetime.fromisoformat((Path(current_app.config["INSTANCE"]) / HELD).read_text())
    except (OSError, ValueError):
        return None


def hold_no_longer() -> None:
    """Let mails go out again; after the transaction that says what becomes of those that waited."""
    (Path(current_app.config["INSTANCE"]) / HELD).unlink(missing_ok=True)


def kept_file(number: int) -> Path:
    """Where a mail lies that no server took."""
    return Path(current_app.config["INSTANCE"]) / "mails" / f"{number:08}.eml"


def _keep(number: int, raw: bytes) -> None:
    file = kept_file(number)
    file.parent.mkdir(exist_ok=True, mode=0o700)  # links to sign in stand in them
    partial = file.with_suffix(".part")
    partial.write_bytes(raw)
    partial.rename(file)


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """A server's 5xx on the recipient or on the text is its last word; on anything else the host may mend it."""
    try:
        server.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refused:
        if troubles.answer(refused)[0] >= 500:
            raise Hopeless(troubles.words(refused), troubles.of(refused)) from None
        raise


def _hang_up(server: smtplib.SMTP) -> None:
    """Say goodbye; the mail is taken by now, so what goes wrong here must not send it again."""
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _server(config: Mapping[str, Any], patience: float) -> smtplib.SMTP:
    """A conversation, encrypted as the settings say; the certificate must be good (SSL_CERT_FILE says by whom)."""
    where = (config["SMTP_HOST"], config["SMTP_PORT"])
    secure = ssl.create_default_context()
    if config["SMTP_TLS"] == "tls":
        return smtplib.SMTP_SSL(*where, timeout=patience, context=secure)
    try:
        server = smtplib.SMTP(*where, timeout=patience)
    except smtplib.SMTPServerDisconnected as error:
        raise (troubles.Silent(str(error)) if "timed out" in str(error) else error) from None
    if config["SMTP_TLS"] == "none":
        return server
    try:
        server.starttls(context=secure)
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server
