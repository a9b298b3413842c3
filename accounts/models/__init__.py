from accounts.models.audit import AuditEvent
from accounts.models.briefing import Audience, BriefingEntry, Provenance
from accounts.models.chat import ChatEndpoint, ChatKind
from accounts.models.clients import (
    CAPACITIES,
    Account,
    AccountRole,
    Acquaintance,
    Assignment,
    Channel,
    Contact,
    ContactLevel,
    ContactRole,
    Strength,
    Tier,
)
from accounts.models.deliveries import Delivery, DeliveryChannel, DeliveryState, ReminderPreference
from accounts.models.history import Touchpoint
from accounts.models.imports import ImportFile, ImportMemory, ImportRun, ImportState
from accounts.models.jobs import Job, JobState
from accounts.models.needs import Clash, ClientNeeds, Side
from accounts.models.organisation import Department, Organisation
from accounts.models.people import Invitation, Person, Rep, Role, Seniority, Team, User
from accounts.models.requests import ClientRequest, Commitment

__all__ = [
    "CAPACITIES",
    "Account",
    "AccountRole",
    "Acquaintance",
    "Assignment",
    "Audience",
    "AuditEvent",
    "BriefingEntry",
    "Channel",
    "Clash",
    "ClientNeeds",
    "ChatEndpoint",
    "ChatKind",
    "ClientRequest",
    "Commitment",
    "Contact",
    "ContactLevel",
    "ContactRole",
    "Delivery",
    "DeliveryChannel",
    "DeliveryState",
    "Department",
    "ImportFile",
    "ImportMemory",
    "ImportRun",
    "ImportState",
    "Invitation",
    "Job",
    "JobState",
    "Organisation",
    "Person",
    "Provenance",
    "ReminderPreference",
    "Rep",
    "Role",
    "Seniority",
    "Strength",
    "Side",
    "Team",
    "Tier",
    "Touchpoint",
    "User",
]
