"""The company that runs this installation."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import Delivery, Department, Organisation, Person
from accounts.models.prepared import prepared


def organisation() -> Organisation:
    """The one row without its logo, or its defaults where nothing was saved yet. One query."""
    return next(iter(_saved()), None) or Organisation(pk=1)


@prepared
def _saved() -> QuerySet:
    return Organisation.objects.defer("logo").filter(pk=1)


def logo_of(ours: Organisation) -> bytes:
    """The logo's bytes, which `organisation` leaves unread; nothing where there is none. One query."""
    found = Organisation.objects.filter(pk=ours.pk).values_list("logo", flat=True).first()
    return bytes(found or b"")


def organisation_of(request: Any) -> Organisation:
    """The same, read once per request."""
    if not hasattr(request, "_organisation"):
        request._organisation = organisation()
    return request._organisation


def last_test_mail(person: Person) -> Delivery | None:
    """The test mail that `person` asked for last, and what became of it."""
    return Delivery.objects.filter(person=person, kind="test").order_by("-created_at", "-pk").first()


def departments() -> QuerySet[Department]:
    """The departments that are asked before a client hears of a change, by name."""
    return Department.objects.live().select_related("person").order_by("name", "pk")
