"""What a host gives to researchers: votes as rows under numbers drawn anew, people with coarse
attributes (k-anonymity), and the texts that everybody may read. Nothing in it is in the order of the database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from random import SystemRandom
from typing import Any

from sqlalchemy import select

from crowd.exports import anonymity, concluding, public
from crowd.exports.anonymity import K, TooFew
from crowd.exports.columns import COUNT, DAY, STANDINGS, Column, Sheet, Source, one_of
from crowd.exports.readable import readable
from crowd.i18n import lazy
from crowd.models import Contribution, Finding, Membership, Question, Theme, Themed, Version, VoteEvent, VoteNow
from crowd.states import Kind, Standing, State
from crowd.text import plain

TOGETHER = 2_000  # people whose votes are read and put into order together
CHANCE = SystemRandom()
ATTRIBUTES = ("standing", "profession", "group", "region")
COARSE = lazy("other: put together with rare ones; not told: left away")

PEOPLE_COLUMNS = (
    Column("person", lazy("A number drawn by chance for this file alone: in another file it is another one")),
    Column("standing", lazy("Whether a member or a stakeholder"), "", one_of(*STANDINGS.values(), "not told")),
    Column("profession", lazy("A member’s profession"), "", COARSE),
    Column("group", lazy("A stakeholder’s group"), "", COARSE),
    Column("region", lazy("A member’s region"), "", COARSE),
)
VOTE_COLUMNS = (
    Column("person", lazy("Who voted: a number of the table people")),
    Column("contribution", lazy("On which contribution: a number of the table contributions, or empty")),
    Column("finding", lazy("On which finding, or empty")),
    Column("vote", lazy("The current vote"), "", lazy("1 agree, 0 pass, -1 disagree")),
    Column("day", lazy("When it was given; empty for a day on which fewer than 5 people voted"), DAY),
)
CONTRIBUTION_COLUMNS = (
    Column("contribution", lazy("A number drawn by chance for this file alone")),
    Column("question", lazy("The question it answers, or empty")),
    Column("finding", lazy("The finding it comments on, or empty")),
    Column("parent", lazy("The contribution it answers")),
    Column("kind", lazy("What it is"), "", one_of(*Kind)),
    Column("day", lazy("When it was sent"), DAY),
    Column("text", lazy("What it says, if everybody may read it; else empty")),
    Column("profession", lazy("Its author’s profession, where its text is here"), "", COARSE),
    Column("group", lazy("Its author’s group, where its text is here"), "", COARSE),
    Column("region", lazy("Its author’s region, where its text is here"), "", COARSE),
    Column("agree", lazy("How many agree"), COUNT),
    Column("disagree", lazy("How many disagree"), COUNT),
    Column("passed", lazy("How many saw it and passed"), COUNT),
)
THEMED_COLUMNS = (
    Column("contribution", lazy("A contribution of this file")),
    Column("theme", lazy("The name of a theme that analysts gave it")),
)


def drawn(of: Sequence[int]) -> dict[int, int]:
    """Numbers by chance, that nothing can be told from and that are in no order."""
    least = 10 ** max(6, len(str(len(of))) + 2)
    return dict(zip(of, CHANCE.sample(range(least, 10 * least), len(of)), strict=True))


class Research:
    """One file: what was drawn for it is nowhere else, and forgotten with it."""

    def __init__(self, source: Source) -> None:
        self.source, self.of = source, source.consultation

    @cached_property
    def people(self) -> dict[int, int]:
        """The number of everybody who voted, by id."""
        found = {row.person_id for row in self.source.rows(self._votes(VoteNow.person_id).distinct())}
        return drawn(sorted(found))

    @cached_property
    def texts(self) -> dict[int, int]:
        query = select(Contribution.id).where(self._there()).order_by(Contribution.id)
        return drawn([row.id for row in self.source.rows(query)])

    @cached_property
    def classes(self) -> dict[int, tuple[str, ...]]:
        """Everybody's attributes, coarse enough. Raises TooFew."""
        if len(self.people) < K:
            raise TooFew
        known = self._memberships()
        return anonymity.coarsened({who: known.get(who, ("", "", "", "")) for who in self.people})

    @cached_property
    def authors(self) -> dict[int, tuple[str, ...]]:
        """The same for those whose texts are here; nothing of anybody where they are too few."""
        query = select(Contribution.author_id).where(self._there(), readable(self.of)).distinct()
        writing = {row.author_id for row in self.source.rows(query)}
        known = self._memberships()
        try:
            return anonymity.coarsened({who: known.get(who, ("", "", "", ""))[1:] for who in writing})
        except TooFew:
            return {}

    @property
    def k(self) -> int:
        """How many stand in the smallest group."""
        found = [anonymity.smallest(self.classes), *([anonymity.smallest(self.authors)] if self.authors else [])]
        return min(found)

    @cached_property
    def days(self) -> set[str]:
        """The days on which at least so many people voted."""
        voters: defaultdict[str, set[int]] = defaultdict(set)
        for row in self.source.rows(self._events(VoteEvent.at, VoteEvent.person_id)):
            if len(on := voters[self.source.day(row.at)]) < K:
                on.add(row.person_id)
        return {day for day, who in voters.items() if len(who) == K}

    def sheets(self) -> tuple[Sheet, ...]:
        return (
            Sheet("questions", lazy("The questions"), public.QUESTION_COLUMNS, public.questions),
            Sheet("people", lazy("Who voted"), PEOPLE_COLUMNS, lambda _s: self.of_people()),
            Sheet("votes", lazy("The current votes"), VOTE_COLUMNS, lambda _s: self.of_votes()),
            Sheet("contributions", lazy("What people wrote"), CONTRIBUTION_COLUMNS, lambda _s: self.of_texts()),
            Sheet("contribution_themes", lazy("Their themes"), THEMED_COLUMNS, lambda _s: self.of_themes()),
            Sheet("findings", lazy("What the host concludes"), concluding.FINDING_COLUMNS, concluding.findings),
        )

    def of_people(self) -> Iterator[Sequence[Any]]:
        for who, number in sorted(self.people.items(), key=lambda pair: pair[1]):
            yield number, *self.classes[who]

    def of_votes(self) -> Iterator[Sequence[Any]]:
        """In the order of the drawn numbers, some people at a time."""
        order = sorted(self.people, key=self.people.__getitem__)
        for begin in range(0, len(order), TOGETHER):
            yield from sorted(
                self._of(order[begin : begin + TOGETHER]), key=lambda row: (row[0], row[1] or 0, row[2] or 0)
            )

    def _of(self, some: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        when: dict[tuple[int, int | None, int | None], str] = {}
        events = self._events(VoteEvent.person_id, VoteEvent.contribution_id, VoteEvent.finding_id, VoteEvent.at)
        for row in self.source.rows(events.where(VoteEvent.person_id.in_(some)).order_by(VoteEvent.id)):
            when[row.person_id, row.contribution_id, row.finding_id] = self.source.day(row.at)
        votes = self._votes(
            VoteNow.person_id, VoteNow.contribution_id, VoteNow.finding_id, VoteNow.value, Finding.number
        )
        for row in self.source.rows(votes.where(VoteNow.person_id.in_(some))):
            day = when.get((row.person_id, row.contribution_id, row.finding_id), "")
            text = self.texts.get(row.contribution_id) if row.contribution_id else None
            yield self.people[row.person_id], text, row.number, row.value, day if day in self.days else ""

    def of_texts(self) -> Iterator[Sequence[Any]]:
        """In the order of the drawn numbers: sorted by the database they would be in that of time."""
        open_to_all = {row.id for row in self.source.rows(select(Contribution.id).where(readable(self.of)))}
        order = sorted(self.texts, key=self.texts.__getitem__)
        for begin in range(0, len(order), 500):
            some = order[begin : begin + 500]
            found = {row.id: row for row in self.source.all(_TEXTS.where(Contribution.id.in_(some)))}
            yield from (self._text(found[key], key in open_to_all) for key in some)

    def _text(self, row: Any, shown: bool) -> Sequence[Any]:
        author = self.authors.get(row.author_id, ("", "", "")) if shown else ("", "", "")
        parent = self.texts.get(row.parent_id) if row.parent_id else None
        return (
            *(self.texts[row.id], row.question, row.finding, parent, row.kind, self.source.day(row.submitted_at)),
            *(plain(row.html) if shown else "", *author, row.agree, row.disagree, row.passed),
        )

    def of_themes(self) -> Iterator[Sequence[Any]]:
        query = select(Themed.contribution_id, Theme.name).join(Theme, Theme.id == Themed.theme_id)
        found = self.source.all(query.where(Theme.consultation_id == self.of.id))
        yield from sorted(
            (self.texts[row.contribution_id], row.name) for row in found if row.contribution_id in self.texts
        )

    def _there(self) -> Any:
        """What was published; facilitators' texts are no data about people."""
        here = Contribution.consultation_id == self.of.id
        return here & (Contribution.state == State.PUBLISHED) & Contribution.facilitator.is_(False)

    def _votes(self, *columns: Any) -> Any:
        """The current votes on what is here."""
        return _on_this(select(*columns).select_from(VoteNow), VoteNow, self)

    def _events(self, *columns: Any) -> Any:
        query = _on_this(select(*columns).select_from(VoteEvent), VoteEvent, self)
        return query.where(VoteEvent.value.is_not(None))

    def _memberships(self) -> dict[int, tuple[str, ...]]:
        """Who is what here: nobody's name or alias."""
        query = select(
            Membership.person_id, Membership.standing, Membership.profession, Membership.group, Membership.region
        )
        rows = self.source.rows(query.where(Membership.consultation_id == self.of.id))
        return {
            row.person_id: (STANDINGS.get(Standing(row.standing), ""), row.profession, row.group, row.region)
            for row in rows
        }


def _on_this(query: Any, kind: Any, research: Research) -> Any:
    published = (Finding.consultation_id == research.of.id) & (Finding.state == State.PUBLISHED)
    query = query.outerjoin(Contribution, Contribution.id == kind.contribution_id)
    query = query.outerjoin(Finding, Finding.id == kind.finding_id)
    return query.where(research._there() | published)


_TEXTS = (
    select(
        *(Contribution.id, Contribution.author_id, Contribution.parent_id, Contribution.kind),
        *(Contribution.submitted_at, Contribution.agree, Contribution.disagree, Contribution.passed),
        *(Version.html, Question.number.label("question"), Finding.number.label("finding")),
    )
    .join(Version, Version.id == Contribution.version_id)
    .outerjoin(Question, Question.id == Contribution.question_id)
    .outerjoin(Finding, Finding.id == Contribution.finding_id)
)
