"""What a report says, gathered once: plain values that are kept with a hash, so that it can be cited.

Nothing in it is anybody's words but the host's: contributions stand in it by their numbers, and quotes are read anew
whenever it is shown, because what somebody takes back is shown no more (P11, P12)."""

from collections.abc import Sequence
from typing import Any

from crowd import clock, i18n, outbox, schedule
from crowd.answering import groups, since
from crowd.answering import queries as owed
from crowd.figures import opened
from crowd.figures import queries as figures
from crowd.figures.privacy import FEW
from crowd.findings import citing, considering, editions, kept
from crowd.models import Consultation, Finding, Question
from crowd.publishing import queries
from crowd.reports import figures as moderation
from crowd.rules import Asker
from crowd.states import Stance, State
from crowd.switching import records

FORMAT = "crowd findings report 1"
COUNTS = ("people", "stakeholders", "contributions", "comments", "votes", "finding_comments", "finding_votes")


def gathered(consultation: Consultation, *, by: Asker, number: int, state: State) -> dict[str, Any]:
    """Everything, as it is now, in the language that is spoken."""
    found = queries.findings(by, consultation, drafts=state == State.DRAFT)
    return {
        "format": FORMAT,
        "number": number,
        "state": str(state),
        "made_at": clock.now().isoformat(),
        "host": outbox.site_name(),
        "title": str(i18n.own(consultation, "title")),
        "summary": str(i18n.own(consultation, "summary_html")),
        "code": consultation.code or consultation.slug.upper(),
        "slug": consultation.slug,
        "questions": [_question(question) for question in consultation.questions],
        "dates": [[str(phase), at.isoformat()] for phase, at in schedule.starts(consultation).items() if at],
        "records": [[str(line.phase), line.began_at.isoformat(), line.sha256] for line in records.lines(consultation)],
        "counts": {name: getattr(consultation, name) for name in COUNTS},
        "took_part": _took_part(consultation),
        "fates": considering.figures(consultation, published=state == State.PUBLISHED)._asdict(),
        "moderation": _moderation(consultation),
        "sections": _sections(found),
    }


def _question(question: Question) -> list[Any]:
    counts = (question.contributions, question.comments, question.votes)
    return [question.number, str(i18n.own(question, "title")), *counts]


def _took_part(consultation: Consultation) -> list[dict[str, Any]]:
    """Who took part, as far as the host has published it: those figures never change (figures/privacy.py)."""
    made = []
    for audience, row in sorted(figures.published(consultation).items()):
        told = opened.of(row)
        tables = [
            {
                "caption": ". ".join(filter(None, (table.title, table.note))),
                "about": told.about.get(table.name, ""),
                "heads": [str(table.heads[0]), *(str(head) for head in table.heads[2:])],
                "rows": [[str(line.label), *(str(cell) for cell in line.cells)] for line in table.rows],
            }
            for table in told.tables
        ]
        made.append({"audience": audience, "people": told.people, "at": told.at.isoformat(), "tables": tables})
    return made


def _moderation(consultation: Consultation) -> dict[str, Any]:
    found = moderation.figures(consultation)
    names = ("received", "at_once", "decided", "median", "ninetieth", "appeals")
    return {name: getattr(found, name) for name in names} | {"hours": consultation.answer_hours}


def _sections(found: Sequence[Finding]) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for finding in found:
        title, html = (finding.part.title, finding.part.html) if finding.part else ("", "")
        if not made or made[-1]["title"] != title:
            made.append({"title": title, "html": html, "findings": []})
        made[-1]["findings"].append(_finding(finding))
    return made


def _finding(finding: Finding) -> dict[str, Any]:
    duty = owed.duty(finding)
    now, voted = since.now(finding, duty, ()), groups.shown(finding)
    return {
        "number": finding.number,
        "cited": kept.cited(finding),
        "edition": finding.edition,
        "state": str(finding.state),
        "title": finding.title,
        "html": finding.html,
        "supports": _evidence(finding, Stance.SUPPORTS),
        "dissents": _evidence(finding, Stance.DISSENTS),
        "members": [finding.member_agree, finding.member_disagree, finding.member_passed],
        "stakeholders": [finding.agree, finding.disagree, finding.passed],
        "groups": voted["groups"] if voted else [],
        "comments": finding.comments,
        "figures": [[run.kind, run.asked_at.isoformat(), run.input_sha256] for run in citing.runs(finding)],
        "step": str(since.step_of(finding, duty)),
        "owner": duty.owner if duty else "",
        "due": duty.due_at.isoformat() if duty and duty.due_at and now.owed else "",
        "promise": now.promise,
        "response": finding.response_html,
    }


def _evidence(finding: Finding, stance: Stance) -> dict[str, Any]:
    """How many contributions by how many people (of fewer than five the number is not kept), and the numbers of those
    that everybody may read."""
    weight = editions.weight(finding.id, stance)
    people = weight.people if weight.people >= FEW else 0
    return {"number": weight.contributions, "people": people, "open": queries.open_evidence(finding, stance)}
