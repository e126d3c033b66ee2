"""What the pages of findings read. Evidence is read only as its promise allows to the one who asks (P12)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from crowd.db import db
from crowd.models import Consultation, Contribution, Evidence, Finding, Version, VoteNow
from crowd.rules import Asker, visible
from crowd.states import Promise, State
from crowd.threads.paging import PLACED

FOUND = 20  # contributions that a search shows

_rests_on = (
    select(func.count()).where(Evidence.finding_id == Finding.id).correlate(Finding).scalar_subquery().label("rests_on")
)


def findings(person: Asker, consultation: Consultation) -> Sequence[Any]:
    """The findings this person may read, by number, with how many contributions each rests on."""
    return db.session.execute(
        select(
            Finding.number,
            Finding.section,
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
        .where(visible(person, "read a finding", Finding, consultation))
        .order_by(Finding.number)
    ).all()


class RestsOn(NamedTuple):
    """How many contributions a finding rests on, and how many of them the reader is not shown, by the reason."""

    all: int
    for_members: int
    taken_back: int

    @property
    def standing(self) -> int:
        """What has not been withdrawn or removed since."""
        return self.all - self.taken_back


def _readable(person: Asker, finding: Finding) -> Any:
    """Published, and promised to this reader; what was withdrawn since is not shown to anybody."""
    return and_(visible(person, "read", Contribution, finding.consultation), Contribution.state == State.PUBLISHED)


def evidence(person: Asker, finding: Finding) -> Sequence[Any]:
    """The contributions a finding rests on, as far as this person may read them."""
    return db.session.execute(
        select(*PLACED)
        .join(Evidence, Evidence.contribution_id == Contribution.id)
        .where(Evidence.finding_id == finding.id, _readable(person, finding))
        .order_by(Evidence.added_at, Evidence.contribution_id)
    ).all()


def rests_on(finding: Finding, shown: Sequence[Any]) -> RestsOn:
    """The counts beside the evidence that is shown; they are public, the texts are not."""
    groups = db.session.execute(
        select(Contribution.promise, Contribution.state, func.count())
        .join(Evidence, Evidence.contribution_id == Contribution.id)
        .where(Evidence.finding_id == finding.id)
        .group_by(Contribution.promise, Contribution.state)
    ).all()
    total = sum(n for _promise, _state, n in groups)
    taken_back = sum(n for _promise, state, n in groups if state != State.PUBLISHED)
    return RestsOn(total, total - taken_back - len(shown), taken_back)


def own_vote(person: Asker, finding: Finding) -> int | None:
    if not person.id:
        return None
    return db.session.scalar(
        select(VoteNow.value).where(VoteNow.person_id == person.id, VoteNow.finding_id == finding.id)
    )


def readable_contribution(person: Asker, finding: Finding, number: int) -> Contribution | None:
    """A published contribution of the finding's own consultation that the person may read."""
    return db.session.scalar(select(Contribution).where(Contribution.id == number, _readable(person, finding)))


def search(person: Asker, finding: Finding, words: str) -> Sequence[Any]:
    """Contributions that hold every one of the words and are not evidence here yet, the most agreed first."""
    used = select(Evidence.contribution_id).where(Evidence.finding_id == finding.id)
    holds = [Version.source.icontains(word, autoescape=True) for word in words.split()[:10]]
    return db.session.execute(
        select(*PLACED)
        .join(Version, Version.id == Contribution.version_id)
        .where(_readable(person, finding), Contribution.id.not_in(used), *holds)
        .order_by(Contribution.agree.desc(), Contribution.id)
        .limit(FOUND)
    ).all()


def hidden_alone(finding: Finding) -> bool:
    """Whether a finding rests on members-only contributions alone, which its readers will never see."""
    wider = (
        select(Contribution.id)
        .join(Evidence, Evidence.contribution_id == Contribution.id)
        .where(Evidence.finding_id == finding.id, Contribution.promise > Promise.MEMBERS)
    )
    return db.session.scalar(wider.limit(1)) is None
