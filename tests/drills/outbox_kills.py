"""F1: kill senders at random instants, again and again: nothing may be lost, nothing sent twice unknowingly.

    python -m tests.drills.outbox_kills --kills 1000
    DATABASE_URL=postgres://... python -m tests.drills.outbox_kills --kills 1000
    python -m tests.drills.outbox_kills --kills 60 --control    # must report losses

Prints one JSON object; ends with 1 where the promise was broken. Bounded: a tenth of a second for a kill,
and ten minutes after the last one.
"""

import argparse
import json
import os
import random
import signal
import sys
import time

from tests.drills import outbox

ROWS_PER_KILL = 3
SENDERS = 2
LONGEST_WAIT = 600


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--rows", type=int, default=0, help="messages to begin with; three for a kill")
    parser.add_argument("--senders", type=int, default=SENDERS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--slow", type=float, default=0.0005, help="the server's longest pause, in seconds")
    parser.add_argument("--control", action="store_true", help="mark as sent before sending, to see losses")
    asked = parser.parse_args()
    with outbox.world(slow=asked.slow, patient=not asked.kills) as post:
        rows = asked.rows or max(ROWS_PER_KILL * asked.kills, 100)
        report = drill(post, asked.kills, rows, asked.senders, asked.seed, control=asked.control)
    print(json.dumps(report, indent=2))
    return 1 if report["lost"] or report["changed"] or report["uncounted"] else 0


def drill(
    post: outbox.Post, kills: int, queued: int, senders: int, seed: int, *, control: bool
) -> dict[str, object]:
    work = mark_then_send if control else outbox.send_until_empty
    chance = random.Random(seed)
    outbox.queue_some(0, queued)
    began = time.monotonic()
    alive = [outbox.forked(work) for _ in range(senders)]
    for _ in range(kills):
        time.sleep(chance.uniform(0, 0.1))
        if post.how_many() > 0.85 * queued:  # a kill must hit a busy sender
            outbox.queue_some(queued, queued + 100)
            queued += 100
        victim = alive.pop(chance.randrange(len(alive)))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        alive.append(outbox.forked(work))
    last_kill = time.monotonic()
    _wait_for(alive)
    settled = time.monotonic()
    return {
        "database": os.environ["DATABASE_URL"].partition(":")[0],
        "kills": kills,
        "queued": queued,
        "seconds": round(settled - began, 1),
        "settled_after_last_kill": round(settled - last_kill, 1),
        **figures(post, queued, control=control),
    }


def figures(post: outbox.Post, queued: int, *, control: bool) -> dict[str, object]:
    """Count what arrived against what the rows say; let the parked ones go, as an administrator would."""
    from django.db.models import Count, Sum

    from accounts.models import Delivery

    states = dict(Delivery.objects.values_list("state").annotate(Count("pk")).order_by())
    counted = Delivery.objects.aggregate(total=Sum("retransmissions"))["total"]
    arrived = post.accepted()
    released = 0 if control else let_go()
    ids = {message_id for message_id, _ in post.accepted()}
    expected = set(Delivery.objects.values_list("message_id", flat=True))
    again = sum(arrived.values()) - len(arrived)
    return {
        "states": states,
        "released": released,
        "lost": len(expected - ids),
        "strangers": len(ids - expected),
        "changed": len(post.accepted()) - len(ids),  # the same Message-ID with other bytes
        "retransmissions": again,
        "retransmissions_counted": counted,
        "uncounted": max(again - counted, 0),
    }


def let_go() -> int:
    """Release what was parked after three crashes and what is unsure; send it. Returns how many."""
    from django.db import connection
    from django.utils import timezone

    from accounts.models import Delivery

    waiting = Delivery.objects.filter(state__in=("dead", "unsure"))
    released = waiting.update(state="queued", due_at=timezone.now(), crashes=0)
    connection.close()
    if released:
        _wait_for([outbox.forked(outbox.send_until_empty)])
    return released


def mark_then_send() -> None:
    """The control: the order that loses mail. Without losses here, the drill would prove nothing."""
    from django.utils import timezone

    from accounts.rules.deliveries import Answer, Outcome
    from accounts.services import deliveries
    from accounts.services.smtp import post_office

    with post_office() as post:
        while (row := deliveries.claim(now=timezone.now())) is not None or outbox.work_left():
            if row is not None:
                deliveries.settle(row, Outcome(Answer.SENT), now=timezone.now())
                post.hand_over(deliveries.letter_of(row), commit=lambda: True)


def _wait_for(pids: list[int]) -> None:
    until = time.monotonic() + LONGEST_WAIT
    for pid in pids:
        while os.waitpid(pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                raise SystemExit("A sender did not come to an end.")
            time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
