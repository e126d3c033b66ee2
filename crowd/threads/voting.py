"""Giving, changing and taking back a vote, with every count that it changes; none of it after the bell (P10), which
the table of rules says."""

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy import text as sql

from crowd import clock
from crowd.models import Consultation, Contribution, Finding, Question, VoteEvent, VoteNow
from crowd.rules import Asker
from crowd.statements import Statement, inserting
from crowd.states import Standing, Vote
from crowd.threads.counts import tally

Changes = tuple[tuple[str, int | None, int], ...]
VOTES = {Vote.AGREE: "agree", Vote.DISAGREE: "disagree", Vote.PASS: "passed"}

# Voting is most of what people do: these are made once, and no objects are made of their rows.
_CURRENT = {
    kind: Statement(
        select(VoteNow.id, VoteNow.value, VoteNow.standing).where(
            VoteNow.person_id == bindparam("person"), on == bindparam("thing")
        )
    )
    for kind, on in ((Contribution, VoteNow.contribution_id), (Finding, VoteNow.finding_id))
}
_TAKE_BACK = Statement(delete(VoteNow).where(VoteNow.id == bindparam("vote")))
_CHANGE = Statement(
    update(VoteNow).where(VoteNow.id == bindparam("vote")).values(value=bindparam("new"), standing=bindparam("now"))
)
_WHAT = ("person_id", "value", "standing", "contribution_id", "finding_id")
_GIVE, _REMEMBER = inserting(VoteNow, *_WHAT, "thread_id"), inserting(VoteEvent, *_WHAT, "at")
_BY_PROFESSION = Statement(
    sql(
        "INSERT INTO profession_votes (contribution_id, profession, agree, disagree, passed)"
        " VALUES (:thing, :profession, :agree, :disagree, :passed)"
        " ON CONFLICT (contribution_id, profession) DO UPDATE SET agree = profession_votes.agree + excluded.agree,"
        " disagree = profession_votes.disagree + excluded.disagree, passed = profession_votes.passed + excluded.passed"
    )
)


def vote(thing: Contribution | Finding, *, by: Asker, value: Vote | None) -> None:
    """Give, change or take back (None) one's vote: one current value a person, every value in the history.

    On a finding, members' and stakeholders' votes are counted apart (P14); one given before its person became a member
    leaves the count it is in."""
    on: dict[str, int | None] = dict.fromkeys(("contribution_id", "finding_id"))
    on["contribution_id" if isinstance(thing, Contribution) else "finding_id"] = thing.id
    standing = by.memberships[thing.consultation_id].standing
    current = _CURRENT[type(thing)].first(person=by.id, thing=thing.id)
    old = current.value if current else None
    if old == value:
        return
    if current and value is None:
        _TAKE_BACK.write(vote=current.id)
    elif current:
        _CHANGE.write(vote=current.id, new=value, now=standing)
    else:
        thread = thing.thread_id if isinstance(thing, Contribution) else None
        _GIVE.insert(person_id=by.id, value=value, standing=standing, thread_id=thread, **on)
    _REMEMBER.insert(person_id=by.id, value=value, standing=standing, at=clock.now(), **on)
    given = current.standing if current else standing
    changes = ((given, old, -1), (standing, value, 1))
    _count_vote(thing, changes)
    if isinstance(thing, Contribution) and (profession := by.memberships[thing.consultation_id].profession):
        by_value = dict.fromkeys(VOTES.values(), 0) | _by_value(changes)
        _BY_PROFESSION.write(thing=thing.id, profession=profession, **by_value)


def _by_value(changes: Changes, apart: str = "") -> dict[str, int]:
    """By how much each count changes; `apart` begins the names of the members' own counts."""
    return {
        (apart if standing == Standing.MEMBER else "") + VOTES[Vote(value)]: by
        for standing, value, by in changes
        if value is not None
    }


def _count_vote(thing: Contribution | Finding, changes: Changes) -> None:
    """`changes` are the vote that goes and the one that comes: standing, value, and by how much its count changes."""
    change = _by_value(changes, "member_" if isinstance(thing, Finding) else "")
    sum_by = sum(by for _standing, value, by in changes if value is not None)
    if isinstance(thing, Finding):
        tally(Finding, thing.id, **change)
        tally(Consultation, thing.consultation_id, finding_votes=sum_by, change=1)
    else:
        tally(Contribution, thing.id, stamp=1, **change)
        tally(Question, thing.question_id, votes=sum_by)
        tally(Consultation, thing.consultation_id, votes=sum_by, change=1)
