"""Two departures are carried out at once and want the same successor: PostgreSQL only."""

import sys
import threading
from contextlib import suppress

import pytest
from django.db import connection

from accounts.models import Person, Rep
from tests.factories import make_account, make_rep
from tests.transitions.services.plans.test_races import at_once
from transitions.models import HandoverPlan
from transitions.selectors.departures.facts import planned_of, workloads
from transitions.services.departures import Committed, PlanRefused

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two transactions side by side"),
]

ROOM = 10  # points: two of Olga's three-point accounts and two of Lars's do not fit in it together


@pytest.fixture
def both(cast, book, depart):
    """Departures of Olga and of Lars, each with a proposal; only Ivan can take over, and not both books."""
    lars = make_rep("Lars Lang", team=cast.east)
    Rep.objects.filter(person=cast.bea).delete()
    for owner, names in ((lars, ("Dune", "Echo", "Foxtrot")),):
        for name in names:
            make_account(name, team=cast.east, owner=owner)
    book.acme.tier = "standard"
    book.acme.save()
    Rep.objects.filter(person=cast.ivan).update(capacity=ROOM)
    Rep.objects.filter(person=lars).update(capacity=1)
    Rep.objects.filter(person=cast.olga).update(capacity=1)
    return depart.proposed(), depart.proposed(lars)


def let_both_look_before_either_writes(monkeypatch):
    module = sys.modules["transitions.services.departures.commit"]
    barrier, refuse = threading.Barrier(2), module._refuse_limits

    def slowly(*args):
        refuse(*args)
        # With the lock the second never comes this far, and the first goes on alone.
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)

    monkeypatch.setattr(module, "_refuse_limits", slowly)


def over_capacity(ivan, today) -> bool:
    points, _strategic = planned_of([ivan.pk], today)
    return workloads([ivan.pk]).get(ivan.pk, 0) + points[ivan.pk] > ROOM


def commits(depart, both):
    return [lambda pair=pair: depart.commit(*pair) for pair in both]


def test_of_two_departures_that_want_the_same_room_one_is_told(cast, both, depart, monkeypatch):
    let_both_look_before_either_writes(monkeypatch)

    outcomes = at_once(*commits(depart, both))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Committed", "PlanRefused"], outcomes
    refused = next(outcome for outcome in outcomes if isinstance(outcome, PlanRefused))
    assert "Ivan Ilic has no room" in str(refused)
    assert not over_capacity(cast.ivan, both[0][0].last_on)
    assert HandoverPlan.objects.count() == 3


def test_without_the_lock_on_reps_both_would_fill_the_same_room(cast, both, depart, monkeypatch):
    """The control: it shows that the test above would see the race."""
    module = sys.modules["transitions.services.departures.commit"]

    def unlocked(placed):
        named = {rep for pair in placed.values() for rep in pair if rep is not None}
        return {person.pk: person for person in Person.objects.filter(pk__in=named)}

    monkeypatch.setattr(module, "_hold", unlocked)
    let_both_look_before_either_writes(monkeypatch)

    outcomes = at_once(*commits(depart, both))

    assert [type(outcome) for outcome in outcomes] == [Committed, Committed], outcomes
    assert over_capacity(cast.ivan, both[0][0].last_on)
