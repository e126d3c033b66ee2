"""What a reader sees of a thread or a list: the fragments that everybody gets, with the reader's own votes and texts,
and what is new to them, laid over."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import get_template_attribute
from markupsafe import Markup

from crowd import kept, rules
from crowd.models import Consultation
from crowd.rules import VISITOR, Asker
from crowd.text import shown
from crowd.threads import paging, queries, visits
from crowd.threads.fragments import Fragment, item, make_fragment, of_rows
from crowd.threads.nesting import Thread, assemble
from crowd.threads.paging import Under
from crowd.threads.view import View


class Laid(NamedTuple):
    """A page of a thread for one reader: its pieces for `pages.around`, the key of the next page, and until when it has
    been read when this page has been."""

    pieces: list[bytes]
    after: str
    upto: datetime | None
    shown: int


class Asked(NamedTuple):
    """Which page of a thread: its order, the key after which it begins, and whether only what is new is wanted."""

    order: str = "oldest"
    after: tuple[Any, ...] | None = None
    only_new: bool = False


def thread_for(
    person: Asker, consultation: Consultation, view: View, under: Under, asked: Asked, *, root: Any = None
) -> Laid:
    """A page of a thread as this reader sees it; `root` is its first text, if everybody sees that.

    The common part is kept by the consultation's change number; the reader's own votes and texts are laid over it."""
    upto = unchanged(("upto", under), consultation, view, lambda: [paging.newest(consultation, person, under)])[0]
    new = _new(person, consultation, under, upto)
    thread, after = _page(person, consultation, view, under, asked, root, new)
    own = [] if asked.only_new else _placed(thread, queries.own_waiting(person, **_where(under)), asked, after)
    votes = queries.own_votes(person, thread_id=under.thread) if under.thread and view.votes else {}
    mine = {row.id for row in thread.rows if row.author_id == person.id} if person.id else set()
    changed = (mine | votes.keys() | new.keys()) & thread.place.keys()
    made = of_rows([row for row in thread.rows if row.id in changed], consultation, view)
    changes = queries.own_changes(person, mine)
    exchanged = {
        n: f.for_reader(votes.get(n), n in mine, changes.get(n, ""), _next_new(new, n, thread)) for n, f in made.items()
    }
    html = waiting(own, consultation, view)
    pieces = thread.laid_over(exchanged, [(row.path, html[row.id]) for row in own])
    return Laid([*_news(new, under, asked, thread), *pieces], after, upto, len(thread.rows))


def _where(under: Under) -> dict[str, int]:
    return {"finding_id": under.finding} if under.finding else {"thread_id": under.thread}


def _page(  # noqa: PLR0917  # one call, which only hands on what it was given
    person: Asker, consultation: Consultation, view: View, under: Under, asked: Asked, root: Any, new: dict[int, Any]
) -> tuple[Thread, str]:
    """The page that all of the reader's standing get, or what is new to this reader, and the key of the next page."""

    def joined(rows: list[Any], head: Any = None) -> Thread:
        html = {number: f.whole for number, f in of_rows(rows, consultation, view).items()}
        return assemble(rows, html, head, base=under.base, by_path=asked.order == "oldest")

    def common() -> tuple[Thread, str]:
        page = paging.thread(consultation, person, under, asked.order, asked.after)
        head = root if asked.after is None else None
        return joined([*([head] if head else []), *page.rows], head), page.after

    if asked.only_new:
        return joined(list(new.values())[: paging.ROWS]), ""
    key = ("thread", under, asked, bool(root), consultation.id, consultation.change, view)
    return kept.fragments().make(key, common, lambda made: len(made[0]))


def _placed(thread: Thread, own: Sequence[Any], asked: Asked, after: str) -> list[Any]:
    """Those of the reader's unpublished texts that belong on this page. A thread of one page has them all."""
    first = asked.after is None
    return [row for row in own if thread.holds(row.path) or (first and (not after or row.level == 1))]


# ---- what is new ----------------------------------------------------------------------------------------------------


def _new(person: Asker, consultation: Consultation, under: Under, upto: datetime | None) -> dict[int, Any]:
    """By its number what others have published here since the reader's last visit, in reading order."""
    since = visits.since(under.place, person.id)
    if since is None or upto is None or upto <= since:
        return {}
    return {row.id: row for row in paging.new(consultation, person, under, since)}


def _next_new(new: dict[int, Any], number: int, thread: Thread) -> str | None:
    """Where the next new one stands; empty after the last, None for what is not new."""
    if number not in new:
        return None
    later = list(new)[list(new).index(number) + 1 :]
    return _address(later[0], thread) if later else ""


def _address(number: int, thread: Thread) -> str:
    return f"#c{number}" if number in thread.place else f"/p/{number}"


def _news(new: dict[int, Any], under: Under, asked: Asked, thread: Thread) -> list[bytes]:
    """The line above the thread that says how much is new and leads to it."""
    if not new:
        return [_part("nothing")] if asked.only_new else []
    first = _address(next(iter(new)), thread)
    return [_part("line", min(len(new), paging.ROWS), len(new) > paging.ROWS, first, asked.only_new, asked.order)]


def _part(name: str, *values: object) -> bytes:
    return str(get_template_attribute("parts/news.html", name)(*values)).encode()


# ---- lists ----------------------------------------------------------------------------------------------------------


def waiting(own: Sequence[Any], consultation: Consultation, view: View) -> dict[int, str]:
    """One's own unpublished texts, in their newest wording. Kept by that wording, and found only through the query for
    one's own."""
    store = kept.fragments()
    in_time = {row.id: rules.holds("still in time", VISITOR, row) for row in own}
    key = {row.id: ("waiting", row.id, row.newest, row.state, row.promise, in_time[row.id], view) for row in own}
    found = {row.id: store.get(key[row.id]) for row in own}
    if missing := [number for number, html in found.items() if html is None]:
        for row in queries.shown(missing, "own"):
            found[row.id] = make_fragment(row, consultation, view).for_reader(None, own=True)
            store.put(key[row.id], found[row.id], 2 * len(found[row.id]))
    return found


def unchanged(what: Hashable, consultation: Consultation, view: View, read: Callable[[], Any]) -> Any:
    """What all readers of one standing get, read once for each change of the consultation."""
    key = ("rows", what, consultation.id, consultation.change, view)
    return kept.fragments().make(key, read, lambda rows: 500 * len(rows) + 500)


def listed(
    own: Sequence[Any], items: Sequence[bytes], consultation: Consultation, view: View, end: bytes
) -> list[bytes]:
    """A list for `pages.around`, the reader's own waiting texts first; `end` stands below it."""
    return [b'<ol class="thread">', *map(item, waiting(own, consultation, view).values()), *items, b"</ol>", end]


def items_for(
    person: Asker, rows: Sequence[Any], consultation: Consultation, view: View, since: datetime | None = None
) -> list[bytes]:
    """Contributions as the items of a list, without their threads, as this reader sees them; what others published
    after `since` is marked as new."""
    made, own = _for_list(person, rows, consultation, view, since)
    return [item(own[row.id]) if row.id in own else made[row.id].item or item(made[row.id].whole) for row in rows]


def list_for(person: Asker, rows: Sequence[Any], consultation: Consultation, view: View) -> list[Markup]:
    """The same for a template."""
    made, own = _for_list(person, rows, consultation, view)
    return [shown(own.get(row.id) or made[row.id].whole) for row in rows]


def _for_list(
    person: Asker, rows: Sequence[Any], consultation: Consultation, view: View, since: datetime | None = None
) -> tuple[dict[int, Fragment], dict[int, str]]:
    """What everybody sees of these, and instead of it what this reader sees of some of them."""
    made = of_rows(rows, consultation, view)
    votes = queries.own_votes(person, ids=[row.id for row in rows]) if view.votes else {}
    mine = {row.id for row in rows if row.author_id == person.id} if person.id else set()
    changes = queries.own_changes(person, mine)
    new = {row.id for row in rows if row.public_since > since} - mine if since else set()
    return made, {
        n: made[n].for_reader(votes.get(n), n in mine, changes.get(n, ""), "" if n in new else None)
        for n in mine | votes.keys() | new
    }
