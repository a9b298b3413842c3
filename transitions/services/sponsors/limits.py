"""How many promises a week a person can keep."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from accounts.services import audit
from transitions.models import PromiseLimit


@transaction.atomic
def set_limit(*, person: Person, touches: int, by: Person, now: datetime) -> PromiseLimit:
    """Keep how many promised touches fit into a week of `person`. Safe to repeat."""
    limit, _new = PromiseLimit.objects.update_or_create(person=person, defaults={"touches": touches})
    audit.record(verb="set_promise_limit", rows=[limit], by=by, now=now)
    return limit
