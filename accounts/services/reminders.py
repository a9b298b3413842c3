"""Choosing how to be reminded."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import Person, ReminderPreference
from accounts.services import audit

WEEKDAYS = frozenset(range(7))


@transaction.atomic
def choose(
    *,
    person: Person,
    hour: int | None = None,
    quiet_weekdays: Collection[int] | None = None,
    wants_digest: bool,
    by: Person | None,
    now: datetime,
) -> ReminderPreference:
    """Keep whether `person` wants digests and, where given, at which hour and on which weekdays none comes.

    The hour is 0 to 23 in the person's own zone; weekdays are 0 (Monday) to 6, and not all seven.
    None as `by`: whoever followed the link in a mail. Safe to repeat.
    """
    chosen: dict[str, object] = {"wants_digest": wants_digest}
    if hour is not None:
        chosen["hour"] = hour
    if quiet_weekdays is not None:
        quiet = sorted(set(quiet_weekdays))
        if not set(quiet) < WEEKDAYS:
            raise ValueError(f"not some of the weekdays 0 to 6: {quiet}")
        chosen["quiet_weekdays"] = quiet
    preference, _ = ReminderPreference.objects.update_or_create(person=person, defaults=chosen)
    audit.record(verb="choose_reminders", rows=[preference], by=by, now=now)
    return preference
