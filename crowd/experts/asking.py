"""Whether a request can still be answered, in the words of whoever opens its link."""

from types import SimpleNamespace

from crowd import schedule
from crowd.accounts import memberships
from crowd.experts import queries
from crowd.i18n import _, deadline
from crowd.keyed import keyed
from crowd.models import Consultation, ExpertRequest, Question
from crowd.rules import Asker, may
from crowd.states import Phase, Standing
from crowd.why import why_not

OPEN = ("sent", "accepted")  # states in which something can still become of a request
HOPS = 3  # how often a question may be passed on


def secret_of(question_id: int, email: str, created_at: str) -> str:
    """The secret of a link: made again for a reminder, so that the database keeps its hash alone."""
    return keyed("expert", f"{question_id} {email} {created_at}")


def until(consultation: Consultation) -> str:
    """Until when answers are taken; empty while that is not planned."""
    bell = schedule.bell(consultation, Phase.MEMBERS)
    return deadline(bell, consultation.timezone) if bell else ""


def _once_in(consultation: Consultation) -> Asker:
    """Somebody who has accepted: the table lets them do what it lets every member do."""
    return Asker(memberships={consultation.id: SimpleNamespace(standing=Standing.MEMBER)})


def not_now(question: Question) -> str:
    """Why nobody who was asked can answer now: too early or too late; empty while they can."""
    return why_not(_once_in(question.consultation), "contribute", question)


def is_too_late(question: Question) -> bool:
    """Whether the bell has rung: then the link is over. Before the discussion begins it only waits."""
    begun = schedule.current(question.consultation) not in (Phase.DRAFT, Phase.REGISTRATION)
    return begun and not may(_once_in(question.consultation), "contribute", question)


def over(asked: ExpertRequest) -> str:
    """Why the link is over; empty while something can become of it."""
    if asked.state in OPEN:
        return not_now(asked.question) if is_too_late(asked.question) else ""
    if asked.state == "passed on":
        return _("You have passed this question on to %(name)s. Thank you.", name=queries.passed_to(asked))
    return {
        "answered": _(
            "You have answered this question. Thank you. Your answer and what became of it are on your page."
        ),
        "declined": _("You have told us that this question is not yours. Thank you for saying so."),
        "taken back": _("The host has taken this question back. There is nothing you need to do."),
    }[asked.state]


def objection(by: Asker, consultation: Consultation) -> str:
    """Why this account cannot answer as an invited expert; empty for members, and for who can become one."""
    there = by.memberships.get(consultation.id)
    if there and there.standing == Standing.MEMBER and not by.suspended and not is_staff(by.roles):
        return ""
    return memberships.objection(by, consultation, Standing.MEMBER)


def is_staff(roles: frozenset[str] | str) -> bool:
    """Moderators and hosts write as facilitators and answer no question as somebody else."""
    return bool(set(roles) & {Standing.MODERATOR, Standing.HOST})


def name_of(asked: ExpertRequest, by: Asker) -> str:
    """Under which name the answer stands: the listed one, also for members who otherwise have an alias, so that it
    does not tell whose the alias is."""
    there = by.memberships.get(asked.consultation_id)
    return str(there.alias) if there and there.expert else asked.name
