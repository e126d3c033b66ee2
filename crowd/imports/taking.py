"""One run over an export: what is new of it becomes rows, in the order in which they depend on each other."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from crowd import clock, text
from crowd.bulk import Bulk
from crowd.db import db
from crowd.i18n import _
from crowd.imports.export import BadExport, Event, Export, Idea
from crowd.imports.progress import progress
from crowd.models import (
    Consultation,
    Contribution,
    Decision,
    Membership,
    Person,
    Question,
    Reason,
    Record,
    Version,
    VoteEvent,
    VoteNow,
)
from crowd.moderation.deeds import ship_reasons
from crowd.states import Kind, Phase, Place, Promise, Standing, State
from crowd.threads import numbers
from crowd.threads.deeds import path_step

STATES = {1: State.PUBLISHED, 0: State.HELD, -1: State.REJECTED}
VOTING_GOES_ON = timedelta(days=30)
REASON = "Not approved in Polis"


class Taking:
    """One run. `took` counts what is new, by its name."""

    def __init__(self, slug: str, export: Export, safe: dict[int, tuple[str, str]]) -> None:
        self.slug, self.export, self.safe = slug, export, safe
        self.took: Counter[str] = Counter()
        self.bulk = Bulk()
        self.people: dict[int, int] = {}  # their number there: their id here
        self.ideas: dict[int, int] = {}
        self.start = _to_the_minute(min(_times(export)))

    def everything(self) -> None:
        self.consultation, self.question = self._consultation()
        mine = Contribution.consultation_id == self.consultation.id
        self.there = dict(db.session.execute(select(Contribution.once, Contribution.id).where(mine)).all())
        self.new = [idea for idea in self.export.ideas.values() if f"polis-{idea.number}" not in self.there]
        self.refusal = _refusal() if any(idea.moderated == -1 for idea in self.new) else (0, 0)
        self._people()
        self._ideas()
        self.bulk.write()
        self._votes()
        self._history()
        self.bulk.write()

    def _consultation(self) -> tuple[Consultation, Question]:
        """The one of this name, if it was imported; else a new one, in which voting goes on for a while."""
        found = db.session.scalar(select(Consultation).where(Consultation.slug == self.slug))
        if found is None:
            self.took["consultation"] = 1
            return _new_consultation(self.slug, self.export, self.start)
        imported = select(Record.id).where(Record.consultation_id == found.id, Record.deed == "imported").limit(1)
        if db.session.scalar(imported) is None:
            raise BadExport(
                _(
                    "There is a consultation “%(slug)s” already that was not imported. Give the folder another name.",
                    slug=self.slug,
                )
            )
        return found, db.session.scalars(select(Question).where(Question.consultation_id == found.id)).first()  # type: ignore[return-value]  # an import makes one question

    def _email(self, number: int) -> str:
        return f"polis-{self.slug}-{number}@invalid"

    def _people(self) -> None:
        """Everybody who wrote or voted, as members whose address cannot exist."""
        there = dict(
            db.session.execute(
                select(Person.email, Person.id).where(Person.email.startswith(f"polis-{self.slug}-", autoescape=True))
            ).all()
        )
        came = _came(self.export, self.start)
        for number in sorted(self.export.people):
            if (known := there.get(self._email(number))) is None:
                at = came.get(number, self.start)
                known = self.bulk.add(Person, email=self._email(number), created_at=at, confirmed_at=None)
                self.bulk.add(
                    Membership,
                    person_id=known,
                    consultation_id=self.consultation.id,
                    standing=Standing.MEMBER,
                    alias=_("Participant %(n)s", n=number),
                    joined_at=at,
                )
                self.took["people"] += 1
            self.people[number] = known

    def _ideas(self) -> None:
        """Those that are not here yet; what moderators have done since with the others stays."""
        for number in self.export.ideas:
            if known := self.there.get(f"polis-{number}"):
                self.ideas[number] = known
        for idea in sorted(self.new, key=lambda idea: (idea.at, idea.number)):
            self.ideas[idea.number] = self._idea(idea)
            self.took["ideas"] += 1
            self.took[STATES[idea.moderated]] += 1

    def _idea(self, idea: Idea) -> int:
        state, number = STATES[idea.moderated], self.bulk.next_id(Contribution)
        (source, html), at = self.safe[idea.number], idea.at
        version = self.bulk.next_id(Version)
        self.consultation.serial += state == State.PUBLISHED
        self.bulk.add(
            Contribution,
            id=number,
            consultation_id=self.consultation.id,
            question_id=self.question.id,
            place=Place.DISCUSSION,
            kind=Kind.IDEA,
            thread_id=number,
            path=path_step(number),
            author_id=self.people[idea.author],
            alias=_("Participant %(n)s", n=idea.author),
            state=state,
            promise=Promise.ALIAS,
            phase=Phase.MEMBERS,
            version_id=version if state == State.PUBLISHED else None,
            serial=self.consultation.serial if state == State.PUBLISHED else None,
            once=f"polis-{idea.number}",
            submitted_at=at,
            public_since=at if state == State.PUBLISHED else None,
            ended_at=at if state == State.REJECTED else None,
        )
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
            created_at=at,
            first_at=at,
        )
        if state == State.REJECTED:  # Polis keeps neither who decided nor when
            moderator, reason = self.refusal
            self.bulk.add(
                Decision,
                version_id=version,
                moderator_id=moderator,
                decision="reject",
                reason_id=reason,
                at=at,
                waited=0,
            )
        return number

    def _votes(self) -> None:
        """The last vote of each person on each idea; their authors' own are taken as they are."""
        there = {
            (row.person_id, row.contribution_id): row
            for row in db.session.execute(
                select(VoteNow.id, VoteNow.person_id, VoteNow.contribution_id, VoteNow.value)
                .join(Contribution, Contribution.id == VoteNow.contribution_id)
                .where(Contribution.consultation_id == self.consultation.id)
            )
        }
        for done, ((person, idea), value) in enumerate(self.export.votes.items()):
            if done % 5000 == 0:
                progress(_("Votes: %(done)s of %(all)s", done=done, all=len(self.export.votes)))
            by, on = self.people[person], self.ideas[idea]
            known = there.get((by, on))
            if known is None:
                self.bulk.add(
                    VoteNow,
                    person_id=by,
                    contribution_id=on,
                    finding_id=None,
                    thread_id=on,
                    standing=Standing.MEMBER,
                    value=value,
                )
                self.took["votes"] += 1
            elif known.value != value:
                db.session.execute(update(VoteNow).where(VoteNow.id == known.id).values(value=value))
                self.took["changed votes"] += 1

    def _history(self) -> None:
        there = {
            tuple(row)
            for row in db.session.execute(
                select(VoteEvent.at, VoteEvent.person_id, VoteEvent.contribution_id)
                .join(Contribution, Contribution.id == VoteEvent.contribution_id)
                .where(Contribution.consultation_id == self.consultation.id)
            )
        }
        for event in self.export.events or ():
            by, on = self.people[event.person], self.ideas[event.idea]
            if (event.at, by, on) not in there:
                self._event(event, by, on)

    def _event(self, event: Event, by: int, on: int) -> None:
        self.took["history"] += 1
        self.bulk.add(
            VoteEvent,
            person_id=by,
            contribution_id=on,
            finding_id=None,
            standing=Standing.MEMBER,
            value=event.value,
            at=event.at,
        )


def _times(export: Export) -> Iterable[datetime]:
    return [idea.at for idea in export.ideas.values()] + [event.at for event in export.events or ()]


def _to_the_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def _came(export: Export, start: datetime) -> dict[int, datetime]:
    """When each person is first seen."""
    seen = [(idea.at, idea.author) for idea in export.ideas.values()]
    seen += [(event.at, event.person) for event in export.events or ()]
    return {person: at for at, person in sorted(seen, reverse=True)}


def _new_consultation(slug: str, export: Export, start: datetime) -> tuple[Consultation, Question]:
    """In the members' phase since the first idea, with the licence's attribution where everybody reads it."""
    about, about_html = _shown(export.description)
    summary = f"{about}\n\n{export.attribution}".strip()
    made = Consultation(
        slug=slug,
        code=numbers.proposed(slug, start.year),
        title=text.tidy_line(export.topic)[:200],
        summary=summary,
        summary_html=about_html + text.safe_html(export.attribution),
        timezone="UTC",
        created_at=start - timedelta(days=1),
        members=start,
        members_ready_at=start - timedelta(days=1),
        reached=Phase.MEMBERS,
        analysis=_to_the_minute(clock.now() + VOTING_GOES_ON),
        promises=[int(Promise.ALIAS)],
    )
    db.session.add(made)
    db.session.flush()
    asked = re.search(r"[^.?!。？！\n]+[?？]", text.plain(about_html))
    question = Question(
        consultation_id=made.id,
        number=1,
        title=asked[0].strip() if asked else made.title,
        guidance=about,
        guidance_html=about_html,
        kinds=[Kind.IDEA],
    )
    db.session.add(question)
    db.session.flush()
    return made, question


def _shown(source: str) -> tuple[str, str]:
    source = text.tidy(source)
    try:
        return source, text.safe_html(source) if source else ""
    except text.Unusable:
        return "", ""


def _refusal() -> tuple[int, int]:
    """Who refused in Polis, as far as one knows, and why; no moderator here can choose that reason."""
    ship_reasons()  # which it does not once there is any other
    email = "polis-moderators@invalid"
    who = db.session.scalar(select(Person).where(Person.email == email))
    if who is None:
        who = Person(email=email, name=_("Moderators of a Polis conversation"), created_at=clock.now())
        db.session.add(who)
    why = db.session.scalar(select(Reason).where(Reason.title == REASON))
    if why is None:
        why = Reason(
            title=REASON,
            text=_("The moderators of the Polis conversation did not approve it. Their reasons were not handed on."),
            decision="reject",
            appeal=False,
            retired=True,
        )
        db.session.add(why)
    db.session.flush()
    return who.id, why.id
