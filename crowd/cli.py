"""The commands of `python3 app.py`. Each prepares the instance and calls one thing that does the work."""

import argparse
import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import FrameType, ModuleType
from typing import NoReturn

from flask import Flask, current_app
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from crowd import config, create_app, outbox
from crowd.db import WRITERS, db, engine_is_postgres, sqlite_module, transaction
from crowd.models import Site

STARTS = WRITERS + 1  # the advisory lock that stands for "I start" on PostgreSQL
MIGRATIONS = config.ROOT / "crowd" / "migrations" / "versions"


def main(argv: list[str]) -> int:
    """Run one command; the exit status. What a host can mend is said in a sentence, without a traceback."""
    refuse_unknown(argv)
    args = parser().parse_args(argv)
    if args.does is measure:
        return int(measure(args))
    if args.does is verify_record and not config.is_there():
        return int(verify_record(None, args))
    os.umask(0o077)  # the database, its log and kept mails are for their owner alone
    try:
        app = create_app()
        with app.app_context():
            make_ready(app, args)
            if args.does is not serve and signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
                signal.signal(signal.SIGINT, signal.default_int_handler)  # app.py had turned it off for the imports
            return int(args.does(app, args) or 0)
    except config.BadSetting as error:
        stop(str(error))
    except (OperationalError, Unusable) as error:
        stop(f"The database cannot be used: {said(error)}")
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130  # as shells say it for Ctrl-C


class Unusable(Exception):
    """The database is there but not one of ours: corrupt, of another make, or without the rights we need."""


def said(error: Exception) -> str:
    """The driver's own words on one line. They name host and user, but no password."""
    words = " ".join(str(getattr(error, "orig", None) or error).split()).rstrip(".")
    if "locked" in words:
        words += "; another program is holding it. End that one, then start again"
    return words + "."


def stop(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


def refuse_unknown(argv: list[str]) -> None:
    """An unknown command, in a sentence: argparse calls it an invalid choice of an argument without a name."""
    if argv and not argv[0].startswith("-") and argv[0] not in parser().get_default("known"):
        stop(f"Crowd knows no command “{argv[0]}”. What there is: python3 app.py --help")


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser("app.py", description="Crowd: a forum for crowdsourced policy.")
    top.set_defaults(does=serve, fill=welcome)
    commands = top.add_subparsers(title="commands", metavar="")
    top.set_defaults(known=commands.choices)
    run = commands.add_parser("run", help="serve this instance, without a demonstration")
    run.set_defaults(fill=begin)
    demo = commands.add_parser("demo", help="make the demonstration anew at a point of its life, and serve it")
    demo.add_argument("--phase", choices=["registration", "members", "analysis", "open", "closed"], default="members")
    demo.add_argument("--consultation", choices=["ahp", "expert"], default="ahp")
    demo.set_defaults(fill=demonstrate)
    work = commands.add_parser("work", help="send mails, as a process of its own")
    work.set_defaults(does=send_mails, fill=nothing)
    polis = commands.add_parser("import-polis", help="read a Polis export into a consultation")
    polis.add_argument("folder", type=Path)
    polis.set_defaults(does=import_polis, fill=begin)
    count = commands.add_parser("recount", help="compare the kept counts with what is there, and mend them")
    count.set_defaults(does=recount, fill=nothing)
    account = commands.add_parser("host", help="make or find a host's account and print a one-time link to sign in")
    account.add_argument("email")
    account.set_defaults(does=make_host, fill=nothing)
    check = commands.add_parser("verify-record", help="check the record of a phase that somebody has downloaded")
    check.add_argument("file", type=Path)
    check.add_argument("--sha256", default="", help="as the public timeline shows it")
    check.set_defaults(does=verify_record, fill=nothing)
    table = commands.add_parser("rules", help="print docs/rules.md: who may do what, when")
    table.set_defaults(does=print_rules, fill=nothing)
    bench = commands.add_parser("bench", help="measure against the bare server")
    bench.add_argument("--scale", type=int, default=1)
    bench.add_argument("--growth", type=int, default=50_000)
    bench.add_argument("--json", type=Path)
    bench.add_argument("--quick", action="store_true")
    bench.add_argument("--servers", action="store_true")
    bench.set_defaults(does=measure, fill=nothing)
    return top


def newest_revision() -> str:
    """The last migration's number: the files are named by it, so that a start needs no Alembic."""
    return max(file.name[:4] for file in MIGRATIONS.glob("[0-9]*.py"))


@contextmanager
def one_start_at_a_time(app: Flask) -> Iterator[None]:
    """Two first starts at once would both make the tables and both load the demonstration: the second one waits."""
    if not engine_is_postgres():
        with (Path(app.config["INSTANCE"]) / "start.lock").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": STARTS})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": STARTS})


def make_ready(app: Flask, args: argparse.Namespace) -> None:
    """Tables, and where the command wants one the demonstration. Raises Unusable, OperationalError."""
    with ExitStack() as turn:
        try:
            turn.enter_context(one_start_at_a_time(app))
            refuse_locked(Path(app.config["INSTANCE"]) / "crowd.db")
            prepare()
        except OperationalError:
            raise
        except DBAPIError as error:
            raise Unusable(str(error.orig)) from error
        args.fill(args)


def refuse_locked(file: Path) -> None:
    """A database that cannot even be read for three seconds is held by something else than a busy Crowd."""
    if engine_is_postgres() or not file.exists():
        return
    sqlite = sqlite_module()
    with closing(sqlite.connect(file, timeout=3)) as connection:
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite.DatabaseError as error:
            raise Unusable(str(error)) from error


def prepare() -> None:
    """Bring the database to this code's revision; refuse one that newer code has made."""
    there = inspect(db.engine).has_table("alembic_version")
    revision = db.session.scalar(text("SELECT version_num FROM alembic_version")) if there else ""
    db.session.rollback()
    if revision and revision > newest_revision():
        stop(
            f"The database has revision {revision}, but this Crowd knows only {newest_revision()}: "
            "it was made by a newer version. Start that version, or restore a backup made by this one."
        )
    if revision != newest_revision():
        migrations(current_app).upgrade()
    db.session.remove()


def migrations(app: Flask) -> ModuleType:
    """Flask-Migrate, made ready for this app. Its import costs 0.2 s, which a second start need not pay."""
    import flask_migrate

    flask_migrate.Migrate(app, db, directory=str(MIGRATIONS.parent))
    return flask_migrate  # type: ignore[no-any-return]  # it comes without types


def is_new() -> bool:
    return db.session.scalar(select(Site.id)) is None


def nothing(_args: argparse.Namespace) -> None:
    """Most commands take the instance as it is."""


def begin(_args: argparse.Namespace) -> None:
    """An instance of one's own: without the demonstration, but not empty."""
    from crowd.hosting import deeds

    if is_new():
        with transaction():
            deeds.begin()


def welcome(_args: argparse.Namespace) -> None:
    """The bare command: a new instance gets the demonstration."""
    if is_new():
        from crowd.demonstration import load

        print("A new instance: loading the demonstration ...", flush=True)
        load.everything(phase="members")


def demonstrate(args: argparse.Namespace) -> None:
    from crowd.demonstration import load

    if not is_new() and not db.session.scalar(select(Site.demonstration)):
        stop(
            "This instance holds real data: a demonstration would stand among it. "
            "Name another folder with CROWD_INSTANCE."
        )
    print(f"Making the demonstration, phase: {args.phase} ...", flush=True)
    load.everything(phase=args.phase, consultation=args.consultation)


def send_mails(app: Flask, args: argparse.Namespace) -> int:
    ending = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ending.set()
        outbox.wake.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    print("Sending mails as they fall due; Ctrl-C ends it.", flush=True)
    outbox.work(ending)
    return 0


def import_polis(app: Flask, args: argparse.Namespace) -> int:
    from crowd.imports import export, polis

    try:
        print(polis.load(args.folder))
    except export.BadExport as error:
        stop(str(error))
    return 0


def recount(app: Flask, args: argparse.Namespace) -> int:
    from crowd.evidence import storing
    from crowd.i18n import _
    from crowd.threads.recount import mend

    print(mend())
    if swept := storing.sweep():
        print(_("%(n)s files that nothing names any more have been removed.", n=swept))
    return 0


def make_host(app: Flask, args: argparse.Namespace) -> int:
    from crowd.hosting import deeds

    try:
        print(deeds.found_host(args.email))
    except deeds.Refusal as refusal:
        stop(str(refusal))
    return 0


def verify_record(app: Flask | None, args: argparse.Namespace) -> int:
    """Without an app there is no instance here to compare with, and none is made."""
    from crowd.switching import records

    trusted = bool(args.sha256.strip())
    try:
        found, stamp = records.check(args.file.read_bytes(), args.sha256)
        print(f"{args.file} says that it is {records.named(found)}; its SHA-256 is {stamp}.")
        print(records.compared(found, stamp, trusted) if app else records.without_instance(trusted))
    except (records.BadRecord, OSError) as error:
        stop(str(error))
    return 0


def print_rules(app: Flask, args: argparse.Namespace) -> int:
    from crowd.consultations import table

    print(table.markdown(), end="")
    return 0


def measure(args: argparse.Namespace) -> int:
    """Leaves this instance alone: the bench makes its own in a temporary folder."""
    sys.path.insert(0, str(config.ROOT))
    from bench import run

    return run.main(scale=args.scale, out=args.json, quick=args.quick, servers=args.servers, growth=args.growth)


def serve(app: Flask, _args: argparse.Namespace) -> int:
    from crowd import serving  # the server is needed for no other command

    return serving.serve(app)
