import pytest

from accounts.models.base import StaleVersion
from tests.factories import NOW, start_plan
from transitions.models import PlanStep
from transitions.services import plans


def open_steps(plan, owner):
    return {step.pk: step.version for step in plan.steps.undone().filter(owner=owner)}


def reassign(plan, steps, person, by):
    return plans.reassign(plan=plan, steps=steps, person=person, by=by, now=NOW)


def test_all_that_somebody_owes_goes_to_another_in_one_deed_and_back(cast, plan):
    theirs = open_steps(plan, cast.olga)
    assert len(theirs) > 3
    cast.olga.archived_at = NOW
    cast.olga.save()

    deed = reassign(plan, theirs, cast.bea, cast.vera)

    assert not open_steps(plan, cast.olga)
    assert {change["id"] for change in deed.changes} == set(theirs)
    step = PlanStep.objects.get(pk=next(iter(theirs)))
    assert (step.owner, step.version, step.history.count()) == (cast.bea, 2, 1)
    plans.undo(change_set=deed, by=cast.vera, now=NOW)
    assert set(open_steps(plan, cast.olga)) == set(theirs)


def test_steps_given_by_hand_stay_when_the_role_changes_hands(cast, plan):
    step = plan.steps.filter(owner_role="incoming").first()
    reassign(plan, {step.pk: 1}, cast.bea, cast.vera)

    plans.set_people(
        plan=plan, role="incoming", people=[cast.stella], version=plan.version, by=cast.vera, now=NOW
    )

    step.refresh_from_db()
    assert step.owner == cast.bea


def test_a_step_that_was_changed_meanwhile_stops_all_of_them(cast, plan):
    theirs = open_steps(plan, cast.olga)
    moved = PlanStep.objects.get(pk=max(theirs))
    plans.complete_step(step=PlanStep.objects.get(pk=min(theirs)), version=1, by=cast.olga, now=NOW)
    plans.reopen_step(step=PlanStep.objects.get(pk=min(theirs)), version=2, by=cast.olga, now=NOW)

    with pytest.raises(StaleVersion):
        reassign(plan, theirs, cast.bea, cast.vera)

    moved.refresh_from_db()
    assert moved.owner == cast.olga


def test_nothing_is_given_to_somebody_who_has_left(cast, plan):
    cast.bea.archived_at = NOW
    cast.bea.save()

    with pytest.raises(plans.PlanRefused, match="Bea Brandt has left"):
        reassign(plan, open_steps(plan, cast.olga), cast.bea, cast.vera)


def test_only_open_steps_of_the_plan_are_given_away(cast, plan, hard_plan):
    foreign = open_steps(hard_plan, cast.bea)
    done = plan.steps.first()
    plans.complete_step(step=done, version=1, by=cast.vera, now=NOW)

    for steps in ({}, foreign, {done.pk: 2}):
        with pytest.raises(plans.PlanRefused, match="open steps of this plan"):
            reassign(plan, steps, cast.ivan, cast.vera)


def test_a_confidential_plan_gives_its_steps_to_readers_alone(cast, account):
    plan = start_plan(account, cast.vera, confidential=True, readers=[cast.ivan])
    steps = open_steps(plan, cast.vera)

    with pytest.raises(plans.PlanRefused, match="may not read"):
        reassign(plan, steps, cast.bea, cast.vera)
    reassign(plan, steps, cast.ivan, cast.vera)


def test_reassigning_takes_as_many_queries_for_many_steps_as_for_one(
    cast, plan, django_assert_num_queries, django_assert_max_num_queries
):
    theirs = open_steps(plan, cast.olga)
    one = dict([theirs.popitem()])
    with django_assert_max_num_queries(30) as first:
        reassign(plan, one, cast.bea, cast.vera)
    with django_assert_num_queries(len(first)):
        reassign(plan, theirs, cast.bea, cast.vera)
