"""How one is reminded: the choices, signed in or from a digest, and the link that stops a digest at once."""

from typing import Any, cast, get_args
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.forms.reminders import ReminderForm
from accounts.permissions import AuthenticatedRequest, allowed, public
from accounts.selectors.organisation import organisation_of
from accounts.selectors.reminders import Digest, Linked, choices_path, linked, preference_of
from accounts.services import reminders as services
from accounts.views.mail_links import private


@allowed("edit_own_preferences")
def reminders(request: AuthenticatedRequest) -> HttpResponse:
    person = request.user.person
    form = ReminderForm(
        request.POST or None, person=person, preference=preference_of(person), ours=organisation_of(request)
    )
    if request.method == "POST" and form.is_valid():
        services.choose(person=person, by=person, now=timezone.now(), **form.chosen())
        messages.success(request, _("Your choice is kept."))
        return redirect("mail")
    return TemplateResponse(request, "accounts/reminders/reminders.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def by_link(request: HttpRequest, uuid: UUID, token: str) -> HttpResponse:
    """The same choices, for whoever follows the link in their digest. Opening it changes nothing."""
    found = linked(uuid, token, "choices")
    someone_else = request.user.is_authenticated and found and request.user.person_id != found.person.pk
    if found is None or not found.current or someone_else:
        return _void(request)
    ours, kept = organisation_of(request), False
    with translation.override(found.person.language or ours.language):
        posted = request.POST if request.method == "POST" else None
        form = ReminderForm(posted, person=found.person, preference=found.preference, ours=ours)
        if posted is not None and form.is_valid():
            services.choose(person=found.person, by=None, now=timezone.now(), **form.chosen())
            form = ReminderForm(person=found.person, preference=preference_of(found.person), ours=ours)
            kept = True
        return _page(request, "by_link.html", {"form": form, "person": found.person, "kept": kept})


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt  # RFC 8058: mail programs send one POST without cookies; the signed address is the right to it
@public
def unsubscribe(request: HttpRequest, which: str, uuid: UUID, token: str) -> HttpResponse:
    """GET only asks, since scanners open every link; POST stops one digest, or begins it again."""
    found = linked(uuid, token, which) if which in get_args(Digest) else None
    if found is None:
        return _void(request)
    person, digest = found.person, cast("Digest", which)
    wanted = request.method == "POST" and request.POST.get("wanted") == "yes"
    if request.method == "POST":
        services.set_wanted(person=person, which=digest, wanted=wanted, by=None, now=timezone.now())
        found = Linked(person, preference_of(person), found.current)
    preference = found.preference
    context = {
        "person": person,
        "weekly": digest == "weekly",
        "resumed": wanted,
        "stopped": not (preference.wants_weekly if digest == "weekly" else preference.wants_digest),
        "choices": _choices(found),
    }
    with translation.override(person.language or organisation_of(request).language):
        return _page(request, "unsubscribe.html", context)


def _choices(found: Linked) -> str:
    """Where all choices are; whoever made their links void since has to sign in for them."""
    if not found.current:
        return reverse("reminders")
    return choices_path(found.person.uuid, found.person.email, series=found.preference.link_series)


def _void(request: HttpRequest) -> HttpResponse:
    """Whoever only opens it has no use of guessing, and is answered at less cost than counting has."""
    limited = request.method == "POST" and ratelimit.consume_or_429(request, action="bad_link")
    return limited or _page(request, "void.html", {}, status=404)


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return private(render(request, f"accounts/reminders/{name}", context, status=status))
