"""Reading the concern ledger."""

from django.db.models import Case, Count, IntegerField, Min, Q, QuerySet, Value, When

from accounts.models import User
from accounts.models.prepared import prepared
from transitions.documents.concerns import Tally
from transitions.models import Concern, HandoverPlan
from transitions.rules.concerns import LEVELS, SERIOUS, STATES


def serious(plan: HandoverPlan) -> int:
    """How many red concerns the client has not confirmed as answered. One query."""
    return len(_serious(plan=plan.pk))


@prepared
def _serious(*, plan: int) -> QuerySet:
    return Concern.objects.serious().filter(plan=plan).values_list("pk")


def ledger(plan: HandoverPlan, user: User) -> QuerySet[Concern]:
    """The concerns of a plan, to filter, sort and page; `rank` and `stands` sort as people would."""
    ranks = [When(seriousness=level, then=Value(rank)) for rank, level in enumerate(reversed(LEVELS))]
    stands = [
        When(~Q(archived_at=None), then=Value(list(STATES).index("withdrawn"))),
        When(~Q(confirmed_on=None), then=Value(list(STATES).index("confirmed"))),
        When(~Q(answered_at=None), then=Value(list(STATES).index("answered"))),
    ]
    return (
        Concern.objects.visible_to(user)
        .filter(plan=plan)
        .select_related("raised_by", "owner", "answered_by", "confirmed_by")
        .annotate(
            rank=Case(*ranks, default=Value(len(LEVELS)), output_field=IntegerField()),
            stands=Case(*stands, default=Value(0), output_field=IntegerField()),
        )
    )


def tally(plan: HandoverPlan) -> Tally:
    """One query."""
    return next((Tally(*row) for row in _tally(plan=plan.pk)), Tally(0, 0, 0, 0, None))


@prepared
def _tally(*, plan: int) -> QuerySet:
    unanswered = Q(answered_at=None, confirmed_on=None)
    return (
        Concern.objects.live()
        .filter(plan=plan)
        .order_by()
        .values("plan")
        .annotate(
            open=Count("pk", filter=unanswered),
            answered=Count("pk", filter=Q(confirmed_on=None) & ~Q(answered_at=None)),
            confirmed=Count("pk", filter=~Q(confirmed_on=None)),
            serious=Count("pk", filter=Q(confirmed_on=None, seriousness=SERIOUS)),
            next_on=Min("promised_on", filter=unanswered),
        )
        .values_list("open", "answered", "confirmed", "serious", "next_on")
    )


def unanswered(plan: HandoverPlan) -> list[Concern]:
    """What the client has not confirmed yet, the most serious first. One query."""
    ranks = [When(seriousness=level, then=Value(rank)) for rank, level in enumerate(reversed(LEVELS))]
    order = Case(*ranks, default=Value(len(LEVELS)), output_field=IntegerField())
    return list(plan.concerns.unconfirmed().select_related("raised_by", "owner").order_by(order, "pk"))
