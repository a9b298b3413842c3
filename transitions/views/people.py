"""The plans' side of a person's page: what they still owe."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import Person
from accounts.permissions import AuthenticatedRequest
from transitions.permissions import allowed, may
from transitions.selectors import people as selectors


@allowed("see_plans", Person)
def open_steps(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    """A piece of the person's page, which asks for it; a page of its own without scripts."""
    today = timezone.localdate()
    items = [(item, item.state(today)) for item in selectors.open_steps(person, request.user)]
    context = {
        "person": person,
        "items": items,
        "may_depart": person.archived_at is None and may(request.user, "begin_departure", person),
    }
    template = "steps.html" if request.htmx else "steps_page.html"  # type: ignore[attr-defined]
    return TemplateResponse(request, f"transitions/people/{template}", context)
