from datetime import timedelta

import pytest

from accounts.models import Audience, BriefingEntry
from accounts.models.base import StaleVersion
from accounts.services import briefing
from tests.factories import NOW, make_account

LATER = NOW + timedelta(days=2)


@pytest.fixture
def entry(cast) -> BriefingEntry:
    row = BriefingEntry(account=make_account("Acme"), section="health", text="Calm", owner=cast.olga)
    return briefing.add(entry=row, by=cast.olga, now=NOW)


def test_an_entry_is_internal_unless_said_otherwise(entry):
    assert entry.audience == Audience.INTERNAL


def test_editing_says_when_and_by_whom(cast, entry):
    entry.text = "Worried"

    briefing.edit(entry=entry, version=1, by=cast.ivan, now=LATER)

    row = BriefingEntry.objects.get()
    assert (row.text, row.version, row.updated_at) == ("Worried", 2, LATER)
    assert row.history.latest().history_user == cast.ivan


def test_editing_over_an_older_version_is_refused(cast, entry):
    BriefingEntry.objects.claim(pk=entry.pk, version=1)

    with pytest.raises(StaleVersion):
        briefing.edit(entry=entry, version=1, by=cast.ivan, now=LATER)


def test_what_no_longer_holds_is_archived_and_brought_back(cast, entry):
    briefing.archive(entry=entry, version=1, by=cast.olga, now=NOW)
    assert list(BriefingEntry.objects.live()) == []

    briefing.unarchive(entry=entry, by=cast.olga, now=NOW)
    assert list(BriefingEntry.objects.live()) == [entry]
