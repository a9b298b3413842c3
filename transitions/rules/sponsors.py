"""Promises to the client: how each stands, who keeps it, what a week holds."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from accounts.rules.calendar import Calendar
from accounts.rules.text import gettext_noop as _
from transitions.rules.plans import owner_for

# In the order in which a page counts them.
STATES = {
    "missed": _("Missed"),
    "due": _("Due today"),
    "ahead": _("Ahead"),
    "kept": _("Kept"),
    "kept_in_part": _("Kept in part"),
    "let_go": _("Let go"),
    "dropped": _("No longer in the plan"),
}
OWED = frozenset({"missed", "due", "ahead"})

# Business days at the client's after a promise's day: from then on the digest of whoever owes it calls it
# missed. When it comes up to their leader: rules.escalation.
MISSED_AFTER = 1

AHEAD = timedelta(days=28)  # how far a series without end has its rows written
USUAL_LIMIT = 3  # promised touches of one person in a week


def state_of(
    due_on: date,
    today: date,
    *,
    done: bool = False,
    let_go: bool = False,
    dropped: bool = False,
    promised: str = "",
    channel: str = "",
) -> str:
    """One of STATES. Kept by another channel than was promised is kept in part; "" promises no channel."""
    if let_go:
        return "let_go"
    if done:
        return "kept_in_part" if promised and channel and channel != promised else "kept"
    if dropped:
        return "dropped"
    return "missed" if due_on < today else "due" if due_on == today else "ahead"


def missed_on(due_on: date, calendar: Calendar) -> date:
    """The day from which a promise that was not kept is called missed."""
    return calendar.add(due_on, MISSED_AFTER)


def keeper_for(role: str, holders: Mapping[str, Sequence[int]]) -> int | None:
    """Who keeps a promise that somebody in `role` left behind: their role's others, the lead, the author."""
    return owner_for(role, holders) or owner_for("lead", holders)


@dataclass(frozen=True, slots=True)
class Next:
    """One more of a series without end."""

    number: int
    offset: int
    on: date


def coming(
    last: date, *, number: int, offset: int, every: int, calendar: Calendar, today: date
) -> Iterator[Next]:
    """What a series whose last row is the `number`th, on `last`, still needs to reach AHEAD.

    Days that have passed unwritten stay so: nobody was promised a touch of yesterday.
    """
    on = last
    while True:
        on, offset = calendar.add(on, every), offset + every
        if on > today + AHEAD:
            return
        if on >= today:
            number += 1
            yield Next(number, offset, on)


# --- Load -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Touch:
    """A promised touch of one person, as levelling sees it. `fixed`: done, or put there by hand."""

    key: str
    on: date
    window: int = 0  # business days at this client's by which it may be shifted
    calendar: Calendar = field(default_factory=Calendar)
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """A touch that would lie better on another day."""

    key: str
    before: date
    after: date


def week_of(day: date) -> date:
    """The Monday of the week in which `day` lies."""
    return day - timedelta(days=day.weekday())


def load(touches: Iterable[Touch]) -> Counter[date]:
    """How many touches each week holds, by its Monday."""
    return Counter(week_of(touch.on) for touch in touches)


def level(touches: Sequence[Touch], limit: int, today: date) -> tuple[Shift, ...]:
    """Shifts that bring every week as near to `limit` as the windows allow, the earliest week first.

    Each touch moves at most once, to a business day of its client within its window, never into the past
    and never into a week that is full: so no week that was within the limit leaves it.
    """
    held = load(touches)
    free = [touch for touch in touches if touch.window and not touch.fixed and touch.on >= today]
    shifts: dict[str, Shift] = {}
    for week in sorted(held):
        while held[week] > limit:
            possible = [
                (abs((day - touch.on).days), day, touch.key, touch)
                for touch in free
                if week_of(touch.on) == week and touch.key not in shifts
                for day in _days_of(touch, today)
                if held[week_of(day)] < limit
            ]
            if not possible:
                break
            _distance, day, key, touch = min(possible, key=lambda one: one[:3])
            shifts[key] = Shift(key, touch.on, day)
            held[week] -= 1
            held[week_of(day)] += 1
    return tuple(sorted(shifts.values(), key=lambda shift: (shift.before, shift.key)))


def _days_of(touch: Touch, today: date) -> Iterator[date]:
    """The days in other weeks to which a touch may go."""
    for days in range(1, touch.window + 1):
        for day in (touch.calendar.add(touch.on, -days), touch.calendar.add(touch.on, days)):
            if day >= today and week_of(day) != week_of(touch.on):
                yield day


def fits(before: date, after: date, *, window: int, calendar: Calendar, today: date) -> bool:
    """Whether a touch may be shifted so: a business day ahead, within its window; or stay where it is."""
    if after == before:
        return True
    return (
        after >= today and calendar.is_business_day(after) and abs(calendar.between(before, after)) <= window
    )
