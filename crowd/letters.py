"""The main mails in a host's own words: what stands for what in them, and how they are filled in.

The standard words stand in templates/mail and nowhere else: what a host begins to edit is the template, rendered with
the names of the placeholders in place of what they stand for."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

from flask import current_app
from sqlalchemy import select

from crowd import i18n
from crowd.db import db
from crowd.i18n import _
from crowd.models import MailWording

Link = Callable[..., str]
PLACEHOLDER = re.compile(r"{([^{}\n]*)}")
DECISION = {"consultation", "text", "reason", "note", "passages", "link", "site"}
# What each may hold, and what it must: without these its reader could not do what the mail is for.
KINDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "invited": (frozenset({"consultation", "host", "who", "link", "site"}), frozenset({"link", "consultation"})),
    "published": (frozenset(DECISION - {"reason", "passages"} | {"mails_link"}), frozenset({"text", "mails_link"})),
    "returned": (frozenset(DECISION | {"until"}), frozenset({"reason", "note", "passages", "until", "link", "text"})),
    "rejected": (
        frozenset(DECISION | {"appeal", "my_page"}),
        frozenset({"reason", "note", "passages", "appeal", "text"}),
    ),
    "opening": (frozenset({"consultation", "until", "link", "foot", "site"}), frozenset({"link", "foot"})),
}


def titles() -> dict[str, str]:
    return {
        "invited": _("Invitation"),
        "published": _("A text is approved"),
        "returned": _("A text comes back to its author"),
        "rejected": _("A text is refused"),
        "opening": _("The members’ discussion is open"),
    }


def meanings() -> dict[str, str]:
    """What each placeholder stands for."""
    return {
        "consultation": _("the title of the consultation"),
        "host": _("the name of your organisation"),
        "site": _("the name of your organisation"),
        "who": _("profession and region of the invited person"),
        "link": _("the address to open"),
        "text": _("what the author wrote"),
        "reason": _("the moderators’ reason, with the rule behind it"),
        "note": _("what the moderators add, if anything"),
        "passages": _("the passages they mean, if any"),
        "until": _("the date and time until when"),
        "appeal": _("until when one can write another text, and how to appeal"),
        "my_page": _("the address of the author’s page"),
        "mails_link": _("the address where these mails can be turned off"),
        "foot": _("why the reader gets it, and how to turn it off"),
    }


def objection(kind: str, words: str) -> str:
    """Why these words cannot be a mail of this kind; empty when they can."""
    known, needed = KINDS[kind]
    named = PLACEHOLDER.findall(words)
    if unknown := [name for name in named if name not in known]:
        return _(
            "There is no {%(name)s} in this mail. You can use: %(known)s.",
            name=unknown[0],
            known=", ".join(f"{{{name}}}" for name in sorted(known)),
        )
    if "{" in PLACEHOLDER.sub("", words) or "}" in PLACEHOLDER.sub("", words):
        return _("A curly bracket stands alone. Write placeholders as {link}, and use no other curly brackets.")
    if missing := sorted(needed - set(named)):
        return _(
            "Keep %(names)s: without it the reader would miss what they need.",
            names=", ".join(f"{{{name}}}" for name in missing),
        )
    subject, _line, body = words.strip().partition("\n")
    if not body.strip():
        return _("The first line is the subject. Write the text of the mail below it.")
    if set(PLACEHOLDER.findall(subject)) - {"consultation", "host", "site"}:
        return _("The first line is the subject. It can hold {consultation} and the name of your organisation alone.")
    return ""


def own_words(kind: str) -> str:
    """The host's words for a mail in the language of now; empty where the standard ones are used. A reader gets the
    standard ones in their language rather than the host's in another."""
    if kind not in KINDS:
        return ""
    return db.session.scalar(select(MailWording.words).where(MailWording.kind == i18n.key(kind))) or ""


def filled(words: str, kind: str, facts: Mapping[str, Any], link: Link) -> str:
    """The mail, its subject on the first line. What a person wrote is put in as it is: nothing in it is a
    placeholder."""
    values, words = VALUES[kind](facts, link), words.strip()
    for name in (name for name, value in values.items() if not value):
        words = re.sub(rf"^{{{name}}}[ \t]*\n*", "", words, flags=re.MULTILINE)  # no gap where nothing is said
    return PLACEHOLDER.sub(lambda found: values.get(found[1], ""), words)


def _invited(facts: Mapping[str, Any], link: Link) -> dict[str, str]:
    return {
        "consultation": facts["title"],
        "host": facts["host"],
        "site": facts["host"],
        "who": facts["who"],
        "link": link("accounts.invited", secret=facts["secret"]),
    }


def _decided(facts: Mapping[str, Any], link: Link, to: str = "threads.contribution") -> dict[str, str]:
    contribution, reason, until = facts["contribution"], facts["reason"], facts["until"]
    zone, note, marked = contribution.consultation.timezone, facts["note"], facts["marked"]
    rule = "\n\n" + _("The rule behind it:") + " " + i18n.told(reason.rule) if reason and reason.rule else ""
    stays = "\n\n" + _("What was published before stays.") if facts["still_public"] else ""
    return {
        "consultation": i18n.own(contribution.consultation, "title"),
        "site": facts["site"],
        "text": _part("own_text", facts),
        "reason": f"{i18n.told(reason.title)}\n{i18n.told(reason.text)}{rule}{stays}" if reason else "",
        "note": _("They add:") + " " + note if note else "",
        "passages": "\n".join([_("They mean these passages:"), *(f"> {words}" for words in marked)]) if marked else "",
        "until": i18n.deadline(until, zone) if until else "",
        "link": link(to, number=contribution.id),
        "appeal": _appeal(facts, link),
        "my_page": link("accounts.me"),
        "mails_link": link("accounts.mails"),
    }


def _appeal(facts: Mapping[str, Any], link: Link) -> str:
    """What an author can do about a refusal: write another text, appeal, or write to the host."""
    contribution, said = facts["contribution"], []
    zone = contribution.consultation.timezone
    if facts["until"]:
        said.append(_("You can write another text until %(day)s.", day=i18n.deadline(facts["until"], zone)))
    if contribution.appeal_by:
        words = _(
            "If you think that this decision is wrong, you can appeal once, until %(day)s. Somebody who did not decide "
            "reads it:",
            day=i18n.deadline(contribution.appeal_by, zone),
        )
        said += [words, link("appeals.ask", number=contribution.id)]
    elif facts["contact"]:
        said.append(_("If you think that this decision is wrong, write to %(address)s.", address=facts["contact"]))
    return "\n".join(said)


def _opening(facts: Mapping[str, Any], link: Link) -> dict[str, str]:
    of = facts["consultation"]
    return {
        "consultation": i18n.own(of, "title"),
        "site": facts["site"],
        "until": i18n.deadline(facts["bell"], of.timezone) if facts["bell"] else "",
        "link": link("consultations.landing", slug=of.slug),
        "foot": _part("news_foot", {**facts, "link": link}),
    }


def _part(name: str, facts: Mapping[str, Any]) -> str:
    return current_app.jinja_env.get_template(f"mail/{name}.txt").render(**facts).strip()


VALUES: dict[str, Callable[[Mapping[str, Any], Link], dict[str, str]]] = {
    "invited": _invited,
    "published": _decided,
    "returned": partial(_decided, to="threads.edit"),
    "rejected": _decided,
    "opening": _opening,
}


def standard(kind: str) -> str:
    """The standard words with the names of what is filled in, to begin from."""
    of = SimpleNamespace(title="{consultation}", timezone="", slug="", code="")
    text = SimpleNamespace(id=0, consultation=of, appeal_by=None)
    facts: dict[str, Any] = {
        "title": "{consultation}",
        "host": "{host}",
        "who": "{who}",
        "site": "{site}",
        "secret": "",
        "consultation": of,
        "contribution": text,
        "bell": True,
        "until": kind == "returned",
        "news_key": "",
        "reason": SimpleNamespace(title="{reason}", text="", rule=""),
        "note": "",
        "marked": [],
        "contact": "",
        "still_public": False,
        "version": SimpleNamespace(source="{text}", card={}),
    }
    named = {"accounts.me": "{my_page}", "accounts.mails": "{mails_link}"}
    env = current_app.jinja_env.overlay()
    env.globals = {
        **env.globals,
        "deadline": lambda *_moment: "{until}",
    }
    made = env.get_template(f"mail/{kind}.txt", globals=env.globals).render(
        link=lambda endpoint, **_values: named.get(endpoint, "{link}"), **facts
    )
    return _with_names(kind, made.strip())


def _with_names(kind: str, made: str) -> str:
    """What stands only in some mails, by its name, where the template would have it."""
    made = re.sub(r"-{10,}\n{text}\n-{10,}", "{text}", made)
    if kind == "published":
        made = made.replace("{text}", "{text}\n\n{note}", 1)
    if kind in ("returned", "rejected"):
        made = made.replace("{reason}\n", "{reason}\n\n{note}\n\n{passages}\n", 1)
    if kind == "rejected":
        made = made.replace("{text}", "{text}\n\n{appeal}", 1)
    if kind == "opening":
        foot = _part("news_foot", {"link": lambda *_a, **_v: "{link}", "news_key": ""})
        made = made.replace(foot, "{foot}")
    return re.sub(r"\n{3,}", "\n\n", made)
