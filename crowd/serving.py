"""Serving: a port of one's own, a few processes with a mail thread each, and an end that leaves nothing behind."""

import gc
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.util import Finalize
from pathlib import Path
from queue import Empty, SimpleQueue

from flask import Flask, current_app
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server
from sqlalchemy import select, text

from crowd import config, create_app, outbox
from crowd.db import db, engine_is_postgres, sqlite_module, transaction
from crowd.founding import deeds as founding
from crowd.founding.queries import hosted
from crowd.keeping import places
from crowd.models import Site

PORTS = 20  # how many are tried, from the wanted one on
LAST_MAIL = 0.5  # seconds that an ending process leaves the mail it is just sending
LAST_REQUEST = 1  # seconds that it has in all
CAST = ("member", "colleague", "moderator", "second-moderator", "analyst", "host", "stakeholder")
ENDINGS = {signal.SIGINT, signal.SIGTERM}


class Crowds(Server):  # type: ignore[valid-type, misc]  # which class it is depends on the Python
    """Granian, whose workers end when the main process says so, however Ctrl-C reached them.

    A terminal sends Ctrl-C to every process of the group: workers that took it themselves sometimes hung when the
    main process's SIGTERM followed. So they are born with both held back; `worker` lets SIGTERM in."""

    def __init__(self, *what: object, **how: object) -> None:
        super().__init__(*what, **how)
        self.main_loop_interrupt = Wake()

    def _spawn_workers(self, *how: object) -> None:
        with _held_back():
            super()._spawn_workers(*how)

    def _respawn_workers(self, *how: object, **more: object) -> None:
        with _held_back():
            super()._respawn_workers(*how, **more)


class Wake:
    """What the main process waits for, in place of a threading.Event: a signal that comes just while it begins to wait
    would have to take the Event's lock, which the main process holds, and both would wait for ever."""

    def __init__(self) -> None:
        self._told: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        self._told.put(None)

    def wait(self) -> None:
        self._told.get()

    def clear(self) -> None:
        with suppress(Empty):
            while True:
                self._told.get_nowait()


@contextmanager
def _held_back() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(app: Flask) -> int:
    """Serve until Ctrl-C: granian, a few processes of one thread, each with a mail thread beside it."""
    host, wanted = str(app.config["HOST"]), int(app.config["PORT"])
    demonstration = bool(db.session.scalar(select(Site.demonstration)))
    refuse_exposure(app, host, demonstration)
    claim = free_port(host, wanted)
    port = claim.getsockname()[1]
    if port != wanted:
        print(f"Port {wanted} is in use; taking {port}.")
    address = str(app.config["BASE_URL"])
    by_itself = address == config.address(host, wanted)  # nobody has said under which address people come
    if by_itself:
        address = config.address(host, port)
    os.environ["CROWD_BASE_URL"] = address  # the workers read it
    app.config["BASE_URL"] = address
    say_hello(address, demonstration, reachable="" if not by_itself or config.is_loopback(host) else host)
    if app.config["SMTP_HOST"] and app.config["SENDER"] == config.SENDER:
        print(f"  Mails would come from {config.SENDER}: set CROWD_SENDER to an address of yours.\n", flush=True)
    places.say_running(Path(app.config["INSTANCE"]))
    db.session.remove()
    db.engine.dispose()  # no connection crosses the fork
    server = server_at(host, port, int(app.config["WORKERS"]))
    gc.collect()
    gc.freeze()  # what is loaded by now stays shared by the workers: the collector would write into every page of it
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup wants it to live on
        server.on_startup(lambda: _end_with_the_terminal(server))
    server.serve(target_loader=worker)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an impatient second Ctrl-C finds it ending already
    claim.close()
    return 0


def server_at(host: str, port: int, workers: int) -> Crowds:
    """Granian as Crowd runs it: processes of one thread, because threads double the wait of the unluckiest."""
    return Crowds(
        "app:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=LAST_REQUEST,
    )


def _end_with_the_terminal(server: Crowds) -> None:
    signal.signal(signal.SIGHUP, server.signal_handler_interrupt)


def refuse_exposure(app: Flask, host: str, demonstration: bool) -> None:
    """Published passwords are served on loopback only, unless somebody says twice that they want it."""
    if demonstration and not config.is_loopback(host) and app.config["DEMONSTRATION"] != "serve anyway":
        raise config.BadSetting(
            f"This is demonstration data with published passwords, and {host} can be reached by others. "
            "To serve it all the same, set CROWD_DEMONSTRATION='serve anyway' beside CROWD_HOST."
        )


def free_port(host: str, wanted: int) -> socket.socket:
    """The wanted port or the next free one, as a socket that keeps it from others; it does not listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        where = socket.getaddrinfo(host, wanted, family, socket.SOCK_STREAM)[0][4]
    except socket.gaierror as error:
        raise config.BadSetting(
            f"Crowd cannot serve on {host!r} ({error.strerror}). Set CROWD_HOST to an address of this machine."
        ) from None
    refused = ""
    for port in range(wanted, min(wanted + PORTS, 65536)):
        claim = socket.socket(family)
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            claim.bind((where[0], port))
        except OSError as error:
            claim.close()
            refused = error.strerror or str(error)
            continue
        # Granian's workers share a port by SO_REUSEPORT, and so could another Crowd that starts at this moment:
        # from here on only those who share it knowingly can bind it.
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        claim.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        return claim
    raise config.BadSetting(
        f"Crowd can have none of the ports {wanted} to {min(wanted + PORTS, 65536) - 1} on {host} ({refused}). "
        "Choose another with CROWD_PORT, or another address with CROWD_HOST."
    )


def worker(_target: str = "", *_more: object) -> Flask:
    """The application of one server process, with its mail thread."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # until granian sets its own: a start that is ended early just ends
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    app = create_app()
    stopping = threading.Event()

    def mails() -> None:
        with app.app_context():
            outbox.work(stopping)

    def no_more_mails() -> None:
        stopping.set()
        outbox.wake.set()
        thread.join(LAST_MAIL)

    thread = threading.Thread(target=mails, daemon=True, name="outbox")
    thread.start()
    Finalize(None, no_more_mails, exitpriority=10)  # a forked process runs no atexit
    threading.Thread(target=_end_with_the_main_process, daemon=True, name="orphan").start()
    return app


def _end_with_the_main_process() -> None:
    """A main process that is killed outright leaves no workers that hold its port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def say_hello(address: str, demonstration: bool, reachable: str = "") -> None:
    """`reachable` is what it listens on if others can come, but nobody has said under which address."""
    print(f"\n  Crowd is at {address}\n")
    if reachable:
        print(
            f"  It listens on {reachable}. Set CROWD_BASE_URL to the address that people use:\n"
            "  links in mails begin with it.\n"
        )
    if demonstration:
        print("  The demonstration's cast, all with the password `demonstration`:")
        for who in CAST:
            print(f"    {who}@example.org")
        print()
    if not hosted():
        print(invitation())
    print(f"  {store()}. Ctrl-C ends it.\n", flush=True)


def invitation() -> str:
    """How somebody becomes the first host; without a key where the output is kept with a log in JSON, which others
    read."""
    if current_app.config["LOG"] == "json" and not sys.stdout.isatty():
        return (
            "  Nobody hosts this instance yet: `python3 app.py host you@example.org` prints a link to sign in with.\n"
        )
    with transaction():
        link = outbox.link("founding.first", secret=founding.offer())
    return f"  Nobody hosts this instance yet. Open this within a day to make your account, once:\n    {link}\n"


def store() -> str:
    """Which database it is, and how it keeps what is written."""
    if engine_is_postgres():
        return "PostgreSQL"
    journal = str(db.session.scalar(text("PRAGMA journal_mode"))).upper()
    how = "write-ahead log" if journal == "WAL" else "rollback journal, because this SQLite is older than 3.51.3"
    return f"SQLite {sqlite_module().sqlite_version}, {how}"
