"""What is done with client accounts and the people there."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Account, AccountRole, Assignment, Person


class OwnerHasLeft(Exception):
    """The person is no longer with us and cannot own an account. Carries the person."""

    def __init__(self, person: Person) -> None:
        super().__init__(f"person {person.pk} is archived")
        self.person = person


@transaction.atomic
def change_owner(*, account: Account, person: Person, why: str, by: Person, now: datetime) -> Assignment:
    """Make `person` the owner from today; the owner until now stays in the history.

    Naming the owner again changes nothing. Raises OwnerHasLeft. Whether an open plan forbids it is
    for the caller to ask.
    """
    if person.archived_at is not None:
        raise OwnerHasLeft(person)
    Account.objects.select_for_update().get(pk=account.pk)
    current = account.assignments.owners().first()
    if current is not None and current.person_id == person.pk:
        return current
    end_owner(account=account, now=now)
    return Assignment.objects.create(
        account=account, person=person, role=AccountRole.OWNER, from_on=timezone.localdate(now), why=why
    )


@transaction.atomic
def end_owner(*, account: Account, now: datetime) -> None:
    """Leave the account without an owner, until somebody is named."""
    today = timezone.localdate(now)
    for current in account.assignments.owners():
        current.until_on = max(today, current.from_on)  # an owner may be entered for a day to come
        current.save(update_fields=["until_on"])
