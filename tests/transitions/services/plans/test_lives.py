"""Plans live at random, and what holds of a plan holds of each at every moment of its life.

`LIVES=500` lives more of them, each time others: the drill does.
"""

import os

import hypothesis
from hypothesis.stateful import run_state_machine_as_test

from accounts.services import departments
from tests.factories import NOW
from tests.lives.machine import PlanLife
from transitions.services.playbooks import publish_shipped

LIVES = int(os.environ.get("LIVES", "0"))


def test_whatever_happens_to_a_plan_it_stays_whole(cast):
    publish_shipped(now=NOW)
    for name, person in (("Support", cast.bea), ("Billing", cast.stella)):
        departments.add(name=name, person=person, by=cast.ada, now=NOW)
    PlanLife.cast = cast
    settings = hypothesis.settings(
        max_examples=LIVES or 50,
        stateful_step_count=14 if LIVES else 10,
        derandomize=not LIVES,
        deadline=None,
        database=None,
        print_blob=True,
        # A life that breaks a law is told as it was: to look for a shorter one takes longer than to read it.
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    run_state_machine_as_test(PlanLife, settings=settings)
