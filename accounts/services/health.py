"""Noting that the clock ticks. Kept in the cache: it may be lost, and then simply is not known."""

import contextlib
from datetime import datetime

from django.core.cache import caches
from redis.exceptions import RedisError

from accounts.selectors.health import tick_key


def note_tick(*, name: str, now: datetime) -> None:
    """Remember that the tick `name` of the beat schedule ran at `now`."""
    with contextlib.suppress(RedisError):  # the tick's own work matters more than the note
        caches["ticks"].set(tick_key(name), now, timeout=None)
