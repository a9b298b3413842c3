"""Business days and wall clocks. The only place that counts days; it reads nothing and knows no clock."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

ONE_DAY = timedelta(days=1)
SATURDAY_SUNDAY = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days count as business days.

    `weekend` holds weekday numbers, Monday 0 to Sunday 6; at least one weekday must be left.
    """

    weekend: frozenset[int] = SATURDAY_SUNDAY
    holidays: frozenset[date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if not set(range(7)) - self.weekend:
            raise ValueError("A calendar needs at least one business day in the week.")

    def is_business_day(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.holidays

    def roll(self, day: date, *, back: bool = False) -> date:
        """`day` itself if it is a business day, else the next one, or the last one with `back`."""
        one = -ONE_DAY if back else ONE_DAY
        while not self.is_business_day(day):
            day += one
        return day

    def add(self, day: date, n: int) -> date:
        """The day `n` business days after `day`, or before it when `n` is negative.

        A day that is no business day counts as the next one, or as the last one when counting
        backward: 0 from a holiday is the first business day after it.
        """
        back = n < 0
        day = self.roll(day, back=back)
        one = -ONE_DAY if back else ONE_DAY
        for _ in range(abs(n)):
            day = self.roll(day + one, back=back)
        return day

    def between(self, start: date, end: date) -> int:
        """How many business days `end` lies after `start`; negative when it lies before.

        The inverse of `add`: `between(day, add(day, n)) == n` for every day and n.
        """
        if end < start:
            last = self.roll(start, back=True)
            return -sum(self.is_business_day(day) for day in _days(end, last))
        first = self.roll(start)
        return sum(self.is_business_day(day) for day in _days(first + ONE_DAY, end + ONE_DAY))


def _days(start: date, end: date) -> list[date]:
    """The days from `start` to the one before `end`."""
    return [start + timedelta(days=n) for n in range((end - start).days)]


def today(now: datetime, tz: tzinfo) -> date:
    """The date at the instant `now` (aware) in the zone `tz`."""
    return now.astimezone(tz).date()


def instant(day: date, at: time, tz: tzinfo) -> datetime:
    """The instant, in UTC, at which clocks in `tz` show `at` on `day`.

    A time that the clocks skip becomes the first instant after the gap; one that they show twice
    becomes the first of the two.
    """
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    found = wall.replace(tzinfo=tz).astimezone(UTC)
    if found.astimezone(tz).replace(tzinfo=None) == wall:
        return found
    return _end_of_gap(wall, tz)


def _end_of_gap(wall: datetime, tz: tzinfo) -> datetime:
    """The first instant after the gap around `wall`: where the offset changes, to the second."""
    before = wall.replace(tzinfo=tz, fold=1).astimezone(UTC).replace(microsecond=0)
    after = wall.replace(tzinfo=tz, fold=0).astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
    offset = before.astimezone(tz).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(tz).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


# Where a country has several zones: the one where most of its business is done.
ZONE_OF_COUNTRY = {
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FR": "Europe/Paris",
    "ID": "Asia/Jakarta",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "NZ": "Pacific/Auckland",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}
