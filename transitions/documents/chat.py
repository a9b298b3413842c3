"""What a team's chat is told in the morning: in which of its plans something is due."""

from dataclasses import dataclass
from datetime import date

from accounts.rules.text import Message

MOST_PLANS = 25


@dataclass(frozen=True, slots=True)
class PlanDue:
    """One plan of the team: how many of its steps are late and due today, and since when the oldest is."""

    account: str
    stage: Message
    late: int
    today: int
    oldest_on: date
    url: str  # absolute


@dataclass(frozen=True, slots=True)
class TeamDigest:
    """For the local date `on`, in the company's language. `plans` is never empty; the worst come first."""

    on: date
    team: str
    language: str
    plans: tuple[PlanDue, ...]
    late: int  # steps in all of its plans, so for today
    today: int
    url: str  # absolute: where all plans stand
    more: int = 0  # plans that were left out
