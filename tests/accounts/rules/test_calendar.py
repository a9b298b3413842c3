from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.calendar import Calendar, instant, today

MONDAY = date(2027, 3, 1)
PLAIN = Calendar()

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
calendars = st.builds(
    Calendar,
    weekend=st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset({4}), frozenset()]),
    holidays=st.frozensets(days, max_size=400),
)


@given(calendars, days, st.integers(-30, 30))
def test_between_is_the_inverse_of_add(calendar, day, n):
    assert calendar.between(day, calendar.add(day, n)) == n


@given(calendars, days, st.integers(-30, 30))
def test_add_always_ends_on_a_business_day(calendar, day, n):
    assert calendar.is_business_day(calendar.add(day, n))


@given(calendars, days, days, st.integers(-30, 30))
def test_add_keeps_the_order_of_days(calendar, one, other, n):
    first, second = sorted((one, other))

    assert calendar.add(first, n) <= calendar.add(second, n)


@given(calendars, days, days)
def test_between_agrees_with_a_slow_count(calendar, start, end):
    def business_days(first, last):
        all_days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return sum(calendar.is_business_day(day) for day in all_days)

    if start <= end:
        expected = max(0, business_days(start, end) - 1 if calendar.roll(start) <= end else 0)
        expected = business_days(calendar.roll(start), end) - 1 if calendar.roll(start) <= end else 0
    else:
        last = calendar.roll(start, back=True)
        expected = -business_days(end, last) + 1 if end <= last else 0
        expected = expected if calendar.is_business_day(last) else 0
    assert calendar.between(start, end) == expected


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (MONDAY, 0, MONDAY),
        (MONDAY, 1, date(2027, 3, 2)),
        (MONDAY, 5, date(2027, 3, 8)),
        (MONDAY, -1, date(2027, 2, 26)),
        (date(2027, 3, 6), 0, date(2027, 3, 8)),  # a Saturday rolls forward
        (date(2027, 3, 6), -1, date(2027, 3, 4)),  # and back when counting backward
    ],
)
def test_add_counts_business_days(day, n, expected):
    assert PLAIN.add(day, n) == expected


def test_add_steps_over_a_holiday_and_rolls_off_it():
    calendar = Calendar(holidays=frozenset({date(2027, 3, 2)}))

    assert calendar.add(MONDAY, 1) == date(2027, 3, 3)
    assert calendar.add(date(2027, 3, 2), 0) == date(2027, 3, 3)


def test_a_calendar_without_any_business_day_is_refused():
    with pytest.raises(ValueError, match="business day"):
        Calendar(weekend=frozenset(range(7)))


def test_today_is_the_date_where_the_reader_is():
    now = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)

    assert today(now, ZoneInfo("Asia/Tokyo")) == date(2027, 3, 2)
    assert today(now, ZoneInfo("America/New_York")) == date(2027, 3, 1)


def test_instant_keeps_the_wall_clock_across_a_dst_change():
    riga = ZoneInfo("Europe/Riga")

    assert instant(date(2027, 3, 27), time(9), riga) == datetime(2027, 3, 27, 7, tzinfo=UTC)
    assert instant(date(2027, 3, 28), time(9), riga) == datetime(2027, 3, 28, 6, tzinfo=UTC)


def test_instant_in_a_gap_is_the_first_valid_instant_after_it():
    assert instant(date(2027, 3, 14), time(2, 30), ZoneInfo("America/New_York")) == datetime(
        2027, 3, 14, 7, tzinfo=UTC
    )


def test_instant_in_a_fold_is_the_first_of_the_two():
    assert instant(date(2027, 11, 7), time(1, 30), ZoneInfo("America/New_York")) == datetime(
        2027, 11, 7, 5, 30, tzinfo=UTC
    )


def test_instant_on_a_day_that_a_zone_skipped_is_the_start_of_the_next():
    apia = ZoneInfo("Pacific/Apia")

    found = instant(date(2011, 12, 30), time(9), apia)

    assert found.astimezone(apia).replace(tzinfo=None) == datetime(2011, 12, 31)  # noqa: DTZ001
