"""What is known about an account, written down."""

from datetime import datetime

from accounts.models import BriefingEntry, Person
from accounts.services.history import keep, keep_claimed


def add(*, entry: BriefingEntry, by: Person, now: datetime) -> BriefingEntry:
    entry.updated_at = now
    return keep(entry, by=by, now=now)


def edit(*, entry: BriefingEntry, version: int, by: Person, now: datetime) -> BriefingEntry:
    """Keep what was typed into `entry`. Raises StaleVersion."""
    entry.updated_at = now
    return keep_claimed(entry, version=version, by=by, now=now)


def archive(*, entry: BriefingEntry, version: int, by: Person, now: datetime) -> BriefingEntry:
    """Take out what no longer holds. Raises StaleVersion."""
    entry.archived_at = now
    return keep_claimed(entry, version=version, by=by, now=now)


def unarchive(*, entry: BriefingEntry, by: Person, now: datetime) -> BriefingEntry:
    entry.archived_at = None
    return keep_claimed(entry, version=entry.version, by=by, now=now)
