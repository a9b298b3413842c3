"""What every page shows around its content."""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.rendering.rows import drawn
from accounts.selectors.organisation import organisation_of

EVERYBODY = frozenset({"account_manager", "leader", "executive", "colleague", "administrator"})
DECIDERS = frozenset({"leader", "executive", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})


@dataclass(frozen=True, slots=True, eq=False)  # each is itself: what is drawn of them is kept by them
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
    Place("departures", "door-open", _("Departures"), DECIDERS),
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
    """Context processor: the organisation, the navigation, whether this is the demo."""
    context: dict[str, Any] = {"demo": settings.DEMO, "organisation": organisation_of(request)}
    user: Any = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context["navigation"] = partial(_navigation, user, request)  # called where a template shows it
    return context


def _navigation(user: User, request: HttpRequest) -> SafeString:
    """What the person may go to, drawn once for each role and each place where one may be."""
    cells = {
        "places": _offered(PLACES, user.role),
        "administration": _offered(ADMINISTRATION, user.role),
        **_here(request.path),
        "name": user.person.name,
        "role": user.get_role_display(),
        "csrf": get_token(request),
    }
    return drawn("components/navigation.html", [cells], shape=("places", "administration", "here", "exactly"))


@lru_cache
def _offered(places: tuple[Place, ...], role: str) -> tuple[Place, ...]:
    return tuple(place for place in places if role in place.roles)


def _here(path: str) -> dict[str, Any]:
    """The place to which the page of `path` belongs, and whether it is that very page."""
    for place in (*PLACES, *ADMINISTRATION):
        url = _address(place)
        if path == url or (url != "/" and path.startswith(url)):
            return {"here": place.name, "exactly": path == url}
    return {"here": "", "exactly": False}


@lru_cache
def _address(place: Place) -> str:
    return reverse(place.name)
