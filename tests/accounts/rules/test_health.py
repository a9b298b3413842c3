from datetime import timedelta

import pytest

from accounts.rules.health import verdict
from tests.factories import NOW

TICKED = {"plan-digests": NOW, "send-deliveries": NOW, "run-jobs": NOW}


def test_nothing_waiting_and_every_tick_heard_is_healthy():
    assert set(verdict(due_at=None, ticked_at=TICKED, now=NOW).values()) == {"ok"}


@pytest.mark.parametrize(("minutes", "answer"), [(-1, "ok"), (5, "ok"), (6, "late")])
def test_a_message_may_wait_five_minutes(minutes, answer):
    due_at = NOW - timedelta(minutes=minutes)

    assert verdict(due_at=due_at, ticked_at=TICKED, now=NOW)["deliveries"] == answer


@pytest.mark.parametrize(("minutes", "answer"), [(3, "ok"), (4, "late")])
def test_a_tick_may_be_three_minutes_old(minutes, answer):
    ticked_at = TICKED | {"run-jobs": NOW - timedelta(minutes=minutes)}

    assert verdict(due_at=None, ticked_at=ticked_at, now=NOW)["run-jobs"] == answer


def test_a_tick_never_heard_is_unknown():
    assert verdict(due_at=None, ticked_at={}, now=NOW) == {
        "deliveries": "ok",
        "plan-digests": "unknown",
        "send-deliveries": "unknown",
        "run-jobs": "unknown",
    }
