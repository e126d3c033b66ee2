"""Whether the kept counts and the index of search are what is there. Each is one SELECT over what it counts; no rows
are looped over."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from crowd import log
from crowd.db import db, transaction
from crowd.i18n import _
from crowd.models import Consultation, Contribution, Finding, Membership, ProfessionVotes, Question, Version, VoteNow
from crowd.moderation import cases
from crowd.search import deeds as index
from crowd.search import queries as found
from crowd.states import Kind, Standing, State, Vote

Text = aliased(Contribution)
VALUES = {"agree": Vote.AGREE, "disagree": Vote.DISAGREE, "passed": Vote.PASS}


class Wrong(NamedTuple):
    """A kept count that is not what is there."""

    table: str
    id: int
    name: str
    kept: int
    there: int


def _number(of: Any, *where: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(of).where(*where).scalar_subquery()


def _published(*where: ColumnElement[bool]) -> ScalarSelect[int]:
    return _number(Text, Text.state == State.PUBLISHED, *where)


def _counts() -> list[tuple[Any, dict[str, ScalarSelect[int]]]]:
    """Every kept count, as the query for what it has to be."""
    return [
        (Contribution, _of_contributions()),
        (Finding, _of_findings()),
        (Question, _of_questions()),
        (Consultation, _of_consultations()),
    ]


def _of_contributions() -> dict[str, ScalarSelect[int]]:
    on = VoteNow.contribution_id == Contribution.id
    below = and_(Text.thread_id == Contribution.id, Text.parent_id.is_not(None))  # of a first text alone
    return {
        **{name: _number(VoteNow, on, VoteNow.value == value) for name, value in VALUES.items()},
        "replies": _published(below),
        "files": _files_of_the_public_version(),
    }


def _files_of_the_public_version() -> ScalarSelect[int]:
    number = func.coalesce(func.max(func.json_array_length(Version.files)), 0)
    return select(number).where(Version.id == Contribution.version_id).scalar_subquery()


def _of_findings() -> dict[str, ScalarSelect[int]]:
    on, member = VoteNow.finding_id == Finding.id, VoteNow.standing == Standing.MEMBER
    return {
        **{name: _number(VoteNow, on, VoteNow.value == value, ~member) for name, value in VALUES.items()},
        **{f"member_{name}": _number(VoteNow, on, VoteNow.value == value, member) for name, value in VALUES.items()},
        "comments": _published(Text.finding_id == Finding.id),
    }


def _of_questions() -> dict[str, ScalarSelect[int]]:
    here, comment = Text.question_id == Question.id, Text.kind == Kind.COMMENT
    return {
        "contributions": _published(here, ~comment),
        "comments": _published(here, comment),
        "votes": _number(VoteNow, VoteNow.contribution_id == Text.id, here),
    }


def _of_consultations() -> dict[str, ScalarSelect[int]]:
    here, comment = Text.consultation_id == Consultation.id, Text.kind == Kind.COMMENT
    joined = Membership.consultation_id == Consultation.id
    under = and_(VoteNow.finding_id == Finding.id, Finding.consultation_id == Consultation.id)
    return {
        "people": _number(Membership, joined, Membership.standing == Standing.MEMBER),
        "stakeholders": _number(Membership, joined, Membership.standing == Standing.STAKEHOLDER),
        "contributions": _published(here, ~comment, Text.question_id.is_not(None)),
        "comments": _published(here, comment, Text.question_id.is_not(None)),
        "votes": _number(VoteNow, VoteNow.contribution_id == Text.id, here),
        "finding_comments": _published(here, Text.finding_id.is_not(None)),
        "finding_votes": _number(VoteNow, under),
        "serial": select(func.coalesce(func.max(Text.serial), 0)).where(here).scalar_subquery(),
        "held": _number(Version, Version.contribution_id == Text.id, Version.state == State.HELD, here),
    }


def _by_profession() -> Any:
    """The votes of each profession on each contribution, from the votes."""
    one = {name: func.sum(case((VoteNow.value == value, 1), else_=0)) for name, value in VALUES.items()}
    return (
        select(VoteNow.contribution_id, Membership.profession, *(count.label(name) for name, count in one.items()))
        .join(Contribution, Contribution.id == VoteNow.contribution_id)
        .join(
            Membership,
            and_(
                Membership.person_id == VoteNow.person_id,
                Membership.consultation_id == Contribution.consultation_id,
            ),
        )
        .where(Membership.profession != "")
        .group_by(VoteNow.contribution_id, Membership.profession)
    )


def _wrong_by_profession() -> list[Wrong]:
    kept = select(ProfessionVotes.contribution_id, ProfessionVotes.profession, *_VOTES).where(_VOTES_SUM != 0)
    there = _by_profession()
    of_kept = {tuple(row[:2]): row[2:] for row in db.session.execute(kept.except_(there))}
    of_there = {tuple(row[:2]): row[2:] for row in db.session.execute(there.except_(kept))}
    none = (0,) * len(VALUES)
    return [
        Wrong(ProfessionVotes.__tablename__, key[0], name, was, now)
        for key in sorted(of_kept.keys() | of_there.keys())
        for name, was, now in zip(VALUES, of_kept.get(key, none), of_there.get(key, none), strict=True)
        if was != now
    ]


_VOTES = [getattr(ProfessionVotes, name) for name in VALUES]
_VOTES_SUM = ProfessionVotes.agree + ProfessionVotes.disagree + ProfessionVotes.passed


def check() -> list[Wrong]:
    """Every kept count that differs from what is there."""
    wrong = _wrong_by_profession()
    for kind, counts in _counts():
        for name, there in counts.items():
            kept = getattr(kind, name)
            rows = db.session.execute(select(kind.id, kept, there).where(kept != there).order_by(kind.id))
            wrong += [Wrong(kind.__tablename__, *_parts(name, row)) for row in rows]
    return wrong + _of_the_index()


def _of_the_index() -> list[Wrong]:
    """What is published and cannot be found, and the other way round; findings by their number with a minus."""
    return [Wrong("search_index", key, "texts", 0, 1) for key in found.missing()] + [
        Wrong("search_index", key, "texts", 1, 0) for key in found.stray()
    ]


def _parts(name: str, row: Any) -> tuple[int, str, int, int]:
    return row[0], name, row[1], row[2]


def correct() -> list[Wrong]:
    """Set what is wrong, and say what it was; what was kept of pages is made anew. Part of the caller's transaction."""
    wrong = check()
    for kind, counts in _counts():
        for name, there in counts.items():
            if any(w.table == kind.__tablename__ and w.name == name for w in wrong):
                grown = {"stamp": Contribution.stamp + 1} if kind is Contribution else {}
                _write(update(kind).where(getattr(kind, name) != there).values({name: there, **grown}))
    if any(w.table == ProfessionVotes.__tablename__ for w in wrong):
        _write(delete(ProfessionVotes))
        names = ["contribution_id", "profession", *VALUES]
        _write(insert(ProfessionVotes).from_select(names, _by_profession()))
    index.mend()
    cases.catch_up()
    if wrong:
        _write(update(Consultation).values(change=Consultation.change + 1))
    return wrong


def follow(*, contributions: Sequence[int], questions: Sequence[int]) -> None:
    """Set the counts of these few to what is there, where rows that they count were moved from one to the other. Part
    of the caller's transaction. Costs a count of all votes on a question."""
    for kind, counts, ids in (
        (Contribution, _of_contributions(), contributions),
        (Question, _of_questions(), questions),
    ):
        if ids:
            _write(update(kind).where(kind.id.in_(ids)).values(counts))
    _write(delete(ProfessionVotes).where(ProfessionVotes.contribution_id.in_(contributions)))
    names = ["contribution_id", "profession", *VALUES]
    some = _by_profession().where(VoteNow.contribution_id.in_(contributions))
    _write(insert(ProfessionVotes).from_select(names, some))


def _write(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))


def mend() -> str:
    """Correct every count in one transaction; the sentences that say what was wrong."""
    with transaction():
        wrong = correct()
        if wrong:
            log.record("counts mended", by=None, number=len(wrong))
    if not wrong:
        return _("All counts are what is there.")
    lines = [_("%(table)s %(id)s: %(name)s was %(kept)s and is %(there)s.", **line._asdict()) for line in wrong]
    return "\n".join([*lines, _("%(n)s counts were wrong and have been mended.", n=len(wrong))])
