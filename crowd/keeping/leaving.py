"""`export`: one consultation with all that belongs to it, as a sealed file that another instance can take in.

It is read in one snapshot while people write, as a backup is."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, text

from crowd import log
from crowd.db import db, engine_is_postgres, transaction
from crowd.keeping import archive, backup, places, rows, scope, travel
from crowd.keeping.addresses import Addresses
from crowd.keeping.places import Refused
from crowd.keeping.progress import progress
from crowd.keeping.travel import Ids, Row
from crowd.models import Consultation, Membership, Person
from crowd.models.people import FORMER_MEMBER, NOWHERE


class Left(NamedTuple):
    """An export that is there: how many rows it has of each table, and which files were missing."""

    path: Path
    size: int
    rows: dict[str, int]
    missing: list[str]


def found(slug: str) -> Consultation:
    """The consultation of this name. Raises Refused."""
    if places.revision() != places.newest_revision():
        raise Refused("The database is not of this version. Run “python3 app.py upgrade” first.")
    there = db.session.scalars(select(Consultation).order_by(Consultation.id)).all()
    wanted = next((one for one in there if one.slug == slug), None)
    if wanted is None:
        names = ", ".join(one.slug for one in there) or "none at all"
        raise Refused(f"There is no consultation “{slug}” here. There is: {names}.")
    return wanted


def reachable(consultation: Consultation) -> int:
    """How many of its participants have an address, which goes along if a host wants that."""
    its = select(Membership.person_id).where(Membership.consultation_id == consultation.id)
    real = Person.id.in_(its), Person.email.not_like(f"%{NOWHERE}")
    return db.session.scalar(select(func.count()).select_from(Person).where(*real)) or 0


def place(slug: str, file: Path) -> Path:
    """Where it goes: the file as it is given, or one with its name in the folder. Raises Refused."""
    path = (file / f"{slug}.zip" if file.is_dir() else file).absolute()
    if path.exists():
        raise Refused(f"{path} is there already. Name another file.")
    if not path.parent.is_dir():
        raise Refused(f"There is no folder {path.parent}. Make it, or name another one.")
    return path


def write(of: Consultation, path: Path, instance: Path, *, base: str = "", people: bool = False) -> Left:
    """Export it; with `people`, their addresses and names go along. `base` is the address of this instance, under which
    texts may link to each other. The log says that it was done. Raises Refused; then there is no file."""
    with transaction():
        log.record("consultation exported", by=None, slug=of.slug, people=people)
    archive.sweep(path.parent)
    try:
        with archive.writing(path) as out:
            out.facts = {"what": archive.CONSULTATION, "schema": places.newest_revision(), "people": people}
            out.facts |= {"slug": of.slug, "code": of.code, "title": of.title}
            counts = _rows(out, of, instance, base, people)
    except OSError as error:
        raise Refused(
            f"The export could not be written: {error.strerror or error}: {error.filename or path}. "
            "Make room, or name a file on another disk. No file was left."
        ) from error
    except backup.Vanished:
        raise Refused("A file was removed while it was being copied. Try again; no file was left.") from None
    finally:
        progress("")
    return Left(path, path.stat().st_size, counts, out.facts["missing"])


def _rows(out: archive.Writer, of: Consultation, instance: Path, base: str, people: bool) -> dict[str, int]:
    snapshot = {"isolation_level": "REPEATABLE READ"} if engine_is_postgres() else {}
    counts: dict[str, int] = {}
    with db.engine.connect().execution_options(**snapshot) as connection:
        leaving = Leaving(connection, of, base, people)
        tables = (*scope.GOES, "people")
        for n, table in enumerate(tables):
            progress("Reading rows", n, len(tables))
            lines = leaving.lines(table)
            out.add(f"rows/{table}.jsonl", _counted(lines, table, counts))
        where = travel.which("attachments", of.id)
        named = connection.scalars(text(f"SELECT DISTINCT sha256 FROM attachments WHERE {where} ORDER BY 1"))  # noqa: S608  # of ours
        out.facts["missing"] = backup.add_uploads(out, instance / "uploads", list(named))
    out.facts["rows"] = counts
    return counts


def _counted(lines: Iterable[bytes], table: str, counts: dict[str, int]) -> Iterator[bytes]:
    counts[table] = -1  # the names of the columns
    for line in lines:
        counts[table] += 1
        yield line


class Leaving:
    """The rows of a consultation as its file holds them: counted from 1 in each table."""

    def __init__(self, connection: Connection, of: Consultation, base: str, people: bool) -> None:
        self.connection, self.key, self.with_people = connection, of.id, people
        numbers = {table: self._numbered(table) for table in scope.GOES if "id" in travel.names(table)}
        its = Addresses(base, numbers["contributions"], {of.slug: of.slug}, {of.code: of.code})
        whom = _Named()
        for table in scope.GOES:
            for row in self.rows(table):
                travel.changed(table, row, Ids(numbers | {"people": whom}, str))
        self.leaving = self._who(whom)
        numbers["people"] = {row["id"]: n for n, row in enumerate(self.leaving, 1)}
        self.ids = Ids(numbers, its.anew)

    def rows(self, table: str) -> Iterator[Row]:
        return travel.read(rows.lines(self.connection, table, travel.which(table, self.key)))

    def lines(self, table: str) -> Iterator[bytes]:
        """What the file has of a table."""
        columns, *_more = rows.lines(self.connection, table, "1 = 0")
        yield columns
        found: Iterable[Row] = self.leaving if table == "people" else self.rows(table)
        made = (self._made(table, row) for row in found)
        for row in sorted(made, key=_number) if table == "reasons" else made:
            yield rows.line([row[name] for name in json.loads(columns)])

    def _made(self, table: str, row: Row) -> Row:
        new = travel.changed(table, row, self.ids)
        if table == "people":
            new |= self._kept_of_person(row, new["id"])
        if table == "expert_requests" and not self.with_people:
            new |= {"email": ""} | ({} if row["contribution_id"] else {"name": ""})
        return new

    def _kept_of_person(self, row: Row, number: int) -> Row:
        """Staff keep their names, which hosts read in the log; addresses go with people alone."""
        if row["email"] == FORMER_MEMBER:
            return {}
        if self.with_people and not row["email"].endswith(NOWHERE):
            return {}
        came = row["email"].endswith(NOWHERE)  # with a name only if they were staff where they came from
        kept = {
            "name": row["name"] if row["roles"] or came else "",
            "email": f"{number}{NOWHERE}",
            "confirmed_at": None,
        }
        return kept | {"approval_mails": True, "news_mails": True, "desk_keys": True}

    def _numbered(self, table: str) -> dict[int, int]:
        """By id; reasons, which instances share, by their titles."""
        found = self.rows(table)
        if table == "reasons":
            found = iter(sorted(found, key=lambda row: str(row["title"])))
        return {row["id"]: n for n, row in enumerate(found, 1)}

    def _who(self, whom: dict[int, int]) -> list[Row]:
        found = [row for row in travel.read(rows.lines(self.connection, "people")) if row["id"] in whom]
        return sorted(found, key=lambda row: (row["email"] != FORMER_MEMBER, row["id"]))


def _number(row: Row) -> int:
    return int(row["id"])


class _Named(dict[int, int]):
    """Takes note of whom the rows name."""

    def get(self, number: int, _else: Any = None) -> int:
        self[number] = number
        return number
