"""The heart: who may do what, when (P1). The promises of the table as sentences, and rule = list."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import insert, select

from crowd import clock, rules, schedule
from crowd.db import db, transaction
from crowd.models import Consultation, Contribution, Finding
from crowd.rules import TABLE, VISITOR, Asker, may, visible
from crowd.states import PHASES, Kind, Phase, Place, Promise, Standing, State
from tests import make

START = datetime(2030, 1, 1, tzinfo=UTC)
MONTH = timedelta(days=30)
STARTS = {phase: START + n * MONTH for n, phase in enumerate(PHASES)}
ME, ANOTHER = 1, 2


def asker(letter: str, consultation_id: int, *, suspended: bool = False) -> Asker:
    """Always the same person, with another standing, so that "own" is the same text for all."""
    if letter == "V":
        return VISITOR
    member = SimpleNamespace(standing=letter)
    if letter in "MAH":
        return Asker(id=ME, roles=frozenset(letter), suspended=suspended)
    return Asker(id=ME, memberships={consultation_id: member}, suspended=suspended)


# What product.md promises, written down a second time on purpose: act, on what, and who in each phase. "." is nobody,
# "all" everybody. A text is somebody else's and published unless its name says otherwise.
PROMISED = """
act                  | on what             | draft | registration | members | analysis | open  | closed
see the consultation | consultation        | HM    | all          | all     | all      | all   | all
ask to join          | consultation        | .     | VS           | VS      | .        | VS    | .
join as a stakeholder| consultation        | .     | .            | .       | .        | V     | .
enter the discussion | consultation        | HM    | HM           | BMAH    | BMAH     | all   | all
contribute           | consultation        | .     | .            | BMH     | .        | .     | .
read                 | members-only        | HM    | HM           | BMAH    | BMAH     | BMAH  | BMAH
read                 | promised to all     | HM    | HM           | BMAH    | BMAH     | all   | all
read                 | finding's comment   | HM    | HM           | HM      | HM       | all   | all
read                 | held                | HM    | HM           | HM      | HM       | HM    | HM
read                 | removed             | HM    | HM           | HM      | HM       | HM    | HM
see                  | removed             | HM    | HM           | BMAH    | BMAH     | all   | all
see                  | held                | HM    | HM           | HM      | HM       | HM    | HM
read                 | own held            | HM    | HM           | SBMAH   | SBMAH    | SBMAH | SBMAH
read                 | own rejected        | HM    | HM           | SBMAH   | SBMAH    | SBMAH | SBMAH
comment              | promised to all     | .     | .            | BMH     | .        | .     | .
comment              | finding's comment   | .     | .            | .       | .        | SBMH  | .
comment              | held                | .     | .            | .       | .        | .     | .
vote                 | promised to all     | .     | .            | B       | .        | .     | .
vote                 | own                 | .     | .            | .       | .        | .     | .
vote                 | held                | .     | .            | .       | .        | .     | .
edit                 | own                 | .     | .            | BMH     | .        | .     | .
edit                 | own held            | .     | .            | BMH     | .        | .     | .
edit                 | own returned        | .     | .            | BMH     | BMH      | .     | .
edit                 | own returned late   | .     | .            | .       | .        | .     | .
edit                 | own on a finding    | .     | .            | .       | .        | SBMH  | .
edit                 | promised to all     | .     | .            | .       | .        | .     | .
withdraw             | own                 | .     | .            | SBMAH   | SBMAH    | SBMAH | SBMAH
withdraw             | own rejected        | .     | .            | .       | .        | .     | .
withdraw             | promised to all     | .     | .            | .       | .        | .     | .
widen the promise    | own                 | .     | .            | B       | B        | B     | B
widen the promise    | promised to all     | .     | .            | .       | .        | .     | .
comment              | closed thread       | .     | .            | .       | .        | .     | .
read the versions    | own                 | HM    | HM           | SBMAH   | SBMAH    | SBMAH | SBMAH
read the versions    | promised to all     | HM    | HM           | HM      | HM       | HM    | HM
close the thread     | promised to all     | .     | .            | HM      | .        | .     | .
close the thread     | finding's comment   | .     | .            | .       | .        | HM    | .
close the thread     | reply               | .     | .            | .       | .        | .     | .
pin as the prompt    | facilitator's       | .     | .            | HM      | .        | .     | .
pin as the prompt    | facilitator's reply | .     | .            | .       | .        | .     | .
pin as the prompt    | promised to all     | .     | .            | .       | .        | .     | .
see votes by profession | promised to all  | .     | .            | H       | H        | H     | H
invite experts       | consultation        | .     | H            | H       | .        | .     | .
follow               | promised to all     | .     | .            | BMAH    | BMAH     | SBMAH | SBMAH
report               | promised to all     | .     | .            | B       | B        | VSB   | VSB
report               | members-only        | .     | .            | B       | B        | B     | B
report               | finding's comment   | .     | .            | .       | .        | VSB   | VSB
report               | own                 | .     | .            | .       | .        | VS    | VS
vote                 | merged              | .     | .            | .       | .        | .     | .
appeal               | own rejected        | .     | .            | BMH     | BMH      | SBMH  | SBMH
appeal               | own rejected late   | .     | .            | .       | .        | .     | .
appeal               | own                 | .     | .            | .       | .        | .     | .
look behind an alias | promised to all     | .     | .            | MH      | MH       | MH    | MH
look behind an alias | own                 | .     | .            | .       | .        | .     | .
look behind an alias | facilitator's       | .     | .            | .       | .        | .     | .
break the seal       | promised to all     | .     | .            | H       | H        | H     | H
sanction             | consultation        | .     | .            | MH      | MH       | MH    | MH
decide               | held                | .     | .            | MH      | MH       | MH    | MH
decide               | own held            | .     | .            | .       | .        | .     | .
decide               | answers mine        | .     | .            | .       | .        | .     | .
read a finding       | finding draft       | .     | .            | AH      | MAH      | MAH   | MAH
read a finding       | finding draft shown | .     | .            | AH      | BMAH     | MAH   | MAH
read a finding       | finding             | .     | .            | AH      | MAH      | all   | all
comment on a finding | finding             | .     | .            | .       | .        | SBMH  | .
comment on a finding | finding draft       | .     | .            | .       | .        | .     | .
vote on a finding    | finding             | .     | .            | .       | .        | SB    | .
vote on a finding    | finding draft       | .     | .            | .       | .        | .     | .
write findings       | consultation        | .     | .            | AH      | AH       | AH    | .
code contributions   | consultation        | .     | .            | AH      | AH       | AH    | .
give themes          | members-only        | .     | .            | AH      | AH       | AH    | .
give themes          | held                | .     | .            | .       | .        | .     | .
give themes          | removed             | .     | .            | .       | .        | .     | .
read the analysis    | consultation        | .     | .            | AH      | AH       | AH    | AH
publish responses    | consultation        | .     | .            | .       | .        | H     | H
set up               | consultation        | H     | H            | H       | H        | H     | H
"""


def thing(name: str, consultation: Consultation) -> Any:
    """What a row of the table above speaks of."""
    if name == "consultation":
        return consultation
    if name.startswith("finding") and name != "finding's comment":
        state = State.DRAFT if "draft" in name else State.PUBLISHED
        return Finding(state=state, shown="shown" in name, consultation=consultation)
    words = name.split()
    state = next((State(w) for w in words if w in set(State)), State.PUBLISHED)
    never_public = {State.HELD, State.RETURNED, State.REJECTED}
    return Contribution(
        consultation=consultation,
        place=Place.FINDING if "finding" in name else Place.DISCUSSION,
        author_id=ME if "own" in words else ANOTHER,
        parent_author_id=ME if name == "answers mine" else 0,
        closed="closed" in words,
        level=2 if "reply" in words else 1,
        facilitator="facilitator's" in words,
        state=State.HELD if name == "answers mine" else state,
        promise=Promise.MEMBERS if name == "members-only" else Promise.ALIAS,
        public_since=None if state in never_public else START,
        merged="merged" in words,
        appeal_by=clock.now() + timedelta(days=-1 if "late" in words else 1) if state == State.REJECTED else None,
        resubmit_by=clock.now() + timedelta(days=-1 if "late" in words else 1) if state == State.RETURNED else None,
    )


def promised() -> Iterator[tuple[str, str, Phase, str]]:
    for line in PROMISED.strip().splitlines()[1:]:
        act, on, *cells = (cell.strip() for cell in line.split("|"))
        for phase, cell in zip(PHASES, cells, strict=True):
            yield act, on, phase, "VSBMAH" if cell == "all" else cell.strip(".")


@pytest.fixture
def planned() -> Iterator[Consultation]:
    """A consultation that no database has, with a month for each phase."""
    yield Consultation(
        id=7,
        slug="ahp",
        timezone="Europe/London",
        created_at=STARTS[Phase.DRAFT],
        **dict.fromkeys(schedule.GATES.values(), START),
        **{p: STARTS[p] for p in PHASES[1:]},
    )
    clock.set_to(None)


def into(phase: Phase) -> None:
    clock.set_to(STARTS[phase] + MONTH / 2)


def test_p1_everybody_may_do_what_the_product_promises_and_nothing_else(planned):
    wrong = []
    for act, on, phase, letters in promised():
        into(phase)
        found = "".join(s for s in "VSBMAH" if may(asker(s, planned.id), act, thing(on, planned)))
        expected = set(letters) | ({"A"} if "V" in letters else set())  # one who has not joined is a visitor as well
        if set(found) != expected:
            wrong.append(f"{act}, {on}, {phase}: {found or 'nobody'} instead of {letters or 'nobody'}")
    assert wrong == []


def test_p1_every_act_of_the_table_is_promised_above():
    assert {act for act, *_rest in promised()} == set(TABLE)


def test_p2_the_instant_of_a_start_belongs_to_the_new_phase(planned):
    clock.set_to(None)
    member = asker("B", planned.id)
    bell = STARTS[Phase.ANALYSIS]
    assert may(member, "contribute", planned, bell - timedelta(microseconds=1))
    assert not may(member, "contribute", planned, bell)


def test_p11_withdrawing_never_stops(planned):
    for phase in PHASES[2:]:
        into(phase)
        assert may(asker("B", planned.id), "withdraw", thing("own", planned))


def test_p12_a_text_for_members_is_never_read_by_anybody_else(planned):
    for phase, letter in product(PHASES, "VS"):
        into(phase)
        for act in ("see", "read", "report", "comment", "vote"):
            assert not may(asker(letter, planned.id), act, thing("members-only", planned)), (act, phase, letter)


def test_facilitators_never_vote(planned):
    """Also not with a membership of their own."""
    own = SimpleNamespace(standing="B")
    for roles in ("M", "H", "MH"):
        facilitator = Asker(id=ME, roles=frozenset(roles), memberships={planned.id: own})
        for phase in PHASES:
            into(phase)
            assert not may(facilitator, "vote", thing("promised to all", planned))
            assert not may(facilitator, "vote on a finding", thing("finding", planned))


def test_a_membership_counts_in_its_own_consultation_only(planned):
    elsewhere = asker("B", planned.id + 1)
    into(Phase.MEMBERS)
    assert not may(elsewhere, "contribute", planned)
    assert not may(elsewhere, "enter the discussion", planned)


def test_a_suspended_person_reads_as_before_and_does_nothing_else(planned):
    """Of a visitor's acts none needs a standing, so the suspended keep those; withdrawing never stops (P11)."""
    kept = {
        "see the consultation",
        "enter the discussion",
        "see",
        "read",
        "read a finding",
        "withdraw",
        "read the versions",
    }
    for phase, letter, (act, on) in product(PHASES, "SBMAH", {(a, o) for a, o, _p, _l in promised()}):
        into(phase)
        before, after = (may(asker(letter, planned.id, suspended=s), act, thing(on, planned)) for s in (False, True))
        as_visitor = may(VISITOR, act, thing(on, planned))
        if act in kept:
            assert after == before, (act, on, phase, letter)
        elif "own" not in on:
            assert after == as_visitor, (act, on, phase, letter)


@pytest.mark.parametrize(
    ("right", "misspelt"),
    [
        ("| M H ", "| M X "),
        ("on a finding, was public", "on a finding, was publick"),
        ("| members |", "| membres |"),
        ("| only if", "| only when"),
        ("set up                  | H     |", "set up                  | H     | H     |"),
    ],
)
def test_a_word_that_the_table_does_not_know_stops_the_program(right, misspelt):
    assert right in rules.RULES
    with pytest.raises(ValueError, match=r"table of rules|zip"):
        rules._parse(rules.RULES.replace(right, misspelt, 1))


def test_so_it_is_with_the_table_of_the_site():
    with pytest.raises(ValueError, match="table of the site"):
        rules._parse_site(rules.SITE_RULES.replace("M H", "M X"))


def test_an_act_that_does_not_exist_is_an_error_and_never_granted(planned):
    with pytest.raises(KeyError):
        may(asker("H", planned.id), "fly", planned)


def test_roles_reach_the_desks_and_nothing_else_does():
    found = {
        act: "".join(r for r in "VPMAH" if may(_on_the_site(r), act, None))
        for act in ("use an account", "moderate", "analyse", "host")
    }
    assert found == {"use an account": "PMAH", "moderate": "MH", "analyse": "AH", "host": "H"}


def _on_the_site(letter: str) -> Asker:
    return VISITOR if letter == "V" else Asker(id=ME, roles=frozenset(letter) - {"P"})


# ---- rule = list ----------------------------------------------------------------------------------------------------

OF_TEXTS = [act for act, rows in TABLE.items() if any(row.only_if for row in rows) and "finding" not in act]
OF_FINDINGS = [act for act, rows in TABLE.items() if all(set(row.only_if) <= {"published"} for row in rows)]
STATES = [s for s in State if s not in (State.DRAFT, State.REPLACED)]


def rows_of(consultation: Consultation, question: int, finding: int, people: tuple[int, int]) -> list[dict[str, Any]]:
    """Every combination of what a condition could look at."""
    rows = []
    every = product(Place, STATES, Promise, Kind, people, (None, START), (0, *people))
    for n, (place, state, promise, kind, author, since, parent) in enumerate(every):
        for hours in (None, -1, 1) if state == State.RETURNED else (None,):
            rows.append(
                {
                    "consultation_id": consultation.id,
                    "question_id": question if place == Place.DISCUSSION else None,
                    "finding_id": finding if place == Place.FINDING else None,
                    "place": place,
                    "state": state,
                    "promise": promise,
                    "kind": kind,
                    "author_id": author,
                    "public_since": since,
                    "parent_author_id": parent,
                    "resubmit_by": hours,
                    "alias": "Dietitian 1",
                    "closed": n % 3 == 0,
                    "level": 1 + n % 2,
                    "facilitator": n % 5 == 0,
                    "phase": Phase.MEMBERS,
                    "once": f"once-{len(rows)}",
                    "submitted_at": START,
                }
            )
    return rows


@pytest.fixture
def everything(app):
    """A text of every kind in every state, by me and by another, and findings; a second consultation beside it."""
    assert (make.person().id, make.person().id) == (ME, ANOTHER)
    other = make.consultation("other")
    made = make.consultation("ahp", **{p: STARTS[p] for p in PHASES[1:]})
    with transaction() as session:
        made.created_at = STARTS[Phase.DRAFT]
        finding = make_finding(made)
        session.add_all([finding, make_finding(made, State.DRAFT, 2), make_finding(other)])
        session.flush()
        rows = rows_of(made, made.questions[0].id, finding.id, (ME, ANOTHER))
        elsewhere = rows_of(other, other.questions[0].id, finding.id, (ME, ANOTHER))[::50]
        session.execute(insert(Contribution), [_timed(r, "ahp") for r in rows])
        session.execute(insert(Contribution), [_timed(r, "other") for r in elsewhere])
    yield made
    clock.set_to(None)


def _timed(row: dict[str, Any], slug: str) -> dict[str, Any]:
    hours = row["resubmit_by"]
    until = None if hours is None else START + 100 * MONTH * hours
    return row | {"resubmit_by": until, "once": f"{slug}-{row['once']}"}


def make_finding(of: Consultation, state: State = State.PUBLISHED, number: int = 1) -> Finding:
    words = {"title": "What we found", "source": "It is so.", "html": "<p>It is so.</p>"}
    return Finding(consultation_id=of.id, number=number, state=state, created_at=START, **words)


@pytest.mark.parametrize("phase", PHASES)
def test_p13_a_list_holds_exactly_what_the_rule_allows(everything, phase):
    """Search, feeds, counts and exports select by `visible`; a page asks `may`. Both are asked about every text."""
    into(phase)
    cells, wrong = 0, []
    kinds = ((Contribution, OF_TEXTS), (Finding, OF_FINDINGS))
    for kind, acts in kinds:
        things = list(db.session.scalars(select(kind).where(kind.consultation_id == everything.id)))
        assert len(things) >= (2 if kind is Finding else 2000)
        for letter, suspended, act in product("VSBMAH", (False, True), acts):
            who = asker(letter, everything.id, suspended=suspended)
            listed = set(db.session.scalars(select(kind.id).where(visible(who, act, kind, everything))))
            allowed = {t.id for t in things if may(who, act, t)}
            cells += len(things)
            if listed != allowed:
                wrong.append((kind.__name__, letter, suspended, act, len(listed), len(allowed)))
    assert wrong == []
    assert cells > 5000


def test_the_letters_of_the_table_are_the_standings():
    assert set("VSBMAH") == set(Standing)


def test_a_suspended_host_or_moderator_has_no_desk():
    """The roles of somebody who is suspended rest on the whole site too; an own page stays."""
    for letter, act in (("H", "host"), ("M", "moderate"), ("A", "analyse")):
        assert may(Asker(id=7, roles=frozenset(letter)), act, None)
        assert not may(Asker(id=7, roles=frozenset(letter), suspended=True), act, None)
    assert may(Asker(id=7, suspended=True), "use an account", None)
