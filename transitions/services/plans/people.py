"""Who holds which role on a plan."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import Person
from transitions.models import HandoverPlan


@transaction.atomic
def set_people(
    *, plan: HandoverPlan, role: str, people: Sequence[Person], version: int, by: Person, now: datetime
) -> HandoverPlan:
    """Let exactly `people` hold `role`; the role's open steps go to the first of them.

    Several persons only for "sponsor" and "support". The outgoing rep is not set here: the account
    says who that is. Raises StaleVersion, PlanNotOpen, PlanRefused (the field is the role).
    """
    raise NotImplementedError
