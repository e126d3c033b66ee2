"""Why a mail did not go out, as one word each, told from what the mail server answered or the system said."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable

RETRIED = frozenset({"later", "greylisted", "full"})  # the server itself said to come again
STARTTLS = re.compile(r"starttls|\btls\b|encrypt", re.IGNORECASE)
SIGN_IN = re.compile(r"authenticat|log ?in|sign ?in", re.IGNORECASE)


class Silent(OSError):
    """Somebody answered the door and said nothing: mostly a port that expects TLS from the first byte."""


def of(error: Exception) -> str:
    """The word for an error of a conversation with a mail server; "other" for what nobody has thought of."""
    for kind, word in _ORDER:
        if isinstance(error, kind):
            return word(error) if callable(word) else word
    return "other"


def words(error: Exception) -> str:
    """What the server said, or what the system did, for the host to read."""
    code, said = answer(error)
    return f"{code} {said}" if code else str(error) or type(error).__name__


def answer(error: Exception) -> tuple[int, str]:
    """The server's code and words; 0 where it gave none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return code, _decoded(said)
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code, _decoded(error.smtp_error)
    return 0, ""


def _decoded(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _to_sign_in(error: Exception) -> str:
    code, said = answer(error)
    if code < 500:
        return "later"
    return "needs_tls" if code in (523, 530, 538) or STARTTLS.search(said) else "password"


def _to_sender(error: Exception) -> str:
    code, said = answer(error)
    if code < 500:
        return "later"
    return _wants(code, said) or ("too_big" if code == 552 else "sender")


def _to_recipient(error: Exception) -> str:
    code, said = answer(error)
    status = _status(said)
    if code < 500:
        full = code == 452 or status == "2.2"
        return "greylisted" if re.search("gr[ae]y", said, re.IGNORECASE) else "full" if full else "later"
    if code == 530:
        return _wants(code, said) or "needs_login"
    if status in ("1.7", "1.8"):
        return "sender"
    if re.search(r"relay", said, re.IGNORECASE):
        return "relay"
    if status == "2.2":
        return "full"
    missing = status.startswith("1.") or status == "2.1" if status else code in (550, 551, 553)
    return "no_mailbox" if missing else "refused"


def _to_text(error: Exception) -> str:
    code, said = answer(error)
    if code < 500:
        return "later"
    return "too_big" if code == 552 or _status(said) == "3.4" else "spam"


def _wants(code: int, said: str) -> str:
    if STARTTLS.search(said):
        return "needs_tls"
    return "needs_login" if code == 530 or SIGN_IN.search(said) else ""


def _status(said: str) -> str:
    """The enhanced status without its class, such as 1.1 of "5.1.1 No such user"; empty if there is none."""
    found = re.match(r"[45]\.(\d{1,3}\.\d{1,3})\b", said.strip())
    return found[1] if found else ""


def _not_supported(error: Exception) -> str:
    return "no_tls" if "STARTTLS" in str(error) else "no_login"


_ORDER: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str | Callable[[Exception], str]], ...] = (
    (Silent, "silent"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "wrong_tls"),
    (smtplib.SMTPAuthenticationError, _to_sign_in),
    (smtplib.SMTPSenderRefused, _to_sender),
    (smtplib.SMTPRecipientsRefused, _to_recipient),
    (smtplib.SMTPDataError, _to_text),
    (smtplib.SMTPNotSupportedError, _not_supported),
    (smtplib.SMTPServerDisconnected, "dropped"),
    (smtplib.SMTPResponseException, "turned_away"),
    (socket.gaierror, "unknown_host"),
    (ConnectionRefusedError, "closed_port"),
    ((ConnectionResetError, BrokenPipeError, ConnectionAbortedError), "dropped"),
    (OSError, "blocked_port"),  # it took too long, or there is no way there
)
