"""Opinion groups of a large crowd, in the worker of a real server: how long, how much memory, and how many pages the
site serves meanwhile, against as many as it usually does.

    python -m bench.grouping [PEOPLE] [IDEAS] [VOTES OF EACH]

prints the figures beside their goals: 10 s, 1.5 GB, 0.7. It needs Linux, because it reads memory from /proc."""

import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import delete, func, insert, select, update

from bench import fill
from bench.load import Browser, Wrong
from bench.registering import send, there
from bench.serving import TICK, Served
from crowd import cli, clock, create_app
from crowd.db import db, transaction
from crowd.models import Contribution, Person, Run, Site, VoteNow
from crowd.states import Phase
from crowd.web import COOKIE

PAGE = "/host/ahp/analysis/groups"
USUAL = 8.0  # seconds in which the usual rate is measured
READERS = 4


def crowd_of(consultation_id: int, people: int, ideas: int, each: int) -> None:
    """So many people in two camps, with as many votes each on ideas that are drawn."""
    table = Contribution.__table__
    chosen = select(table).where(Contribution.consultation_id == consultation_id, Contribution.level == 1)
    one = dict(db.session.execute(chosen.limit(1)).one()._mapping)
    first = int(db.session.scalar(select(func.max(Contribution.id))) or 0) + 1
    someone = int(db.session.scalar(select(func.max(Person.id))) or 0) + 1
    rng, now = np.random.default_rng(2016), clock.now()
    with transaction() as session:
        session.execute(delete(VoteNow))
        clones = [
            one | {"id": first + n, "once": f"crowd-{n}", "serial": None, "path": "", "thread_id": None}
            for n in range(ideas)
        ]
        session.execute(insert(table), [clone | {"state": "published", "public_since": now} for clone in clones])
    for start in range(0, people, 2_000):
        rows: list[dict[str, Any]] = []
        some = range(start, min(start + 2_000, people))
        for n in some:
            side, on = (1 if n % 5 < 3 else -1), rng.choice(ideas, each, replace=False)
            said = np.where(on % 3 == 0, side, 1) * np.where(rng.random(each) < 0.2, -1, 1) * (rng.random(each) > 0.15)
            who = {"person_id": someone + n, "standing": "B"}
            rows += [
                who | {"contribution_id": first + i, "value": v}
                for i, v in zip(on.tolist(), said.tolist(), strict=True)
            ]
        with transaction() as session:
            made = [{"id": someone + n, "email": f"crowd{n}@example.org", "created_at": now} for n in some]
            session.execute(insert(Person), made)
            session.execute(insert(VoteNow.__table__), rows)


class Reading(threading.Thread):
    """Visitors who read a page again and again until told to stop; how many pages they got."""

    def __init__(self, port: int, path: str) -> None:
        super().__init__(daemon=True)
        self.browser, self.path, self.pages, self.over = Browser(port), path, 0, threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            if self.browser.get(self.path).status != 200:
                raise Wrong(self.path)
            self.pages += 1


def rate(port: int, path: str, until: Any) -> float:
    """Pages a second that the readers get while `until` runs."""
    readers = [Reading(port, path) for _n in range(READERS)]
    began = time.monotonic()
    for reader in readers:
        reader.start()
    until()
    for reader in readers:
        reader.over.set()
    spent = time.monotonic() - began
    for reader in readers:
        reader.join()
    return sum(reader.pages for reader in readers) / spent


def cost(served: Served) -> tuple[float, float]:
    """MiB that the process of the analysis has had at most, and its seconds of processor time, while it is there."""
    for pid in served.processes():
        try:
            if b"analysis.alone" in Path(f"/proc/{pid}/cmdline").read_bytes():
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                most = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                return most, (int(fields[11]) + int(fields[12])) / TICK
        except (OSError, StopIteration, IndexError):
            continue
    return 0.0, 0.0


def measure(folder: Path, host: Browser) -> None:
    served = Served("crowd", folder)
    try:
        host.port = served.port
        while not there(host):
            time.sleep(0.1)
        path, memory, spent = "/c/ahp/", 0.0, 0.0
        usual = rate(served.port, path, lambda: time.sleep(USUAL))
        send(host, PAGE, host.fields(PAGE))

        def until_done() -> None:
            nonlocal memory, spent
            while run().state in ("waiting", "working"):
                now = cost(served)
                memory, spent = max(memory, now[0]), max(spent, now[1])
                time.sleep(0.2)

        began = time.monotonic()
        meanwhile = rate(served.port, path, until_done)
        waited, done = time.monotonic() - began, run()
        if done.state not in ("done", "refused"):
            raise Wrong(done.said)
        print(f"{done.result['voters']:,} people, {done.result['ideas']:,} ideas, {done.result['votes']:,} votes")
        print(f"{[group['size'] for group in done.result.get('groups', [])]} {done.said}")
        work = (done.ended_at - done.begun_at).total_seconds()
        print(f"time      {work:6.1f} s from its claim to its end (at most 10); {waited:.1f} s from the press")
        print(f"processor {spent:6.1f} s of its process, start and libraries too")
        print(f"memory    {memory:6.0f} MiB at most in its process (at most 1,500)")
        print(
            f"readers   {meanwhile / usual:6.2f} of the usual (at least 0.7): {meanwhile:.0f} for {usual:.0f} a second"
        )
        print(f"load      {os.getloadavg()[0]:6.1f} on {os.cpu_count()} processors at the end")
    finally:
        served.stop()


def run() -> Any:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Run).order_by(Run.id.desc())).first()


def main(people: int, ideas: int, each: int) -> None:
    with tempfile.TemporaryDirectory(prefix="crowd-grouping-") as name:
        folder = Path(name)
        with create_app(folder).app_context():
            cli.prepare()
            fill.site(fill.SMOKE)
            consultation_id = fill.consultation("ahp", Phase.MEMBERS, fill.SMOKE).consultation_id
            print("Filling ...", flush=True)
            crowd_of(consultation_id, people, ideas, each)
            with transaction() as session:
                session.execute(update(Site).values(two_factor=False))
                host = Person(email="host@example.org", name="Host", roles="H", created_at=clock.now())
                session.add(host)
                session.flush()
            (secret,) = fill.sign_in([host.id])
            measure(folder, Browser(0, **{COOKIE: secret}))
            db.session.remove()


if __name__ == "__main__":
    main(*(int(each) for each in (sys.argv[1:] + ["64000", "500", "50"][len(sys.argv) - 1 :])))
