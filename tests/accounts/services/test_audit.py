from datetime import timedelta

from accounts.models import Account, AuditEvent
from accounts.selectors.audit import first_broken_seal
from accounts.services import audit
from accounts.services.history import keep
from tests.factories import NOW, make_account

LATER = NOW + timedelta(minutes=10)


def test_keeping_a_row_is_recorded_without_its_text(cast):
    account = make_account("Secret name", team=cast.east)
    account.name = "Another secret name"

    keep(account, by=cast.olga, now=NOW)

    event = AuditEvent.objects.get()
    assert (event.verb, event.subject, event.subject_id) == ("change", "accounts.Account", str(account.pk))
    assert event.by_id_was == cast.olga.pk
    assert "secret" not in "".join(str(value) for value in vars(event).values()).lower()


def test_sealing_twice_is_the_same_as_once(cast):
    keep(Account(name="New", created_at=NOW), by=cast.olga, now=NOW)

    assert [audit.seal(now=LATER), audit.seal(now=LATER)] == [1, 0]
    assert first_broken_seal() is None


def test_fresh_events_wait_for_transactions_under_way(cast):
    keep(Account(name="New", created_at=NOW), by=cast.olga, now=NOW)

    assert audit.seal(now=NOW + timedelta(minutes=1)) == 0


def test_a_changed_event_breaks_the_chain(cast):
    for name in ("One", "Two", "Three"):
        keep(Account(name=name, created_at=NOW), by=cast.olga, now=NOW)
    audit.seal(now=LATER)

    AuditEvent.objects.filter(place=2).update(by_id_was=cast.ivan.pk)

    assert first_broken_seal() == 2


def test_a_removed_event_breaks_the_chain(cast):
    for name in ("One", "Two", "Three"):
        keep(Account(name=name, created_at=NOW), by=cast.olga, now=NOW)
    audit.seal(now=LATER)

    AuditEvent.objects.filter(place=2).delete()

    assert first_broken_seal() == 2
