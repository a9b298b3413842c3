from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.calendar import Calendar
from transitions.rules.escalation import LEADER_AFTER, Rise, above, days_to, rises, rises_on

FRIDAY = date(2027, 3, 5)
EASTER = Calendar(holidays=frozenset({date(2027, 3, 26), date(2027, 3, 29)}))

days = st.dates(date(2027, 1, 1), date(2027, 6, 30))
people = st.lists(st.integers(1, 6), max_size=8)
afters = st.integers(0, 12)


def told(due_on, leaders, until, *, after=3, promise=False, calendar=None):
    found = rises(due_on, leaders, after=after, calendar=calendar or Calendar(), until=until, promise=promise)
    return list(found)


@pytest.mark.parametrize(
    ("level", "after", "promise", "expected"),
    [
        (1, 3, False, 3),
        (2, 3, False, 6),
        (3, 5, False, 15),
        (1, 0, False, None),
        (1, 10, True, LEADER_AFTER),
        (2, 10, True, 20),
        (1, 2, True, 2),
        (1, 0, True, LEADER_AFTER),
        (2, 0, True, None),
    ],
)
def test_each_level_takes_as_long_and_a_promise_is_never_slower(level, after, promise, expected):
    assert days_to(level, after, promise=promise) == expected


def test_it_comes_up_by_the_business_days_of_the_client():
    assert rises_on(FRIDAY, after=3, calendar=Calendar()) == date(2027, 3, 10)
    assert rises_on(date(2027, 3, 25), after=3, calendar=EASTER) == date(2027, 4, 1)


def test_one_leader_after_another_is_told():
    first, second = Rise(7, 1, date(2027, 3, 10)), Rise(8, 2, date(2027, 3, 15))

    assert told(FRIDAY, [7, 8, 9], date(2027, 3, 9)) == []
    assert told(FRIDAY, [7, 8, 9], date(2027, 3, 10)) == [first]
    assert told(FRIDAY, [7, 8, 9], date(2027, 3, 17)) == [first, second]


@given(due_on=days, leaders=people, without=people, after=afters, until=days, more=st.integers(0, 90))
def test_who_was_told_stays_told(due_on, leaders, without, after, until, more):
    chain = above(leaders, without)
    now = told(due_on, chain, until, after=after)

    assert told(due_on, chain, until + timedelta(days=more), after=after)[: len(now)] == now


@given(due_on=days, leaders=people, without=people, after=afters, until=days, promise=st.booleans())
def test_nobody_is_told_twice_nor_of_their_own_work_nor_before_it_is_late(
    due_on, leaders, without, after, until, promise
):
    found = told(due_on, above(leaders, without), until, after=after, promise=promise)

    names = [one.leader for one in found]
    assert len(set(names)) == len(names)
    assert not set(names) & set(without)
    assert all(due_on < one.on <= until for one in found)
    assert [one.level for one in found] == list(range(1, len(found) + 1))
    assert [one.on for one in found] == sorted(one.on for one in found)
    if after == 0:
        assert names == [] or (promise and len(names) == 1)
