"""The tables, one file a family. Nouns and columns only: changes stand in deeds, reading in queries."""

from crowd.models.consultations import Consultation, Question
from crowd.models.contributions import (
    Attachment,
    Contribution,
    Draft,
    Mention,
    ProfessionVotes,
    Version,
    Visit,
    VoteEvent,
    VoteNow,
)
from crowd.models.findings import Evidence, Finding
from crowd.models.moderation import Decision, Reason
from crowd.models.people import (
    Attempt,
    ExpertRequest,
    Follow,
    Invitation,
    JoinRequest,
    Membership,
    Person,
    Registered,
    SignIn,
    Token,
)
from crowd.models.records import Mail, Record
from crowd.models.site import Site
from crowd.models.themes import Theme, Themed

__all__ = [
    "Attachment",
    "Attempt",
    "Consultation",
    "Contribution",
    "Decision",
    "Draft",
    "Evidence",
    "ExpertRequest",
    "Finding",
    "Follow",
    "Invitation",
    "JoinRequest",
    "Mail",
    "Membership",
    "Mention",
    "Person",
    "ProfessionVotes",
    "Question",
    "Reason",
    "Record",
    "Registered",
    "SignIn",
    "Site",
    "Theme",
    "Themed",
    "Token",
    "Version",
    "Visit",
    "VoteEvent",
    "VoteNow",
]
