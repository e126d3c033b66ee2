"""How a contribution reaches a page quickly: it is a fragment made once, in pieces between which what depends on the
reader is laid (laying.py). Jinja over 200 comments costs 3 ms, joining them 0.02."""

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NamedTuple

from flask import current_app, get_template_attribute
from markupsafe import Markup

from crowd import i18n, kept, rules
from crowd.i18n import _, ngettext
from crowd.models import Consultation, Contribution
from crowd.rules import VISITOR
from crowd.states import Kind, Place, Promise, State, Vote
from crowd.text import opening, plain, shown
from crowd.threads import branches, mentions, numbers, queries
from crowd.threads.view import View

MARKS, CONTROLS = "\x01", "\x02"  # stand where the reader's own part goes; no text can hold them (text.tidy)
FEWEST = 3  # votes that are told of: fewer would say who voted how
OWN_VOTE: dict[int | None, str] = {None: "", Vote.AGREE: "agree", Vote.DISAGREE: "disagree", Vote.PASS: "pass"}


class Fragment(NamedTuple):
    """A contribution's HTML in pieces; `whole` is how it stands for somebody who has done nothing here, `item` the same
    as an item of a list."""

    head: str
    middle: str
    votes: dict[str, str]
    others: str
    own: str
    tail: str
    item: bytes = b""

    @property
    def whole(self) -> str:
        return self.for_reader(None, own=False)

    def size(self) -> int:
        """Bytes, about: a curly quote makes a string take two for each letter."""
        texts = (self.head, self.middle, *self.votes.values(), self.others, self.own, self.tail)
        return 2 * sum(map(len, texts)) + len(self.item) + 1000

    def for_reader(self, vote: int | None, own: bool, change: str = "", new: str | None = None) -> str:
        """`change` is the new wording of an own text that waits, or nothing; `new` is where the next new one stands, or
        nothing, for what is new to the reader."""
        if own:
            return self.head + "own" + self.middle + self.votes["own"] + self.own + self.tail + _change(change)
        mark, link = ("", "") if new is None else ("new", _next_new(new))
        return self.head + mark + self.middle + self.votes[OWN_VOTE[vote]] + self.others + link + self.tail


def item(card: str) -> bytes:
    """A card as it stands in a list."""
    return f"<li>{card}</li>\n".encode()


def _change(html: str) -> str:
    return str(get_template_attribute("parts/contribution.html", "change")(html)) if html else ""


def _next_new(address: str) -> str:
    return str(get_template_attribute("parts/news.html", "next_new")(address)) if address else ""


def of_rows(rows: Sequence[Any], consultation: Consultation, view: View) -> dict[int, Fragment]:
    """The fragments of these contributions; the ones not kept yet are read in one query."""
    store = kept.fragments()
    key = {row.id: ("fragment", row.id, row.stamp, row.promise, view) for row in rows}
    found = {row.id: store.get(key[row.id]) for row in rows}
    if missing := [number for number, fragment in found.items() if fragment is None]:
        named = mentions.of(missing, consultation.id, view)
        for row in queries.shown(missing):
            fragment = make_fragment(row, consultation, view, named.get(row.id, ()))
            store.put(key[row.id], fragment, fragment.size())
            found[row.id] = fragment
    return found


def make_fragment(row: Any, consultation: Consultation, view: View, named: Sequence[Any] = ()) -> Fragment:
    """One contribution as everybody of this view sees it, whatever is kept; `named` are the texts that it mentions."""
    card = get_template_attribute("parts/contribution.html", "card")
    heading = "h2" if view.listed and row.level > 1 else "h3"  # a list's comments stand on one level with its answers
    shown = _as_shown(row, consultation, view)
    shown.mentioned = [mentioned(one, one.html, consultation.code, view) for one in named]
    html = str(card(shown, row.level, MARKS, CONTROLS, heading=heading))
    head, rest = html.split(MARKS)
    middle, tail = rest.split(CONTROLS)
    live = row.state == State.PUBLISHED
    votes = {own: _votes(row, view, own) if live else "" for own in ("", "agree", "disagree", "pass", "own")}
    others, own = _acts(row, view, "others"), _acts(row, view, "own")
    made = Fragment(head, middle, votes, others, own, tail)
    return made._replace(item=item(made.whole)) if row.level == 1 else made


def _votes(row: Any, view: View, own: str) -> str:
    if row.place == Place.FINDING or row.merged:
        return ""
    agree, disagree = counts(row, view)
    if not view.votes or own == "own":
        return str(get_template_attribute("parts/votes.html", "tally")(agree, disagree, too_few=view.counts))
    whose = _("%(alias)s’s contribution", alias=row.alias)
    return str(get_template_attribute("parts/votes.html", "votes")(row.id, whose, agree, disagree, own))


def counts(row: Any, view: View) -> tuple[int, int] | tuple[None, None]:
    """How many agree and disagree, or nothing where that is not told: below three votes, and until the bell if the host
    wants it so."""
    told = view.counts and row.agree + row.disagree + row.passed >= FEWEST
    return (row.agree, row.disagree) if told else (None, None)


def _acts(row: Any, view: View, whose: str) -> str:
    acts = current_app.jinja_env.get_template("threads/acts.html")  # without what every page shows, which costs more
    again = view.resends and row.state == State.RETURNED and rules.holds("still in time", VISITOR, row)
    return acts.render(
        c=row,
        view=view,
        whose=whose,
        again=again,
        alias=shown_alias(row.alias, row.promise, view.inside),
        closed=closed_words(row, view.zone) if row.closed_at else "",
    )


def shown_alias(alias: str, promise: int, inside: bool) -> str:
    """Who a text is by, for readers inside the discussion and outside of it (P12)."""
    return alias if inside or promise == Promise.ALIAS else _("Name not shown")


def _as_shown(row: Any, consultation: Consultation, view: View) -> SimpleNamespace:
    """A row in the words of parts/contribution.html."""
    zone = consultation.timezone
    named = shown_alias(row.alias, row.promise, view.inside) == row.alias  # an alias says profession and region already
    return SimpleNamespace(
        id=row.id,
        alias=shown_alias(row.alias, row.promise, view.inside),
        profession="" if named else row.profession,
        region="" if named else row.region,
        kind=row.kind,
        kind_word=kind_word(row.kind),
        when=row.submitted_at.isoformat(),
        when_text=i18n.stamp(row.submitted_at, zone),
        html=row.html or "",
        lang=i18n.foreign(row.language),
        state=row.state,
        state_word=state_word(row.state, consultation.answer_hours),
        tombstone=tombstone(row, zone),
        best_practice=row.best_practice,
        late=_late(row, view),
        facilitator=row.facilitator,
        expert=row.expert,
        promise_word=promise_word(row, view),
        same_word=same_word(row),
        card=branches.rest_of(row.card or {}),
        behalf=branches.words(row.card or {}),
        files=row.attached,
        in_reply_to=_parent(row, view),
        in_reply_to_id=row.parent_id,
        level=row.level,
        listed=view.listed,
        replies=row.replies,
        cited=numbers.written(consultation.code, row.serial),
        edited=_edited(row, zone),
        came=_came(row.came),
    )


def mentioned(row: Any, html: str, code: str, view: View) -> SimpleNamespace:
    """A text that another one names, in a line: its number, what it is, by whom, and its first words."""
    alias = shown_alias(row.alias, row.promise, view.reads_members)
    return SimpleNamespace(
        id=row.id,
        cited=numbers.written(code, row.serial),
        what=_("%(kind)s by %(alias)s", kind=kind_word(row.kind), alias=alias),
        words=opening(plain(html), 100),
    )


def _parent(row: Any, view: View) -> str:
    """Whom it answers; nobody is named any more whose text is gone (P11, M19)."""
    gone = {
        State.WITHDRAWN: _("a withdrawn text"),
        State.REMOVED: _("a removed text"),
        State.HIDDEN: _("a hidden text"),
    }
    if not row.parent_alias or row.parent_state in gone:
        return gone[State(row.parent_state)] if row.parent_alias else ""
    return shown_alias(row.parent_alias, row.parent_promise, view.inside)


def _came(row: Any) -> str:
    """That it was written elsewhere, and how many voted there: nobody knows who, so our tallies leave them out."""
    if row is None:
        return ""
    words = (_("%(number)s agree"), _("%(number)s disagree"), _("%(number)s passed"))
    votes = zip(words, (row.agree, row.disagree, row.passed), strict=True)
    counted = [said % {"number": i18n.number(n)} for said, n in votes if n is not None]
    if not counted:
        return _("Taken in from elsewhere")
    return _("Taken in from elsewhere; as counted there: %(votes)s", votes=", ".join(counted))


def _late(row: Any, view: View) -> bool:
    """Whether it was approved after its discussion had ended (P9)."""
    return bool(view.bell and row.public_since and row.public_since >= view.bell)


def _edited(row: Any, zone: str) -> str:
    """When its public wording was written, if that is not the one which was published first: that one was written
    before it was published, every later one after."""
    return i18n.day(row.worded_at, zone) if row.public_since and row.html and row.worded_at > row.public_since else ""


def kind_word(kind: str) -> str:
    return {
        Kind.IDEA: _("Idea"),
        Kind.EXPERIENCE: _("Experience"),
        Kind.EXAMPLE: _("Example"),
        Kind.COMMENT: _("Comment"),
    }[Kind(kind)]


def state_word(state: str, hours: int) -> str:
    """A state in the words of its author, with how long a decision usually takes (M4)."""
    return {
        State.HELD: _("Waiting for a moderator, usually within %(hours)s hours; only you can see this", hours=hours),
        State.RETURNED: _("Returned to you; only you can see this"),
        State.REJECTED: _("Not published; only you can see this"),
    }.get(State(state), "")


def promise_word(row: Any, view: View) -> str:
    """Inside the discussion a text says when it will not leave it."""
    if row.place != Place.DISCUSSION or not view.inside:
        return ""
    return {Promise.MEMBERS: _("For members only"), Promise.NAMELESS: _("Shown to others without a name")}.get(
        Promise(row.promise), ""
    )


def same_word(row: Any) -> str:
    """What merging has made of it (M15): how many others are put under it, or that it is put under another one."""
    if row.merged:
        return _("Says the same")
    return ngettext("Said by %(n)s other too", "Said by %(n)s others too", row.said_again) if row.said_again else ""


def tombstone(row: Any, zone: str) -> str:
    """The mark where something public was taken away (M19)."""
    if row.state not in (State.WITHDRAWN, State.REMOVED, State.HIDDEN):
        return ""
    day = i18n.day(row.ended_at, zone) if row.ended_at else ""
    said = {
        State.WITHDRAWN: _("Withdrawn by its author on %(day)s", day=day),
        State.REMOVED: _("Removed by the moderators on %(day)s", day=day)
        if day
        else _("Removed contribution: it was gone before the discussion was taken in here"),
        State.HIDDEN: _("Hidden while it is checked, since %(day)s", day=day),
    }[State(row.state)]
    return _("%(mark)s: %(why)s", mark=said, why=uncapitalised(i18n.told(row.ended_why))) if row.ended_why else said


def uncapitalised(title: str) -> str:
    """A title as it stands within a sentence; an abbreviation keeps its letters."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def closed_words(row: Any, zone: str) -> str:
    """What stands at the top of a closed thread; the reason stands with its first text."""
    if not row.closed_at:
        return _("A moderator has closed this thread.")
    return _("Closed by the moderators on %(day)s: %(why)s", day=i18n.day(row.closed_at, zone), why=row.closed_why)


def title(contribution: Contribution) -> i18n.Own:
    """The first words of its public wording, in the language of that."""

    def make() -> tuple[str, str]:
        version = queries.published_version(contribution)
        return opening(plain(version.html).partition("\n")[0], 70), version.language

    words, language = kept.fragments().make(("title", contribution.version_id), make, size=lambda made: len(made[0]))
    return i18n.Own(words, i18n.foreign(language))


def alone(contribution: Contribution, consultation: Consultation, view: View) -> Markup:
    """One contribution without any control, for pages that bring their own."""
    return bare([contribution.id], consultation, view)[contribution.id]


def bare(ids: Sequence[int], consultation: Consultation, view: View) -> dict[int, Markup]:
    """Several of them, in a fixed number of queries."""
    view = replace(view, votes=False, comments=False)
    named = mentions.of(ids, consultation.id, view)
    rows = queries.shown(ids)
    return {row.id: shown(make_fragment(row, consultation, view, named.get(row.id, ())).whole) for row in rows}
