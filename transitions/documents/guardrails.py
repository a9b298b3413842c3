"""What the page of a plan's guard-rails says. Built by `transitions.selectors.plans.guards_page`."""

from dataclasses import dataclass
from datetime import datetime

from accounts.rules.text import Message


@dataclass(frozen=True, slots=True)
class GuardLine:
    """One guard: what raised it and what a leader said, or that it is not raised."""

    guard: str
    title: Message
    says: Message
    state: str  # calm, undecided, lapsed, approved, declined
    over: str = ""  # hand it back with a decision
    by: str = ""  # who decided last
    at: datetime | None = None
    verdict: str = ""  # of the last decision: approved, declined
    reason: str = ""
    changed: tuple[Message, ...] = ()  # what is no longer as it was decided on

    @property
    def raised(self) -> bool:
        return self.state != "calm"


@dataclass(frozen=True, slots=True)
class GuardsPage:
    lines: tuple[GuardLine, ...]
    asked: bool  # False: the account has its new owner, or the plan has ended; nothing is asked any more
    lost: tuple[tuple[Message, int], ...] = ()  # steps that lost business days to short notice

    @property
    def waits(self) -> int:
        return sum(line.state in ("undecided", "lapsed") for line in self.lines)
