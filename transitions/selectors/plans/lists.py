"""Plans in lists."""

from django.db.models import QuerySet

from accounts.models import User
from transitions.models import HandoverPlan

PROSE = ("reason_detail", "why", "gets_better", "stays")


def plans_list(user: User) -> QuerySet[HandoverPlan]:
    """Plans that `user` sees, with their account, team and playbook, ready to filter, sort and page.

    Sort by `cutover_on`, `next_due_on`, `risk` or `account__name`; late: `late_steps`, see docs/decisions.md.
    The words of plans and the content of playbooks are left unread.
    """
    return (
        HandoverPlan.objects.visible_to(user)
        .select_related("account__team", "playbook")
        .defer("playbook__content", *PROSE)
        .order_by("-pk")
    )
