"""When an installation counts as healthy: what is due goes out, and the clock ticks."""

from collections.abc import Mapping
from datetime import datetime, timedelta

LATEST_DELIVERY = timedelta(minutes=5)
LATEST_TICK = timedelta(minutes=3)

# The ticks that must come every few minutes; nightly ones may be late without harm.
FREQUENT_TICKS = ("plan-digests", "send-deliveries", "run-jobs")


def verdict(*, due_at: datetime | None, ticked_at: Mapping[str, datetime], now: datetime) -> dict[str, str]:
    """What to answer for each vital sign: "ok", "late" or "unknown".

    `due_at` is when the oldest message that still waits should have gone out. A tick that was never
    noted is unknown, which is no failure: after a first start there has been none.
    """
    answers = {"deliveries": "late" if due_at is not None and now - due_at > LATEST_DELIVERY else "ok"}
    for name in FREQUENT_TICKS:
        if name not in ticked_at:
            answers[name] = "unknown"
        else:
            answers[name] = "late" if now - ticked_at[name] > LATEST_TICK else "ok"
    return answers
