"""How people want to be reminded, and the signed links by which they can say so without signing in."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import ChatEndpoint, Organisation, Person, ReminderPreference, Role, Team, User
from accounts.selectors.calendar import REFERENCE_YEAR, country_calendar

Digest = Literal["daily", "weekly"]
ChatState = Literal["none", "broken", "works"]
_SALTS = {
    "daily": "stop digests to",
    "weekly": "stop weekly digests to",
    "choices": "choose reminders of",
}


@dataclass(frozen=True, slots=True)
class Linked:
    """Whose link it is. `current`: none of the person's links were made void since."""

    person: Person
    preference: ReminderPreference
    current: bool


def preference_of(person: Person) -> ReminderPreference:
    """The person's choices, or the defaults where nothing was chosen yet. One query."""
    return ReminderPreference.objects.filter(person=person).first() or ReminderPreference(person=person)


def leads(person: Person) -> bool:
    """Whether the weekly digest is for this person: they lead a team, or are an executive. Two queries."""
    if Team.objects.filter(lead=person).exists():
        return True
    return User.objects.filter(person=person, role=Role.EXECUTIVE).exists()


def chat_state(person: Person) -> ChatState:
    """Whether the person has entered a chat, and whether one works. One query."""
    rows = ChatEndpoint.objects.filter(person=person).values_list("paused_at", "disabled_at")
    works = [paused is None and disabled is None for paused, disabled in rows]
    return "works" if any(works) else "broken" if works else "none"


def holiday_country(country: str, ours: Organisation) -> str:
    """The country whose public holidays somebody keeps: their own, where it is known, else ours."""
    return country if country_calendar(country, REFERENCE_YEAR) else ours.country


def quiet_dates(country: str, ours: Organisation, year: int) -> frozenset[date]:
    """Public holidays around `year` and the company's free days, of whoever lives in `country`."""
    free = tuple(sorted(day for day, _name in ours.free_days))
    return _quiet_dates(holiday_country(country, ours).upper(), free, year)


@lru_cache(maxsize=600)
def _quiet_dates(country: str, free: tuple[str, ...], year: int) -> frozenset[date]:
    known = country_calendar(country, year)
    return (known.holidays if known else frozenset()) | {date.fromisoformat(day) for day in free}


def unsubscribe_url(uuid: UUID, email: str, which: Digest = "daily", *, series: int = 0) -> str:
    """The absolute address that stops one digest of one person, sent to one address.

    It does so for ever; with the person's `series` of links it leads on to all their choices, too, until
    they make the links in their mails void.
    """
    token = _token(uuid, email, which, series)
    return settings.SITE_URL + reverse("unsubscribe", args=[which, uuid, token])


def choices_url(uuid: UUID, email: str, *, series: int = 0) -> str:
    """The absolute address of all choices of one person, until they make the links in their mails void."""
    return settings.SITE_URL + choices_path(uuid, email, series=series)


def choices_path(uuid: UUID, email: str, *, series: int = 0) -> str:
    return reverse("reminders-by-link", args=[uuid, _token(uuid, email, "choices", series)])


def linked(uuid: UUID, token: str, purpose: str) -> Linked | None:
    """Whose link this is; None for a forged one, or one sent to an address given up since. Two queries."""
    person = Person.objects.live().filter(uuid=uuid).exclude(email="").first()
    if person is None:
        return None
    series, _dot, signature = token.rpartition(".")
    try:
        _signer(person.email, purpose).unsign(f"{uuid}.{series}:{signature}" if series else f"{uuid}:{token}")
    except BadSignature:
        return None
    preference = preference_of(person)
    return Linked(person, preference, current=series == _written(preference.link_series))


def _token(uuid: UUID, email: str, purpose: str, series: int) -> str:
    """The signature, behind the series where that is not the first: what is made void is counted."""
    signer = _signer(email, purpose)
    if not (number := _written(series)):
        return signer.signature(str(uuid))
    return f"{number}.{signer.signature(f'{uuid}.{number}')}"


def _written(series: int) -> str:
    return str(series) if series else ""


def _signer(email: str, purpose: str) -> Signer:
    return Signer(salt=f"{_SALTS[purpose]} {email.lower()}")
