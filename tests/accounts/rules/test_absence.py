from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.absence import MOST_HOPS, back_on, candidates, is_away, stand_in

TODAY = date(2027, 3, 2)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("from_on", "until_on", "away"),
    [
        (None, None, False),
        (TODAY, TODAY, True),
        (TODAY + DAY, None, False),
        (TODAY - DAY, None, True),
        (TODAY - DAY, TODAY, True),
        (TODAY - 9 * DAY, TODAY - DAY, False),
    ],
)
def test_both_ends_of_a_leave_are_away(from_on, until_on, away):
    assert is_away(from_on, until_on, TODAY) is away


def test_whoever_is_away_is_back_the_day_after():
    assert back_on(TODAY) == TODAY + DAY
    assert back_on(None) is None


@pytest.mark.parametrize(
    ("substitutes", "here", "leads", "expected"),
    [
        ({1: 2}, {2, 9}, [9], (2, 9)),
        ({1: 2, 2: 3}, {3, 9}, [9], (3, 9)),  # hers is away too, and has one who is here
        ({1: None}, {9}, [9], (9,)),
        ({1: 2, 2: 1}, {9}, [9], (9,)),  # a circle
        ({1: 2}, {9}, [8, 9], (9,)),  # the substitute has left, and so has the first leader
        ({1: 2, 9: None}, {2, 8, 9}, [9, 8], (2, 8)),  # the first leader is away
        ({1: None}, {1}, [1], ()),
        ({1: 9}, {9}, [9], (9,)),
    ],
)
def test_the_substitute_stands_in_else_a_leader_who_is_there(substitutes, here, leads, expected):
    assert candidates(1, substitutes=substitutes, here=here, leads=leads) == expected


def test_substitutes_are_followed_five_times():
    away = {person: person + 1 for person in range(1, MOST_HOPS + 1)}

    assert candidates(1, substitutes=away, here={MOST_HOPS + 1}) == (MOST_HOPS + 1,)
    assert candidates(1, substitutes={**away, MOST_HOPS + 1: 99}, here={99}) == ()


def test_work_goes_to_the_first_who_may_know_of_it():
    assert stand_in(1, (2, 3)) == 2
    assert stand_in(1, (2, 3), lambda one: one == 3) == 3
    assert stand_in(1, (2, 3), lambda _one: False) == 1


persons = st.integers(1, 8)


@given(
    substitutes=st.dictionaries(persons, st.none() | persons, min_size=1),
    here=st.sets(persons),
    leads=st.lists(persons, max_size=4),
    may=st.sets(persons),
    data=st.data(),
)
def test_whoever_gets_it_is_there_and_may_or_it_stays(substitutes, here, leads, may, data):
    person = data.draw(st.sampled_from(sorted(substitutes)))

    line = candidates(person, substitutes=substitutes, here=here, leads=leads)
    receiver = stand_in(person, line, may.__contains__)

    assert len(set(line)) == len(line)
    assert receiver == person or receiver in (here & may) - set(substitutes)
    if receiver == person:
        assert not set(line) & may
    assert all(lead in line for lead in leads if lead in here and lead not in substitutes)
