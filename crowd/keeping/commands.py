"""The commands of keeping: they work on the instance as it lies there, without making it ready first."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from crowd import config
from crowd.keeping import archive, backup, doctor, moving, places, restore, schema

Adding = Callable[..., argparse.ArgumentParser]


def add(command: Adding) -> None:
    """Put them into the table of commands."""
    made = command("backup", help="write database, uploads and settings into one file, while people write")
    made.add_argument("file", type=Path, nargs="?", help="a file or a folder; without one, backups in the instance")
    made.set_defaults(does=take_backup)
    made = command("upgrade", help="bring the database to this version, after a backup")
    made.set_defaults(does=upgrade)
    made = command("doctor", help="look the instance over: what is wrong with it, and what to do")
    made.set_defaults(does=examine)
    made = command("move-to-postgres", help="move all rows from crowd.db to an empty PostgreSQL database")
    made.add_argument("url", help="postgresql://user:password@host/name")
    made.set_defaults(does=move)
    made = command("restore", help="verify a backup and put it in place of the instance")
    made.add_argument("file", type=Path)
    made.add_argument("--overwrite", action="store_true", help="an instance that is there is put to the side")
    made.add_argument("--send-mails", action="store_true", help="do not hold back the mails that were waiting")
    made.set_defaults(does=put_back)
    made = command("export", help="write one consultation into a file that another instance can take in")
    made.add_argument("slug", help="its short name, as in its address /c/SLUG/")
    made.add_argument("file", type=Path)
    made.add_argument("--with-people", action="store_true", help="with e-mail addresses and names; you are asked first")
    made.set_defaults(does=export)
    made = command("verify", help="check that a backup, or the file of one consultation, is as it was written")
    made.add_argument("file", type=Path)
    made.set_defaults(does=verify)


def take_backup(_app: Flask | None, args: argparse.Namespace) -> int:
    settings = places.settings()
    instance = config.instance_folder()
    with places.database(str(settings["database_url"]), instance):
        taken = backup.take(instance, backup.place(instance, args.file))
    print(f"{taken.path} is written: {megabytes(taken.size)}.")
    for name in taken.missing[:5]:
        print(f"uploads/{name[:2]}/{name} is missing, though the database names it: it is not in the backup.")
    if not (instance / "config.toml").exists():
        print("There is no config.toml: keep the settings of your environment yourself, the secret key above all.")
    print("Keep a copy of it on another machine. It holds your secret key: keep it to yourself.")
    return 0


def upgrade(_app: Flask | None, _args: argparse.Namespace) -> int:
    """The same as every start does; by itself, so that a host sees how it went before anybody is let in."""
    settings = places.settings()
    instance = config.instance_folder()
    with places.one_start_at_a_time(instance), places.database(str(settings["database_url"]), instance):
        if not places.revision():
            raise places.Refused("The database is empty: there is nothing to upgrade.")
        print(schema.make_ready(instance) or f"The database has schema {places.newest_revision()} already.")
    return 0


def examine(_app: Flask | None, _args: argparse.Namespace) -> int:
    wrong = 0
    for found in doctor.look(places.settings(), config.instance_folder()):
        mark = {True: "well", False: "WRONG", None: "note"}[found.good]
        print(f"{found.what:9} {mark:6} {found.words}", flush=True)
        wrong += found.good is False
    print(f"{wrong} things need you." if wrong > 1 else "One thing needs you." if wrong else "All is well.")
    return 1 if wrong else 0


def move(_app: Flask | None, args: argparse.Namespace) -> int:
    if places.settings()["database_url"]:
        raise places.Refused("The settings name a PostgreSQL database already: there is nothing to move.")
    config.refuse_database(args.url)
    print(moving.to_postgres(config.instance_folder(), args.url))
    return 0


def put_back(_app: Flask | None, args: argparse.Namespace) -> int:
    print(restore.restore(args.file, config.instance_folder(), args.overwrite, not args.send_mails))
    return 0


def export(_app: Flask | None, args: argparse.Namespace) -> int:
    from crowd.keeping import leaving

    settings, instance = places.settings(), config.instance_folder()
    with places.database(str(settings["database_url"]), instance):
        of = leaving.found(args.slug)
        path = leaving.place(args.slug, args.file)
        if args.with_people and not _agreed(leaving.reachable(of)):
            raise places.Refused("Nothing was written. Without --with-people no address goes along.")
        base = str(settings["base_url"]).rstrip("/")
        left = leaving.write(of, path, instance, base=base, people=args.with_people)
    print(f"{left.path} is written: {megabytes(left.size)}, {sum(left.rows.values()):,} rows.")
    for name in left.missing[:5]:
        print(f"uploads/{name[:2]}/{name} is missing, though a text names it: it is not in the file.")
    print("It holds more than the pages show: texts that wait, were returned, refused or struck out, notes of")
    print("moderators, reports, and who wrote and voted what under which alias. Keep it as you keep a backup.")
    if not args.with_people:
        print("No address, password or second factor is in it.")
    return 0


def verify(_app: Flask | None, args: argparse.Namespace) -> int:
    """From its first byte to its last, without an instance: whoever was given it can ask."""
    found = archive.verified(args.file)
    print(f"{args.file} is as it was written: {len(found.files):,} files, {megabytes(found.size)}.")
    about = found.manifest
    what = f"the consultation “{about['title']}”" if about.get("what") == archive.CONSULTATION else "a whole instance"
    print(f"It holds {what}, made on {str(about['made_at'])[:10]} by Crowd {about['version']}.")
    for name in about.get("missing", [])[:5]:
        print(f"uploads/{name[:2]}/{name} was missing already where it was made.")
    return 0


def _agreed(number: int) -> bool:
    print(f"The file will hold the e-mail addresses and names of {number:,} people. They have to be told where their")
    print("data go, and the other host has to be allowed to have them. Write them into the file? Type yes: ", end="")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() == "yes"


def take_in(app: Flask | None, args: argparse.Namespace) -> int:
    from crowd.keeping import arriving

    came = arriving.take_in(args.file, config.instance_folder(), args.slug or "")
    made, rows = came.consultation, came.rows
    print(f"“{made.title}” is at /c/{made.slug}/ now: {rows['contributions']:,} texts, {rows['votes']:,} votes,")
    print(f"{rows['people']:,} people. What was read back from the database is what the file holds.")
    if came.linked:
        print(f"{came.linked:,} of them had an account here under the same address, and keep it.")
    print("Texts have other numbers here: links between them lead to the right ones, an old /p/… does not.")
    if made.code != came.code_before:
        print(f"Its citable numbers begin with {made.code} here, because {came.code_before} is taken.")
    for name in came.missing[:5]:
        print(f"The file {name} was missing already where it came from.")
    print("Nobody was mailed. Nobody has got a role by it: give roles under Host, People.")
    return 0


def megabytes(size: Any) -> str:
    return f"{size / 1_000_000:.1f} MB"
