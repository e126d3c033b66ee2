"""A canary in everything that a reader may not see; then every address of the site, in every standing and phase.

Whom each canary may be found by is written down here and not computed from the table of rules. What comes back is
looked through whole: text, headers (ETags, redirects) and what stands in the mails that others get."""

import contextvars
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select
from werkzeug.routing import Rule

from crowd import clock
from crowd.appeals import deeds as appeals
from crowd.db import db, transaction
from crowd.models import (
    Case,
    Consultation,
    Contribution,
    Decision,
    Draft,
    Mail,
    Note,
    Report,
    Sanction,
    Theme,
    Themed,
    Unveiling,
    Version,
)
from crowd.reports import deeds as reports
from crowd.states import PHASES, Phase, Promise, Standing, State
from crowd.threads import deeds as threads
from crowd.threads import drafts
from crowd.threads.appearing import vanish
from tests import make
from tests.actors import Actor
from tests.hostile import concluded
from tests.hostile.concluded import said
from tests.mending import acts
from tests.moderation.desk import shipped, waiting

STAFF = "moderator host"
# The canary, and who may find it, from the members' discussion on; "+ all" is everybody once findings are open.
MAY_FIND = {
    "zqheld": f"author {STAFF}",
    "zqreturned": f"author {STAFF}",
    "zqrejected": f"author {STAFF}",
    "zqwithdrawn": f"author {STAFF}",
    "zqnewwording": f"author {STAFF}",
    "zqoldwording": f"author {STAFF}",
    "zqhidden": f"author {STAFF}",
    "zqremoved": f"author {STAFF}",
    "zqmembersonly": f"author colleague analyst {STAFF}",
    "zqmembersreply": f"author colleague analyst {STAFF}",
    "zqmemberscard": f"author colleague analyst {STAFF}",
    "zqmembersfile": f"author colleague analyst {STAFF}",
    "zqfileheld": f"author {STAFF}",
    "zqpublic": f"author colleague analyst {STAFF} + all",
    "zqdraft": "author",
    "zqdecisionnote": f"author {STAFF}",
    "zqmodnote": STAFF,
    "zqreportwords": f"colleague {STAFF}",
    "zqappealwords": f"author {STAFF}",
    "zqsealed": "host",
    "zqunveiling": STAFF,
    "zqsanction": f"author {STAFF}",
    "zqaddress": "author host",
    "zqmoderatorname": STAFF,
    "zqunpublished": "analyst moderator host",
} | concluded.MAY_FIND
# Each written canary is followed by itself read backwards: a page of search repeats what was typed, and not that.
WRITTEN = [name for name in MAY_FIND if name not in ("zqaddress", "zqmoderatorname")]


# The host opens a seal by a form and with a reason, and finds moderators' notes beside the texts that wait.
NOWHERE: dict[str, set[str]] = {"author": set(), "host": {"zqsealed"}}


@pytest.fixture(params=[Phase.MEMBERS, Phase.ANALYSIS, Phase.OPEN, Phase.CLOSED])
def phase(request: pytest.FixtureRequest) -> Phase:
    return request.param


@pytest.fixture
def world(app: Flask, phase: Phase) -> Iterator[dict[str, Any]]:
    """Everything that could leak, written while the members discuss; the clock then goes on to the phase."""
    shipped()
    consultation = make.consultation(phase=Phase.MEMBERS)
    author = make.member(consultation, "zqaddress@example.org")
    colleague = make.member(consultation, "colleague@example.org", profession="Paramedic")
    stakeholder = make.member(consultation, "stakeholder@example.org", standing=Standing.STAKEHOLDER, group="Carer")
    moderator = make.person("moderator@example.org", roles="M", name="Mo zqmoderatorname")
    staff = {"analyst": "A", "host": "H"}
    people = {
        name: make.person(f"{name}@example.org", roles=role, name=name.title()).id for name, role in staff.items()
    }
    people |= {"author": author.id, "colleague": colleague.id, "stakeholder": stakeholder.id, "moderator": moderator.id}
    texts(consultation, author, colleague, make.as_asker(moderator.id))
    beside(consultation, people)
    shift = timedelta(days=10 * (PHASES.index(phase) - PHASES.index(Phase.MEMBERS)))
    concluded.write(consultation, people)
    clock.set_to(clock.now() + shift)
    concluded.report(consultation, people)
    yield {"actors": {name: Actor(app, number) for name, number in people.items()} | {"visitor": Actor(app)}}
    clock.set_to(None)


def texts(consultation: Consultation, author: Any, colleague: Any, moderator: Any) -> None:
    """One text in each state, the members-only ones with a reply, an evidence card and a file."""
    question = consultation.questions[0]
    for word, state in (
        ("zqheld", State.HELD),
        ("zqreturned", State.RETURNED),
        ("zqrejected", State.REJECTED),
        ("zqwithdrawn", State.WITHDRAWN),
        ("zqhidden", State.PUBLISHED),
        ("zqremoved", State.PUBLISHED),
        ("zqpublic", State.PUBLISHED),
    ):
        made = make.contribution(question, by=author, text=said(word), state=state, moderator=moderator)
        if word in ("zqhidden", "zqremoved"):
            with transaction():
                vanish(made, State.HIDDEN if word == "zqhidden" else State.REMOVED, why="Personal attack")
        if word == "zqheld":
            make.file(made, by=author.id, name=said("zqfileheld") + ".pdf")
        if word == "zqrejected":
            with transaction() as session:
                decision = session.scalars(select(Decision).order_by(Decision.id.desc()).limit(1)).one()
                session.execute(
                    Decision.__table__.update().values(note=said("zqdecisionnote")).where(Decision.id == decision.id)
                )
    private = make.contribution(
        question,
        by=author,
        promise=Promise.MEMBERS,
        writing=threads.prepare(said("zqmembersonly"), {"effect": said("zqmemberscard")}),
        moderator=moderator,
    )
    make.file(private, by=author.id, name=said("zqmembersfile") + ".pdf")
    make.contribution(private, by=colleague, text=said("zqmembersreply"), promise=Promise.MEMBERS, moderator=moderator)
    struck = make.contribution(question, by=author, text=f"Before. {said('zqsealed')}. After.", state=State.HELD)
    acts.redact(struck, said("zqsealed"), by=moderator)
    reworded = make.contribution(question, by=author, text=said("zqoldwording"), moderator=moderator)
    writing, newest = threads.prepare("What stands there now"), threads.prepare(said("zqnewwording"))
    with transaction():
        threads.edit(reworded, by=author, writing=writing)
    from crowd.moderation import deeds as moderation

    with transaction():
        moderation.approve(waiting(reworded), by=moderator)
    with transaction():
        threads.edit(reworded, by=author, writing=newest)


def beside(consultation: Consultation, people: dict[str, int]) -> None:
    """What stands beside the texts: drafts, notes, reports, appeals, a sealed wording, drafts of findings, a theme."""
    question, now = consultation.questions[0], clock.now()
    public = _text_with("zqpublic")
    with transaction() as session:
        session.add_all(
            [
                Draft(
                    person_id=people["author"],
                    consultation_id=consultation.id,
                    place=drafts.place_of(question),
                    fields={"text": said("zqdraft")},
                    saved_at=now,
                ),
                Note(contribution_id=public.id, person_id=people["moderator"], words=said("zqmodnote"), at=now),
                Unveiling(
                    contribution_id=public.id, asked_by_id=people["moderator"], reason=said("zqunveiling"), at=now
                ),
                Sanction(
                    person_id=people["author"], kind="warning", words=said("zqsanction"), by_id=people["host"], at=now
                ),
                Theme(consultation_id=consultation.id, number=1, name="Time for care"),
            ]
        )
        session.flush()
        theme = session.scalars(select(Theme)).one()
        for word in ("zqpublic", "zqmembersonly", "zqhidden"):
            session.add(Themed(contribution_id=_text_with(word).id, theme_id=theme.id))
        for word in ("zqwithdrawn", "zqhidden", "zqremoved"):  # whoever reported a text finds that again, not the text
            by = {"reporter": f"person-{people['colleague']}", "person_id": people["colleague"]}
            session.add(Report(contribution_id=_text_with(word).id, reason="rule", words="", at=now, **by))
    author, colleague = (make.as_asker(people[who]) for who in ("author", "colleague"))
    g.pop("asked", None)
    with transaction() as session:
        here = session.get_one(Contribution, public.id)
        reports.report(
            here, by=colleague, reporter=f"person-{colleague.id}", ground="rule", words=said("zqreportwords")
        )
    with transaction() as session:
        refused = session.get_one(Contribution, _text_with("zqrejected").id)
        appeals.appeal(refused, by=author, words=said("zqappealwords"))
    make.finding(consultation, evidence=(public, _text_with("zqmembersonly")))
    make.finding(consultation, state=State.DRAFT, title=said("zqunpublished"), evidence=(public,))


def _text_with(word: str) -> Contribution:
    return db.session.scalars(
        select(Contribution)
        .join(Version, Version.contribution_id == Contribution.id)
        .where(Version.source.contains(word))
    ).first()


# ---- every address --------------------------------------------------------------------------------------------------

FEW = range(1, 4)


def addresses(app: Flask) -> list[str]:
    """Every address that answers a GET, with everything that its parts can name here."""
    texts_ = list(db.session.scalars(select(Contribution.id)))
    desk = sorted({*db.session.scalars(select(Version.id)), *db.session.scalars(select(Case.id))})
    found = [
        address
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in ("static", "brand_sheet")
        for address in _filled(rule, texts_, desk)
    ]
    exact = [f"%22What+{word}%22" for word in WRITTEN] + list(WRITTEN) + [word[:5] for word in WRITTEN]
    found += [f"/c/ahp/search?q={asked}" for asked in dict.fromkeys(exact)]
    found += concluded.FILES
    found += [f"/c/ahp/q/1?{query}" for query in ("sort=newest", "sort=agreed", "kind=idea", "theme=1", "q=zqheld")]
    return found


def _filled(rule: Rule, texts_: list[int], desk: list[int]) -> list[str]:
    """The addresses of a rule. A secret cannot be guessed: addresses with one are not asked here."""
    path, numbers = str(rule), FEW
    if path.startswith("/p/"):
        numbers = texts_
    elif path.startswith("/moderate/"):
        numbers = desk
    values = {
        "slug": ["ahp"],
        "cited": [f"AHP-2016-{n:04}" for n in range(1, 9)],
        "name": ["zq.pdf"],
        "phase": [str(p) for p in PHASES],
        "form": ["zip", "xlsx"],
    } | concluded.NAMED
    parts = re.findall(r"<(?:(\w+):)?(\w+)>", path)
    if any(kind != "int" and name not in values for kind, name in parts):
        return []
    choices = [list(numbers) if kind == "int" else values[name] for kind, name in parts]
    out = []
    for chosen in product(*choices):
        filled = path
        for (_kind, _name), value in zip(parts, chosen, strict=True):
            filled = re.sub(r"<[^>]*>", str(value), filled, count=1)
        out.append(filled)
    return out


def may_find(canary: str, who: str, phase: Phase) -> bool:
    named, _plus, later = MAY_FIND[canary].partition("+")
    opened = phase in (Phase.OPEN, Phase.CLOSED)
    return who in named.split() or (opened and later.strip() in ("all", who))


def whole(actor: Actor, address: str) -> str:
    """All that comes back: the status line's headers and the body, be it text or a file."""
    answer = contextvars.Context().run(lambda: actor.browser.get(address, buffered=True))  # as a request of its own
    body = answer.get_data()
    if body.startswith(b"PK"):  # a workbook is a zip too
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            body += b"".join(packed.read(name) for name in packed.namelist())
    return f"{answer.headers}\n{body.decode('utf-8', 'replace')}"


@pytest.mark.on_postgresql_in(Phase.CLOSED)
def test_p13_m5_no_canary_is_found_by_anybody_who_may_not_find_it(app, world, phase):
    asked, wrong = addresses(app), []
    for who, actor in world["actors"].items():
        hidden = [canary for canary in MAY_FIND if not may_find(canary, who, phase)]
        for address in asked:
            found = whole(actor, address)
            looked_for = [canary[::-1] if canary in address else canary for canary in hidden]
            wrong += [f"{who} finds {words} on {address}" for words in looked_for if words in found]
    assert len(asked) > 300
    assert wrong == [], "\n".join(wrong[:40])


@pytest.mark.on_postgresql_in(Phase.CLOSED)
def test_the_canaries_are_found_by_those_who_may_find_them(app, world, phase):
    """A canary that nobody can find anywhere would prove nothing."""
    asked = addresses(app)
    for who in ("author", "host"):
        everything = "".join(whole(world["actors"][who], address) for address in asked if "q=" not in address)
        missed = {canary for canary in MAY_FIND if may_find(canary, who, phase) and canary not in everything}
        assert missed == NOWHERE[who], who


def test_m13_no_mail_carries_what_its_reader_may_not_see(app, world, phase):
    names = {actor.id: who for who, actor in world["actors"].items()}
    mails = db.session.scalars(select(Mail)).all()
    wrong = [
        f"{names.get(mail.person_id)} gets {canary} in {mail.kind}"
        for mail in mails
        for canary in MAY_FIND
        if canary in mail.subject + mail.body
        and not (canary == "zqsealed" and names.get(mail.person_id) == "author")  # their own text in full
        and not may_find(canary, names.get(mail.person_id, "visitor"), phase)
    ]
    assert mails
    assert wrong == []
