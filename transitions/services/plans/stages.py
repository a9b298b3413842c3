"""A plan moves: to its next stage, past a gate by waiver, into the open, to its end."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from transitions.models import HandoverPlan, StageChange, Waiver


@transaction.atomic
def advance(*, plan: HandoverPlan, version: int, by: Person, now: datetime) -> StageChange:
    """Move a plan to its next stage; the stage may move the account to its new owner or close the plan.

    Raises StaleVersion, PlanNotOpen, NoFurtherStage, or GatesClosed naming every gate that does
    not hold and is not waived.
    """
    raise NotImplementedError


@transaction.atomic
def waive(*, plan: HandoverPlan, gate: str, reason: str, by: Person, now: datetime) -> Waiver:
    """Put on record that `gate` (a key) need not hold, and why. Waiving twice changes nothing.

    Raises WaiverRefused for a gate that the playbook does not know or does not allow to waive, or
    without a reason; PlanNotOpen.
    """
    raise NotImplementedError


@transaction.atomic
def release(*, plan: HandoverPlan, version: int, by: Person, now: datetime) -> HandoverPlan:
    """End confidentiality: from now on everyone sees the plan who sees its account.

    Releasing a released plan changes nothing. Raises StaleVersion, PlanNotOpen.
    """
    raise NotImplementedError


@transaction.atomic
def close(
    *, plan: HandoverPlan, version: int, by: Person, now: datetime, cancelled: bool = False, why: str = ""
) -> HandoverPlan:
    """End a plan before its last stage; with `cancelled` it counts as never carried out.

    The roles it wrote end, the owner of the account stays who it is. Raises StaleVersion,
    PlanNotOpen, and PlanRefused without a reason `why`.
    """
    raise NotImplementedError
