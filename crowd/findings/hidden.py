"""What was written for members only is told in words of the host's own, wherever everybody reads (P12)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from crowd.db import db
from crowd.findings import verbatim
from crowd.i18n import _
from crowd.models import Consultation, Contribution, Version
from crowd.states import Promise, State
from crowd.text import plain
from crowd.threads import numbers


class QuotesHidden(Exception):
    """Words for everybody hold a passage of a text that was written for members only. As words, it says so."""

    def __init__(self, contribution: str, passage: str):
        super().__init__(contribution, passage)
        self.contribution, self.passage = contribution, passage

    def __str__(self) -> str:
        return _(
            "These words stand in contribution %(number)s, which was written for members only: “%(passage)s”. Say it in"
            " words of your own; it is counted all the same.",
            number=self.contribution,
            passage=self.passage,
        )


def check(consultation: Consultation, words: str) -> None:
    """Raises QuotesHidden for the first passage of a hidden text that no text for everybody holds too: an answer may
    have quoted one. Reads every hidden text, a second for 10,000, and the open ones where there is a passage."""
    wanted = verbatim.runs(words)
    was_public = Contribution.promise == Promise.MEMBERS, Contribution.public_since.is_not(None)
    found = [
        (number, passage, run)
        for number, text in (_texts(consultation, *was_public) if wanted else ())
        for run, passage in verbatim.passages(text, wanted)
    ]
    if not found:
        return
    standing = Contribution.promise > Promise.MEMBERS, Contribution.state == State.PUBLISHED
    openly = {run for _number, text in _texts(consultation, *standing) for run in verbatim.runs(text) & wanted}
    for number, passage, run in found:
        if run not in openly:
            raise QuotesHidden(number, passage)


def _texts(consultation: Consultation, *where: Any) -> Iterator[tuple[str, str]]:
    """The numbers and plain words of contributions, whether a finding names them or not."""
    query = select(Contribution.id, Contribution.serial, Version.html).join(
        Version, Version.id == Contribution.version_id
    )
    here = Contribution.consultation_id == consultation.id
    for key, serial, html in db.session.execute(query.where(here, *where).order_by(Contribution.id)):
        yield numbers.written(consultation.code, serial) or str(key), plain(html)
