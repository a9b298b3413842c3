from datetime import datetime, timedelta

import pytest

from tests.factories import CUTOVER, NOW
from transitions.models import PlanState, WarmUp
from transitions.services import sponsors
from transitions.services.refusals import PlanRefused

AFTER = datetime.combine(CUTOVER, NOW.timetz())


def keys(plan):
    steps = plan.steps.standing().filter(key__startswith="touch/").order_by("due_on")
    return list(steps.values_list("key", flat=True))


def test_a_series_without_end_is_written_four_weeks_ahead_and_twice_is_the_same(cast, endless):
    assert keys(endless) == ["touch/1", "touch/2"]

    assert sponsors.carry_on(now=AFTER) == 1
    assert sponsors.carry_on(now=AFTER) == 0
    assert keys(endless) == ["touch/1", "touch/2", "touch/3"]
    assert sponsors.carry_on(now=AFTER + timedelta(days=9)) == 2

    newest = endless.steps.get(key="touch/5")
    first = endless.steps.get(key="touch/1")
    assert (newest.title, newest.owner, newest.base) == (first.title, cast.ivan, "cutover")
    assert (newest.offset, newest.check_in.channel, newest.check_in.window) == (25, "phone", 2)
    assert endless.steps.get(key="touch/2").check_in.series == "touch"


def test_nothing_is_written_while_enough_is_ahead(endless, django_assert_num_queries):
    sponsors.carry_on(now=NOW)

    with django_assert_num_queries(2):
        assert sponsors.carry_on(now=NOW) == 0
    assert keys(endless) == ["touch/1", "touch/2"]


def test_a_series_goes_on_after_the_plan_was_carried_out(handed_over):
    assert sponsors.carry_on(now=AFTER) == 1
    handed_over.refresh_from_db()
    assert handed_over.promises_owed == handed_over.steps.open().count()


@pytest.mark.parametrize("state", [PlanState.ON_HOLD, PlanState.CANCELLED])
def test_a_series_rests_with_its_plan(endless, state):
    endless.state = state
    endless.save()

    assert sponsors.carry_on(now=AFTER) == 0


def test_a_rested_series_promises_nothing_for_the_time_that_passed(endless):
    later = AFTER + timedelta(days=90)

    sponsors.carry_on(now=later)

    written = endless.steps.filter(key__startswith="touch/").exclude(key__in=["touch/1", "touch/2"])
    assert written.filter(due_on__lt=later.date()).count() == 0
    assert written.count() == 4


def test_a_series_goes_to_whoever_is_there_when_its_owner_has_left(cast, endless):
    cast.ivan.archived_at = AFTER
    cast.ivan.save()

    sponsors.carry_on(now=AFTER)

    assert endless.steps.get(key="touch/3").owner == cast.vera


def test_a_leader_decides_that_the_client_has_warmed_up(cast, endless):
    sponsors.carry_on(now=AFTER)
    on = datetime.combine(endless.steps.get(key="touch/2").due_on, NOW.timetz())

    sponsors.warm_up(plan_id=endless.pk, series="touch", reason="They call Ivan now.", by=cast.vera, now=on)

    assert keys(endless) == ["touch/1", "touch/2"]  # what is due by now stays owed
    assert sponsors.carry_on(now=on + timedelta(days=30)) == 0
    told = endless.change_sets.get(verb="warm_up")
    assert (told.by, told.why, len(told.changes)) == (cast.vera, "They call Ivan now.", 1)


def test_warming_up_is_decided_once(cast, endless):
    decide = {"plan_id": endless.pk, "series": "touch", "by": cast.vera, "now": NOW}
    first = sponsors.warm_up(reason="They call Ivan now.", **decide)

    assert sponsors.warm_up(reason="Again.", **decide) == first
    assert WarmUp.objects.count() == 1


@pytest.mark.parametrize(("series", "reason"), [("touch", " "), ("sponsor-call", "Why not."), ("", "So.")])
def test_warming_up_wants_a_reason_and_a_series_without_end(cast, endless, series, reason):
    with pytest.raises(PlanRefused):
        sponsors.warm_up(plan_id=endless.pk, series=series, reason=reason, by=cast.vera, now=NOW)
