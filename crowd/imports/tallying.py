"""Votes from elsewhere: of each person on each text the last one, and all of them as history."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, update

from crowd.bulk import Bulk
from crowd.db import db
from crowd.i18n import _
from crowd.imports.shape import Gathered, Tell
from crowd.models import Consultation, Contribution, VoteEvent, VoteNow
from crowd.states import Standing

STEP = 20_000


@dataclass
class Votes:
    """`people` and `texts` are ids by the keys of there."""

    found: Gathered
    consultation: Consultation
    bulk: Bulk
    people: Mapping[str, int]
    texts: Mapping[str, int]
    took: Counter[str]

    def last(self, tell: Tell) -> None:
        """The last vote of each person on each text; their authors' own are taken as they are. One that has changed
        there since changes here."""
        asked = (
            select(VoteNow.id, VoteNow.person_id, VoteNow.contribution_id, VoteNow.value)
            .join(Contribution, Contribution.id == VoteNow.contribution_id)
            .where(Contribution.consultation_id == self.consultation.id)
        )
        votes = self.found.votes
        there = {(row.person_id, row.contribution_id): row for row in db.session.execute(asked)} if votes else {}
        for done, ((person, key), value) in enumerate(votes.items()):
            if done % STEP == 0:
                tell(_("Votes: %(done)s of %(all)s", done=done, all=len(votes)))
            by, on = self.people[person], self.texts[key]
            known = there.get((by, on))
            if known is None:
                row = {"person_id": by, "contribution_id": on, "finding_id": None, "thread_id": on}
                self.bulk.add(VoteNow, standing=Standing.MEMBER, value=value, **row)
                self.took["votes"] += 1
            elif known.value != value:
                db.session.execute(update(VoteNow).where(VoteNow.id == known.id).values(value=value))
                self.took["changed votes"] += 1

    def history(self) -> None:
        """Every vote in time that is not here yet."""
        if not self.found.events:
            return
        asked = (
            select(VoteEvent.at, VoteEvent.person_id, VoteEvent.contribution_id)
            .join(Contribution, Contribution.id == VoteEvent.contribution_id)
            .where(Contribution.consultation_id == self.consultation.id)
        )
        there = {tuple(row) for row in db.session.execute(asked)}
        for event in self.found.events:
            by, on = self.people[event.person], self.texts[event.text]
            if (event.at, by, on) not in there:
                self.took["history"] += 1
                row = {"person_id": by, "contribution_id": on, "finding_id": None, "value": event.value}
                self.bulk.add(VoteEvent, standing=Standing.MEMBER, at=event.at, **row)
