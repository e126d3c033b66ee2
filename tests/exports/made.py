"""A consultation with votes, its exports taken as a host takes them, and their tables as rows."""

import contextvars
import csv
import io
import re
import zipfile
from datetime import timedelta
from typing import Any

from crowd import clock
from crowd.db import transaction
from crowd.models import Consultation, Contribution, VoteEvent, VoteNow
from crowd.rules import Asker
from crowd.states import Standing
from tests import make
from tests.actors import Actor

PAGE = "/host/ahp/exports"
PURPOSE = "A study of the University of Anywhere on who agrees with whom."


def vote(who: Asker, on: Contribution, value: int, *, days: int = 0) -> None:
    """As the voting deed leaves it, in any phase and at any time."""
    with transaction() as session:
        same = {"person_id": who.id, "contribution_id": on.id, "standing": Standing.MEMBER, "value": value}
        session.add(VoteNow(thread_id=on.thread_id, **same))
        session.add(VoteEvent(at=clock.now() - timedelta(days=days), **same))


def made(host: Actor, audience: str, form: str = "zip", **more: Any) -> bytes:
    """Asked for on the page and saved from it."""
    fields = {"audience": audience, "form": form, "purpose": PURPOSE, "careful": "y", **more}
    page = host.post(PAGE, **fields)
    assert "Ready" in page, page
    number = max(int(part) for part in re.findall(rf'action="{PAGE}/(\d+)"', page))
    _where, fields = page.form(f"{PAGE}/{number}")
    return body(host, f"{PAGE}/{number}", fields)


def body(actor: Actor, path: str, fields: Any = None) -> bytes:
    """The bytes at an address, asked for with these fields or with none."""

    def ask() -> Any:
        method = "GET" if fields is None else "POST"
        return actor.browser.open(path, method=method, data=fields, base_url="http://localhost", buffered=True)

    answer = contextvars.Context().run(ask)
    assert answer.status_code == 200, answer.status_code
    return bytes(answer.data)


def tables(data: bytes) -> dict[str, list[dict[str, str]]]:
    """The CSV tables of a zip, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def crowd_of(of: Consultation, professions: str, region: str = "North West") -> list[Asker]:
    """Members, one for each letter: D dietitian, P paramedic, O podiatrist."""
    names = {"D": "Dietitian", "P": "Paramedic", "O": "Podiatrist"}
    return [make.member(of, profession=names[letter], region=region) for letter in professions]
