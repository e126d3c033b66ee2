"""A thread as nested lists of fragments, in pieces of UTF-8: what a reader has done is laid over a few of them, and
nothing else is made, copied or encoded again for a page of 300 kB."""

from bisect import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import escape

from crowd.i18n import ngettext, number

STEP = 6  # letters of a path for each level
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
TOP = 0  # stands for the list itself where a contribution's id stands for its replies


def path_step(number: int) -> str:
    """A level of the sort key: six letters, so that any collation sorts it as its number (2,176,782,335 at most)."""
    letters = ""
    while number:
        number, rest = divmod(number, 36)
        letters = DIGITS[rest] + letters
    return letters.rjust(6, "0")


@dataclass
class Thread:
    """A page of a thread as everybody of one standing sees it. By id: the rows, where a fragment stands among the
    pieces, where its replies end, and the paths of its replies in their order. By author: which texts are theirs.
    `root` is the text that all others here answer, if it stands on this page, `comments` how many there are below it on
    all pages."""

    rows: dict[int, Any]
    root: int = TOP
    comments: int = 0
    by_path: bool = True  # whether the top-level answers are in the order of their paths
    pieces: list[bytes] = field(default_factory=lambda: [b'<ol class="thread">'])
    place: dict[int, int] = field(default_factory=dict)
    end: dict[int, int] = field(default_factory=dict)
    replies: dict[int, list[str]] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    by_author: dict[int, list[int]] = field(default_factory=dict)

    def __len__(self) -> int:
        return sum(map(len, self.pieces)) + 300 * len(self.rows)

    def laid_over(self, exchanged: dict[int, str], leaves: Iterable[tuple[str, str]] = ()) -> list[bytes]:
        """The pieces with some fragments exchanged and with texts added that have no replies, given by their paths."""
        pieces = self.pieces.copy()
        for changed, html in exchanged.items():
            pieces[self.place[changed]] = html.encode()
        grown: dict[int, int] = {}
        added: dict[int, bytes] = {}
        for path, html in sorted(leaves):
            grown[self.root] = grown.get(self.root, 0) + (self.root != TOP)
            parent = self._above(path)
            where = self._before_later(parent, path)
            grown[parent] = grown.get(parent, 0) + (parent != self.root or parent == TOP)
            added[where] = added.get(where, b"") + b"<li>" + html.encode() + b"</li>"
        for where, leaf in added.items():
            pieces[where] = leaf + pieces[where]
        for parent, more in grown.items():
            if parent != TOP:
                self._say(pieces, parent, more)
        return pieces

    def fold(self, parent: int, replies: int, more: int = 0) -> bytes:
        """What opens the list of replies and says how many there are: below the root all, on whatever page."""
        if parent == self.root:
            comments = max(self.comments, replies) + more
            words = ngettext("%(count)s comment", "%(count)s comments", comments, count=number(comments))
        else:
            words = ngettext("%(n)s reply", "%(n)s replies", replies + more)
        return f'<details class="replies" open><summary>{escape(words)}</summary><ol>'.encode()

    def holds(self, path: str) -> bool:
        """Whether what a text answers stands on this page."""
        return path[:-STEP] in self.at

    def _above(self, path: str) -> int:
        """The nearest contribution above a path that stands here."""
        above = (self.at.get(path[:length]) for length in range(len(path) - STEP, 0, -STEP))
        return next((number for number in above if number), TOP)

    def _before_later(self, parent: int, path: str) -> int:
        """The piece before which a reply belongs: that of the first reply that comes later, else the end of them."""
        beside = self.replies.get(parent, [])
        if not self.by_path and beside and parent in (self.root, TOP):
            return self.place[self.at[beside[0]]] - 1
        later = bisect(beside, path)
        return self.place[self.at[beside[later]]] - 1 if later < len(beside) else self.end[parent]

    def _say(self, pieces: list[bytes], parent: int, more: int) -> None:
        """Tell the new number of replies; where there were none, the list of them begins and ends here."""
        there = len(self.replies.get(parent, []))
        pieces[self.place[parent] + 1] = self.fold(parent, there, more)
        if not there:
            pieces[self.end[parent]] = pieces[self.end[parent]].removesuffix(_close(False)) + _close(True)


def assemble(
    rows: Sequence[Any], html: dict[int, str], root: Any = None, *, base: int = 0, by_path: bool = True
) -> Thread:
    """Join rows, each before all below it, into nested lists; `root` is the first of them if it heads all others. A
    reply whose parent the reader may not see, or that stands on another page, stands under the nearest ancestor that
    is here, and says whom it answers. `base` is the length of the path above a top-level answer."""
    thread = Thread({row.id: row for row in rows}, root.id if root else TOP, root.replies if root else 0, by_path)
    parents, stack = _nearest(rows), [TOP]
    for row, parent in zip(rows, parents, strict=True):
        thread.at[row.path] = row.id
        thread.by_author.setdefault(row.author_id, []).append(row.id)
        thread.replies.setdefault(parent, []).append(row.path)
    for row, parent in zip(rows, parents, strict=True):
        while stack[-1] != parent:
            _end(thread, stack.pop())
        thread.place[row.id] = len(thread.pieces) + 1
        fold = thread.fold(row.id, len(thread.replies[row.id])) if row.id in thread.replies else b""
        lone = len(row.path) > base + STEP and row.path[:-STEP] not in thread.at
        thread.pieces += [b'<li class="lone">' if lone else b"<li>", html[row.id].encode(), fold]
        stack.append(row.id)
    while stack:
        _end(thread, stack.pop())
    return thread


def _end(thread: Thread, number: int) -> None:
    thread.end[number] = len(thread.pieces)
    thread.pieces.append(b"</ol>" if number == TOP else _close(number in thread.replies))


def _close(replies: bool) -> bytes:
    return b"</ol></details></li>" if replies else b"</li>"


def _nearest(rows: Sequence[Any]) -> list[int]:
    """For each row the id of its nearest ancestor among the rows, TOP for none."""
    parents: list[int] = []
    open_rows: list[Any] = []
    for row in rows:
        while open_rows and not row.path.startswith(open_rows[-1].path):
            open_rows.pop()
        parents.append(open_rows[-1].id if open_rows else TOP)
        open_rows.append(row)
    return parents
