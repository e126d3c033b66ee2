"""Pages of threads: reading a question and a thread, voting. Writing stands in writing.py."""

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, get_template_attribute, redirect, render_template, request, url_for

from crowd import clock, rules, schedule, things
from crowd.db import transaction
from crowd.evidence.files import documents
from crowd.findings import cited as findings
from crowd.frames import framed
from crowd.i18n import Own, _
from crowd.kept import keep_page
from crowd.models import Consultation, Contribution, Finding, Question
from crowd.notices import queries as notices
from crowd.pages import own_path, path_to
from crowd.states import Phase, State, Vote
from crowd.threads import fragments, laying, numbers, orders, paging, prompts, queries, visits, voting
from crowd.threads.blueprint import bp
from crowd.threads.orders import Shuffle
from crowd.threads.paging import Under
from crowd.threads.view import View
from crowd.web import fetch, fetch_bare, fetch_kept, person, require

VALUES = {"agree": Vote.AGREE, "disagree": Vote.DISAGREE, "pass": Vote.PASS, "back": None}
SKIPS = 50  # how many skipped ideas a browser remembers


@bp.route("/c/<slug>/q/<int:number>")
def question(slug: str, number: int) -> Any:
    """A key question with its contributions."""
    asked = fetch_kept(Question, slug, number, to="enter the discussion")
    consultation, asker = asked.consultation, person()
    view = View.of(consultation, asker, listed=True)
    offered = [order for order in orders.ANSWERS if view.counts or order not in orders.BY_VOTES]
    order = request.args.get("sort") or _usual(consultation)
    kind = request.args.get("kind", "")
    if order not in offered or (kind and kind not in asked.kinds):
        abort(404)
    page = _answers(asked, order, kind, view)
    first = "after" not in request.args
    own = queries.own_waiting(asker, question_id=asked.id) if first else []
    keep_page(consultation)
    place = f"question-{asked.id}"
    cards = laying.items_for(asker, page.rows, consultation, view, visits.since(place, asker.id))
    return framed(
        "threads/question.html",
        laying.listed(own, cards, consultation, view, _pager(asked, order, kind, page.after)),
        question=asked,
        documents=tuple(laying.unchanged(("documents", asked.id), consultation, view, lambda: documents(asked.id))),
        view=view,
        following=notices.following(asker, "question", asked.id),
        prompt=prompts.prompt(asked, asker, view) if first else prompts.Prompt(),
        offered=tuple(offered),
        sort=order,
        kind=kind,
        any=bool(page.rows or own),
        place=place if asker.id else "",
        upto=laying.unchanged(("upto", place), consultation, view, lambda: [paging.newest_answer(asked, asker)])[0],
    )


def _pager(asked: Question, order: str, kind: str, after: str) -> bytes:
    """The way on, which is each reader's own where the order is."""
    here = {"slug": asked.consultation.slug, "number": asked.number, "sort": order, "kind": kind or None}
    on = path_to(".question", **here, after=after) if after else ""
    back = path_to(".question", **here) if "after" in request.args else ""
    return str(get_template_attribute("parts/pager.html", "pager")(on, back)).encode()


def _usual(consultation: Consultation) -> str:
    """While members discuss no idea gains by having been early."""
    return "shuffled" if schedule.current(consultation) == Phase.MEMBERS else "newest"


def _answers(asked: Question, order: str, kind: str, view: View) -> paging.Page:
    """A page of answers. All readers of one standing get the same ones, in the same order or in one of their own."""
    consultation, asker, after = asked.consultation, person(), _after(order)

    def read(wanted: paging.Wanted, most: int | None, kind_of: Any) -> Any:
        return laying.unchanged(
            ("answers", asked.id, wanted, most),
            consultation,
            view,
            lambda: kind_of(paging.answers(asked, asker, wanted, most)),
        )

    if order != "shuffled":
        return paging.in_order(read(paging.Wanted(order, kind, after), paging.TOPS + 1, list), order)
    today = clock.now().astimezone(ZoneInfo(consultation.timezone)).date().toordinal()
    whole = read(paging.Wanted("newest", kind, None), None, lambda found: {row.id: row for row in found})
    day, place = after or (today, None)  # who turns pages past midnight turns those of the day on which they began
    page = paging.shuffled(whole, Shuffle.of(asker.id, day, asked.id), place)
    return page._replace(after=f"{day}-{page.after}") if page.after else page


def _after(order: str, *, path: bool = False) -> Any:
    """The key of a page as its address carries it; anything else is not found."""
    try:
        return paging.read_key(request.args.get("after", ""), orders.parts(order), path)
    except ValueError:
        abort(404)


@bp.route("/p/<int:number>", endpoint="contribution")
def thread(number: int) -> Any:
    """A contribution with its thread; a comment's address leads to its page of the thread, and to its place there."""
    found = fetch_kept(Contribution, number, to="see")
    consultation, asker = found.consultation, person()
    if found.finding_id:
        return redirect(_under_finding(found))
    if found.parent_id and found.public_since and rules.may(asker, "see", _root(found)):
        begins = paging.begins_at(consultation, asker, Under(thread=_root(found).id), found.path)
        return redirect(url_for(".contribution", number=found.thread_id, after=begins or None, _anchor=f"c{found.id}"))
    order = request.args.get("sort", "oldest")
    if order not in orders.COMMENTS or (order in orders.BY_VOTES and consultation.counts_hidden):
        abort(404)
    view, under = View.of(consultation, asker), Under(thread=found.thread_id or found.id)
    which = laying.Asked(order, _after(order, path=True), request.args.get("show") == "new" and asker.id > 0)
    common = rules.may(rules.anyone_like(asker, consultation), "see", found) and found.public_since
    laid = laying.thread_for(asker, consultation, view, under, which, root=found if common else None)
    if which.after and not laid.shown:
        abort(404)
    turning = which.after is not None and order == "oldest"
    keep_page(consultation)
    return framed(
        "threads/contribution.html",
        laid.pieces,
        root=found,
        view=view,
        title=_title(found),
        following=notices.following(asker, "contribution", found.thread_id),
        citing=findings.in_thread(asker, consultation, view, under.thread),
        closed=fragments.closed_words(found, consultation.timezone) if found.closed else "",
        unseen="" if view.reads_members or which != laying.Asked(order) else _unseen(found, laid, bool(common)),
        sort=order,
        after=laid.after,
        before=paging.before(consultation, asker, under, request.args["after"]) if turning else None,
        first=which.after is None,
        headed=bool(common) and which.after is None and not which.only_new,
        place=under.place if asker.id else "",
        upto=laid.upto or "",
    )


def _unseen(root: Contribution, laid: laying.Laid, headed: bool) -> str:
    """What readers outside are told who find fewer comments than are counted. The count is public, so this gives
    nothing away; of a thread of several pages nobody has counted what they see."""
    comments = laid.shown - headed
    if laid.after or comments >= root.replies:
        return ""
    if comments:
        return _("Other comments here were written for members only. They are counted and not shown.")
    return _("The comments here were written for members only. They are counted and not shown.")


def _under_finding(comment: Contribution) -> str:
    """The page of its finding on which a comment stands."""
    under = fetch(Finding, comment.finding_id, to="read a finding")
    begins = paging.begins_at(comment.consultation, person(), Under(finding=under.id), comment.path)
    slug = comment.consultation.slug
    return url_for("findings.finding", slug=slug, number=under.number, after=begins or None, _anchor=f"c{comment.id}")


@bp.route("/p/<cited>")
def cited(cited: str) -> Any:
    """The address of a citable number leads to the contribution, for those who may know of it."""
    found = fetch_kept(Contribution, numbers.find(cited) or 0, to="see")
    return redirect(url_for(".contribution", number=found.id))


def _root(comment: Contribution) -> Contribution:
    """The first text of a comment's thread, asked about before it is shown."""
    return queries.by_number(comment.thread_id)


def _title(contribution: Contribution) -> Own:
    return fragments.title(contribution) if contribution.state == State.PUBLISHED else Own(_("A contribution"))


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
            thing = fetch_bare(Contribution, int(target), to="vote")
        voting.vote(thing, by=person(), value=VALUES[word])
    if "X-Fragment" in request.headers:
        return _vote_fragment(thing, VALUES[word])
    return redirect(_back_to(thing))


def _vote_fragment(thing: Any, value: Vote | None) -> str:
    things.read_again(thing)
    said = {
        Vote.AGREE: _("You agree"),
        Vote.DISAGREE: _("You disagree"),
        Vote.PASS: _("You passed"),
        None: _("Your vote is taken back"),
    }[value]
    finding = isinstance(thing, Finding)
    told = (None, None) if finding else fragments.counts(thing, View.of(thing.consultation, person()))
    own = fragments.OWN_VOTE[value]
    return render_template("threads/vote.html", thing=thing, own=own, said=said, finding=finding, counts=told)


def _back_to(thing: Any) -> str:
    """Where a vote without scripts came from, as a path of this site, with the thing in view."""
    if came_from := own_path(request.form.get("next", "")):
        anchor = "votes-here" if isinstance(thing, Finding) else f"c{thing.id}"
        return came_from if "/vote" in came_from else f"{came_from.partition('#')[0]}#{anchor}"
    if isinstance(thing, Finding):
        return url_for("findings.finding", slug=thing.consultation.slug, number=thing.number, _anchor="votes-here")
    return url_for(".contribution", number=thing.id, _anchor=f"c{thing.id}")


@bp.route("/seen", methods=["POST"])
def seen() -> Any:
    """Remember that the reader has seen what was published here until then."""
    require("use an account")
    kind, _dash, key = request.form.get("place", "").partition("-")
    if not re.fullmatch("[0-9]{1,9}", key):
        abort(400)
    try:
        upto = datetime.fromisoformat(request.form.get("upto", "")).astimezone(UTC)
        thing: Any = fetch(_SEEN[kind][0], int(key), to=_SEEN[kind][1])
    except (KeyError, ValueError, OverflowError):
        abort(400)
    with transaction():
        visits.note(f"{kind}-{thing.id}", by=person().id, upto=upto, all_read=request.form.get("all") == "read")
    if "X-Fragment" in request.headers:
        return "", 204
    return redirect(own_path(request.form.get("next", "")) or url_for("accounts.me"))


_SEEN: dict[str, tuple[type, str]] = {
    "thread": (Contribution, "see"),
    "question": (Question, "enter the discussion"),
    "finding": (Finding, "read a finding"),
}


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
    skip = [*skipped, number] if number else skipped
    return render_template(
        "threads/vote_one.html", idea=idea, card=card, view=view, skip=_joined(skip), skipped=_joined(skipped)
    )


def _joined(numbers: list[int]) -> str:
    return "-".join(map(str, numbers))
