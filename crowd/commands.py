"""The table of commands, and what each does: it calls one thing that does the work and prints what came of it."""

import argparse
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from flask import Flask
from sqlalchemy import select

from crowd import config, outbox
from crowd.db import db, transaction
from crowd.keeping import commands as keeping
from crowd.keeping import places
from crowd.languages import commands as languages
from crowd.models import Site


class Whole(argparse.ArgumentParser):
    """Takes options only as they are written: no "--over" puts a backup over an instance."""

    def __init__(self, **more: Any) -> None:
        super().__init__(allow_abbrev=False, **more)


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser("app.py", description="Crowd: a forum for crowdsourced policy.")
    top.set_defaults(does=serve, fill=welcome, alone=False)
    commands = top.add_subparsers(title="commands", metavar="", parser_class=Whole)
    top.set_defaults(known=commands.choices)
    run = commands.add_parser("run", help="serve this instance, without a demonstration")
    run.set_defaults(fill=begin)
    demo = commands.add_parser("demo", help="make the demonstration anew at a point of its life, and serve it")
    demo.add_argument("--phase", choices=["registration", "members", "analysis", "open", "closed"], default="members")
    demo.add_argument("--consultation", choices=["ahp", "expert"], default="ahp")
    demo.set_defaults(fill=demonstrate)
    work = commands.add_parser("work", help="send mails, as a process of its own")
    work.set_defaults(does=send_mails, fill=nothing)
    _gatherings(commands)
    take = commands.add_parser("import", help="take in a consultation that another instance has exported")
    take.add_argument("file", type=Path)
    take.add_argument("--as", dest="slug", metavar="NEWNAME", help="under another short name")
    take.set_defaults(does=keeping.take_in, fill=begin)
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
    for area in (keeping, languages):
        area.add(lambda name, **how: _alone(commands.add_parser(name, **how)))
    return top


def _gatherings(commands: Any) -> None:
    """What reads contributions from elsewhere."""
    for name, source, words in (
        ("import-polis", "polis", "read a Polis export into a consultation"),
        ("import-csv", "csv", "read contributions and comments from CSV files into a consultation"),
        ("import-decide-madrid", "decide-madrid", "read proposals and comments of Decide Madrid into a consultation"),
    ):
        gather = commands.add_parser(name, help=words)
        gather.add_argument("folder", type=Path, nargs="+", help="a folder, a zip, or the files")
        gather.add_argument("--into", default="", metavar="NAME", help="the short name of the consultation")
        gather.add_argument("--title", default="", help="of a new consultation")
        gather.add_argument("--dry-run", action="store_true", help="say what would be taken, and write nothing")
        gather.set_defaults(does=gather_in, fill=begin, source=source)


def _alone(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """One that works on the instance as it lies there: no app is made, and no database is brought up to date."""
    command.set_defaults(alone=True, fill=nothing)
    return command


def stop(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


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
    places.say_running(Path(app.config["INSTANCE"]))
    print("Sending mails as they fall due; Ctrl-C ends it.", flush=True)
    outbox.work(ending)
    return 0


def gather_in(app: Flask, args: argparse.Namespace) -> int:
    from crowd.imports import running, sources

    how = {"into": args.into, "title": args.title, "dry": args.dry_run}
    try:
        print(running.run(args.source, sources.of_paths(args.folder), **how))
    except running.BadExport as error:
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
