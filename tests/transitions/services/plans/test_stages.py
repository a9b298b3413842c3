from datetime import timedelta

import pytest

from accounts.models import Account, ClientRequest
from accounts.models.base import StaleVersion
from tests.factories import NOW, TODAY, start_plan
from tests.transitions.conftest import agreed, finish
from transitions.models import HandoverPlan, PlanState
from transitions.services import plans

CUTOVER_DAY = NOW + timedelta(days=105)


def owner_of(plan):
    return plan.account.assignments.owners().values_list("person__name", flat=True).first()


def live_roles(plan):
    return set(plan.account.assignments.live().values_list("role", "person__name"))


def test_advance_refuses_and_names_every_closed_gate(cast, account):
    plan = start_plan(
        account, cast.vera, why="", gets_better="", stays="", cutover=TODAY + timedelta(days=20)
    )

    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=NOW)

    assert [gate.key for gate in caught.value.gates] == [
        "sponsor",
        "story",
        "one-message",
        "notice",
        "guard-rails",
        "approvals",
    ]
    plan.refresh_from_db()
    assert (plan.stage, plan.version) == ("prepare", 1)
    assert plan.stage_changes.count() == 1


def test_advance_moves_on_when_its_gates_are_open(cast, plan):
    step = plan.steps.get(key="guard-rails")
    plans.complete_step(step=step, version=step.version, by=cast.vera, now=NOW)

    change = plans.advance(plan=plan, version=plan.version, by=cast.vera, now=NOW)

    assert (change.from_stage, change.to_stage, change.by) == ("prepare", "announce", cast.vera)
    plan.refresh_from_db()
    assert (plan.stage, plan.version) == ("announce", 2)


def test_the_introduction_waits_until_successor_and_second_choice_are_named(cast, account, drive):
    plan = drive(start_plan(account, cast.vera, people={"sponsor": [cast.sam]}), "choose")

    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=NOW)

    assert {"incoming", "second-choice"} <= {gate.key for gate in caught.value.gates}


def test_a_confidential_plan_is_not_announced_before_it_is_released(cast, account):
    plan = start_plan(account, cast.vera, people={"sponsor": [cast.sam]}, confidential=True)

    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=NOW)

    assert [gate.key for gate in caught.value.gates] == ["released", "one-message", "guard-rails"]


def test_release_lets_everyone_see_the_plan_who_sees_the_account(cast, account):
    plan = start_plan(account, cast.vera, people={"incoming": [cast.stella]}, confidential=True)

    plans.release(plan=plan, version=plan.version, by=cast.vera, now=NOW)

    assert plan in HandoverPlan.objects.visible_to(cast.users["olga"])
    assert plan in HandoverPlan.objects.visible_to(cast.users["stella"])
    assert account in Account.objects.visible_to(cast.users["stella"])
    plan.refresh_from_db()
    again = plans.release(plan=plan, version=plan.version, by=cast.olga, now=NOW + timedelta(days=1))
    assert again.released_at == NOW


def test_the_cutover_makes_the_incoming_rep_the_owner(cast, plan, drive):
    drive(plan, "burn-in")
    assert owner_of(plan) == "Olga Ortiz"

    drive(plan, "cutover", now=CUTOVER_DAY)

    assert owner_of(plan) == "Ivan Ilic"
    ended = plan.account.assignments.get(role="owner", person=cast.olga)
    assert ended.until_on == CUTOVER_DAY.date()


def test_the_cutover_waits_for_an_incoming_rep_who_is_still_with_us(cast, plan, drive):
    drive(plan, "burn-in")
    cast.ivan.archived_at = NOW
    cast.ivan.save()
    plan.refresh_from_db()

    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=CUTOVER_DAY)

    assert "owner-named" in {gate.key for gate in caught.value.gates}
    with pytest.raises(plans.WaiverRefused, match="cannot be waived"):
        plans.waive(plan=plan, gate="owner-named", reason="Hurry.", by=cast.vera, now=NOW)


def test_an_open_escalation_keeps_the_cutover_shut(cast, plan, drive):
    drive(plan, "burn-in")
    for step in plan.steps.filter(stage="burn-in"):
        finish(step, by=cast.vera, now=NOW)
    ClientRequest.objects.create(
        account=plan.account, owner=cast.olga, title="It is down", opened_on=TODAY, escalated=True
    )
    plan.refresh_from_db()

    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=CUTOVER_DAY)

    assert [gate.key for gate in caught.value.gates] == ["calm", "still-approved"]


def test_a_hard_plan_ends_the_leavers_ownership_on_day_zero_without_a_new_owner(cast, hard_plan, drive):
    drive(hard_plan, "interim")

    assert owner_of(hard_plan) is None
    assert ("interim", "Bea Brandt") in live_roles(hard_plan)


def test_the_interim_rep_of_a_hard_plan_becomes_owner_only_by_decision(cast, hard_plan, drive):
    plan = drive(hard_plan, "recover")
    plan = plans.set_people(
        plan=plan, role="incoming", people=[cast.bea], version=plan.version, by=cast.vera, now=NOW
    )
    for step in plan.steps.filter(stage="recover").exclude(key="decide-successor"):
        finish(step, by=cast.vera)
    for gate in ("second-choice", "prepared"):
        plans.waive(plan=plan, gate=gate, reason="There is nobody else.", by=cast.vera, now=NOW)

    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=NOW)
    assert [gate.key for gate in caught.value.gates] == ["decided-successor"]

    decision = plan.steps.get(key="decide-successor")
    plans.complete_step(step=decision, version=decision.version, by=cast.vera, now=NOW)
    plans.advance(plan=plan, version=plan.version, by=cast.vera, now=NOW)
    assert owner_of(plan) == "Bea Brandt"
    assert not plan.account.assignments.live().filter(role="interim").exists()


@pytest.mark.parametrize("kind", ["plan", "hard_plan"])
def test_the_last_stage_closes_the_plan_and_leaves_sponsors_on_the_account(cast, kind, drive, request):
    plan = request.getfixturevalue(kind)
    if kind == "hard_plan":
        plan = plans.set_people(
            plan=plan, role="incoming", people=[cast.ivan], version=plan.version, by=cast.vera, now=NOW
        )
    later = CUTOVER_DAY + timedelta(days=200)

    drive(plan, "close", now=later)

    plan.refresh_from_db()
    assert (plan.state, plan.closed_at, plan.risk, plan.next_due_on) == (PlanState.CLOSED, later, 0, None)
    assert live_roles(plan) == {("owner", "Ivan Ilic"), ("sponsor", "Sam Sato")}
    with pytest.raises(plans.PlanNotOpen):
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=later)


def test_a_closed_plan_makes_room_for_the_next(cast, plan, drive):
    drive(plan, "close", now=CUTOVER_DAY)

    assert (
        start_plan(plan.account, cast.vera, cutover=CUTOVER_DAY.date() + timedelta(days=60)).stage
        == "prepare"
    )


def test_advancing_with_an_old_version_is_refused_and_changes_nothing(cast, plan):
    plans.edit_words(
        plan=plan,
        version=plan.version,
        why="New",
        gets_better="New",
        stays="New",
        reason_detail="",
        by=cast.olga,
        now=NOW,
    )

    with pytest.raises(StaleVersion) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=NOW)

    assert caught.value.row.why == "New"
    plan.refresh_from_db()
    assert plan.stage == "prepare"


def test_a_waiver_is_on_record_and_opens_its_gate(cast, account):
    plan = agreed(start_plan(account, cast.vera))
    step = plan.steps.get(key="guard-rails")
    plans.complete_step(step=step, version=step.version, by=cast.vera, now=NOW)

    waiver = plans.waive(plan=plan, gate="sponsor", reason="They asked for it.", by=cast.vera, now=NOW)

    assert (waiver.gate, waiver.reason, waiver.by, waiver.waived_at) == (
        "sponsor",
        "They asked for it.",
        cast.vera,
        NOW,
    )
    assert plans.waive(plan=plan, gate="sponsor", reason="Again.", by=cast.ada, now=NOW) == waiver
    plans.advance(plan=plan, version=plan.version, by=cast.vera, now=NOW)


@pytest.mark.parametrize(
    ("gate", "reason", "sentence"),
    [
        ("moon", "Why not.", "This plan knows no such gate."),
        ("heard", "They know.", "This gate cannot be waived."),
        ("second-choice", "  ", "Say why this gate may be passed."),
        ("second-choice", "Sure.", "This gate is open; there is nothing to waive."),
    ],
)
def test_waive_refuses(cast, plan, gate, reason, sentence):
    with pytest.raises(plans.WaiverRefused) as caught:
        plans.waive(plan=plan, gate=gate, reason=reason, by=cast.vera, now=NOW)

    assert str(caught.value.message) == sentence
    assert not plan.waivers.exists()


def test_a_gate_that_the_plan_has_passed_is_not_waived(cast, plan, drive):
    drive(plan, "announce")

    with pytest.raises(plans.WaiverRefused, match="passed this gate"):
        plans.waive(plan=plan, gate="sponsor", reason="Late.", by=cast.vera, now=NOW)


def test_the_history_says_that_a_plan_was_released(cast, account):
    plan = start_plan(account, cast.vera, confidential=True)

    plans.release(plan=plan, version=plan.version, by=cast.vera, now=NOW)

    assert [one.verb for one in plan.change_sets.all()] == ["release"]
