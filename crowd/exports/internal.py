"""What a host may read of a consultation, as tables: texts in every state, aliases, decisions. Neither names and
addresses of participants nor what a single person voted: no page shows a host those either."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from crowd.exports import coded, concluding, public
from crowd.exports.columns import COUNT, DAY, STANDINGS, YES_NO, Column, Sheet, Source, one_of, yes
from crowd.findings import considering
from crowd.i18n import lazy
from crowd.models import (
    Considered,
    Contribution,
    Decision,
    Finding,
    Imported,
    Membership,
    Person,
    Question,
    Reason,
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
    Column("sent", lazy("The moment it was sent; with others it can tell who somebody is"), lazy("ISO 8601")),
    Column("typed", lazy("The same as “text”, as it was typed, with its formatting")),
    *public.ELSEWHERE,
    Column("number_there", lazy("Of what was taken in: its number there")),
    Column("more_there", lazy("What else stood with it there"), lazy("JSON")),
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
            *(*public.THERE, Imported.key, Imported.facts, Version.source.label("typed")),
        )
        .select_from(Contribution)
        .outerjoin(Imported, Imported.contribution_id == Contribution.id)
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
        *(source.moment(row.submitted_at), (row.typed or "") if there else ""),
        *(row.taken_from, row.agree_there, row.disagree_there, row.passed_there, row.key),
        json.dumps(row.facts, ensure_ascii=False) if row.facts else "",
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
    concluding.FINDING_COLUMNS[0],
    Column("state", lazy("Whether it is published"), "", one_of(State.DRAFT, State.PUBLISHED)),
    *concluding.FINDING_COLUMNS[1:],
)


CONSIDERED_COLUMNS = (
    Column("contribution", lazy("A contribution that answers a question")),
    Column("outcome", lazy("What has become of it"), "", one_of(*concluding.FATES)),
    Column("finding", lazy("The finding that covers it")),
    Column("why", lazy("Why it is not pursued")),
    Column("day", lazy("When that was said"), DAY),
)


def considered(source: Source) -> Iterator[Sequence[Any]]:
    """What drafts name as evidence is used too, as the worklist has it."""
    fate = considering.fate_of(published=False).label("fate")
    query = select(Contribution.id, fate, Finding.number, Considered.why, Considered.at)
    query = query.outerjoin(Considered, Considered.contribution_id == Contribution.id)
    query = query.outerjoin(Finding, Finding.id == Considered.finding_id)
    for row in source.rows(query.where(considering.counted(source.consultation)).order_by(Contribution.id)):
        told = row.fate != "used"
        yield row.id, row.fate, row.number if told else None, row.why or "" if told else "", source.day(row.at)


def _of_all(rows: Callable[..., Iterator[Sequence[Any]]]) -> Callable[[Source], Iterator[Sequence[Any]]]:
    return lambda source: rows(source, concluding.every)


SHEETS = (
    Sheet("questions", lazy("The questions"), public.QUESTION_COLUMNS, public.questions),
    Sheet("people", lazy("Who takes part"), PEOPLE_COLUMNS, people),
    Sheet("contributions", lazy("What people wrote, in every state"), CONTRIBUTION_COLUMNS, contributions),
    Sheet("decisions", lazy("What moderators decided"), DECISION_COLUMNS, decisions),
    Sheet("sections", lazy("The parts of the findings"), concluding.SECTION_COLUMNS, _of_all(concluding.sections)),
    Sheet("findings", lazy("Findings, drafts too"), FINDING_COLUMNS, concluding.findings_and_drafts),
    Sheet("evidence", lazy("What findings rest on"), concluding.EVIDENCE_COLUMNS, _of_all(concluding.evidence)),
    Sheet("quotes", lazy("Words that findings quote"), concluding.QUOTE_COLUMNS, _of_all(concluding.quoted)),
    Sheet(
        "editions", lazy("Findings as they were published"), concluding.EDITION_COLUMNS, _of_all(concluding.editions)
    ),
    Sheet("answers", lazy("What became of the findings"), concluding.ANSWER_COLUMNS, _of_all(concluding.answers)),
    Sheet("considered", lazy("What became of contributions"), CONSIDERED_COLUMNS, considered),
    Sheet("participation", lazy("Who took part, as published"), concluding.FIGURE_COLUMNS, concluding.figures),
    Sheet("themes", lazy("The codebook"), coded.THEME_COLUMNS, coded.themes),
    Sheet("contribution_themes", lazy("Which contributions have which themes"), public.THEMED_COLUMNS, coded.themed),
    Sheet("codings", lazy("What each coder gave"), coded.CODING_COLUMNS, coded.codings),
    Sheet("codebook", lazy("The versions of the codebook"), coded.VERSION_COLUMNS, coded.versions),
)
