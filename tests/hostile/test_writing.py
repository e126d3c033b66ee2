"""Bad input over HTTP, at every place where somebody writes: a sentence, the text kept, nothing taken, never a 500."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from crowd.db import db
from crowd.models import Contribution, Draft, Version, VoteNow
from crowd.states import Kind, Promise, State
from tests import make

DEEP = {
    "1,000 quotes deep": "> " * 1000 + "deep",
    "1,000 lists deep": "".join(" " * (2 * n % 4000) + "- a\n" for n in range(90)) + "- " * 1000 + "deep",
    "1,000 emphases deep": "*a _b " * 600 + "deep",
    "1,000 brackets": "[" * 1000 + "deep",
    "links in links": "[a](" * 1000 + "deep",
    "tables": "|a" * 2000 + "\n" + "|-" * 2000 + "\n" + "a\n" * 50,
}
LONG = {
    "empty": "",
    "blank": " \n\t\u00a0",
    "nothing to see": "\u200b\u2060\ufeff\u3164",
    "10,001 characters": "x" * 10_001,
    "100,000 nested brackets": "[" * 100_000 + "]" * 100_000,
    "many lines": "\n".join("ab" for _n in range(3_000)),
}
REFUSED = LONG | DEEP
TAKEN = {
    "NUL": "Before\0after",
    "a lone surrogate": b"Before\xed\xa0\x80after",
    "invalid UTF-8": b"Before\xff\xfeafter",
    "bidi override": "Before\u202eafter\u2066\u2069",
    "zero width": "Be\u200bfore\u200d after",
    "Zalgo": "Before" + "Z\u0335\u0321\u0310" * 900 + "after",
    "a million accents on one letter": "Before a" + "\u0301" * 9_900 + "after",
    "controls": "Before" + "".join(map(chr, range(1, 32))) + "after",
    "script": "<script>alert(1)</script>Before after",
    "formula": "=HYPERLINK(1)+Before after",
    "template": "{{ config }}{% raw %}${7*7} Before after",
}
INVISIBLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.fixture
def places(member, colleague, consultation) -> dict[str, tuple[str, dict[str, Any]]]:
    """Where a member writes in the members' phase: the address, and what its form would send."""
    asked = consultation.questions[0]
    idea = make.contribution(asked, by=make.as_asker(colleague.id))
    own = make.contribution(asked, by=make.as_asker(member.id))
    paths = {"write": "/c/ahp/q/1/new", "reply": f"/p/{idea.id}/reply", "edit": f"/p/{own.id}/edit"}
    return {name: (path, member.get(path).form(having="text")[1]) for name, path in paths.items()}


def count(of: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(of)) or 0


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_with_a_sentence_and_kept(member, places, name):
    before = count(Version)
    for path, fields in places.values():
        page = member.send(path, fields | {"text": REFUSED[name], "do": "send"})
        assert page.status == 422, path
        assert "There is a problem" in page
        kept = page.form(having="text")[1]["text"].replace("\r\n", "\n").strip()
        typed = REFUSED[name].strip() if name != "nothing to see" else REFUSED[name].replace("\ufeff", "")
        assert kept == re.sub("[ \t]+$", "", typed, flags=re.MULTILINE)
    assert count(Version) == before


def _at(path: str, text: str | bytes) -> str | bytes:
    """The text, and where it goes: the same words twice are refused for another reason (M2)."""
    return text + path.encode() if isinstance(text, bytes) else text + path


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_only_odd_is_taken_and_nothing_harmful_is_left_of_it(member, places, name):
    for path, fields in places.values():
        page = member.send(path, fields | {"text": _at(path, TAKEN[name])})
        assert page.status == 200, (path, re.findall('class="wrong"[^<]*<[^<]*<[^<]*', page))
        assert "has been saved" in page
    for version in db.session.scalars(select(Version).where(Version.state == State.HELD)):
        assert not INVISIBLE.search(version.source + version.html)
        assert "<script" not in version.html
        assert "after" in version.source


@pytest.mark.parametrize("name", REFUSED | TAKEN)
def test_every_text_can_be_previewed_and_kept_as_a_draft(member, places, name):
    typed = (REFUSED | TAKEN)[name]
    for path, fields in places.values():
        assert member.send(path, fields | {"text": typed, "do": "preview"}).status in (200, 422)
        assert member.send(path, fields | {"text": typed, "do": "draft"}).status in (200, 422)
        assert member.send(f"{path}?save", fields | {"text": typed}, headers={"X-Fragment": "1"}).status in (204, 422)
        assert member.get(path).status == 200
    token = next(iter(places.values()))[1]["csrf_token"]
    assert member.send("/preview", {"text": typed, "csrf_token": token}).status == 200


@pytest.mark.parametrize("name", REFUSED | TAKEN)
def test_a_comment_on_a_finding_is_no_easier(stakeholder, consultation, at, name):
    make.finding(consultation)
    at(consultation.open)
    page = stakeholder.post("/c/ahp/findings/1/comment", text=(REFUSED | TAKEN)[name])
    assert page.status == (422 if name in REFUSED else 200)


def test_a_refused_text_is_a_draft_that_can_be_saved_and_a_too_long_draft_is_not_cut(member, places):
    path, fields = places["write"]
    member.send(path, fields | {"text": "x" * 150_000, "do": "draft"})
    assert len(db.session.scalars(select(Draft)).one().fields["text"]) == 150_000
    page = member.send(path, fields | {"text": "y" * 200_001, "do": "draft"})
    assert page.status == 422
    assert "y" * 200_001 in page
    assert db.session.scalars(select(Draft)).one().fields["text"][0] == "x"


@pytest.mark.parametrize("field", ["kind", "promise"])
@pytest.mark.parametrize(
    "forged", ["comment", "example", "7", "-1", "", "\0", "x" * 5_000, "0\n1", "²", "1.0", "9" * 400]
)
def test_a_forged_kind_or_promise_is_a_sentence_and_never_another_value(member, places, field, forged):
    path, fields = places["write"]
    page = member.send(path, fields | {"text": "My text", field: forged})
    assert page.status == 422
    assert ("Choose what it is" if field == "kind" else "Choose who will read this") in page
    assert "My text" in page
    assert db.session.scalars(select(Version).where(Version.source == "My text")).all() == []


def test_a_promise_that_the_host_does_not_offer_is_refused(member, host, places):
    path, fields = places["reply"]
    _to, set_up = host.get("/host/ahp/").form(having="promises")
    host.send("/host/ahp/", set_up | {"promises": ["0"], "default_promise": "0"})
    page = member.send(path, fields | {"text": "My text", "promise": str(int(Promise.ALIAS))})
    assert page.status == 422
    assert "Choose who will read this" in page


def test_several_values_of_one_field_are_no_way_around(member, places):
    path, fields = places["write"]
    page = member.send(
        path, fields | {"text": ["My text", "Another"], "kind": ["comment", "idea"], "promise": ["7", "2"]}
    )
    assert page.status == 422
    assert count(Version) == 2


def test_a_comment_has_no_kind_to_forge(member, places):
    path, fields = places["reply"]
    member.send(
        path, fields | {"text": "My text", "kind": "idea", "best_practice": "1", "parent_id": "1", "serial": "9"}
    )
    sent = db.session.scalars(select(Contribution).order_by(Contribution.id.desc())).first()
    assert (sent.kind, sent.serial, sent.best_practice) == (Kind.COMMENT, None, False)


def test_an_answer_cannot_be_put_under_something_else(member, places):
    """A parent is what the address names; what the form says of one is not read."""
    path, fields = places["write"]
    forged = {
        "parent_id": "1",
        "parent": "1",
        "question_id": "3",
        "consultation_id": "9",
        "thread_id": "1",
        "path": "0",
    }
    member.send(path, fields | {"text": "My text"} | forged)
    sent = db.session.scalars(select(Contribution).order_by(Contribution.id.desc())).first()
    assert (sent.parent_id, sent.level, sent.thread_id) == (None, 1, sent.id)


@pytest.mark.parametrize("what", ["held", "returned", "rejected", "withdrawn", "later", "elsewhere", "closed"])
def test_nobody_answers_what_cannot_be_answered(member, colleague, consultation, places, what):
    """Forged parents: one that waits, was never public, was taken back, is not there yet, is another consultation's."""
    by, asked = make.as_asker(colleague.id), consultation.questions[0]
    if what == "later":
        number = (db.session.scalar(select(func.max(Contribution.id))) or 0) + 5
    elif what == "elsewhere":
        other = make.consultation("other")
        number = make.contribution(other.questions[0], by=make.member(other)).id
    elif what == "closed":
        parent = make.contribution(asked, by=by)
        with make.transaction():
            parent.closed = True
        number = parent.id
    else:
        number = make.contribution(asked, by=by, state=State(what)).id
    before = count(Contribution)
    page = member.send(f"/p/{number}/reply", places["reply"][1] | {"text": "My text"})
    assert page.status in (403, 404)
    assert page.status == (403 if what in ("withdrawn", "closed") else 404)
    assert "My text" in page
    assert count(Contribution) == before


@pytest.mark.parametrize(
    "path", ["/c/ahp/q/2/new", "/c/other/q/1/new", "/c/ahp/q/99/new", "/p/0/reply", f"/p/{2**31}/reply"]
)
def test_a_form_of_one_place_is_worth_nothing_at_another_that_is_not_ones_own(member, places, path):
    make.consultation("other")
    page = member.send(path, places["write"][1] | {"text": "My text"})
    sent = db.session.scalars(select(Contribution).order_by(Contribution.id.desc())).first()
    if path == "/c/ahp/q/2/new":
        assert (page.status, sent.question.number) == (200, 2)
    else:
        assert page.status in (403, 404)
        assert html.escape("My text") in page


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "agree",
        "agree-",
        "agree-0",
        "agree-99999",
        "agree--1",
        "agree-1.0",
        "agree-²",
        "agree-f99999",
        "agree-\0",
        "x-1",
        "agree-" + "9" * 40,
        "agree-f",
        "agree-1 OR 1=1",
        "x" * 100_000,
    ],
)
def test_a_forged_vote_is_no_vote(member, colleague, consultation, forged):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id))
    _to, fields = member.get(f"/p/{idea.id}").form("/vote")
    assert member.send("/vote", fields | {"vote": forged}).status in (400, 404)
    assert count(VoteNow) == 0


def test_there_are_no_votes_by_get(member, colleague, consultation):
    idea = make.contribution(consultation.questions[0], by=make.as_asker(colleague.id))
    for path in (
        f"/vote?vote=agree-{idea.id}",
        f"/c/ahp/vote?vote=agree-{idea.id}",
        f"/p/{idea.id}?vote=agree-{idea.id}",
    ):
        assert member.get(path).status in (200, 404, 405)
    assert count(VoteNow) == 0
    assert make.anew(idea).agree == 0


@pytest.mark.parametrize("forged", [b"\xff", "\0", "x" * 5_000, b"\xed\xa0\x80"])
def test_the_fields_around_a_text_are_as_safe(member, consultation, forged):
    """Of an example and of a group: taken or refused with a sentence, and shown as text."""
    path = "/c/ahp/q/3/new"
    _to, fields = member.get(path).form(having="text")
    around = dict.fromkeys(("setting", "effect", "branch", "agreed", "present"), forged)
    page = member.send(path, fields | {"text": "My text"} | around)
    assert page.status in (200, 422)
    assert "My text" in page or "has been saved" in page


def test_the_stamps_of_a_form_may_be_anything(member, places):
    path, fields = places["write"]
    for n, forged in enumerate(("", "\0", b"\xff", "x" * 9_000, "1.x")):
        page = member.send(path, fields | {"text": f"My text {n}", "once": forged, "rendered": forged})
        assert page.status == 200
