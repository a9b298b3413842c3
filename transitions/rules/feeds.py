"""Calendars: how often a meeting recurs, when it is next, and how an entry is numbered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from accounts.rules.text import gettext_noop as _

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# How far ahead check-ins are sent to whoever wants them by mail: the feed holds the rest.
CHECK_INS_AHEAD = timedelta(days=28)
# What has passed stays in a feed for so long, so that a calendar does not forget last month.
FEED_BACK = timedelta(days=90)
MOST_ENTRIES = 1000


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, in weeks or else in months on the same weekday; `title` is a msgid."""

    title: str
    weeks: int = 0
    months: int = 0


RHYTHMS = {
    "weekly": Rhythm(_("Every week"), weeks=1),
    "fortnightly": Rhythm(_("Every two weeks"), weeks=2),
    "four-weekly": Rhythm(_("Every four weeks"), weeks=4),
    "monthly": Rhythm(_("Every month on the same weekday"), months=1),
    "quarterly": Rhythm(_("Every three months on the same weekday"), months=3),
}


def rule_of(rhythm: str, first: date) -> Mapping[str, object]:
    """The recurrence rule (RFC 5545) of a series whose first meeting is on `first`."""
    every = RHYTHMS[rhythm]
    if every.weeks:
        return {"FREQ": "WEEKLY", "INTERVAL": every.weeks, "BYDAY": WEEKDAYS[first.weekday()]}
    return {
        "FREQ": "MONTHLY",
        "INTERVAL": every.months,
        "BYDAY": f"{_nth(first)}{WEEKDAYS[first.weekday()]}",
    }


def first_from(rhythm: str, known: date, since: date) -> date:
    """The first day of the series on or after `since`; `known` is one of its days.

    Of a series that is not yet running on `since`, that is `known`.
    """
    every = RHYTHMS[rhythm]
    if known >= since:
        return known
    if every.weeks:
        length = every.weeks * 7
        return known + timedelta(days=-(-(since - known).days // length) * length)
    day, months = known, 0
    while day < since:
        months += every.months
        day = _same_weekday(known, months)
    return day


def last_before(rhythm: str, known: date, since: date) -> date | None:
    """The last day of the series before `since`; None where the first one known is not before it."""
    if known >= since:
        return None
    every = RHYTHMS[rhythm]
    first = first_from(rhythm, known, since)
    if every.weeks:
        return first - timedelta(weeks=every.weeks)
    months = (first.year - known.year) * 12 + first.month - known.month
    return _same_weekday(known, months - every.months)


def _nth(day: date) -> int:
    """Which of its weekday in the month a day is: 1 to 4, or -1 for the last, which a fifth one is."""
    nth = (day.day - 1) // 7 + 1
    return -1 if nth == 5 else nth


def _same_weekday(known: date, months: int) -> date:
    """The day that many months later which is the same weekday, counted in the month as `known` is."""
    month = known.year * 12 + known.month - 1 + months
    first = date(month // 12, month % 12 + 1, 1)
    day = first + timedelta(days=(known.weekday() - first.weekday()) % 7)
    nth = _nth(known)
    day += timedelta(weeks=4 if nth == -1 else nth - 1)
    return day if day.month == first.month else day - timedelta(weeks=1)
