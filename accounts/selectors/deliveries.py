"""What an administrator sees of the outbox, and everybody of their own mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from accounts.models import Delivery, DeliveryState

_SHOWN = ("pk", "uuid", "kind", "address", "subject", "state", "attempts", "retransmissions", "reason")


@dataclass(frozen=True, slots=True)
class Figures:
    """The outbox at a glance. `due_at`: since when the oldest message that is due has been waiting."""

    waiting: int
    trying_again: int
    failed: int
    unsure: int
    held: int
    sent_today: int
    due_at: datetime | None


def figures(now: datetime) -> Figures:
    """One query."""
    queued = Q(state=DeliveryState.QUEUED)
    found = Delivery.objects.aggregate(
        waiting=Count("pk", filter=queued | Q(state__in=(DeliveryState.LEASED, DeliveryState.DATA))),
        trying_again=Count("pk", filter=queued & Q(attempts__gt=0)),
        failed=Count("pk", filter=Q(state=DeliveryState.DEAD)),
        unsure=Count("pk", filter=Q(state=DeliveryState.UNSURE)),
        held=Count("pk", filter=Q(state=DeliveryState.HELD)),
        sent_today=Count("pk", filter=Q(state=DeliveryState.SENT, sent_at__gt=now - timedelta(days=1))),
        due_at=Min("due_at", filter=queued & Q(due_at__lte=now)),
    )
    return Figures(**found)


def listed(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """What a list reads: everything but the bodies."""
    return rows.select_related("person").only(*_SHOWN, "due_at", "sent_at", "created_at", "person__name")
