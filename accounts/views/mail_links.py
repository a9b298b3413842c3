"""Making the links in earlier mails void: one's own, or somebody's, by an administrator."""

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
