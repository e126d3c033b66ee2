"""A register from the file to the queued invitations, through the real server and its worker: how long, how much
memory, and how long others who write wait meanwhile.

    python -m bench.registering [ROWS] [csv|xlsx]

prints one line for each step. It needs Linux, because it reads memory from /proc."""

import csv
import http.client
import io
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from openpyxl import Workbook
from sqlalchemy import delete, func, select, update

from bench import fill
from bench.load import Browser, Wrong
from bench.serving import Served
from crowd import cli, clock, create_app
from crowd.accounts.numbers import HCPC
from crowd.db import db, transaction
from crowd.models import Consultation, Mail, Person, Registered, Site, UploadedList
from crowd.states import Phase
from crowd.web import COOKIE

PAGE = "/host/register"
REGIONS = ("North West", "London", "South East", "Midlands", "Wales")
HEADS = ("E-mail", "Name", "Profession", "Registration number", "Region")


def people(number: int) -> Iterator[tuple[str, ...]]:
    """Rows like those of a body's export, each another person."""
    kinds = list(HCPC)
    for n in range(number):
        kind = kinds[n % len(kinds)]
        name, at = f"Given{n % 997} Family{n}", f"given.family{n}@trust{n % 200}.example.org"
        yield at, name, kind, f"{HCPC[kind]}{n:06}", REGIONS[n % len(REGIONS)]


def file_of(number: int, kind: str) -> bytes:
    if kind == "xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Members")
        for row in (HEADS, *people(number)):
            sheet.append(row)
        packed = io.BytesIO()
        book.save(packed)
        return packed.getvalue()
    lines = io.StringIO()
    csv.writer(lines).writerows([HEADS, *people(number)])
    return lines.getvalue().encode()


def send(host: Browser, path: str, fields: dict[str, str], file: bytes = b"") -> str:
    """Send a form as a browser does, with a file if there is one; where it leads."""
    part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    text = "".join(part.format(name, "") + value + "\r\n" for name, value in fields.items() if name != "file")
    text += part.format("file", '; filename="members"')
    body = text.encode() + file + b"\r\n--x--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=60)
    cookie = "; ".join(f"{name}={value}" for name, value in host.cookies.items())
    connection.request("POST", path, body, {"Content-Type": "multipart/form-data; boundary=x", "Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 302:
        raise Wrong(f"{path}: {answer.status}")
    return str(answer.getheader("Location"))


class Watch(threading.Thread):
    """The most memory, and how long somebody waits who writes ten times a second, until told to stop."""

    def __init__(self, served: Served) -> None:
        super().__init__(daemon=True)
        self.app, self.served, self.over = current_app._get_current_object(), served, threading.Event()  # type: ignore[attr-defined]  # for another thread
        self.before, self.memory, self.largest = served.memory(), 0.0, 0.0
        self.waits: list[float] = []

    def run(self) -> None:
        with self.app.app_context():
            while not self.over.wait(0.1):
                self.memory = max(self.memory, self.served.memory())
                self.largest = max(self.largest, *map(resident, self.served.processes()))
                began = time.monotonic()
                with transaction():
                    db.session.execute(update(Site).values(contact=str(began)))
                self.waits.append(time.monotonic() - began)


def resident(pid: int) -> float:
    """MiB of one process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def measure(folder: Path, host: Browser, file: bytes, consultation_id: int, number: int) -> None:
    """Upload, wait, load, wait; inside the app's context."""
    served = Served("crowd", folder)
    try:
        host.port = served.port
        while not there(host):
            time.sleep(0.05)
        watch = Watch(served)
        watch.start()
        began, spent = time.monotonic(), served.cpu()

        def told(what: str) -> None:
            print(f"{time.monotonic() - began:6.1f} s, {served.cpu() - spent:5.1f} s of processors  {what}", flush=True)

        where = send(host, PAGE, host.fields(PAGE), file)
        told(f"{len(file) / 1e6:.1f} MB are taken, the page is there")
        until("read")
        told("read, checked and compared")
        send(host, f"{where}/load", host.fields(where) | {"invite": str(consultation_id)})
        until("loaded")
        told(f"{count(Registered.id)} are on the register, {count(Mail.id)} invitations are queued")
        watch.over.set()
        watch.join()
        if count(Registered.id) != number or count(Mail.id) != number:
            raise Wrong("some are missing")
        print(f"memory of all processes: {watch.before:.0f} MiB before, {watch.memory:.0f} at most")
        print(f"of the one with the most: {watch.largest:.0f} MiB (resident, what is shared too)")
        waits = sorted(watch.waits)
        print(
            f"{len(waits)} others wrote meanwhile: {waits[len(waits) // 2]:.3f} s half of them, {waits[-1]:.2f} at most"
        )
    finally:
        served.stop()


def there(host: Browser) -> bool:
    try:
        return host.get("/healthz").status == 200
    except OSError:
        return False


def until(state: str) -> None:
    while True:
        db.session.rollback()
        found = db.session.execute(select(UploadedList.state, UploadedList.said)).one()
        if found.state == state:
            return
        if found.state in ("bad", "stopped"):
            raise Wrong(found.said)
        time.sleep(0.1)


def count(column: Any) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count(column))) or 0)


def main(number: int, kind: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        create_app(folder)
        with (folder / "config.toml").open("a") as settings:  # a mail server at its pace, as there will be one
            settings.write('smtp_host = "127.0.0.1"\nsmtp_port = 9\nsmtp_tls = "none"\n')
        with create_app(folder).app_context():
            cli.prepare()
            fill.site(fill.SMOKE)
            consultation_id = fill.consultation("ahp", Phase.REGISTRATION, fill.SMOKE).consultation_id
            with transaction() as session:
                session.execute(delete(Registered))
                session.execute(delete(Mail))
                session.execute(update(Site).values(two_factor=False))
                session.execute(update(Consultation).values(professions=list(HCPC), regions=list(REGIONS)))
                host = Person(email="host@example.org", name="Host", roles="H", created_at=clock.now())
                session.add(host)
                session.flush()
            (secret,) = fill.sign_in([host.id])
            measure(folder, Browser(0, **{COOKIE: secret}), file_of(number, kind), consultation_id, number)
            db.session.remove()


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["64377"])[0]), (sys.argv[2:] or ["csv"])[0])
