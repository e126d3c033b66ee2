"""People with browsers of their own at a real server, and an instance with something to do in it."""

import contextlib
import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from crowd import create_app
from crowd.accounts import deeds
from crowd.db import db, transaction
from crowd.models import Site
from crowd.web import COOKIE
from tests import make
from tests.actors import Page
from tests.faults.real import PATIENCE

Answer = tuple[int, str, str]


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[Flask]:
    """The test's own look into an instance that servers use too."""
    app = create_app(folder, texts_limit=0)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def consultation_with(members: int) -> list[str]:
    """Begin a consultation; gives the secrets of its members' sign-ins."""
    begin_site()
    consultation = make.consultation()
    return signed_in(*(make.member(consultation).id for _ in range(members)))


def begin_site() -> None:
    with transaction() as session:
        session.add(Site(name="Allied Health Professions"))


def signed_in(*people: int) -> list[str]:
    """The secrets of their sign-ins."""
    with transaction():
        return [deeds.sign_in(person) for person in people]


class Person:
    """One browser that is signed in. Raises OSError or HTTPException while there is no server."""

    def __init__(self, port: int, secret: str) -> None:
        self.port, self._cookies = port, {COOKIE: secret}

    def get(self, path: str) -> Page:
        status, html, _where = self._ask("GET", path)
        page = Page(html)
        page.status, page.path = status, path
        return page

    def send(self, path: str, fields: dict[str, str]) -> Answer:
        """The answer's status, text and Location."""
        return self._ask("POST", path, urlencode(fields))

    def fill_in(self, path: str, **fields: str) -> dict[str, str]:
        """What the form on this page would send with these fields filled in."""
        return self.get(path).form(path, "text")[1] | fields

    def send_file(self, path: str, fields: dict[str, str], name: str, content: bytes) -> tuple[int, str]:
        """The same form with a file chosen in it; the answer's status and text."""
        mark = "----------------4f1c"
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        parts += [f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n']
        body = "".join(parts).encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self._ask("POST", path, body, f"multipart/form-data; boundary={mark}")[:2]

    def _ask(
        self, method: str, path: str, body: str | bytes | None = None, kind: str = "application/x-www-form-urlencoded"
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if body is not None:
            headers["Content-Type"] = kind
        with contextlib.closing(connection):
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    cookie, _, content = value.partition(";")[0].partition("=")
                    self._cookies[cookie] = content
            return answer.status, answer.read().decode(), answer.getheader("Location", "")
