from datetime import timedelta

import pytest

from accounts.models.base import StaleVersion
from tests.factories import NOW
from transitions.models import HandoverPlan, Outcome, PlanState
from transitions.selectors.people import open_steps
from transitions.services import plans


@pytest.fixture
def call(plan):
    """Sam's call on a Wednesday, which may be shifted by three business days."""
    return plan.steps.get(key="sponsor-call")


def level(step, to, by, version=1):
    return plans.level_promise(step=step, to=to, version=version, by=by, now=NOW, why="Room there.")


def test_a_promise_goes_to_a_better_day_within_its_window_and_is_pinned(cast, plan, call):
    to = call.due_on + timedelta(days=5)  # the Monday after

    level(call, to, cast.sam)

    call.refresh_from_db()
    assert (call.due_on, call.pinned, call.version) == (to, True, 2)
    told = plan.change_sets.get(verb="move_step")
    assert (told.by, told.why) == (cast.sam, "Room there.")


def test_refusing_a_better_day_pins_the_promise_where_it_stands(cast, call):
    level(call, call.due_on, cast.sam)

    before = call.due_on
    call.refresh_from_db()
    assert (call.due_on, call.pinned) == (before, True)


@pytest.mark.parametrize("days", [3, 4, 8, 30, -400])  # a Saturday, a Sunday, too far, much too far, past
def test_a_promise_stays_within_its_window_on_business_days(cast, call, days):
    with pytest.raises(plans.PlanRefused, match="outside"):
        level(call, call.due_on + timedelta(days=days), cast.sam)


def test_levelling_over_a_change_is_told(cast, call):
    level(call, call.due_on, cast.sam)

    with pytest.raises(StaleVersion):
        level(call, call.due_on, cast.sam, version=1)


def test_a_promise_of_a_plan_that_was_carried_out_is_levelled_and_owed_as_well(cast, plan, call):
    HandoverPlan.objects.filter(pk=plan.pk).update(state=PlanState.CLOSED, outcome=Outcome.HANDED_OVER)

    level(call, call.due_on + timedelta(days=1), cast.sam)

    owed = {item.step for item in open_steps(cast.sam, cast.users["sam"])}
    assert owed == set(plan.steps.filter(owner=cast.sam, kind="check-in").values_list("uuid", flat=True))


def test_promises_of_a_plan_that_was_withdrawn_are_owed_no_more(cast, plan):
    HandoverPlan.objects.filter(pk=plan.pk).update(state=PlanState.CLOSED, outcome=Outcome.WITHDRAWN)

    assert open_steps(cast.sam, cast.users["sam"]) == []


def test_a_plan_that_ends_by_its_last_stage_was_handed_over(cast, plan, drive):
    drive(plan, "close")

    plan.refresh_from_db()
    assert (plan.state, plan.outcome) == (PlanState.CLOSED, Outcome.HANDED_OVER)
