"""F3: hundreds of messages, and a mail server that fails at every step, for some of them for ever.

    python -m tests.drills.smtp_faults [--each 20] [--control]

First the server itself is out of order at one step after the other, then it has taken exception to some
recipients. Each message must end as the policy says, with what the server said beside it, and those that
nothing is wrong with must arrive once. The control takes silence for consent: it must fail.
"""

import argparse
import json
import sys
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from tests.drills import outbox
from tests.sink import DROP, HANG, Sink

# At which step for how the server fails, and how such a message must end: its state, and how often the server
# has kept it.
FAULTS = {
    "fine": (None, None, "sent", 1),
    "not now at RCPT": ("RCPT", "450 4.2.1 Try later", "dead", 0),
    "never at RCPT": ("RCPT", "550 5.1.1 Nobody of that name", "dead", 0),
    "not now at DATA": ("DATA", "451 4.3.0 Try later", "dead", 0),
    "never at DATA": ("DATA", "554 5.7.1 Not from you", "dead", 0),
    "not now at the end": ("end", "452 4.3.1 Disk full", "dead", 0),
    "never at the end": ("end", "554 5.6.0 Too strange", "dead", 0),
    # So short a message is out as a whole before we hear of it.
    "cut off in the middle": ("body", DROP, "unsure", 0),
    "cut off at the end": ("end", DROP, "unsure", 0),
    "kept, and cut off": ("accepted", DROP, "unsure", 2),
    "silent at RCPT": ("RCPT", HANG, "dead", 0),
    "silent at DATA": ("DATA", HANG, "dead", 0),
    "silent at the end": ("end", HANG, "unsure", 0),
    "kept, and silent": ("accepted", HANG, "unsure", 2),
}
# Of the server as a whole, each for a while: nobody's message may come to harm.
OUTAGES = (
    ("connect", "421 4.3.2 Closing"),
    ("connect", DROP),
    ("EHLO", "421 4.3.2 Not now"),
    ("EHLO", DROP),
    ("MAIL", "421 4.3.2 Not now"),
    ("MAIL", DROP),
)
SILENCES = 1  # messages of a kind that costs two seconds for each try
MINUTE = timedelta(minutes=1)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--control", action="store_true")
    wanted = parser.parse_args()
    with outbox.world(), Sink() as sink:
        from django.conf import settings
        from django.db import connection
        from django.utils import timezone

        if wanted.control:
            take_silence_for_consent()
        settings.EMAIL_PORT, settings.DELIVERY_SMTP_SECONDS = sink.port, 2.0
        settings.DELIVERY_LEASE_SECONDS = 20.0
        names = [
            name
            for name, (_phase, fault, _state, _kept) in FAULTS.items()
            for _ in range(SILENCES if fault == HANG else wanted.each)
        ]
        outbox.queue_some(0, len(names))
        now = timezone.now() + MINUTE
        for phase, fault in OUTAGES:
            sink.faults[phase] = fault
            send_all(now)
            del sink.faults[phase]
        harmed = len(settled())
        for number, name in enumerate(names):
            phase, fault = FAULTS[name][:2]
            if fault:
                sink.faults[phase, f"person{number}@example.com"] = fault
        for _ in range(120):  # five days, an hour each
            now += timedelta(hours=1)
            send_all(now)
        wrong = [*faults(names, sink), *(["harmed by an outage"] * harmed)]
        report: dict[str, Any] = {
            "database": connection.vendor,
            "messages": len(names),
            "outages": len(OUTAGES),
            "ends": dict(Counter(state for state, *_ in settled().values())),
            "wrong": len(wrong),
            "such as": wrong[:5],
        }
    print(json.dumps(report, indent=2))
    return 1 if wrong else 0


def send_all(now: datetime) -> None:
    """Send what is due, as a tick does: when the server cannot be reached, the next tick goes on."""
    from accounts.rules.deliveries import Answer
    from accounts.services import deliveries
    from accounts.services.smtp import post_office

    with post_office() as post:
        while (answer := deliveries.send_next(post=post, clock=lambda: now)) is not None:
            if answer == Answer.UNREACHABLE:
                break


def settled() -> dict[str, tuple[str, str, int]]:
    """By address, what has come to an end: its state, what was said, and how often it was sent again."""
    from accounts.models import Delivery

    rows = Delivery.objects.exclude(state="queued")
    return {
        address: (state, said, again)
        for address, state, said, again in rows.values_list("address", "state", "reason", "retransmissions")
    }


def faults(names: list[str], sink: Sink) -> list[str]:
    """What did not end as it must, in words."""
    found = []
    ends = settled()
    for number, name in enumerate(names):
        address = f"person{number}@example.com"
        _phase, fault, state, kept = FAULTS[name]
        copies = sink.mails_to(address)
        ended, said, again = ends.get(address, ("waits still", "", 0))
        if (ended, len(copies)) != (state, kept):
            found.append(f"{name}: {ended}, kept {len(copies)} times")
        elif len({one.content for one in copies}) > 1:
            found.append(f"{name}: sent again with other bytes")
        elif again != (1 if state == "unsure" else 0):
            found.append(f"{name}: counted as sent again {again} times")
        elif state != "sent" and not said:
            found.append(f"{name}: nothing says why")
        elif fault and fault[:3].isdigit() and fault[:3] not in said:
            found.append(f"{name}: it says only {said!r}")
    return found


def take_silence_for_consent() -> None:
    from accounts.rules.deliveries import Answer, Outcome
    from accounts.services import deliveries

    settle = deliveries.settle

    def hopeful(row: Any, outcome: Outcome, *, now: datetime) -> bool:
        silent = outcome.answer == Answer.SILENT
        return settle(row, Outcome(Answer.SENT) if silent else outcome, now=now)

    deliveries.settle = hopeful


if __name__ == "__main__":
    sys.exit(main())
