"""Reading what a client values in the rep who hands over."""

from transitions.models import HandoverPlan, Praise


def praise_of(plan: HandoverPlan) -> list[Praise]:
    """The newest first. One query."""
    return list(plan.praise.live().select_related("said_by").order_by("-said_on", "-pk"))
