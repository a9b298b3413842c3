"""The organisation's own pages: its colours as a style sheet, its logo, its settings."""

import re
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_POST, require_safe

from accounts.forms.organisation import OrganisationForm
from accounts.models import DeliveryState, Organisation
from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest, allowed, public
from accounts.rendering.text import translate
from accounts.rules.organisation import Palette, palette
from accounts.selectors.organisation import departments, last_test_mail, organisation_of
from accounts.services import organisation as services
from accounts.tasks import wake_sender
from accounts.views import editing

MOVING = (DeliveryState.QUEUED, DeliveryState.LEASED, DeliveryState.DATA)


@allowed("manage_organisation")
def organisation(request: AuthenticatedRequest) -> HttpResponse:
    ours = organisation_of(request)
    form = OrganisationForm(request.POST or None, request.FILES or None, organisation=ours)
    if request.method == "POST" and form.is_valid():
        try:
            services.edit(**form.details(), by=request.user.person, now=timezone.now())
        except StaleVersion as error:
            return editing.conflict(request, form, error, back=request.path)
        except services.LogoRefused as refusal:
            form.add_error("logo", translate(refusal.message))
        else:
            messages.success(request, _("The settings are saved."))
            return redirect("organisation")
    context = {
        "form": form,
        "ours": ours,
        "swatches": _swatches(ours.colour),
        "departments": departments(),
        **_test_mail(request),
    }
    return TemplateResponse(request, "accounts/organisation/settings.html", context)


def _swatches(colour: str) -> list[tuple[str, Palette, str]]:
    return [
        ("light", palette(colour, dark=False), _("On light pages")),
        ("dark", palette(colour, dark=True), _("On dark pages")),
    ]


def _test_mail(request: AuthenticatedRequest) -> dict[str, Any]:
    test = last_test_mail(request.user.person)
    reason = _(test.reason) if test and test.reason else ""
    return {"test": test, "moving": MOVING, "reason": reason}


@require_POST
@allowed("manage_organisation")
def test_mail(request: AuthenticatedRequest) -> HttpResponse:
    services.send_test_mail(by=request.user, now=timezone.now())
    wake_sender()
    return redirect(reverse("organisation") + "#test-mail")


@require_safe
@allowed("manage_organisation")
def test_mail_state(request: AuthenticatedRequest) -> HttpResponse:
    """What became of the last test mail: a piece of the page, which asks while it is on its way."""
    return TemplateResponse(request, "accounts/organisation/test_mail.html", _test_mail(request))


@require_safe
@allowed("manage_organisation")
def colours(request: AuthenticatedRequest) -> HttpResponse:
    """What a colour would look like, for the preview beside the form."""
    colour = request.GET.get("colour", "")
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise BadRequest("not a colour")
    return JsonResponse(
        {"light": asdict(palette(colour, dark=False)), "dark": asdict(palette(colour, dark=True))}
    )


def _brand_etag(request: HttpRequest) -> str:
    return f'"{organisation_of(request).colour}"'


@require_safe
@public
@cache_control(private=True, no_cache=True)
@etag(_brand_etag)
def brand_css(request: HttpRequest) -> HttpResponse:
    colour = organisation_of(request).colour
    context = {"light": palette(colour, dark=False), "dark": palette(colour, dark=True)}
    return render(request, "accounts/organisation/brand.css", context, content_type="text/css")


def _logo_etag(request: HttpRequest) -> str | None:
    digest = organisation_of(request).logo_digest
    return f'"{digest}"' if digest else None


@require_safe
@public
@cache_control(private=True, no_cache=True)
@etag(_logo_etag)
def logo(request: HttpRequest) -> HttpResponse:
    """The company's logo: on the sign-in page and in mail too, so for everybody."""
    picture = Organisation.objects.values_list("logo", flat=True).filter(pk=1).first()
    if not picture:
        raise Http404
    return HttpResponse(bytes(picture), content_type="image/png")
