"""The company that runs this installation."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from accounts.models import Delivery, Organisation, Person
from accounts.models.prepared import prepared

COLUMNS = [field.attname for field in Organisation._meta.concrete_fields if field.name != "logo"]


def organisation() -> Organisation:
    """The one row without its logo, or its defaults where nothing was saved yet. One query."""
    for row in _row():
        return Organisation.from_db(DEFAULT_DB_ALIAS, COLUMNS, row)
    return Organisation(pk=1)


@prepared
def _row() -> QuerySet:
    return Organisation.objects.filter(pk=1).values_list(*COLUMNS)


def organisation_of(request: Any) -> Organisation:
    """The same, read once per request."""
    if not hasattr(request, "_organisation"):
        request._organisation = organisation()
    return request._organisation


def last_test_mail(person: Person) -> Delivery | None:
    """The test mail that `person` asked for last, and what became of it."""
    return Delivery.objects.filter(person=person, kind="test").order_by("-created_at", "-pk").first()
