"""The things that addresses name, as they are in the database: with the consultation they belong to, in one query.

Three ways to have one. `find` gives an object of the session, for deeds that change it. `bare` gives one of no session
at a third of the cost, for deeds that write plain rows. `kept` gives one that all requests share until its
consultation changes, for pages. Of the last two, what was not loaded with them raises DetachedInstanceError."""

from typing import Any

from sqlalchemy import bindparam, inspect, select
from sqlalchemy.orm import contains_eager, joinedload, object_session
from sqlalchemy.orm.attributes import instance_state

from crowd import kept as store
from crowd.db import db
from crowd.models import Consultation, Contribution, Finding, MadeReport, Question
from crowd.statements import Statement

# Made once, because making a statement costs more than asking it.
_SLUG = Consultation.slug == bindparam("slug")
_FIND: dict[Any, Any] = {
    Consultation: select(Consultation).where(_SLUG),
    Contribution: select(Contribution)
    .where(Contribution.id == bindparam("key"))
    .options(joinedload(Contribution.consultation, innerjoin=True), joinedload(Contribution.question)),
} | {
    kind: select(kind)
    .join(kind.consultation)
    .where(_SLUG, kind.number == bindparam("number"))
    .options(contains_eager(kind.consultation))
    for kind in (Question, Finding, MadeReport)
}
_NAMES: dict[Any, tuple[str, ...]] = {
    Consultation: ("slug",),
    Contribution: ("key",),
    Question: ("slug", "number"),
    Finding: ("slug", "number"),
    MadeReport: ("slug", "number"),
}
_CHANGE = {
    Consultation: Statement(select(Consultation.id, Consultation.change).where(_SLUG)),
    Question: Statement(
        select(Question.id, Consultation.change)
        .join(Question.consultation)
        .where(_SLUG, Question.number == bindparam("number"))
    ),
    Contribution: Statement(
        select(Contribution.id, Consultation.change)
        .join(Contribution.consultation)
        .where(Contribution.id == bindparam("key"))
    ),
}


def find(kind: Any, *key: Any) -> Any:
    """The thing that an address names, whoever may know of it: for asking the table about it, as `web.fetch` does."""
    names = _NAMES.get(kind, ())
    if len(key) != len(names):
        return db.session.get(kind, key[0])
    return db.session.scalar(_FIND[kind], dict(zip(names, key, strict=True)))


def kept(kind: Any, *key: Any) -> Any:
    """The thing as of its consultation's change number, which grows with everything that changes either."""
    now = _CHANGE[kind].first(**dict(zip(_NAMES[kind], key, strict=True)))
    return store.fragments().make((kind, *now), lambda: bare(kind, *key), lambda _thing: 20_000) if now else None


def bare(kind: Any, *key: Any) -> Any:
    """A consultation or a question by its address, or a contribution by its number, read now."""
    return _BARE[kind].first(dict(zip(_NAMES[kind], key, strict=True)))


def read_again(thing: Any) -> None:
    """Bring a thing up to date: a deed changes counts in the database itself."""
    if object_session(thing):
        db.session.refresh(thing)
    else:
        vars(thing).update(_BARE[type(thing)].values(thing))


class _Bare:
    """Reads one kind of thing with its relations of these names, past the session."""

    def __init__(self, kind: Any, *related: str, where: Any):
        self._kinds = {"": kind} | {name: getattr(kind, name).property.mapper.class_ for name in related}
        self._names = {name: [a.key for a in inspect(of).column_attrs] for name, of in self._kinds.items()}
        columns = [
            getattr(of, name).label(f"{name}_of_{where}")
            for where, of in self._kinds.items()
            for name in self._names[where]
        ]
        found = select(*columns).select_from(kind)
        for name in related:
            found = found.join(getattr(kind, name), isouter=True)
        self._by_address, self._by_key = (
            Statement(found.where(*where)),
            Statement(found.where(kind.id == bindparam("key"))),
        )

    def first(self, address: dict[str, Any]) -> Any:
        row = self._by_address.first(**address)
        return None if row is None else _made(self._kinds[""], self._values(row))

    def values(self, thing: Any) -> dict[str, Any]:
        return self._values(self._by_key.first(key=thing.id))

    def _values(self, row: Any) -> dict[str, Any]:
        """The attributes of a thing, its relations among them."""
        at, read = 0, {}
        for name, names in self._names.items():
            read[name] = dict(zip(names, row[at : at + len(names)], strict=True))
            at += len(names)
        related = {n: _made(self._kinds[n], values) if values["id"] else None for n, values in read.items() if n}
        if related.get("question"):
            vars(related["question"])["consultation"] = related["consultation"]
        return read[""] | related


def _made(kind: Any, values: dict[str, Any]) -> Any:
    """An object with these attributes that belongs to no session, as if one had loaded it and let it go."""
    thing = inspect(kind).class_manager.new_instance()
    vars(thing).update(values)
    instance_state(thing).key = inspect(kind).identity_key_from_primary_key((values["id"],))
    return thing


_BARE = {
    Consultation: _Bare(Consultation, where=[_SLUG]),
    Question: _Bare(Question, "consultation", where=[_SLUG, Question.number == bindparam("number")]),
    Contribution: _Bare(Contribution, "consultation", "question", where=[Contribution.id == bindparam("key")]),
}
