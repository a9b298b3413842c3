"""The demo's departure: one that is being prepared, with its proposal; and what would be if anybody left."""

from datetime import datetime, timedelta

from accounts.models import Person, User
from transitions.rules.demo import company
from transitions.services import departures

AHEAD = timedelta(days=75)


def prepare_departure(*, now: datetime) -> None:
    """Without the exact solver: the demo is the same on every machine, and its books are small."""
    user = User.objects.get(person__name=company.LEADER)
    departure = departures.begin(
        person=Person.objects.get(name=company.LEAVES_NEXT),
        last_on=now.date() + AHEAD,
        mode=departures.mode_by_notice("resignation", now.date() + AHEAD, now),
        reason="resignation",
        why=company.WHY_LEAVES,
        confidential=False,
        by=user.person,
        now=now,
    )
    scenario = departure.scenarios.get()
    departures.compute(scenario=scenario, user=user, now=now, seconds=2, worker=None)
    departures.keep_covers(now=now)
