"""Reading what clients asked for and what was promised to them."""

from dataclasses import dataclass

from django.db.models import F

from accounts.models import Account, ClientRequest, Commitment

SETTLED_SHOWN = 50  # the latest that are solved or kept; older ones are in the export


@dataclass(frozen=True, slots=True)
class Asked:
    open: list[ClientRequest]
    solved: list[ClientRequest]


@dataclass(frozen=True, slots=True)
class Promised:
    open: list[Commitment]
    kept: list[Commitment]


def asked_by(account: Account) -> Asked:
    """Requests: escalated first, then by the promised day, those without one last. Two queries."""
    rows = account.requests.live().select_related("owner", "contact")
    return Asked(
        open=list(rows.open().order_by("-escalated", F("promised_on").asc(nulls_last=True), "pk")),
        solved=list(rows.exclude(closed_on=None).order_by("-closed_on", "-pk")[:SETTLED_SHOWN]),
    )


def promised_to(account: Account) -> Promised:
    """Commitments: by the day they are due, those without one last. Two queries."""
    rows = account.commitments.live().select_related("owner", "contact")
    return Promised(
        open=list(rows.open().order_by(F("due_on").asc(nulls_last=True), "pk")),
        kept=list(rows.exclude(kept_on=None).order_by("-kept_on", "-pk")[:SETTLED_SHOWN]),
    )
