from datetime import timedelta

import pytest

from accounts.models import Contact, Touchpoint
from accounts.models.base import StaleVersion
from accounts.services import history
from tests.factories import NOW, TODAY, make_account, make_contact


def touch(cast, contact, *, at=NOW) -> Touchpoint:
    return Touchpoint(
        account=contact.account,
        contact=contact,
        person=cast.olga,
        channel="phone",
        happened_at=at,
        subject="Call",
    )


@pytest.fixture
def maria(db) -> Contact:
    return make_contact(make_account("Acme"), "Maria", last_touch_on=TODAY - timedelta(days=10))


def test_a_touch_brings_the_contacts_last_touch_forward(cast, maria):
    history.record_touch(touchpoint=touch(cast, maria), by=cast.olga, now=NOW)

    maria.refresh_from_db()
    assert maria.last_touch_on == TODAY
    assert maria.version == 1  # nobody who edits the contact loses their text for it
    assert maria.history.latest().last_touch_on == TODAY


def test_an_older_touch_hides_no_newer_one(cast, maria):
    older = touch(cast, maria, at=NOW - timedelta(days=30))

    history.record_touch(touchpoint=older, by=cast.olga, now=NOW)

    maria.refresh_from_db()
    assert maria.last_touch_on == TODAY - timedelta(days=10)


def test_a_touch_of_nobody_in_particular_is_kept(cast, maria):
    unnamed = touch(cast, maria)
    unnamed.contact = None

    history.record_touch(touchpoint=unnamed, by=cast.olga, now=NOW)

    assert Touchpoint.objects.get().contact is None


def test_what_has_not_happened_yet_is_no_touch(cast, maria):
    with pytest.raises(history.NotYet):
        history.record_touch(
            touchpoint=touch(cast, maria, at=NOW + timedelta(hours=1)), by=cast.olga, now=NOW
        )

    assert Touchpoint.objects.count() == 0


def test_a_clock_that_runs_a_little_ahead_is_forgiven(cast, maria):
    history.record_touch(touchpoint=touch(cast, maria, at=NOW + timedelta(minutes=2)), by=cast.olga, now=NOW)

    assert Touchpoint.objects.count() == 1


def test_editing_a_touch_over_an_older_version_is_refused(cast, maria):
    row = history.record_touch(touchpoint=touch(cast, maria), by=cast.olga, now=NOW)
    Touchpoint.objects.claim(pk=row.pk, version=1)
    row.subject = "Visit"

    with pytest.raises(StaleVersion):
        history.edit_touch(touchpoint=row, version=1, by=cast.olga, now=NOW)

    assert Touchpoint.objects.get().subject == "Call"


def test_a_touch_noted_by_mistake_is_archived_and_brought_back(cast, maria):
    row = history.record_touch(touchpoint=touch(cast, maria), by=cast.olga, now=NOW)

    history.archive_touch(touchpoint=row, version=1, by=cast.olga, now=NOW)
    assert list(Touchpoint.objects.live()) == []

    history.unarchive_touch(touchpoint=row, by=cast.olga, now=NOW)
    assert list(Touchpoint.objects.live()) == [row]
