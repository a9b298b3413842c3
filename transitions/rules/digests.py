"""Which daily digests are due at an instant: one for a person and a local date, never two, never replayed.

A day can be quiet: by its weekday, or by its date, for public holidays. Then no digest comes, and the next
one lists what is still open; whoever wishes so is told on such a day all the same, if anything is urgent.

Wall clock first, then UTC. A person's hour that the clocks skip becomes the first instant after the
gap, or the hour before where the gap swallows the rest of the day; an hour that comes twice means the
first; a local date that does not exist has no digest. What was missed is not made up for: today's digest
already lists all that is still open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

KIND = "digest"  # of deliveries
CHAT_KIND = "chat_digest"
APART = timedelta(hours=18)
_SECOND = timedelta(seconds=1)
# More than any zone ever jumped at once (a whole day, where the date line was moved).
_LARGEST_JUMP = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Reader:
    """One person as the planner sees them; `last_*` tell of the newest digest planned for them."""

    person: int
    zone: str
    hour: int
    wants: bool = True
    last_on: date | None = None
    last_at: datetime | None = None
    quiet: frozenset[int] = frozenset()  # weekdays without a digest; Monday is 0
    quiet_dates: frozenset[date] = frozenset()  # likewise: public holidays, free days
    urgent_anyway: bool = False  # on a quiet day, too, if anything urgent is due or late

    def quiet_on(self, day: date) -> bool:
        return day.weekday() in self.quiet or day in self.quiet_dates


@dataclass(frozen=True, slots=True)
class DigestDue:
    """One digest to write now, for the local date `on`.

    `ends_at`: when that date is over. `since`: when the one before was written, if it is remembered.
    `quiet`: it is wanted on that date only if anything urgent is due or late.
    """

    person: int
    on: date
    ends_at: datetime
    since: datetime | None = None
    quiet: bool = False


def date_in(key: str) -> date:
    """Return the local date of a digest from its key, that of a message to a chat too."""
    return date.fromisoformat(key.partition(":chat:")[0].rpartition(":")[2])


class Channels(NamedTuple):
    """By which ways one digest goes out; by neither where the person wants none."""

    mail: bool
    chats: bool


def channels(by_mail: bool, by_chat: bool, chats: bool, *, failing: bool = False) -> Channels:
    """Return how the digest of a person goes out.

    `chats`: whether any chat of theirs is switched on and not given up; `failing`: whether what was last
    tried at each of these failed. Whoever wants chats alone gets mail while none works, and beside those
    that fail, so that nothing is lost in silence.
    """
    told = by_chat and chats
    return Channels(mail=by_mail or (by_chat and (failing or not told)), chats=told)


def digest_key(person: int, on: date) -> str:
    """Return the unique key of the digest of one person for the local date `on`."""
    return f"{KIND}:{person}:{on.isoformat()}"


def urgency(kind: str, *, escalated: bool, missed: bool, late: bool) -> frozenset[str]:
    """Return which of accounts.rules.reminders.URGENT something due is, by its kind and state.

    A promise of others that was not kept is both: not kept, and come up to a leader.
    """
    serious, asked = kind == "concern" and escalated, kind == "request" and escalated
    said = {
        "serious": serious,
        "escalated": asked,
        "missed": missed or kind == "missed",
        "risen": kind in ("missed", "risen"),
        "late": late,
    }
    return frozenset(word for word, applies in said.items() if applies)


def due(readers: Iterable[Reader], *, first_due: Mapping[int, date], now: datetime) -> list[DigestDue]:
    """Return the digests that `readers` should get at `now`.

    `first_due` maps a person to the earliest due date among what is still open for them; whoever is
    absent, or has nothing due by their own today, gets no digest.
    """
    found = []
    for reader in readers:
        earliest = first_due.get(reader.person)
        if not reader.wants or earliest is None:
            continue
        today = now.astimezone(zone_of(reader.zone)).date()
        quiet = reader.quiet_on(today)
        if quiet and not reader.urgent_anyway:
            continue  # the next digest lists what is still open
        if earliest <= today and _is_time(reader, today, now):
            found.append(DigestDue(reader.person, today, end_of(today, reader.zone), reader.last_at, quiet))
    return found


def _is_time(reader: Reader, today: date, now: datetime) -> bool:
    # A date before the last one can come again when a person flies west or the clocks go back at midnight.
    if reader.last_on is not None and today <= reader.last_on:
        return False
    if reader.last_at is not None and now < reader.last_at + APART:
        return False
    opens_at = instant(today, reader.hour, reader.zone)
    return opens_at is not None and opens_at <= now


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone, or UTC for a name that nobody knows: one bad row must not silence the others."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, malformed, the name of a folder
        return ZoneInfo("UTC")


@lru_cache(maxsize=20_000)
def instant(day: date, hour: int, zone: str) -> datetime | None:
    """Return when it is first `hour`:00 on `day` in `zone`, in UTC; None where that day was skipped."""
    tz = zone_of(zone)
    for candidate in range(hour, -1, -1):
        found = _first_showing(datetime.combine(day, time(candidate)), tz)
        if _wall(found, tz).date() == day:
            return found
    return None


def end_of(day: date, zone: str) -> datetime:
    """Return the first instant in `zone` that belongs to a later date than `day`."""
    following = day + timedelta(days=1)
    while (found := instant(following, 0, zone)) is None:
        following += timedelta(days=1)
    return found


def _wall(moment: datetime, tz: ZoneInfo) -> datetime:
    return moment.astimezone(tz).replace(tzinfo=None)


def _first_showing(wanted: datetime, tz: ZoneInfo) -> datetime:
    """The first moment whose wall clock shows `wanted`, or the jump that skips it."""
    found = wanted.replace(tzinfo=tz).astimezone(UTC)  # fold=0: the first of two
    if _wall(found, tz) == wanted:
        return found
    early, late = found - _LARGEST_JUMP, found + _LARGEST_JUMP
    while late - early > _SECOND:
        middle = early + (late - early) / 2
        if _wall(middle, tz) < wanted:
            early = middle
        else:
            late = middle
    # The search ends within a second of the jump, which falls on a whole second.
    return late.replace(microsecond=0)
