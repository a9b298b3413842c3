from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.models.base import StaleVersion
from tests.factories import NOW, TODAY, start_plan
from transitions.services import plans


def test_a_step_is_done_by_somebody_at_some_time(cast, plan):
    step = plan.steps.get(key="baseline")

    plans.complete_step(step=step, version=1, by=cast.ivan, now=NOW, note="Answers within a day.")

    step.refresh_from_db()
    assert (step.done_at, step.done_by, step.note, step.version) == (
        NOW,
        cast.ivan,
        "Answers within a day.",
        2,
    )
    newest = step.history.first()
    assert (newest.history_user, newest.history_date, newest.history_change_reason) == (
        cast.ivan,
        NOW,
        "done",
    )


def test_a_done_step_can_be_reopened_and_keeps_what_was_noted(cast, plan):
    step = plan.steps.get(key="baseline")
    plans.complete_step(step=step, version=1, by=cast.ivan, now=NOW, note="Answers within a day.")

    plans.reopen_step(step=step, version=2, by=cast.vera, now=NOW, note="Half the requests are missing.")

    step.refresh_from_db()
    assert (step.done_at, step.done_by) == (None, None)
    assert step.note == "Answers within a day.\nHalf the requests are missing."


def test_a_step_is_done_once(cast, plan):
    step = plan.steps.get(key="baseline")
    plans.complete_step(step=step, version=1, by=cast.ivan, now=NOW)

    with pytest.raises(plans.StepRefused, match="done already"):
        plans.complete_step(step=step, version=2, by=cast.olga, now=NOW)
    with pytest.raises(StaleVersion):
        plans.complete_step(step=step, version=1, by=cast.olga, now=NOW)


def test_what_is_not_done_cannot_be_reopened(cast, plan):
    with pytest.raises(plans.StepRefused, match="not done"):
        plans.reopen_step(step=plan.steps.get(key="baseline"), version=1, by=cast.olga, now=NOW)


def test_steps_of_a_closed_plan_stay_as_they_are(cast, plan):
    plans.close(plan=plan, version=1, by=cast.vera, now=NOW, outcome="withdrawn", why="Olga stays.")

    with pytest.raises(plans.PlanNotOpen):
        plans.complete_step(step=plan.steps.get(key="baseline"), version=1, by=cast.olga, now=NOW)


def test_the_plan_knows_its_next_due_date_and_its_risk(cast, plan):
    later = NOW + timedelta(days=70)
    plans.refresh_risk(later)
    plan.refresh_from_db()
    late = plan.steps.filter(due_on__lt=later.date()).count()
    assert plan.risk == min(40, 8 * late)

    for step in plan.steps.filter(due_on__lt=later.date()):
        plans.complete_step(step=step, version=step.version, by=cast.olga, now=later)

    plan.refresh_from_db()
    assert plan.risk == 0
    assert plan.next_due_on == min(plan.steps.filter(done_at=None).values_list("due_on", flat=True))


def test_refreshing_the_risk_twice_changes_nothing_more(cast, plan, hard_plan):
    plan.account.renewal_on = plan.cutover_on
    plan.account.save()

    assert plans.refresh_risk(NOW) == 1
    assert plans.refresh_risk(NOW) == 0
    plan.refresh_from_db()
    assert plan.risk == 20


def test_refreshing_the_risk_costs_as_much_for_two_plans_as_for_one(
    cast, plan, hard_plan, django_assert_num_queries
):
    with django_assert_num_queries(7):
        plans.refresh_risk(NOW)
    plans.close(plan=hard_plan, version=1, by=cast.vera, now=NOW, outcome="withdrawn", why="Not needed.")
    with django_assert_num_queries(7):
        plans.refresh_risk(NOW)


def test_an_empty_role_that_owes_something_soon_is_a_risk(cast, account):
    plan = start_plan(account, cast.vera, playbook="hard-standard", cutover=TODAY + timedelta(days=2))

    assert plan.risk == 20  # the interim rep, and the incoming rep whose first check-in is near


def test_a_step_that_the_plan_no_longer_needs_is_not_worked_on(cast, plan):
    plan.steps.filter(key="baseline").update(dropped_at=NOW)
    step = plan.steps.get(key="baseline")

    with pytest.raises(plans.StepRefused, match="no longer needs"):
        plans.complete_step(step=step, version=1, by=cast.ivan, now=NOW)
    assert step not in plan.steps.undone()


def test_a_decision_about_a_role_waits_until_somebody_holds_it(cast, account):
    plan = start_plan(account, cast.vera, playbook="hard-standard", cutover=TODAY)
    step = plan.steps.get(key="name-interim")

    with pytest.raises(plans.StepRefused, match="nobody does yet") as refused:
        plans.complete_step(step=step, version=1, by=cast.vera, now=NOW)

    assert refused.value.role == "interim"
    step.refresh_from_db()
    assert (step.done_at, step.version) == (None, 1)


@pytest.mark.parametrize("gone", [False, True])
def test_somebody_who_has_left_holds_no_role(cast, hard_plan, gone):
    cast.bea.archived_at = NOW if gone else None
    cast.bea.save()
    step = hard_plan.steps.get(key="name-interim")

    if gone:
        with pytest.raises(plans.StepRefused):
            plans.complete_step(step=step, version=step.version, by=cast.vera, now=NOW)
    else:
        assert plans.complete_step(step=step, version=step.version, by=cast.vera, now=NOW).done_at == NOW


def test_a_step_is_late_when_its_day_is_over_where_the_client_is(cast, plan):
    plan.account.tz = "America/New_York"
    plan.account.save()
    due = plan.next_due_on
    evening = datetime.combine(due + timedelta(days=1), time(1, 10), UTC)  # still `due` in New York

    def late_at(now) -> int:
        plans.refresh_risk(now)
        plan.refresh_from_db()
        return plan.late_steps

    assert (late_at(evening), late_at(evening + timedelta(hours=5))) == (0, 1)


def test_plans_of_clients_around_the_world_are_each_counted_on_their_own_date(cast, plan, hard_plan):
    due = plan.next_due_on
    hard_plan.steps.update(due_on=due)
    for one, zone in ((plan, "Pacific/Kiritimati"), (hard_plan, "Pacific/Pago_Pago")):
        one.account.tz = zone
        one.account.save()

    plans.refresh_risk(datetime.combine(due, time(10, 30), UTC))  # tomorrow, and yesterday

    plan.refresh_from_db()
    hard_plan.refresh_from_db()
    assert (plan.late_steps > 0, hard_plan.late_steps) == (True, 0)
