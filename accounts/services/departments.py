"""Departments that talk to clients: added, edited, archived, brought back."""

from datetime import datetime

from django.db import transaction

from accounts.models import Department, Person
from accounts.rules.text import Message, gettext_noop
from accounts.services.history import keep, keep_claimed


class DepartmentRefused(Exception):
    """Why a department cannot be kept so. `field` names what to correct."""

    def __init__(self, message: Message, *, field: str) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


@transaction.atomic
def add(*, name: str, person: Person, by: Person, now: datetime) -> Department:
    """Add a department. Raises DepartmentRefused for a name that stands already, or a person who has left."""
    _refuse(name, person)
    return keep(Department(name=name, person=person), by=by, now=now)


@transaction.atomic
def edit(
    *, department: Department, version: int, name: str, person: Person, by: Person, now: datetime
) -> Department:
    """Rename a department or let somebody else answer for it. Raises StaleVersion, DepartmentRefused."""
    _refuse(name, person, but=department)
    department.name, department.person = name, person
    return keep_claimed(department, version=version, by=by, now=now)


@transaction.atomic
def archive(*, department: Department, version: int, by: Person, now: datetime) -> Department:
    """Ask this department no more; what it acknowledged stays. Raises StaleVersion."""
    department.archived_at = now
    return keep_claimed(department, version=version, by=by, now=now)


@transaction.atomic
def unarchive(*, department: Department, by: Person, now: datetime) -> Department:
    """Bring a department back. Raises DepartmentRefused when its name has been taken meanwhile."""
    _refuse(department.name, department.person, but=department)
    department.archived_at = None
    return keep_claimed(department, version=department.version, by=by, now=now)


def _refuse(name: str, person: Person, but: Department | None = None) -> None:
    standing = Department.objects.live().filter(name__iexact=name)
    if standing.exclude(pk=but.pk if but else None).exists():
        raise DepartmentRefused(
            Message(gettext_noop("There is a department of this name already.")), field="name"
        )
    if person.archived_at is not None:
        raise DepartmentRefused(
            Message(gettext_noop("%(name)s has left."), {"name": person.name}), field="person"
        )
