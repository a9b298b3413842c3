from datetime import timedelta

import pytest

from accounts.models.base import StaleVersion
from tests.factories import CUTOVER, NOW, TODAY, start_plan
from transitions.models import HandoverPlan, PlanState, PlanStep
from transitions.selectors.plans import due_items
from transitions.services import plans

LATER = NOW + timedelta(days=14)  # ten business days


def owner_of(plan):
    return plan.account.assignments.owners().values_list("person__name", flat=True).first()


def live_roles(plan):
    return set(plan.account.assignments.live().values_list("role", "person__name"))


def hold(plan, by, *, now=NOW, **changes):
    given = {"why": "Their board meets first.", "resumes_on": TODAY + timedelta(days=14), **changes}
    return plans.hold(plan=plan, version=plan.version, by=by, now=now, **given)


def cancel(plan, by, **changes):
    texts = {"why": "Olga stays.", "told_client": "By phone.", "put_right": "Sam visits them."} | changes
    return plans.cancel(plan=plan, version=plan.version, by=by, now=NOW, **texts)


def close(plan, by, **changes):
    given = {"outcome": "withdrawn", "why": "Olga stays."} | changes
    return plans.close(plan=plan, version=plan.version, by=by, now=NOW, **given)


def test_a_plan_on_hold_owes_nobody_anything(cast, plan):
    everyone = [person.pk for person in (cast.olga, cast.vera, cast.ivan, cast.sam)]
    until = TODAY + timedelta(days=400)
    assert due_items(everyone, until)

    held = hold(plan, cast.vera)

    assert (held.state, held.held_on, held.resumes_on) == (
        PlanState.ON_HOLD,
        TODAY,
        TODAY + timedelta(days=14),
    )
    assert due_items(everyone, until) == []
    assert (held.next_due_on, held.late_steps, held.decides_on) == (None, 0, None)
    with pytest.raises(plans.PlanNotOpen):
        plans.advance(plan=held, version=held.version, by=cast.vera, now=NOW)
    assert held.change_sets.get().why == "Their board meets first."


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"why": " "}, "why"), ({"resumes_on": TODAY}, "resumes_on")],
)
def test_holding_refuses(cast, plan, changes, field):
    with pytest.raises(plans.PlanRefused) as caught:
        hold(plan, cast.vera, **changes)

    assert [name for name, sentence in caught.value.problems] == [field]


def test_resuming_shifts_what_is_open_by_the_business_days_lost(cast, plan):
    first, second = plan.steps.order_by("due_on", "position")[:2]
    plans.move_step(step=first, to=TODAY + timedelta(days=3), version=1, by=cast.vera, now=NOW)
    done = plan.steps.order_by("-due_on").first()
    plans.complete_step(step=done, version=1, by=cast.vera, now=NOW)
    held = hold(plan, cast.vera)
    before = second.due_on

    found = plans.resume(plan=held, shift=True, version=held.version, by=cast.vera, now=LATER)

    plan.refresh_from_db()
    assert (plan.state, plan.held_on, plan.resumes_on, plan.held_why) == (PlanState.OPEN, None, None, "")
    assert found.days == 10
    assert PlanStep.objects.get(pk=second.pk).due_on >= before + timedelta(days=14)
    assert PlanStep.objects.get(pk=first.pk).due_on == TODAY + timedelta(days=3)  # pinned
    assert PlanStep.objects.get(pk=done.pk).due_on == done.due_on
    moved = CUTOVER + timedelta(days=15)  # ten business days, of which one is a holiday
    assert plan.anchors.get(key="cutover").falls_on == moved
    assert [move.key for move in found.stay] == [first.key]
    assert plan.cutover_on == moved


def test_the_shift_is_what_the_preview_said_and_can_be_undone(cast, plan):
    dates = dict(plan.steps.values_list("key", "due_on"))
    held = hold(plan, cast.vera)
    previewed = plans.preview_resume(plan=held, now=LATER)

    found = plans.resume(plan=held, shift=True, version=held.version, by=cast.vera, now=LATER)

    assert found == previewed
    plans.undo(change_set=plan.change_sets.get(verb="shift"), by=cast.vera, now=LATER)
    assert dict(plan.steps.values_list("key", "due_on")) == dates
    assert plan.anchors.get(key="cutover").falls_on == CUTOVER


def test_resuming_without_a_shift_leaves_every_date(cast, plan):
    dates = dict(plan.steps.values_list("key", "due_on"))
    held = hold(plan, cast.vera)

    plans.resume(plan=held, shift=False, version=held.version, by=cast.vera, now=LATER)

    assert dict(plan.steps.values_list("key", "due_on")) == dates
    assert not plan.change_sets.filter(verb="shift").exists()


def test_a_date_that_the_client_was_promised_in_writing_is_not_shifted_unasked(cast, plan):
    plan.anchors.filter(key="cutover").update(promised_at=NOW)
    held = hold(plan, cast.vera)

    with pytest.raises(plans.PlanRefused, match="in writing"):
        plans.resume(plan=held, shift=True, version=held.version, by=cast.vera, now=LATER)

    resumed = plans.resume(
        plan=held, shift=True, confirmed=True, version=held.version, by=cast.vera, now=LATER
    )
    assert [str(title) for title in resumed.promised] == ["Cutover"]


def test_only_a_plan_on_hold_is_resumed(cast, plan):
    with pytest.raises(plans.PlanNotOpen):
        plans.resume(plan=plan, shift=False, version=plan.version, by=cast.vera, now=NOW)


def test_a_cancelled_plan_says_what_the_client_was_told_and_how_it_is_put_right(cast, plan):
    ended = cancel(plan, cast.vera)

    assert (ended.state, ended.closed_at, ended.outcome) == (PlanState.CANCELLED, NOW, "")
    assert (ended.ending, ended.told_client, ended.put_right) == (
        "Olga stays.",
        "By phone.",
        "Sam visits them.",
    )
    assert live_roles(plan) == {("owner", "Olga Ortiz")}


@pytest.mark.parametrize("field", ["why", "told_client", "put_right"])
def test_cancelling_without_any_of_the_three_texts_is_refused(cast, plan, field):
    with pytest.raises(plans.PlanRefused) as caught:
        cancel(plan, cast.vera, **{field: "  "})

    assert [name for name, sentence in caught.value.problems] == [field]


@pytest.mark.parametrize("outcome", ["handed_over", "client_lost", "withdrawn", "other"])
def test_a_plan_can_be_closed_early_with_how_it_ended(cast, plan, outcome):
    ended = close(plan, cast.vera, outcome=outcome)

    assert (ended.state, ended.outcome, ended.ending) == (PlanState.CLOSED, outcome, "Olga stays.")
    assert owner_of(plan) == "Olga Ortiz"
    assert live_roles(plan) == {("owner", "Olga Ortiz"), ("sponsor", "Sam Sato")}


@pytest.mark.parametrize(("changes", "field"), [({"why": ""}, "why"), ({"outcome": "fine"}, "outcome")])
def test_closing_early_refuses(cast, plan, changes, field):
    with pytest.raises(plans.PlanRefused) as caught:
        close(plan, cast.vera, **changes)

    assert [name for name, sentence in caught.value.problems] == [field]


def test_a_plan_on_hold_can_end(cast, plan):
    assert cancel(hold(plan, cast.vera), cast.vera).held_on is None


def test_the_last_stage_says_that_the_account_was_handed_over(cast, plan, drive):
    drive(plan, "close", now=NOW + timedelta(days=105))

    plan.refresh_from_db()
    assert plan.outcome == "handed_over"


def test_a_plan_that_ended_is_opened_again_with_its_people(cast, plan):
    before = live_roles(plan)
    ended = cancel(plan, cast.vera)

    again = plans.reopen(
        plan=ended, why="She leaves after all.", version=ended.version, by=cast.vera, now=NOW
    )

    assert (again.state, again.closed_at, again.ending, again.told_client) == (PlanState.OPEN, None, "", "")
    assert live_roles(plan) == before
    assert again.stage == "prepare"
    assert again.next_due_on is not None


def test_a_plan_that_went_all_the_way_is_opened_again_before_its_last_stage(cast, plan, drive):
    drive(plan, "close", now=NOW + timedelta(days=105))
    plan.refresh_from_db()

    again = plans.reopen(plan=plan, why="Too early.", version=plan.version, by=cast.vera, now=NOW)

    assert again.stage == "settle"
    assert owner_of(plan) == "Ivan Ilic"


def test_whoever_left_while_a_plan_was_closed_keeps_none_of_its_promises(cast, plan):
    ended = close(plan, cast.vera)
    cast.sam.archived_at = NOW
    cast.sam.save()

    plans.reopen(plan=ended, why="They stay.", version=ended.version, by=cast.vera, now=NOW)

    calls = plan.steps.filter(key__in=["sponsor-call", "sponsor-visit"])
    assert {step.owner for step in calls} == {cast.vera}


def test_a_plan_is_not_opened_again_beside_another(cast, plan):
    ended = cancel(plan, cast.vera)
    start_plan(plan.account, cast.vera)

    with pytest.raises(plans.PlanRefused, match="Another plan"):
        plans.reopen(plan=ended, why="Again.", version=ended.version, by=cast.vera, now=NOW)


def test_an_open_plan_is_not_opened_again(cast, plan):
    with pytest.raises(plans.PlanNotOpen):
        plans.reopen(plan=plan, why="Again.", version=plan.version, by=cast.vera, now=NOW)


def test_ending_over_what_somebody_else_changed_is_refused(cast, plan):
    hold(HandoverPlan.objects.get(pk=plan.pk), cast.olga)

    with pytest.raises(StaleVersion):
        cancel(plan, cast.vera)


def test_readers_of_a_confidential_plan_change_and_whoever_changes_them_stays(cast, account):
    plan = start_plan(account, cast.vera, confidential=True, readers=[cast.ivan])
    assert plan in HandoverPlan.objects.visible_to(cast.users["ivan"])

    plans.set_readers(plan=plan, people=[cast.bea], version=plan.version, by=cast.vera, now=NOW)

    assert plan not in HandoverPlan.objects.visible_to(cast.users["ivan"])
    assert plan in HandoverPlan.objects.visible_to(cast.users["bea"])
    assert plan in HandoverPlan.objects.visible_to(cast.users["vera"])


def test_a_released_plan_has_no_readers(cast, plan):
    with pytest.raises(plans.PlanRefused, match="released"):
        plans.set_readers(plan=plan, people=[cast.bea], version=plan.version, by=cast.vera, now=NOW)
