"""The tables, one file a family. Nouns and columns only: changes stand in deeds, reading in queries."""

from crowd.models.consultations import Consultation, Question
from crowd.models.contributions import Contribution, Draft, Version, VoteEvent, VoteNow
from crowd.models.findings import Evidence, Finding
from crowd.models.moderation import Decision, Reason
from crowd.models.people import (
    Attempt,
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

__all__ = [
    "Attempt",
    "Consultation",
    "Contribution",
    "Decision",
    "Draft",
    "Evidence",
    "Finding",
    "Invitation",
    "JoinRequest",
    "Mail",
    "Membership",
    "Person",
    "Question",
    "Reason",
    "Record",
    "Registered",
    "SignIn",
    "Site",
    "Token",
    "Version",
    "VoteEvent",
    "VoteNow",
]
