"""The plan in the client's words."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from transitions.models import HandoverPlan


@transaction.atomic
def edit_words(
    *,
    plan: HandoverPlan,
    version: int,
    why: str,
    gets_better: str,
    stays: str,
    reason_detail: str,
    by: Person,
    now: datetime,
) -> HandoverPlan:
    """Write why the change comes, what gets better, what stays, and the detail that stays with us.

    Raises StaleVersion, PlanNotOpen.
    """
    raise NotImplementedError
