from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transitions.rules.digests import instant
from transitions.rules.weekly import APART, LATEST, Reader, due, week_in, week_of, weekly_key

ZONES = sorted(available_timezones() - {"localtime", "Factory"})
MONDAY = date(2027, 3, 1)
EIGHT = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def live_through(reader_at, moments, *, forgets=False):
    """Run the planner at each of `moments`, as the tick does; return (week, date, moment) of each digest."""
    written, last_on, last_at = [], None, None
    for moment in moments:
        asked = reader_at(moment, None if forgets else last_on, None if forgets else last_at)
        for one in due([asked], now=moment):
            written.append((one.week, one.on, moment))
            last_on, last_at = one.week, moment
    return written


def settled(zone, hour, weekday, **fields):
    return lambda _moment, last_on, last_at: Reader(
        1, zone, hour, weekday, last_on=last_on, last_at=last_at, **fields
    )


def every(minutes: int, start: datetime, days: float):
    return [start + timedelta(minutes=minutes * n) for n in range(int(days * 24 * 60 / minutes))]


def test_it_is_due_from_the_hour_of_the_chosen_day():
    riga = [Reader(1, "Europe/Riga", 8, weekday=1)]

    before = due(riga, now=datetime(2027, 3, 2, 5, 59, tzinfo=UTC))
    [on_time] = due(riga, now=datetime(2027, 3, 2, 6, 0, tzinfo=UTC))

    assert before == []
    assert (on_time.week, on_time.on) == (date(2027, 3, 2), date(2027, 3, 2))
    assert on_time.expires_at == datetime(2027, 3, 5, 6, 0, tzinfo=UTC)


def test_whoever_wants_none_gets_none():
    assert due([Reader(1, "UTC", 8, wants=False)], now=EIGHT) == []


@pytest.mark.parametrize(("late", "comes"), [(0, True), (1, True), (LATEST, True), (LATEST + 1, False)])
def test_a_late_one_keeps_the_name_of_its_week_and_one_too_late_is_skipped(late, comes):
    found = due([Reader(1, "UTC", 8)], now=EIGHT + late * DAY)

    assert [(one.week, one.on) for one in found] == ([(MONDAY, MONDAY + late * DAY)] if comes else [])


@pytest.mark.parametrize(
    ("quiet", "free", "comes"),
    [
        ({0}, set(), MONDAY + DAY),
        ({0, 1}, {MONDAY + 2 * DAY}, MONDAY + 3 * DAY),
        ({0, 1, 2, 3}, set(), None),
        (set(), {MONDAY}, MONDAY + DAY),
    ],
)
def test_quiet_days_are_waited_for_as_long_as_the_week_allows(quiet, free, comes):
    reader = settled("UTC", 8, 0, quiet=frozenset(quiet), free=frozenset(free))

    written = live_through(reader, every(60, EIGHT - 8 * DAY / 24, days=7))

    assert [on for _, on, _ in written] == ([comes] if comes else [])


def test_after_a_late_one_the_next_keeps_its_distance_and_the_day_returns():
    moments = [EIGHT + 3 * DAY, *every(30, EIGHT + 4 * DAY, days=20)]

    written = live_through(settled("UTC", 8, 0), moments)

    assert [moment for _, _, moment in written] == [
        EIGHT + 3 * DAY,
        EIGHT + 8 * DAY,
        EIGHT + 14 * DAY,
        EIGHT + 21 * DAY,
    ]


@pytest.mark.parametrize(("weekday", "comes"), [(3, 10), (4, 11), (5, 5), (6, 6)])
def test_another_weekday_begins_where_five_days_lie_between(weekday, comes):
    def reader(moment, last_on, last_at):
        return Reader(1, "UTC", 8, 0 if moment == EIGHT else weekday, last_on=last_on, last_at=last_at)

    written = live_through(reader, every(60, EIGHT, days=12))

    assert [on for _, on, _ in written] == [MONDAY, MONDAY + comes * DAY]


def test_a_week_is_named_by_its_chosen_day():
    assert [week_of(MONDAY + n * DAY, 0) for n in (-1, 0, 6)] == [MONDAY - WEEK, MONDAY, MONDAY]
    assert week_in(weekly_key(7, MONDAY)) == week_in(f"{weekly_key(7, MONDAY)}:chat:3") == MONDAY


def test_a_chosen_day_that_never_was_is_made_up_for_on_the_next():
    # Apia went from Thursday 29 to Saturday 31 December 2011.
    written = live_through(
        settled("Pacific/Apia", 8, 4), every(15, datetime(2011, 12, 28, tzinfo=UTC), days=12)
    )

    assert [(week, on) for week, on, _ in written] == [
        (date(2011, 12, 30), date(2011, 12, 31)),
        (date(2012, 1, 6), date(2012, 1, 6)),
    ]


LIVES = {
    "zone": st.sampled_from(ZONES),
    "hour": st.integers(0, 23),
    "weekday": st.integers(0, 6),
    "start": st.dates(date(2026, 1, 1), date(2028, 12, 1)),
    "step": st.integers(20, 55),
}


def a_life(start, weekday, step):
    """Moments of 23 days that begin where no chosen day lies shortly before, whatever the zone."""
    return every(step, datetime.combine(week_of(start, weekday) + 5 * DAY, time(), tzinfo=UTC), days=23)


@settings(max_examples=200, deadline=None)
@given(**LIVES, quiet=st.frozensets(st.integers(0, 6), max_size=LATEST))
def test_in_any_zone_each_week_has_exactly_one(zone, hour, weekday, start, step, quiet):
    """While the clock runs and no four days in a row are quiet."""
    moments = a_life(start, weekday, step)

    written = live_through(settled(zone, hour, weekday, quiet=quiet), moments)

    assert in_whole_weeks(written, moments, zone) == whole_weeks(moments, zone, weekday)
    for week, on, moment in written:
        opens_at = instant(on, hour, zone)
        assert moment.astimezone(ZoneInfo(zone)).date() == on == first_open(week, quiet)
        assert opens_at is not None
        assert opens_at <= moment < opens_at + timedelta(minutes=step)


@settings(max_examples=30, deadline=None)
@given(**LIVES)
def test_a_planner_that_forgets_what_it_wrote_is_found_out(zone, hour, weekday, start, step):
    moments = a_life(start, weekday, step)

    written = live_through(settled(zone, hour, weekday), moments, forgets=True)

    assert in_whole_weeks(written, moments, zone) != whole_weeks(moments, zone, weekday)


@settings(max_examples=200, deadline=None)
@given(
    journey=st.lists(
        st.tuples(st.sampled_from(ZONES), st.integers(0, 23), st.integers(0, 6)), min_size=5, max_size=30
    ),
    start=st.dates(date(2026, 1, 1), date(2028, 12, 1)),
    step=st.integers(25, 90),
)
def test_whoever_changes_zone_hour_and_weekday_every_day_never_gets_two_within_five_days(
    journey, start, step
):
    begins = datetime.combine(start, time(), tzinfo=UTC)

    def reader(moment, last_on, last_at):
        zone, hour, weekday = journey[min((moment - begins).days, len(journey) - 1)]
        return Reader(1, zone, hour, weekday, last_on=last_on, last_at=last_at)

    written = live_through(reader, every(step, begins, days=len(journey) + 5))

    weeks = [week for week, _, _ in written]
    assert weeks == sorted(set(weeks))
    for (_, _, earlier), (_, _, later) in zip(written, written[1:], strict=False):
        assert later - earlier >= APART


def whole_weeks(moments, zone, weekday):
    """The chosen days of a life, as far as it holds all the days of grace after them."""
    tz = ZoneInfo(zone)
    first, last = moments[0].astimezone(tz).date(), moments[-1].astimezone(tz).date()
    days = [first + n * DAY for n in range(1, (last - first).days - LATEST)]
    return [day for day in days if day.weekday() == weekday]


def in_whole_weeks(written, moments, zone):
    last = moments[-1].astimezone(ZoneInfo(zone)).date()
    return [week for week, _, _ in written if week < last - LATEST * DAY]


def first_open(week, quiet):
    return next(day for n in range(LATEST + 1) if (day := week + n * DAY).weekday() not in quiet)
