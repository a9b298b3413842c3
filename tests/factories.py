"""Rows for tests, made the way the product makes them, with nothing random in them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from django.db.models import Model

from accounts.models import Account, AccountRole, Assignment, Contact, Person, Rep, Role, Team, User
from transitions.models import HandoverPlan, PlaybookVersion
from transitions.rules.playbooks import SHIPPED
from transitions.services import plans, playbooks

NOW = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)  # a Tuesday
TODAY = NOW.date()
CUTOVER = date(2027, 6, 15)  # far enough from TODAY for any notice
PASSWORD = "correct horse battery"

_numbers = count(1)
Row = TypeVar("Row", bound=Model)


def made(row: Row) -> Row:
    """Save `row` as of NOW: a history that began today would, one day, begin after what tests do to it."""
    row._history_date = NOW
    row.save()
    return row


def make_team(name: str, *, under: Team | None = None, lead: Person | None = None) -> Team:
    if under is None:
        return Team.objects.add_root({"name": name, "lead": lead})
    return Team.objects.add_child(under, {"name": name, "lead": lead})


def make_person(name: str, *, team: Team | None = None, email: str | None = None, **fields: Any) -> Person:
    if email is None:
        email = f"{name.lower().replace(' ', '.')}@example.com"
    return made(Person(name=name, team=team, email=email, **fields))


def make_rep(name: str, *, team: Team | None = None, **fields: Any) -> Person:
    person = make_person(name, team=team)
    made(Rep(person=person, **fields))
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
    account = made(Account(name=name or f"Client {next(_numbers)}", team=team, created_at=NOW, **fields))
    if owner is not None:
        made(Assignment(account=account, person=owner, role=AccountRole.OWNER, from_on=since))
    return account


def make_contact(account: Account, name: str = "", **fields: Any) -> Contact:
    return made(Contact(account=account, name=name or f"Contact {next(_numbers)}", **fields))


def publish(key: str = "soft-standard") -> PlaybookVersion:
    """A shipped playbook, published: "soft-standard" or "hard-standard"."""
    playbook = next(playbook for playbook in SHIPPED if playbook.key == key)
    return playbooks.publish(playbook=playbook, by=None, now=NOW)


def start_plan(
    account: Account,
    by: Person,
    *,
    playbook: str = "soft-standard",
    cutover: date = CUTOVER,
    anchors: dict[str, date] | None = None,
    people: dict[str, list[Person]] | None = None,
    now: datetime = NOW,
    **fields: Any,
) -> HandoverPlan:
    """A plan as the service starts it, with all the notice that it needs."""
    return plans.start(
        account=account,
        playbook=publish(playbook),
        anchors={"cutover": cutover, **(anchors or {})},
        people=people or {},
        by=by,
        now=now,
        **{
            "reason": "promotion",
            "why": "Olga leads the east from now on.",
            "gets_better": "Ivan knows your industry.",
            "stays": "Your prices and your contacts in support.",
            **fields,
        },
    )
