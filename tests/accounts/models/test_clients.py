import pytest
from django.db import IntegrityError

from accounts.models import Account, AccountRole, Assignment
from tests.factories import TODAY, make_account


def test_a_rep_sees_the_accounts_of_their_team_and_no_others(cast):
    ours = make_account(team=cast.east, owner=cast.olga)
    make_account(team=cast.west, owner=cast.stella)

    assert list(Account.objects.visible_to(cast.users["olga"])) == [ours]


def test_a_live_role_opens_an_account_of_another_team(cast):
    theirs = make_account(team=cast.west, owner=cast.stella)
    Assignment.objects.create(account=theirs, person=cast.olga, role=AccountRole.SUPPORT, from_on=TODAY)

    assert list(Account.objects.visible_to(cast.users["olga"])) == [theirs]


def test_a_role_of_a_confidential_plan_opens_nothing(cast):
    theirs = make_account(team=cast.west, owner=cast.stella)
    Assignment.objects.create(
        account=theirs, person=cast.olga, role=AccountRole.INCOMING, from_on=TODAY, hidden=True
    )

    assert list(Account.objects.visible_to(cast.users["olga"])) == []


def test_an_account_refuses_a_second_owner(cast):
    account = make_account(team=cast.east, owner=cast.olga)

    with pytest.raises(IntegrityError):
        Assignment.objects.create(account=account, person=cast.ivan, role=AccountRole.OWNER, from_on=TODAY)
