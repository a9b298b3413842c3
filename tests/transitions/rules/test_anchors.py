from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.calendar import Calendar
from transitions.rules.anchors import complete, problems_of_anchors
from transitions.rules.playbooks import SHIPPED, TIERS

BOOKS = {playbook.key: playbook for playbook in SHIPPED}
SOFT, HARD = BOOKS["soft-standard"], BOOKS["hard-standard"]
CALENDAR = Calendar()
TODAY = date(2027, 3, 2)
CUTOVER = date(2027, 6, 15)


@pytest.mark.parametrize(
    ("playbook", "anchors", "fields"),
    [
        (SOFT, {}, ["cutover"]),
        (SOFT, {"cutover": TODAY}, ["cutover"]),
        (SOFT, {"cutover": TODAY - timedelta(days=3)}, ["cutover"]),
        (SOFT, {"cutover": CUTOVER, "announcement": CUTOVER}, ["cutover"]),
        (SOFT, {"cutover": CUTOVER, "announcement": TODAY - timedelta(days=1)}, ["announcement"]),
        (SOFT, {"cutover": date(9999, 1, 1)}, ["cutover"]),
        (SOFT, {"cutover": CUTOVER, "full-moon": CUTOVER}, ["full-moon"]),
        (SOFT, {"cutover": CUTOVER}, []),
        (HARD, {"cutover": TODAY - timedelta(days=9)}, []),
        (HARD, {"cutover": TODAY - timedelta(days=9), "announcement": TODAY + timedelta(days=2)}, []),
        (HARD, {"cutover": TODAY, "announcement": TODAY - timedelta(days=2)}, []),
        (HARD, {"cutover": date(1970, 1, 1)}, ["cutover"]),
    ],
)
def test_the_playbook_says_which_dates_are_allowed(playbook, anchors, fields):
    problems = problems_of_anchors(playbook, anchors, TODAY)

    assert [field for field, message in problems] == fields


def test_after_the_announcement_passed_only_the_moved_anchor_is_asked_about_the_past():
    anchors = {"announcement": TODAY - timedelta(days=5), "cutover": CUTOVER}

    assert problems_of_anchors(SOFT, anchors, TODAY, moved="cutover") == []
    assert [field for field, _m in problems_of_anchors(SOFT, anchors, TODAY)] == ["announcement"]


@pytest.mark.parametrize(
    ("days", "notice"), [(60, 20), (30, 20), (25, 20), (22, 17), (15, 10), (6, 4), (1, 1)]
)
def test_notice_is_kept_as_long_as_preparation_keeps_half_its_time(days, notice):
    cutover = CALENDAR.add(TODAY, days)

    found = complete(SOFT.for_tier("strategic"), {"cutover": cutover}, CALENDAR, TODAY)

    assert CALENDAR.between(found["announcement"], cutover) == notice


@given(tier=st.sampled_from(TIERS), days=st.integers(1, 300))
def test_what_the_playbook_completes_is_what_the_playbook_allows(tier, days):
    for playbook in SHIPPED:
        found = complete(playbook.for_tier(tier), {"cutover": TODAY + timedelta(days=days)}, CALENDAR, TODAY)

        assert problems_of_anchors(playbook, found, TODAY) == []


def test_a_date_that_somebody_chose_is_never_changed():
    chosen = {"cutover": TODAY - timedelta(days=3), "announcement": TODAY - timedelta(days=2)}

    found = complete(HARD.for_tier("small"), chosen, CALENDAR, TODAY)

    assert found == {**chosen, "departure": CALENDAR.add(chosen["cutover"], 0)}


def test_what_comes_after_the_cutover_keeps_its_usual_distance_from_it():
    cutover = date(2027, 6, 15)
    calendar = Calendar()

    leave = complete(BOOKS["soft-leave"].for_tier("small"), {"cutover": cutover}, calendar, date(2027, 3, 2))
    leaver = complete(
        BOOKS["soft-resignation"].for_tier("small"), {"cutover": cutover}, calendar, date(2027, 3, 2)
    )

    assert leave["return"] == calendar.add(cutover, 60)
    assert leaver["departure"] == calendar.add(cutover, 10)


def test_a_leaver_stays_until_after_a_soft_cutover():
    cutover = date(2027, 6, 15)
    anchors = {"announcement": date(2027, 5, 4), "cutover": cutover, "departure": cutover}

    found = problems_of_anchors(BOOKS["soft-resignation"].for_tier("small"), anchors, date(2027, 3, 2))

    assert [key for key, _sentence in found] == ["departure"]
