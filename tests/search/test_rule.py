"""Search finds what its reader may read and nothing else, whatever the index holds (P1, P13, M5)."""

import re
from itertools import product
from typing import Any

import pytest
from sqlalchemy import Text, cast, delete, insert, select

from crowd import clock
from crowd.db import db, transaction
from crowd.models import Contribution, Finding, Version
from crowd.rules import Asker, may
from crowd.search import asked, deeds, index, queries, similar
from crowd.search.queries import Filters
from crowd.states import PHASES, Kind, Phase, Place, Promise, State
from crowd.themes.queries import themes_in_use
from crowd.threads import deeds as threads
from crowd.threads import recount
from tests import make
from tests.test_rules import ANOTHER, ME, START, STARTS, asker, into

WORDS = "secret canary words"


@pytest.fixture
def world(app: Any) -> Any:
    """Texts of every place, state, promise, kind and author, and findings, all of them with the same words. All are put
    into the index, as no deed would do: what may not be read must not be found even then."""
    assert (make.person().id, make.person().id) == (ME, ANOTHER)
    made = make.consultation("ahp", **{p: STARTS[p] for p in PHASES[1:]})
    with transaction() as session:
        made.created_at = STARTS[Phase.DRAFT]
        words = {"title": WORDS, "source": WORDS, "html": f"<p>{WORDS}</p>", "created_at": START}
        findings = [
            Finding(consultation_id=made.id, number=n, state=state, **words)
            for n, state in enumerate((State.PUBLISHED, State.DRAFT), 1)
        ]
        session.add_all(findings)
        session.flush()
        states = [s for s in State if s not in (State.DRAFT, State.REPLACED)]
        rows = []
        for n, (place, state, promise, kind, author) in enumerate(
            product(Place, states, Promise, Kind, (ME, ANOTHER)), 1
        ):
            rows.append(
                {
                    "id": n,
                    "consultation_id": made.id,
                    "question_id": made.questions[0].id if place == Place.DISCUSSION else None,
                    "finding_id": findings[0].id if place == Place.FINDING else None,
                    "place": place,
                    "kind": kind,
                    "thread_id": n,
                    "author_id": author,
                    "alias": "Dietitian 1",
                    "state": state,
                    "promise": promise,
                    "phase": Phase.MEMBERS,
                    "version_id": n,
                    "once": f"once-{n}",
                    "submitted_at": START,
                    "public_since": START if state not in (State.HELD, State.RETURNED, State.REJECTED) else None,
                }
            )
        session.execute(insert(Contribution), rows)
        session.execute(
            insert(Version),
            [
                {
                    "id": row["id"],
                    "contribution_id": row["id"],
                    "number": 1,
                    "state": row["state"],
                    "source": WORDS,
                    "html": f"<p>{WORDS}</p>",
                    "renderer": 1,
                    "created_at": START,
                    "first_at": START,
                }
                for row in rows
            ],
        )
        deeds._add([row["id"] for row in rows] + [-f.id for f in findings])
    yield made
    clock.set_to(None)


@pytest.mark.parametrize("phase", PHASES)
def test_what_is_found_is_what_the_rule_allows(world, phase):
    """P13: for every standing, phase, state, promise, kind and place; with words and without."""
    into(phase)
    texts = list(db.session.scalars(select(Contribution)))
    findings = list(db.session.scalars(select(Finding)))
    assert len(texts) > 300
    words, nothing = asked.parse("canary"), asked.parse("")
    wrong, cells = [], 0
    for letter, suspended in product("VSBMAH", (False, True)):
        who = asker(letter, world.id, suspended=suspended)
        allowed = {t.id for t in texts if t.state == State.PUBLISHED and may(who, "read", t)}
        for looked_for, sort in ((words, "best"), (words, "newest"), (nothing, "newest")):
            seen, after = set(), None
            while True:
                page = queries.search(who, world, looked_for, Filters(), sort=sort, after=after)
                seen |= {row.id for row in page.rows}
                if after is None and page.number != len(allowed):
                    wrong.append((letter, suspended, sort, "counted", page.number, len(allowed)))
                after = page.next
                if after is None:
                    break
            cells += len(texts)
            if seen != allowed:
                wrong.append((letter, suspended, sort, len(seen), len(allowed)))
        told = {row.number for row in queries.findings(who, world, words)}
        if told != {f.number for f in findings if may(who, "read a finding", f)}:
            wrong.append((letter, suspended, "findings", told))
        alike = {row.id for row in similar.similar(world, who, WORDS, most=1000)}
        if not alike <= allowed or any(t.author_id == who.id and t.id in alike for t in texts):
            wrong.append((letter, suspended, "similar", alike - allowed))
        if letter in "BA" and phase not in (Phase.DRAFT, Phase.REGISTRATION):
            assert alike
    assert wrong == []
    assert cells > 5000


def test_the_index_holds_nothing_but_what_is_published(world):
    """What was put there wrongly is told of and taken out, what is missing put in; findings too."""
    with transaction():
        deeds.mend()
    keys = set(db.session.scalars(select(index.key()).select_from(index.there())))
    texts = select(Contribution.id).where(Contribution.state == State.PUBLISHED)
    assert keys == {*db.session.scalars(texts), *(-n for n in db.session.scalars(select(Finding.id).limit(1)))}
    with transaction() as session:
        session.execute(delete(index.there()).where(index.key() == min(n for n in keys if n > 0)))
    wrong = [w for w in recount.check() if w.table == "search_index"]
    assert [(w.kept, w.there) for w in wrong] == [(0, 1)]
    recount.mend()
    assert not [w for w in recount.check() if w.table == "search_index"]


@pytest.fixture
def story(member, colleague, consultation):
    return consultation.questions[0], make.as_asker(colleague.id)


def keys() -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(index.key()).select_from(index.there())))


@pytest.mark.parametrize("state", [State.HELD, State.RETURNED, State.REJECTED, State.WITHDRAWN])
def test_what_is_not_published_is_neither_found_nor_counted(member, colleague, moderator, host, story, state):
    """M5; also not by its author, nor by those who decide on it."""
    question, author = story
    make.contribution(question, by=author, text="a canary text", state=state)
    for who in (member, colleague, moderator, host):
        for path in ("/c/ahp/search?q=canary", "/c/ahp/search"):
            page = who.get(path)
            assert "canary text" not in page
            assert not re.search("[0-9] found", page)
    assert keys() == set()


def test_the_index_follows_what_happens_to_a_text(story):
    question, author = story
    text = make.contribution(question, by=author, text="canary that waits", state=State.HELD)
    assert keys() == set()
    text = make.contribution(question, by=author, text="canary")
    assert keys() == {text.id}
    with transaction() as session:  # hidden while it is checked, and shown again
        threads.count_published(session.get_one(Contribution, text.id), -1)
    assert keys() == set()
    with transaction() as session:
        threads.count_published(session.get_one(Contribution, text.id), 1)
    assert keys() == {text.id}
    with transaction() as session:
        threads.withdraw(session.get_one(Contribution, text.id), by=author)
    assert keys() == set()


def test_what_is_undone_is_not_in_the_index(story):
    """It stands and falls with the transaction."""
    question, author = story
    text = make.contribution(question, by=author, text="canary")

    def withdraw_and_fail():
        with transaction() as session:
            threads.withdraw(session.get_one(Contribution, text.id), by=author)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        withdraw_and_fail()
    assert keys() == {text.id}


def test_an_index_that_was_lost_is_made_anew_from_the_texts(story, consultation):
    question, author = story
    text = make.contribution(question, by=author, text="canary")
    finding = make.finding(consultation)
    make.finding(consultation, state=State.DRAFT)
    before = _rows()
    with transaction():
        deeds.empty()
        assert deeds.mend() == 2
        assert deeds.mend() == 0
    assert keys() == {text.id, -finding.id}
    assert _rows() == before


def _rows() -> list[tuple[int, str]]:
    db.session.rollback()
    there = index.there()
    words = select(index.key(), cast(there.c.words, Text)).select_from(there).order_by(index.key())
    return [tuple(row) for row in db.session.execute(words)]


def test_a_theme_of_texts_that_one_may_not_read_is_not_named(world):
    from crowd.models import Theme, Themed

    closed, open_to_all = (
        db.session.scalars(
            select(Contribution.id).where(
                Contribution.state == State.PUBLISHED,
                Contribution.promise == promise,
                Contribution.place == Place.DISCUSSION,
                Contribution.author_id == ANOTHER,
            )
        ).first()
        for promise in (Promise.MEMBERS, Promise.ALIAS)
    )
    with transaction() as session:
        session.add_all([Theme(id=n, consultation_id=world.id, number=n, name=f"Theme {n}") for n in (1, 2, 3)])
        session.flush()
        session.add_all([Themed(theme_id=1, contribution_id=closed), Themed(theme_id=2, contribution_id=open_to_all)])
    into(Phase.OPEN)
    named = {letter: [t.number for t in themes_in_use(asker(letter, world.id), world)] for letter in "VSB"}
    assert named == {"V": [2], "S": [2], "B": [1, 2]}
    into(Phase.MEMBERS)
    assert themes_in_use(Asker(), world) == []
