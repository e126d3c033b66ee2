"""Which findings cite a text, and the comments below it: for the page of its thread."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from crowd import rules
from crowd.db import rows
from crowd.findings import kept
from crowd.models import Consultation, Contribution, Evidence, Finding
from crowd.rules import Asker, visible
from crowd.states import Stance, State
from crowd.text import opening
from crowd.threads import laying, paging
from crowd.threads.view import View


class Citing(NamedTuple):
    """A finding that rests on a contribution, or shows it as dissent."""

    contribution: int
    number: int
    cited: str
    title: str
    state: str
    dissents: bool


def in_thread(person: Asker, consultation: Consultation, view: View, thread: int) -> tuple[Citing, ...]:
    """By the texts in reading order, as far as everybody of this standing may read both the text and the finding; what
    was taken back is not named (P12). Asked once for each change of the consultation, and not where nobody of this
    standing could read a finding. The standing is in the key: some who see the same of a text read other findings."""
    some = SimpleNamespace(consultation=consultation, state=State.PUBLISHED, shown=consultation.drafts_shown)
    if not rules.may(person, "read a finding", some):
        return ()
    like = rules.anyone_like(person, consultation)
    what = ("cited", thread, rules.standings(person, consultation))
    found: tuple[Citing, ...] = laying.unchanged(
        what, consultation, view, lambda: tuple(_found(like, consultation, thread))
    )
    return found


def _found(person: Asker, consultation: Consultation, thread: int) -> Iterator[Citing]:
    def make() -> Any:
        return (
            select(Evidence.contribution_id, Evidence.stance, Finding.number, Finding.title, Finding.state)
            .join(Contribution, Contribution.id == Evidence.contribution_id)
            .join(Finding, Finding.id == Evidence.finding_id)
            .where(
                Contribution.thread_id == bindparam("thread"),
                Contribution.state == State.PUBLISHED,
                visible(person, "read", Contribution, consultation, place=True),
                visible(person, "read a finding", Finding, consultation, place=True),
            )
            .order_by(Contribution.path, Finding.number)
        )

    for row in rows(paging.statement(person, consultation, ("cited",), make), thread=thread):
        cited, title = kept.written(consultation, row.number), opening(row.title, 100)
        yield Citing(row.contribution_id, row.number, cited, title, row.state, row.stance == Stance.DISSENTS)
