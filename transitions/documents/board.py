"""What the page Transitions says to a leader: every plan by stage, what is late, what needs a decision."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounts.rules.text import Message


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader narrowed the board to. "" means all."""

    team: str = ""  # uuid-less: the team's id as text; its subtree counts
    mode: str = ""
    tier: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StageCount:
    mode: str
    stage: str
    title: Message
    plans: int
    late: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class TeamCount:
    team_id: int | None
    team: str  # "" for accounts without a team
    plans: int
    late: int
    revenue: Decimal
    risk: int  # mean over the team's plans
    promises_kept: int = 0
    promises_missed: int = 0

    @property
    def promises(self) -> int:
        """Promises that have come to their day: kept or missed."""
        return self.promises_kept + self.promises_missed


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in a list of the board, with why it stands there."""

    uuid: UUID
    account: str
    team: str
    mode: str
    stage_title: Message
    cutover_on: date | None
    risk: int
    revenue: Decimal | None
    why: Message
    undecided: tuple[Message, ...] = ()  # the guards that wait for a leader


@dataclass(frozen=True, slots=True)
class Board:
    today: date
    plans: int
    late: int
    revenue: Decimal  # yearly value of all accounts with an open plan
    at_risk: int  # plans with a risk of 60 or more
    stages: tuple[StageCount, ...] = ()
    teams: tuple[TeamCount, ...] = ()
    late_steps: int = 0
    unprotected: Decimal = Decimal(0)  # of `revenue`: no incoming rep, or no second choice, is named
    cutovers_soon: int = 0  # plans whose cutover lies within the next 30 days
    cutovers: tuple[PlanLine, ...] = ()  # of this week and the next few, by day
    decisions: tuple[PlanLine, ...] = ()
    late_plans: tuple[PlanLine, ...] = ()
    missed: tuple[PlanLine, ...] = ()  # plans with promises that were not kept, carried out ones as well
    promises_missed: int = 0  # in the open plans

    @property
    def empty(self) -> bool:
        return self.plans == 0 and not self.missed
