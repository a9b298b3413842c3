"""The plans that pages and digests are asked about."""

import pytest

from tests.factories import make_account, start_plan


@pytest.fixture
def account(cast):
    """Olga's strategic client."""
    return make_account("Acme", team=cast.east, owner=cast.olga, tier="strategic")


@pytest.fixture
def plan(cast, account):
    """A soft plan with all notice and everyone named."""
    people = {"incoming": [cast.ivan], "second_choice": [cast.bea], "sponsor": [cast.sam]}
    return start_plan(account, cast.vera, people=people)
