"""What a schedule is made of: steps with their dates, and what moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from accounts.rules.text import Message


@dataclass(frozen=True, slots=True)
class Planned:
    """A step with its dates. `planned_on` is what full notice would have given."""

    key: str
    title: str  # a msgid
    stage: str
    kind: str
    owner_role: str
    base: str
    offset: int
    position: int
    planned_on: date
    due_on: date
    purpose: str = ""
    channel: str = ""
    window: int = 0
    every: int = 0  # business days to the next one, of a series that goes on without end


@dataclass(frozen=True, slots=True)
class Compressed:
    """A step that lost time: how many business days later than with full notice."""

    key: str
    title: str
    lost: int


@dataclass(frozen=True, slots=True)
class Schedule:
    steps: tuple[Planned, ...]
    compressed: tuple[Compressed, ...]


@dataclass(frozen=True, slots=True)
class Hung:
    """A step as it stands in a running plan: what moving needs to know of it."""

    key: str
    title: str
    base: str  # "": it was added by hand and hangs on nothing
    offset: int
    planned_on: date
    due_on: date
    done: bool = False
    pinned: bool = False

    @property
    def fixed(self) -> bool:
        return self.done or self.pinned


@dataclass(frozen=True, slots=True)
class Move:
    """A step that moves, or that stays (`before` equals `after`) although its base moves; and why."""

    key: str
    title: str
    before: date
    after: date
    why: Message


@dataclass(frozen=True, slots=True)
class Replan:
    """What a move brings about."""

    moves: tuple[Move, ...]
    stay: tuple[Move, ...]  # done and pinned steps that would have moved
    planned: Mapping[str, date] = field(default_factory=dict)  # of every step, what full notice gives now
