"""What lists and boards read of a plan at a glance, kept beside the rows that it repeats."""

from datetime import date, datetime

from django.db.models import Q

from accounts.selectors.calendar import today_of
from accounts.selectors.organisation import organisation
from transitions.models import HandoverPlan
from transitions.models.plans import OPEN
from transitions.services.opened import look_again


def refresh_risk(now: datetime) -> int:
    """Bring up to date what plans keep of themselves (an hourly tick). Returns how many changed.

    Each is counted on its client's date, of which there are three at most at any moment. Safe to run
    twice; the number of queries grows only with every 500 plans.
    """
    ours = organisation()
    by_day: dict[date, list[int]] = {}
    looked_at = OPEN | Q(promises_owed__gt=0)  # promises outlive their plan
    plans = HandoverPlan.objects.filter(looked_at).select_related("account")
    for plan in plans.only("pk", "account__tz", "account__country").order_by("pk"):
        by_day.setdefault(today_of(plan.account, now, ours=ours), []).append(plan.pk)
    return sum(look_again(found, today=day, guards=True) for day, found in by_day.items())
