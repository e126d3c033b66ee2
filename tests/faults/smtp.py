"""A mail server for the tests: a real conversation on loopback, with the troubles of real ones."""

import asyncio
import contextlib
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.faults import real


class Server:
    """What it took, in order, and what it is to answer next."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.logins: list[bytes] = []
        self.to_recipient: dict[str, str] = {}  # the answer to RCPT, by address
        self.to_sender = ""  # the answer to MAIL FROM, if it is not "250 OK"
        self.greylisting = False  # 451 for everybody who comes for the first time
        self.after_data: list[str] = []  # answers to the coming texts, "drop" to hang up in the middle
        self.slow = 0.0  # seconds before a text is taken
        self.port = 0
        self._seen: Counter[str] = Counter()
        self.taken = threading.Condition()

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.to_sender:
            return self.to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _s: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        self._seen[address] += 1
        if address in self.to_recipient:
            return self.to_recipient[address]
        if self.greylisting and self._seen[address] == 1:
            return "451 4.7.1 Greylisted, come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        if self.slow:
            await asyncio.sleep(self.slow)
        answer = self.after_data.pop(0) if self.after_data else "250 OK"
        if answer == "drop":
            server.transport.close()
        elif answer.startswith("250"):
            with self.taken:
                message = message_from_bytes(envelope.content or b"", policy=policy.default)
                self.mails.append(message)
                self.recipients += envelope.rcpt_tos
                self.taken.notify_all()
        return answer

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
        self.logins.append(data.login)
        return AuthResult(success=(data.login, data.password) == (b"crowd", b"pass word"), handled=False)

    def wait_for(self, most: int) -> None:
        """Until it has taken so many."""
        with self.taken:
            assert self.taken.wait_for(lambda: len(self.mails) >= most, 60), f"{len(self.mails)} of {most} came"


@contextlib.contextmanager
def server(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    taker = Server()
    more: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if tls else {}
    controller = Controller(
        taker,
        hostname="127.0.0.1",
        port=real.free_port(),
        authenticator=taker.authenticate,
        auth_require_tls=bool(tls),
        **more,
    )
    controller.start()
    taker.port = controller.port
    try:
        yield taker
    finally:
        controller.stop()
