"""Steps are done, and undone when that was a mistake."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from transitions.models import PlanStep


@transaction.atomic
def complete_step(*, step: PlanStep, version: int, by: Person, now: datetime, note: str = "") -> PlanStep:
    """Mark a step as done by `by` at `now`; a note is added to what stands there.

    Raises StaleVersion, PlanNotOpen, StepRefused when it is done already.
    """
    raise NotImplementedError


@transaction.atomic
def reopen_step(*, step: PlanStep, version: int, by: Person, now: datetime, note: str = "") -> PlanStep:
    """Mark a step as not done after all. Raises StaleVersion, PlanNotOpen, StepRefused."""
    raise NotImplementedError
