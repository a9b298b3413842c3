from datetime import timedelta

import pytest

from accounts.services.clients import OwnerHasLeft, change_owner, end_owner
from tests.factories import NOW, TODAY, make_account


def owners(account):
    rows = account.assignments.filter(role="owner").order_by("pk")
    return list(rows.values_list("person__name", "until_on", "why"))


def test_the_new_owner_begins_where_the_old_one_ends(cast):
    account = make_account(team=cast.east, owner=cast.olga)

    change_owner(account=account, person=cast.ivan, why="Realignment", by=cast.vera, now=NOW)

    assert owners(account) == [("Olga Ortiz", TODAY, ""), ("Ivan Ilic", None, "Realignment")]


def test_naming_the_owner_again_changes_nothing(cast):
    account = make_account(team=cast.east, owner=cast.olga)

    change_owner(account=account, person=cast.olga, why="Again", by=cast.vera, now=NOW)

    assert owners(account) == [("Olga Ortiz", None, "")]


def test_somebody_who_has_left_cannot_become_owner(cast):
    account = make_account(team=cast.east, owner=cast.olga)
    cast.ivan.archived_at = NOW

    with pytest.raises(OwnerHasLeft):
        change_owner(account=account, person=cast.ivan, why="", by=cast.vera, now=NOW)
    assert owners(account) == [("Olga Ortiz", None, "")]


def test_an_owner_entered_for_a_day_to_come_ends_on_that_day(cast):
    begins = TODAY + timedelta(days=5)
    account = make_account(team=cast.east, owner=cast.olga, since=begins)

    end_owner(account=account, now=NOW)

    assert owners(account) == [("Olga Ortiz", begins, "")]
