"""The company that runs this installation."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Delivery, Organisation, Person
from accounts.models.prepared import prepared


def organisation() -> Organisation:
    """The one row without its logo, or its defaults where nothing was saved yet. One query."""
    return next(iter(_saved()), None) or Organisation(pk=1)


@prepared
def _saved() -> QuerySet:
    return Organisation.objects.defer("logo").filter(pk=1)


def organisation_of(request: Any) -> Organisation:
    """The same, read once per request."""
    if not hasattr(request, "_organisation"):
        request._organisation = organisation()
    return request._organisation


def last_test_mail(person: Person) -> Delivery | None:
    """The test mail that `person` asked for last, and what became of it."""
    return Delivery.objects.filter(person=person, kind="test").order_by("-created_at", "-pk").first()
