"""What the fit of a rep is judged on: primitives, read once by selectors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

SENIORITIES = ("junior", "mid", "senior", "principal")
TIERS = ("strategic", "standard", "small")


@dataclass(frozen=True, slots=True)
class Period:
    """Today, and the days in which the client needs special care (both included)."""

    today: date
    from_on: date
    until_on: date

    @property
    def days(self) -> int:
        return max(1, (self.until_on - self.from_on).days + 1)


@dataclass(frozen=True, slots=True)
class RepFacts:
    """A rep as they are. `workload` and `planned` are workload points, `capacity` too.

    `planned` is what plans under way bring (or, negative, take away). `utc_offset` is in hours on the day of
    the change. `leave` is given as pairs of days, both included; an end that is not known is None.
    """

    key: int
    name: str
    seniority: str = "mid"
    industries: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    utc_offset: float | None = None
    working_styles: tuple[str, ...] = ()
    selling_styles: tuple[str, ...] = ()
    capacity: float = 40.0
    workload: float = 0.0
    planned: float = 0.0
    joined_on: date | None = None
    leave: tuple[tuple[date, date | None], ...] = ()
    strategic_new: int = 0  # strategic clients taken over lately or in plans under way

    @property
    def room(self) -> float:
        """Workload points that still fit; below zero when there is too much already."""
        return self.capacity - self.workload - self.planned


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """A client account as far as it matters who looks after it.

    `known_by` says for each rep how well they know contacts there: one strength (1 met, 2 knows, 3 trusted)
    for each contact known. `clashes` holds, by rep, what was noted and by whom ("client" or "rep").
    `involved` are reps who have a role on the account already. `outgoing` is the rep who hands over.
    """

    key: int
    name: str
    tier: str = "standard"
    industry: str = ""
    products: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    language_required: bool = False
    utc_offset: float | None = None
    working_styles: tuple[str, ...] = ()
    selling_styles: tuple[str, ...] = ()
    load: float = 3.0
    parent: int | None = None
    owner: int | None = None
    outgoing: RepFacts | None = None
    involved: frozenset[int] = frozenset()
    known_by: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    clashes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
