"""`import`: a consultation that was exported elsewhere, taken in here: verified first, then in one transaction.

A death before its end leaves at most files that nothing names, which `recount` removes."""

import fcntl
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, text, update
from sqlalchemy.exc import DataError, IntegrityError

from crowd import clock, log
from crowd.consultations.queries import RESERVED, SLUG
from crowd.db import db, engine_is_postgres, transaction
from crowd.evidence import storing
from crowd.keeping import archive, backup, places, rows, schema, scope, travel
from crowd.keeping.addresses import Addresses
from crowd.keeping.places import Refused
from crowd.keeping.progress import progress
from crowd.keeping.travel import Ids, Row
from crowd.models import Consultation, Person, Reason
from crowd.models.people import FORMER_MEMBER, NOWHERE
from crowd.search import deeds as index
from crowd.switching import news
from crowd.threads import numbers

STAGE = "importing"
SHARED = frozenset({"people", "reasons"})  # of which some are here already


class Arrived(NamedTuple):
    """What came: the consultation, its rows by table, and how many of its people had an account here."""

    consultation: Consultation
    rows: dict[str, int]
    linked: int
    code_before: str
    missing: list[str]


def take_in(file: Path, instance: Path, slug: str = "") -> Arrived:
    """Take a consultation in, under its own short name or another one. Raises Refused; then nothing has changed."""
    found = archive.opened(file, archive.CONSULTATION)
    slug = slug or str(found.manifest["slug"])
    _refuse_slug(slug)
    with _staged(instance) as stage:
        try:
            found.extract(stage)
            if found.schema < places.newest_revision():
                _bring_up(stage, found.schema)
            with transaction() as session:
                arriving = Arriving(session.connection(), stage / "rows", found.manifest, slug)
                made = arriving.take_in()
                _put_files(stage / "uploads")
        except OSError as error:
            where = error.filename or stage
            raise Refused(
                f"It could not be taken in: {error.strerror or error}: {where}. Nothing was changed."
            ) from error
        finally:
            progress("")
    there = {str(name): int(n) for name, n in found.manifest["rows"].items()}
    return Arrived(made, there, arriving.linked, str(found.manifest["code"]), found.manifest["missing"])


def _refuse_slug(slug: str) -> None:
    if not re.fullmatch(SLUG, slug) or len(slug) > 60 or slug in RESERVED:
        raise Refused(f"“{slug}” cannot be a short name. Use small letters, digits and single hyphens, such as ahp-2.")
    if db.session.scalar(select(Consultation.id).where(Consultation.slug == slug)):
        raise Refused(
            f"There is a consultation “{slug}” here already, and nothing was changed. "
            "To take this one in beside it, give it another short name: --as NEWNAME"
        )


@contextmanager
def _staged(instance: Path) -> Iterator[Path]:
    """A folder to take it out in, for one import at a time; what a killed one left is removed."""
    stage = instance / STAGE
    with (instance / f"{STAGE}.lock").open("a") as turn:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("Another import is just being taken in here. Wait for it, then try again.") from None
        shutil.rmtree(stage, ignore_errors=True)
        stage.mkdir(mode=0o700)
        try:
            yield stage
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _bring_up(stage: Path, revision: str) -> None:
    """Rows of an older version become rows of this one, in a database of their own."""
    files = {path.stem: path for path in (stage / "rows").glob("*.jsonl")}
    with places.database("", stage), db.engine.connect() as connection, connection.begin():
        schema.migrate(connection, revision)
        rows.load(connection, {name: backup.lines_of(path) for name, path in files.items()})
        schema.migrate(connection)
        for table in (*scope.GOES, "people"):
            with (stage / "rows" / f"{table}.jsonl").open("wb") as out:
                out.writelines(rows.lines(connection, table))


def _turned(pairs: Mapping[Any, Any]) -> dict[Any, Any]:
    return {new: old for old, new in pairs.items()}


def _put_files(folder: Path) -> None:
    for path in sorted(folder.glob("*/*")):
        with path.open("rb") as file:
            storing.put_in_place(storing.put_aside(file))


class Arriving:
    """The rows of a file on their way into this database, each under a number that is free here."""

    def __init__(self, connection: Connection, folder: Path, about: Mapping[str, Any], slug: str) -> None:
        self.connection, self.folder, self.slug, self.linked = connection, folder, slug, 0
        self.was: dict[str, str] = {"slug": str(about["slug"]), "code": str(about["code"])}
        self.code = self.was["code"]
        if self.code and numbers.is_taken(self.code):
            self.code = numbers.proposed(slug, clock.now().year)
        self.here: dict[str, dict[int, int]] = {"people": {}, "reasons": {}}  # which of them are here already
        self.new: dict[str, dict[int, int]] = {}
        self.with_people = bool(about["people"])

    def take_in(self) -> Consultation:
        """All of it, part of the caller's transaction. Raises Refused."""
        self._find_shared()
        for table in (*scope.GOES, "people"):
            if "id" in travel.names(table):
                self.new[table] = self._numbered(table)
        ids = Ids(self.new, self._addresses(back=False).anew)
        order = [table.name for table in db.metadata.sorted_tables if table.name in {*scope.GOES, "people"}]
        for n, table in enumerate(order):
            progress("Writing rows", n, len(order))
            try:
                self._write(table, ids)
            except (DataError, IntegrityError) as error:
                raise Refused(
                    f"The database does not take a row of {table}: {str(error.orig).splitlines()[0]}. "
                    "Nothing was changed. Please report this sentence."
                ) from None
        self._compare(order)
        made = db.session.get_one(Consultation, self.new["consultations"][1])
        index.mend()
        news.let_rest(made)
        log.record("consultation taken in", by=None, slug=self.slug, people=self.with_people)
        return made

    def rows(self, table: str) -> Iterator[Row]:
        return travel.read(backup.lines_of(self.folder / f"{table}.jsonl"))

    def _find_shared(self) -> None:
        """People who have an account under the same address, and reasons with the same words."""
        there = {row.email: row.id for row in db.session.execute(select(Person.email, Person.id))}
        for row in self.rows("people"):
            if row["email"] in there and (row["email"] == FORMER_MEMBER or not row["email"].endswith(NOWHERE)):
                self.here["people"][row["id"]] = there[row["email"]]
                self.linked += row["email"] != FORMER_MEMBER
        reasons = {reason.title: reason for reason in db.session.scalars(select(Reason))}
        for row in self.rows("reasons"):
            same = reasons.get(row["title"])
            if same is not None and all(getattr(same, name) == row[name] for name in ("text", "rule", "decision")):
                self.here["reasons"][row["id"]] = same.id
        self.titles = set(reasons)

    def _numbered(self, table: str) -> dict[int, int]:
        here, last = self.here.get(table, {}), self._last(table)
        found: dict[int, int] = {}
        for row in self.rows(table):
            if (known := here.get(row["id"])) is None:
                last = known = last + 1
            found[row["id"]] = known
        return found

    def _last(self, table: str) -> int:
        """The highest number that was given; of PostgreSQL also one whose row is gone."""
        most = int(self.connection.scalar(text(f"SELECT coalesce(max(id), 0) FROM {table}")) or 0)  # noqa: S608  # of ours
        if not engine_is_postgres():
            return most
        sequence = self.connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table})
        given = self.connection.scalar(text(f"SELECT last_value FROM {sequence}")) if sequence else 0  # noqa: S608  # of ours
        return max(most, int(given or 0))

    def _addresses(self, *, back: bool) -> Addresses:
        texts, slug, code = self.new["contributions"], {self.was["slug"]: self.slug}, {self.was["code"]: self.code}
        if back:
            return Addresses("", _turned(texts), _turned(slug), _turned(code))
        return Addresses("", texts, slug, code)

    def _write(self, table: str, ids: Ids) -> None:
        """What names a row of the same table, which may come later, is filled in when all are there."""
        of = db.metadata.tables[table]
        own = [c.name for c in of.columns for key in c.foreign_keys if key.column.table.name == table]
        known = self.here.get(table, {})
        later: list[dict[str, int]] = []

        def lines() -> Iterator[bytes]:
            yield rows.line(sorted(column.name for column in of.columns))
            for row in self.rows(table):
                if row.get("id") in known:
                    continue
                new = travel.changed(table, row, ids) | self._anew(table, row)
                later.extend({"key": new["id"], "to": new[name]} for name in own if new[name])
                yield rows.line([value for _name, value in sorted((new | dict.fromkeys(own)).items())])

        rows.write(self.connection, table, lines())
        for name in own if later else ():
            change = update(of).where(of.c.id == bindparam("key")).values({name: bindparam("to")})
            self.connection.execute(change, later)

    def _anew(self, table: str, row: Row) -> Row:
        """What cannot be here as it was there."""
        if table == "consultations":
            return {"slug": self.slug, "code": self.code}
        if table == "people" and row["email"].endswith(NOWHERE) and row["email"] != FORMER_MEMBER:
            return {"email": f"{self.slug}-{self.new[table][row['id']]}{NOWHERE}"}
        if table == "reasons":
            titles = (row["title"], *(f"{row['title'][:90]} ({n})" for n in range(2, 1000)))
            title = next(title for title in titles if title not in self.titles)
            self.titles.add(title)
            return {"title": title, "retired": True}
        return {}

    def _compare(self, order: list[str]) -> None:
        """Read back what was written, under the numbers of the file. Raises Refused where anything differs."""
        back = {table: _turned(of) for table, of in self.new.items()}
        ids = Ids(back, self._addresses(back=True).anew)
        for n, table in enumerate(order):
            progress("Comparing", n, len(order))
            if table in SHARED:
                continue
            lines = rows.lines(self.connection, table, travel.which(table, self.new["consultations"][1]))
            wanted = rows.stamp_of(backup.lines_of(self.folder / f"{table}.jsonl"))
            rows.refuse_other(rows.stamp_of(self._as_in_file(table, lines, ids)), wanted, table)

    def _as_in_file(self, table: str, lines: Iterator[bytes], ids: Ids) -> Iterator[bytes]:
        yield rows.line(sorted(column.name for column in db.metadata.tables[table].columns))
        for row in travel.read(lines):
            new = travel.changed(table, row, ids) | (self.was if table == "consultations" else {})
            yield rows.line([value for _name, value in sorted(new.items())])
