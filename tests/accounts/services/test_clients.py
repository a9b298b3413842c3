from datetime import timedelta

import pytest

from accounts.models import Account, AccountRole, Acquaintance, Contact
from accounts.models.base import StaleVersion
from accounts.services import clients
from tests.factories import NOW, TODAY, make_account, make_contact

LATER = NOW + timedelta(days=1)


def test_create_names_the_first_owner(cast):
    account = clients.create(
        account=Account(name="Acme", team=cast.east), owner=cast.olga, by=cast.vera, now=NOW
    )

    owner = account.assignments.get()
    assert (owner.person, owner.role, owner.from_on) == (cast.olga, AccountRole.OWNER, TODAY)
    assert account.created_at == NOW
    assert account.history.get().history_user == cast.vera


def test_create_without_an_owner_leaves_it_open(cast):
    account = clients.create(account=Account(name="Acme"), owner=None, by=cast.ada, now=NOW)

    assert account.assignments.count() == 0


def test_edit_keeps_what_was_typed_with_its_author(cast):
    account = make_account("Acme", team=cast.east)
    account.name = "Acme Works"

    clients.edit(account=account, version=1, by=cast.vera, now=LATER)

    account.refresh_from_db()
    assert (account.name, account.version) == ("Acme Works", 2)
    assert account.history.latest().history_user == cast.vera
    assert account.history.latest().history_date == LATER


def test_edit_over_an_older_version_changes_nothing(cast):
    account = make_account("Acme", team=cast.east)
    theirs = Account.objects.get(pk=account.pk)
    theirs.name = "Acme Group"
    clients.edit(account=theirs, version=1, by=cast.vera, now=NOW)
    account.name = "Acme Works"

    with pytest.raises(StaleVersion) as stale:
        clients.edit(account=account, version=1, by=cast.olga, now=LATER)

    assert stale.value.row.name == "Acme Group"
    assert Account.objects.get(pk=account.pk).name == "Acme Group"
    assert account.history.filter(history_type="~").count() == 1


@pytest.mark.parametrize("generations", [0, 1, 3])
def test_edit_refuses_an_account_above_itself(cast, generations):
    account = make_account("Bottom")
    lowest = account
    for generation in range(generations):
        lowest = make_account(f"Child {generation}", parent=lowest)
    account.parent = lowest

    with pytest.raises(clients.ParentLoop):
        clients.edit(account=account, version=1, by=cast.ada, now=NOW)


def test_archive_keeps_everything_and_unarchive_brings_it_back(cast):
    account = make_account("Acme", team=cast.east, owner=cast.olga)

    clients.archive(account=account, version=1, why="Left us", by=cast.vera, now=NOW)

    assert list(Account.objects.live()) == []
    assert account.assignments.owners().get().person == cast.olga
    assert account.history.latest().history_change_reason == "Left us"

    clients.unarchive(account=account, by=cast.vera, now=LATER)

    assert list(Account.objects.live()) == [account]
    assert Account.objects.get().version == 3


def test_archive_over_an_older_version_is_refused(cast):
    account = make_account("Acme", team=cast.east)
    Account.objects.claim(pk=account.pk, version=1)

    with pytest.raises(StaleVersion):
        clients.archive(account=account, version=1, why="", by=cast.vera, now=NOW)

    assert Account.objects.get().archived_at is None


def test_a_contact_is_archived_and_brought_back(cast):
    contact = make_contact(make_account("Acme"), "Maria")

    clients.archive_contact(contact=contact, version=1, by=cast.olga, now=NOW)
    assert Contact.objects.get().archived_at == NOW

    clients.unarchive_contact(contact=contact, by=cast.olga, now=LATER)
    assert Contact.objects.get().archived_at is None


def test_noting_an_acquaintance_again_corrects_it(cast):
    contact = make_contact(make_account("Acme"), "Maria")
    clients.note_acquaintance(contact=contact, person=cast.olga, strength=1, note="")

    clients.note_acquaintance(contact=contact, person=cast.olga, strength=3, note="Golf")

    assert Acquaintance.objects.values_list("person", "strength", "note").get() == (cast.olga.pk, 3, "Golf")


def test_an_acquaintance_can_be_taken_out(cast):
    contact = make_contact(make_account("Acme"), "Maria")
    tie = clients.note_acquaintance(contact=contact, person=cast.olga, strength=1, note="")

    clients.forget_acquaintance(acquaintance=tie)

    assert Acquaintance.objects.count() == 0
