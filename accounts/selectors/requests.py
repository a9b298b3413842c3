"""Reading what clients asked for and what was promised to them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Q, QuerySet

from accounts.models import Account, ClientRequest, Commitment, User

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


def request_of(user: User, uuid: UUID) -> ClientRequest | None:
    """A request that the user sees, or answers for: their digest leads to it, whatever else they see."""
    return _seen_or_owed(ClientRequest.objects.all(), user, uuid).first()


def commitment_of(user: User, uuid: UUID) -> Commitment | None:
    """A commitment that the user sees, or has to keep."""
    return _seen_or_owed(Commitment.objects.all(), user, uuid).first()


def _seen_or_owed(rows: QuerySet, user: User, uuid: UUID) -> QuerySet:
    seen = Account.objects.visible_to(user).values("pk")
    mine = Q(account__in=seen) | Q(owner=user.person_id)
    return rows.filter(mine, uuid=uuid).select_related("account", "contact", "owner")


def sees_account(user: User, account: Account) -> bool:
    """Whether the rest of the account is theirs to see, too. One query."""
    return Account.objects.visible_to(user).filter(pk=account.pk).exists()
