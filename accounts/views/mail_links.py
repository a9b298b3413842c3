"""The links in mails: the answer to one, and making earlier ones void."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Person
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.services import mail_links as services
from accounts.views.editing import pressed


@require_POST
@allowed("edit_own_preferences")
def void_own(request: AuthenticatedRequest) -> HttpResponse:
    return _void(request, request.user.person, back=reverse("preferences"))


@require_POST
@allowed("manage_people", Person)
def void(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    return _void(request, person, back=reverse("person", args=[person.uuid]))


def _void(request: AuthenticatedRequest, person: Person, *, back: str) -> HttpResponse:
    return pressed(
        request,
        lambda: services.void(person=person, by=request.user.person, now=timezone.now()),
        done=_("The links in all earlier mails open nothing any more. Those in the next mail will."),
        back=back,
    )


def private(response: HttpResponse) -> HttpResponse:
    """The address is the right to it: it goes nowhere from here, and nothing keeps the page.

    Not "no-referrer": with it browsers send the form with an Origin of null.
    """
    response["Referrer-Policy"] = "strict-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
