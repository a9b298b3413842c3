"""What a person chooses for themselves."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from accounts.forms.people import PreferencesForm
from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.rendering.text import translate
from accounts.selectors.absence import what_it_does
from accounts.selectors.organisation import organisation_of
from accounts.services import people as services
from accounts.views import editing
from accounts.views.people import put_into


@allowed("edit_own_preferences")
def preferences(request: AuthenticatedRequest) -> HttpResponse:
    person = request.user.person
    form = PreferencesForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.edit_own(
                person=person,
                version=form.cleaned_data["version"],
                details=form.details(),
                now=timezone.now(),
            )
        except StaleVersion as error:
            return editing.conflict(request, form, error, back=request.path)
        except services.PeopleRefused as refusal:
            put_into(form, refusal)
        else:
            with override(person.language or organisation_of(request).language):
                messages.success(request, _("Saved."))
            return redirect("preferences")
    context = {
        "form": form,
        "person": person,
        "leave": _leave(request, form if form.is_bound else None),
        "second_factor": is_mfa_enabled(request.user, [Authenticator.Type.TOTP]),
    }
    return TemplateResponse(request, "accounts/people/preferences.html", context)


@require_safe
@allowed("edit_own_preferences")
def leave(request: AuthenticatedRequest) -> HttpResponse:
    """What the leave that is being typed would do."""
    form = PreferencesForm(request.GET, person=request.user.person)
    return TemplateResponse(request, "accounts/people/leave.html", {"leave": _leave(request, form)})


def _leave(request: AuthenticatedRequest, form: PreferencesForm | None) -> list[str]:
    """What the leave in the form does, or the one that stands saved."""
    person = request.user.person
    given = {name: getattr(person, name) for name in ("away_from_on", "away_until_on", "substitute")}
    if form is not None:
        form.is_valid()  # the other fields may be missing
        given = {name: form.cleaned_data.get(name) for name in given}
    found = what_it_does(
        person,
        from_on=given["away_from_on"],
        until_on=given["away_until_on"],
        substitute=given["substitute"],
        today=timezone.localdate(),
        ours=organisation_of(request),
    )
    return [translate(message) for message in found]
