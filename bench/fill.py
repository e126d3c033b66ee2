"""A consultation of any size, written in bulk as the deeds write: rows, counts, decisions, log, mails."""

import itertools
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select, update

from crowd import chores, clock
from crowd.accounts import deeds as accounts
from crowd.db import db, transaction
from crowd.models import (
    Consultation,
    Contribution,
    Decision,
    Mail,
    Membership,
    Person,
    Question,
    Record,
    Registered,
    Site,
    Version,
    VoteEvent,
    VoteNow,
)
from crowd.moderation import cases
from crowd.search import deeds as index
from crowd.states import PHASES, Kind, Phase, Place, Promise, Standing, State
from crowd.text import RENDERER, safe_html
from crowd.threads.deeds import path_step

READERS = 16  # members who wrote no idea, so that they may vote on all; each has votes and texts in the thread of 200
DAY = timedelta(days=1)
SENTENCE = (
    "care time patient referral clinic team discharge community prevention diet speech school record early contact"
)


@dataclass(frozen=True)
class Size:
    """The consultation of 2016, rounded; `times` multiplies what people write and vote."""

    register: int = 64_377
    members: int = 2_000
    ideas: int = 400
    comments: int = 1_000
    votes: int = 10_000
    thread: int = 200  # comments of the first idea, among those above
    long_thread: int = 2_000  # those of the second one, besides
    words: int = 0  # different words that people use; 0 for the fifteen of SENTENCE

    def times(self, scale: int) -> "Size":
        more = {"ideas": self.ideas * scale, "comments": self.comments * scale, "votes": self.votes * scale}
        return replace(self, **more)


SMOKE = Size(register=100, members=60, ideas=40, comments=210, votes=500, long_thread=400)


@dataclass
class Filled:
    """What the measurements need to know of a consultation."""

    slug: str
    consultation_id: int
    thread: int
    long_thread: int
    ideas: list[int]
    readers: list[int]


@dataclass
class Filling:
    """One consultation while it is being written. `rng` is seeded: two fillings are alike."""

    consultation: Consultation
    question: Question
    people: dict[int, str]  # with their aliases; the first are the readers
    moderator: int
    rng: random.Random
    texts: list[tuple[str, str]]
    next_id: int
    next_version: int
    at: datetime
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.readers, self.authors = list(self.people)[:READERS], list(self.people)[READERS:]


def site(size: Size) -> None:
    """The host, the register, the staff and the people; once an instance."""
    now = clock.now()
    with transaction() as session:
        session.add(Site(name="Allied Health Professions"))
        session.add(Person(email="moderator@example.org", name="Mo Desk", roles="M", confirmed_at=now, created_at=now))
        _write(Registered, ({"email_key": _key("email", n), "added_at": now} for n in range(size.register)))
        _write(Person, (_person(n, now) for n in range(size.members)))


def _key(kind: str, n: int) -> str:
    return sha256(f"{kind} {n}".encode()).hexdigest()


def _write(kind: Any, rows: Iterable[dict[str, Any]]) -> None:
    rows = iter(rows)
    while some := list(islice(rows, 5_000)):
        db.session.execute(insert(kind.__table__), some)


def _person(n: int, now: datetime) -> dict[str, Any]:
    return {"email": f"member{n}@example.org", "confirmed_at": now, "created_at": now, "roles": ""}


def sign_in(person_ids: Iterable[int]) -> list[str]:
    """Secrets for the cookies of these people."""
    with transaction():
        return [accounts.sign_in(number) for number in person_ids]


def more_contributions(slug: str, number: int) -> None:
    """So many more published contributions under the second question, four of five of them comments; for measuring
    whether others' pages grow dearer. Their votes, decisions and mails are left out."""
    made = db.session.scalars(select(Consultation).where(Consultation.slug == slug)).one()
    aliases = {
        row.person_id: row.alias
        for row in db.session.execute(
            select(Membership.person_id, Membership.alias).where(Membership.consultation_id == made.id)
        )
    }
    while number > 0:
        with transaction() as session:
            made = session.merge(made)
            f = _filling(made, aliases, clock.now() - DAY / 4)
            f.question = made.questions[1]
            ideas = _with_versions(f, list(_ideas(f, min(number, 10_000) // 5)), State.PUBLISHED)
            comments = list(_comments(f, [idea["id"] for idea in ideas], min(number, 10_000) - len(ideas)))
            _with_versions(f, comments, State.PUBLISHED)
            for thing in (made, f.question):
                thing.contributions, thing.comments = thing.contributions + len(ideas), thing.comments + len(comments)
        number -= 10_000
    with transaction():
        index.mend()
    settle()


def moderator() -> int:
    return db.session.scalars(select(Person.id).where(Person.roles == "M")).one()


def consultation(slug: str, phase: Phase, size: Size) -> Filled:
    """A whole consultation that is in this phase since yesterday. One text of each reader waits for a moderator."""
    with transaction() as session:
        f = _begin(session, slug, phase)
        if size.words:
            f.texts = _many_texts(f.rng, size.words)
        ideas = _publish(f, _ideas(f, size.ideas))
        thread = [ideas[0], *_publish(f, _thread(f, ideas[0], size.thread))]
        _publish(f, _thread(f, ideas[1], size.long_thread))
        _publish(f, _comments(f, ideas[2:], size.comments - size.thread))
        _vote(f, thread, size.votes)
        _hold(f, [ideas[0]] * READERS, f.readers)
        index.mend()
    return Filled(slug, f.consultation.id, ideas[0], ideas[1], ideas, f.readers)


def _begin(session: Any, slug: str, phase: Phase) -> Filling:
    begun = clock.now() - DAY
    now = PHASES.index(phase)
    starts = {p: begun + (n - now) * 10 * DAY for n, p in enumerate(PHASES) if p != Phase.DRAFT}
    made = Consultation(
        slug=slug, code=slug.upper(), title="The future of our professions", created_at=begun - 70 * DAY, **starts
    )
    made.members_ready_at = made.open_ready_at = made.created_at
    made.reached = phase
    session.add(made)
    session.flush()
    titles = ("How will England be different?", "What should stop, start or change?", "Which success stories?")
    questions = [
        Question(consultation_id=made.id, number=n, title=title, guidance_html="<p>Say why and how.</p>")
        for n, title in enumerate(titles, 1)
    ]
    session.add_all(questions)
    session.flush()
    aliases = {
        number: f"Dietitian {n}, North West"
        for n, number in enumerate(session.scalars(select(Person.id).where(Person.roles == "").order_by(Person.id)), 1)
    }
    _write(
        Membership,
        (
            {
                "person_id": number,
                "consultation_id": made.id,
                "standing": Standing.MEMBER,
                "alias": alias,
                "profession": "Dietitian",
                "region": "North West",
                "joined_at": begun,
            }
            for number, alias in aliases.items()
        ),
    )
    made.people = len(aliases)
    return _filling(made, aliases, starts[Phase.MEMBERS] + DAY / 4)


def _filling(made: Consultation, aliases: dict[int, str], at: datetime) -> Filling:
    rng = random.Random(made.slug)
    newest, version = (db.session.scalar(select(func.max(kind.id))) or 0 for kind in (Contribution, Version))
    return Filling(made, made.questions[0], aliases, moderator(), rng, _texts(rng), newest + 1, version + 1, at)


def _texts(rng: random.Random) -> list[tuple[str, str]]:
    """Sixty texts of 400 characters on average, with what people use of Markdown."""
    sources = []
    for n in range(60):
        words = [rng.choice(SENTENCE.split()) for _word in range(30 + n)]
        words[5] = f"**{words[5]}**"
        sources.append(" ".join(words[:20]).capitalize() + ".\n\n" + " ".join(words[20:]).capitalize() + ".")
    return [(source, safe_html(source)) for source in sources]


def vocabulary(number: int) -> list[str]:
    """Invented words, the first ones said most: each so often as its place allows (Zipf)."""
    syllables = [c + v for c in "bcdfghklmnprstvwz" for v in "aeiou"]
    return ["".join(p) for p in islice(itertools.product(syllables, syllables, ("n", "r", "l", "m", "k")), number)]


def _many_texts(rng: random.Random, words: int) -> list[tuple[str, str]]:
    """Five thousand texts of 60 words that differ as those of people do."""
    said, often = vocabulary(words), list(itertools.accumulate(1 / n for n in range(1, words + 1)))
    sources = [" ".join(rng.choices(said, cum_weights=often, k=60)).capitalize() + "." for _n in range(5_000)]
    return [(source, safe_html(source)) for source in sources]


def _text(f: Filling, author: int, parent: dict[str, Any] | None, state: State) -> dict[str, Any]:
    """One contribution as a row, and in `rows` for its replies."""
    number, f.next_id = f.next_id, f.next_id + 1
    f.at += timedelta(milliseconds=20)
    row = {
        "id": number,
        "consultation_id": f.consultation.id,
        "question_id": f.question.id,
        "place": Place.DISCUSSION,
        "kind": Kind.COMMENT if parent else Kind.IDEA,
        "parent_id": parent["id"] if parent else None,
        "parent_author_id": parent["author_id"] if parent else 0,
        "thread_id": parent["thread_id"] if parent else number,
        "path": (parent["path"] if parent else "") + path_step(number),
        "level": parent["level"] + 1 if parent else 1,
        "author_id": author,
        "alias": f.people[author],
        "profession": "Dietitian",
        "region": "North West",
        "state": state,
        "promise": Promise.ALIAS,
        "phase": Phase.MEMBERS,
        "version_id": None,
        "once": f"bench-{number}",
        "submitted_at": f.at,
        "public_since": f.at if state == State.PUBLISHED else None,
        "stamp": 1,
        "agree": 0,
        "disagree": 0,
        "passed": 0,
        "replies": 0,
    }
    if state == State.PUBLISHED:
        f.consultation.serial += 1
        row["serial"] = f.consultation.serial
    f.rows[number] = row
    return row


def _author(f: Filling) -> int:
    return f.rng.choice(f.authors)


def _ideas(f: Filling, number: int) -> Iterator[dict[str, Any]]:
    for _n in range(number):
        yield _text(f, _author(f), None, State.PUBLISHED)


def _thread(f: Filling, root: int, number: int) -> Iterator[dict[str, Any]]:
    """Comments to a depth of six, one in eight an answer to the first text; two of them by each reader."""
    under = [f.rows[root]]
    readers = f.readers * 2
    for n in range(number):
        parent = under[0] if n % 8 == 0 else f.rng.choice(under[max(1, len(under) - 20) :] or under)
        author = readers[n // 5] if n % 5 == 0 and n // 5 < len(readers) else _author(f)
        comment = _text(f, author, parent, State.PUBLISHED)
        under[0]["replies"] += 1
        if comment["level"] < 6:
            under.append(comment)
        yield comment


def _comments(f: Filling, ideas: list[int], number: int) -> Iterator[dict[str, Any]]:
    last: dict[str, Any] = {}
    for _n in range(number):
        parent = last if last and f.rng.random() < 0.4 and last["level"] < 6 else f.rows[f.rng.choice(ideas)]
        last = _text(f, _author(f), parent, State.PUBLISHED)
        f.rows[last["thread_id"]]["replies"] += 1
        yield last


def _publish(f: Filling, rows: Iterable[dict[str, Any]]) -> list[int]:
    """Write texts with their version, their decision, both lines of the log and the mail that told their author."""
    made = _with_versions(f, list(rows), State.PUBLISHED)
    decisions = [
        {
            "version_id": c["version_id"],
            "consultation_id": c["consultation_id"],
            "moderator_id": f.moderator,
            "decision": "approve",
            "note": "",
            "at": c["public_since"],
            "waited": 0,
        }
        for c in made
    ]
    first = (db.session.scalar(select(func.max(Decision.id))) or 0) + 1
    _write(Decision, decisions)
    _write(
        Record,
        (_line(f, "published", f.moderator, c, decision=n, waited=0) for n, c in enumerate(made, first)),
    )
    _write(
        Mail,
        (
            {
                "once": f"decision-{n}",
                "kind": "published",
                "person_id": c["author_id"],
                "address": "member@example.org",
                "subject": "Your text has been published",
                "body": f.texts[0][0],
                "state": "sent",
                "created_at": c["public_since"],
                "due_at": c["public_since"],
            }
            for n, c in enumerate(made, first)
        ),
    )
    kind = "comments" if made and made[0]["parent_id"] else "contributions"
    for thing in (f.consultation, f.question):
        setattr(thing, kind, getattr(thing, kind) + len(made))
    return [c["id"] for c in made]


def _with_versions(f: Filling, made: list[dict[str, Any]], state: State) -> list[dict[str, Any]]:
    versions = []
    for c in made:
        source, html = f.rng.choice(f.texts)
        number, f.next_version = f.next_version, f.next_version + 1
        c["version_id"] = number
        versions.append(
            {
                "id": number,
                "contribution_id": c["id"],
                "number": 1,
                "state": state,
                "source": source,
                "html": html,
                "card": {},
                "renderer": RENDERER,
                "held_for": [{"rule": "mode"}],
                "created_at": c["submitted_at"],
                "first_at": c["submitted_at"],
            }
        )
    public = state == State.PUBLISHED
    _write(Contribution, (c if public else c | {"version_id": None} for c in made))
    _write(Version, versions)
    _write(Record, (_line(f, "submitted", c["author_id"], c) for c in made))
    return made


def _line(f: Filling, deed: str, by: int, c: dict[str, Any], **facts: int) -> dict[str, Any]:
    return {
        "at": c["submitted_at"],
        "deed": deed,
        "person_id": by,
        "consultation_id": f.consultation.id,
        "facts": {"contribution": c["id"], "version": c["version_id"], **facts},
    }


def _hold(f: Filling, under: list[int], authors: list[int]) -> None:
    """Texts that wait: answers to the question (0), or comments on these contributions."""
    rows = [
        _text(f, authors[n % len(authors)], f.rows[parent] if parent else None, State.HELD)
        for n, parent in enumerate(under)
    ]
    _with_versions(f, rows, State.HELD)
    f.consultation.held += len(rows)
    cases.catch_up()


def more_waiting(slug: str, number: int) -> None:
    """Let so many more texts wait in the queue."""
    with transaction() as session:
        made = session.scalars(select(Consultation).where(Consultation.slug == slug)).one()
        aliases = session.execute(
            select(Membership.person_id, Membership.alias).where(Membership.consultation_id == made.id)
        ).all()
        f = _filling(made, {row.person_id: row.alias for row in aliases}, clock.now())
        _hold(f, [0] * number, f.authors)


def _vote(f: Filling, thread: list[int], number: int) -> None:
    """Votes of random members on random texts, and ten of each reader in the thread."""
    votes: dict[tuple[int, int], int] = {}
    texts = list(f.rows)
    for reader in f.readers:
        votes |= {(reader, c): f.rng.choice((1, 1, -1)) for c in f.rng.sample(thread[1:], 10)}
    while len(votes) < number:
        votes[f.rng.choice(f.authors), f.rng.choice(texts)] = f.rng.choice((1, 1, 1, 0, -1))
    own = [key for key in votes if f.rows[key[1]]["author_id"] == key[0]]
    for key in own:
        del votes[key]
    rows: list[dict[str, Any]] = [
        {"person_id": p, "contribution_id": c, "standing": Standing.MEMBER, "value": v, "at": f.at}
        for (p, c), v in votes.items()
    ]
    _write(
        VoteNow,
        ({k: r[k] for k in r if k != "at"} | {"thread_id": f.rows[r["contribution_id"]]["thread_id"]} for r in rows),
    )
    _write(VoteEvent, rows)
    _count(f, rows)


def _count(f: Filling, rows: list[dict[str, Any]]) -> None:
    """The counts that are kept with what they count."""
    for row in rows:
        f.rows[row["contribution_id"]][{1: "agree", 0: "passed", -1: "disagree"}[row["value"]]] += 1
    counted = [
        {"id": c["id"], **{name: c[name] for name in ("agree", "disagree", "passed", "replies")}}
        for c in f.rows.values()
    ]
    for start in range(0, len(counted), 5_000):
        db.session.execute(update(Contribution), counted[start : start + 5_000])
    f.question.votes, f.consultation.votes = len(rows), len(rows)


def settle() -> None:
    """Do what the filling left to be done: letters to all members, as if sent, and SQLite's log, put back into
    the file. Else the first readers pay for it."""
    chores.run()
    with transaction() as session:
        session.execute(update(Mail).values(state="sent", sent_at=clock.now()))
    db.session.remove()
    if db.engine.dialect.name == "sqlite":
        raw = db.engine.raw_connection()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
