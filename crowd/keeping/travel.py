"""The rows of one consultation on their way to another instance, and back to what they name there.

In a file each table counts its rows from 1, so that nothing in it tells how much else the instance holds, and so that
the same consultation is the same bytes wherever it comes from. Whatever names a row is named here, once, for both
ways."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from crowd.db import db
from crowd.keeping import analyses
from crowd.keeping.scope import BLANK, FACTS, GOES, LISTS, NAMES
from crowd.threads.nesting import path_step

HTML = re.compile(r"(html|.*_html)")
Row = dict[str, Any]


def which(table: str, key: int) -> str:
    """The rows that go with the consultation of this id, as SQL."""
    return GOES[table].format(key=int(key))


def read(lines: Iterable[bytes]) -> Iterator[Row]:
    """Rows by the names of their columns."""
    source = iter(lines)
    columns = json.loads(next(source))
    for line in source:
        yield dict(zip(columns, json.loads(line), strict=True))


class Ids(NamedTuple):
    """What each row is called elsewhere, by table; the addresses within texts change along."""

    of: Mapping[str, Mapping[int, int]]
    addresses: Callable[[str], str]

    def get(self, table: str | None, number: Any) -> Any:
        """0 and nothing stay what they are; what did not come along is nothing."""
        return (self.of[table].get(number) if table else None) if number else number


@cache
def names(table: str) -> dict[str, str]:
    """Which columns of a table name rows of which."""
    keys = {c.name: key.column.table.name for c in db.metadata.tables[table].columns for key in c.foreign_keys}
    return {**keys, **NAMES.get(table, {})} | ({"id": table} if "id" in db.metadata.tables[table].columns else {})


def changed(table: str, row: Row, ids: Ids) -> Row:
    """A row as it is called elsewhere."""
    new = {**row, **{name: ids.get(other, row[name]) for name, other in names(table).items()}}
    new |= BLANK.get(table, {})
    new |= {name: ids.addresses(value) for name, value in row.items() if HTML.fullmatch(name) and value}
    return new | WITHIN[table](row, ids) if table in WITHIN else new


# ---- what names rows within a column --------------------------------------------------------------------------------


def _with_words(row: Row, ids: Ids) -> Row:
    """The host's texts in other languages, by language."""
    words = _read(row["words"])
    for texts in words.values():
        texts |= {name: ids.addresses(text) for name, text in texts.items() if HTML.fullmatch(name)}
    return {"words": _written(words)}


def _of_contribution(row: Row, ids: Ids) -> Row:
    steps = [row["path"][n : n + 6] for n in range(0, len(row["path"]), 6)]
    path = "".join(path_step(ids.get("contributions", int(step, 36))) for step in steps)
    return {"path": path, "once": f"imported-{ids.get('contributions', row['id'])}"}


def _of_version(row: Row, ids: Ids) -> Row:
    files = [ids.get("attachments", number) for number in _read(row["files"])]
    return {"files": _written([number for number in files if number])}


def _of_decision(row: Row, ids: Ids) -> Row:
    was = _read(row["was"])
    return {"was": _written(was | ({"version": ids.get("versions", was["version"])} if "version" in was else {}))}


def _of_merge(row: Row, ids: Ids) -> Row:
    tables = {"parent_id": "contributions", "parent_author_id": "people", "question_id": "questions"}
    was = {name: ids.get(tables[name], n) if name in tables else n for name, n in _read(row["was"]).items()}
    votes = [[ids.get("people", person), *more] for person, *more in _read(row["votes"])]
    return {"was": _written(was), "votes": _written(votes)}


def _of_report(row: Row, ids: Ids) -> Row:
    kind, _dash, number = row["reporter"].partition("-")
    return {"reporter": f"person-{ids.get('people', int(number))}"} if kind == "person" and number.isdigit() else {}


def _of_record(row: Row, ids: Ids) -> Row:
    facts = _read(row["facts"])
    new = {name: _fact(name, value, ids) for name, value in facts.items()}
    if row["deed"] in LISTS:
        for name, table in LISTS[row["deed"]].items():
            new[name] = analyses.called(table, facts[name], ids)
    if row["deed"] == "moved":
        for name in ("before", "after"):
            new[name] = facts[name] | {"question": ids.get("questions", facts[name]["question"])}
    if row["deed"] == "news told":
        new["what"] = _letter(facts["what"], ids)
    return {"facts": _written(new)}


def _fact(name: str, value: Any, ids: Ids) -> Any:
    return ids.get(FACTS[name], value) if name in FACTS and isinstance(value, int) else value


def _letter(what: str, ids: Ids) -> str:
    """Which letter was told, "opening-3" of a consultation or "moved-12" of a line; what did not come along is 0."""
    kind, _dash, number = what.rpartition("-")
    if not kind or not number.isdigit():
        return what
    table = {"moved": "records", "used": "findings"}.get(kind, "consultations")
    return f"{kind}-{ids.get(table, int(number)) or 0}"


WITHIN: dict[str, Callable[[Row, Ids], Row]] = {
    "consultations": _with_words,
    "questions": _with_words,
    "contributions": _of_contribution,
    "versions": _of_version,
    "decisions": _of_decision,
    "merges": _of_merge,
    "reports": _of_report,
    "records": _of_record,
    "runs": analyses.renamed,
    "expert_requests": lambda row, ids: {"secret": f"ended-{ids.get('expert_requests', row['id'])}"},
}


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _written(value: Any) -> str:
    return json.dumps(value)
