"""Two at once over one promise or one series. PostgreSQL alone lets two transactions run side by side."""

import threading
from contextlib import suppress
from datetime import datetime

import pytest
from django.db import IntegrityError, connection

from accounts.models import Touchpoint
from tests.factories import CUTOVER, NOW, TODAY, make_account, start_plan
from tests.transitions.services.plans.test_races import at_once
from transitions.models import HandoverPlan, PlanStep
from transitions.services import sponsors
from transitions.services.sponsors import promises, series

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two transactions side by side"),
]

AFTER = datetime.combine(CUTOVER, NOW.timetz())


@pytest.fixture
def plan(cast):
    account = make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic")
    return start_plan(account, cast.vera, people={"incoming": [cast.ivan], "sponsor": [cast.sam]})


def hold_both(monkeypatch, module, name):
    """Hold both where they call `name` of `module`, until both are there or one has waited a second."""
    barrier = threading.Barrier(2)
    call = getattr(module, name)

    def slowly(*args, **kwargs):
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)
        return call(*args, **kwargs)

    monkeypatch.setattr(module, name, slowly)


def unlocked(plan_id):
    return HandoverPlan.objects.select_related("account", "playbook", "created_by").get(pk=plan_id)


def keep(step, by):
    return lambda: sponsors.deliver(
        step=step,
        version=1,
        channel="phone",
        on=TODAY,
        evidence=f"Noted by {by.name}.",
        contact=None,
        person=by,
        by=by,
        now=NOW,
    )


def test_of_two_who_note_one_promise_at_once_one_is_told(cast, plan, monkeypatch):
    call = plan.steps.get(key="sponsor-call")
    hold_both(monkeypatch, promises, "record_touch")

    outcomes = at_once(keep(call, cast.sam), keep(call, cast.vera))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["PlanStep", "StaleVersion"]
    assert Touchpoint.objects.count() == 1


def test_without_lock_and_claim_it_would_be_noted_twice(cast, plan, monkeypatch):
    """The control: it shows that the test above would see the race."""
    call = plan.steps.get(key="sponsor-call")
    monkeypatch.setattr(promises, "with_promises", unlocked)
    monkeypatch.setattr(promises, "claimed", lambda step, version: PlanStep.objects.get(pk=step.pk))
    hold_both(monkeypatch, promises, "record_touch")

    at_once(keep(call, cast.sam), keep(call, cast.vera))

    assert Touchpoint.objects.count() == 2


def test_two_ticks_at_once_write_a_series_once(cast, endless, monkeypatch):
    hold_both(monkeypatch, series, "calendar_of")

    outcomes = at_once(lambda: sponsors.carry_on(now=AFTER), lambda: sponsors.carry_on(now=AFTER))

    assert sorted(outcomes) == [0, 1]
    assert endless.steps.filter(key__startswith="touch/").count() == 3


def test_without_the_lock_one_tick_would_run_into_the_other(cast, endless, monkeypatch):
    """The control: the rows would collide, and only the constraint would keep them single."""
    monkeypatch.setattr(series, "locked", unlocked)
    hold_both(monkeypatch, series, "calendar_of")

    outcomes = at_once(lambda: sponsors.carry_on(now=AFTER), lambda: sponsors.carry_on(now=AFTER))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [IntegrityError.__name__, "int"]
