"""Measure departures on PostgreSQL: standing cover of a whole company, and a book that changes hands.

    python scripts/services.py python -m tests.bench.departures [--accounts 20000] [--reps 200] [--book 500]

Makes a database of its own on the server at DATABASE_URL and drops it. Prints each figure beside its target.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest import mock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

NAME = "bench_departures"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=20_000)
    parser.add_argument("--reps", type=int, default=200)
    parser.add_argument("--book", type=int, default=500)
    parser.add_argument("--only", choices=("cover", "commit"), default="")
    wanted = parser.parse_args()

    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor != "postgresql":
        parser.error("DATABASE_URL names no PostgreSQL: `scripts/services.py` brings one of its own")
    before = settings.DATABASES["default"]["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{NAME}"')
        cursor.execute(f'CREATE DATABASE "{NAME}"')
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = NAME
    try:
        call_command("migrate", verbosity=0)
        if wanted.only != "commit":
            measure_cover(wanted.accounts, wanted.reps)
            call_command("flush", interactive=False, verbosity=0)
        if wanted.only != "cover":
            measure_commit(wanted.book)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{NAME}"')


def timed(deed: Callable[[], Any]) -> tuple[float, Any]:
    began, worked = time.perf_counter(), time.process_time()
    result = deed()
    print(f"  (our own process worked {time.process_time() - worked:.2f} s of it)")
    return time.perf_counter() - began, result


@contextmanager
def spent(path: str) -> Iterator[list[float]]:
    """The seconds that each call of the function at `path` takes meanwhile."""
    found: list[float] = []
    module, _, name = path.rpartition(".")
    function = getattr(import_module(module), name)

    def watched(*arguments: Any, **more: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*arguments, **more)
        finally:
            found.append(time.perf_counter() - began)

    with mock.patch(path, watched):
        yield found


def show(what: str, seconds: float, target: float) -> None:
    verdict = "ok" if seconds <= target else "TOO SLOW"
    print(f"{what:<60} {seconds:8.2f} s   at most {target:g} s   {verdict}")


def measure_cover(accounts: int, reps: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from accounts.models import Account, Contact, Person
    from tests.bench import seed
    from transitions.services import departures

    seed._start_plans = lambda *rows, **more: None  # two thousand plans change nothing here and take minutes
    seed.ACCOUNTS_PER_REP = max(accounts // reps, 1)
    now = timezone.now()
    seed.seed(accounts=accounts, now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    seconds, counted = timed(lambda: departures.keep_covers(now=now))
    show(f"standing cover, {counted} reps x {accounts} accounts, everything", seconds, 60)
    seconds, counted = timed(lambda: departures.keep_covers(now=now))
    show(f"standing cover, nothing changed ({counted} counted)", seconds, 1)
    account = Account.objects.filter(assignments__person=Person.objects.get(name="Rep 0")).first()
    Contact.objects.create(account=account, name="Somebody new")
    seconds, counted = timed(lambda: departures.keep_covers(now=now))
    show(f"standing cover, one change ({counted} counted)", seconds, 1)


def measure_commit(book: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from tests.books import make_book
    from transitions.models import HandoverPlan
    from transitions.services import departures

    now = timezone.now()
    leaver, user = make_book(accounts=book, reps=40, now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    departure = departures.begin(
        person=leaver, last_on=now.date(), mode="hard", reason="resignation", by=user.person, now=now
    )
    scenario = departure.scenarios.get()
    early: list[float] = []
    began = time.perf_counter()

    def beat(done: int, total: int) -> None:
        early.append(time.perf_counter() - began)

    seconds, scenario = timed(lambda: departures.compute(scenario=scenario, user=user, now=now, beat=beat))
    figures = scenario.figures
    show("first proposal", early[0] if early else seconds, 2)
    show(f"proposal for {book} accounts, gap {figures['gap']:.2%}, {figures['method']}", seconds, 21)
    with (
        spent("transitions.services.plans.many._write_roles") as roles,
        CaptureQueriesContext(connection) as queries,
    ):
        seconds, done = timed(
            lambda: departures.commit(
                departure=departure,
                scenario=scenario,
                homes=departures.Homes(),
                version=departure.version,
                by=user,
                now=now,
            )
        )
    show(f"commit of {done.opened} accounts, {len(queries)} queries", seconds, 5)
    show(f"  of it who has them from now on, {done.opened} accounts with history", sum(roles), 0.5)
    departure.refresh_from_db()
    seconds, _departure = timed(
        lambda: departures.undo(departure=departure, version=departure.version, by=user, now=now)
    )
    show(f"undo of {HandoverPlan.objects.count()} plans", seconds, 5)


if __name__ == "__main__":
    main()
