"""How one is reminded: the choices, and the link in each digest that stops them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.forms.reminders import ReminderForm
from accounts.permissions import AuthenticatedRequest, allowed, public
from accounts.selectors.reminders import person_of, preference_of
from accounts.services import reminders as services
from accounts.views.editing import edited


@allowed("edit_own_preferences")
def reminders(request: AuthenticatedRequest) -> HttpResponse:
    person, now = request.user.person, timezone.now()
    form = ReminderForm(request.POST or None, preference=preference_of(person))
    return edited(
        request,
        form,
        lambda: services.choose(person=person, by=person, now=now, **form.chosen()),
        done=_("Your choice is kept."),
        back=reverse("mail"),
        back_label=_("My mail"),
        title=_("Reminders"),
        intro=_("When we write to you about what is due."),
        action=_("Save"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt  # RFC 8058: mail programs send one POST without cookies; the signed address is the right to
@public
def unsubscribe(request: HttpRequest, uuid: UUID, token: str) -> HttpResponse:
    """GET only asks, since scanners open every link; POST stops the digests, or begins them again."""
    person = person_of(uuid, token)
    if person is None:
        raise Http404
    if request.method == "POST":
        wanted = request.POST.get("wanted") == "yes"
        services.choose(person=person, wants_digest=wanted, by=None, now=timezone.now())
    context = {"person": person, "stopped": not preference_of(person).wants_digest}
    return TemplateResponse(request, "accounts/reminders/unsubscribe.html", context)
