"""Reading what a client values in the rep who hands over, and the extras of a plan."""

from dataclasses import dataclass
from decimal import Decimal

from transitions.models import Extra, HandoverPlan, Praise


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
