"""How the pages of departures answer when something is refused or is over."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest
from accounts.rendering.text import translate
from transitions.models import Departure, DepartureState, Scenario
from transitions.services import departures


def departure_url(departure: Departure) -> str:
    return reverse("departure", args=[departure.uuid])


def scenario_url(scenario: Scenario) -> str:
    return reverse("scenario", args=[scenario.uuid])


def while_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Nothing is set any more on a departure that is carried out, undone or withdrawn: say so, lead there."""

    @wraps(view)
    def guarded(request: AuthenticatedRequest, row: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        departure = row.departure if isinstance(row, Scenario) else row
        if departure.state != DepartureState.DRAFT:
            return over(request, departure)
        try:
            return view(request, row, *args, **kwargs)
        except departures.DepartureNotDraft as error:
            return over(request, error.departure)

    return guarded


def over(request: AuthenticatedRequest, departure: Departure) -> HttpResponse:
    state = departure.get_state_display()
    messages.warning(request, _("Nothing was changed: this departure is “%(state)s”.") % {"state": state})
    return redirect(departure_url(departure))


def settled(
    request: AuthenticatedRequest, deed: Callable[[], object], *, done: str, back: str
) -> HttpResponse:
    """Do what a button asks for and lead back; refusals and conflicts are said, nothing typed is lost."""
    try:
        deed()
    except StaleVersion:
        messages.error(
            request, _("Somebody changed this meanwhile. Nothing was done: look at it as it is now.")
        )
    except departures.PlanRefused as error:
        for _field, sentence in error.problems:
            messages.error(request, translate(sentence))
    else:
        messages.success(request, done)
    return redirect(back)
