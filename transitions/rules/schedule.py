"""Dates of steps: hung on anchors, squeezed visibly when notice is short, moved when their base moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.rules.calendar import Calendar
from accounts.rules.text import Message
from transitions.rules.playbooks import Playbook


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
    base: str
    offset: int
    planned_on: date
    due_on: date
    done: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A step that moves, or that stays although its base moves; why, as a sentence."""

    key: str
    title: str
    before: date
    after: date
    why: Message


def default_anchors(
    playbook: Playbook, anchors: Mapping[str, date], calendar: Calendar, today: date
) -> dict[str, date]:
    """`anchors` completed by the playbook's usual distances, squeezed where they would lie in the past."""
    raise NotImplementedError


def plan(
    playbook: Playbook, anchors: Mapping[str, date], calendar: Calendar, today: date, tier: str
) -> Schedule:
    """Give every step of `playbook` for `tier` its date."""
    raise NotImplementedError


def moves(
    playbook: Playbook,
    steps: Sequence[Hung],
    anchors: Mapping[str, date],
    calendar: Calendar,
    today: date,
    *,
    key: str,
    to: date,
) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
    """What moves when the anchor or step `key` goes to the day `to`, and what stays although it hung there."""
    raise NotImplementedError
