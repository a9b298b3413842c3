"""The CRM record of a client: what is checked before the introduction, by whom, and when a check stands."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from accounts.rules.text import Message
from accounts.rules.text import gettext_noop as _

RECORD = "record"  # the kind of a step that asks for the check, and the role of whoever is asked to correct
CONFIRMED, CORRECTED, ASKED, AGAIN = "confirmed", "corrected", "asked", "again"
HOLDS = (CONFIRMED, CORRECTED)
SECTION = "access"  # of the briefing: shared folders, channels, portals

# Who checks, by the mode of the plan: whoever knows the client. Leaders may stand in.
CHECKERS: Mapping[str, frozenset[str]] = {
    "soft": frozenset({"owner", "outgoing"}),
    "hard": frozenset({"owner", "outgoing", "interim", "incoming"}),
}

# What is checked of the account itself, and the columns behind it. The owner changes with the plan alone.
FIELDS = {
    "owner": _("Owner"),
    "team": _("Team"),
    "tier": _("Tier"),
    "industry": _("Industry"),
    "place": _("Country and time zone"),
    "value": _("Yearly value"),
    "renewal": _("Renewal"),
}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "team": ("team",),
    "tier": ("tier",),
    "industry": ("industry",),
    "place": ("country", "tz"),
    "value": ("yearly_value",),
    "renewal": ("renewal_on",),
}

# What else is checked, row by row: the key of the group, and what its heading says.
GROUPS = {
    "account": _("Account"),
    "contact": _("Contacts"),
    "folder": _("Shared folders and access"),
    "request": _("Open requests"),
    "commitment": _("Open commitments"),
}
# What a group says that holds nothing, which is checked as well.
NOTHING = {
    "contact": _("No contact is noted."),
    "folder": _("No folder or access is noted."),
    "request": _("No request is open."),
    "commitment": _("No commitment is open."),
}
FOLDER = _("Folder or access")

# The step of whoever is asked to correct something.
TITLES = {
    "owner": _("Correct the owner in the CRM record"),
    "team": _("Correct the team in the CRM record"),
    "tier": _("Correct the tier in the CRM record"),
    "industry": _("Correct the industry in the CRM record"),
    "place": _("Correct the country or time zone in the CRM record"),
    "value": _("Correct the yearly value in the CRM record"),
    "renewal": _("Correct the renewal in the CRM record"),
    "contact": _("Correct the contacts in the CRM record"),
    "folder": _("Correct the shared folders in the CRM record"),
    "request": _("Correct the open requests in the CRM record"),
    "commitment": _("Correct the open commitments in the CRM record"),
}

# The words of accounts.models for tiers, levels and roles; a rule knows no models.
WORDS = {
    "strategic": _("Strategic"),
    "standard": _("Standard"),
    "small": _("Small"),
    "executive": _("Executive"),
    "senior": _("Senior leader"),
    "manager": _("Manager"),
    "staff": _("Staff"),
    "sponsor": _("Sponsor"),
    "decision_maker": _("Decision maker"),
    "champion": _("Champion"),
    "detractor": _("Detractor"),
    "day_to_day": _("Day-to-day"),
    "influencer": _("Influencer"),
}

# A value is told in parts: ("word", a msgid), ("text", as typed), ("day", ISO date), ("money", digits).
Part = tuple[str, str]
Parts = tuple[Part, ...]


def mark(*values: object) -> str:
    """A short fingerprint of a value, so that one sees whether it is still what was confirmed."""
    told = json.dumps([None if value is None else str(value) for value in values])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def standing(state: str, marked: str, now: str) -> str:
    """How a field stands: "open", "changed" since it was checked, or as RecordCheck.state says."""
    if state in HOLDS and marked != now:
        return "changed"
    return state if state in (*HOLDS, ASKED, AGAIN) else "open"


def said(parts: Iterable[Sequence[str]]) -> Message:
    """The parts of a value in one line, its words and days in the reader's language."""
    values: dict[str, object] = {}
    for number, (kind, value) in enumerate(parts):
        values[f"part{number}"] = _spoken(kind, value)
    return Message(" · ".join(f"%({name})s" for name in values), values)


def _spoken(kind: str, value: str) -> object:
    if kind == "word":
        return Message(value)
    return date.fromisoformat(value) if kind == "day" else value


def checks(held: Collection[str], mode: str) -> bool:
    """Whether somebody with these standings makes the check of a plan of this mode."""
    return not CHECKERS[mode].isdisjoint(held)
