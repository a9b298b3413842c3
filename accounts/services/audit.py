"""Writing the audit record, and sealing it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, models, transaction

from accounts.models import AuditEvent, Person
from accounts.rules.audit import digest_of, seal_of

# A transaction that is older than this is over, so that no event can still appear before a sealed one.
SETTLED = timedelta(minutes=5)
MOST_AT_ONCE = 5000


def record(*, verb: str, rows: Iterable[models.Model], by: Person | None, now: datetime) -> None:
    """Add one event per row, in the caller's transaction. One query per 500 rows."""
    AuditEvent.objects.bulk_create(
        (
            AuditEvent(
                at=now,
                by_id_was=by.pk if by else None,
                verb=verb,
                subject=row._meta.label,
                subject_id=str(row.pk),
                digest=digest_of({f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}),
            )
            for row in rows
        ),
        batch_size=500,
    )


def seal(*, now: datetime) -> int:
    """Chain events that are at least `SETTLED` old. Returns how many.

    Two sealers at once are harmless: places are unique, so the later one seals nothing.
    """
    try:
        with transaction.atomic():
            return _seal(now)
    except IntegrityError:
        return 0


def _seal(now: datetime) -> int:
    last = AuditEvent.objects.exclude(place=None).order_by("-place").first()
    place, before = (last.place or 0, last.seal) if last else (0, "")
    events = list(AuditEvent.objects.filter(place=None, at__lt=now - SETTLED).order_by("pk")[:MOST_AT_ONCE])
    for event in events:
        place += 1
        event.place = place
        event.seal = before = seal_of(
            before,
            place=place,
            at=event.at,
            by=event.by_id_was,
            verb=event.verb,
            subject=event.subject,
            subject_id=event.subject_id,
            digest=event.digest,
        )
    AuditEvent.objects.bulk_update(events, ["place", "seal"], batch_size=500)
    return len(events)
