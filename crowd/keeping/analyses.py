"""What results of analyses name, for when a consultation goes elsewhere: contributions and other runs, under these
words alone and however deep within; everything else in them is words and figures."""

import json
from typing import Any

NAMED = {"contribution": "contributions", "contributions": "contributions", "run": "runs"}


def renamed(row: dict[str, Any], ids: Any) -> dict[str, Any]:
    """The columns of a run in which rows are named, as these are called elsewhere (`travel.Ids`)."""
    return {name: json.dumps(_renamed(_read(row[name]), ids)) for name in ("parameters", "result")}


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _renamed(value: Any, ids: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(each, ids) for each in value]
    if not isinstance(value, dict):
        return value
    return {name: called(NAMED[name], of, ids) if name in NAMED else _renamed(of, ids) for name, of in value.items()}


def called(table: str, named: Any, ids: Any) -> Any:
    """A row or several rows of a table, as they are called elsewhere."""
    return [ids.get(table, number) for number in named] if isinstance(named, list) else ids.get(table, named)
