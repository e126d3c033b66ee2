"""What the pages of findings read. Evidence is read only as its promise allows to the one who asks (P12)."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select

from crowd.db import db
from crowd.findings import editions
from crowd.findings.sections import ORDER
from crowd.findings.wording import mark_of
from crowd.models import (
    Consultation,
    Contribution,
    Evidence,
    Finding,
    FindingVersion,
    Remark,
    Section,
    Themed,
    Version,
    VoteNow,
)
from crowd.rules import Asker, visible
from crowd.states import Place, Promise, Stance, State
from crowd.threads import orders
from crowd.threads.paging import PLACED

FOUND = 20  # contributions that a search shows

_rests_on = (
    select(func.count())
    .where(Evidence.finding_id == Finding.id, Evidence.stance == Stance.SUPPORTS)
    .correlate(Finding)
    .scalar_subquery()
    .label("rests_on")
)


def findings(person: Asker, consultation: Consultation) -> Sequence[Any]:
    """The findings this person may read, in the order of the document, with how many contributions each rests on."""
    return db.session.execute(
        select(
            Finding.number,
            func.coalesce(Section.title, "").label("section"),
            Section.html.label("introduction"),
            Finding.title,
            Finding.state,
            Finding.response_html,
            Finding.comments,
            Finding.agree,
            Finding.disagree,
            Finding.passed,
            Finding.member_agree,
            Finding.member_disagree,
            Finding.member_passed,
            _rests_on,
        )
        .outerjoin(Section, Section.id == Finding.section_id)
        .where(visible(person, "read a finding", Finding, consultation))
        .order_by(*ORDER)
    ).all()


class RestsOn(NamedTuple):
    """How many contributions a finding rests on, how many of them the reader is not shown, by the reason, and how many
    people wrote those that still stand."""

    all: int
    for_members: int
    taken_back: int
    people: int = 0

    @property
    def standing(self) -> int:
        """What has not been withdrawn or removed since."""
        return self.all - self.taken_back


def _readable(person: Asker, finding: Finding) -> Any:
    """Published, and promised to this reader; what was withdrawn since is not shown to anybody."""
    return and_(visible(person, "read", Contribution, finding.consultation), Contribution.state == State.PUBLISHED)


def _choosable(person: Asker, finding: Finding) -> Any:
    """What a finding can name: of the discussion, no comment on a finding."""
    return and_(_readable(person, finding), Contribution.place == Place.DISCUSSION)


def evidence(person: Asker, finding: Finding, stance: Stance = Stance.SUPPORTS) -> Sequence[Any]:
    """The contributions a finding rests on, or that dissent, as far as this person may read them."""
    return db.session.execute(
        select(*PLACED)
        .join(Evidence, Evidence.contribution_id == Contribution.id)
        .where(Evidence.finding_id == finding.id, Evidence.stance == stance, _readable(person, finding))
        .order_by(Evidence.added_at, Evidence.contribution_id)
    ).all()


def rests_on(finding: Finding, shown: Sequence[Any], stance: Stance = Stance.SUPPORTS) -> RestsOn:
    """The counts beside the evidence that is shown; they are public, the texts are not."""
    here = Evidence.finding_id == finding.id, Evidence.stance == stance
    groups = db.session.execute(
        select(Contribution.state, func.count())
        .join(Evidence, Evidence.contribution_id == Contribution.id)
        .where(*here)
        .group_by(Contribution.state)
    ).all()
    total = sum(n for _state, n in groups)
    taken_back = sum(n for state, n in groups if state != State.PUBLISHED)
    people = editions.weight(finding.id, stance).people
    return RestsOn(total, total - taken_back - len(shown), taken_back, people)


def section(consultation: Consultation, number: int) -> Section | None:
    """A section by the number in its address."""
    here = Section.consultation_id == consultation.id, Section.number == number
    return db.session.scalar(select(Section).where(*here))


def titles(consultation: Consultation) -> list[tuple[int, str]]:
    """Number and title of every finding, in the order of the document: for choosing one."""
    query = select(Finding.number, Finding.title).outerjoin(Section, Section.id == Finding.section_id)
    rows = db.session.execute(query.where(Finding.consultation_id == consultation.id).order_by(*ORDER))
    return [(number, title) for number, title in rows]


def by_number(consultation: Consultation, number: int) -> Finding | None:
    here = Finding.consultation_id == consultation.id, Finding.number == number
    return db.session.scalar(select(Finding).where(*here))


class Facts(NamedTuple):
    """What the document says beside a finding, for its writers."""

    supports: int
    dissents: int
    open_remarks: int
    versions: int


def facts(consultation: Consultation) -> dict[int, Facts]:
    """By the finding's id, in one statement."""

    def count(kind: Any, *where: Any) -> Any:
        query = select(func.count()).select_from(kind).where(kind.finding_id == Finding.id, *where)
        return query.correlate(Finding).scalar_subquery()

    opened = Remark.answers_id.is_(None), Remark.resolved_at.is_(None)
    rows = db.session.execute(
        select(
            Finding.id,
            count(Evidence, Evidence.stance == Stance.SUPPORTS),
            count(Evidence, Evidence.stance == Stance.DISSENTS),
            count(Remark, *opened),
            count(FindingVersion),
        ).where(Finding.consultation_id == consultation.id)
    )
    return {key: Facts(*numbers) for key, *numbers in rows}


def own_vote(person: Asker, finding: Finding) -> int | None:
    if not person.id:
        return None
    return db.session.scalar(
        select(VoteNow.value).where(VoteNow.person_id == person.id, VoteNow.finding_id == finding.id)
    )


def stances(finding: Finding) -> dict[int, str]:
    """What each contribution is to a finding."""
    rows = db.session.execute(
        select(Evidence.contribution_id, Evidence.stance)
        .where(Evidence.finding_id == finding.id)
        .order_by(Evidence.contribution_id)
    )
    return {row.contribution_id: row.stance for row in rows}


def evidence_mark(finding: Finding) -> str:
    """Changes with what a finding rests on and what dissents; the page on which it is chosen carries it."""
    return mark_of(*stances(finding).items())


def in_consultation(person: Asker, finding: Finding, keys: Collection[int], *, standing: bool) -> list[int]:
    """Which of these are contributions of the finding's own consultation that the person may read; with `standing`
    published ones alone, without it those that are evidence already, whatever has become of them."""
    if not standing:
        here = Evidence.finding_id == finding.id, Evidence.contribution_id.in_(keys)
        return list(db.session.scalars(select(Evidence.contribution_id).where(*here)))
    wanted = select(Contribution.id).where(Contribution.id.in_(keys), _choosable(person, finding))
    return list(db.session.scalars(wanted))


class Wanted(NamedTuple):
    """How contributions are looked for: words, a theme's id, or those most agreed or most disagreed with."""

    words: str = ""
    theme: int = 0
    rank: str = ""


def named(finding: Finding) -> Sequence[Any]:
    """The published contributions that a finding names, with their words: for choosing quotes."""
    return db.session.execute(
        select(Contribution.id, Contribution.serial, Contribution.promise, Version.html, Evidence.stance)
        .join(Evidence, Evidence.contribution_id == Contribution.id)
        .join(Version, Version.id == Contribution.version_id)
        .where(Evidence.finding_id == finding.id, Contribution.state == State.PUBLISHED)
        .order_by(Evidence.stance.desc(), Contribution.id)
    ).all()


def contribution(finding: Finding, key: int) -> Contribution | None:
    """A contribution that a finding names, in whatever state it is now."""
    query = select(Contribution).join(Evidence, Evidence.contribution_id == Contribution.id)
    return db.session.scalar(query.where(Evidence.finding_id == finding.id, Contribution.id == key))


def search(person: Asker, finding: Finding, wanted: Wanted) -> Sequence[Any]:
    """Contributions that are no evidence here yet and hold every one of the words and have the theme, the most agreed
    first by Wilson's lower bound (95%)."""
    used = select(Evidence.contribution_id).where(Evidence.finding_id == finding.id)
    holds = [Version.source.icontains(word, autoescape=True) for word in wanted.words.split()[:10]]
    query = select(*PLACED).join(Version, Version.id == Contribution.version_id)
    if wanted.theme:
        query = query.join(Themed, and_(Themed.contribution_id == Contribution.id, Themed.theme_id == wanted.theme))
    query = query.where(_choosable(person, finding), Contribution.id.not_in(used), *holds)
    if wanted.rank:
        query = query.where(Contribution.level == 1, Contribution.agree + Contribution.disagree > 0)
    keys = _agreed_first(against=wanted.rank == "against")
    return db.session.execute(query.order_by(*keys).limit(FOUND)).all()


def _agreed_first(*, against: bool = False) -> list[Any]:
    """By Wilson's lower bound of agreement among those who agree or disagree; of disagreement, if so wished."""
    these = Contribution.disagree if against else Contribution.agree
    return [orders.wilson(these, Contribution.agree + Contribution.disagree).desc(), Contribution.id]


def dissent(person: Asker, finding: Finding) -> Sequence[Any]:
    """What may be said against a finding, proposed for a writer to choose from: answers to what it rests on, and what
    shares a theme with it, the most agreed first. Nothing is taken as dissent by itself: votes and places do not tell
    what a text means."""
    rests = select(Evidence.contribution_id).where(Evidence.finding_id == finding.id)
    threads = select(Contribution.thread_id).where(Contribution.id.in_(rests))
    themes = select(Themed.theme_id).where(Themed.contribution_id.in_(rests))
    themed = select(Themed.contribution_id).where(Themed.theme_id.in_(themes))
    near = or_(
        and_(Contribution.level > 1, or_(Contribution.thread_id.in_(threads), Contribution.parent_id.in_(rests))),
        Contribution.id.in_(themed),
    )
    return db.session.execute(
        select(*PLACED)
        .where(_choosable(person, finding), Contribution.id.not_in(rests), near)
        .order_by(*_agreed_first())
        .limit(FOUND)
    ).all()


def hidden_alone(finding: Finding) -> bool:
    """Whether what still stands behind a finding was all for members only: its readers will see none of it. The same
    for all findings is in the promise report (switching/promises.py)."""
    wider = (
        select(Contribution.id)
        .join(Evidence, Evidence.contribution_id == Contribution.id)
        .where(
            Evidence.finding_id == finding.id,
            Contribution.promise > Promise.MEMBERS,
            Contribution.state == State.PUBLISHED,
            Evidence.stance == Stance.SUPPORTS,
        )
    )
    return db.session.scalar(wider.limit(1)) is None
