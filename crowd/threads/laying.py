"""What a reader sees of a thread or a list: the fragments that everybody gets, with the reader's own votes and texts
laid over them."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from markupsafe import Markup

from crowd import kept, rules
from crowd.models import Consultation
from crowd.rules import VISITOR, Asker
from crowd.text import shown
from crowd.threads import queries
from crowd.threads.fragments import View, make_fragment, of_rows
from crowd.threads.nesting import Thread, assemble


def thread_for(
    person: Asker, consultation: Consultation, view: View, *, root: int = 0, finding: int = 0
) -> list[bytes]:
    """The thread of a contribution, or all threads under a finding, as this reader sees it, for `pages.around`.

    The common part is kept by the consultation's change number; the reader's own votes and texts are laid over it."""

    def common() -> Thread:
        rows = (
            queries.under_finding(consultation, finding, person)
            if finding
            else queries.thread(consultation, root, person)
        )
        return assemble(rows, {number: f.whole for number, f in of_rows(rows, consultation, view).items()})

    key = ("thread", root, finding, consultation.id, consultation.change, view)
    thread = kept.fragments().make(key, common)
    own = queries.own_waiting(person, thread_id=root or None, finding_id=finding or None)
    votes = queries.own_votes(person, thread_id=root) if root and view.votes else {}
    mine = {row.id for row in thread.rows if row.author_id == person.id} if person.id else set()
    changed = mine | votes.keys() & thread.place.keys()
    made = of_rows([row for row in thread.rows if row.id in changed], consultation, view)
    changes = queries.own_changes(person, mine)
    exchanged = {n: f.for_reader(votes.get(n), n in mine, changes.get(n, "")) for n, f in made.items()}
    html = waiting(own, consultation, view)
    return thread.laid_over(exchanged, [(row.path, html[row.id]) for row in own])


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


def unchanged(consultation: Consultation, view: View, what: Hashable, read: Callable[[], list[Any]]) -> list[Any]:
    """Rows that all readers of one standing get, read once for each change of the consultation."""
    key = ("rows", what, consultation.id, consultation.change, view)
    found: list[Any] = kept.fragments().make(key, read, lambda rows: 500 * len(rows) + 500)
    return found


def cards_for(
    person: Asker, own: Sequence[Any], rows: Sequence[Any], consultation: Consultation, view: View
) -> list[bytes]:
    """The same as cards of a list, the reader's own waiting texts first, for `pages.around`."""
    cards = [*waiting(own, consultation, view).values(), *list_for(person, rows, consultation, view)]
    return [f"<li>{card}</li>\n".encode() for card in cards]


def list_for(person: Asker, rows: Sequence[Any], consultation: Consultation, view: View) -> list[Markup]:
    """Contributions one below the other, without their threads, as this reader sees them."""
    made = of_rows(rows, consultation, view)
    votes = queries.own_votes(person, ids=[row.id for row in rows]) if view.votes else {}
    mine = {row.id for row in rows if row.author_id == person.id} if person.id else set()
    changes = queries.own_changes(person, mine)
    return [shown(made[row.id].for_reader(votes.get(row.id), row.id in mine, changes.get(row.id, ""))) for row in rows]
