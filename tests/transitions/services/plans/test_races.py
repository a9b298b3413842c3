"""Two people at once. PostgreSQL alone lets two transactions run side by side; SQLite lets one wait."""

import threading
from contextlib import suppress

import pytest
from django.db import connection, connections

from accounts.models.base import StaleVersion
from tests.factories import CUTOVER, NOW, make_account, publish, start_plan
from tests.transitions.conftest import agreed
from transitions.models import Approval, HandoverPlan, StageChange
from transitions.selectors.plans import guards_page
from transitions.services import plans
from transitions.services.plans import guardrails, stages

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs two transactions side by side"),
]

PATIENCE = 10  # seconds


@pytest.fixture
def account(cast):
    return make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic")


@pytest.fixture
def plan(cast, account):
    """A plan that may advance now: its next gates are open."""
    plan = agreed(start_plan(account, cast.vera, people={"sponsor": [cast.sam]}))
    step = plan.steps.get(key="guard-rails")
    plans.complete_step(step=step, version=1, by=cast.vera, now=NOW)
    return plan


def at_once(*deeds):
    """Run the deeds in threads of their own, begun together; what each returned or raised."""
    outcomes = [None] * len(deeds)
    barrier = threading.Barrier(len(deeds))

    def run(place, deed):
        try:
            barrier.wait(PATIENCE)
            outcomes[place] = deed()
        except Exception as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE * 3)
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def let_both_read_before_either_writes(monkeypatch):
    """Hold both in the middle of `advance`, after the gates were read, until both are there."""
    barrier = threading.Barrier(2)
    facts_of = stages.facts_of

    def slowly(*args):
        found = facts_of(*args)
        # With the lock the second never comes this far, and the first goes on alone.
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)
        return found

    monkeypatch.setattr(stages, "facts_of", slowly)


def advance(plan, by):
    return lambda: plans.advance(plan=plan, version=1, by=by, now=NOW)


def test_of_two_who_advance_at_once_one_is_told(cast, plan, monkeypatch):
    let_both_read_before_either_writes(monkeypatch)

    outcomes = at_once(advance(plan, cast.vera), advance(plan, cast.olga))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["StageChange", "StaleVersion"]
    plan.refresh_from_db()
    assert (plan.stage, plan.version) == ("announce", 2)
    assert StageChange.objects.filter(plan=plan, to_stage="announce").count() == 1


def test_without_lock_and_claim_both_would_advance(cast, plan, monkeypatch):
    """The control: it shows that the test above would see the race."""

    def unlocked(plan_id, *, version=None):
        return HandoverPlan.objects.select_related("account", "playbook", "created_by").get(pk=plan_id)

    monkeypatch.setattr(stages, "opened", unlocked)
    let_both_read_before_either_writes(monkeypatch)

    outcomes = at_once(advance(plan, cast.vera), advance(plan, cast.olga))

    assert [type(outcome) for outcome in outcomes] == [StageChange, StageChange]
    assert StageChange.objects.filter(plan=plan, to_stage="announce").count() == 2


def test_of_two_plans_begun_at_once_for_one_account_one_is_refused(cast, account):
    playbook = publish()

    def begin(by):
        return lambda: plans.start(
            account=account,
            playbook=playbook,
            reason="promotion",
            anchors={"cutover": CUTOVER},
            people={},
            by=by,
            now=NOW,
        )

    outcomes = at_once(begin(cast.vera), begin(cast.olga))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["HandoverPlan", "PlanRefused"]
    assert HandoverPlan.objects.count() == 1


def test_completing_a_step_while_the_cutover_moves_loses_neither(cast, plan):
    step = plan.steps.get(key="contact-card")
    other = plan.steps.get(key="review")

    outcomes = at_once(
        lambda: plans.move_anchor(
            plan=plan,
            key="cutover",
            to=CUTOVER.replace(day=25),
            version=1,
            by=cast.vera,
            now=NOW,
            why="Their fair.",
        ),
        lambda: plans.complete_step(step=step, version=1, by=cast.olga, now=NOW),
    )

    before = (step.due_on, other.due_on)
    step.refresh_from_db()
    other.refresh_from_db()
    assert other.due_on > before[1]
    # Either the step was done first and stays, or it moved first and its version told the other.
    if isinstance(outcomes[1], StaleVersion):
        assert (step.done_at, step.due_on > before[0]) == (None, True)
    else:
        assert (step.done_at, step.due_on) == (NOW, before[0])


def test_the_claim_is_a_conditional_update(plan):
    HandoverPlan.objects.claim(pk=plan.pk, version=1)

    with pytest.raises(StaleVersion):
        HandoverPlan.objects.claim(pk=plan.pk, version=1)


@pytest.fixture
def risky(cast, account):
    account.renewal_on = CUTOVER
    account.save()
    return start_plan(account, cast.vera, people={"sponsor": [cast.sam]})


def let_both_look_before_either_decides(monkeypatch):
    barrier = threading.Barrier(2)
    read = guardrails.read

    def slowly(rows):
        found = read(rows)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)
        return found

    monkeypatch.setattr(guardrails, "read", slowly)


def both_decide(cast, plan):
    (line,) = (line for line in guards_page(plan, NOW).lines if line.raised)

    def decide(by, verdict):
        return lambda: plans.decide(
            plan=plan, guard="renewal", verdict=verdict, reason="So.", over=line.over, by=by, now=NOW
        )

    return at_once(decide(cast.vera, "approved"), decide(cast.ada, "declined"))


def test_of_two_leaders_who_decide_at_once_the_second_sees_what_the_first_said(cast, risky, monkeypatch):
    let_both_look_before_either_decides(monkeypatch)

    outcomes = both_decide(cast, risky)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Approval", "DecisionRefused"]
    (refused,) = (one for one in outcomes if isinstance(one, plans.DecisionRefused))
    (approval,) = Approval.objects.all()
    assert refused.decided
    assert approval.by.name in str(refused.message)


def test_without_the_lock_both_leaders_would_decide(cast, risky, monkeypatch):
    let_both_look_before_either_decides(monkeypatch)
    monkeypatch.setattr(
        guardrails,
        "opened",
        lambda pk, **_options: HandoverPlan.objects.select_related("account", "playbook").get(pk=pk),
    )

    outcomes = both_decide(cast, risky)

    assert [type(outcome).__name__ for outcome in outcomes] == ["Approval", "Approval"]
