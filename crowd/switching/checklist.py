"""The checklist before the members' discussion and before the findings open (P5): red stops the switch, amber is
logged when it is skipped."""

from enum import StrEnum
from typing import Any, NamedTuple

from crowd import schedule
from crowd.i18n import _, ngettext
from crowd.models import Consultation
from crowd.schedule import GATES
from crowd.states import PHASES, Phase
from crowd.switching import queries


class Colour(StrEnum):
    """Red stops the switch, amber is logged when it is skipped, green is fine."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Item(NamedTuple):
    """One line of the checklist: what the log calls it, and where it is mended (an endpoint, or an id on the page)."""

    name: str
    colour: Colour
    sentence: str
    where: str = ""


class Red(Exception):
    """The phase cannot begin: something red stands before it. `items` are all that do."""

    def __init__(self, items: list[Item]):
        super().__init__(", ".join(item.name for item in items))
        self.items = items


class Skipped(Exception):
    """Something amber stands before the phase, and the host has not said to go on in spite of it."""


def items(consultation: Consultation, phase: Phase) -> list[Item]:
    """The whole list before this phase, the red ones first; empty where nothing stands before it. One statement."""
    if phase not in GATES:
        return []
    asked = queries.asked_of(consultation, phase)
    found = (_members if phase == Phase.MEMBERS else _open)(consultation, asked)
    return sorted(found, key=lambda item: list(Colour).index(item.colour))


def red(consultation: Consultation, phase: Phase) -> list[Item]:
    return [item for item in items(consultation, phase) if item.colour == Colour.RED]


def ahead(consultation: Consultation) -> Phase | None:
    """The gated phase that is the next one to come, if one is: its checklist is what the host works on."""
    now = PHASES.index(schedule.current(consultation))
    return next((phase for phase in GATES if PHASES.index(phase) > now), None)


def _judged(name: str, good: Any, well: str, ill: str, where: str) -> Item:
    return Item(name, Colour.GREEN, well, where) if good else Item(name, Colour.RED, ill, where)


def _members(of: Consultation, asked: Any) -> list[Item]:
    return [
        _questions(asked),
        _membership(asked),
        _reasons(of, asked),
        _judged(
            "moderators",
            asked.moderators >= 2,
            ngettext("%(n)s moderator.", "%(n)s moderators.", asked.moderators),
            _("Name at least two moderators: nobody decides on their own texts."),
            "hosting.people",
        ),
        _judged(
            "test mail",
            asked.mailed,
            _("A test mail was sent."),
            _("Send a test mail to yourself: people join and hear of decisions by mail."),
            "#test-mail",
        ),
        _judged(
            "retention",
            of.retention,
            ngettext(
                "Personal data is kept for %(n)s month after the end.",
                "Personal data is kept for %(n)s months after the end.",
                of.retention,
            ),
            _("Say for how many months after the end personal data is kept."),
            "#personal-data",
        ),
        *_members_amber(of, asked),
    ]


def _questions(asked: Any) -> Item:
    lacking = _("Add at least one question.")
    if asked.questions:
        lacking = _("Question %(n)s lacks its text or its guidance. Give each one both.", n=asked.bare)
    well = ngettext("%(n)s question, with guidance.", "%(n)s questions, each with guidance.", asked.questions)
    return _judged("questions", asked.questions and asked.bare is None, well, lacking, "consultations.questions")


def _membership(asked: Any) -> Item:
    other = _("People can join as members: by an invitation link.")
    if asked.by_domain:
        other = _("People can join as members: by the end of their e-mail address.")
    return _judged(
        "membership",
        asked.registered or asked.invited or asked.by_domain,
        _("People can prove that they are members: by the register.") if asked.registered else other,
        _("Nobody can prove that they are a member. Load the register, or make an invitation link for members."),
        "hosting.register",
    )


def _reasons(of: Consultation, asked: Any) -> Item:
    if not asked.reasons:
        words = _("There is no reason that moderators can give. Add some, then confirm them.")
        return Item("reasons", Colour.RED, words, "moderation.reasons")
    if asked.reasons_confirmed is None or of.reasons_at is None:
        words = _("Read the reasons that moderators can give, and confirm them.")
        return Item("reasons", Colour.RED, words, "#reasons")
    if (asked.reasons_changed or 0) > asked.reasons_confirmed:
        words = _("The reasons of moderation were changed after you confirmed them. Read them again.")
        return Item("reasons", Colour.AMBER, words, "#reasons")
    return Item("reasons", Colour.GREEN, _("The reasons of moderation are confirmed."), "moderation.reasons")


def _members_amber(of: Consultation, asked: Any) -> list[Item]:
    amber = [
        ("summary", not of.summary_html, _("There is no summary: people do not read what it is about."), "set_up"),
        ("professions", not of.professions, _("No professions are listed that members can name."), "set_up"),
        ("regions", not of.regions, _("No regions are listed that members can name."), "set_up"),
        ("end", of.analysis is None, _("No date is set for the end of the members’ discussion."), "plan"),
    ]
    found = [Item(name, Colour.AMBER, words, f"consultations.{page}") for name, so, words, page in amber if so]
    if asked.hosts < 2:
        words = _("There is only one host. If you are away, nobody can move a date.")
        found.append(Item("hosts", Colour.AMBER, words, "hosting.people"))
    if not asked.contact:
        words = _("No address is given to which people can write.")
        found.append(Item("contact", Colour.AMBER, words, "hosting.look"))
    return found


def _open(of: Consultation, asked: Any) -> list[Item]:
    once = asked.promises_read is not None
    return [
        _undecided(asked),
        _judged(
            "findings",
            asked.ready,
            ngettext("%(n)s finding is ready.", "%(n)s findings are ready.", asked.ready),
            _("No finding is ready. Publish at least one: people see it when the findings open."),
            "findings.findings",
        ),
        _judged(
            "promises",
            once and not asked.promises_changed,
            _("The promise report was read."),
            _("The promise report has changed since it was read. Read it again.")
            if once
            else _("Read the promise report: it says what stays hidden when the findings open."),
            "switching.promise_report",
        ),
        _judged(
            "groups",
            of.groups,
            _("Stakeholders choose from %(n)s groups.", n=len(of.groups)),
            _("List the groups that stakeholders can take part as."),
            "consultations.set_up",
        ),
        *_open_amber(of, asked),
    ]


def _undecided(asked: Any) -> Item:
    waiting = ngettext(
        "%(n)s text of the members’ discussion is not decided on.",
        "%(n)s texts of the members’ discussion are not decided on.",
        asked.undecided,
    )
    if not asked.undecided:
        words = _("Every text of the members’ discussion is decided on.")
        return Item("undecided", Colour.GREEN, words, "moderation.queue")
    if asked.handed_to:
        words = waiting + " " + _("%(name)s has taken over.", name=asked.handed_to)
        return Item("undecided", Colour.GREEN, words, "#hand-over")
    words = waiting + " " + _("Have them decided on, or hand them over to a moderator by name.")
    return Item("undecided", Colour.RED, words, "#hand-over")


def _open_amber(of: Consultation, asked: Any) -> list[Item]:
    returned = ngettext(
        "%(n)s returned text can still come back.", "%(n)s returned texts can still come back.", asked.returned
    )
    drafts = ngettext(
        "%(n)s finding is a draft and will not be seen.",
        "%(n)s findings are drafts and will not be seen.",
        asked.drafts,
    )
    amber = [
        ("returned", asked.returned, returned, "moderation.returned"),
        ("reports", asked.reports, _("Reports of published texts wait for an answer."), "moderation.queue"),
        ("appeals", asked.appeals, _("Appeals wait for an answer."), "moderation.queue"),
        ("drafts", asked.drafts, drafts, "findings.findings"),
        ("end", of.closed is None, _("No date is set for the end of the comments."), "consultations.plan"),
    ]
    return [Item(name, Colour.AMBER, words, where) for name, so, words, where in amber if so]
