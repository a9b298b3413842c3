"""What every verb on a plan keeps for lists and boards."""

from decimal import Decimal

import pytest

from accounts.models import Account
from accounts.services.history import keep, keep_many
from tests.factories import NOW
from transitions.services.opened import look_again

pytestmark = pytest.mark.django_db


def test_a_plan_repeats_team_and_value_of_its_account(cast, plan):
    assert (plan.team, plan.yearly_value) == (plan.account.team, plan.account.yearly_value)


def test_a_changed_account_changes_them_at_once(cast, plan, account):
    account.team, account.yearly_value = cast.west, Decimal("77000.00")
    keep(account, by=cast.vera, now=NOW)

    plan.refresh_from_db()
    assert (plan.team, plan.yearly_value) == (cast.west, Decimal("77000.00"))


def test_so_do_many_that_are_changed_together(cast, plan, account):
    account.yearly_value = Decimal("1.00")
    keep_many([account], Account, ["yearly_value"], by=cast.vera, now=NOW)

    plan.refresh_from_db()
    assert plan.yearly_value == Decimal("1.00")


def test_what_was_changed_behind_our_back_is_put_right_by_the_next_count(cast, plan, account):
    Account.objects.filter(pk=account.pk).update(yearly_value=Decimal("5.00"))

    look_again([plan.pk], today=NOW.date())

    plan.refresh_from_db()
    assert plan.yearly_value == Decimal("5.00")
