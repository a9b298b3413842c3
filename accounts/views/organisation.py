"""The organisation's own pages: its colours as a style sheet, its logo, its settings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import etag, require_safe

from accounts.permissions import public
from accounts.rules.organisation import palette
from accounts.selectors.organisation import organisation_of


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
