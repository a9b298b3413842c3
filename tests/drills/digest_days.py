"""B10: exactly one digest per person and local date that is not quiet, in every zone, at every hour, through
every jump of clocks.

python -m tests.drills.digest_days                    100,000 cases over 2026-2028, and Apia's missing day
python -m tests.drills.digest_days --control          a planner that forgets what it wrote: it must fail

A case is a few days of one person, some of which may be quiet, by weekday or by date: the planner is run just
before, at and after the first moments of each hour that matters, and now and then between. What it wrote is
judged by the wall clock alone, never by the planner's own arithmetic.
"""

import argparse
import random
import sys
from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from transitions.rules.digests import APART, Reader, due, zone_of

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
BEGIN, DAYS = datetime(2026, 1, 1, tzinfo=UTC), 3 * 365 + 1
APIA = datetime(2011, 12, 28, tzinfo=UTC)
LENGTH = 5  # days of one case
QUARTER, SECOND = timedelta(minutes=15), timedelta(seconds=1)
LONG_AGO = {1: date(2000, 1, 1)}

Written = list[tuple[date, datetime, str, int]]  # date, moment, zone and hour at the time


@dataclass(frozen=True, slots=True)
class Quiet:
    """Which days are quiet for one person."""

    weekdays: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()

    def holds(self, day: date) -> bool:
        return day.weekday() in self.weekdays or day in self.dates


def some_quiet(start: datetime, chance: random.Random) -> Quiet:
    """For two persons in three a weekend of theirs, some dates of these days, or both."""
    weekdays, days = [(), (5, 6), (4, 5), tuple(range(6))], range(-1, LENGTH + 1)
    if chance.random() < 1 / 3:
        return Quiet()
    dates = {start.date() + timedelta(days=n) for n in days if chance.random() < 0.3}
    return Quiet(frozenset(chance.choice(weekdays)), frozenset(dates))


@cache
def jumps(zone: str) -> tuple[datetime, ...]:
    """The days, in UTC, in which the offset of the zone changes."""
    tz, days = ZoneInfo(zone), [BEGIN + timedelta(days=n) for n in range(DAYS)]
    offsets = [day.astimezone(tz).utcoffset() for day in days]
    return tuple(day for day, one, two in zip(days, offsets, offsets[1:], strict=False) if one != two)


def cases(count: int, chance: random.Random) -> Iterator[tuple[datetime, list[tuple[str, int]]]]:
    """A start and the zone and hour of each day: each zone at each hour in turn, every fifth on a journey."""
    yield from ((APIA, [("Pacific/Apia", hour)] * LENGTH) for hour in range(24))
    settled = [(zone, hour) for zone in ZONES for hour in range(24)]
    chance.shuffle(settled)
    for number in range(count - 24):
        zone, hour = settled[number % len(settled)]
        near = jumps(zone)
        if near and chance.random() < 0.7:
            start = chance.choice(near) - timedelta(days=chance.randint(1, 3))
        else:
            start = BEGIN + timedelta(days=chance.randrange(DAYS))
        life = [(zone, hour)] * LENGTH
        if number % 5 == 4:
            life = [(chance.choice(ZONES), chance.randrange(24)) for _ in range(LENGTH)]
        yield start, life


def moments(start: datetime, life: list[tuple[str, int]], chance: random.Random) -> Iterator[datetime]:
    """When the planner is run: where its answer may change, and at a few times in between."""
    for number, (zone, hour) in enumerate(life):
        midnight = start + timedelta(days=number)
        ticks = {midnight + timedelta(minutes=chance.randrange(1440)) for _ in range(3)}
        tz = zone_of(zone)
        for shift in (0, 1):  # the two local dates that a day of UTC touches
            day = midnight.astimezone(tz) + timedelta(days=shift)
            for fold in (0, 1):
                wall = day.replace(hour=hour, minute=0, second=0, microsecond=0, fold=fold)
                opens = wall.astimezone(UTC)
                ticks |= {opens - SECOND, opens, opens + QUARTER, opens + 5 * QUARTER}
        yield from sorted(tick for tick in ticks if midnight <= tick < midnight + timedelta(days=1))


def live(
    start: datetime,
    life: list[tuple[str, int]],
    quiet: Quiet,
    chance: random.Random,
    *,
    forgets: bool = False,
    deaf: bool = False,
) -> Written:
    known = Quiet() if deaf else quiet
    written: Written = []
    last_on: date | None = None
    last_at: datetime | None = None
    planned = list(moments(start, life, chance))
    ends = start + timedelta(days=len(life))
    while planned:
        now = planned.pop(0)
        zone, hour = life[(now - start).days]
        last = (None, None) if forgets else (last_on, last_at)
        reader = Reader(1, zone, hour, True, *last, known.weekdays, known.dates)
        for one in due([reader], first_due=LONG_AGO, now=now):
            written.append((one.on, now, zone, hour))
            last_on, last_at = one.on, now
            if now + APART < ends:  # the earliest that the next may be
                insort(planned, now + APART)
    return written


def wrong(start: datetime, life: list[tuple[str, int]], quiet: Quiet, written: Written) -> str:
    """What is wrong with what was written; "" where nothing is."""
    days = [on for on, *_ in written]
    if days != sorted(set(days)):
        return "two for one date"
    if any(quiet.holds(on) for on in days):
        return "on a quiet day"
    for (_, one, *_), (_, two, *_) in zip(written, written[1:], strict=False):
        if two - one < APART:
            return "too near to each other"
    for on, moment, zone, hour in written:
        local = moment.astimezone(zone_of(zone))
        if local.date() != on or (local.hour < hour and shows(hour, moment, zone)):
            return "not in its day, or before its hour"
    if len(set(life)) == 1:
        wanted = {day for day in whole_days(start, life[0][0]) if not quiet.holds(day)}
        if missing := wanted - set(days):
            return f"none for {min(missing)}"
    return ""


def shows(hour: int, moment: datetime, zone: str) -> bool:
    """Whether the clock comes to `hour` later on the same date: then it was too early."""
    tz = zone_of(zone)
    on = moment.astimezone(tz).date()
    while (local := moment.astimezone(tz)).date() == on:
        if local.hour >= hour:
            return True
        moment += QUARTER
    return False


def whole_days(start: datetime, zone: str) -> set[date]:
    """The local dates that the clock shows, without the first and the last, which the case cuts short."""
    tz, hours = zone_of(zone), LENGTH * 24
    shown = {(start + timedelta(hours=n)).astimezone(tz).date() for n in range(hours)}
    return shown - {min(shown), max(shown)}


def failures(count: int, seed: int, *, forgets: bool = False, deaf: bool = False) -> list[str]:
    """What goes wrong; with `forgets` and `deaf` for planners that are broken on purpose."""
    chance = random.Random(seed)
    found = []
    for start, life in cases(count, chance):
        quiet = some_quiet(start, chance)
        written = live(start, life, quiet, chance, forgets=forgets, deaf=deaf)
        if fault := wrong(start, life, quiet, written):
            found.append(f"{fault}: {life} from {start:%Y-%m-%d}, {quiet}")
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true")
    given = parser.parse_args(arguments)
    found = failures(given.cases, given.seed, forgets=given.control)
    for fault in found[:5]:
        print(fault)
    print(f"{given.cases} cases in {len(ZONES)} zones: {len(found)} wrong")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
