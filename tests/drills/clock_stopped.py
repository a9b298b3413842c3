"""F7: the clock stands for three days, for many people in many zones, and then rings again every hour.

    python -m tests.drills.clock_stopped [--people 200] [--control]

Everybody must get one digest for their own today, with what has become overdue in it, none for a day that was
missed, and never two within 18 hours. The control makes up for the days that were missed: it must fail.
"""

import argparse
import json
import sys
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from tests.bench.digests import NOW, fill
from tests.drills import outbox

DOWN = timedelta(days=3)
HOUR = timedelta(hours=1)
ZONES = (
    "Pacific/Kiritimati",
    "Pacific/Auckland",
    "Asia/Tokyo",
    "Asia/Kathmandu",
    "Europe/Berlin",
    "UTC",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Los_Angeles",
    "Pacific/Pago_Pago",
)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--control", action="store_true")
    wanted = parser.parse_args()
    with outbox.world(patient=True, tables=False):
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        fill(people=wanted.people, items=12)
        zones = spread_over_zones()
        before, back = NOW - timedelta(hours=24), NOW + DOWN
        ring(before, NOW)  # a day as always
        first = newest()
        if wanted.control:
            ring(NOW, back)
        ring(back, back + timedelta(hours=24))
        wrong = faults(zones, first, back)
        report: dict[str, Any] = {
            "database": connection.vendor,
            "people": wanted.people,
            "zones": len(ZONES),
            "digests": sum(map(len, written().values())),
            "wrong": len(wrong),
            "such as": wrong[:3],
        }
    print(json.dumps(report, indent=2))
    return 1 if wrong else 0


def spread_over_zones() -> dict[int, str]:
    """Give each person one of the zones. Returns whose is which."""
    from accounts.models import Person

    people = list(Person.objects.reachable().order_by("pk"))
    for number, person in enumerate(people):
        person.tz = ZONES[number % len(ZONES)]
    Person.objects.bulk_update(people, ["tz"])
    return {person.pk: person.tz for person in people}


def ring(since: datetime, until: datetime) -> None:
    from transitions.services import digests

    while since < until:
        digests.write_due(now=since)
        since += HOUR


def written() -> dict[int, dict[date, tuple[datetime, str]]]:
    """By person and local date, when each digest was written, and what it says."""
    from accounts.models import Delivery

    found: dict[int, dict[date, tuple[datetime, str]]] = defaultdict(dict)
    for key, at, text in Delivery.objects.filter(kind="digest").values_list("key", "created_at", "text"):
        _kind, person, on = key.split(":")
        found[int(person)][date.fromisoformat(on)] = (at, text)
    return found


def newest() -> dict[int, date]:
    return {person: max(dates) for person, dates in written().items()}


def faults(zones: dict[int, str], first: dict[int, date], back: datetime) -> list[str]:
    """What is not as it must be, in words."""
    from transitions.rules.digests import APART, zone_of

    found = []
    digests = written()
    for person, zone in zones.items():
        today = back.astimezone(zone_of(zone)).date()
        after = {on: told for on, told in digests[person].items() if on > first.get(person, date.min)}
        if missed := [on for on in after if on < today]:
            found.append(f"{person} in {zone}: digests for {missed}, which were over")
        if today not in after:
            found.append(f"{person} in {zone}: none for {today}")
        elif "Overdue" not in after[today][1]:
            found.append(f"{person} in {zone}: nothing overdue in that of {today}")
        times = sorted(at for at, _ in digests[person].values())
        if any(later - earlier < APART for earlier, later in zip(times, times[1:], strict=False)):
            found.append(f"{person} in {zone}: two within 18 hours")
    return found


if __name__ == "__main__":
    sys.exit(main())
