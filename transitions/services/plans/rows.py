"""Planned steps become rows, with what belongs to each kind of step beside them."""

from collections.abc import Mapping, Sequence

from transitions.models import CustomerMeeting, HandoverPlan, PlanStep, SponsorCheckIn
from transitions.rules.plans import owner_for
from transitions.rules.schedule import Planned
from transitions.services import sponsors


def write_steps(
    plan: HandoverPlan, planned: Sequence[Planned], holders: Mapping[str, Sequence[int]]
) -> list[PlanStep]:
    """Write the rows of `planned`; each is owed by the holder of its role, or whoever stands in.

    The number of queries does not depend on the number of steps.
    """
    steps = PlanStep.objects.bulk_create(row_of(plan, one, holders) for one in planned)
    _write_beside(plan, list(zip(steps, planned, strict=True)))
    return steps


def write_beside(plan: HandoverPlan, steps: Sequence[tuple[PlanStep, Planned]]) -> None:
    """What belongs to steps that were there before and are planned anew: each that has none gets it."""
    met = set(CustomerMeeting.objects.filter(plan=plan).values_list("step", flat=True))
    promised = set(SponsorCheckIn.objects.filter(plan=plan).values_list("step", flat=True))
    lacking = {"meeting": met, "check-in": promised}
    found = ((step, one) for step, one in steps if one.kind in lacking)
    _write_beside(plan, [(step, one) for step, one in found if step.pk not in lacking[one.kind]])


def _write_beside(plan: HandoverPlan, steps: Sequence[tuple[PlanStep, Planned]]) -> None:
    sponsors.write_check_ins(steps)
    CustomerMeeting.objects.bulk_create(
        CustomerMeeting(plan=plan, step=step, purpose=one.purpose, channel=one.channel)
        for step, one in steps
        if one.kind == "meeting" and one.purpose
    )


def row_of(plan: HandoverPlan, planned: Planned, holders: Mapping[str, Sequence[int]]) -> PlanStep:
    """The row of one planned step, not saved."""
    return PlanStep(
        plan=plan,
        key=planned.key,
        stage=planned.stage,
        kind=planned.kind,
        title=planned.title,
        position=planned.position,
        base=planned.base,
        offset=planned.offset,
        planned_on=planned.planned_on,
        due_on=planned.due_on,
        owner_role=planned.owner_role,
        owner_id=owner_for(planned.owner_role, holders),
    )
