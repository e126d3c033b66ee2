"""The provider of provider.py as tests hold it, and people who sign in there."""

import contextlib
import html
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import delete

from crowd.accounts.signing_on import SEAL
from crowd.db import transaction
from crowd.keyed import sealed
from crowd.models import Provider
from tests.actors import Actor, Page

CLIENT, SECRET = "crowd", "a secret & more: 100%"
ANN = {"sub": "ann-1", "email": "Ann@example.org", "email_verified": True, "name": "Ann O’Neil", "groups": ["Staff"]}
FIRST: dict[str, Any] = {
    "user": ANN,  # whom the provider signs in
    "redirects": ["http://localhost/login/sign-on"],  # where it lets browsers go back to
    "claims": {},  # what the ID token says instead
    "without": [],  # what the ID token does not say
    "alg": "RS256",
    "document": {},  # what the document says instead
    "documents": "",  # what stands in place of the document
    "elsewhere": False,  # the document redirects
    "token_status": 0,  # what the token endpoint answers, if not what it should
    "slow": 0,  # seconds before the token endpoint answers
    "forged": False,  # signed with a key that the provider does not publish
    "denies": False,
}


class Running:
    def __init__(self, address: str) -> None:
        self.address = address

    def switch(self, **how: Any) -> None:
        """Set some switches, and all others as they were at first."""
        self._post("/switch", FIRST | how)

    def rotate(self) -> None:
        self._post("/rotate", {})

    def _post(self, path: str, what: Any) -> None:
        requests.post(self.address + path, json=what, timeout=60).raise_for_status()


@contextlib.contextmanager
def running() -> Iterator[Running]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.accounts.provider"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield Running(process.stdout.readline().strip())
        process.kill()


def set_up(address: str, secret: str = SECRET) -> None:
    with transaction() as session:
        session.execute(delete(Provider))
        session.add(
            Provider(name="Our House", issuer=address, client=CLIENT, secret=sealed(SEAL, secret.encode()).decode())
        )


def at_the_provider(page: str) -> str:
    """Go where a page of ours leads, and be sent back: the path to which, with what the provider says."""
    url = html.unescape(re.search(r'<a class="btn" href="(http[^"]+)"', page)[1])
    assert "code_challenge_method=S256" in url  # which this provider would not ask of a client with a secret
    answer = requests.get(url, allow_redirects=False, timeout=60)
    back = answer.headers.get("Location", "")
    assert back.startswith("http://localhost/"), answer.text
    return back.removeprefix("http://localhost")


def there(actor: Actor, on: str = "/login", **fields: Any) -> str:
    """Begin on a page of ours, and sign in at the provider."""
    return at_the_provider(actor.post("/login/with", on=on, having="csrf_token", **fields))


def sign_in(actor: Actor, on: str = "/login") -> Page:
    return actor.get(there(actor, on))
