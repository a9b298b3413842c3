"""What an account's pages cost: the same for one of everything as for many."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import (
    Account,
    AccountRole,
    Acquaintance,
    Assignment,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Touchpoint,
)
from tests.factories import NOW, TODAY, make_account, make_contact

COSTS = {
    "account": 17,
    "account-contacts": 10,
    "account-requests": 12,
    "account-touchpoints": 10,
    "account-briefing": 9,
}


@pytest.fixture
def acme(cast) -> Account:
    return make_account("Acme", team=cast.east, owner=cast.olga, parent=make_account("Group", team=cast.east))


def add_one_of_everything(cast, account: Account) -> None:
    contact = make_contact(account)
    Acquaintance.objects.create(person=cast.olga, contact=contact)
    Acquaintance.objects.create(person=cast.ivan, contact=contact)
    Assignment.objects.create(account=account, person=cast.sam, role=AccountRole.SPONSOR, from_on=TODAY)
    make_account(team=cast.east, parent=account)
    for owner in (cast.olga, cast.ivan):
        for settled in (None, TODAY):
            ClientRequest.objects.create(
                account=account,
                contact=contact,
                owner=owner,
                title="A report",
                opened_on=TODAY,
                promised_on=TODAY - timedelta(days=3),
                closed_on=settled,
            )
            Commitment.objects.create(
                account=account,
                contact=contact,
                owner=owner,
                text="A discount",
                made_on=TODAY,
                due_on=TODAY - timedelta(days=3),
                kept_on=settled,
            )
        Touchpoint.objects.create(
            account=account, contact=contact, person=owner, channel="phone", happened_at=NOW, subject="Call"
        )
        for text in ("Calm", ""):
            BriefingEntry.objects.create(
                account=account, section="health", text=text, owner=owner, said_by=cast.bea, updated_at=NOW
            )


@pytest.mark.parametrize("tab", COSTS)
def test_many_of_everything_cost_as_many_queries_as_one(cast, acme, sign_in, django_assert_num_queries, tab):
    client, address = sign_in("olga"), reverse(tab, args=[acme.uuid])
    add_one_of_everything(cast, acme)
    with django_assert_num_queries(COSTS[tab]):
        client.get(address)
    for _another in range(3):
        add_one_of_everything(cast, acme)

    with django_assert_num_queries(COSTS[tab]):
        answer = client.get(address)

    assert answer.status_code == 200
