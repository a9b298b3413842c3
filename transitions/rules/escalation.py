"""Work that nobody does reaches somebody: what is overdue comes up to one leader after another."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from accounts.rules.calendar import Calendar

LEADER_AFTER = 3  # business days until a promise to the client that was not kept comes up to the first leader


@dataclass(frozen=True, slots=True)
class Rise:
    """A leader who is told of overdue work, from `on`; the first above it has level 1."""

    leader: int
    level: int
    on: date


def days_to(level: int, after: int, *, promise: bool = False) -> int | None:
    """After how many business days overdue work has come up to the leader of this level; None for never.

    Each level takes as long as the one before, `after` days, and with 0 nothing comes up. A promise to the
    client is faster and always comes up to the first leader: it was given in their name.
    """
    if promise and level == 1:
        return min(LEADER_AFTER, after) if after else LEADER_AFTER
    return level * after if after else None


def rises_on(
    due_on: date, *, after: int, calendar: Calendar, level: int = 1, promise: bool = False
) -> date | None:
    """The day from which the leader of this level is told, by the business days of the client."""
    days = days_to(level, after, promise=promise)
    return None if days is None else calendar.add(due_on, days)


def above(leaders: Iterable[int], without: Collection[int]) -> tuple[int, ...]:
    """Those of `leaders`, the nearest first, who are told: each once, nobody `without`, whose work it is."""
    return tuple(dict.fromkeys(leader for leader in leaders if leader not in without))


def rises(
    due_on: date,
    leaders: Iterable[int],
    *,
    after: int,
    calendar: Calendar,
    until: date,
    promise: bool = False,
) -> Iterator[Rise]:
    """Whom overdue work has come up to by `until`: one of `leaders`, the nearest first, after another."""
    for level, leader in enumerate(leaders, 1):
        on = rises_on(due_on, after=after, calendar=calendar, level=level, promise=promise)
        if on is None or on > until:
            return
        yield Rise(leader, level, on)
