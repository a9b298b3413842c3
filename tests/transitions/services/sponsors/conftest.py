"""Plans whose promises can be kept, missed, left behind and carried on."""

import pytest

from tests.factories import CUTOVER, NOW, make_account
from transitions.rules.playbooks import SHIPPED, Overlay, Step, compose
from transitions.services import plans, playbooks

TOUCH = Step(
    "touch",
    "Weekly attention until the client has warmed up",
    "incoming",
    "cutover",
    5,
    kind="check-in",
    channel="phone",
    window=2,
    every=5,
    times=2,
    open_ended=True,
)


@pytest.fixture
def call(plan):
    """Sam's call, promised by phone."""
    return plan.steps.get(key="sponsor-call")


@pytest.fixture
def endless(cast):
    """A plan with a series without end: two rows are written, `touch/1` and `touch/2`."""
    soft = next(playbook for playbook in SHIPPED if playbook.key == "soft-standard")
    book = compose(soft, Overlay(steps={"settle": (TOUCH,)}), key="soft-endless", name="Soft, without end")
    account = make_account("Dorn", team=cast.east, owner=cast.olga, tier="strategic")
    return plans.start(
        account=account,
        playbook=playbooks.publish(playbook=book, by=None, now=NOW),
        reason="step_back",
        anchors={"cutover": CUTOVER},
        people={"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]},
        why="Olga steps back.",
        stays="Your prices.",
        by=cast.vera,
        now=NOW,
    )


@pytest.fixture
def handed_over(cast, endless):
    """That plan, carried out on the day of its cutover; two sponsor's promises are still ahead."""
    from transitions.models import HandoverPlan, Outcome, PlanState  # rows as the last stage leaves them

    endless.steps.exclude(kind="check-in").update(done_at=NOW, done_by=cast.vera)
    HandoverPlan.objects.filter(pk=endless.pk).update(
        state=PlanState.CLOSED, outcome=Outcome.HANDED_OVER, stage="close", closed_at=NOW
    )
    endless.refresh_from_db()
    return endless
