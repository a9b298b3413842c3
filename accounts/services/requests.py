"""What clients asked for and what was promised to them."""

from datetime import date, datetime
from typing import TypeVar

from accounts.models import ClientRequest, Commitment, Person
from accounts.services.history import keep, keep_claimed

Entry = TypeVar("Entry", ClientRequest, Commitment)


def add(*, entry: Entry, by: Person, now: datetime) -> Entry:
    """Record a request or a commitment."""
    return keep(entry, by=by, now=now)


def edit(*, entry: Entry, version: int, by: Person, now: datetime) -> Entry:
    """Keep what was typed into a request or a commitment. Raises StaleVersion."""
    return keep_claimed(entry, version=version, by=by, now=now)


def solve(*, request: ClientRequest, on: date, version: int, by: Person, now: datetime) -> ClientRequest:
    """The client's request was solved on a day. A solved request is no longer escalated."""
    request.closed_on = on
    request.escalated = False
    return keep_claimed(request, version=version, by=by, now=now)


def reopen(*, request: ClientRequest, version: int, by: Person, now: datetime) -> ClientRequest:
    request.closed_on = None
    return keep_claimed(request, version=version, by=by, now=now)


def escalate(
    *, request: ClientRequest, escalated: bool, version: int, by: Person, now: datetime
) -> ClientRequest:
    """Mark a request as escalated, or as calm again."""
    request.escalated = escalated
    return keep_claimed(request, version=version, by=by, now=now)


def keep_promise(*, commitment: Commitment, on: date, version: int, by: Person, now: datetime) -> Commitment:
    """What was promised was done on a day."""
    commitment.kept_on = on
    return keep_claimed(commitment, version=version, by=by, now=now)


def owe_again(*, commitment: Commitment, version: int, by: Person, now: datetime) -> Commitment:
    """The promise is open again: it was marked as kept by mistake."""
    commitment.kept_on = None
    return keep_claimed(commitment, version=version, by=by, now=now)


def archive(*, entry: Entry, version: int, by: Person, now: datetime) -> Entry:
    """Take out an entry made by mistake."""
    entry.archived_at = now
    return keep_claimed(entry, version=version, by=by, now=now)


def unarchive(*, entry: Entry, by: Person, now: datetime) -> Entry:
    entry.archived_at = None
    return keep_claimed(entry, version=entry.version, by=by, now=now)
