"""What is due from whom: one person's day, and the items that digests are made of."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from accounts.rules.text import Message

ASKING = frozenset({"acknowledgement", "takeover", "concern"})


class DueItem(NamedTuple):
    """Something dated that one person owes, wherever it is kept. A tuple: digests make 100,000 of them."""

    person_id: int
    # step, unowned (reaches a plan's author), acknowledgement, takeover, commitment, request, concern, extra;
    # and of others: missed (a promise to the client), risen (anything else that is overdue)
    kind: str
    title: Message
    account: str
    due_on: date
    url_name: str  # reverse(url_name, args=[uuid])
    uuid: UUID
    number: int = 0  # which repetition of a repeated step; 0 when it comes once
    plan: UUID | None = None
    step: UUID | None = None
    version: int = 0  # of the step, so that it can be completed from the list
    owner: str = ""  # named where somebody else owes it
    escalated: bool = False  # of a concern: serious
    promise: bool = False  # a check-in: it is done by noting how it was kept
    decision: bool = False  # a step that decides something
    plain: bool = False  # a step that its owner finishes by a plain click
    missed_on: date | None = None  # from then on it is called missed; whoever else owes it, a leader is told
    risen_on: date | None = None  # since when this leader, who is the `level`th above it, is told
    level: int = 0
    told: str = ""  # the first leader above whom it comes up to, and from which day: see `Due.told`
    told_on: date | None = None
    for_name: str = ""  # the one on leave for whom the person stands in, and their first day back, if known
    back_on: date | None = None
    # Of what it is work, for who may see it and whom it comes up to; 0 where there is none.
    account_id: int = 0
    team_id: int = 0  # the account's
    plan_id: int = 0
    secret: bool = False  # the plan is still confidential
    free: tuple[str, str] | None = None  # the client's country and free days; None where it never comes up

    def missed(self, today: date) -> bool:
        return self.missed_on is not None and self.missed_on <= today

    @property
    def asks(self) -> bool:
        """Whether others wait for this person's word: they cannot go on without it."""
        return self.decision or self.kind in ASKING

    def told_by(self, today: date) -> bool:
        """Whether this is said at all by `today`: what others owe comes up some days after it was due."""
        return self.risen_on is None or self.risen_on <= today

    def has_come_up(self, today: date) -> bool:
        """Whether a leader is told of it by `today`."""
        return bool(self.told) and self.told_on is not None and self.told_on <= today

    def state(self, today: date) -> str:
        """late, today or ahead."""
        return "late" if self.due_on < today else "today" if self.due_on == today else "ahead"


@dataclass(frozen=True, slots=True)
class MyPlan:
    """A plan in which the person holds a role."""

    uuid: UUID
    account: str
    mode: str
    stage: str
    stage_title: Message
    roles: tuple[str, ...]  # outgoing, incoming, second_choice, interim, sponsor, support, author
    cutover_on: date | None
    next_due_on: date | None
    late: bool
    risk: int
    confidential: bool


@dataclass(frozen=True, slots=True)
class Day:
    """My day: what is late, due today and due this week; what came up to me; what others owe; my plans."""

    today: date
    week_ends_on: date  # the last day that "this week" covers
    late: tuple[DueItem, ...] = ()
    due_today: tuple[DueItem, ...] = ()
    this_week: tuple[DueItem, ...] = ()
    risen: tuple[DueItem, ...] = ()  # overdue work of others
    waiting: tuple[DueItem, ...] = ()
    plans: tuple[MyPlan, ...] = ()
    more_late: int = 0  # late items beyond those shown; so for today and this week
    more_today: int = 0
    more_this_week: int = 0
    more_risen: int = 0
    away: bool = False  # the person is on leave, until the day before `back_on`, if that is known
    back_on: date | None = None
    stand_in: str = ""  # who gets what is due from them; "" where nobody does
    revenue: Decimal = Decimal(0)  # yearly value of the accounts in my plans

    @property
    def late_count(self) -> int:
        return len(self.late) + self.more_late

    @property
    def today_count(self) -> int:
        return len(self.due_today) + self.more_today

    @property
    def week_count(self) -> int:
        return len(self.this_week) + self.more_this_week

    @property
    def risen_count(self) -> int:
        return len(self.risen) + self.more_risen

    @property
    def empty(self) -> bool:
        due = self.late or self.due_today or self.this_week or self.risen
        return not (due or self.waiting or self.plans)
