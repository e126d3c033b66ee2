"""Pages of following: a button, what is new, and the addresses of one's feeds. Feeds stand in feeds.py."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from crowd import outbox
from crowd.db import transaction
from crowd.i18n import _
from crowd.models import Consultation, Contribution, Finding, Question
from crowd.notices import deeds, followed, keys, queries, saying
from crowd.notices.blueprint import bp
from crowd.pages import own_path, path_to
from crowd.rules import VISITOR, may
from crowd.themes import queries as themes
from crowd.web import fetch, key_in_query, person, require

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FEEDS = {
    "contribution": "notices.thread_feed",
    "question": "notices.question_feed",
    "finding": "notices.finding_feed",
    "theme": "notices.theme_feed",
}
PAGES = {"contribution": "threads.contribution", "question": "threads.question", "finding": "findings.finding"}


@bp.post("/follow")
def follow() -> Any:
    """Follow a thing that one may read, or stop; stopping asks nothing of the thing, which may be gone."""
    target, number, do = (request.form.get(name, "") for name in ("target", "key", "do"))
    if target not in followed.TARGETS or do not in ("follow", "stop") or not (_number(number)):
        abort(400)
    require("use an account")
    key = int(number)
    if do == "stop":
        with transaction():
            deeds.stop(target, key, by=person().id)
        said = _("You do not follow it any more.")
    else:
        consultation, key = _to_follow(target, key)
        require("follow", consultation)
        with transaction():
            deeds.follow(target, key, consultation, by=person().id)
        said = _("You follow it. What is new there stands under My page, Notices. Choose there whether mails tell you.")
    flash(said, "ok")
    return redirect(own_path(request.form.get("next", "")) or url_for(".feeds"))


def _number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 10


def _to_follow(target: str, key: int) -> tuple[Consultation, int]:
    """The consultation of a thing that the person may read, and its key: of a comment, that of its thread."""
    if target == "contribution":
        found = fetch(Contribution, key, to="read")
        return found.consultation, found.thread_id or found.id
    if target == "question":
        return fetch(Question, key, to="enter the discussion").consultation, key
    if target == "finding":
        return fetch(Finding, key, to="read a finding").consultation, key
    theme = queries.theme(key) or abort(404)
    consultation = fetch(Consultation, theme.consultation.slug, to="enter the discussion")
    return (consultation, key) if themes.known(person(), theme) else abort(404)


@bp.get("/me/notices")
def notices() -> Any:
    """What is new where one follows, and answers to one's own texts."""
    require("use an account")
    found, more = saying.page(person(), _before(request.args.get("before", "")))
    seen = queries.account(person()).notices_seen_at or EPOCH
    last = found[-1] if found else None
    return render_template(
        "notices/notices.html",
        told=[(n, n.at > seen) for n in found],
        until=_microseconds(found[0].at) if found and found[0].at > seen else 0,
        next_href=url_for(".notices", before=_key(last)) if last and more else "",
        first="before" not in request.args,
    )


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def _moment(typed: str) -> datetime | None:
    """A time as an address or a form carries it; None for anything else."""
    fine = typed.isascii() and typed.isdigit() and len(typed) < 17
    return EPOCH + timedelta(microseconds=int(typed)) if fine else None


def _key(last: saying.Notice) -> str:
    """Where the next page begins: after a text, "1462-31", or after a finding, "1462-f3"."""
    return f"{_microseconds(last.at)}-{last.id if last.id > 0 else f'f{-last.id}'}"


def _before(key: str) -> tuple[datetime, int] | None:
    """The key of a page; anything else is not found."""
    if not key:
        return None
    first, _dash, last = key.partition("-")
    at = _moment(first)
    number = last.removeprefix("f")
    if at is None or not _number(number):
        abort(404)
    return at, int(number) if number == last else -int(number)


@bp.post("/me/notices/read")
def mark_read() -> Any:
    """Count as read what the person has been shown, and not what was published meanwhile."""
    require("use an account")
    until = _moment(request.form.get("until", "")) or abort(400)
    with transaction():
        deeds.mark_read(person().id, until)
    flash(_("All are marked as read."), "ok")
    return redirect(url_for(".notices"))


@bp.get("/me/feeds")
def feeds() -> Any:
    """What one follows, each with a private address for a feed reader."""
    require("use an account")
    asker = person()
    serial = queries.account(asker).feed_serial
    lines, more = followed.followed(asker, queries.consultations(asker), key_in_query("before") or 0)

    def address(endpoint: str, **values: Any) -> str:
        return outbox.link(endpoint, **values, key=keys.key_for(asker.id, serial, path_to(endpoint, **values)))

    return render_template(
        "notices/feeds.html",
        lines=[
            (line, _path(line), address(FEEDS[line.target], **_where(line)) if line.title else "") for line in lines
        ],
        all=address("notices.following_feed"),
        next_href=url_for(".feeds", before=more) if more else "",
        first="before" not in request.args,
    )


def _where(line: followed.Followed) -> dict[str, Any]:
    return {"slug": line.slug, "number": line.number} if line.slug else {"number": line.number}


def _path(line: followed.Followed) -> str:
    """The page of what is followed, where it has one."""
    if not line.title:
        return ""
    if line.target == "theme":
        return path_to("search.search", slug=line.slug, theme=line.number)
    return path_to(PAGES[line.target], **_where(line))


@bp.post("/me/feeds/renew")
def renew() -> Any:
    """Make the private addresses anew."""
    require("use an account")
    with transaction():
        deeds.renew_addresses(person().id)
    flash(_("Your feeds have new addresses. The old ones do not work any more."), "ok")
    return redirect(url_for(".feeds"))


@bp.app_template_global("public_feed")
def public_feed(act: str, thing: Any, endpoint: str, **values: Any) -> str:
    """The address of a feed that everybody may read, else nothing: a page that is shared names no private one."""
    return path_to(endpoint, **values) if may(VISITOR, act, thing) else ""
