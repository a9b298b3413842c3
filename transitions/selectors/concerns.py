"""Reading the concern ledger."""

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import Case, Count, IntegerField, Min, Q, QuerySet, Value, When

from accounts.models import User
from accounts.models.prepared import prepared
from accounts.rules.text import Message
from transitions.documents.concerns import Tally
from transitions.documents.day import DueItem
from transitions.models import Concern, HandoverPlan, PlanReader
from transitions.rules.concerns import LEVELS, SERIOUS, STATES, short


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


def due(person_ids: Collection[int], until: date, most: int | None = None) -> Iterator[DueItem]:
    """Answers that these persons promised by `until`, and those of their plans that reach nobody else.

    As with steps: what its owner must not know, or can no longer do, goes to the plan's steward. One
    query, and one more where a plan is confidential.
    """
    rows = _due(most, people=list(person_ids), until=until)
    secret = {row[7] for row in rows if row[9] is None}
    readers = set()
    if secret:
        readers = set(PlanReader.objects.filter(plan__in=secret).values_list("plan", "person"))
    asked = set(person_ids)
    for uuid, words, level, on, owner, name, left, pk, plan, released, steward, account, client, team in rows:
        reaches = left is None and (released is not None or (pk, owner) in readers)
        if (owner if reaches else steward) not in asked:
            continue
        yield DueItem(
            person_id=owner if reaches else steward,
            kind="concern",
            title=Message(short(words)),
            account=account,
            due_on=on,
            url_name="concern",
            uuid=uuid,
            plan=plan,
            owner="" if reaches else name,
            account_id=client,
            team_id=team or 0,
            plan_id=pk,
            secret=released is None,
            escalated=level == SERIOUS,
        )


@prepared
def _due(most: int | None, *, people: Collection[int], until: date) -> QuerySet:
    astray = Q(owner__archived_at__isnull=False) | Q(plan__released_at=None)
    return (
        Concern.objects.due_by(until)
        .filter(Q(owner__in=people) | Q(plan__steward__in=people) & astray)
        .order_by("promised_on", "pk")
        .values_list(
            "uuid",
            "words",
            "seriousness",
            "promised_on",
            "owner",
            "owner__name",
            "owner__archived_at",
            "plan",
            "plan__uuid",
            "plan__released_at",
            "plan__steward",
            "plan__account__name",
            "plan__account",
            "plan__account__team",
        )[:most]
    )
