"""Rows for tests, made the way the product makes them, with nothing random in them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.models import Account, AccountRole, Assignment, Contact, Person, Rep, Role, Team, User

NOW = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)  # a Tuesday
TODAY = NOW.date()
PASSWORD = "correct horse battery"

_numbers = count(1)


def make_team(name: str, *, under: Team | None = None, lead: Person | None = None) -> Team:
    if under is None:
        return Team.objects.add_root({"name": name, "lead": lead})
    return Team.objects.add_child(under, {"name": name, "lead": lead})


def make_person(name: str, *, team: Team | None = None, email: str | None = None, **fields: Any) -> Person:
    if email is None:
        email = f"{name.lower().replace(' ', '.')}@example.com"
    return Person.objects.create(name=name, team=team, email=email, **fields)


def make_rep(name: str, *, team: Team | None = None, **fields: Any) -> Person:
    person = make_person(name, team=team)
    Rep.objects.create(person=person, **fields)
    return person


def make_user(person: Person, role: str = Role.ACCOUNT_MANAGER) -> User:
    user = User(person=person, email=person.email, role=role, created_at=NOW)
    user.set_password(PASSWORD)
    user.save()
    return user


def make_account(
    name: str = "",
    *,
    team: Team | None = None,
    owner: Person | None = None,
    since: date = date(2025, 1, 7),
    **fields: Any,
) -> Account:
    fields.setdefault("yearly_value", Decimal("120000"))
    fields.setdefault("country", "US")
    account = Account.objects.create(
        name=name or f"Client {next(_numbers)}", team=team, created_at=NOW, **fields
    )
    if owner is not None:
        Assignment.objects.create(account=account, person=owner, role=AccountRole.OWNER, from_on=since)
    return account


def make_contact(account: Account, name: str = "", **fields: Any) -> Contact:
    return Contact.objects.create(account=account, name=name or f"Contact {next(_numbers)}", **fields)
