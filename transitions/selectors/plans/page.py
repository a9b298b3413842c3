"""The page of one plan."""

from datetime import datetime

from accounts.models import User
from transitions.documents.plan import PlanPage
from transitions.models import HandoverPlan


def plan_page(plan: HandoverPlan, user: User, now: datetime) -> PlanPage:
    """All that the plan's page says to `user`, in a number of queries that never changes."""
    raise NotImplementedError
