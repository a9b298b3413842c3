"""Everything that a person holds or promised: found in a constant number of queries, however much it is."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from accounts.models import Account, Assignment, ClientRequest, Commitment, Person, Team, User
from accounts.rules.text import Message
from transitions.documents.departures import Group, Holding
from transitions.models import HandoverPlan, PlanRole, PlanState, PlanStep
from transitions.models.plans import OUTLIVING
from transitions.rules.departures import KINDS

RUNNING = (PlanState.OPEN, PlanState.ON_HOLD)
GROUP_OF_STEP = {"meeting": "meetings", "check-in": "check_ins"}
ON_PLANS = ("outgoing", "incoming", "interim", "second_choice", "sponsor", "support")
ON_ACCOUNTS = ("owner", "sponsor", "support")

Row = tuple[int | None, Holding]  # the account that decides whether it is seen, and what it is


def holdings(person: Person, viewer: User) -> tuple[Group, ...]:
    """What `person` holds, by kind, in the order of KINDS; kinds without anything too. Seven queries.

    What lies on accounts that `viewer` does not see is counted and not named. Of plans, only those that
    `viewer` sees: one that is confidential is not even counted.
    """
    found: dict[str, list[Row]] = {key: [] for key in KINDS}
    for kind, row in _all(person, viewer):
        found[kind].append(row)
    accounts = {account for rows in found.values() for account, _holding in rows if account is not None}
    seen = set(Account.objects.visible_to(viewer).filter(pk__in=accounts).values_list("pk", flat=True))
    return tuple(_group(key, rows, seen) for key, rows in found.items())


def _group(key: str, rows: list[Row], seen: set[int]) -> Group:
    items = tuple(holding for account, holding in rows if account is None or account in seen)
    return Group(key, Message(KINDS[key]), items, len(rows) - len(items))


def _all(person: Person, viewer: User) -> Iterable[tuple[str, Row]]:
    plans = HandoverPlan.objects.visible_to(viewer).filter(state__in=RUNNING).values("pk")
    yield from _of_accounts(person)
    yield from _of_plans(person, plans)
    yield from _steps(person, viewer)
    yield from _requests(person)
    yield from _commitments(person)
    for name, uuid in Team.objects.filter(lead=person).order_by("name", "pk").values_list("name", "uuid"):
        yield "lead", (None, Holding(Message(name), uuid=uuid))


def _of_accounts(person: Person) -> Iterable[tuple[str, Row]]:
    """Roles on accounts that no open plan wrote: who owns, and who stayed as sponsor or support."""
    rows = (
        Assignment.objects.live()
        .shown()
        .filter(person=person, role__in=ON_ACCOUNTS, account__archived_at=None)
        .exclude(plan_role__plan__state__in=RUNNING)
        .order_by("account__name", "pk")
        .values_list("role", "account", "account__name", "account__uuid")
    )
    for role, account, name, uuid in rows:
        yield role, (account, Holding(Message(name), name, url_name="account", uuid=uuid))


def _of_plans(person: Person, plans: Any) -> Iterable[tuple[str, Row]]:
    rows = (
        PlanRole.objects.filter(
            plan__in=plans,
            assignment__person=person,
            assignment__role__in=ON_PLANS,
            assignment__until_on=None,
        )
        .order_by("plan__cutover_on", "plan__account__name", "pk")
        .values_list(
            "assignment__role", "plan__account", "plan__account__name", "plan__cutover_on", "plan__uuid"
        )
    )
    for role, account, name, on, uuid in rows:
        yield role, (account, Holding(Message(name), name, on, "plan", uuid))


def _steps(person: Person, viewer: User) -> Iterable[tuple[str, Row]]:
    standing = Q(plan__state__in=RUNNING) | OUTLIVING
    rows = (
        PlanStep.objects.visible_to(viewer)
        .undone()
        .filter(standing, owner=person)
        .order_by("due_on", "plan__account__name", "position", "pk")
        .values_list("kind", "title", "plan__account", "plan__account__name", "due_on", "uuid")
    )
    for kind, title, account, name, on, uuid in rows:
        holding = Holding(Message(title), name, on, "step", uuid)
        yield GROUP_OF_STEP.get(kind, "steps"), (account, holding)


def _requests(person: Person) -> Iterable[tuple[str, Row]]:
    rows = ClientRequest.objects.open().filter(owner=person, account__archived_at=None)
    return _dated("requests", rows.annotate(words=F("title"), on=F("promised_on")))


def _commitments(person: Person) -> Iterable[tuple[str, Row]]:
    rows = Commitment.objects.open().filter(owner=person, account__archived_at=None)
    return _dated("commitments", rows.annotate(words=F("text"), on=F("due_on")))


def _dated(kind: str, rows: Any) -> Iterable[tuple[str, Row]]:
    cells = rows.order_by(F("on").asc(nulls_last=True), "pk").values_list(
        "words", "account", "account__name", "on", "account__uuid"
    )
    words: str
    account: int
    name: str
    on: date | None
    uuid: UUID
    for words, account, name, on, uuid in cells:
        yield kind, (account, Holding(Message(words), name, on, "account", uuid))
