"""The commands of `python3 app.py`. Each prepares the instance and calls one thing that does the work."""

import argparse
import os
import socket
import sys
import threading
from pathlib import Path
from typing import NoReturn

from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import OperationalError

from crowd import config, create_app, outbox
from crowd.db import db, engine_is_postgres, sqlite_module
from crowd.models import Site

LOOPBACK = ("127.", "localhost", "::1")
MIGRATIONS = config.ROOT / "crowd" / "migrations" / "versions"


def main(argv: list[str]) -> int:
    """Run one command; the exit status. What a host can mend is said in a sentence, without a traceback."""
    args = parser().parse_args(argv)
    try:
        app = create_app()
        with app.app_context():
            prepare()
            return int(args.does(app, args) or 0)
    except config.BadSetting as error:
        stop(str(error))
    except OperationalError as error:
        stop(f"The database cannot be used: {str(error.orig).strip()}.")
    except KeyboardInterrupt:
        return 0


def stop(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser("app.py", description="Crowd: a forum for crowdsourced policy.")
    top.set_defaults(does=start, phase=None, consultation=None)
    commands = top.add_subparsers(title="commands", metavar="")
    run = commands.add_parser("run", help="serve this instance, without a demonstration")
    run.set_defaults(does=run_instance)
    demo = commands.add_parser("demo", help="make the demonstration anew at a point of its life, and serve it")
    demo.add_argument("--phase", choices=["registration", "members", "analysis", "open", "closed"], default="members")
    demo.set_defaults(does=demonstrate)
    work = commands.add_parser("work", help="send mails, as a process of its own")
    work.set_defaults(does=send_mails)
    polis = commands.add_parser("import-polis", help="read a Polis export into a consultation")
    polis.add_argument("folder", type=Path)
    polis.set_defaults(does=import_polis)
    count = commands.add_parser("recount", help="compare the kept counts with what is there, and mend them")
    count.set_defaults(does=recount)
    account = commands.add_parser("host", help="make or find a host's account and print a one-time link to sign in")
    account.add_argument("email")
    account.set_defaults(does=make_host)
    table = commands.add_parser("rules", help="print docs/rules.md: who may do what, when")
    table.set_defaults(does=print_rules)
    bench = commands.add_parser("bench", help="measure against the bare server")
    bench.add_argument("--scale", type=int, default=1)
    bench.add_argument("--json", type=Path)
    bench.add_argument("--quick", action="store_true")
    bench.set_defaults(does=measure)
    return top


def newest_revision() -> str:
    """The last migration's number: the files are named by it, so that a start needs no Alembic."""
    return max(file.name[:4] for file in MIGRATIONS.glob("[0-9]*.py"))


def prepare() -> None:
    """Bring the database to this code's revision; refuse one that newer code has made."""
    there = inspect(db.engine).has_table("alembic_version")
    revision = db.session.scalar(text("SELECT version_num FROM alembic_version")) if there else ""
    db.session.rollback()
    if revision and revision > newest_revision():
        stop(
            f"The database has revision {revision}, but this Crowd knows only {newest_revision()}: it was made by a newer version. "
            "Start that version, or restore a backup made by this one."
        )
    if revision != newest_revision():
        from flask_migrate import upgrade  # costs 0.2 s that a second start need not pay

        upgrade()
    db.session.remove()


def is_new() -> bool:
    return db.session.scalar(select(Site.id)) is None


def start(app: Flask, args: argparse.Namespace) -> int:
    """The bare command: a new instance gets the demonstration, then it is served."""
    if is_new():
        from crowd.demonstration import load

        print("A new instance: loading the demonstration ...", flush=True)
        load.everything(phase="members")
    return serve(app)


def run_instance(app: Flask, args: argparse.Namespace) -> int:
    return serve(app)


def demonstrate(app: Flask, args: argparse.Namespace) -> int:
    from crowd.demonstration import load

    if not is_new() and not db.session.scalar(select(Site.demonstration)):
        stop(
            "This instance holds real data: a demonstration would stand among it. Name another folder with CROWD_INSTANCE."
        )
    print(f"Making the demonstration, phase: {args.phase} ...", flush=True)
    load.everything(phase=args.phase)
    return serve(app)


def send_mails(app: Flask, args: argparse.Namespace) -> int:
    print("Sending mails as they fall due; Ctrl-C ends it.", flush=True)
    outbox.work(threading.Event())
    return 0


def import_polis(app: Flask, args: argparse.Namespace) -> int:
    from crowd.imports import export, polis

    try:
        print(polis.load(args.folder))
    except export.BadExport as error:
        stop(str(error))
    return 0


def recount(app: Flask, args: argparse.Namespace) -> int:
    from crowd.threads.recount import mend

    print(mend())
    return 0


def make_host(app: Flask, args: argparse.Namespace) -> int:
    from crowd.hosting import deeds

    print(deeds.found_host(args.email))
    return 0


def print_rules(app: Flask, args: argparse.Namespace) -> int:
    from crowd.consultations import table

    print(table.markdown(), end="")
    return 0


def measure(app: Flask, args: argparse.Namespace) -> int:
    sys.path.insert(0, str(config.ROOT))
    from bench import run

    return run.main(scale=args.scale, out=args.json, quick=args.quick)


def free_port(host: str, wanted: int) -> int:
    """The wanted port or the next free one of twenty."""
    for port in range(wanted, wanted + 20):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host, port))
            except OSError:
                continue
            return port
    stop(f"Ports {wanted} to {wanted + 19} on {host} are all in use. Choose another with CROWD_PORT.")


def serve(app: Flask) -> int:
    """Serve until Ctrl-C: granian, a few processes of one thread, each with a mail thread beside it."""
    host, wanted = str(app.config["HOST"]), int(app.config["PORT"])
    demonstration = bool(db.session.scalar(select(Site.demonstration)))
    if demonstration and not host.startswith(LOOPBACK) and app.config["DEMONSTRATION"] != "serve anyway":
        stop(
            f"This is demonstration data with published passwords, and {host} can be reached by others. To serve it all the same, "
            "set CROWD_DEMONSTRATION='serve anyway' beside CROWD_HOST."
        )
    port = free_port(host, wanted)
    if port != wanted:
        print(f"Port {wanted} is in use; taking {port}.")
    address = app.config["BASE_URL"] if app.config["BASE_URL"] != f"http://{host}:{wanted}" else f"http://{host}:{port}"
    os.environ["CROWD_BASE_URL"] = address
    say_hello(address, demonstration)
    db.session.remove()
    db.engine.dispose()  # no connection crosses the fork
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "app:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=int(app.config["WORKERS"]),
        blocking_threads=1,
        websockets=False,
        log_level="warning",
        respawn_failed_workers=True,
        workers_kill_timeout=2,
    ).serve(target_loader=worker)
    return 0


def worker(_target: str = "", *_more: object) -> Flask:
    """The application of one server process, with its mail thread."""
    app = create_app()
    stopping = threading.Event()

    def mails() -> None:
        with app.app_context():
            outbox.work(stopping)

    threading.Thread(target=mails, daemon=True, name="outbox").start()
    return app


def say_hello(address: str, demonstration: bool) -> None:
    print(f"\n  Crowd is at {address}\n")
    if demonstration:
        print("  The demonstration's cast, all with the password `demonstration`:")
        for who in ("member", "colleague", "moderator", "second-moderator", "analyst", "host", "stakeholder"):
            print(f"    {who}@example.org")
        print()
    store = "PostgreSQL" if engine_is_postgres() else f"SQLite {sqlite_module().sqlite_version}"
    print(f"  {store}. Ctrl-C ends it.\n", flush=True)
