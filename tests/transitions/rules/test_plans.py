from datetime import date, timedelta

import pytest

from transitions.rules.plans import Exposure, doubled, owner_for, risk, steward_for

CUTOVER = date(2027, 6, 15)


@pytest.mark.parametrize(
    ("role", "holders", "expected"),
    [
        ("incoming", {"incoming": [2], "interim": [3]}, 2),
        ("incoming", {"interim": [3]}, 3),
        ("incoming", {"outgoing": [1], "lead": [4], "author": [5]}, None),
        ("outgoing", {"lead": [4], "author": [5]}, 4),
        ("outgoing", {"author": [5]}, 5),
        ("lead", {"author": [5]}, 5),
        ("sponsor", {"lead": [4], "author": [5]}, None),
        ("sponsor", {"sponsor": [7, 8]}, 7),
    ],
)
def test_a_step_goes_to_its_role_or_to_whoever_stands_in(role, holders, expected):
    assert owner_for(role, holders) == expected


@pytest.mark.parametrize(
    ("exposure", "expected"),
    [
        (Exposure(), 0),
        (Exposure(late_steps=2), 16),
        (Exposure(late_steps=50), 40),
        (Exposure(lost_days=7), 7),
        (Exposure(empty_roles=1), 10),
        (Exposure(cutover_on=CUTOVER, renewal_on=CUTOVER + timedelta(days=60)), 20),
        (Exposure(cutover_on=CUTOVER, renewal_on=CUTOVER - timedelta(days=61)), 10),
        (Exposure(cutover_on=CUTOVER, renewal_on=CUTOVER + timedelta(days=91)), 0),
        (Exposure(99, 99, 99, CUTOVER, CUTOVER), 100),
    ],
)
def test_risk_adds_up_what_is_late_short_empty_and_near_a_renewal(exposure, expected):
    assert risk(exposure) == expected


@pytest.mark.parametrize(
    ("touches", "weekly"),
    [(0, 1), (6, 1), (7, 2), (12, 2), (13, 3), (25, 4), (26, 5), (900, 5)],
)
def test_attention_is_doubled_at_least_weekly_and_at_most_daily(touches, weekly):
    assert doubled(touches) == weekly


@pytest.mark.parametrize(
    ("author", "readers", "above", "expected"),
    [
        (1, None, [2], 1),
        (None, None, [2, 3], 2),
        (None, None, [], None),
        (1, [1, 4], [2], 1),
        (1, [4], [2], 4),  # an author whom others took off the list of readers
        (None, [4, 5], [2], 4),
        (None, [], [2], None),  # nobody may know of it
    ],
)
def test_a_plan_is_looked_after_by_its_author_or_by_who_may_take_their_place(
    author, readers, above, expected
):
    assert steward_for(author, readers=readers, above=above) == expected
