import pytest

from accounts.models import ClientRequest, Commitment
from accounts.models.base import StaleVersion
from accounts.services import requests
from tests.factories import NOW, TODAY, make_account


@pytest.fixture
def asked(cast) -> ClientRequest:
    entry = ClientRequest(
        account=make_account("Acme"), owner=cast.olga, title="A report", opened_on=TODAY, escalated=True
    )
    return requests.add(entry=entry, by=cast.olga, now=NOW)


@pytest.fixture
def promise(cast) -> Commitment:
    entry = Commitment(account=make_account("Acme"), owner=cast.olga, text="A discount", made_on=TODAY)
    return requests.add(entry=entry, by=cast.olga, now=NOW)


def test_add_writes_history(cast, asked):
    assert asked.history.get().history_user == cast.olga


def test_solve_closes_a_request_and_calms_it(cast, asked):
    requests.solve(request=asked, on=TODAY, version=1, by=cast.ivan, now=NOW)

    assert ClientRequest.objects.values_list("closed_on", "escalated").get() == (TODAY, False)
    assert list(ClientRequest.objects.open()) == []


def test_solve_over_an_older_version_is_refused(cast, asked):
    ClientRequest.objects.claim(pk=asked.pk, version=1)

    with pytest.raises(StaleVersion):
        requests.solve(request=asked, on=TODAY, version=1, by=cast.ivan, now=NOW)

    assert ClientRequest.objects.get().closed_on is None


def test_a_solved_request_can_be_opened_again(cast, asked):
    requests.solve(request=asked, on=TODAY, version=1, by=cast.olga, now=NOW)

    requests.reopen(request=asked, version=2, by=cast.olga, now=NOW)

    assert list(ClientRequest.objects.open()) == [asked]


def test_a_request_is_escalated_and_calmed(cast, asked):
    requests.escalate(request=asked, escalated=False, version=1, by=cast.olga, now=NOW)
    assert list(ClientRequest.objects.escalated()) == []

    requests.escalate(request=asked, escalated=True, version=2, by=cast.olga, now=NOW)
    assert list(ClientRequest.objects.escalated()) == [asked]


def test_a_commitment_is_kept_and_owed_again(cast, promise):
    requests.keep_promise(commitment=promise, on=TODAY, version=1, by=cast.olga, now=NOW)
    assert list(Commitment.objects.open()) == []

    requests.owe_again(commitment=promise, version=2, by=cast.olga, now=NOW)
    assert list(Commitment.objects.open()) == [promise]


def test_an_entry_made_by_mistake_is_archived_and_brought_back(cast, promise):
    requests.archive(entry=promise, version=1, by=cast.olga, now=NOW)
    assert list(Commitment.objects.open()) == []

    requests.unarchive(entry=promise, by=cast.olga, now=NOW)
    assert list(Commitment.objects.open()) == [promise]
