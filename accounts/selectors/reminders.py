"""How people want to be reminded, and the signed link by which they can stop it without signing in."""

from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import Person, ReminderPreference


def preference_of(person: Person) -> ReminderPreference:
    """The person's choices, or the defaults where nothing was chosen yet. One query."""
    return ReminderPreference.objects.filter(person=person).first() or ReminderPreference(person=person)


def unsubscribe_url(uuid: UUID, email: str) -> str:
    """The absolute address that stops the digests of one person, sent to one address."""
    return settings.SITE_URL + reverse("unsubscribe", args=[uuid, _signer(email).signature(str(uuid))])


def person_of(uuid: UUID, token: str) -> Person | None:
    """The person whose link this is; None for a forged one, or one sent to an address given up since."""
    person = Person.objects.live().filter(uuid=uuid).exclude(email="").first()
    if person is None:
        return None
    try:
        _signer(person.email).unsign(f"{uuid}:{token}")
    except BadSignature:
        return None
    return person


def _signer(email: str) -> Signer:
    return Signer(salt=f"stop digests to {email.lower()}")
