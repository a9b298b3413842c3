"""The plan in the client's words."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from accounts.selectors.calendar import today_of
from transitions.models import HandoverPlan
from transitions.services.opened import kept, opened
from transitions.services.plans.start import problems_of_words
from transitions.services.refusals import PlanRefused


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

    Raises StaleVersion, PlanNotOpen, and PlanRefused for text that may not be stored.
    """
    plan = opened(plan.pk, version=version)
    words = {"why": why, "gets_better": gets_better, "stays": stays, "reason_detail": reason_detail}
    if problems := problems_of_words(words):
        raise PlanRefused(problems)
    plan.why, plan.gets_better, plan.stays, plan.reason_detail = why, gets_better, stays, reason_detail
    return kept(plan, by=by, now=now, today=today_of(plan.account, now), why="words")
