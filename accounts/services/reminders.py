"""Choosing how to be reminded."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person, ReminderPreference
from accounts.services import audit


@transaction.atomic
def choose(
    *, person: Person, hour: int | None = None, wants_digest: bool, by: Person | None, now: datetime
) -> ReminderPreference:
    """Keep whether `person` wants digests, and at which hour (0 to 23, in their own zone) if one is given.

    None as `by`: whoever followed the link in a mail. Safe to repeat.
    """
    chosen: dict[str, object] = {"wants_digest": wants_digest}
    if hour is not None:
        chosen["hour"] = hour
    preference, _ = ReminderPreference.objects.update_or_create(person=person, defaults=chosen)
    audit.record(verb="choose_reminders", rows=[preference], by=by, now=now)
    return preference
