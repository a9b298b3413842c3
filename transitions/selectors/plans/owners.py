"""What is open on a plan, and who owes it."""

from typing import Any

from transitions.models import HandoverPlan
from transitions.selectors.plans.page import number_of


def open_steps_of(plan: HandoverPlan) -> list[dict[str, Any]]:
    """The open steps of a plan, those of people who have left first, then by date. One query."""
    names = ("pk", "uuid", "version", "key", "title", "due_on", "owner_role", "owner__name", "owner__uuid")
    rows = plan.steps.undone().order_by("due_on", "position", "pk").values(*names, "owner__archived_at")
    for row in rows:
        row |= {"number": number_of(row["key"]), "left": bool(row["owner__archived_at"])}
    return sorted(rows, key=lambda row: not row["left"])
