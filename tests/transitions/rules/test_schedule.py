from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.rules.calendar import Calendar
from transitions.rules import schedule
from transitions.rules.anchors import complete
from transitions.rules.playbooks import SHIPPED, TIERS
from transitions.rules.schedule import Hung

BOOKS = {playbook.key: playbook for playbook in SHIPPED}
SOFT, HARD = BOOKS["soft-standard"], BOOKS["hard-standard"]
# The others end with a return, which holds steps back that would pass it.
FOR_GOOD = [playbook for playbook in SHIPPED if playbook.purpose == "permanent"]
CALENDAR = Calendar(holidays=frozenset({date(2027, 5, 3), date(2027, 5, 31)}))
TODAY = date(2027, 3, 2)
CUTOVER = date(2027, 6, 15)

tiers = st.sampled_from(TIERS)
calendars = st.builds(
    Calendar,
    weekend=st.sampled_from([frozenset({5, 6}), frozenset({4, 5})]),
    holidays=st.frozensets(st.dates(date(2027, 1, 1), date(2028, 6, 30)), max_size=40),
)


def started(playbook, anchors, tier, calendar=CALENDAR, today=TODAY):
    anchors = complete(playbook.for_tier(tier), anchors, calendar, today)
    return anchors, schedule.plan(playbook, anchors, calendar, today, tier)


def hung(planned, **fields):
    return Hung(
        planned.key, planned.title, planned.base, planned.offset, planned.planned_on, planned.due_on, **fields
    )


def due(result):
    return {step.key: step.due_on for step in result.steps}


def test_a_plan_with_full_notice_loses_nothing():
    anchors, result = started(SOFT, {"cutover": CUTOVER}, "strategic")

    assert anchors["announcement"] == CALENDAR.add(CUTOVER, -20)
    assert result.compressed == ()
    assert all(step.due_on == step.planned_on for step in result.steps)
    assert due(result)["guard-rails"] == CALENDAR.add(CUTOVER, -30)
    assert due(result)["intro-meeting"] == CALENDAR.add(CUTOVER, -10)
    assert due(result)["check-in/3"] == CALENDAR.add(CUTOVER, 15)


def test_short_notice_is_said_step_by_step():
    cutover = CALENDAR.add(TODAY, 15)

    anchors, result = started(SOFT, {"cutover": cutover}, "strategic")

    lost = {one.key: one.lost for one in result.compressed}
    assert anchors["announcement"] == CALENDAR.add(cutover, -10)
    assert lost["guard-rails"] == 15
    assert lost["announce-meeting"] == 10
    assert "check-in/1" not in lost
    assert min(due(result).values()) == TODAY


def test_preparation_is_halved_before_the_notice_of_the_client_is_touched():
    anchors, result = started(SOFT, {"cutover": CALENDAR.add(TODAY, 25)}, "strategic")

    assert CALENDAR.between(anchors["announcement"], anchors["cutover"]) == 20
    assert {one.key for one in result.compressed} <= {step.key for step in SOFT.stage("prepare").steps}


def test_an_announcement_chosen_late_squeezes_what_lies_between():
    anchors = {"announcement": CALENDAR.add(CUTOVER, -5), "cutover": CUTOVER}

    _anchors, result = started(SOFT, anchors, "strategic")

    dates = due(result)
    assert anchors["announcement"] == dates["announce-meeting"]
    assert dates["announce-meeting"] <= dates["confirm-rep"] <= dates["intro-meeting"] < CUTOVER
    assert {one.key: one.lost for one in result.compressed}["announce-meeting"] == 15


def test_a_hard_cutover_in_the_past_makes_its_first_steps_due_today():
    cutover = CALENDAR.add(TODAY, -4)

    anchors, result = started(HARD, {"cutover": cutover}, "strategic")

    dates = due(result)
    assert anchors["announcement"] == TODAY
    assert dates["access"] == dates["senior-call"] == dates["recover-colleagues"] == TODAY
    assert dates["first-talk"] == CALENDAR.add(cutover, 5)
    assert {one.key: one.lost for one in result.compressed}["access"] == 4


def test_a_senior_leader_calls_a_strategic_client_within_one_business_day():
    _anchors, result = started(HARD, {"cutover": CUTOVER}, "strategic")

    assert CALENDAR.between(CUTOVER, due(result)["senior-call"]) == 1


def test_a_repeated_step_keeps_its_keys_when_the_dates_move():
    _anchors, early = started(SOFT, {"cutover": CUTOVER}, "strategic")
    _anchors, late = started(SOFT, {"cutover": CUTOVER + timedelta(days=40)}, "strategic")

    assert [step.key for step in early.steps] == [step.key for step in late.steps]


@settings(deadline=None, max_examples=150)
@given(
    playbook=st.sampled_from(SHIPPED),
    tier=tiers,
    calendar=calendars,
    days_to_cutover=st.integers(2, 200),
    days_to_announcement=st.none() | st.integers(0, 200),
)
def test_every_schedule_keeps_every_step_once_in_order_and_out_of_the_past(
    playbook, tier, calendar, days_to_cutover, days_to_announcement
):
    anchors = {"cutover": TODAY + timedelta(days=days_to_cutover)}
    if days_to_announcement is not None and days_to_announcement < days_to_cutover:
        anchors["announcement"] = TODAY + timedelta(days=days_to_announcement)

    anchors, result = started(playbook, anchors, tier, calendar)

    keys = [step.key for step in result.steps]
    assert len(keys) == len(set(keys))
    assert all(step.due_on >= TODAY and calendar.is_business_day(step.due_on) for step in result.steps)
    in_order = sorted(result.steps, key=lambda step: step.planned_on)
    for one, other in zip(in_order, in_order[1:], strict=False):
        assert one.planned_on == other.planned_on or one.due_on <= other.due_on
    assert {one.key for one in result.compressed} == {
        step.key for step in result.steps if calendar.between(step.planned_on, step.due_on) > 0
    }


@settings(deadline=None, max_examples=150)
@given(
    playbook=st.sampled_from(SHIPPED),
    tier=tiers,
    calendar=calendars,
    moved_by=st.integers(-60, 90),
    fixed=st.sets(st.integers(0, 45), max_size=12),
    pins=st.sets(st.integers(0, 45), max_size=12),
    anchor=st.sampled_from(["cutover", "announcement"]),
)
def test_moving_an_anchor_loses_and_doubles_no_step_and_moves_no_fixed_one(
    playbook, tier, calendar, moved_by, fixed, pins, anchor
):
    anchors, result = started(playbook, {"cutover": CUTOVER}, tier, calendar)
    steps = [
        hung(step, done=number in fixed, pinned=number in pins) for number, step in enumerate(result.steps)
    ]
    to = anchors[anchor] + timedelta(days=moved_by)
    if not schedule_allows(playbook, {**anchors, anchor: to}):
        return

    found = schedule.moves(playbook.for_tier(tier), steps, anchors, calendar, TODAY, key=anchor, to=to)

    moved = [move.key for move in found.moves]
    stayed = [move.key for move in found.stay]
    assert len(moved) == len(set(moved))
    assert not set(moved) & set(stayed)
    assert set(found.planned) == {step.key for step in steps}
    by_key = {step.key: step for step in steps}
    assert not any(by_key[key].fixed for key in moved)
    assert all(by_key[key].fixed for key in stayed)
    assert all(move.before == by_key[move.key].due_on != move.after for move in found.moves)
    assert all(calendar.is_business_day(move.after) or not playbook.order for move in found.moves)
    assert all(move.after >= min(TODAY, move.before) for move in found.moves)


def schedule_allows(playbook, anchors):
    days = [anchors[key] for key in playbook.order]
    return all(TODAY <= earlier < later for earlier, later in pairwise(days))


@settings(deadline=None, max_examples=60)
@given(playbook=st.sampled_from(FOR_GOOD), tier=tiers, calendar=calendars, later=st.integers(1, 120))
def test_moving_the_cutover_later_gives_the_dates_that_a_plan_begun_with_it_has(
    playbook, tier, calendar, later
):
    last_days = {rule.key: CUTOVER + timedelta(days=200) for rule in playbook.anchors if rule.after}
    anchors, result = started(playbook, {"cutover": CUTOVER, **last_days}, tier, calendar)
    to = CUTOVER + timedelta(days=later)

    found = schedule.moves(
        playbook.for_tier(tier),
        [hung(step) for step in result.steps],
        anchors,
        calendar,
        TODAY,
        key="cutover",
        to=to,
    )

    expected = due(schedule.plan(playbook, {**anchors, "cutover": to}, calendar, TODAY, tier))
    assert due(result) | {move.key: move.after for move in found.moves} == expected


def test_a_late_step_stays_late_when_the_cutover_moves():
    anchors, result = started(SOFT, {"cutover": CUTOVER}, "standard")
    later_today = CALENDAR.add(anchors["announcement"], 2)
    steps = [hung(step) for step in result.steps]

    found = schedule.moves(
        SOFT.for_tier("standard"),
        steps,
        anchors,
        CALENDAR,
        later_today,
        key="cutover",
        to=CUTOVER + timedelta(days=14),
    )

    moved = {move.key for move in found.moves}
    assert "announce-meeting" not in moved
    assert "intro-meeting" in moved


def test_what_hangs_on_a_pinned_step_stays_with_it():
    anchors, result = started(HARD, {"cutover": CUTOVER}, "standard")
    steps = [hung(step, pinned=step.key == "decide-successor") for step in result.steps]

    found = schedule.moves(
        HARD.for_tier("standard"),
        steps,
        anchors,
        CALENDAR,
        TODAY,
        key="cutover",
        to=CUTOVER + timedelta(days=7),
    )

    moved = {move.key for move in found.moves}
    assert "packet-check" in moved
    assert "intro-meeting" not in moved
    assert [move.key for move in found.stay] == ["decide-successor"]


def test_moving_a_step_takes_its_dependants_along_and_says_why():
    anchors, result = started(SOFT, {"cutover": CUTOVER}, "strategic")
    before = due(result)
    to = CALENDAR.add(before["confirm-rep"], 2)

    found = schedule.moves(
        SOFT.for_tier("strategic"),
        [hung(step) for step in result.steps],
        anchors,
        CALENDAR,
        TODAY,
        key="confirm-rep",
        to=to,
    )

    assert [(move.key, move.after) for move in found.moves] == [
        ("confirm-rep", to),
        ("message-again", CALENDAR.add(before["message-again"], 2)),
        ("packet-final", CALENDAR.add(before["packet-final"], 2)),
        ("check-record", CALENDAR.add(before["check-record"], 2)),
        ("over-prepare", CALENDAR.add(before["over-prepare"], 2)),
    ]
    assert str(found.moves[1].why) == "Hangs on: Confirm the incoming rep and the second choice."


@pytest.mark.parametrize(("attention", "weekly"), [(1, 1), (2, 2), (3, 3), (5, 5)])
def test_doubled_attention_comes_for_six_weeks_as_often_as_was_counted(attention, weekly):
    anchors = complete(HARD.for_tier("standard"), {"cutover": CUTOVER}, CALENDAR, TODAY)

    result = schedule.plan(HARD, anchors, CALENDAR, TODAY, "standard", attention=attention)

    days = [CALENDAR.between(CUTOVER, step.due_on) for step in result.steps if "check-in/" in step.key]
    assert len(days) == 6 * weekly
    assert min(days) == 2
    assert max(days) < 32
    assert all(sum(first <= day < first + 5 for day in days) == weekly for first in range(2, 32, 5))


def test_a_fade_leaves_no_day_without_somebody_who_leads():
    anchors, _result = started(SOFT, {"cutover": CUTOVER}, "strategic")

    parts = schedule.fade(SOFT.for_tier("strategic"), anchors, CALENDAR)

    assert [week.key for week, _start, _end in parts] == [
        "listen",
        "shadow",
        "share",
        "lead",
        "reachable",
        "done",
    ]
    assert parts[0][1] == CALENDAR.add(CUTOVER, -10)
    assert parts[4][1] == CUTOVER
    assert all(end + timedelta(days=1) == start for (_, _, end), (_, start, _) in pairwise(parts))
    assert parts[-1][2] is None


def test_a_fade_shrinks_with_the_notice_and_never_begins_before_the_announcement():
    anchors = {"announcement": CALENDAR.add(CUTOVER, -5), "cutover": CUTOVER}

    parts = schedule.fade(SOFT.for_tier("strategic"), anchors, CALENDAR)

    assert anchors["announcement"] < parts[0][1] < CUTOVER
    assert all(start < end for _week, start, end in parts[:-1] if start < end)


def test_the_leave_of_a_few_weeks_squeezes_its_cover_before_the_return():
    leave = BOOKS["soft-leave"]
    anchors = {"cutover": CUTOVER, "return": CALENDAR.add(CUTOVER, 20)}

    anchors, result = started(leave, anchors, "strategic")

    cover = [step for step in result.steps if step.stage == "cover"]
    assert max(step.due_on for step in cover) < anchors["return"]
    assert due(result)["back-talk"] == anchors["return"]
    assert CUTOVER < due(result)["notes-back"] < anchors["return"]


def test_a_return_stays_where_it_is_when_the_leave_begins_later():
    leave = BOOKS["soft-leave"]
    anchors, result = started(leave, {"cutover": CUTOVER}, "strategic")

    found = schedule.moves(
        leave.for_tier("strategic"),
        [hung(step) for step in result.steps],
        anchors,
        CALENDAR,
        TODAY,
        key="cutover",
        to=CUTOVER + timedelta(days=7),
    )

    moved = {move.key for move in found.moves}
    assert "check-in/1" in moved
    assert "back-call" not in moved
    assert all(move.after <= anchors["return"] for move in found.moves if move.key.startswith("check-in"))


def test_a_step_that_hangs_on_nothing_stays_where_it_is():
    """Training that somebody added, or a step whose base went with a switch."""
    anchors, result = started(SOFT, {"cutover": CUTOVER}, "strategic")
    added = Hung("training-1-added", "Learn", "", 0, CUTOVER, CUTOVER, pinned=True)
    free = Hung("training-2-added", "Learn more", "gone", 3, CUTOVER, CUTOVER)
    steps = [*(hung(step) for step in result.steps), added, free]
    own = SOFT.for_tier("strategic")
    holiday = Calendar(holidays=CALENDAR.holidays | {CUTOVER - timedelta(days=4)})

    moved = schedule.moves(
        own, steps, anchors, CALENDAR, TODAY, key="cutover", to=CUTOVER + timedelta(days=7)
    )
    recounted = schedule.recount(own, steps, anchors, CALENDAR, holiday, TODAY)
    by_hand = schedule.moves(own, steps, anchors, CALENDAR, TODAY, key=added.key, to=CUTOVER)
    unpinned = schedule.unpin(own, steps, anchors, CALENDAR, TODAY, key=added.key)

    for replan in (moved, recounted, by_hand, unpinned):
        assert replan.planned[free.key] == CUTOVER
    assert {added.key, free.key}.isdisjoint({move.key for move in (*moved.moves, *recounted.moves)})


@pytest.mark.parametrize("key", ["cutover", "confirm-rep"])
def test_a_step_that_hangs_on_nothing_stays_whatever_moves(key):
    anchors, result = started(SOFT, {"cutover": CUTOVER}, "strategic")
    added = Hung("gap-1-added", "Clear it up", "", 0, TODAY, TODAY, pinned=True)
    steps = [*(hung(step) for step in result.steps), added]
    to = CALENDAR.add(anchors.get(key) or due(result)[key], 9)

    found = schedule.moves(SOFT.for_tier("strategic"), steps, anchors, CALENDAR, TODAY, key=key, to=to)

    assert added.key not in {move.key for move in (*found.moves, *found.stay)}
    assert found.moves


def test_a_step_that_hangs_on_nothing_is_moved_by_hand_and_goes_back():
    anchors, result = started(SOFT, {"cutover": CUTOVER}, "strategic")
    later = CALENDAR.add(TODAY, 5)
    added = Hung("gap-1-added", "Clear it up", "", 0, CALENDAR.roll(TODAY), later, pinned=True)
    given = (
        SOFT.for_tier("strategic"),
        [*(hung(step) for step in result.steps), added],
        anchors,
        CALENDAR,
        TODAY,
    )

    moved = schedule.moves(*given, key=added.key, to=CALENDAR.add(TODAY, 7))
    back = schedule.unpin(*given, key=added.key)

    assert [(move.key, move.after) for move in moved.moves] == [(added.key, CALENDAR.add(TODAY, 7))]
    assert [(move.key, move.after) for move in back.moves] == [(added.key, CALENDAR.roll(TODAY))]
