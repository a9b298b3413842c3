"""Which weekly digests are due at an instant: one for a leader and a week, never two close together.

A week is named by its chosen day: the last local date with the reader's weekday. Where that day is quiet, or
the clock stood still, the digest comes on the next day that is not, at most LATEST days later; after that the
week is skipped. What was missed is not made up for: the next one lists all that is still open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from transitions.rules.digests import instant, zone_of

KIND = "weekly"  # of deliveries
CHAT_KIND = "chat_weekly"
LATEST = 3  # days after the chosen one
# Between two, though one came late and the weekday changed: as days between the chosen ones, and in time.
APART = timedelta(days=5)
LASTS = timedelta(days=3)  # then it is old news
AHEAD = timedelta(days=14)  # cutovers that it tells of
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Reader:
    """One leader as the planner sees them; `last_*` tell of the newest weekly digest planned for them.

    `last_on` is the chosen day of its week; `last_at` when it was written, None where it reached nobody.
    """

    person: int
    zone: str
    hour: int
    weekday: int = 0  # Monday is 0
    wants: bool = True
    last_on: date | None = None
    last_at: datetime | None = None
    quiet: frozenset[int] = frozenset()  # weekdays without a digest
    free: frozenset[date] = frozenset()  # days without one


@dataclass(frozen=True, slots=True)
class WeeklyDue:
    """One digest to write now: of the week named `week`, dated `on`, the reader's own today."""

    person: int
    week: date
    on: date
    expires_at: datetime


def weekly_key(person: int, week: date) -> str:
    """Return the unique key of the digest of one person for one week."""
    return f"{KIND}:{person}:{week.isoformat()}"


def week_in(key: str) -> date:
    """Return the week that a key names, or that of a chat, which begins with it."""
    return date.fromisoformat(key.split(":")[2])


def due(readers: Iterable[Reader], *, now: datetime) -> list[WeeklyDue]:
    """Return the digests that `readers` should get at `now`, if there is anything to tell."""
    found = []
    for reader in readers:
        on = now.astimezone(zone_of(reader.zone)).date()
        week = week_of(on, reader.weekday)
        if reader.wants and _is_time(reader, week, on, now):
            found.append(WeeklyDue(reader.person, week, on, now + LASTS))
    return found


def week_of(on: date, weekday: int) -> date:
    """Return the last date with that weekday, `on` itself included."""
    return on - timedelta(days=(on.weekday() - weekday) % 7)


def _is_time(reader: Reader, week: date, on: date, now: datetime) -> bool:
    if (on - week).days > LATEST or on.weekday() in reader.quiet or on in reader.free:
        return False
    # The same week, one before it that comes again across the date line, or another day of the same week.
    if reader.last_on is not None and week < reader.last_on + APART:
        return False
    if reader.last_at is not None and now < reader.last_at + APART:
        return False
    opens_at = instant(on, reader.hour, reader.zone)
    return opens_at is not None and opens_at <= now
