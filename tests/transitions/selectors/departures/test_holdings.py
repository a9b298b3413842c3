"""Everything that a person holds or promised is found, by kind, and nothing is told that must not be."""

import pytest

from accounts.models import ClientRequest, Commitment
from tests.factories import TODAY, make_account, start_plan
from transitions.selectors.departures import holdings


@pytest.fixture
def held(cast):
    own = make_account("Acme", team=cast.east, owner=cast.olga)
    other = make_account("Other", team=cast.east, owner=cast.ivan)
    far = make_account("Far", team=cast.west, owner=cast.stella)
    start_plan(own, cast.vera, people={"incoming": [cast.ivan]})
    start_plan(
        other,
        cast.vera,
        people={"incoming": [cast.bea], "second_choice": [cast.olga], "sponsor": [cast.olga]},
    )
    for account in (own, far):
        ClientRequest.objects.create(account=account, owner=cast.olga, title="Why", opened_on=TODAY)
    Commitment.objects.create(account=own, owner=cast.olga, text="A price", made_on=TODAY)
    cast.east.lead = cast.olga
    cast.east.save()
    return own


def counts(person, viewer) -> dict[str, int]:
    return {group.key: group.count for group in holdings(person, viewer) if group.count}


def test_everything_is_found_by_kind(cast, held):
    found = counts(cast.olga, cast.users["ada"])

    assert {key: found[key] for key in ("owner", "outgoing", "second_choice", "sponsor", "lead")} == {
        "owner": 1,
        "outgoing": 1,
        "second_choice": 1,
        "sponsor": 1,
        "lead": 1,
    }
    assert (found["requests"], found["commitments"]) == (2, 1)
    assert found["meetings"] > 0
    assert found["check_ins"] > 0
    assert found["steps"] > 0


def test_what_lies_on_accounts_that_one_does_not_see_is_counted_and_not_named(cast, held):
    requests = next(group for group in holdings(cast.olga, cast.users["vera"]) if group.key == "requests")

    assert (requests.count, requests.unseen) == (2, 1)
    assert [item.account for item in requests.items] == ["Acme"]


def test_a_confidential_plan_is_not_even_counted(cast):
    account = make_account("Acme", team=cast.east, owner=cast.olga)
    start_plan(account, cast.ada, people={"incoming": [cast.ivan]}, confidential=True)

    assert "incoming" not in counts(cast.ivan, cast.users["vera"])
    assert counts(cast.ivan, cast.users["ada"])["incoming"] == 1


def test_queries_do_not_grow_with_what_is_held(cast, held, django_assert_num_queries):
    viewer = cast.users["vera"]
    holdings(cast.olga, viewer)
    for number in range(20):
        account = make_account(f"More {number}", team=cast.east, owner=cast.olga)
        ClientRequest.objects.create(account=account, owner=cast.olga, title="Why", opened_on=TODAY)

    with django_assert_num_queries(7):
        holdings(cast.olga, viewer)
