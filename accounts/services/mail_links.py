"""Links in mails that do something without signing in, and how to stop them."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import Person, ReminderPreference
from accounts.services import audit


@transaction.atomic
def void(*, person: Person, by: Person, now: datetime) -> None:
    """Make all links in earlier mails to `person` open nothing; those of the next mails work again.

    Invitations, resets of passwords and the link that stops digests are not meant.
    """
    preference, _ = ReminderPreference.objects.get_or_create(person=person)
    ReminderPreference.objects.filter(pk=preference.pk).update(link_series=F("link_series") + 1)
    preference.refresh_from_db()
    audit.record(verb="void_mail_links", rows=[preference], by=by, now=now)
