"""The support team around a plan's account: who stays, who takes over from whom, and who has said so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Assignment, Person
from transitions.models import HandoverPlan, TakeOver
from transitions.rules import support as rules
from transitions.rules.support import Handed


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the support, and how far its change of hands is."""

    row: TakeOver
    standing: str  # one of rules.support.STANDINGS

    @property
    def keeper(self) -> Person:
        """Who does it once the account has changed hands."""
        keeper = self.row.to_person or self.row.from_person
        assert keeper is not None  # the database holds it
        return keeper


@dataclass(frozen=True, slots=True)
class Team:
    """The page of the support team."""

    parts: tuple[Part, ...]
    undecided: tuple[Assignment, ...]  # who supports the client, and of whom nothing is said yet

    @property
    def asked(self) -> int:
        return sum(part.row.to_person_id is not None for part in self.parts)

    @property
    def said(self) -> int:
        return sum(part.standing in ("said", "moved") for part in self.parts if part.row.to_person_id)


def part_of(row: TakeOver) -> Part:
    keeper = row.to_person or row.from_person
    left = keeper is not None and keeper.archived_at is not None
    taken, said = row.to_person_id is not None, row.said_at is not None
    return Part(row, rules.standing(Handed(taken, said, left, row.moved_at is not None)))


def team_of(plan: HandoverPlan) -> Team:
    """Everything that the page says. Two queries, however many there are."""
    rows = plan.takeovers.live().select_related("from_person", "to_person", "said_by", "step")
    parts = tuple(part_of(row) for row in rows.order_by("pk"))
    return Team(parts, _undecided(plan, parts))


def _undecided(plan: HandoverPlan, parts: Sequence[Part]) -> tuple[Assignment, ...]:
    """Who supports the account today without the plan saying whether they stay. One query."""
    told = {(part.row.from_person_id, part.row.capacity) for part in parts}
    told |= {(part.row.to_person_id, part.row.capacity) for part in parts}
    people = {person for person, _capacity in told}
    return tuple(
        row
        for row in support_of(plan)
        if (row.person_id, row.capacity) not in told and (row.capacity or row.person_id not in people)
    )


def support_of(plan: HandoverPlan) -> Sequence[Assignment]:
    """Who supports the account today, besides whoever holds that role on this plan alone. One query."""
    rows = Assignment.objects.live().shown().filter(account=plan.account_id, role="support")
    return list(rows.exclude(plan_role__plan=plan).select_related("person").order_by("from_on", "pk"))


def facts(plan: HandoverPlan, today: date) -> Mapping[str, Any]:
    """What the gate "support" asks: see `rules.gates.Facts`. Two queries."""
    team = team_of(plan)
    names: dict[str, list[str]] = {"asked": [], "departed": []}
    for part in team.parts:
        if part.standing in names:
            names[part.standing].append(part.keeper.name)
    return {
        "undecided": tuple(row.person.name for row in team.undecided),
        "unsaid": tuple(names["asked"]),
        "departed": tuple(names["departed"]),
    }
