"""A plan on one line of time: bars per stage, marks per step and anchor, the line of today."""

from dataclasses import dataclass
from datetime import date

from accounts.rules.text import Message


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month (or week, in short plans) on the scale."""

    on: date
    x: float  # percent of the width


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage, from its first to its last step."""

    key: str
    title: Message
    start: date
    end: date
    x: float  # percent
    width: float  # percent, at least a sliver
    row: int  # 0 is the top
    state: str  # done, now, ahead


@dataclass(frozen=True, slots=True)
class Mark:
    """A step."""

    key: str
    title: Message
    number: int  # which repetition; 0 when the step comes once
    on: date
    x: float
    row: int
    state: str  # done, late, today, ahead
    compressed: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """An anchor."""

    key: str
    title: Message
    on: date
    x: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the SVG needs; x and width in percent, rows counted from the top."""

    start: date
    end: date
    rows: int
    today: date
    today_x: float | None  # None: today lies outside
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    flags: tuple[Flag, ...] = ()
    ticks: tuple[Tick, ...] = ()
