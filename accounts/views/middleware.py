"""Each request in its person's language and time zone; nothing of ours in a shared cache."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.selectors import organisation as organisations


class PersonMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            ours = organisations.organisation_of(request)
            person = request.user.person
            request.user.asked_at = timezone.now()
            timezone.activate(ZoneInfo(person.tz or ours.tz))
            translation.activate(person.language or ours.language)
            request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        timezone.deactivate()
        if "Cache-Control" not in response:
            response["Cache-Control"] = "private, no-store"
        return response
