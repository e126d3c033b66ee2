"""Twenty people post, vote and change their texts at fifty requests a second while the bell rings, at the real server,
on either database: whatever was acknowledged is there, and on its side of the bell (P8 to P10)."""

import itertools
import random
import threading
import time
from collections import defaultdict
from datetime import timedelta

from sqlalchemy import func, select

from crowd import clock
from crowd.db import db
from crowd.models import Contribution, Draft, Version, VoteEvent, VoteNow
from crowd.states import Phase, State
from tests import make
from tests.faults import people, real

PEOPLE, A_SECOND = 20, 50
BEFORE, AFTER = 7, 5  # seconds
WRITE = "/c/ahp/q/1/new"
HELD_FOR = " of the ward"  # a watched word: these wait, the others are published at once (M1, M2)
STALE = {"rendered": ""}  # a form that nobody of ours has stamped: it has no grace
_number = itertools.count(1)


class Voice(threading.Thread):
    """One person who does one thing after the other; keeps what the server has said to each."""

    def __init__(self, name: str, person: people.Person, own: int, ideas: list[int], until: float) -> None:
        super().__init__(name=name)
        self.person, self.own, self.ideas, self.until = person, own, ideas, until
        self.texts: dict[str, int] = {}
        self.wordings: dict[str, int] = {}
        self.votes: dict[int, str] = {}  # the last one that was acknowledged
        self.drafted = ""  # the last text that was refused
        self.odd: list[str] = []

    def run(self) -> None:
        self.form = self.person.fill_in(WRITE, kind="idea", promise="2", similar="seen")
        self.change = self.person.fill_in(f"/p/{self.own}/edit")
        deeds = [self.post, self.vote, self.vote, self.reword, lambda: self.post(**STALE)]
        while time.monotonic() < self.until:
            began = time.monotonic()
            random.choice(deeds)()
            time.sleep(max(0, PEOPLE / A_SECOND - (time.monotonic() - began)))

    def post(self, **more: str) -> None:
        number = next(_number)
        words = f"What {self.name} thought{HELD_FOR if number % 2 else ''}, number {number}"
        status, page, _where = self.person.send(WRITE, self.form | {"text": words, "do": "send"} | more)
        self.texts[words] = status
        if status == 409:
            self.drafted = words
            self.odd += [] if words in page else [f"the page of a refusal has lost {words}"]

    def reword(self) -> None:
        words = f"How {self.name} puts it now, number {next(_number)}"
        status, _page, _where = self.person.send(f"/p/{self.own}/edit", self.change | {"text": words, "do": "send"})
        self.wordings[words] = status

    def vote(self) -> None:
        idea, value = random.choice(self.ideas), random.choice(["agree", "disagree"])
        fields = {"csrf_token": self.form["csrf_token"], "vote": f"{value}-{idea}"}
        status, _page, _where = self.person.send("/vote", fields)
        if status in (200, 302):
            self.votes[idea] = value
        elif status != 409:
            self.odd.append(f"a vote got {status}")


def test_p08_p09_p10_what_is_acknowledged_across_the_bell_is_there_and_on_its_side(either):
    with people.inside(either.folder):
        people.begin_site()
        consultation = make.consultation(mode_members="risk", first_texts=0, watched=["ward"])
        question = consultation.questions[0]
        members = [make.member(consultation) for _n in range(PEOPLE)]
        own = [make.contribution(question, by=member).id for member in members]
        ideas = [make.contribution(question, by=make.member(consultation)).id for _n in range(10)]
        secrets = people.signed_in(*(member.id for member in members))
    server = either.serve()
    with people.inside(either.folder):
        bell = clock.now() + timedelta(seconds=BEFORE)
        make.moved(make.found("ahp"), Phase.ANALYSIS, bell)
    until = time.monotonic() + BEFORE + AFTER
    voices = [
        Voice(f"member {n}", people.Person(either.port, secret), own[n], ideas, until)
        for n, secret in enumerate(secrets)
    ]
    for voice in voices:
        voice.start()
    for voice in voices:
        voice.join(real.PATIENCE)
        assert not voice.is_alive(), server.said
    server.kill_everything()
    with people.inside(either.folder):
        everything_is_there(voices, {n: member.id for n, member in enumerate(members)}, bell)


def everything_is_there(voices, members, bell):
    assert [odd for voice in voices for odd in voice.odd] == []
    texts = {words: status for voice in voices for words, status in voice.texts.items()}
    assert set(texts.values()) == {302, 409}, "both sides of the bell were met"
    taken = {words for words, status in texts.items() if status == 302}
    rows = db.session.execute(
        select(Version.source, Contribution.phase, Contribution.state, func.count(Version.id).over())
        .join(Contribution, Contribution.id == Version.contribution_id)
        .where(Version.source.startswith("What member"), Version.number == 1)
    ).all()
    assert sorted(row.source for row in rows) == sorted(taken), "each once, none lost, none that was refused"
    assert {row.phase for row in rows} == {Phase.MEMBERS}
    wrong = [row for row in rows if row.state != (State.HELD if HELD_FOR in row.source else State.PUBLISHED)]
    assert wrong == []
    drafts = {
        d.person_id: d.fields["text"]
        for d in db.session.scalars(select(Draft).where(Draft.place.startswith("question")))
    }
    late = {members[n]: voice.drafted for n, voice in enumerate(voices) if voice.drafted}
    kept = {person: words for person, words in late.items() if drafts.get(person) != words}
    sent_later = {person for person, words in kept.items() if _last(voices, members, person) == 302}
    assert set(kept) == sent_later, "a refused text is a draft until another one is sent from its place"
    wordings = {words for voice in voices for words, status in voice.wordings.items() if status == 302}
    assert wordings
    assert wordings <= set(db.session.scalars(select(Version.source)))
    votes_stop(voices, members, bell)


def _last(voices, members, person):
    """What was said to the last text of somebody that did anything to the draft."""
    voice = next(v for n, v in enumerate(voices) if members[n] == person)
    return list(voice.texts.values())[-1]


def votes_stop(voices, members, bell):
    now = defaultdict(dict)
    for vote in db.session.scalars(select(VoteNow)):
        now[vote.person_id][vote.contribution_id] = "agree" if vote.value == 1 else "disagree"
    assert {members[n]: voice.votes for n, voice in enumerate(voices) if voice.votes} == dict(now)
    assert db.session.scalar(select(func.max(VoteEvent.at))) < bell
    assert db.session.scalar(select(func.max(Contribution.submitted_at))) > bell, "the grace was met"
