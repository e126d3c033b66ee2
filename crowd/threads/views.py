"""Pages of threads: reading a question and a thread, voting. Writing stands in writing.py."""

import re
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from crowd import rules
from crowd.db import transaction
from crowd.evidence.files import documents
from crowd.frames import framed
from crowd.i18n import _
from crowd.kept import keep_page
from crowd.models import Consultation, Contribution, Finding, Question
from crowd.pages import path_to
from crowd.states import State, Vote
from crowd.threads import deeds, fragments, laying, queries
from crowd.threads.blueprint import bp
from crowd.threads.fragments import View
from crowd.web import fetch, fetch_kept, person

VALUES = {"agree": Vote.AGREE, "disagree": Vote.DISAGREE, "pass": Vote.PASS, "back": None}
SKIPS = 50  # how many skipped ideas a browser remembers


@bp.route("/c/<slug>/q/<int:number>")
def question(slug: str, number: int) -> Any:
    """A key question with its contributions."""
    asked = fetch_kept(Question, slug, number, to="enter the discussion")
    sort = request.args.get("sort", "newest")
    kind = request.args.get("kind", "")
    if sort not in queries.SORTS or (kind and kind not in asked.kinds):
        abort(404)
    consultation, asker = asked.consultation, person()
    view = View.of(consultation, asker, listed=True)
    after = _after(request.args.get("after", ""), len(queries.SORTS[sort]))

    def answers() -> Any:
        return queries.answers(asked, asker, sort, kind, after)

    rows = laying.unchanged(consultation, view, ("answers", asked.id, sort, kind, after), answers)
    own = queries.own_waiting(asker, question_id=asked.id) if after is None else []
    keep_page(consultation)
    return framed(
        "threads/question.html",
        laying.cards_for(asker, own, rows[: queries.PAGE], consultation, view),
        question=asked,
        documents=tuple(laying.unchanged(consultation, view, ("documents", asked.id), lambda: documents(asked.id))),
        view=view,
        sort=sort,
        kind=kind,
        any=bool(rows or own),
        next_href=_next(asked, rows, sort, kind) if len(rows) > queries.PAGE else "",
        first=after is None,
    )


def _after(key: str, parts: int) -> tuple[int, ...] | None:
    """The key of a page as its address carries it; anything else is not found."""
    if not key:
        return None
    numbers = key.split("-")
    if len(numbers) != parts or not all(n.isascii() and n.isdigit() and len(n) < 10 for n in numbers):
        abort(404)
    return tuple(map(int, numbers))


def _next(asked: Question, rows: Any, sort: str, kind: str) -> str:
    last = rows[queries.PAGE - 1]
    key = "-".join(str(getattr(last, f"key{n}")) for n in range(len(queries.SORTS[sort])))
    slug = asked.consultation.slug
    return path_to(".question", slug=slug, number=asked.number, sort=sort, kind=kind or None, after=key)


@bp.route("/p/<int:number>", endpoint="contribution")
def thread(number: int) -> Any:
    """A contribution with its thread; a comment's address leads to its place in the thread."""
    found = fetch_kept(Contribution, number, to="see")
    if found.finding_id:
        under = fetch(Finding, found.finding_id, to="read a finding")
        return redirect(
            url_for("findings.finding", slug=found.consultation.slug, number=under.number, _anchor=f"c{found.id}")
        )
    if found.parent_id and found.public_since and rules.may(person(), "see", _root(found)):
        return redirect(url_for(".contribution", number=found.thread_id, _anchor=f"c{found.id}"))
    consultation, asker = found.consultation, person()
    view = View.of(consultation, asker)
    keep_page(consultation)
    whole = laying.thread_for(asker, consultation, view, root=found.thread_id or found.id)
    return framed("threads/contribution.html", whole, root=found, view=view, title=_title(found))


def _root(comment: Contribution) -> Contribution:
    """The first text of a comment's thread, asked about before it is shown."""
    return queries.by_number(comment.thread_id)


def _title(contribution: Contribution) -> str:
    return fragments.title(contribution) if contribution.state == State.PUBLISHED else _("A contribution")


@bp.route("/vote", methods=["POST"])
def vote() -> Any:
    """Take one press: agree, disagree, pass, or back; on a contribution ("agree-12") or a finding ("agree-f3")."""
    word, _dash, target = request.form.get("vote", "").partition("-")
    if word not in VALUES or not re.fullmatch("f?[0-9]{1,9}", target):
        abort(400)
    with transaction():
        if target.startswith("f"):
            thing: Any = fetch(Finding, int(target[1:]), to="vote on a finding")
        else:
            thing = fetch(Contribution, int(target), to="vote")
        deeds.vote(thing, by=person(), value=VALUES[word])
    if "X-Fragment" in request.headers:
        return _vote_fragment(thing, VALUES[word])
    return redirect(_back_to(thing))


def _vote_fragment(thing: Any, value: Vote | None) -> str:
    queries.read_again(thing)
    said = {
        Vote.AGREE: _("You agree"),
        Vote.DISAGREE: _("You disagree"),
        Vote.PASS: _("You passed"),
        None: _("Your vote is taken back"),
    }[value]
    return render_template(
        "threads/vote.html", thing=thing, own=fragments.OWN_VOTE[value], said=said, finding=isinstance(thing, Finding)
    )


def _back_to(thing: Any) -> str:
    """Where a vote without scripts came from, as a path of this site, with the thing in view."""
    if request.form.get("next") == "one":
        return url_for(".vote_one", slug=thing.consultation.slug)
    if isinstance(thing, Finding):
        return url_for("findings.finding", slug=thing.consultation.slug, number=thing.number, _anchor="votes-here")
    if request.form.get("next") == "question" and thing.question:
        return url_for(".question", slug=thing.consultation.slug, number=thing.question.number, _anchor=f"c{thing.id}")
    return url_for(".contribution", number=thing.thread_id, _anchor=f"c{thing.id}")


@bp.route("/c/<slug>/vote")
def vote_one(slug: str) -> Any:
    """One idea after the other, the least seen first; skipped ones do not come back in this browser."""
    consultation = fetch(Consultation, slug, to="enter the discussion")
    asker = person()
    skipped = [int(n) for n in request.args.get("skip", "").split("-") if n.isascii() and n.isdigit() and len(n) < 10][
        -SKIPS:
    ]
    number = queries.least_seen(consultation, asker, skipped)
    view = View.of(consultation, asker)
    idea = fetch(Contribution, number, to="see") if number else None
    card = fragments.alone(idea, consultation, view) if idea else ""
    return render_template(
        "threads/vote_one.html", idea=idea, card=card, view=view, skip="-".join(str(n) for n in [*skipped, number] if n)
    )
