from datetime import timedelta

import pytest

from accounts.models import Assignment, ClientRequest, Organisation
from tests.factories import CUTOVER, NOW, TODAY, make_account, start_plan
from tests.transitions.conftest import agreed
from transitions.models import Approval, HandoverPlan
from transitions.selectors.plans import guards_page
from transitions.selectors.plans.guardrails import undecided
from transitions.services import plans


@pytest.fixture
def plan(cast):
    """A plan whose cutover lies thirty days before the renewal; everything else is in order."""
    account = make_account(
        "Acme", team=cast.east, owner=cast.olga, tier="strategic", renewal_on=CUTOVER + timedelta(days=30)
    )
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    return agreed(start_plan(account, cast.vera, people=people))


def line(plan, guard="renewal"):
    plan = HandoverPlan.objects.get(pk=plan.pk)
    return next(line for line in guards_page(plan, NOW).lines if line.guard == guard)


def decide(plan, by, verdict="approved", guard="renewal", reason="They like Ivan.", over=None):
    return plans.decide(
        plan=plan,
        guard=guard,
        verdict=verdict,
        reason=reason,
        over=line(plan, guard).over if over is None else over,
        by=by,
        now=NOW,
    )


def closed_gates(plan, by):
    step = plan.steps.get(key="guard-rails")
    if step.done_at is None:
        plans.complete_step(step=step, version=step.version, by=by, now=NOW)
    plan.refresh_from_db()
    try:
        plans.advance(plan=plan, version=plan.version, by=by, now=NOW)
    except plans.GatesClosed as error:
        return [gate.key for gate in error.gates]
    return []


def test_a_raised_guard_keeps_the_announcement_shut_until_a_leader_approves(cast, plan):
    assert closed_gates(plan, cast.vera) == ["approvals"]
    assert plan.undecided == 1

    approval = decide(plan, cast.vera)

    assert (approval.by, approval.reason, approval.basis["incoming"]) == (
        cast.vera,
        "They like Ivan.",
        cast.ivan.pk,
    )
    assert closed_gates(plan, cast.vera) == []
    assert plan.undecided == 0


def test_no_waiver_passes_a_guard(cast, plan):
    with pytest.raises(plans.WaiverRefused):
        plans.waive(plan=plan, gate="approvals", reason="Hurry.", by=cast.vera, now=NOW)


def test_a_declined_guard_keeps_the_gate_shut_and_waits_for_nobody(cast, plan):
    decide(plan, cast.vera, "declined", reason="Not before they have signed.")

    assert closed_gates(plan, cast.vera) == ["approvals"]
    plan.refresh_from_db()
    assert plan.undecided == 0
    assert [(entry.verb, entry.why) for entry in plan.change_sets.all()] == [
        ("decline", "Not before they have signed.")
    ]


def test_a_leader_may_decide_otherwise_later(cast, plan):
    decide(plan, cast.vera, "declined")

    decide(plan, cast.vera, "approved", reason="They have signed.")

    assert line(plan).state == "approved"
    assert closed_gates(plan, cast.vera) == []


def test_an_approval_lapses_when_the_cutover_moves_and_says_why(cast, plan):
    decide(plan, cast.vera)
    plan.refresh_from_db()

    to = CUTOVER + timedelta(days=7)
    plans.move_anchor(plan=plan, key="cutover", to=to, version=plan.version, by=cast.vera, now=NOW, why="So.")

    lapsed = line(plan)
    assert (lapsed.state, [str(what) for what in lapsed.changed]) == (
        "lapsed",
        ["the day of the cutover", "the days of notice"],
    )
    assert (lapsed.by, lapsed.reason) == ("Vera Voss", "They like Ivan.")
    assert closed_gates(plan, cast.vera) == ["approvals"]
    plan.refresh_from_db()
    assert plan.undecided == 1


def test_an_approval_lapses_when_somebody_else_takes_over(cast, plan):
    decide(plan, cast.vera)
    plan = plans.set_people(
        plan=plan, role="incoming", people=[cast.stella], version=plan.version, by=cast.vera, now=NOW
    )

    assert [str(what) for what in line(plan).changed] == ["the incoming rep"]
    assert plan.undecided == 1


def test_what_a_leader_did_not_look_at_is_not_decided(cast, plan):
    over = line(plan).over
    to = CUTOVER + timedelta(days=7)
    plans.move_anchor(plan=plan, key="cutover", to=to, version=plan.version, by=cast.vera, now=NOW, why="So.")

    with pytest.raises(plans.DecisionRefused, match="changed meanwhile") as caught:
        decide(plan, cast.vera, over=over)

    assert not caught.value.decided
    assert not Approval.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": " "}, "Say why"),
        ({"verdict": "perhaps"}, "Approve or decline"),
    ],
)
def test_a_decision_needs_a_verdict_and_a_reason(cast, plan, changes, sentence):
    with pytest.raises(plans.DecisionRefused, match=sentence):
        decide(plan, cast.vera, **changes)


def test_a_guard_that_is_not_raised_is_not_decided(cast, plan):
    with pytest.raises(plans.DecisionRefused, match="Nothing is to be decided"):
        decide(plan, cast.vera, guard="escalation")


def test_short_notice_is_approved_instead_of_waived(cast):
    account = make_account("Brisk", team=cast.east, owner=cast.olga, tier="strategic")
    soon = TODAY + timedelta(days=20)
    plan = agreed(start_plan(account, cast.vera, people={"sponsor": [cast.sam]}, cutover=soon))
    assert closed_gates(plan, cast.vera) == ["notice", "approvals"]
    assert guards_page(plan, NOW).lost  # it says which steps lost time

    decide(plan, cast.vera, guard="notice", reason="They asked for it.")

    assert closed_gates(plan, cast.vera) == []


def test_a_junior_on_a_strategic_client_and_earlier_owners_are_raised(cast, plan):
    cast.ivan.rep.seniority = "junior"
    cast.ivan.rep.save()
    Assignment.objects.create(
        account=plan.account, person=cast.bea, role="owner", from_on="2024-01-08", until_on="2025-01-07"
    )
    Assignment.objects.filter(account=plan.account, person=cast.olga, role="owner").update(
        from_on=CUTOVER - timedelta(days=100)
    )

    raised = [line.guard for line in guards_page(plan, NOW).lines if line.raised]

    assert raised == ["renewal", "fatigue", "seniority"]


def test_an_escalation_counts_for_its_own_client_alone(cast, plan):
    other = make_account("Other", team=cast.east, owner=cast.olga)
    quiet = start_plan(other, cast.vera)
    ClientRequest.objects.create(
        account=plan.account, owner=cast.olga, title="Down", opened_on=TODAY, escalated=True
    )

    rows = HandoverPlan.objects.select_related("account", "playbook")
    assert undecided(list(rows), TODAY) == {plan.pk: ("renewal", "escalation"), quiet.pk: ()}
    plans.refresh_risk(NOW)
    plan.refresh_from_db()
    assert plan.undecided == 2


def test_once_the_account_has_its_new_owner_nothing_is_asked(cast, plan, drive):
    decide(plan, cast.vera)
    drive(plan, "cutover", now=NOW + timedelta(days=105))

    plan = HandoverPlan.objects.get(pk=plan.pk)
    assert not guards_page(plan, NOW).asked
    assert plan.undecided == 0


def test_guards_are_read_in_one_query_for_many_plans_as_for_one(cast, plan, django_assert_num_queries):
    for _number in range(4):
        start_plan(make_account(team=cast.east, owner=cast.olga), cast.vera, people={"incoming": [cast.ivan]})
    rows = list(HandoverPlan.objects.select_related("account", "playbook"))
    ours = Organisation.objects.get()
    undecided(rows, TODAY, ours=ours)

    with django_assert_num_queries(1):
        undecided(rows[:1], TODAY, ours=ours)
    with django_assert_num_queries(1):
        undecided(rows, TODAY, ours=ours)
