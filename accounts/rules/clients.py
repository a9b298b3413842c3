"""Tiers and workload, renewals that come close, and relationships that hang on one thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.rules.text import Message, gettext_noop

# Workload points per tier. A proposal of ours: a strategic account takes about the attention of
# eight small ones (sponsor effort of 2 to 4 days a month against a few hours).
WORKLOAD = {"strategic": 8, "standard": 3, "small": 1}

RENEWAL_SOON = 60  # days; a change this close to a renewal deserves a second look

SENIOR_LEVELS = ("executive", "senior")


def renewal_state(renewal_on: date | None, today: date) -> str:
    """Return "passed", "soon" (within RENEWAL_SOON calendar days), "ahead", or "" where none is known."""
    if renewal_on is None:
        return ""
    days = (renewal_on - today).days
    return "passed" if days < 0 else "soon" if days <= RENEWAL_SOON else "ahead"


@dataclass(frozen=True, slots=True)
class Known:
    """A contact as the people map sees them: how senior, and the names of those of ours who know them."""

    name: str
    level: str
    by: tuple[str, ...]


def threads(contacts: Sequence[Known]) -> tuple[Message, ...]:
    """Return what makes the relationship hang on one thread: on their side, on ours, and above."""
    if not contacts:
        return ()
    found = []
    if len(contacts) == 1:
        found.append(
            Message(
                gettext_noop("Only %(name)s is known here. If they leave, nobody there knows us."),
                {"name": contacts[0].name},
            )
        )
    ours = {name for contact in contacts for name in contact.by}
    if len(ours) == 1:
        found.append(
            Message(
                gettext_noop("Only %(name)s knows people here. Introduce a second person of ours."),
                {"name": ours.pop()},
            )
        )
    if not any(contact.level in SENIOR_LEVELS for contact in contacts):
        found.append(Message(gettext_noop("Nobody above the working level is known here.")))
    if alone := [contact.name for contact in contacts if not contact.by]:
        found.append(
            Message(
                gettext_noop("Nobody of ours is noted as knowing %(names)s."), {"names": ", ".join(alone)}
            )
        )
    return tuple(found)
