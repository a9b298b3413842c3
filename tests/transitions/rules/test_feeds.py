"""When a recurring meeting is next, and how its rhythm is written."""

from datetime import date, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from transitions.rules.feeds import RHYTHMS, first_from, last_before, rule_of

days = st.dates(date(2026, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("rhythm", "known", "since", "last", "first"),
    [
        ("weekly", date(2027, 3, 2), date(2027, 6, 15), date(2027, 6, 8), date(2027, 6, 15)),
        ("fortnightly", date(2027, 3, 2), date(2027, 6, 15), date(2027, 6, 8), date(2027, 6, 22)),
        ("four-weekly", date(2027, 3, 2), date(2027, 3, 3), date(2027, 3, 2), date(2027, 3, 30)),
        ("monthly", date(2027, 3, 9), date(2027, 6, 15), date(2027, 6, 8), date(2027, 7, 13)),
        ("quarterly", date(2027, 3, 9), date(2027, 6, 15), date(2027, 6, 8), date(2027, 9, 14)),
        ("monthly", date(2027, 3, 31), date(2027, 4, 1), date(2027, 3, 31), date(2027, 4, 28)),
        ("weekly", date(2027, 7, 1), date(2027, 6, 15), None, date(2027, 7, 1)),
    ],
)
def test_the_old_series_ends_where_the_new_one_begins(rhythm, known, since, last, first):
    assert (last_before(rhythm, known, since), first_from(rhythm, known, since)) == (last, first)


@given(rhythm=st.sampled_from(sorted(RHYTHMS)), known=days, later=st.integers(0, 900))
def test_no_meeting_falls_between_the_two_series_and_none_is_in_both(rhythm, known, later):
    """By another's arithmetic: the days that the written rule gives, as dateutil counts them."""
    since = known + timedelta(days=later)
    rule = ";".join(f"{name}={value}" for name, value in rule_of(rhythm, known).items())
    start = f"DTSTART:{known:%Y%m%d}T000000"
    counted = [one.date() for one in rrulestr(f"{start}\nRRULE:{rule};COUNT=160")]

    assert first_from(rhythm, known, since) == next(day for day in counted if day >= since)
    before = [day for day in counted if day < since]
    assert last_before(rhythm, known, since) == (before[-1] if before else None)
