"""While a page is open its script asks here, rarely, whether something new stands there. Answering writes nothing."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, get_template_attribute, request

from crowd.i18n import _, ngettext
from crowd.models import Contribution, Finding, Question
from crowd.pages import path_to
from crowd.rules import possible
from crowd.threads.blueprint import bp
from crowd.threads.fresh import MOST, fresh
from crowd.web import fetch, fetch_kept, person

NEVER = "1970-01-01"  # when a page without any text was made, as good as


@bp.get("/p/<int:number>/news")
def thread_news(number: int) -> Any:
    """Comments published in a thread since a page of it was made."""
    ids = fresh(fetch_kept(Contribution, number, to="see"), person(), _since())
    return _comments(ids)


@bp.get("/c/<slug>/findings/<int:number>/news")
def finding_news(slug: str, number: int) -> Any:
    """Comments published on a finding since a page of it was made."""
    ids = fresh(fetch(Finding, slug, number, to="read a finding"), person(), _since())
    return _comments(ids)


@bp.get("/c/<slug>/q/<int:number>/news")
def question_news(slug: str, number: int) -> Any:
    """Answers to a question published since a page of it was made."""
    kind = request.args.get("kind", "")
    ids = fresh(fetch_kept(Question, slug, number, to="enter the discussion"), person(), _since(), kind)
    words = ngettext("%(count)s new answer: show it", "%(count)s new answers: show them", len(ids), count=len(ids))
    many = _("More than %(count)s new answers: show them", count=MOST - 1)
    return _line(ids, words, many, path_to(".question", slug=slug, number=number, sort="newest", kind=kind or None))


def _comments(ids: list[int]) -> Any:
    words = ngettext("%(count)s new comment: show it", "%(count)s new comments: show them", len(ids), count=len(ids))
    many = _("More than %(count)s new comments: show them", count=MOST - 1)
    return _line(ids, words, many, path_to(".contribution", number=ids[0]) if ids else "")


def _line(ids: list[int], words: str, many: str, href: str) -> Any:
    """The link that shows them, or an empty answer where there are none."""
    if not ids:
        return "", 204
    return str(get_template_attribute("parts/news.html", "offer")(href, many if len(ids) >= MOST else words))


def _since() -> datetime:
    """Until when the page that asks has everything; anything else than a time is not found."""
    try:
        return datetime.fromisoformat(request.args.get("since", NEVER)).astimezone(UTC)
    except (ValueError, OverflowError):
        abort(404)


@bp.app_template_global("news_address")
def news_address(place: Contribution | Question | Finding, upto: datetime | str, kind: str = "") -> str:
    """Where a page asks, for answers of one kind or of all; nothing where no text can come: in a phase without writing,
    in a closed thread, below a text that is not published."""
    if not possible(_WRITING[type(place)], place):
        return ""
    since = upto or None
    if isinstance(place, Contribution):
        return path_to("threads.thread_news", number=place.id, since=since)
    page = "threads.finding_news" if isinstance(place, Finding) else "threads.question_news"
    return path_to(page, slug=place.consultation.slug, number=place.number, since=since, kind=kind or None)


_WRITING: dict[type, str] = {
    Contribution: "comment",
    Question: "contribute",
    Finding: "comment on a finding",
}
