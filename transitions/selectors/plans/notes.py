"""Notes on a plan and its steps, newest first."""

from django.db.models import QuerySet

from transitions.models import HandoverPlan, PlanNote, PlanStep


def notes_of(plan: HandoverPlan, step: PlanStep | None = None) -> QuerySet[PlanNote]:
    """The notes that stand on a plan, those on its steps among them, or on one step alone."""
    rows = PlanNote.objects.filter(plan=plan, withdrawn_at=None)
    if step is not None:
        rows = rows.filter(step=step)
    return rows.select_related("by", "step").order_by("-at", "-pk")
