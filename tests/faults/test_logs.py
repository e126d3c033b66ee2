"""The log of a real server in JSON: every line is one, tells each request, and holds nothing of anybody."""

import http.client
import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests import make
from tests.faults import people, real

SECRETS = ("no-such-secret-in-an-address", "searched-words", "typed@example.org", "127.0.0.1")


def test_a_line_of_json_for_each_request_without_personal_data(begun):
    server = begun.serve(CROWD_LOG="json")
    first, _page = _ask(begun.port, "GET", "/")
    again, _page = _ask(begun.port, "GET", "/healthz")
    _ask(begun.port, "GET", "/i/no-such-secret-in-an-address")
    _ask(begun.port, "GET", "/no/such/page?q=searched-words")
    _ask(begun.port, "POST", "/login", "email=typed@example.org&password=x")
    lines = _lines(server)
    told = [(line["method"], line["page"], line["status"]) for line in lines if line["from"] == "crowd.requests"]
    assert ("GET", "/", 200) in told
    assert ("GET", "/healthz", 200) in told
    assert ("GET", "/i/<secret>", 404) in told
    assert ("GET", "(no such page)", 404) in told
    assert ("POST", "/login", 400) in told
    assert first != again
    assert {first, again} <= {line.get("request") for line in lines}
    assert all(line["ms"] >= 0 for line in lines if line["from"] == "crowd.requests")
    assert not [secret for secret in SECRETS if secret in "".join(map(json.dumps, lines))]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("UPDATE questions SET kinds = 'typed@example.org'", "Something went wrong on our side</h1>"),
        ("UPDATE site SET colour = 'typed@example.org'", "Something went wrong on our side. It is"),  # on every page
    ],
)
def test_a_fault_is_told_by_where_it_happened_and_by_the_number_on_the_page(begun, broken, says):
    with people.inside(begun.folder):
        people.begin_site()
        make.consultation()
    server = begun.serve(CROWD_LOG="json")
    with closing(sqlite3.connect(begun.folder / "crowd.db")) as connection:
        connection.execute(broken)
        connection.commit()
    number, page = _ask(begun.port, "GET", "/c/ahp/q/1")
    assert says in page
    assert f"in the log as {number}." in page
    faults = [line for line in _lines(server) if line.get("request") == number and "where" in line]
    assert "crowd/" in "".join(faults[0]["where"])
    assert "typed@example.org" not in server.said


def _lines(server: real.Process) -> list[dict[str, Any]]:
    """All that it wrote after its greeting, each of which has to be JSON."""
    greeting = server.said.index("Ctrl-C ends it.")
    return [json.loads(line) for line in server.said[greeting:].splitlines()[1:] if line]


def _ask(port: int, method: str, path: str, body: str | None = None) -> tuple[str, str]:
    """The number of the request, and its page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=real.PATIENCE)
    with closing(connection):
        connection.request(method, path, body, {"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        answer = connection.getresponse()
        page = answer.read().decode()
        return answer.headers["X-Request-ID"], page
