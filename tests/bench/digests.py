"""Measure the morning: the digests of a whole company written into the outbox, and sent to a mail server.

    python scripts/services.py python -m tests.bench.digests [--people 5000] [--items 20] [--senders 2]

Makes a database of its own on the server at DATABASE_URL and drops it. The mail server is a process of its
own on this machine. Prints each figure beside its target and writes var/bench-digests.json.
"""

import argparse
import json
import os
import sys
import time
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.drills import outbox

ROOT = Path(__file__).resolve().parents[2]
PLANNED_WITHIN = 10  # seconds
SENT_A_SECOND = 100
# Half past eight in Berlin on a Thursday: everybody's hour has come.
NOW = datetime(2027, 3, 4, 7, 30, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--items", type=int, default=20, help="of each person, half of them steps of plans")
    parser.add_argument("--senders", type=int, default=2)
    parser.add_argument("--profile", action="store_true", help="show where planning spends its time")
    wanted = parser.parse_args()
    with outbox.world(patient=True, tables=False) as post:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        fill(people=wanted.people, items=wanted.items)
        worked = time.process_time()
        seconds, written = plan(profile=wanted.profile)
        worked = time.process_time() - worked
        rate = send(post, written, senders=wanted.senders)
    figures = {
        "people": wanted.people,
        "items each": wanted.items,
        "digests written": written,
        "planned in seconds": round(seconds, 2),
        "of it, our own work": round(worked, 2),
        "senders": wanted.senders,
        "sent a second": round(rate),
        "load": round(os.getloadavg()[0], 1),
    }
    for name, value in figures.items():
        print(f"{name:<24}{value:>10}")
    out = ROOT / "var" / "bench-digests.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(figures, indent=2))
    reached = written == wanted.people and seconds <= PLANNED_WITHIN and rate >= SENT_A_SECOND
    print(f"wanted: {PLANNED_WITHIN} s, {SENT_A_SECOND} a second; {'reached' if reached else 'MISSED'}")
    return 0 if reached else 1


def plan(*, profile: bool) -> tuple[float, int]:
    """Write everybody's digest. Returns seconds and how many were written."""
    import cProfile

    from config.memory import leave_out_what_stays
    from transitions.services import digests

    leave_out_what_stays()  # as a worker does
    profiler = cProfile.Profile()
    began = time.perf_counter()
    written = profiler.runcall(digests.write_due, now=NOW) if profile else digests.write_due(now=NOW)
    seconds = time.perf_counter() - began
    if profile:
        import pstats

        pstats.Stats(profiler).sort_stats("tottime").print_stats(45)
    return seconds, written


def send(post: outbox.Post, written: int, *, senders: int) -> float:
    """Send what was written, all of it. Returns messages a second."""
    from django.db import connection

    from accounts.models import Delivery

    Delivery.objects.update(due_at=NOW)
    connection.close()
    began = time.perf_counter()
    pids = [outbox.forked(lambda: outbox.send_until_empty(clock=lambda: NOW)) for _ in range(senders)]
    for pid in pids:
        os.waitpid(pid, 0)
    seconds = time.perf_counter() - began
    assert post.how_many() == written, f"{post.how_many()} of {written} arrived"
    return written / seconds


def fill(*, people: int, items: int) -> None:
    """A company in which each person owes so many things: steps, requests and commitments in turn."""
    from django.db import connection

    from accounts.models import Account, ClientRequest, Commitment, Person, Team
    from tests.books import make_book
    from transitions.models import PlanStep

    today = NOW.date()
    make_book(accounts=max(people // 4, 10), reps=10, now=NOW - timedelta(days=60))
    team = Team.objects.get()
    staff = Person.objects.bulk_create(
        (
            Person(name=f"Person {n:04d}", email=f"person{n}@example.com", team=team, tz="Europe/Berlin")
            for n in range(people)
        ),
        batch_size=1000,
    )
    Person.objects.exclude(pk__in=[one.pk for one in staff]).update(email="")  # these get no digest
    accounts = list(Account.objects.order_by("pk"))
    plans = copied_plans(accounts, staff)
    days = [today + timedelta(days=n % 12 - 4) for n in range(items)]
    steps, requests, commitments = [], [], []
    for n, person in enumerate(staff):
        for k, day in enumerate(days):
            if k % 2:
                steps.append(step(plans[(n + k * 7) % len(plans)], f"step-{n}-{k}", person, day))
            elif k % 4:
                opened = day - timedelta(days=20)
                requests.append(
                    ClientRequest(
                        account=accounts[(n + k) % len(accounts)],
                        owner=person,
                        title=f"Invoice {n}-{k} looks wrong",
                        opened_on=opened,
                        promised_on=day,
                    )
                )
            else:
                commitments.append(
                    Commitment(
                        account=accounts[(n + k) % len(accounts)],
                        owner=person,
                        text=f"Send the price list no. {n}-{k}",
                        made_on=day - timedelta(days=20),
                        due_on=day,
                    )
                )
    PlanStep.objects.bulk_create(steps, batch_size=2000)
    ClientRequest.objects.bulk_create(requests, batch_size=2000)
    Commitment.objects.bulk_create(commitments, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def copied_plans(accounts: list[Any], staff: list[Any]) -> list[Any]:
    """One plan for each account, as the product starts it but without its own steps and roles."""
    from accounts.models import Person
    from transitions.models import HandoverPlan, PlaybookVersion
    from transitions.services import plans

    by = Person.objects.get(name="Lena Lead")
    start = NOW.date() - timedelta(days=20)
    first = plans.start(
        account=accounts[0],
        playbook=PlaybookVersion.objects.newest().get(key="soft-standard"),
        reason="realignment",
        anchors={"announcement": start, "cutover": start + timedelta(days=40)},
        people={"incoming": [staff[0]]},
        why="Your region gets its own team.",
        gets_better="Someone in your own time zone.",
        stays="Contract, prices and support desk.",
        by=by,
        now=NOW - timedelta(days=30),
    )
    first.steps.update(done_at=NOW, done_by=by)
    copies = [copy(first) for _ in accounts[1:]]
    for n, (plan, account) in enumerate(zip(copies, accounts[1:], strict=True)):
        plan.pk, plan.uuid = None, uuid4()
        plan.account, plan.steward = account, staff[n % len(staff)]
    return [first, *HandoverPlan.objects.bulk_create(copies, batch_size=1000)]


def step(plan: Any, key: str, owner: Any, day: Any) -> Any:
    from transitions.models import PlanStep

    return PlanStep(
        plan=plan,
        key=key,
        stage=plan.stage,
        title="Walk through the open requests with the client",
        planned_on=day,
        due_on=day,
        owner_role="incoming",
        owner=owner,
    )


if __name__ == "__main__":
    sys.exit(main())
