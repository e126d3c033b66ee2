"""The people: a browser with cookies and forms for preparing, and raw keep-alive connections for measuring."""

import http.client
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlencode


class Wrong(Exception):
    """An answer that is not what was expected."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class _Fields(HTMLParser):
    """What the hidden fields of a page's forms would send; the first of a name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "input" and a.get("name"):
            self.found.setdefault(a["name"], a.get("value", ""))


class Browser:
    """Somebody with cookies; follows nothing."""

    def __init__(self, port: int, **cookies: str) -> None:
        self.port, self.cookies = port, dict(cookies)

    def get(self, path: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Cookie": self._cookie()} if self.cookies else {})
        found = connection.getresponse()
        for line in found.headers.get_all("Set-Cookie", []):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        answer = Answer(found.status, {k.lower(): v for k, v in found.headers.items()}, found.read())
        connection.close()
        return answer

    def page(self, path: str, having: bytes = b"</html>") -> bytes:
        """A page that is there and holds this."""
        answer = self.get(path)
        if answer.status != 200 or having not in answer.body:
            raise Wrong(f"{path}: {answer.status}, without {having!r}")
        return answer.body

    def fields(self, path: str) -> dict[str, str]:
        """The values that the forms of a page would send untouched."""
        reader = _Fields()
        reader.feed(self.page(path, b"csrf_token").decode())
        return reader.found

    def asking(self, path: str, **headers: str) -> bytes:
        """A GET as bytes, for `Crowd.send`."""
        return self._head("GET", path, headers) + b"\r\n"

    def sending(self, path: str, fields: dict[str, str]) -> bytes:
        """A POST as bytes."""
        body = urlencode(fields).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        return self._head("POST", path, headers) + b"\r\n" + body

    def _head(self, method: str, path: str, headers: dict[str, str]) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"Cookie: {self._cookie()}"] if self.cookies else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "".join(line + "\r\n" for line in lines).encode()

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


@dataclass
class Told:
    """What a round of requests gave."""

    answers: int
    seconds: float
    longest: float
    wrong: list[str] = field(default_factory=list)


class _Line:
    """One connection: what it sends next, and the answer so far."""

    def __init__(self, port: int, requests: Iterator[bytes]) -> None:
        self.port, self.requests = port, requests
        self.socket: socket.socket | None = None
        self.got, self.size, self.asked = bytearray(), -1, 0.0

    def ask(self, chosen: selectors.BaseSelector) -> bool:
        """Send the next request; False if there is none. A server without keep-alive gets a new connection."""
        request = next(self.requests, None)
        if request is None:
            return False
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            chosen.register(self.socket, selectors.EVENT_READ, self)
        self.got, self.size, self.asked = bytearray(), -1, time.perf_counter()
        self.socket.sendall(request)
        return True

    def hang_up(self, chosen: selectors.BaseSelector) -> None:
        if self.socket is not None:
            chosen.unregister(self.socket)
            self.socket.close()
            self.socket = None

    def read(self) -> Answer | None:
        """The answer if it is whole. One without a length ends with its head (304)."""
        some = self.socket.recv(262_144) if self.socket else b""
        if not some:
            raise Wrong("the server hung up")
        self.got += some
        if self.size < 0:
            end = self.got.find(b"\r\n\r\n")
            if end < 0:
                return None
            self.lines = bytes(self.got[:end]).decode("latin-1").split("\r\n")
            self.headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in self.lines[1:])}
            self.begin = end + 4
            self.size = self.begin + int(self.headers.get("content-length", 0))
        if len(self.got) < self.size:
            return None
        return Answer(int(self.lines[0].split()[1]), self.headers, bytes(self.got[self.begin :]))


def send(port: int, requests: list[Iterator[bytes]], seconds: float, right: Callable[[Answer], bool]) -> Told:
    """Send each iterator's requests over a connection of its own, the next when the answer is there, for so long."""
    chosen, lines = selectors.DefaultSelector(), [_Line(port, some) for some in requests]
    told, begun = Told(0, 0.0, 0.0), time.perf_counter()
    for line in lines:
        line.ask(chosen)
    while chosen.get_map():
        for key, _events in chosen.select(30):
            line = key.data
            answer = line.read()
            if answer is None:
                continue
            now = time.perf_counter()
            told.answers += 1
            told.longest = max(told.longest, now - line.asked)
            if not right(answer):
                told.wrong.append(f"{answer.status} {answer.headers.get('location', '')} {answer.body[:80]!r}")
            if answer.headers.get("connection", "").lower() == "close":
                line.hang_up(chosen)
            if now - begun >= seconds or not line.ask(chosen):
                line.hang_up(chosen)
    told.seconds = time.perf_counter() - begun
    return told
