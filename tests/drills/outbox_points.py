"""F2: kill a sender at each step of one message, under both policies, and see what becomes of the message.

    python -m tests.drills.outbox_points

Prints {policy: {point: {"state", "arrived", "retransmissions", "crashes", "same_bytes"}}} as JSON.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from tests.drills import outbox

POINTS = (
    "after queueing",
    "after claiming",
    "after composing",
    "after MAIL",
    "after RCPT",
    "after the body",
    "before the last line",
    "before the commit",
    "after the commit",
)
POLICIES = ("resend", "hold")


def main() -> int:
    report: dict[str, dict[str, object]] = {}
    with outbox.world() as post:
        number = 0
        for policy in POLICIES:
            report[policy] = {}
            for point in POINTS:
                report[policy][point] = one(post, number, point, policy)
                number += 1
    print(json.dumps(report))
    return 0


def one(post: outbox.Post, number: int, point: str, policy: str) -> dict[str, object]:
    from django.conf import settings
    from django.db import connection
    from django.db.models.functions import Now

    from accounts.models import Delivery

    settings.DELIVERY_HOLD_KINDS = ["drill"] if policy == "hold" else []
    code = os.waitpid(outbox.forked(lambda: doomed(number, point)), 0)[1]
    assert os.WIFSIGNALED(code), f"{point}: the sender was not killed"
    # The lease runs out, without waiting for it.
    Delivery.objects.filter(state__in=("leased", "data")).update(lease_until=Now())
    connection.close()
    code = os.waitpid(outbox.forked(outbox.send_until_empty), 0)[1]
    assert code == 0
    row = Delivery.objects.get(key=f"drill:{number}")
    arrived = [(hashed, count) for (id, hashed), count in post.accepted().items() if id == row.message_id]
    found = {
        "state": row.state,
        "arrived": sum(count for _, count in arrived),
        "retransmissions": row.retransmissions,
        "crashes": row.crashes,
        "same_bytes": len(arrived) <= 1,
    }
    connection.close()
    return found


def doomed(number: int, point: str) -> None:
    """Queue and send one message; die at `point`."""
    from accounts.services import deliveries, smtp

    match point:
        case "after claiming":
            before(deliveries, "letter_of")
        case "after composing":
            before(smtp.SmtpPost, "_connect")
        case "after MAIL":
            before(smtp._Smtp, "rcpt")
        case "after RCPT":
            before(smtp._Smtp, "docmd", lambda smtp, command, *rest: command == "DATA")
        case "after the body":
            before(deliveries, "point_of_no_return")
        case "before the last line":
            before(smtp._Smtp, "send", lambda smtp, said: said == b".\r\n")
        case "before the commit":
            before(deliveries, "settle")
        case "after the commit":
            after(deliveries, "settle")
    outbox.queue_some(number, number + 1)
    if point == "after queueing":
        die()
    outbox.send_until_empty()


def before(place: Any, name: str, when: Callable[..., bool] = lambda *given: True) -> None:
    right = getattr(place, name)

    def wrong(*given: Any, **named: Any) -> Any:
        if when(*given):
            die()
        return right(*given, **named)

    setattr(place, name, wrong)


def after(place: Any, name: str) -> None:
    right = getattr(place, name)

    def wrong(*given: Any, **named: Any) -> Any:
        right(*given, **named)
        die()

    setattr(place, name, wrong)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
