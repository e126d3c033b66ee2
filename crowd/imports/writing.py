"""Texts from elsewhere as contributions, each with its one wording, and with where it came from."""

from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select

from crowd import clock, text
from crowd.bulk import Bulk
from crowd.db import db
from crowd.imports.shape import Said
from crowd.models import Consultation, Contribution, Decision, Imported, Version
from crowd.states import Phase, Place, State
from crowd.threads.deeds import path_step

LONGEST = 40  # characters of `once`


class Node(NamedTuple):
    """Where a text stands, for those that answer it."""

    id: int
    author: int
    thread: int | None
    path: str
    level: int
    question: int | None


def once(source: str, key: str) -> str:
    """By which a text is known again, however long its key is."""
    plain = f"{source}-{key}"
    return plain if len(plain) <= LONGEST else f"{source[:8]}-{sha256(key.encode()).hexdigest()[:30]}"


def there(consultation: Consultation, source: str) -> dict[str, Node]:
    """The texts of this source that are here, by their key there. Those that were taken before keys were kept are
    known by what they were sent with."""
    asked = (
        select(
            *(Contribution.id, Contribution.author_id, Contribution.thread_id, Contribution.path, Contribution.level),
            *(Contribution.question_id, Contribution.once, Imported.key),
        )
        .outerjoin(Imported, Imported.contribution_id == Contribution.id)
        .where(Contribution.consultation_id == consultation.id)
    )
    found = {}
    for row in db.session.execute(asked.where((Imported.source == source) | Imported.source.is_(None))):
        node = Node(*row[:6])
        if row.key is not None:
            found[row.key] = node
        elif row.once.startswith(f"{source}-"):
            found[row.once.removeprefix(f"{source}-")] = node
    return found


class Pen:
    """Writes the texts of one run, parents first. `people` are ids and aliases by key, `rooms` ids of questions."""

    def __init__(
        self,
        consultation: Consultation,
        source: str,
        bulk: Bulk,
        *,
        nodes: dict[str, Node],
        people: dict[str, tuple[int, str]],
        rooms: dict[str, int],
        safe: dict[str, tuple[str, str]],
        refusal: tuple[int, int],
        unknown: int,
    ) -> None:
        self.consultation, self.source, self.bulk = consultation, source, bulk
        self.nodes, self.people, self.rooms, self.safe = nodes, people, rooms, safe
        self.refusal, self.unknown = refusal, unknown

    def write(self, one: Said) -> int:
        number, version = self.bulk.next_id(Contribution), self.bulk.next_id(Version)
        state = State.REMOVED if one.gone else one.state
        public = state in (State.PUBLISHED, State.REMOVED)
        self.consultation.serial += state == State.PUBLISHED
        author, alias = (self.unknown, "") if one.gone else self.people[one.author]
        self.bulk.add(
            Contribution,
            id=number,
            consultation_id=self.consultation.id,
            place=Place.DISCUSSION,
            kind=one.kind,
            author_id=author,
            alias=alias,
            state=state,
            promise=one.promise,
            phase=Phase.MEMBERS,
            version_id=version if public else None,
            serial=self.consultation.serial if state == State.PUBLISHED else None,
            once=once(self.source, one.key),
            submitted_at=one.at,
            public_since=one.at if public else None,
            ended_at=one.at if state == State.REJECTED else None,
            **self._where(one, number, author),
        )
        self._word(one, number, version, state)
        self.bulk.add(
            Imported,
            contribution_id=number,
            source=self.source,
            key=one.key,
            **one.totals._asdict(),
            facts=one.facts,
        )
        return number

    def _where(self, one: Said, number: int, author: int) -> dict[str, Any]:
        """Its place in the thread, kept for its answers."""
        above = self.nodes.get(one.parent)
        if above is None:
            node = Node(number, author, number, path_step(number), 1, self.rooms[one.question])
        else:
            path = above.path + path_step(number)
            node = Node(number, author, above.thread, path, above.level + 1, above.question)
        self.nodes[one.key] = node
        return {
            "question_id": node.question,
            "parent_id": above.id if above else None,
            "parent_author_id": above.author if above else 0,
            "thread_id": node.thread,
            "path": node.path,
            "level": node.level,
        }

    def _word(self, one: Said, number: int, version: int, state: State) -> None:
        """What is held has waited for moderators here since it was taken in, not since it was written (M7)."""
        source, html = self.safe[one.key]
        at = clock.now() if state == State.HELD else one.at
        self.bulk.add(
            Version,
            id=version,
            contribution_id=number,
            number=1,
            state=state,
            source=source,
            html=html,
            renderer=text.RENDERER,
            held_for=[{"rule": "mode"}],
            language=one.language,
            created_at=at,
            first_at=at,
        )
        if state == State.REJECTED:  # nobody hands on who decided, or when
            moderator, reason = self.refusal
            facts = {"version_id": version, "moderator_id": moderator, "reason_id": reason}
            self.bulk.add(Decision, decision="reject", at=one.at, waited=0, **facts)
