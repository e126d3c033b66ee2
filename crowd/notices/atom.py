"""Feeds by RFC 4287, of what may be read by the one who asks, under the names that they may see."""

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from flask import current_app, get_template_attribute

from crowd import i18n, outbox
from crowd.evidence import deposits
from crowd.i18n import _
from crowd.models import Consultation, Deposit
from crowd.notices.followed import title
from crowd.threads.fragments import kind_word, shown_alias
from crowd.threads.view import View

NOT_XML = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # no XML can hold these, escaped or not


class Entry(NamedTuple):
    """A text or a finding as it stands in a feed; `html` is safe HTML."""

    name: str  # of its tag:, such as p/12: stays the same whatever changes
    begun: datetime  # when its consultation was created: a tag: is of a day on which its name was ours
    title: str
    author: str
    published: datetime
    updated: datetime
    href: str
    html: str
    lang: str | None = None  # where it is not the feed's

    @property
    def tag(self) -> str:
        return tag(self.name, self.begun)


def tag(name: str, begun: datetime) -> str:
    """A stable identifier by RFC 4151; the port and the scheme of our address may change."""
    host = urlsplit(str(current_app.config["BASE_URL"])).hostname
    return f"tag:{host},{begun.date()}:{name}"


def of_text(
    row: Any, consultation: Consultation, view: View, *, heading: str = "", at: datetime | None = None
) -> Entry:
    """A contribution. `heading` is what happened, where a feed is of several places; `at` is when it did, if that was
    later than its publication, and then an entry of its own."""
    author = who(row, view)
    card = str(get_template_attribute("parts/contribution.html", "evidence")(row.card)) if row.card else ""
    said = heading or _("%(kind)s by %(author)s", kind=kind_word(row.kind), author=author)
    return Entry(
        name=f"p/{row.id}/{at:%Y-%m-%dT%H:%M:%SZ}" if at else f"p/{row.id}",
        begun=consultation.created_at,
        title=f"{said}: {title(row.html)}",
        author=author,
        published=row.submitted_at,
        updated=at or max(row.public_since, row.worded_at),
        href=outbox.link("threads.contribution", number=row.id),
        html=row.html + card,
        lang=i18n.foreign(row.language),
    )


def who(row: Any, view: View) -> str:
    """Who a text is by, as its promise allows; without a name, profession and region stand in its place (P12)."""
    shown = shown_alias(row.alias, row.promise, view.inside)
    if row.facilitator:
        return _("%(name)s (facilitator)", name=shown)
    about = ", ".join(filter(None, (row.profession, row.region))) if shown != row.alias else ""
    return f"{shown} ({about})" if about else shown


def of_finding(row: Any, consultation: Consultation, host: str) -> Entry:
    """A finding with what the host will do about it."""
    did = f"<h4>{_('You said, we did')}</h4>{row.response_html}" if row.response_html else ""
    said = _("Finding %(number)s: %(title)s", number=row.number, title=row.title)
    return _about(row, consultation, host, said, row.html + did)._replace(updated=row.changed)


def of_edition(row: Any, consultation: Consultation, host: str) -> Entry:
    """New words of a finding, with what has changed."""
    note = f"<p>{escape(_('What has changed: %(note)s', note=row.change_note))}</p>" if row.change_note else ""
    said = _(
        "Finding %(number)s, edition %(edition)s: %(title)s", number=row.number, edition=row.edition, title=row.title
    )
    return _dated(_about(row, consultation, host, said, note + row.html), f"/edition/{row.edition}", row.edited_at)


def of_response(row: Any, consultation: Consultation, host: str) -> Entry:
    """What the host will do about a finding; when that changes, it is an update of the same entry."""
    said = _("What will be done about finding %(number)s: %(title)s", number=row.number, title=row.title)
    return _dated(_about(row, consultation, host, said, row.response_html), "/response", row.responded_at)


def of_move(row: Any, consultation: Consultation, host: str, step: str) -> Entry:
    """How far the host is with a finding now."""
    return _moved(_about(row, consultation, host, _said(row, step), row.response_html), row.moved_at)


def of_past_move(move: Any, consultation: Consultation, host: str, step: str) -> Entry:
    """A line of a finding's history, with the answer as it was worded then."""
    return _moved(_about(move.finding, consultation, host, _said(move.finding, step), move.html), move.at)


def _said(finding: Any, step: str) -> str:
    return _("Finding %(number)s: %(step)s: %(title)s", number=finding.number, step=step, title=finding.title)


def _moved(entry: Entry, at: datetime) -> Entry:
    return _dated(entry, f"/move/{at:%Y-%m-%dT%H:%M:%SZ}", at)


def _about(row: Any, consultation: Consultation, host: str, said: str, html: str) -> Entry:
    """What is said of a finding, as if it had been there since its publication."""
    return Entry(
        name=f"c/{consultation.slug}/findings/{row.number}",
        begun=consultation.created_at,
        title=said,
        author=host,
        published=row.published_at,
        updated=row.published_at,
        href=outbox.link("findings.finding", slug=consultation.slug, number=row.number),
        html=html,
    )


def of_deposit(one: Deposit, consultation: Consultation) -> Entry:
    """Something in the evidence library: what it says, and how it is cited."""
    return Entry(
        name=f"c/{consultation.slug}/evidence/{one.number}",
        begun=consultation.created_at,
        title=one.title,
        author="; ".join(deposits.authors(one)) or _("No author named"),
        published=one.added_at,
        updated=one.added_at,
        href=outbox.link("evidence.deposit", slug=consultation.slug, number=one.number),
        html=f"<p>{escape(one.about)}</p><p>{escape(deposits.line(one, consultation))}</p>",
    )


def _dated(entry: Entry, what: str, at: datetime) -> Entry:
    """Something that happened to a finding, with a name and a time of its own."""
    return entry._replace(name=entry.name + what, published=at, updated=at)


class Feed(NamedTuple):
    """A feed before it is written. `href` is the page it is of, `itself` its own address, both absolute."""

    name: str
    begun: datetime
    heading: str
    host: str
    href: str
    itself: str
    entries: Sequence[Entry]


def document(feed: Feed) -> bytes:
    """The feed as XML: everything in it is escaped by the template, and what no XML can hold is left away."""
    template = current_app.jinja_env.get_template("notices/feed.xml")  # without what every page shows
    updated = max((entry.updated for entry in feed.entries), default=feed.begun)
    xml = template.render(feed=feed, tag=tag(feed.name, feed.begun), updated=updated, lang=i18n.language())
    return NOT_XML.sub("", xml).encode()
