"""A plan of the cast's, and a way to bring it as far as a test needs."""

from types import SimpleNamespace

import pytest

from accounts.models import Person
from tests.factories import NOW, make_account, start_plan
from transitions.models import Edition, HandoverPlan, Packet
from transitions.services import plans


@pytest.fixture
def account(cast):
    """Olga's strategic client."""
    return make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic")


@pytest.fixture
def plan(cast, account):
    """A soft plan with all notice and everyone named."""
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    return start_plan(account, cast.vera, people=people)


@pytest.fixture
def hard_plan(cast):
    """A hard plan whose cutover is today, with an interim rep and a sponsor."""
    account = make_account("Bolt", team=cast.east, owner=cast.olga, tier="standard")
    people = {"interim": [cast.bea], "sponsor": [cast.sam]}
    return start_plan(account, cast.vera, playbook="hard-standard", cutover=NOW.date(), people=people)


@pytest.fixture
def drive(cast):
    """Work a plan through its stages until it stands in `stage`."""

    def driven(plan: HandoverPlan, stage: str, *, by: Person = cast.vera, now=NOW) -> HandoverPlan:
        make_packet(plan, by)
        while True:
            plan.refresh_from_db()
            if plan.stage == stage:
                return plan
            for step in plan.steps.filter(stage=plan.stage, done_at=None):
                plans.complete_step(step=step, version=step.version, by=by, now=now)
            try:
                plans.advance(plan=plan, version=plan.version, by=by, now=now)
            except plans.GatesClosed as error:
                for gate in error.gates:
                    plans.waive(plan=plan, gate=gate.key, reason="The test goes on.", by=by, now=now)

    return driven


def make_packet(plan: HandoverPlan, by: Person) -> Packet:
    fields = SimpleNamespace(content_hash="0" * 64, pdf_sha256="0" * 64)
    return Packet.objects.create(
        plan=plan,
        edition=Edition.INTERNAL,
        version=plan.packets.count() + 1,
        content={},
        pdf="packets/none.pdf",
        made_by=by,
        made_at=NOW,
        **vars(fields),
    )
