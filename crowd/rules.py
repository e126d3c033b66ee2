"""Who may do what, when. This table is the only place where it stands (P1); everything else asks it.

An act that is not granted is refused. In a row everything must hold; rows of one act are alternatives. V visitor,
S stakeholder, B member of the body, M moderator, A analyst, H host. The conditions use only == != < >, so that the same
line answers for one thing and, handed the class, becomes the WHERE of a list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_, true

from crowd import clock, schedule
from crowd.models import Consultation
from crowd.states import PHASES, Phase, Place, Promise, Standing, State

RULES = """
act                     | draft | registration | members | analysis | open      | closed    | only if
see the consultation    | H M   | all          | all     | all      | all       | all       |
ask to join             |       | V S          | V S     |          | V S       |           |
join as a stakeholder   |       |              |         |          | V         |           |
enter the discussion    | H M   | H M          | B M A H | B M A H  | all       | all       |
contribute              |       |              | B M H   |          |           |           |
see                     | M H   | M H          | M H     | M H      | M H       | M H       |
see                     |       |              | all     | all      | all       | all       | own
see                     |       |              | B A     | B A      | B A       | B A       | in the discussion, was public
see                     |       |              |         |          | all       | all       | in the discussion, was public, promised to all
see                     |       |              |         |          | all       | all       | on a finding, was public
read                    | M H   | M H          | M H     | M H      | M H       | M H       |
read                    |       |              | all     | all      | all       | all       | own
read                    |       |              | B A     | B A      | B A       | B A       | in the discussion, published
read                    |       |              |         |          | all       | all       | in the discussion, published, promised to all
read                    |       |              |         |          | all       | all       | on a finding, published
comment                 |       |              | B M H   |          |           |           | in the discussion, published, not closed
comment                 |       |              |         |          | S B M H   |           | on a finding, published, not closed
vote                    |       |              | B       |          |           |           | in the discussion, published, another's, not merged
edit                    |       |              | B M H   |          |           |           | in the discussion, own, held
edit                    |       |              | B M H   |          |           |           | in the discussion, own, published
edit                    |       |              | B M H   | B M H    |           |           | in the discussion, own, returned, still in time
edit                    |       |              |         |          | S B M H   |           | on a finding, own, held
edit                    |       |              |         |          | S B M H   |           | on a finding, own, published
edit                    |       |              |         |          | S B M H   |           | on a finding, own, returned, still in time
withdraw                |       |              | all     | all      | all       | all       | own, not rejected, not removed, not withdrawn
widen the promise       |       |              | B       | B        | B         | B         | own, in the discussion, not withdrawn
read the versions       | M H   | M H          | M H     | M H      | M H       | M H       |
read the versions       |       |              | all     | all      | all       | all       | own
close the thread        |       |              | M H     |          |           |           | in the discussion, published, begins a thread
close the thread        |       |              |         |          | M H       |           | on a finding, published, begins a thread
pin as the prompt       |       |              | M H     |          |           |           | in the discussion, published, a facilitator's, begins a thread
see votes by profession |       |              | H       | H        | H         | H         | in the discussion, published
follow                  |       |              | B M A H | B M A H  | S B M A H | S B M A H |
report                  |       |              | B       | B        | B         | B         | in the discussion, published, another's
report                  |       |              |         |          | V S       | V S       | in the discussion, published, promised to all
report                  |       |              |         |          | V S B     | V S B     | on a finding, published, another's
appeal                  |       |              | B M H   | B M H    | S B M H   | S B M H   | own, may be appealed
decide                  |       |              | M H     | M H      | M H       | M H       | another's, not answering own
look behind an alias    |       |              | M H     | M H      | M H       | M H       | another's, not a facilitator's
break the seal          |       |              | H       | H        | H         | H         |
sanction                |       |              | M H     | M H      | M H       | M H       |
read a finding          |       |              | A H     | M A H    | M A H     | M A H     |
read a finding          |       |              |         | B        |           |           | shown to members
read a finding          |       |              |         |          | all       | all       | published
comment on a finding    |       |              |         |          | S B M H   |           | published
vote on a finding       |       |              |         |          | S B       |           | published
write findings          |       |              | A H     | A H      | A H       |           |
code contributions      |       |              | A H     | A H      | A H       |           |
give themes             |       |              | A H     | A H      | A H       |           | published
read the analysis       |       |              | A H     | A H      | A H       | A H       |
publish responses       |       |              |         |          | H         | H         |
invite experts          |       | H            | H       |          |           |           |
set up                  | H     | H            | H       | H        | H         | H         |
"""

SITE_RULES = """
act            | who
use an account | S B M A H P
moderate       | M H
analyse        | A H
host           | H
"""
SIGNED_IN = "P"  # on the whole site a person has no standing, only an account and roles

# A suspended person keeps what their standing may read, may take their own texts back, and nothing else.
READING = frozenset(
    {"see the consultation", "enter the discussion", "see", "read", "read a finding", "withdraw", "read the versions"}
)

Condition = Callable[[Any, Any], Any]
CONDITIONS: dict[str, Condition] = {
    "own": lambda person, thing: thing.author_id == person.id,
    "another's": lambda person, thing: thing.author_id != person.id,
    "not answering own": lambda person, thing: thing.parent_author_id != person.id,
    "in the discussion": lambda _, thing: thing.place == Place.DISCUSSION,
    "on a finding": lambda _, thing: thing.place == Place.FINDING,
    "held": lambda _, thing: thing.state == State.HELD,
    "published": lambda _, thing: thing.state == State.PUBLISHED,
    "returned": lambda _, thing: thing.state == State.RETURNED,
    "not rejected": lambda _, thing: thing.state != State.REJECTED,
    "not removed": lambda _, thing: thing.state != State.REMOVED,
    "not withdrawn": lambda _, thing: thing.state != State.WITHDRAWN,
    "was public": lambda _, thing: thing.public_since != None,  # noqa: E711  # the line must also make SQL
    "shown to members": lambda _, thing: thing.shown == True,  # noqa: E712  # the line must also make SQL
    "not closed": lambda _, thing: thing.closed == False,  # noqa: E712  # the line must also make SQL
    "begins a thread": lambda _, thing: thing.level == 1,
    "a facilitator's": lambda _, thing: thing.facilitator == True,  # noqa: E712  # the line must also make SQL
    "not a facilitator's": lambda _, thing: thing.facilitator == False,  # noqa: E712  # the line must also make SQL
    "not merged": lambda _, thing: thing.merged == False,  # noqa: E712  # the line must also make SQL
    "promised to all": lambda _, thing: thing.promise > Promise.MEMBERS,
    "still in time": lambda _, thing: thing.resubmit_by > clock.now(),
    "may be appealed": lambda _, thing: thing.appeal_by > clock.now(),
}

UNTIL = {"still in time": "resubmit_by", "may be appealed": "appeal_by"}


class Row(NamedTuple):
    """One line of the table: who, in each phase, if these conditions hold."""

    who: dict[Phase, frozenset[str]]
    only_if: tuple[str, ...]


@dataclass(frozen=True)
class Asker:
    """Whoever asks, read in one query at the start of a request; id 0 is a visitor."""

    id: int = 0
    email: str = ""
    name: str = ""
    roles: frozenset[str] = frozenset()
    suspended: bool = False
    memberships: Mapping[int, Any] = field(default_factory=dict)
    sign_in: int = 0
    language: str = ""  # what they chose to read in
    late: bool = False  # a role rests until there is a second factor

    is_authenticated = property(lambda self: self.id > 0)
    is_active = is_authenticated
    is_anonymous = property(lambda self: self.id == 0)

    def get_id(self) -> str:
        return str(self.id)


VISITOR = Asker()
LETTERS = frozenset(Standing)


def _who(cell: str) -> frozenset[str]:
    if cell == "all":
        return LETTERS
    letters = frozenset(cell.split())
    if unknown := letters - LETTERS:
        raise ValueError(f"the table of rules knows no {unknown}")
    return letters


def _parse(table: str) -> dict[str, list[Row]]:
    """The table as data; a word it does not know stops the program."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    if lines[0] != ["act", *PHASES, "only if"]:
        raise ValueError("the table of rules has other columns")
    acts: dict[str, list[Row]] = {}
    for act, *cells, only_if in lines[1:]:
        conditions = tuple(c.strip() for c in only_if.split(",") if c.strip())
        if unknown := set(conditions) - set(CONDITIONS):
            raise ValueError(f"the table of rules knows no condition {unknown}")
        acts.setdefault(act, []).append(Row(dict(zip(PHASES, map(_who, cells), strict=True)), conditions))
    return acts


def _parse_site(table: str) -> dict[str, frozenset[str]]:
    """The small table as data, as strict as the large one."""
    acts = {}
    for line in table.strip().splitlines()[1:]:
        act, who = (cell.strip() for cell in line.split("|"))
        acts[act] = frozenset(who.split())
        if unknown := acts[act] - LETTERS - {SIGNED_IN}:
            raise ValueError(f"the table of the site knows no {unknown}")
    return acts


TABLE = _parse(RULES)
SITE_TABLE = _parse_site(SITE_RULES)


def standings(person: Asker, consultation: Consultation) -> frozenset[str]:
    """What the person is here. Moderators and hosts take part as facilitators: they are not members beside it."""
    if person.roles & {Standing.MODERATOR, Standing.HOST}:
        return person.roles
    membership = person.memberships.get(consultation.id)
    return person.roles | {membership.standing if membership else Standing.VISITOR}


def _granted(person: Asker, act: str, consultation: Consultation, phase: Phase) -> list[Row]:
    letters = standings(person, consultation)
    if person.suspended and act not in READING:
        letters = frozenset({Standing.VISITOR})
    return [row for row in TABLE[act] if row.who[phase] & letters]


def could(person: Asker, act: str, consultation: Consultation) -> bool:
    """Whether the person's standing has this act here now, for some thing or other: what the row says of the thing is
    left open. For saying what people can do, never for letting them."""
    return bool(_granted(person, act, consultation, schedule.current(consultation)))


def possible(act: str, thing: Any) -> bool:
    """Whether anybody at all may do this act on this thing now, whoever asks. For saying what can happen, never for
    letting anybody."""
    phase = schedule.current(thing.consultation)
    return any(row.who[phase] and all(holds(name, VISITOR, thing) for name in row.only_if) for row in TABLE[act])


def may(person: Asker, act: str, thing: Any, at: datetime | None = None) -> bool:
    """May this person do this act on this thing, now or at another time (P1)? A thing of None is the whole site."""
    if thing is None:
        roles = frozenset() if person.suspended else person.roles
        return bool(person.id and SITE_TABLE[act] & (roles | {SIGNED_IN}))
    phase = schedule.current(thing.consultation, at)
    return any(
        all(holds(name, person, thing) for name in row.only_if)
        for row in _granted(person, act, thing.consultation, phase)
    )


def anyone_like(person: Asker, consultation: Consultation) -> Asker:
    """Somebody of the same standing who has written nothing: what is read for them can be kept for all of them."""
    membership = person.memberships.get(consultation.id)
    return Asker(roles=person.roles, memberships={consultation.id: membership} if membership else {})


def holds(name: str, person: Asker, thing: Any) -> bool:
    """Whether one condition of the table holds for one thing."""
    if name in UNTIL and getattr(thing, UNTIL[name]) is None:
        return False  # as NULL > now is in SQL
    return bool(CONDITIONS[name](person, thing))


def visible(
    person: Asker, act: str, kind: Any, consultation: Consultation, *, place: bool = False
) -> ColumnElement[bool]:
    """The same answer as a WHERE over all things of a kind in one consultation. `place` says that the list is of one
    place in it, by whose index it is to be read: SQLite would rather read the whole consultation."""
    rows = _granted(person, act, consultation, schedule.current(consultation))
    allowed = or_(false(), *(and_(true(), *(CONDITIONS[name](person, kind) for name in row.only_if)) for row in rows))
    here = kind.consultation_id + 0 if place else kind.consultation_id  # a sum has no index
    return and_(here == consultation.id, allowed)
