"""My day: what is due from one person, what others owe their plans, and these plans."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Organisation, User
from accounts.models.prepared import planned_anew, prepared
from accounts.rules.calendar import today as today_in
from accounts.rules.text import Message
from accounts.selectors.absence import Company
from accounts.selectors.calendar import our_tz, tz_in
from accounts.selectors.organisation import organisation
from transitions.documents.day import Day, DueItem, MyPlan
from transitions.models import HandoverPlan, PlanRole, PlanStep
from transitions.rules.plans import number_of
from transitions.selectors.plans.due import Due, by_date
from transitions.selectors.plans.owed import MOST_ITEMS, readers_of
from transitions.selectors.playbooks import stage_titles

WEEK = timedelta(days=7)
SHOWN = {"late": 12, "today": 30, "ahead": 10, "risen": 12}  # on one's day, until one asks for all
MOST_WAITING = 20
MOST_PLANS = 60
KEEPERS = {"author", "steward", "outgoing", "incoming", "interim"}  # they keep an eye on the whole plan


def my_day(user: User, now: datetime, *, ours: Organisation | None = None, whole: bool = False) -> Day:
    """The day of the signed-in person, in their own zone, in a constant number of queries.

    The first few items of each kind, or with `whole` all of them. `ours` spares a query where neither
    the person's zone nor their country is known.
    """
    person = user.person
    company = Company(ours or organisation(), now)
    tz = tz_in(person.tz, person.country) or our_tz(company.ours)
    today = today_in(now, tz)
    until = today + WEEK
    rows, kept = _my_plans(person.pk)
    all_due = Due([person.pk], until, company, today=today, kept=kept)
    due: dict[str, list[DueItem]] = {state: [] for state in SHOWN}
    for item in sorted(all_due.items, key=by_date):
        due["risen" if item.risen_on else item.state(today)].append(item)
    due["risen"].sort(key=lambda item: item.risen_on or today, reverse=True)  # the news first, as in the mail
    mine = {item.step for state, found in due.items() for item in found if state != "risen"}
    leave = company.leaves.get(person.pk)
    shown = {
        state: tuple(all_due.told(item) for item in found[: None if whole else SHOWN[state]])
        for state, found in due.items()
    }
    return Day(
        today=today,
        week_ends_on=until,
        late=shown["late"],
        due_today=shown["today"],
        this_week=shown["ahead"],
        risen=shown["risen"],
        waiting=tuple(item for item in _waiting(person.pk, rows, until) if item.step not in mine),
        plans=tuple(_plan(row) for row in rows),
        more_late=_late_in_all(person.pk, today, len(due["late"])) - len(shown["late"]),
        more_today=len(due["today"]) - len(shown["today"]),
        more_this_week=len(due["ahead"]) - len(shown["ahead"]),
        more_risen=len(due["risen"]) - len(shown["risen"]),
        away=leave is not None,
        back_on=leave.back_on if leave else None,
        stand_in=leave.standing_by[0].name if leave and leave.standing_by else "",
        revenue=sum((row.value or Decimal(0) for row in rows), Decimal(0)),
    )


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
    readers = readers_of({row.pk for row in rows if row.released_at is None})
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
