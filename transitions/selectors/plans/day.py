"""What is due: one person's day, and the items of many persons for their digests."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import ClientRequest, Commitment, Organisation, User
from accounts.models.prepared import planned_anew, prepared
from accounts.rules.calendar import today as today_in
from accounts.rules.text import Message
from accounts.selectors.calendar import country_tz, our_tz, zone
from accounts.selectors.organisation import organisation
from transitions.documents.day import Day, DueItem, MyPlan
from transitions.models import HandoverPlan, PlanReader, PlanRole, PlanStep
from transitions.rules.finish import is_plain
from transitions.rules.plans import number_of
from transitions.rules.sponsors import missed_on
from transitions.rules.story import ACKNOWLEDGEMENT
from transitions.rules.support import TAKEOVER
from transitions.selectors import care, concerns
from transitions.selectors.playbooks import stage_titles
from transitions.selectors.sponsors import Calendars, risen

WEEK = timedelta(days=7)
MOST_ITEMS = 200  # of each kind read for one's day
SHOWN = {"late": 12, "today": 30, "ahead": 10}  # on one's day, until one asks for all
MOST_WAITING = 20
MOST_PLANS = 60
PAGES_OF_THEIR_OWN = (ACKNOWLEDGEMENT, TAKEOVER)  # kinds of steps, and the names of their addresses
KEEPERS = {"author", "steward", "outgoing", "incoming", "interim"}  # they keep an eye on the whole plan


def my_day(user: User, now: datetime, *, ours: Organisation | None = None, whole: bool = False) -> Day:
    """The day of the signed-in person, in their own zone, in a constant number of queries.

    The first few items of each kind, or with `whole` all of them. `ours` spares a query where neither
    the person's zone nor their country is known.
    """
    person = user.person
    tz = zone(person.tz) or zone(country_tz(person.country)) or our_tz(ours or organisation())
    today = today_in(now, tz)
    until = today + WEEK
    rows, kept = _my_plans(person.pk)
    due: dict[str, list[DueItem]] = {"late": [], "today": [], "ahead": []}
    for item in sorted(_items([person.pk], until, today=today, kept=kept), key=_by_date):
        due[item.state(today)].append(item)
    shown = {state: items[: None if whole else SHOWN[state]] for state, items in due.items()}
    return Day(
        today=today,
        week_ends_on=until,
        late=tuple(shown["late"]),
        due_today=tuple(shown["today"]),
        this_week=tuple(shown["ahead"]),
        waiting=tuple(_waiting(person.pk, rows, until)),
        plans=tuple(_plan(row) for row in rows),
        more_late=_late_in_all(person.pk, today, len(due["late"])) - len(shown["late"]),
        more_today=len(due["today"]) - len(shown["today"]),
        more_this_week=len(due["ahead"]) - len(shown["ahead"]),
        revenue=sum((row.value or Decimal(0) for row in rows), Decimal(0)),
    )


def due_items(person_ids: Collection[int], until: date) -> list[DueItem]:
    """Everything open that these persons owe up to and including `until`, by person and date.

    Steps of open plans, commitments, requests, answers to concerns and extras. What belongs to a plan that
    is still confidential goes to whoever owes it only if they may read the plan, else to the plan's steward,
    who is its author or took their place; so does a step that nobody owes yet, or whose owner has left.
    Promises that were not kept rise to the leader above. Seven queries for any number of
    persons, one more where some of them lead, and three where plans are confidential.
    """
    return sorted(_items(person_ids, until), key=lambda item: (item.person_id, *_by_date(item)))


def _by_date(item: DueItem) -> tuple[date, str, str]:
    return (item.due_on, item.account, item.title.msgid)


def _items(
    person_ids: Collection[int], until: date, *, today: date | None = None, kept: bool = True
) -> Iterator[DueItem]:
    """Everything due; with `today` for one's day, which is MOST_ITEMS of each kind.

    `kept`: whether these persons may be stewards of plans, which then are asked as well.
    """
    most = MOST_ITEMS if today else None
    yield from _steps(person_ids, until, today, kept=kept)
    yield from _commitments(person_ids, until, most)
    yield from _requests(person_ids, until, most)
    yield from _risen(person_ids, until, today)
    yield from concerns.due(person_ids, until, most)
    yield from care.due(person_ids, until, most)


STEP = (
    "key",
    "title",
    "due_on",
    "uuid",
    "version",
    "owner",
    "owner__name",
    "owner__archived_at",
    "plan",
    "plan__uuid",
    "plan__released_at",
    "plan__steward",
    "plan__account__name",
    "plan__account__country",
    "kind",
)


@prepared
def _owned(most: int | None, *, people: Collection[int], until: date, since: date | None = None) -> QuerySet:
    """Steps that these persons owe, the longest due first."""
    due = PlanStep.objects.due_by(until).filter(owner__in=people, owner__archived_at=None)
    due = due if since is None else due.filter(due_on__gte=since)
    return due.order_by("due_on", "position", "pk").values_list(*STEP)[:most]


@prepared
def _astray(most: int | None, *, people: Collection[int], until: date) -> QuerySet:
    """Steps of plans that these persons look after, whose owner they may not reach."""
    astray = Q(owner=None) | Q(owner__archived_at__isnull=False) | Q(plan__released_at=None)
    due = PlanStep.objects.due_by(until).filter(astray, plan__steward__in=people)
    return due.order_by("due_on", "position", "pk").values_list(*STEP)[:most]


def _steps(person_ids: Collection[int], until: date, today: date | None, *, kept: bool) -> Iterator[DueItem]:
    """Steps that these persons owe and may know of, and those of their plans that reach nobody else."""
    most, people = MOST_ITEMS if today else None, list(person_ids)
    found = _owned(most, people=people, until=until)
    if today and len(found) == most:  # so much is late that today's was not read
        found += _owned(most, people=people, until=until, since=today)
    if kept:
        found += _astray(most, people=people, until=until)
    rows = {row[3]: row for row in found}
    readers = _readers({row[8] for row in rows.values() if row[10] is None})
    asked = set(person_ids)
    calendars = Calendars(until.year)
    for row in rows.values():
        key, title, due_on, uuid, version, owner, name, left, pk, plan, released, steward = row[:12]
        account, country, kind = row[12:]
        reaches = owner is not None and left is None and (released is not None or (pk, owner) in readers)
        if (owner if reaches else steward) not in asked:
            continue
        if kind in PAGES_OF_THEIR_OWN and reaches:  # its reader need not see the plan, only that page
            yield DueItem(owner, kind, Message(title), account, due_on, kind, uuid)
            continue
        yield DueItem(
            person_id=owner if reaches else steward,
            kind="step" if reaches else "unowned",
            title=Message(title),
            account=account,
            due_on=due_on,
            url_name="promises" if kind == "check-in" else "plan",
            uuid=plan,
            number=number_of(key),
            plan=plan,
            step=uuid,
            version=version,
            owner="" if reaches else name or "",
            promise=kind == "check-in",
            decision=reaches and kind == "decision",
            plain=reaches and is_plain(kind),
            missed_on=missed_on(due_on, calendars[country]) if kind == "check-in" else None,
        )


def _risen(person_ids: Collection[int], until: date, today: date | None) -> Iterator[DueItem]:
    """Promises that others have not kept and that leaders among these persons are told of."""
    for one in risen(person_ids, today or until):
        yield DueItem(
            person_id=one.leader,
            kind="missed",
            title=Message(one.title),
            account=one.account,
            due_on=one.due_on,
            url_name="promises",
            uuid=one.plan,
            number=number_of(one.key),
            plan=one.plan,
            step=one.step,
            owner=one.owner,
            promise=True,
            missed_on=one.on,
        )


def _readers(plans: Collection[int]) -> set[tuple[int, int]]:
    """Plans with their named readers; asked only for plans that are still confidential."""
    if not plans:
        return set()
    return set(PlanReader.objects.filter(plan__in=plans).values_list("plan", "person"))


@prepared
def _promised(most: int | None, *, people: Collection[int], until: date) -> QuerySet:
    return (
        Commitment.objects.due_by(until)
        .filter(owner__in=people, account__archived_at=None)
        .order_by("due_on", "pk")
        .values_list("owner", "text", "due_on", "account__name", "account__uuid")[:most]
    )


def _commitments(person_ids: Collection[int], until: date, most: int | None) -> Iterator[DueItem]:
    for owner, text, due_on, account, uuid in _promised(most, people=list(person_ids), until=until):
        yield DueItem(owner, "commitment", Message(text), account, due_on, "account", uuid)


@prepared
def _asked(most: int | None, *, people: Collection[int], until: date) -> QuerySet:
    return (
        ClientRequest.objects.open()
        .filter(owner__in=people, promised_on__lte=until, account__archived_at=None)
        .order_by("promised_on", "pk")
        .values_list("owner", "title", "promised_on", "account__name", "account__uuid", "escalated")[:most]
    )


def _requests(person_ids: Collection[int], until: date, most: int | None) -> Iterator[DueItem]:
    for owner, title, due_on, account, uuid, escalated in _asked(most, people=list(person_ids), until=until):
        yield DueItem(owner, "request", Message(title), account, due_on, "account", uuid, escalated=escalated)


def _late_in_all(person_id: int, today: date, read: int) -> int:
    """How much is late, those not read included. A query only for somebody who has that many."""
    if read < MOST_ITEMS:
        return read
    late = PlanStep.objects.due_by(today - timedelta(days=1)).filter(
        owner=person_id, plan__released_at__isnull=False
    )
    return max(read, late.count())


@dataclass(frozen=True, slots=True)
class _Plan:
    """A row of one's plans, as read."""

    pk: int
    uuid: UUID
    account: str
    value: Decimal | None
    mode: str
    stage: str
    playbook: int
    digest: str
    author: int
    steward: int
    cutover_on: date | None
    next_due_on: date | None
    late_steps: int
    risk: int
    released_at: datetime | None
    roles: tuple[str, ...] = ()
    stage_title: Message = Message("")


@prepared
def _held(*, person: int) -> QuerySet:
    """The plans in which the person holds a role, and the role."""
    held = PlanRole.objects.filter(assignment__person=person, assignment__until_on=None)
    return held.order_by("pk").values_list("plan", "assignment__role")


@prepared
@planned_anew  # whoever looks after many plans asks for other ones than whoever does after none
def _open_plans(*, person: int, held: Collection[int]) -> QuerySet:
    return (
        HandoverPlan.objects.open()
        .filter(Q(steward=person) | Q(pk__in=held))
        .order_by("cutover_on", "pk")
        .values_list(
            "pk",
            "uuid",
            "account__name",
            "yearly_value",
            "mode",
            "stage",
            "playbook",
            "playbook__digest",
            "created_by",
            "steward",
            "cutover_on",
            "next_due_on",
            "late_steps",
            "risk",
            "released_at",
        )[:MOST_PLANS]
    )


def _my_plans(person_id: int) -> tuple[list[_Plan], bool]:
    """Open plans in which the person holds a role or which they look after, the nearest cutover first.

    And whether they may look after any, even one that they may not read.
    """
    roles: dict[int, list[str]] = {}
    for plan, role in _held(person=person_id):
        roles.setdefault(plan, []).append(role)
    rows = [_Plan(*row) for row in _open_plans(person=person_id, held=list(roles))]
    readers = _readers({row.pk for row in rows if row.released_at is None})
    titles = stage_titles((row.playbook, row.digest) for row in rows)
    kept = len(rows) == MOST_PLANS or any(row.steward == person_id for row in rows)
    shown = [
        replace(
            row,
            roles=(*roles.get(row.pk, ()), *_looks_after(row, person_id)),
            stage_title=titles[row.playbook, row.stage],
        )
        for row in rows
        if row.released_at is not None or (row.pk, person_id) in readers
    ]
    return shown, kept


def _looks_after(row: _Plan, person_id: int) -> tuple[str, ...]:
    if row.steward != person_id:
        return ()
    return ("author",) if row.author == person_id else ("steward",)


def _plan(row: _Plan) -> MyPlan:
    return MyPlan(
        uuid=row.uuid,
        account=row.account,
        mode=row.mode,
        stage=row.stage,
        stage_title=row.stage_title,
        roles=row.roles,
        cutover_on=row.cutover_on,
        next_due_on=row.next_due_on,
        late=row.late_steps > 0,
        risk=row.risk,
        confidential=row.released_at is None,
    )


@prepared
def _owed_by_others(*, person: int, kept: Collection[int], until: date) -> QuerySet:
    return (
        PlanStep.objects.due_by(until)
        .filter(plan__in=kept, owner__archived_at=None)
        .exclude(owner=person)
        .exclude(owner=None)
        .order_by("due_on", "position", "pk")
        .values_list(
            "owner", "key", "title", "plan__account__name", "due_on", "plan__uuid", "uuid", "owner__name"
        )[:MOST_WAITING]
    )


def _waiting(person_id: int, plans: Iterable[_Plan], until: date) -> Iterator[DueItem]:
    """What others owe the plans that this person keeps an eye on."""
    kept = [plan.pk for plan in plans if KEEPERS & set(plan.roles)]
    for owner, key, title, account, due_on, plan, step, name in _owed_by_others(
        person=person_id, kept=kept, until=until
    ):
        yield DueItem(
            person_id=owner,
            kind="step",
            title=Message(title),
            account=account,
            due_on=due_on,
            url_name="plan",
            uuid=plan,
            number=number_of(key),
            plan=plan,
            step=step,
            owner=name,
        )
