"""The pages read the clock: here it stands still on the day of the factories."""

import pytest
import time_machine

from tests.factories import NOW, make_account, start_plan
from transitions.models import HandoverPlan


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def secret(cast) -> HandoverPlan:
    """A confidential plan on Olga's other client. Ivan and Vera read it; Olga must not know."""
    account = make_account("Hush", team=cast.east, owner=cast.olga)
    return start_plan(
        account, cast.vera, people={"incoming": [cast.ivan]}, confidential=True, readers=[cast.ivan]
    )


@pytest.fixture
def first_step(plan):
    return plan.steps.order_by("due_on", "position").first()
