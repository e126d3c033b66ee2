"""What a host may read of a consultation, as tables: texts in every state, aliases, decisions. Neither names and
addresses of participants nor what a single person voted: no page shows a host those either."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from crowd.exports import public
from crowd.exports.columns import COUNT, DAY, YES_NO, Column, Sheet, Source, one_of, yes
from crowd.i18n import lazy
from crowd.models import (
    Contribution,
    Decision,
    Evidence,
    Finding,
    Membership,
    Person,
    Question,
    Reason,
    Theme,
    Themed,
    Version,
)
from crowd.states import Kind, Promise, Standing, State
from crowd.text import plain
from crowd.threads import numbers

PROMISES = {
    Promise.MEMBERS: "members only",
    Promise.NAMELESS: "public without a name",
    Promise.ALIAS: "public with alias",
}
STANDINGS = {Standing.MEMBER: "member", Standing.STAKEHOLDER: "stakeholder"}
Newest = aliased(Version)

CONTRIBUTION_COLUMNS = (
    Column("contribution", lazy("The number of the contribution: it stands at /p/ and this number")),
    Column("number", lazy("The number under which it is cited")),
    Column("question", lazy("The question it answers")),
    Column("finding", lazy("The finding it comments on")),
    Column("parent", lazy("The contribution it answers")),
    Column("kind", lazy("What it is"), "", one_of(*Kind)),
    Column("state", lazy("What has become of it"), "", one_of(*(s for s in State if s != State.DRAFT))),
    Column("promise", lazy("Who may read it, as its author was promised"), "", one_of(*PROMISES.values())),
    Column("alias", lazy("Under which alias it stands")),
    Column("profession", lazy("The author’s profession")),
    Column("region", lazy("The author’s region")),
    Column("group", lazy("The author’s group, of a stakeholder")),
    Column("phase", lazy("The phase it was sent in")),
    Column("day", lazy("When it was sent"), DAY),
    Column("published", lazy("When it was published"), DAY),
    Column("wording", lazy("Which of its wordings this is: the published one, else the newest"), COUNT),
    Column("language", lazy("Its language, as its author said"), lazy("ISO 639-1")),
    Column("text", lazy("What it says; empty where its author took it back")),
    Column("agree", lazy("How many agree"), COUNT),
    Column("disagree", lazy("How many disagree"), COUNT),
    Column("passed", lazy("How many saw it and passed"), COUNT),
    Column("facilitator", lazy("Whether a facilitator wrote it"), "", YES_NO),
    Column("best_practice", lazy("Whether moderators marked it as best practice"), "", YES_NO),
    Column("merged", lazy("Whether it says the same as its parent, which has its votes"), "", YES_NO),
    Column("files", lazy("How many files it has"), COUNT),
    *(column for column in public.CONTRIBUTION_COLUMNS if column.name in ("where", *public.CARD)),
)


def contributions(source: Source) -> Iterator[Sequence[Any]]:
    newest = select(func.max(Newest.id)).where(Newest.contribution_id == Contribution.id, Newest.sealed.is_(False))
    wording = func.coalesce(Contribution.version_id, newest.correlate(Contribution).scalar_subquery())
    query = (
        select(
            Contribution.__table__,
            *(Version.html, Version.card, Version.language, Version.number.label("wording")),
            Question.number.label("question"),
            Finding.number.label("finding"),
        )
        .select_from(Contribution)
        .outerjoin(Version, Version.id == wording)
        .outerjoin(Question, Question.id == Contribution.question_id)
        .outerjoin(Finding, Finding.id == Contribution.finding_id)
        .where(Contribution.consultation_id == source.consultation.id)
        .order_by(Contribution.id)
    )
    for row in source.rows(query):
        yield _contribution(row, source)


def _contribution(row: Any, source: Source) -> Sequence[Any]:
    there = row.state != State.WITHDRAWN
    card = (row.card or {}) if there else {}
    return (
        *(row.id, numbers.written(source.consultation.code, row.serial), row.question, row.finding, row.parent_id),
        *(row.kind, row.state, PROMISES.get(Promise(row.promise), ""), row.alias, row.profession, row.region),
        *(row.group, row.phase, source.day(row.submitted_at), source.day(row.public_since), row.wording),
        *(row.language, plain(row.html or "") if there else "", row.agree, row.disagree, row.passed),
        *(yes(row.facilitator), yes(row.best_practice), yes(row.merged), row.files),
        *(card.get(name, "") for name in public.CARD),
    )


DECISION_COLUMNS = (
    Column("decision", lazy("The number of the decision")),
    Column("contribution", lazy("What was decided on")),
    Column("wording", lazy("Which of its wordings"), COUNT),
    Column("what", lazy("What was decided")),
    Column("reason", lazy("The reason that its author was told")),
    Column("note", lazy("The note that its author was told")),
    Column("moderator", lazy("Who decided")),
    Column("day", lazy("When"), DAY),
    Column("waited", lazy("How long it had waited"), lazy("seconds")),
    Column("undone", lazy("Whether it was undone at once"), "", YES_NO),
)


def decisions(source: Source) -> Iterator[Sequence[Any]]:
    query = (
        select(
            *(Decision.id, Version.contribution_id, Version.number, Decision.decision, Reason.title, Decision.note),
            *(Person.name, Decision.at, Decision.waited, Decision.undone_at),
        )
        .join(Version, Version.id == Decision.version_id)
        .join(Contribution, Contribution.id == Version.contribution_id)
        .join(Person, Person.id == Decision.moderator_id)
        .outerjoin(Reason, Reason.id == Decision.reason_id)
        .where(Contribution.consultation_id == source.consultation.id)
        .order_by(Decision.id)
    )
    for row in source.rows(query):
        yield (
            *(row.id, row.contribution_id, row.number, row.decision, row.title or "", row.note, row.name),
            *(source.day(row.at), row.waited, yes(row.undone_at)),
        )


PEOPLE_COLUMNS = (
    Column("alias", lazy("Under which alias they write here")),
    Column("standing", lazy("Whether a member or a stakeholder"), "", one_of(*STANDINGS.values())),
    Column("profession", lazy("The profession of a member")),
    Column("region", lazy("The region of a member")),
    Column("group", lazy("The group of a stakeholder")),
    Column("joined", lazy("When they joined"), DAY),
    Column("left", lazy("When they left"), DAY),
    Column("expert", lazy("Whether they were asked as an expert"), "", YES_NO),
)


def people(source: Source) -> Iterator[Sequence[Any]]:
    query = select(Membership.__table__).where(Membership.consultation_id == source.consultation.id)
    for row in source.rows(query.order_by(Membership.alias)):
        yield (
            *(row.alias, STANDINGS.get(Standing(row.standing), ""), row.profession, row.region, row.group),
            *(source.day(row.joined_at), source.day(row.left_at), yes(row.expert)),
        )


FINDING_COLUMNS = (
    Column("finding", lazy("The number of the finding")),
    Column("state", lazy("Whether it is published"), "", one_of(State.DRAFT, State.PUBLISHED)),
    *public.FINDING_COLUMNS[1:-1],
)


def findings(source: Source) -> Iterator[Sequence[Any]]:
    query = (
        select(Finding.__table__, public.SECTION)
        .where(Finding.consultation_id == source.consultation.id)
        .order_by(Finding.number)
    )
    for row in source.rows(query):
        yield (
            *(row.number, row.state, row.section or "", row.title, plain(row.html), row.edition, row.change_note),
            *(source.day(row.published_at), plain(row.response_html or ""), source.day(row.responded_at)),
            *(row.member_agree, row.member_disagree, row.member_passed, row.agree, row.disagree, row.passed),
        )


def evidence(source: Source) -> Iterator[Sequence[Any]]:
    query = select(Finding.number, Evidence.contribution_id).join(Evidence, Evidence.finding_id == Finding.id)
    here = Finding.consultation_id == source.consultation.id
    yield from map(tuple, source.rows(query.where(here).order_by(Finding.number, Evidence.contribution_id)))


def themes(source: Source) -> Iterator[Sequence[Any]]:
    given = select(func.count()).where(Themed.theme_id == Theme.id).correlate(Theme).scalar_subquery()
    query = select(Theme.number, Theme.name, Theme.definition, given)
    here = Theme.consultation_id == source.consultation.id
    yield from map(tuple, source.rows(query.where(here).order_by(Theme.number)))


def themed(source: Source) -> Iterator[Sequence[Any]]:
    query = select(Themed.contribution_id, Theme.number).join(Theme, Theme.id == Themed.theme_id)
    here = Theme.consultation_id == source.consultation.id
    yield from map(tuple, source.rows(query.where(here).order_by(Themed.contribution_id, Theme.number)))


EVIDENCE_COLUMNS = (
    Column("finding", lazy("A finding")),
    Column("contribution", lazy("A contribution that it rests on")),
)

SHEETS = (
    Sheet("questions", lazy("The questions"), public.QUESTION_COLUMNS, public.questions),
    Sheet("people", lazy("Who takes part"), PEOPLE_COLUMNS, people),
    Sheet("contributions", lazy("What people wrote, in every state"), CONTRIBUTION_COLUMNS, contributions),
    Sheet("decisions", lazy("What moderators decided"), DECISION_COLUMNS, decisions),
    Sheet("findings", lazy("Findings, drafts too"), FINDING_COLUMNS, findings),
    Sheet("evidence", lazy("What findings rest on"), EVIDENCE_COLUMNS, evidence),
    Sheet("themes", lazy("Themes"), public.THEME_COLUMNS, themes),
    Sheet("contribution_themes", lazy("Which contributions have which themes"), public.THEMED_COLUMNS, themed),
)
