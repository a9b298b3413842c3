from datetime import timedelta

import pytest

from accounts.models import Delivery
from accounts.models.base import StaleVersion
from tests.factories import NOW, make_rep
from tests.transitions.conftest import finish
from transitions.models import HandoverPlan, PlanStep, Swap
from transitions.services import plans

LATER = NOW + timedelta(days=200)


def swap(plan, cast, **changes):
    plan.refresh_from_db()
    wanted = {
        "trigger": "clash",
        "why": "They cannot stand each other.",
        "second_choice": None,
        "to_client": "",
    }
    given = {"version": plan.version, "by": cast.vera, "now": NOW} | wanted | changes
    return plans.swap(plan=plan, **given)


def whole(plan):
    plan = HandoverPlan.objects.get(pk=plan.pk)
    return (
        plan.stage,
        sorted(plan.roles.values_list("assignment__role", "assignment__person")),
        sorted(plan.steps.values_list("key", "owner", "due_on", "done_at", "done_by")),
        sorted(plan.meetings.values_list("step__key", "held_at", "channel_held", "starts_at")),
    )


@pytest.fixture
def burning_in(plan, drive):
    """Ivan has read, been introduced and begun to shadow."""
    plan = drive(plan, "burn-in")
    finish(plan.steps.get(key="shadow"), by=plan.created_by)
    return plan


def test_the_second_choice_becomes_the_incoming_rep(cast, plan):
    found = swap(plan, cast)

    held = dict(plan.roles.values_list("assignment__role", "assignment__person__name"))
    assert held["incoming"] == "Bea Brandt"
    assert "second_choice" not in held
    assert (found.former, found.person) == (cast.ivan, cast.bea)
    assert plan.steps.get(key="lead-week").owner == cast.bea
    row = Swap.objects.get()
    assert (row.trigger, row.why, row.by) == ("clash", "They cannot stand each other.", cast.vera)


def test_what_the_former_rep_did_is_done_again_and_the_rest_stays(cast, burning_in):
    done = set(burning_in.steps.filter(done_at__isnull=False).values_list("key", flat=True))

    found = swap(burning_in, cast)

    again = {key for key, _title, _before, _after in found.anew}
    assert {"over-prepare", "message-again", "intro-meeting", "shadow"} <= again
    assert not {"packet-final", "check-record", "announce-meeting"} & again
    still = set(burning_in.steps.filter(done_at__isnull=False).values_list("key", flat=True))
    assert still == done - again
    assert found.kept == len(still)


def test_the_plan_goes_back_so_that_the_client_meets_the_new_rep(cast, burning_in):
    found = swap(burning_in, cast)

    burning_in.refresh_from_db()
    assert (burning_in.stage, found.stage.msgid) == ("choose", "Choose")
    assert "The client has met the incoming rep" in {label.msgid for label in found.shut}
    meeting = burning_in.meetings.get(step__key="intro-meeting")
    assert meeting.held_at is None
    assert meeting.said == "Forty minutes, friendly."


def test_work_that_is_done_again_is_due_from_tomorrow_on_in_its_old_order(cast, burning_in):
    found = swap(burning_in, cast, now=LATER)

    days = [day for _key, _title, _before, day in found.anew]
    assert min(days) > LATER.date()
    assert days == sorted(days)
    due = dict(burning_in.steps.values_list("key", "due_on"))
    assert all(due[key] == day for key, _title, _before, day in found.anew)


def test_the_preview_says_what_the_swap_then_does_and_changes_nothing(cast, burning_in):
    before = whole(burning_in)

    shown = plans.preview_swap(plan=burning_in, by=cast.vera, now=NOW)

    assert whole(burning_in) == before
    found = swap(burning_in, cast)
    assert (shown.anew, shown.stage, shown.shut, shown.kept) == (
        found.anew,
        found.stage,
        found.shut,
        found.kept,
    )


def test_the_history_takes_it_back_until_something_else_is_done(cast, burning_in):
    before = whole(burning_in)
    found = swap(burning_in, cast, now=LATER)

    plans.undo(change_set=found.swap.change_set, by=cast.vera, now=LATER)

    assert whole(burning_in) == before


def test_after_another_deed_it_stays(cast, plan):
    found = swap(plan, cast)
    plan.refresh_from_db()
    plans.set_people(
        plan=plan, role="second_choice", people=[cast.ivan], version=plan.version, by=cast.vera, now=NOW
    )

    with pytest.raises(plans.CannotUndo):
        plans.undo(change_set=found.swap.change_set, by=cast.vera, now=NOW)


def test_somebody_else_may_stand_behind_the_new_rep_at_once(cast, plan):
    third = make_rep("Theo Third", team=cast.east)

    swap(plan, cast, second_choice=third)

    held = dict(plan.roles.values_list("assignment__role", "assignment__person"))
    assert (held["incoming"], held["second_choice"]) == (cast.bea.pk, third.pk)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"trigger": "weather"}, "trigger"),
        ({"why": "  "}, "why"),
        ({"second_choice": "bea"}, "second_choice"),
        ({"second_choice": "olga"}, "second_choice"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(cast, plan, changes, field):
    before = whole(plan)
    changes = {key: getattr(cast, value, value) for key, value in changes.items()}

    with pytest.raises(plans.PlanRefused) as refused:
        swap(plan, cast, **changes)

    assert [name for name, _words in refused.value.problems] == [field]
    assert whole(plan) == before
    assert not Swap.objects.exists()


def test_without_a_second_choice_it_says_what_to_do(cast, plan):
    plans.set_people(plan=plan, role="second_choice", people=[], version=plan.version, by=cast.vera, now=NOW)

    with pytest.raises(plans.PlanRefused, match="Choose one among the candidates first"):
        swap(plan, cast)


def test_once_the_account_has_its_new_owner_a_new_plan_is_needed(cast, plan, drive):
    plan = drive(plan, "settle")

    with pytest.raises(plans.PlanRefused, match="A new plan"):
        swap(plan, cast)


def test_a_day_promised_in_writing_moves_only_when_the_client_is_told(cast, burning_in):
    PlanStep.objects.filter(plan=burning_in, key="intro-meeting").update(promised_at=NOW)
    with pytest.raises(plans.PlanRefused) as refused:
        swap(burning_in, cast, now=LATER)
    assert [name for name, _words in refused.value.problems] == ["confirmed"]

    swap(burning_in, cast, now=LATER, confirmed=True)
    assert burning_in.steps.get(key="intro-meeting").promised_at is None


def test_a_swap_of_what_somebody_changed_meanwhile_is_refused(cast, plan):
    with pytest.raises(StaleVersion):
        swap(plan, cast, version=plan.version + 7)


def test_nothing_goes_to_the_client_by_itself(cast, plan):
    swap(plan, cast, to_client="Dear Carla, …")

    assert Swap.objects.get().to_client == "Dear Carla, …"
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(("trigger", "noted"), [("clash", 1), ("leaves", 0), ("client", 0)])
def test_only_a_clash_keeps_the_former_rep_from_being_offered(cast, plan, trigger, noted):
    swap(plan, cast, trigger=trigger)

    assert cast.ivan.clashes.standing().filter(account=plan.account).count() == noted
