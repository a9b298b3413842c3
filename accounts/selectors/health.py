"""The vital signs of this installation, cheaply."""

from datetime import datetime

from django.core.cache import caches
from django.db.models import Min

from accounts.models import Delivery, DeliveryState
from accounts.rules import health


def vital_signs(*, now: datetime) -> dict[str, str]:
    """See `accounts.rules.health.verdict`. One query for the outbox, one for the ticks' cache."""
    waiting = Delivery.objects.filter(state=DeliveryState.QUEUED, due_at__lte=now)
    due_at = waiting.aggregate(oldest=Min("due_at"))["oldest"]
    noted = caches["ticks"].get_many([tick_key(name) for name in health.FREQUENT_TICKS])
    ticked_at = {name: noted[tick_key(name)] for name in health.FREQUENT_TICKS if tick_key(name) in noted}
    return health.verdict(due_at=due_at, ticked_at=ticked_at, now=now)


def tick_key(name: str) -> str:
    return f"tick:{name}"
