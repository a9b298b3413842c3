"""Plans in lists."""

from django.db.models import QuerySet

from accounts.models import User
from transitions.models import HandoverPlan


def plans_list(user: User) -> QuerySet[HandoverPlan]:
    """Plans that `user` sees, with their account and team, ready to filter, sort and page.

    Sort by `cutover_on`, `next_due_on`, `risk` or `account__name`; late: `next_due_on` before today.
    """
    return HandoverPlan.objects.visible_to(user).select_related("account__team").order_by("-pk")
