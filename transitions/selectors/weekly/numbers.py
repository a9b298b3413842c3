"""What happened in the last seven days and in the seven before, of the plans that somebody sees."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, tzinfo
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from accounts.models.prepared import prepared
from accounts.rules.calendar import instant
from transitions.documents.weekly import Numbers
from transitions.models import HandoverPlan, PlanState, PlanStep, PlaybookVersion, StageChange
from transitions.rules.weekly import WEEK
from transitions.selectors.plans.board import among
from transitions.selectors.playbooks import ANY_TIER, playbook_of, stage_titles


def numbers_of(sight: dict[str, Any], on: date, tz: tzinfo) -> tuple[Numbers, Numbers]:
    """The week before `on`, and the week before that. Three queries, and one for unknown playbooks."""
    last, first = on - WEEK, on - WEEK - WEEK
    begins, middle, ends = (instant(day, time(), tz) for day in (first, last, on))
    [plans] = _plans(begins=begins, middle=middle, ends=ends, **sight) or [(0,) * 4]
    [steps] = _steps(first=first, last=last, ends=on, **sight) or [(0,) * 4]
    moves = _cut_over(_moves(begins=begins, ends=ends, **sight), middle)
    return tuple(  # type: ignore[return-value]
        Numbers(
            started=plans[week],
            closed=plans[week + 2],
            cut_over=moves[week],
            due=steps[week],
            kept=steps[week + 2],
        )
        for week in (0, 1)
    )


@prepared
def _plans(*, begins: datetime, middle: datetime, ends: datetime, **sight: Any) -> QuerySet:
    """Plans started in the week and the one before; the same of those closed."""
    lately = Q(created_at__gte=begins) | Q(closed_at__gte=begins)
    return _counted(
        among(HandoverPlan.objects.filter(lately), **sight),
        Q(created_at__gte=middle, created_at__lt=ends),
        Q(created_at__gte=begins, created_at__lt=middle),
        Q(state=PlanState.CLOSED, closed_at__gte=middle, closed_at__lt=ends),
        Q(state=PlanState.CLOSED, closed_at__gte=begins, closed_at__lt=middle),
    )


@prepared
def _steps(*, first: date, last: date, ends: date, **sight: Any) -> QuerySet:
    """Promises that fell due in the week and the one before; the same of those kept. What was let go, or
    belongs to a plan that was cancelled or rests, fell due for nobody."""
    plans = among(HandoverPlan.objects.all(), **sight)
    plans = plans.filter(state__in=(PlanState.OPEN, PlanState.CLOSED)).order_by()
    steps = PlanStep.objects.standing().filter(
        kind="check-in", check_in__let_go_at=None, plan__in=plans.values("pk")
    )
    this, before = Q(due_on__gte=last), Q(due_on__lt=last)
    kept = Q(done_at__isnull=False)
    return _counted(
        steps.filter(due_on__gte=first, due_on__lt=ends), this, before, this & kept, before & kept
    )


def _counted(rows: QuerySet, *wanted: Q) -> QuerySet:
    """One row with the number of `rows` that each of `wanted` holds for."""
    counts = {f"count_{number}": Count("pk", filter=one) for number, one in enumerate(wanted)}
    return rows.order_by().values(group=Value(1)).annotate(**counts).values_list(*counts)


@prepared
def _moves(*, begins: datetime, ends: datetime, **sight: Any) -> QuerySet:
    plans = among(HandoverPlan.objects.all(), **sight).order_by().values("pk")
    moves = StageChange.objects.filter(changed_at__gte=begins, changed_at__lt=ends, plan__in=plans)
    return moves.order_by("pk").values_list(
        "plan__playbook", "plan__playbook__digest", "from_stage", "to_stage", "changed_at"
    )


def _cut_over(moves: Sequence[Sequence[Any]], middle: datetime) -> Counter[int]:
    """How many moves gave an account to somebody else: 0 for the week, 1 for the one before."""
    stage_titles((pk, digest) for pk, digest, *_move in moves)  # reads those unknown here, all at once
    found: Counter[int] = Counter()
    for pk, digest, before, after, at in moves:
        playbook = playbook_of(PlaybookVersion(pk=pk, digest=digest), ANY_TIER)
        if before and playbook.has_cut_over(after) and not playbook.has_cut_over(before):
            found[0 if at >= middle else 1] += 1
    return found
