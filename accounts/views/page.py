"""What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.permissions import may
from accounts.selectors.organisation import organisation_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the organisation, what the navigation offers, whether this is the demo."""
    context: dict[str, Any] = {"demo": settings.DEMO, "organisation": organisation_of(request)}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context["navigation"] = {
            verb: may(user, verb) for verb in ("import", "manage_people", "manage_organisation", "see_outbox")
        }
        context["navigation"]["see_dashboard"] = user.role in ("leader", "executive", "administrator")
    return context
