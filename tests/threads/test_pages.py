"""Pages of a thread: any tree, posted in any order and in any states, reads back in the same shape, in every order of
its top-level answers and at every size of a page."""

import itertools
import re
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update

from crowd import clock, log
from crowd.db import db, engine_is_postgres, transaction
from crowd.models import Consultation, Contribution, Question
from crowd.rules import VISITOR
from crowd.states import Kind, Phase, Place, Promise, State
from crowd.threads import orders, paging
from crowd.threads.deeds import path_step
from crowd.threads.nesting import assemble
from crowd.threads.paging import Under
from tests import make

STATES = [State.PUBLISHED, State.PUBLISHED, State.PUBLISHED, State.WITHDRAWN, State.REMOVED, State.HELD, State.REJECTED]
NEVER = (State.HELD, State.REJECTED)
# A tree as a list: for each comment which earlier one it answers (0 the root), its state, votes, and promise.
comment = st.tuples(
    st.integers(0, 10**6), st.sampled_from(STATES), st.integers(0, 9), st.integers(0, 9), st.sampled_from(Promise)
)
trees = st.lists(comment, max_size=30)
any_tree = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[hypothesis.Phase.generate],
)


def grow(of: Consultation, author: int, tree: list[Any]) -> tuple[Contribution, dict[int, Any]]:
    """A thread as rows, straight into the database; the root and by number every row."""
    root = make.contribution(of.questions[0], by=make.as_asker(author))
    db.session.expunge_all()
    first = {
        "id": root.id,
        "path": root.path,
        "level": 1,
        "parent": 0,
        "state": State.PUBLISHED,
        "promise": Promise.ALIAS,
    }
    rows, made = [first], []
    for n, (above, wished, agree, disagree, promise) in enumerate(tree, 1):
        parent = rows[above % len(rows)]
        number = root.id + n
        state = parent["state"] if parent["state"] in NEVER else wished  # nobody answers what was never public
        never = state in NEVER
        rows.append(
            {"id": number, "path": parent["path"] + path_step(number), "level": parent["level"] + 1}
            | {"agree": agree, "disagree": disagree, "parent": parent["id"], "state": state, "promise": promise}
        )
        made.append(
            {
                "id": number,
                "consultation_id": of.id,
                "question_id": root.question_id,
                "place": Place.DISCUSSION,
                "kind": Kind.COMMENT,
                "parent_id": parent["id"],
                "thread_id": root.id,
                "path": rows[-1]["path"],
                "level": rows[-1]["level"],
                "author_id": author,
                "alias": "Dietitian 1",
                "state": state,
                "promise": promise,
                "phase": Phase.MEMBERS,
                "once": f"tree-{number}",
                "submitted_at": clock.now(),
                "public_since": None if never else clock.now(),
                "agree": agree,
                "disagree": disagree,
            }
        )
    with transaction() as session:
        if made:
            session.execute(insert(Contribution), made)
            if engine_is_postgres():  # it counts on from the ids that it gave itself
                session.execute(text("SELECT setval('contributions_id_seq', (SELECT max(id) FROM contributions))"))
    return root, {row["id"]: row for row in rows}


def pages(of: Consultation, who: Any, under: Under, order: str) -> list[paging.Page]:
    found, after = [], None
    while True:
        page = paging.thread(of, who, under, order, after)
        found.append(page)
        if not page.after:
            return found
        after = paging.read_key(page.after, orders.parts(order), path=True)


def seen(rows: dict[int, Any], root: int, inside: bool) -> dict[int, int]:
    """What a member, or somebody outside, sees, each with the nearest ancestor that they see."""
    public = {n for n, row in rows.items() if n != root and row["state"] not in NEVER}
    shown = {n for n in public if inside or rows[n]["promise"] > Promise.MEMBERS}

    def nearest(number: int) -> int:
        parent = rows[number]["parent"]
        return parent if parent in shown or parent == root else nearest(parent)

    return {n: nearest(n) for n in shown}


@pytest.mark.parametrize("order", orders.COMMENTS)
@pytest.mark.parametrize("inside", [True, False])
@any_tree
@given(tree=trees, tops=st.integers(1, 4), most=st.integers(3, 9))
def test_any_tree_reads_back_in_the_same_shape(app, monkeypatch, order, inside, tree, tops, most):
    consultation, author, reader = _place(inside)
    root, rows = grow(consultation, author, tree)
    monkeypatch.setattr(paging, "TOPS", tops)
    monkeypatch.setattr(paging, "ROWS", most)
    found = pages(consultation, reader, Under(thread=root.id), order)
    read = [row.id for page in found for row in page.rows]
    parents = seen(rows, root.id, inside)
    assert sorted(read) == sorted(parents), "each exactly once"
    at = {number: n for n, number in enumerate(read)}
    for number, parent in parents.items():
        assert parent == root.id or at[parent] < at[number], "an answer never stands before what it answers"
        below = [n for n in read if rows[n]["path"].startswith(rows[number]["path"])]
        assert below == sorted(below, key=lambda n: rows[n]["path"]), "in the order in which they were written"
        assert at[below[-1]] - at[number] == len(below) - 1, "nothing stands between a text and its answers"
    assert all(len(page.rows) <= most for page in found)
    assert all(len({row.path[6:12] for row in page.rows}) <= tops for page in found)
    firsts = [n for n in read if len(rows[n]["path"]) == 12]
    assert firsts == sorted(firsts, key=_rank(order, rows))


def _place(inside: bool) -> tuple[Consultation, int, Any]:
    """A consultation, somebody who writes there, and who reads: a member while members discuss, or a visitor later."""
    slug = f"c{next(_places)}"
    of = make.consultation(slug, phase=Phase.MEMBERS if inside else Phase.OPEN)
    author = make.member(of)
    return of, author.id, author if inside else VISITOR


_places = itertools.count()


def _rank(order: str, rows: dict[int, Any]) -> Any:
    if order == "oldest":
        return lambda n: n
    if order == "newest":
        return lambda n: -n
    return lambda n: (-lower(rows[n]["agree"], rows[n]["agree"] + rows[n]["disagree"]), -n)


def lower(agree: int, votes: int) -> int:
    """Wilson's lower bound, written a second time."""
    if not votes:
        return 0
    z2, share = orders.Z**2, agree / votes
    spread = orders.Z * ((share * (1 - share) + z2 / (4 * votes)) / votes) ** 0.5
    return round((share + z2 / (2 * votes) - spread) / (1 + z2 / votes) * 10**6)


@pytest.mark.parametrize("inside", [True, False])
@any_tree
@given(tree=trees, tops=st.integers(1, 4), most=st.integers(3, 9))
def test_every_address_of_a_comment_leads_to_its_page(app, monkeypatch, inside, tree, tops, most):
    consultation, author, reader = _place(inside)
    root, _rows = grow(consultation, author, tree)
    monkeypatch.setattr(paging, "TOPS", tops)
    monkeypatch.setattr(paging, "ROWS", most)
    key = ""
    for page in pages(consultation, reader, Under(thread=root.id), "oldest"):
        for row in page.rows:
            assert paging.begins_at(consultation, reader, Under(thread=root.id), row.path) == key
        key = page.after


def test_a_list_is_nested_as_deep_as_its_paths(consultation, member):
    root, _rows = grow(consultation, member.id, [(n, State.PUBLISHED, 0, 0, Promise.ALIAS) for n in range(40)])
    page = paging.thread(consultation, make.member(consultation), Under(thread=root.id), "oldest", None)
    html = b"".join(assemble(page.rows, {row.id: f"<i>{row.id}</i>" for row in page.rows}, base=6).pieces)
    assert (len(page.rows), html.count(b"<details"), html.count(b"</details>")) == (40, 39, 39)


# ---- over HTTP ------------------------------------------------------------------------------------------------------


def ids(page: str) -> list[int]:
    return [int(n) for n in re.findall(r'<article [^>]*id="c(\d+)"', page)]


def next_page(page: str) -> str:
    found = re.search(r'href="([^"]+)" rel="next"', page)
    return found[1].replace("&amp;", "&") if found else ""


@pytest.fixture
def long_thread(consultation, member) -> tuple[Contribution, dict[int, Any]]:
    """Two thousand comments, forty deep in one place, with a broad crowd of short ones around it."""
    chain = [(n, State.PUBLISHED, 1, 0, Promise.ALIAS) for n in range(40)]
    broad = [(0 if n % 3 else 41 + n // 2, State.PUBLISHED, n % 7, n % 3, Promise.ALIAS) for n in range(1960)]
    return grow(consultation, member.id, chain + broad)


@pytest.mark.parametrize("order", orders.COMMENTS)
def test_two_thousand_comments_are_read_page_by_page(long_thread, colleague, order):
    root, rows = long_thread
    read, address = [], f"/p/{root.id}?sort={order}"
    while address:
        page = colleague.get(address)
        assert page.status == 200
        assert page.count("<ol") == page.count("</ol>")
        found = ids(page)
        assert len(found) <= paging.ROWS + 1
        read += found
        address = next_page(page)
    assert sorted(read) == sorted(rows)


def test_a_comment_s_address_opens_its_page_with_it_on_it(long_thread, colleague):
    root, rows = long_thread
    for number in (root.id + 1, root.id + 40, root.id + 1000, root.id + 2000):
        page = colleague.get(f"/p/{number}")
        assert page.first_status == 302
        assert number in ids(page)
    where = colleague.browser.get(f"/p/{root.id + 2000}").headers["Location"]
    assert where.endswith(f"#c{root.id + 2000}")
    assert rows[root.id + 40]["level"] == 41


def test_a_page_that_begins_within_a_conversation_says_whom_it_answers(consultation, member, colleague, monkeypatch):
    monkeypatch.setattr(paging, "ROWS", 5)
    root, _rows = grow(consultation, member.id, [(n, State.PUBLISHED, 0, 0, Promise.ALIAS) for n in range(8)])
    page = colleague.get(next_page(colleague.get(f"/p/{root.id}")))
    assert '<li class="lone">' in page
    assert "Level 7 reply to Dietitian 1" in page


@pytest.mark.parametrize("order", orders.COMMENTS)
def test_a_number_that_no_database_holds_is_not_found(consultation, member, question, order):
    root, _rows = grow(consultation, member.id, [(0, State.PUBLISHED, 0, 0, Promise.ALIAS)])
    for number in ("9999999999", "2147483648"):
        key = "-".join([number] * orders.parts(order))
        assert member.get(f"/p/{root.id}?sort={order}&after={key}-000000").status == 404
        assert member.get(f"{question}?sort=agreed&after={number}-{number}").status == 404


def test_one_can_turn_back_from_wherever_an_address_leads(long_thread, colleague):
    root, _rows = long_thread
    page, turned = colleague.get(f"/p/{root.id + 2000}"), 0
    assert "This page is further on in the discussion" in page
    while before := re.search(r'href="([^"]+)" rel="prev"', page):
        earlier = colleague.get(before[1].replace("&amp;", "&"))
        assert ids(colleague.get(next_page(earlier))) == ids(page)
        assert not set(ids(earlier)) & set(ids(page))
        page, turned = earlier, turned + 1
    assert turned > 5
    assert root.id in ids(page)


@pytest.mark.parametrize(
    "key", ["x", "1", "-1-aaaaaa", "1-aaaaa", "1-AAAAA!", "99999999999-aaaaaa", "1-aaaaaa-2", "٣-aaaaaa"]
)
def test_an_address_that_no_page_has_written_is_not_found(consultation, member, key):
    root, _rows = grow(consultation, member.id, [])
    assert member.get(f"/p/{root.id}?after={key}").status == 404


def test_a_page_asks_the_same_number_of_questions_however_long_it_is(consultation, colleague, queries):
    here, roots = consultation.id, []
    for number in (1, 30):
        tree = [(n, State.PUBLISHED, 0, 0, Promise.ALIAS) for n in range(number)]
        of = make.consultation(f"c{number}")
        roots.append(grow(of, make.member(of).id, tree)[0].id)
    with transaction() as session:
        session.execute(update(Contribution).values(consultation_id=here, serial=None))
    asked = []
    for number in roots:
        for _time in range(2):  # the first visit also makes what is kept of the reader's standing
            with transaction():
                log.touch(here)
            with queries() as sent:
                assert colleague.get(f"/p/{number}").status == 200
        asked.append(len([s for s in sent if s.startswith("SELECT")]))
    assert asked[0] == asked[1]
    assert asked[0] <= 12


def test_a_question_asks_the_same_number_of_questions_however_many_answers_it_has(
    consultation, member, colleague, question, queries
):
    asked = []
    for number in (1, 29):
        for _n in range(number):
            first = db.session.scalars(select(Question).where(Question.number == 1)).one()
            make.contribution(first, by=make.as_asker(member.id))
        for _time in range(2):
            with transaction():
                log.touch(consultation.id)
            with queries() as sent:
                page = colleague.get(question)
        asked.append(len([s for s in sent if s.startswith("SELECT")]))
    assert len(ids(page)) == 30
    assert asked[0] == asked[1]
    assert asked[0] <= 13


def test_a_page_reads_its_place_and_not_the_consultation(consultation, colleague, member, question, queries):
    """Whatever stands under other questions, a page costs the same."""
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL chooses by statistics, which a test's few rows do not have
    idea = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id))
    make.contribution(idea, by=make.as_asker(colleague.id), text="Yes")
    with queries() as sent:
        for path in (question, f"{question}?sort=agreed", f"/p/{idea.id}"):
            member.get(path)
    plans = [
        row[3]
        for statement in sent
        if statement.startswith("SELECT")
        for row in db.session.connection().exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement}", (None,) * statement.count("?")
        )
    ]
    assert any("ix_contributions_question_list (question_id=? AND parent_id=? AND state=?)" in plan for plan in plans)
    assert any("ix_contributions_thread" in plan for plan in plans)
    for plan in plans:
        assert "SCAN contributions" not in plan
        assert "(consultation_id=?)" not in plan or "contributions" not in plan, plan
        assert "ix_contributions_list" not in plan
