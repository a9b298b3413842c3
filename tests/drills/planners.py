"""F6: the clock rings twice, or a hundred times at once: each digest is written once, and sent once.

    python -m tests.drills.planners [--planners 20] [--rounds 5] [--people 40] [--control]

In each round all planners start at the same moment of another morning. The control drops the unique key of
the outbox: it must find digests written twice, else the planners never met.
"""

import argparse
import json
import os
import sys
from datetime import timedelta

from tests.bench.digests import NOW, fill
from tests.drills import outbox


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--planners", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--control", action="store_true")
    wanted = parser.parse_args()
    with outbox.world(patient=True, tables=False):
        from django.core.management import call_command
        from django.db import connection
        from django.db.models import Count

        from accounts.models import Delivery

        call_command("migrate", verbosity=0)
        fill(people=wanted.people, items=4)
        warm_up()
        if wanted.control:
            without_the_key()
        failed = sum(at_once(wanted.planners, round_) for round_ in range(wanted.rounds))
        keys = Delivery.objects.values("key").annotate(rows=Count("pk")).order_by()
        report = {
            "database": connection.vendor,
            "runs": wanted.planners * wanted.rounds,
            "failed runs": failed,
            "digests expected": wanted.people * wanted.rounds,
            "digests": keys.count(),
            "written twice": keys.filter(rows__gt=1).count(),
        }
    print(json.dumps(report, indent=2))
    right = report["digests"] == report["digests expected"] and not report["written twice"] and not failed
    return 0 if right else 1


def warm_up() -> None:
    """Load, once for all planners, what each would load anew: they shall meet in the outbox."""
    from accounts.models import Delivery
    from transitions.services import digests

    digests.write_due(now=NOW - timedelta(days=2))
    Delivery.objects.all().delete()


def at_once(planners: int, round_: int) -> int:
    """Let so many planners loose on one morning at the same moment. Returns how many failed."""
    from django.db import connection

    connection.close()  # nobody may inherit it
    gate, opened = os.pipe()
    pids = []
    for _ in range(planners):

        def work() -> None:
            from transitions.services import digests

            os.close(opened)
            connection.ensure_connection()
            os.read(gate, 1)  # returns when the last holder of the other end lets go
            digests.write_due(now=NOW + timedelta(days=round_))

        pids.append(outbox.forked(work))
    os.close(gate)
    os.close(opened)
    return sum(os.waitpid(pid, 0)[1] != 0 for pid in pids)


def without_the_key() -> None:
    from copy import copy

    from django.db import connection

    from accounts.models import Delivery

    strict = Delivery._meta.get_field("key")
    loose = copy(strict)
    loose._unique = False  # type: ignore[attr-defined]
    with connection.schema_editor() as editor:
        editor.alter_field(Delivery, strict, loose)
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
