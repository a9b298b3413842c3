from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Commitment, Delivery, Person
from tests.factories import CUTOVER, TODAY, make_account, start_plan
from transitions import tasks
from transitions.services import feeds

RUN_TWICE = [
    "transitions.plan_digests",
    "transitions.recount_plans",
    "transitions.keep_promises",
    "transitions.send_calendars",
    "transitions.standing_cover",
]

EIGHT = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def olga_owes(cast):
    Person.objects.update(tz="UTC")
    account = make_account("Acme", team=cast.east)
    return Commitment.objects.create(
        account=account, owner=cast.olga, text="Send the report", made_on=TODAY, due_on=TODAY
    )


def test_planning_twice_plans_once(olga_owes):
    first = tasks.plan_digests.run(at=EIGHT.isoformat(), from_a_newer_version=True)
    second = tasks.plan_digests.run(at=EIGHT.isoformat())

    assert (first, second) == ({"digests": 1, "weekly": 0}, {"digests": 0, "weekly": 0})
    assert Delivery.objects.count() == 1


def test_counting_plans_again_finds_what_became_late_by_itself(cast):
    plan = start_plan(make_account("Acme", team=cast.east, owner=cast.olga), cast.vera)
    late = datetime.combine(CUTOVER, EIGHT.timetz()).isoformat()

    first = tasks.recount_plans.run(at=late, from_a_newer_version=True)
    second = tasks.recount_plans.run(at=late)

    assert (first, second) == ({"plans": 1}, {"plans": 0})
    plan.refresh_from_db()
    assert plan.late_steps > 0
    assert plan.risk >= 40


def test_calendars_are_told_once_however_often_the_clock_asks(cast):
    account = make_account("Acme", team=cast.east, owner=cast.olga)
    plan = start_plan(account, cast.vera, people={"incoming": [cast.ivan]})
    step = plan.steps.filter(kind="check-in", owner=cast.ivan).order_by("due_on").first()
    feeds.choose(person=cast.ivan, check_ins=True, now=EIGHT)
    day_before = datetime.combine(step.due_on, EIGHT.timetz()) - timedelta(days=1)

    first = tasks.send_calendars.run(at=day_before.isoformat(), from_a_newer_version=True)
    second = tasks.send_calendars.run(at=day_before.isoformat())

    assert first["calendars"] > 0
    assert second == {"calendars": 0}


def test_standing_cover_is_counted_once_however_often_the_clock_asks(cast):
    make_account("Acme", team=cast.east, owner=cast.olga)

    first = tasks.standing_cover.run(at=EIGHT.isoformat(), from_a_newer_version=True)
    second = tasks.standing_cover.run(at=EIGHT.isoformat())

    assert (first, second) == ({"counted": 1}, {"counted": 0})
