"""The tables, one file a family. Nouns and columns only: changes stand in deeds, reading in queries."""

from crowd.models.analysis import Run
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
from crowd.models.deposits import Deposit, DepositFinding, DepositTheme
from crowd.models.exports import Export
from crowd.models.findings import Evidence, Finding
from crowd.models.moderation import (
    Appeal,
    Case,
    Decision,
    Merge,
    Note,
    Reading,
    Reason,
    Report,
    Sanction,
    Seal,
    Shift,
    Unveiling,
)
from crowd.models.people import (
    Attempt,
    ExpertRequest,
    Follow,
    Invitation,
    JoinRequest,
    Membership,
    Person,
    RecoveryCode,
    Registered,
    SignIn,
    Token,
)
from crowd.models.records import Mail, PhaseRecord, Record
from crowd.models.register import NumberFormat, UploadedList
from crowd.models.signing_in import ClaimRule, Identity, Passkey, Provider
from crowd.models.site import Logo, MailWording, Site, SitePage
from crowd.models.themes import Theme, Themed

__all__ = [
    "Appeal",
    "Attachment",
    "Attempt",
    "Case",
    "ClaimRule",
    "Consultation",
    "Contribution",
    "Decision",
    "Deposit",
    "DepositFinding",
    "DepositTheme",
    "Draft",
    "Evidence",
    "ExpertRequest",
    "Export",
    "Finding",
    "Follow",
    "Identity",
    "Invitation",
    "JoinRequest",
    "Logo",
    "Mail",
    "MailWording",
    "Membership",
    "Mention",
    "Merge",
    "Note",
    "NumberFormat",
    "Passkey",
    "Person",
    "PhaseRecord",
    "ProfessionVotes",
    "Provider",
    "Question",
    "Reading",
    "Reason",
    "Record",
    "RecoveryCode",
    "Registered",
    "Report",
    "Run",
    "Sanction",
    "Seal",
    "Shift",
    "SignIn",
    "Site",
    "SitePage",
    "Theme",
    "Themed",
    "Token",
    "Unveiling",
    "UploadedList",
    "Version",
    "Visit",
    "VoteEvent",
    "VoteNow",
]
