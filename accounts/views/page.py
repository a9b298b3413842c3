"""What every page shows around its content."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors.organisation import organisation_of

EVERYBODY = frozenset({"account_manager", "leader", "executive", "colleague", "administrator"})
DECIDERS = frozenset({"leader", "executive", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation: the name of its address, its icon, its words, and for whom."""

    name: str
    icon: str
    words: Any
    roles: frozenset[str]


PLACES = (
    Place("my-day", "sun", _("My day"), EVERYBODY),
    Place("transitions", "signpost-split", _("Transitions"), DECIDERS),
    Place("plans", "arrow-left-right", _("Plans"), EVERYBODY),
    Place("sponsors", "telephone-outbound", _("Promises"), EVERYBODY),
    Place("accounts", "buildings", _("Accounts"), EVERYBODY),
    Place("people", "people", _("People"), EVERYBODY),
    Place("playbooks", "journal-check", _("Playbooks"), EVERYBODY),
    Place("mail", "envelope", _("My mail"), EVERYBODY),
)
ADMINISTRATION = (
    Place("imports", "upload", _("Imports"), ADMINISTRATORS),
    Place("outbox", "send", _("Outbox"), ADMINISTRATORS),
    Place("organisation", "gear", _("Settings"), ADMINISTRATORS),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the organisation, what the navigation offers, whether this is the demo."""
    context: dict[str, Any] = {"demo": settings.DEMO, "organisation": organisation_of(request)}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context["places"] = _offered(PLACES, user, request)
        context["administration"] = _offered(ADMINISTRATION, user, request)
    return context


def _offered(places: tuple[Place, ...], user: User, request: HttpRequest) -> list[dict[str, Any]]:
    offered = []
    for place in places:
        if user.role not in place.roles:
            continue
        try:
            url = reverse(place.name)
        except NoReverseMatch:
            continue
        offered.append(
            {"url": url, "icon": place.icon, "words": place.words, "here": _here(url, request.path)}
        )
    return offered


def _here(url: str, path: str) -> str:
    """What `aria-current` says of a place: this very page, one of its pages, or nothing."""
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(url) else ""
