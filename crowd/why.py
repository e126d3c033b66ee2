"""The sentence that stands in place of a control that is not there (P7): why, and since or until when."""

from typing import Any

from crowd import clock, schedule
from crowd.i18n import _, deadline
from crowd.models import Consultation
from crowd.rules import READING, SITE_TABLE, TABLE, VISITOR, Asker, Row, holds, may, standings
from crowd.states import PHASES, Phase, Standing


def act_words(act: str) -> str:
    """The act as it stands after "You can" or "to"."""
    return {
        "see the consultation": _("see this consultation"),
        "ask to join": _("join as a member"),
        "join as a stakeholder": _("join as a stakeholder"),
        "enter the discussion": _("read the members’ discussion"),
        "contribute": _("answer the questions"),
        "see": _("see this"),
        "read": _("read this"),
        "comment": _("comment"),
        "vote": _("vote"),
        "edit": _("change this text"),
        "withdraw": _("withdraw this text"),
        "widen the promise": _("let more people read this"),
        "read the versions": _("read the versions of this text"),
        "close the thread": _("close this thread"),
        "pin as the prompt": _("pin this above the answers"),
        "see votes by profession": _("see the votes by profession"),
        "invite experts": _("invite experts"),
        "follow": _("follow this"),
        "report": _("report this"),
        "decide": _("decide on this text"),
        "appeal": _("appeal against the decision"),
        "look behind an alias": _("ask who is behind this alias"),
        "break the seal": _("read what was struck out"),
        "sanction": _("warn or suspend people"),
        "read a finding": _("read the findings"),
        "comment on a finding": _("comment on findings"),
        "vote on a finding": _("vote on findings"),
        "write findings": _("write findings"),
        "code contributions": _("make themes"),
        "give themes": _("give this themes"),
        "read the analysis": _("read the analysis"),
        "publish responses": _("publish responses"),
        "set up": _("set up this consultation"),
        "use an account": _("use an account"),
        "moderate": _("use the moderation desk"),
        "analyse": _("analyse contributions"),
        "host": _("run this site"),
    }[act]


def standing_words(letter: str) -> str:
    return {
        Standing.VISITOR: _("visitors"),
        Standing.STAKEHOLDER: _("stakeholders"),
        Standing.MEMBER: _("members"),
        Standing.MODERATOR: _("moderators"),
        Standing.ANALYST: _("analysts"),
        Standing.HOST: _("hosts"),
        "P": _("people who are signed in"),
    }[letter]


def condition_words(name: str) -> str:
    """What is in the way when a condition does not hold."""
    return {
        "own": _("Only its author can do that."),
        "another's": _("You wrote this yourself."),
        "not answering own": _("This answers a text of yours; another moderator decides on it."),
        "in the discussion": _("This is not part of the members’ discussion."),
        "on a finding": _("This is not a comment on a finding."),
        "held": _("It has been decided on already."),
        "published": _("It is not published."),
        "returned": _("It was not returned to you."),
        "not rejected": _("It was not published, so there is nothing to take back."),
        "not removed": _("It has been removed."),
        "not withdrawn": _("It has been withdrawn."),
        "was public": _("It is not published."),
        "promised to all": _("Its author wrote it for members only."),
        "not closed": _("A moderator has closed this thread."),
        "shown to members": _("The host has not shown it to members yet."),
        "begins a thread": _("It is not the first text of its thread."),
        "a facilitator's": _("It was not written by a facilitator."),
        "still in time": _("The time for sending it again is over."),
        "may be appealed": _("There is no decision that you can appeal against now."),
        "not a facilitator's": _("Its author is named."),
        "not merged": _("It says the same as the text it stands under: vote there."),
    }[name]


STANDS = frozenset({"in the discussion", "on a finding"})  # what a thing is, and can never cease to be


def why_not(person: Asker, act: str, thing: Any) -> str:
    """Why the person may not do this now; empty when they may."""
    if may(person, act, thing):
        return ""
    if thing is None:
        return _("Sign in first.") if act == "use an account" else _only(SITE_TABLE[act], act, person)
    consultation: Consultation = thing.consultation
    letters, phase = standings(person, consultation), schedule.current(consultation)
    if person.suspended and act not in READING:
        return _("Your account is suspended. You can still read.")
    rows = [row for row in TABLE[act] if all(holds(name, person, thing) for name in STANDS & set(row.only_if))]
    if granted := [row for row in rows if row.who[phase] & letters]:
        return next(
            (condition_words(name) for row in granted for name in row.only_if if not holds(name, person, thing)),
            "",
        )
    return _when(rows, letters, consultation, phase, act) or _only(_who_still(rows, consultation, phase), act, person)


def _who_still(rows: list[Row], consultation: Consultation, phase: Phase) -> frozenset[str]:
    """Everybody who may do it now or in a phase that is still planned."""
    still = [p for p in schedule.starts(consultation) if PHASES.index(p) >= PHASES.index(phase)]
    return frozenset[str]().union(*(row.who[p] for row in rows for p in still))


def _when(rows: list[Row], letters: frozenset[str], consultation: Consultation, phase: Phase, act: str) -> str:
    """From when this standing may do it; else since when they, or anybody, no longer may."""
    begins = schedule.starts(consultation)
    later = [p for p in begins if begins[p] > clock.now() and any(row.who[p] & letters for row in rows)]
    if late := schedule.missed(consultation):  # nothing comes before it, whatever date it has
        start = deadline(begins[late], consultation.timezone)
        after = [p for p in begins if PHASES.index(p) >= PHASES.index(late)]
        if any(row.who[p] & letters for p in after for row in rows):
            words = {"act": act_words(act), "start": start}
            return _("You were to be able to %(act)s after %(start)s. The host is not ready yet.", **words)
    elif later:
        start = deadline(begins[later[0]], consultation.timezone)
        return _("You can %(act)s from %(start)s.", act=act_words(act), start=start)
    before = [p for p in begins if PHASES.index(p) < PHASES.index(phase)]
    if ended := [p for p in before if any(row.who[p] & letters for row in rows)]:
        return _(
            "That ended on %(end)s: until then you could %(act)s.", act=act_words(act), end=_bell(consultation, ended)
        )
    if (ended := [p for p in before if any(row.who[p] for row in rows)]) and not _who_still(rows, consultation, phase):
        return _("That ended on %(end)s.", end=_bell(consultation, ended))
    return ""


def _bell(consultation: Consultation, ended: list[Phase]) -> str:
    end = schedule.bell(consultation, ended[-1])
    assert end is not None, "a phase before the current one has ended"
    return deadline(end, consultation.timezone)


def _only(letters: frozenset[str], act: str, person: Asker) -> str:
    who = [standing_words(letter) for letter in "BSMAHP" if letter in letters]
    if not who:
        return _("Nobody can %(act)s here.", act=act_words(act))
    joined = who[0] if len(who) == 1 else _("%(some)s and %(last)s", some=", ".join(who[:-1]), last=who[-1])
    sentence = _("Only %(who)s can %(act)s.", who=joined, act=act_words(act))
    return sentence if person is not VISITOR else sentence + " " + _("Sign in if you are one of them.")
