"""Olga leaves; Ivan and Bea of her team may take over, Vera leads them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests.factories import NOW, TODAY, make_account
from transitions.services import departures, playbooks

LAST_DAY = TODAY + timedelta(days=20)


@pytest.fixture
def book(cast):
    """Three accounts of Olga, playbooks published."""
    playbooks.publish_shipped(by=None, now=NOW)
    return SimpleNamespace(
        acme=make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic"),
        bolt=make_account("Bolt", team=cast.east, owner=cast.olga),
        cork=make_account("Cork", team=cast.east, owner=cast.olga, tier="small"),
    )


@pytest.fixture
def depart(cast):
    """`depart()` begins the departure of Olga; `depart.proposed()` has its proposal too."""

    def begin(person=None, **given):
        return departures.begin(
            person=person or cast.olga,
            **{"last_on": LAST_DAY, "mode": "hard", "reason": "resignation", **given},
            by=cast.vera,
            now=NOW,
        )

    def proposed(person=None, **given):
        departure = begin(person, **given)
        return departure, propose(departure.scenarios.get())

    def propose(scenario):
        return propose_as("vera", scenario)

    def propose_as(name, scenario):
        user = cast.users[name]
        return departures.compute(scenario=scenario, user=user, now=NOW, seconds=2, worker=None)

    def commit(departure, scenario, **homes):
        departure.refresh_from_db()
        return departures.commit(
            departure=departure,
            scenario=scenario,
            homes=departures.Homes(**homes),
            version=departure.version,
            by=cast.users["vera"],
            now=NOW,
        )

    begin.propose_as = propose_as
    begin.proposed, begin.propose, begin.commit = proposed, propose, commit
    return begin
