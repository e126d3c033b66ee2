"""Atom feeds of what may be read: for everybody where a visitor may read it, else with a person's private address."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Response, abort, current_app, request
from werkzeug.exceptions import HTTPException

from crowd.answering import queries as owed
from crowd.answering import steps as answers
from crowd.evidence import deposits
from crowd.i18n import _, own
from crowd.kept import keep_page
from crowd.models import Consultation, Contribution, Finding, Question
from crowd.notices import atom, keys, queries, saying
from crowd.notices.blueprint import bp
from crowd.notices.queries import Why
from crowd.pages import path_to, site
from crowd.rules import VISITOR
from crowd.states import State
from crowd.themes import queries as themes
from crowd.threads.view import View
from crowd.web import Refused, ask_as, fetch, person, require


def with_key(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a feed be read with ?key= as its holder would read it. Whatever is wrong with the key, or refused to its
    holder, is not found; and nothing of the holder, nor of whoever is signed in here, stands in that answer."""

    @wraps(view)
    def answer(**values: Any) -> Any:
        if "key" not in request.args:
            return view(**values)
        holder = keys.holder(request.args["key"], request.path)
        ask_as(holder or VISITOR)
        if holder is None:
            abort(404)
        try:
            return view(**values)
        except Exception as error:
            ask_as(VISITOR)  # an error's page names who asks
            if isinstance(error, (Refused, HTTPException)):
                abort(404)
            raise

    return answer


def _feed(heading: str, page: str, entries: Sequence[atom.Entry], of: Consultation) -> Response:
    """The answer for a feed of one consultation, kept for visitors as its pages are."""
    if "key" not in request.args:
        keep_page(of)
    return _answer(request.path.strip("/").removesuffix(".atom") + "/feed", of.created_at, heading, page, entries)


def _answer(name: str, begun: datetime, heading: str, page: str, entries: Sequence[atom.Entry]) -> Response:
    """Known again by its contents alone (M5)."""
    base, keyed = str(current_app.config["BASE_URL"]), "key" in request.args
    body = atom.document(
        atom.Feed(
            name=name,
            begun=begun,
            heading=heading,
            host=site().name,
            href=base + page,
            itself=base + (request.full_path if keyed else request.path),
            entries=entries,
        )
    )
    response = Response(body, mimetype="application/atom+xml")
    response.set_etag(sha256(body).hexdigest()[:20])
    response.make_conditional(request)
    return response


def _texts(rows: Sequence[Any], of: Consultation, *, finding: bool = False) -> list[atom.Entry]:
    view = View.of(of, person(), finding=finding)
    return [atom.of_text(row, of, view) for row in rows]


@bp.get("/c/<slug>/q/<int:number>.atom")
@with_key
def question_feed(slug: str, number: int) -> Response:
    """The newest answers to a question."""
    asked = fetch(Question, slug, number, to="enter the discussion")
    of = asked.consultation
    heading = _("Question %(number)s: %(title)s", number=asked.number, title=own(asked, "title"))
    page = path_to("threads.question", slug=slug, number=number)
    return _feed(heading, page, _texts(queries.answers(person(), asked), of), of)


@bp.get("/c/<slug>/everything.atom")
@with_key
def consultation_feed(slug: str) -> Response:
    """The newest contributions, comments and findings of a whole consultation."""
    of = fetch(Consultation, slug, to="enter the discussion")
    host, found = site().name, queries.newest(person(), of)
    parted = [[row for row in found if bool(row.finding) == finding] for finding in (False, True)]
    entries = [entry for n, rows in enumerate(parted) for entry in _texts(rows, of, finding=bool(n))]
    entries += [atom.of_finding(row, of, host) for row in queries.findings(person(), of)]
    newest = sorted(entries, key=lambda entry: entry.updated, reverse=True)[: queries.PAGE]
    return _feed(of.title, path_to("consultations.landing", slug=slug), newest, of)


@bp.get("/c/<slug>/evidence.atom")
@with_key
def evidence_feed(slug: str) -> Response:
    """What hosts last deposited in the library."""
    of = fetch(Consultation, slug, to="enter the discussion")
    found = deposits.found(of, deposits.Sought())[: queries.PAGE]
    heading = _("Evidence: %(title)s", title=of.title)
    return _feed(heading, path_to("evidence.library", slug=slug), [atom.of_deposit(one, of) for one in found], of)


@bp.get("/p/<int:number>.atom")
@with_key
def thread_feed(number: int) -> Response:
    """The newest texts of a thread, under the number of any of its texts."""
    found = fetch(Contribution, number, to="see")
    of, heading = found.consultation, _("A contribution and its comments")
    entries = _texts(queries.in_thread(person(), found), of, finding=bool(found.finding_id))
    return _feed(heading, path_to("threads.contribution", number=number), entries, of)


@bp.get("/c/<slug>/findings.atom")
@with_key
def findings_feed(slug: str) -> Response:
    """The published findings, those that changed last first."""
    of = fetch(Consultation, slug, to="see the consultation")
    host = site().name
    entries = [atom.of_finding(row, of, host) for row in queries.findings(person(), of)]
    heading = _("Findings: %(title)s", title=of.title)
    return _feed(heading, path_to("findings.findings", slug=slug), entries, of)


@bp.get("/c/<slug>/findings/<int:number>.atom")
@with_key
def finding_feed(slug: str, number: int) -> Response:
    """The newest comments on a finding, its newest edition and what the host will do about it."""
    found = fetch(Finding, slug, number, to="read a finding")
    of = found.consultation
    heading = _("Finding %(number)s: %(title)s", number=number, title=found.title)
    page = path_to("findings.finding", slug=slug, number=number)
    entries = [*_texts(queries.comments(person(), found), of, finding=True), *_changes(found)]
    return _feed(heading, page, sorted(entries, key=lambda entry: entry.updated, reverse=True), of)


@bp.get("/c/<slug>/since.atom")
@with_key
def since_feed(slug: str) -> Response:
    """What becomes of the findings, each step as an entry of its own."""
    of = fetch(Consultation, slug, to="see the consultation")
    host = site().name
    entries = [atom.of_past_move(move, of, host, answers.words(move.step)) for move in owed.newest_moves(person(), of)]
    heading = _("What happened since: %(title)s", title=of.title)
    return _feed(heading, path_to("answering.what_happened", slug=slug), entries, of)


def _changes(finding: Finding) -> list[atom.Entry]:
    """What has become of a published finding itself."""
    of, host = finding.consultation, site().name
    if finding.state != State.PUBLISHED:
        return []
    edition = [atom.of_edition(finding, of, host)] if finding.edited_at else []
    return edition + ([atom.of_response(finding, of, host)] if finding.responded_at else [])


@bp.get("/c/<slug>/themes/<int:number>.atom")
@with_key
def theme_feed(slug: str, number: int) -> Response:
    """The newest contributions that have a theme."""
    of = fetch(Consultation, slug, to="enter the discussion")
    theme = queries.theme_numbered(of, number) or abort(404)
    if not themes.known(person(), theme):
        abort(404)
    heading = _("Theme: %(title)s", title=theme.name)
    page = path_to("search.search", slug=slug, theme=number)
    return _feed(heading, page, _texts(queries.given(person(), theme), of), of)


@bp.get("/me/following.atom")
@with_key
def following_feed() -> Response:
    """What is new where the person follows: the first page of their notices."""
    require("use an account")
    host = site().name
    entries = [_entry(notice, host) for notice in saying.page(person())[0]]
    account = queries.account(person())
    name = f"me/{account.id}/following/feed"
    return _answer(name, account.created_at, _("What I follow"), path_to("notices.notices"), entries)


def _entry(n: saying.Notice, host: str) -> atom.Entry:
    if n.why in (Why.USED, Why.MOVE):
        return atom.of_move(n.row, n.of, host, n.step)
    if n.view is None:
        return (atom.of_edition if n.why == Why.EDITION else atom.of_response)(n.row, n.of, host)
    return atom.of_text(n.row, n.of, n.view, heading=n.words, at=n.at if n.at > n.row.public_since else None)
