from datetime import date

import pytest

from accounts.rules.calendar import Calendar
from transitions.rules.candidates import days_anew, done_anew
from transitions.rules.playbooks import SHIPPED

FRIDAY = date(2027, 3, 5)


def test_what_named_the_former_rep_is_done_again_and_what_others_prepared_is_not():
    playbook = next(one for one in SHIPPED if one.key == "soft-standard")
    steps = [(step.key, step.owner) for stage in playbook.stages for step in stage.steps]

    found = done_anew(playbook, steps)

    assert {"over-prepare", "intro-meeting", "message-again", "shadow", "lead-week"} <= found
    assert not {"packet-final", "check-record", "announce-meeting", "story", "confirm-rep"} & found


def test_work_that_is_done_again_keeps_its_distances_and_begins_on_the_next_business_day():
    days = {"read": date(2027, 2, 22), "meet": date(2027, 2, 24), "lead": date(2027, 3, 30)}

    found = days_anew(days, FRIDAY, Calendar())

    assert found == {"read": date(2027, 3, 8), "meet": date(2027, 3, 10), "lead": date(2027, 4, 13)}


@pytest.mark.parametrize("days", [{}, {"meet": date(2027, 3, 8)}])
def test_days_that_lie_ahead_stay(days):
    assert days_anew(days, FRIDAY, Calendar()) == days
