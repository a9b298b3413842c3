"""Two people at once. PostgreSQL alone lets two transactions run side by side; SQLite lets one wait."""

import threading
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection

from accounts.models.base import StaleVersion
from tests import factories
from tests.factories import CUTOVER, NOW, make_account, start_plan
from tests.transitions.services.plans.test_races import at_once
from transitions.models import ChangeSet, HandoverPlan, RecordCheck, TakeOver
from transitions.selectors.record import record_of
from transitions.services import record, support

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two transactions side by side"),
]


@pytest.fixture
def plan(cast):
    return start_plan(make_account("Acme", team=cast.east, owner=cast.olga), cast.vera)


def let_both_read_before_either_writes(monkeypatch):
    barrier = threading.Barrier(2)
    read = record.record_of

    def slowly(plan):
        found = read(plan)
        # With the lock the second never comes this far, and the first goes on alone.
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)
        return found

    monkeypatch.setattr(record, "record_of", slowly)


def confirm(plan, by):
    seen = record_of(plan).find("tier").mark
    return lambda: record.confirm(plan=plan, field="tier", seen=seen, version=0, by=by, now=NOW)


def test_of_two_who_confirm_a_field_at_once_one_is_told(cast, plan, monkeypatch):
    deeds = confirm(plan, cast.olga), confirm(plan, cast.vera)
    let_both_read_before_either_writes(monkeypatch)

    outcomes = at_once(*deeds)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RecordCheck", "StaleVersion"]
    stale = next(outcome for outcome in outcomes if isinstance(outcome, StaleVersion))
    assert stale.row == RecordCheck.objects.get()
    assert ChangeSet.objects.filter(verb="confirm_record").count() == 1


def test_without_the_lock_both_would_write(cast, plan, monkeypatch):
    """The control: it shows that the test above would see the race."""
    monkeypatch.setattr(
        record, "opened", lambda pk: HandoverPlan.objects.select_related("account").get(pk=pk)
    )
    deeds = confirm(plan, cast.olga), confirm(plan, cast.vera)
    let_both_read_before_either_writes(monkeypatch)

    outcomes = at_once(*deeds)

    assert any(isinstance(outcome, IntegrityError) for outcome in outcomes)


def test_of_saying_so_and_naming_somebody_else_at_once_one_is_told(cast, plan):
    ann = factories.make_person("Ann Abel")
    part = {"capacity": "service", "from_person": cast.bea, "falls_on": CUTOVER}
    row = support.add(plan=plan, to_person=ann, by=cast.olga, now=NOW, **part)

    outcomes = at_once(
        lambda: support.say(takeover=row, version=1, by=ann, now=NOW),
        lambda: support.edit(takeover=row, version=1, to_person=cast.ivan, by=cast.olga, now=NOW, **part),
    )

    kept = TakeOver.objects.get()
    assert kept.version == 2
    assert sum(isinstance(outcome, TakeOver) for outcome in outcomes) == 1
    assert (kept.to_person == ann) == (kept.said_by == ann)
