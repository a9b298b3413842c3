"""Reading what a client values in the rep who hands over, and the extras of a plan."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from accounts.models.prepared import prepared
from accounts.rules.text import Message
from transitions.documents.day import DueItem
from transitions.models import Extra, HandoverPlan, PlanReader, Praise


def praise_of(plan: HandoverPlan) -> list[Praise]:
    """The newest first. One query."""
    return list(plan.praise.live().select_related("said_by").order_by("-said_on", "-pk"))


@dataclass(frozen=True, slots=True)
class Extras:
    rows: list[Extra]

    @property
    def budget(self) -> Decimal:
        return sum((row.budget for row in self.rows), Decimal(0))

    @property
    def spent(self) -> Decimal:
        return sum((row.spent or Decimal(0) for row in self.rows), Decimal(0))

    @property
    def is_over(self) -> bool:
        """Whether what was done cost more than was meant for it."""
        done = [row for row in self.rows if row.spent is not None]
        return sum((row.spent or Decimal(0) for row in done), Decimal(0)) > sum(
            (row.budget for row in done), Decimal(0)
        )


def extras_of(plan: HandoverPlan) -> Extras:
    """By the day for which each is planned. One query."""
    return Extras(list(plan.extras.live().select_related("owner").order_by("planned_on", "pk")))


def due(person_ids: Collection[int], until: date, most: int | None = None) -> Iterator[DueItem]:
    """Extras that these persons see to, planned for `until` or before, and those that reach nobody else.

    As with steps: what its owner must not know, or can no longer do, goes to the plan's steward. One query,
    and one more where a plan is confidential.
    """
    rows = _due(most, people=list(person_ids), until=until)
    secret = {row[5] for row in rows if row[7] is None}
    readers = set()
    if secret:
        readers = set(PlanReader.objects.filter(plan__in=secret).values_list("plan", "person"))
    asked = set(person_ids)
    for what, on, owner, name, left, pk, plan, released, steward, account, client, team in rows:
        reaches = left is None and (released is not None or (pk, owner) in readers)
        if (owner if reaches else steward) not in asked:
            continue
        yield DueItem(
            person_id=owner if reaches else steward,
            kind="extra",
            title=Message(what),
            account=account,
            due_on=on,
            url_name="plan-care",
            uuid=plan,
            plan=plan,
            owner="" if reaches else name,
            account_id=client,
            team_id=team or 0,
            plan_id=pk,
            secret=released is None,
        )


@prepared
def _due(most: int | None, *, people: Collection[int], until: date) -> QuerySet:
    astray = Q(owner__archived_at__isnull=False) | Q(plan__released_at=None)
    return (
        Extra.objects.due_by(until)
        .filter(Q(owner__in=people) | Q(plan__steward__in=people) & astray)
        .order_by("planned_on", "pk")
        .values_list(
            "what",
            "planned_on",
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
