"""What the pages of departures say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounts.rules.text import Message


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that somebody holds or promised. `words` says what; `url` is "" where it has no page."""

    words: Message
    account: str = ""
    due_on: date | None = None
    url_name: str = ""
    uuid: UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Everything of one kind. `unseen` are those on accounts that the reader does not see."""

    key: str
    title: Message
    items: tuple[Holding, ...] = ()
    unseen: int = 0

    @property
    def count(self) -> int:
        return len(self.items) + self.unseen


@dataclass(frozen=True, slots=True)
class Load:
    """A rep before and after a proposal. Points of workload; money and strategic clients are what comes."""

    person_id: int
    name: str
    before: float
    planned: float
    added: float
    capacity: float
    uuid: UUID | None = None
    accounts: int = 0
    revenue: Decimal = Decimal(0)
    strategic: int = 0

    @property
    def after(self) -> float:
        return self.before + self.planned + self.added

    @property
    def share(self) -> int:
        """How full the rep is afterwards, in percent; at most 100, for a meter."""
        return min(100, round(100 * self.after / self.capacity)) if self.capacity else 100

    @property
    def full(self) -> bool:
        return self.after > self.capacity + 1e-9


@dataclass(frozen=True, slots=True)
class Placement:
    """One account and who takes it over; `fit` and `second_fit` are percent."""

    account_id: int
    uuid: UUID
    account: str
    tier: str
    value: Decimal | None
    person_id: int | None
    person: str
    fit: int
    second: str
    second_fit: int
    pinned: bool = False
    taken: Message | None = None  # why no plan is opened: one is open already
    why: tuple[Message, ...] = ()
    why_not: Message | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A scenario as a column beside others."""

    uuid: UUID
    name: str
    state: str
    fresh: bool
    fit: int = 0
    worst: int = 0
    moves: int = 0
    placed: int = 0
    accounts: int = 0
    gap: float = 0.0
    fullest: int = 0
    revenue: tuple[tuple[str, Decimal], ...] = ()
    strategic: tuple[tuple[str, int], ...] = ()

    @property
    def gap_percent(self) -> float:
        """How far at most from the best possible."""
        return round(100 * self.gap, 2)


@dataclass(frozen=True, slots=True)
class CoverLine:
    """One account of somebody who might leave, and who would take it over."""

    account: str
    uuid: UUID
    tier: str
    value: Decimal | None
    single: bool
    undocumented: int
    suggested: str
    fit: int


@dataclass(frozen=True, slots=True)
class CoverPage:
    lines: tuple[CoverLine, ...] = ()
    reasons: tuple[Message, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
