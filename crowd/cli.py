"""`python3 app.py` from its arguments to its exit status: the instance is made ready, then the command runs."""

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from crowd import config, create_app
from crowd.commands import measure, parser, serve, stop, verify_record
from crowd.db import WRITERS, db, engine_is_postgres, sqlite_module
from crowd.keeping import restore, schema
from crowd.keeping.places import Refused

STARTS = WRITERS + 1  # the advisory lock that stands for "I start" on PostgreSQL


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
        if restore.finish(config.instance_folder()):
            print("A restore that had been broken off was brought to its end.", file=sys.stderr)
        if args.alone:
            return int(args.does(None, args) or 0)
        app = create_app()
        with app.app_context():
            make_ready(app, args)
            if args.does is not serve and signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
                signal.signal(signal.SIGINT, signal.default_int_handler)  # app.py had turned it off for the imports
            return int(args.does(app, args) or 0)
    except (config.BadSetting, Refused) as error:
        stop(str(error))
    except (DBAPIError, Unusable) as error:
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
    if "readonly" in words or "unable to open" in words:
        words += f". Make {config.instance_folder()} and all in it writable for the user who runs this"
    if "disk" in words:
        words += ". Look whether the disk is full (df), and whether it reports faults"
    return words + "."


def refuse_unknown(argv: list[str]) -> None:
    """An unknown command, in a sentence: argparse calls it an invalid choice of an argument without a name."""
    if argv and not argv[0].startswith("-") and argv[0] not in parser().get_default("known"):
        stop(f"Crowd knows no command “{argv[0]}”. What there is: python3 app.py --help")


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
    """Bring the database to this code's schema, one with rows after a backup. Raises Refused; then nothing changed."""
    if said := schema.make_ready(Path(current_app.config["INSTANCE"])):
        print(said, file=sys.stderr, flush=True)
    db.session.remove()
