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

from accounts.forms.people import PreferencesForm
from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest, allowed
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
        "second_factor": is_mfa_enabled(request.user, [Authenticator.Type.TOTP]),
    }
    return TemplateResponse(request, "accounts/people/preferences.html", context)
