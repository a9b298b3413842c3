"""What lists and boards read of a plan at a glance, kept beside the rows that it repeats."""

from datetime import datetime

from django.db.models import Q

from accounts.rules.calendar import today
from accounts.selectors.calendar import our_tz
from accounts.selectors.organisation import organisation
from transitions.models import HandoverPlan
from transitions.models.plans import OPEN
from transitions.services.opened import look_again


def refresh_risk(now: datetime) -> int:
    """Bring up to date what plans keep of themselves (a tick). Returns how many changed.

    Safe to run twice; the number of queries grows only with every 500 plans.
    """
    looked_at = OPEN | Q(promises_owed__gt=0)  # promises outlive their plan
    plans = list(HandoverPlan.objects.filter(looked_at).order_by("pk").values_list("pk", flat=True))
    return look_again(plans, today=today(now, our_tz(organisation())), guards=True)
