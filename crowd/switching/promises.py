"""The promise report (P12): how many texts were written under each promise, and what rests on hidden ones alone."""

from typing import Any, NamedTuple

from sqlalchemy import case, func, select

from crowd.db import db
from crowd.models import Consultation, Contribution, Evidence, Finding, Question
from crowd.states import Place, Promise, Stance, State

Counts = dict[int, int]  # by promise


class Row(NamedTuple):
    """The published texts of one kind below one question, by their promise."""

    question: int
    title: str
    kind: str
    counts: Counts

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class Report(NamedTuple):
    """`hidden` are findings that rest on texts for members only and on nothing else: number, title, how many."""

    rows: list[Row]
    counts: Counts
    hidden: list[tuple[int, str, int]]


def report(consultation: Consultation) -> Report:
    """Two statements, whatever there is."""
    rows: dict[tuple[int, str], Row] = {}
    for number, title, kind, promise, n in db.session.execute(_counted(consultation)):
        rows.setdefault((number, kind), Row(number, title, kind, {})).counts[promise] = n
    counts = {int(promise): sum(row.counts.get(promise, 0) for row in rows.values()) for promise in Promise}
    hidden = [(row.number, row.title, row.n) for row in db.session.execute(_on_hidden_alone(consultation))]
    return Report(list(rows.values()), counts, hidden)


def _counted(of: Consultation) -> Any:
    return (
        select(Question.number, Question.title, Contribution.kind, Contribution.promise, func.count())
        .join(Question, Question.id == Contribution.question_id)
        .where(
            Contribution.consultation_id == of.id,
            Contribution.place == Place.DISCUSSION,
            Contribution.state == State.PUBLISHED,
        )
        .group_by(Question.number, Question.title, Contribution.kind, Contribution.promise)
        .order_by(Question.number, Contribution.kind, Contribution.promise)
    )


def _on_hidden_alone(of: Consultation) -> Any:
    """What was withdrawn, removed or hidden is nothing that others can read."""
    wide = func.sum(case((Contribution.promise > Promise.MEMBERS, 1), else_=0))
    return (
        select(Finding.number, Finding.title, func.count().label("n"))
        .join(Evidence, Evidence.finding_id == Finding.id)
        .join(Contribution, Contribution.id == Evidence.contribution_id)
        .where(Finding.consultation_id == of.id, Contribution.state == State.PUBLISHED)
        .where(Evidence.stance == Stance.SUPPORTS)
        .group_by(Finding.number, Finding.title)
        .having(wide == 0)
        .order_by(Finding.number)
    )
