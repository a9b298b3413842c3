"""What is done with client accounts and the people there."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Account, AccountRole, Acquaintance, Assignment, Contact, Person
from accounts.services.history import keep, keep_claimed

DEEPEST_FAMILY = 20


class ParentLoop(Exception):
    """The chosen parent belongs to the account itself."""


class OwnerHasLeft(Exception):
    """The person is no longer with us and cannot own an account. Carries the person."""

    def __init__(self, person: Person) -> None:
        super().__init__(f"person {person.pk} is archived")
        self.person = person


@transaction.atomic
def create(*, account: Account, owner: Person | None, by: Person, now: datetime) -> Account:
    """Add an account, with its first owner if there is one."""
    account.created_at = now
    keep(account, by=by, now=now)
    if owner is not None:
        Assignment.objects.create(
            account=account, person=owner, role=AccountRole.OWNER, from_on=timezone.localdate(now)
        )
    return account


@transaction.atomic
def edit(*, account: Account, version: int, by: Person, now: datetime) -> Account:
    """Keep what was typed into `account`. Raises StaleVersion or ParentLoop."""
    _refuse_loops(account)
    return keep_claimed(account, version=version, by=by, now=now)


def _refuse_loops(account: Account) -> None:
    above = account.parent
    for _generation in range(DEEPEST_FAMILY):
        if above is None:
            return
        if above.pk == account.pk:
            raise ParentLoop
        above = above.parent
    raise ParentLoop


@transaction.atomic
def archive(*, account: Account, version: int, why: str, by: Person, now: datetime) -> Account:
    """Take the account out of lists and counts; everything known about it stays. Raises StaleVersion."""
    account.archived_at = now
    return keep_claimed(account, version=version, by=by, now=now, why=why)


@transaction.atomic
def unarchive(*, account: Account, by: Person, now: datetime) -> Account:
    """Bring the account back as it was. Raises StaleVersion."""
    account.archived_at = None
    return keep_claimed(account, version=account.version, by=by, now=now)


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


def add_contact(*, contact: Contact, by: Person, now: datetime) -> Contact:
    return keep(contact, by=by, now=now)


def edit_contact(*, contact: Contact, version: int, by: Person, now: datetime) -> Contact:
    """Keep what was typed into `contact`. Raises StaleVersion."""
    return keep_claimed(contact, version=version, by=by, now=now)


def archive_contact(*, contact: Contact, version: int, by: Person, now: datetime) -> Contact:
    """Take a contact who has left out of the people map. Raises StaleVersion."""
    contact.archived_at = now
    return keep_claimed(contact, version=version, by=by, now=now)


def unarchive_contact(*, contact: Contact, by: Person, now: datetime) -> Contact:
    contact.archived_at = None
    return keep_claimed(contact, version=contact.version, by=by, now=now)


def note_acquaintance(*, contact: Contact, person: Person, strength: int, note: str) -> Acquaintance:
    """Note that `person` knows `contact`; noting it again corrects how well."""
    acquaintance, _new = Acquaintance.objects.update_or_create(
        contact=contact, person=person, defaults={"strength": strength, "note": note}
    )
    return acquaintance


def forget_acquaintance(*, acquaintance: Acquaintance) -> None:
    acquaintance.delete()
