"""What the pages of promises say: promised against delivered on one plan, and how much one week holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from accounts.rules.text import Message
from transitions.rules.sponsors import OWED, STATES


@dataclass(frozen=True, slots=True)
class Promise:
    """One promised touch, as it stands."""

    step: UUID
    version: int  # of the step: hand it back with every change
    key: str
    title: Message
    number: int  # which repetition; 0 when it comes once
    role: str
    owner: str  # "": nobody yet
    owner_left: bool
    due_on: date
    pinned: bool
    state: str  # one of rules.sponsors.STATES
    channel: str  # promised; "": however it suits
    contact: str
    in_writing: bool
    series: str  # of a series without end: its key
    inherited_from: str  # who promised it and has left; "" once it is decided who keeps it
    kept_on: date | None = None
    kept_channel: str = ""
    kept_by: str = ""
    evidence: str = ""  # what was said, or why it was let go
    let_go_by: str = ""
    let_go_at: datetime | None = None

    @property
    def owed(self) -> bool:
        return self.state in OWED

    @property
    def homeless(self) -> bool:
        """Whether somebody has to say who keeps it."""
        return self.owed and (self.owner_left or bool(self.inherited_from))

    @property
    def late_by(self) -> int:
        """Calendar days by which it was kept later than promised."""
        return max(0, (self.kept_on - self.due_on).days) if self.kept_on else 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Promised against delivered, of one role or one channel ("" for any)."""

    key: str
    counts: Mapping[str, int]  # state to promises; only states that occur

    @property
    def promised(self) -> int:
        return sum(self.counts.values())

    @property
    def kept(self) -> int:
        return self.counts.get("kept", 0)

    @property
    def owed(self) -> int:
        return sum(self.counts.get(state, 0) for state in OWED)


@dataclass(frozen=True, slots=True)
class Series:
    """Promises that go on until a leader decides that the client has warmed up."""

    key: str
    title: Message
    ended_by: str = ""
    ended_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PromisesPage:
    today: date
    promises: tuple[Promise, ...]
    by_role: tuple[Tally, ...]
    by_channel: tuple[Tally, ...]
    series: tuple[Series, ...] = ()

    @property
    def homeless(self) -> tuple[Promise, ...]:
        return tuple(promise for promise in self.promises if promise.homeless)

    def count(self, *states: str) -> int:
        return sum(promise.state in states for promise in self.promises)


def build(
    *, today: date, promises: Sequence[Promise], series: Iterable[Series], roles: Sequence[str]
) -> PromisesPage:
    """The page of one plan; `roles` gives the order in which roles are counted."""
    order = {role: place for place, role in enumerate(roles)}
    return PromisesPage(
        today=today,
        promises=tuple(promises),
        by_role=tuple(
            sorted(
                _tallies(promises, lambda one: one.role), key=lambda tally: order.get(tally.key, len(order))
            )
        ),
        by_channel=tuple(
            sorted(_tallies(promises, lambda one: one.channel), key=lambda tally: -tally.promised)
        ),
        series=tuple(series),
    )


def _tallies(promises: Iterable[Promise], of: Callable[[Promise], str]) -> list[Tally]:
    counts: dict[str, dict[str, int]] = {}
    for promise in promises:
        row = counts.setdefault(of(promise), {})
        row[promise.state] = row.get(promise.state, 0) + 1
    return [
        Tally(key, {state: row[state] for state in STATES if state in row})
        for key, row in sorted(counts.items())
    ]


@dataclass(frozen=True, slots=True)
class NextPromise:
    """Who promised what next on one account."""

    step: UUID
    plan: UUID
    title: Message
    number: int
    owner: str
    due_on: date
    state: str
    channel: str


# --- Load -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Load:
    """What one person promised, week by week; `weeks` runs beside `LoadPage.mondays`."""

    person: UUID
    name: str
    title: str
    limit: int
    weeks: tuple[int, ...]
    missed: int = 0

    @property
    def over(self) -> int:
        """How many of these weeks hold more than fits."""
        return sum(week > self.limit for week in self.weeks)


@dataclass(frozen=True, slots=True)
class LoadPage:
    mondays: tuple[date, ...]
    people: tuple[Load, ...]

    @property
    def full(self) -> tuple[tuple[Load, tuple[tuple[date, int], ...]], ...]:
        """Everybody with the weeks in which nothing more fits: their Mondays, and how much is promised."""
        weeks = ((load, zip(self.mondays, load.weeks, strict=True)) for load in self.people)
        return tuple(
            (load, tuple((monday, count) for monday, count in each if count >= load.limit))
            for load, each in weeks
        )


@dataclass(frozen=True, slots=True)
class Proposal:
    """A touch that would lie better in another week."""

    step: UUID
    version: int
    title: Message
    number: int
    account: str
    before: date
    after: date


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """One person's promises ahead, and what would level them."""

    load: Load
    mondays: tuple[date, ...]
    proposals: tuple[Proposal, ...] = ()
    promises: tuple["Dated", ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Dated:
    """A promise in the list of one person."""

    step: UUID
    plan: UUID
    title: Message
    number: int
    account: str
    due_on: date
    state: str
    channel: str
    window: int
    pinned: bool
