from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.calendar import Calendar
from transitions.rules.sponsors import (
    AHEAD,
    Next,
    Shift,
    Touch,
    coming,
    fits,
    keeper_for,
    level,
    load,
    missed_on,
    state_of,
    week_of,
)

MONDAY = date(2027, 3, 1)
FRIDAY = date(2027, 3, 5)
GOOD_FRIDAY, EASTER_MONDAY = date(2027, 3, 26), date(2027, 3, 29)
EASTER = Calendar(holidays=frozenset({GOOD_FRIDAY, EASTER_MONDAY}))


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"due_on": MONDAY - timedelta(days=1)}, "missed"),
        ({"due_on": MONDAY}, "due"),
        ({"due_on": FRIDAY}, "ahead"),
        ({"due_on": FRIDAY, "done": True}, "kept"),
        ({"due_on": FRIDAY, "done": True, "promised": "phone", "channel": "phone"}, "kept"),
        ({"due_on": FRIDAY, "done": True, "promised": "", "channel": "email"}, "kept"),
        ({"due_on": FRIDAY, "done": True, "promised": "phone", "channel": "email"}, "kept_in_part"),
        ({"due_on": MONDAY - timedelta(days=9), "let_go": True, "dropped": True}, "let_go"),
        ({"due_on": FRIDAY, "dropped": True}, "dropped"),
    ],
)
def test_a_promise_stands_as_its_rows_say(facts, state):
    assert state_of(facts.pop("due_on"), MONDAY, **facts) == state


def test_a_promise_is_missed_by_the_business_days_of_the_client():
    assert missed_on(FRIDAY, Calendar()) == date(2027, 3, 8)
    assert missed_on(date(2027, 3, 25), EASTER) == date(2027, 3, 30)


@pytest.mark.parametrize(
    ("role", "holders", "keeper"),
    [
        ("sponsor", {"sponsor": [7, 8], "lead": [1], "author": [2]}, 7),
        ("sponsor", {"lead": [1], "author": [2]}, 1),
        ("sponsor", {"author": [2]}, 2),
        ("incoming", {"interim": [5], "lead": [1]}, 5),
        ("incoming", {"lead": [1]}, 1),
        ("incoming", {}, None),
    ],
)
def test_a_promise_left_behind_goes_to_whoever_is_nearest(role, holders, keeper):
    assert keeper_for(role, holders) == keeper


def test_a_series_is_written_four_weeks_ahead_and_keeps_counting():
    rows = list(coming(MONDAY, number=3, offset=15, every=5, calendar=Calendar(), today=MONDAY))

    assert rows == [
        Next(4, 20, date(2027, 3, 8)),
        Next(5, 25, date(2027, 3, 15)),
        Next(6, 30, date(2027, 3, 22)),
        Next(7, 35, date(2027, 3, 29)),
    ]
    assert list(coming(rows[-1].on, number=7, offset=35, every=5, calendar=Calendar(), today=MONDAY)) == []


def test_a_series_that_rested_promises_nothing_for_the_days_that_passed():
    rows = list(coming(MONDAY, number=3, offset=15, every=5, calendar=EASTER, today=GOOD_FRIDAY))

    assert [row.number for row in rows] == [4, 5, 6, 7]
    assert all(GOOD_FRIDAY <= row.on <= GOOD_FRIDAY + AHEAD for row in rows)
    assert EASTER_MONDAY not in {row.on for row in rows}


def test_touches_are_counted_by_week():
    touches = [Touch("a", MONDAY), Touch("b", FRIDAY), Touch("c", MONDAY + timedelta(days=7))]

    assert load(touches) == {MONDAY: 2, date(2027, 3, 8): 1}


def test_a_full_week_gives_to_its_neighbours_the_nearest_first():
    touches = [Touch(key, FRIDAY, window=2) for key in "abcd"]

    assert level(touches, 3, MONDAY) == (Shift("a", FRIDAY, date(2027, 3, 8)),)


def test_what_lies_by_hand_and_what_is_late_stays():
    touches = [
        Touch("pinned", FRIDAY, window=5, fixed=True),
        Touch("late", MONDAY, window=5),
        Touch("unshiftable", FRIDAY),
        Touch("shiftable", FRIDAY, window=5),
    ]

    assert [shift.key for shift in level(touches, 1, date(2027, 3, 2))] == ["shiftable"]


def test_no_touch_goes_to_a_holiday_of_its_client():
    before = date(2027, 3, 25)
    touches = [Touch(key, before, window=1, calendar=EASTER) for key in "ab"]

    assert level(touches, 1, before) == (Shift("a", before, date(2027, 3, 30)),)


def test_a_shift_is_within_the_window_ahead_and_on_a_business_day():
    may = {"window": 2, "calendar": EASTER, "today": MONDAY}

    assert fits(FRIDAY, FRIDAY, **may)
    assert fits(FRIDAY, date(2027, 3, 9), **may)
    assert not fits(FRIDAY, date(2027, 3, 10), **may)
    assert not fits(date(2027, 3, 25), GOOD_FRIDAY, **may)
    assert not fits(date(2027, 3, 2), date(2027, 2, 26), **may)


DAYS = st.dates(date(2027, 2, 20), date(2027, 4, 30))
CALENDARS = st.sampled_from([Calendar(), EASTER, Calendar(weekend=frozenset({4, 5}))])
TOUCHES = st.lists(
    st.builds(
        Touch,
        key=st.uuids().map(str),
        on=DAYS,
        window=st.integers(0, 6),
        calendar=CALENDARS,
        fixed=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda touch: touch.key,
)


@given(touches=TOUCHES, limit=st.integers(1, 4))
def test_levelling_keeps_every_promise_of_its_own(touches, limit):
    by_key = {touch.key: touch for touch in touches}

    shifts = level(touches, limit, MONDAY)

    after = {touch.key: touch.on for touch in touches} | {shift.key: shift.after for shift in shifts}
    before, then = load(touches), load(Touch(key, on) for key, on in after.items())
    for shift in shifts:
        touch = by_key[shift.key]
        assert not touch.fixed
        assert shift.before == touch.on
        assert shift.after >= MONDAY
        assert touch.calendar.is_business_day(shift.after)
        assert abs(touch.calendar.between(touch.on, shift.after)) <= touch.window
        assert before[week_of(touch.on)] > limit
    assert len(after) == len(touches)
    assert max(then.values(), default=0) <= max(before.values(), default=0)
    assert all(then[week] <= max(limit, before[week]) for week in then)
    assert level(list(reversed(touches)), limit, MONDAY) == shifts
