"""What the host's pages read about files on their way in."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import defer

from crowd import schedule
from crowd.db import db
from crowd.imports.rooms import TAKES
from crowd.keyed import opened
from crowd.models import Consultation, ImportFile, Record

SEAL = "import files"


def file(number: int) -> ImportFile | None:
    """Files on their way, their bytes left where they are."""
    return db.session.get(ImportFile, number, options=[defer(ImportFile.body)])


def size(number: int) -> int:
    """How many bytes wait to be taken in, without reading them."""
    return db.session.scalar(select(func.length(ImportFile.body)).where(ImportFile.id == number)) or 0


def report(row: ImportFile) -> dict[str, Any]:
    """What the last run over it said: sentences, and (file, row, sentence) of what is left."""
    if not row.report:
        return {"lines": [], "rows": [], "slug": "", "new": False}
    found: dict[str, Any] = json.loads(opened(SEAL, row.report))
    return found


def on_the_way() -> Sequence[ImportFile]:
    asked = select(ImportFile).options(defer(ImportFile.body), defer(ImportFile.report))
    return db.session.scalars(asked.order_by(ImportFile.id.desc()).limit(20)).all()


def rooms() -> list[tuple[str, str]]:
    """Short name and title of every consultation that imported texts may go into."""
    imported = exists().where(Record.consultation_id == Consultation.id, Record.deed == "imported")
    rows = db.session.execute(select(Consultation, imported).order_by(Consultation.title)).all()
    return [(one.slug, one.title) for one, before in rows if before or schedule.current(one) in TAKES]
