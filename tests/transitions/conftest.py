"""A plan of the cast's, and a way to bring it as far as a test needs."""

from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Person
from accounts.selectors.calendar import today_of
from tests.factories import NOW, make_account, make_contact, start_plan
from transitions.models import (
    CustomerMeeting,
    Edition,
    HandoverPlan,
    Narrative,
    Packet,
    PlanStep,
    SponsorCheckIn,
)
from transitions.selectors.record import record_of
from transitions.services import meetings, plans, record, sponsors, support


@pytest.fixture
def account(cast):
    """Olga's strategic client."""
    return make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic")


@pytest.fixture
def plan(cast, account):
    """A soft plan with all notice and everyone named."""
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    return agreed(start_plan(account, cast.vera, people=people))


@pytest.fixture
def hard_plan(cast):
    """A hard plan whose cutover is today, with an interim rep and a sponsor."""
    account = make_account("Bolt", team=cast.east, owner=cast.olga, tier="standard")
    people = {"interim": [cast.bea], "sponsor": [cast.sam]}
    cutover = NOW.date()
    return agreed(start_plan(account, cast.vera, playbook="hard-standard", cutover=cutover, people=people))


def agreed(plan: HandoverPlan) -> HandoverPlan:
    """A plan whose message a leader has approved. There is no department that would have to read it."""
    words = {word: getattr(plan, word) for word in ("why", "gets_better", "stays")}
    Narrative.objects.create(
        plan=plan, version=1, **words, who_now="Olga Ortiz.", approved_by=plan.created_by, approved_at=NOW
    )
    return plan


@pytest.fixture
def drive(cast):
    """Work a plan through its stages until it stands in `stage`."""

    def driven(plan: HandoverPlan, stage: str, *, by: Person = cast.vera, now=NOW) -> HandoverPlan:
        make_packet(plan, by)
        while True:
            plan.refresh_from_db()
            if plan.stage == stage:
                return plan
            for step in plan.steps.filter(stage=plan.stage, done_at=None).order_by("position"):
                finish(step, by=by, now=now)
            try:
                plans.advance(plan=plan, version=plan.version, by=by, now=now)
            except plans.GatesClosed as error:
                for gate in error.gates:
                    plans.waive(plan=plan, gate=gate.key, reason="The test goes on.", by=by, now=now)

    return driven


def finish(step: PlanStep, *, by: Person, now: datetime = NOW) -> None:
    """Do a step, whatever it takes: a meeting or a promise is done by telling how it went."""
    meeting = CustomerMeeting.objects.filter(step=step).first()
    if step.kind == "check-in":
        keep(step, by=by, now=now)
    elif step.kind == "record":
        check_record(step.plan, by=by, now=now)
    elif step.kind == "takeover":
        support.say(takeover=step.takeover, version=step.takeover.version, by=step.owner, now=now)
    elif meeting is None:
        plans.complete_step(step=step, version=step.version, by=by, now=now)
    else:
        hold(meeting, by=by, now=now)


def keep(step: PlanStep, *, by: Person, now: datetime = NOW) -> PlanStep:
    """Note that a promise was kept, today and as it was promised."""
    channel = SponsorCheckIn.objects.values_list("channel", flat=True).get(step=step)
    return sponsors.deliver(
        step=step,
        version=step.version,
        channel=channel or "phone",
        on=today_of(step.plan.account, now),
        evidence="All is well.",
        contact=None,
        person=by,
        by=by,
        now=now,
    )


def check_record(plan: HandoverPlan, *, by: Person, now: datetime = NOW) -> int:
    """Confirm all of the account's record as it stands."""
    return record.confirm_rest(plan=plan, seen=record_of(plan).seen, by=by, now=now)


def hold(meeting: CustomerMeeting, *, by: Person, now: datetime = NOW, **told: Any) -> CustomerMeeting:
    """Tell how a meeting went; unless it is said otherwise, as the playbook asks and on a day that fits."""
    plan = meeting.plan
    contact = plan.account.contacts.first() or make_contact(plan.account, "Carla Client")
    announcement = plan.anchors.filter(key="announcement").first()
    held_at = datetime.combine(announcement.falls_on, time(15), tzinfo=UTC) if announcement else now
    defaults = {
        "version": meeting.version,
        "held_at": held_at,
        "channel_held": meeting.channel or "phone",
        "people": [by],
        "contacts": [contact],
        "said": "Forty minutes, friendly.",
        "now": max(now, held_at),
    }
    return meetings.debrief(meeting=meeting, by=by, **{**defaults, **told})


def make_packet(plan: HandoverPlan, by: Person) -> Packet:
    fields = SimpleNamespace(content_hash="0" * 64, pdf_sha256="0" * 64)
    return Packet.objects.create(
        plan=plan,
        edition=Edition.INTERNAL,
        version=plan.packets.count() + 1,
        content={},
        completeness=100,
        pdf="packets/none.pdf",
        made_by=by,
        made_at=NOW,
        **vars(fields),
    )
