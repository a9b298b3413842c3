"""What is due: one person's day, and the items of many persons for their digests."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import ClientRequest, Commitment, Organisation, User
from accounts.rules.calendar import today as today_in
from accounts.rules.text import Message
from accounts.selectors.calendar import country_tz, our_tz, zone
from accounts.selectors.organisation import organisation
from transitions.documents.day import Day, DueItem, MyPlan
from transitions.models import HandoverPlan, PlanReader, PlanRole, PlanStep
from transitions.selectors.plans.page import number_of
from transitions.selectors.playbooks import stage_titles

WEEK = timedelta(days=7)
MOST_ITEMS = 60  # of each kind on one's day
MOST_WAITING = 20
MOST_PLANS = 60
KEEPERS = ("outgoing", "incoming", "interim")  # roles whose holders keep an eye on the whole plan


def my_day(user: User, now: datetime, *, ours: Organisation | None = None) -> Day:
    """The day of the signed-in person, in their own zone, in a constant number of queries."""
    person = user.person
    tz = zone(person.tz) or zone(country_tz(person.country)) or our_tz(ours or organisation())
    today = today_in(now, tz)
    until = today + WEEK
    items = sorted(_items([person.pk], until, most=MOST_ITEMS), key=_by_date)
    late = [item for item in items if item.state(today) == "late"]
    plans = _my_plans(person.pk, today)
    return Day(
        today=today,
        week_ends_on=until,
        late=tuple(late[:MOST_ITEMS]),
        due_today=tuple(item for item in items if item.state(today) == "today"),
        this_week=tuple(item for item in items if item.state(today) == "ahead"),
        waiting=tuple(_waiting(person.pk, until)),
        plans=tuple(plan for plan, value in plans),
        more_late=_more_late(person.pk, today, len(late)),
        revenue=sum((value or Decimal(0) for plan, value in plans), Decimal(0)),
    )


def due_items(person_ids: Collection[int], until: date) -> list[DueItem]:
    """Everything open that these persons owe up to and including `until`, by person and date.

    Steps of open plans, commitments and requests. A step of a plan that is still confidential goes
    to its owner only if they may read the plan, else to the plan's author; so does a step that
    nobody owes yet, or whose owner has left. Three queries for any number of persons.
    """
    return sorted(_items(person_ids, until), key=lambda item: (item.person_id, *_by_date(item)))


def _by_date(item: DueItem) -> tuple[date, str, str]:
    return (item.due_on, item.account, item.title.msgid)


def _items(person_ids: Collection[int], until: date, *, most: int | None = None) -> Iterator[DueItem]:
    yield from _steps(person_ids, until, most)
    yield from _commitments(person_ids, until, most)
    yield from _requests(person_ids, until, most)


def _due_steps(until: date) -> QuerySet[PlanStep]:
    """Open steps, each with whether its owner is with us and may read its plan."""
    reads = PlanReader.objects.filter(plan=OuterRef("plan"), person=OuterRef("owner"))
    return PlanStep.objects.due_by(until).annotate(owner_reads=Exists(reads))


# A step that reaches its owner; any other reaches the plan's author.
REACHES_OWNER = Q(owner__archived_at=None, owner__isnull=False) & (
    Q(plan__released_at__isnull=False) | Q(owner_reads=True)
)


def _steps(person_ids: Collection[int], until: date, most: int | None) -> Iterator[DueItem]:
    theirs = REACHES_OWNER & Q(owner__in=person_ids)
    orphaned = ~REACHES_OWNER & Q(plan__created_by__in=person_ids)
    rows = (
        _due_steps(until)
        .filter(theirs | orphaned)  # type: ignore[misc]
        .order_by("due_on", "position", "pk")
        .values_list(
            "key",
            "title",
            "due_on",
            "uuid",
            "version",
            "owner",
            "owner__name",
            "owner__archived_at",
            "owner_reads",
            "plan__uuid",
            "plan__released_at",
            "plan__created_by",
            "plan__account__name",
        )
    )
    for row in rows[:most]:
        key, title, due_on, uuid, version, owner, name, left, reads, plan, released, author, account = row
        reaches = owner is not None and left is None and (released is not None or reads)
        yield DueItem(
            person_id=owner if reaches else author,
            kind="step" if reaches else "unowned",
            title=Message(title),
            account=account,
            due_on=due_on,
            url_name="plan",
            uuid=plan,
            number=number_of(key),
            plan=plan,
            step=uuid,
            version=version,
            owner="" if reaches else name or "",
        )


def _commitments(person_ids: Collection[int], until: date, most: int | None) -> Iterator[DueItem]:
    rows = (
        Commitment.objects.due_by(until)
        .filter(owner__in=person_ids, account__archived_at=None)
        .order_by("due_on", "pk")
        .values_list("owner", "text", "due_on", "account__name", "account__uuid")
    )
    for owner, text, due_on, account, uuid in rows[:most]:
        yield DueItem(owner, "commitment", Message(text), account, due_on, "account", uuid)


def _requests(person_ids: Collection[int], until: date, most: int | None) -> Iterator[DueItem]:
    rows = (
        ClientRequest.objects.open()
        .filter(owner__in=person_ids, promised_on__lte=until, account__archived_at=None)
        .order_by("promised_on", "pk")
        .values_list("owner", "title", "promised_on", "account__name", "account__uuid", "escalated")
    )
    for owner, title, due_on, account, uuid, escalated in rows[:most]:
        yield DueItem(owner, "request", Message(title), account, due_on, "account", uuid, escalated=escalated)


def _more_late(person_id: int, today: date, shown: int) -> int:
    """Late steps beyond those read. A query only for somebody who has that many."""
    if shown < MOST_ITEMS:
        return 0
    late = _due_steps(today - timedelta(days=1)).filter(
        REACHES_OWNER & Q(owner=person_id) | ~REACHES_OWNER & Q(plan__created_by=person_id)
    )
    return max(0, late.count() - shown)


def _seen_plans(person_id: int) -> Q:
    """Released plans, and those whose named reader the person is; as a condition on plans."""
    named = PlanReader.objects.filter(person=person_id).values("plan")
    return Q(released_at__isnull=False) | Q(pk__in=named)


def _waiting(person_id: int, until: date) -> Iterator[DueItem]:
    """What others owe the plans that this person keeps an eye on."""
    held = PlanRole.objects.filter(
        assignment__person=person_id, assignment__until_on=None, assignment__role__in=KEEPERS
    )
    mine = HandoverPlan.objects.filter(Q(created_by=person_id) | Q(pk__in=held.values("plan")))
    rows = (
        PlanStep.objects.due_by(until)
        .filter(plan__in=mine.filter(_seen_plans(person_id)).values("pk"), owner__archived_at=None)
        .exclude(owner=person_id)
        .exclude(owner=None)
        .order_by("due_on", "position", "pk")
        .values_list(
            "owner", "key", "title", "plan__account__name", "due_on", "plan__uuid", "uuid", "owner__name"
        )
    )
    for owner, key, title, account, due_on, plan, step, name in rows[:MOST_WAITING]:
        yield DueItem(
            owner,
            "step",
            Message(title),
            account,
            due_on,
            "plan",
            plan,
            number=number_of(key),
            plan=plan,
            step=step,
            owner=name,
        )


def _my_plans(person_id: int, today: date) -> list[tuple[MyPlan, Decimal | None]]:
    """Open plans in which the person holds a role or which they began, the nearest cutover first."""
    held = PlanRole.objects.filter(assignment__person=person_id, assignment__until_on=None)
    rows = (
        HandoverPlan.objects.open()
        .filter(Q(created_by=person_id) | Q(pk__in=held.values("plan")))
        .filter(_seen_plans(person_id))
        .order_by("cutover_on", "pk")
        .values_list(
            "pk",
            "uuid",
            "account__name",
            "account__yearly_value",
            "mode",
            "stage",
            "playbook",
            "playbook__digest",
            "created_by",
            "cutover_on",
            "next_due_on",
            "risk",
            "released_at",
        )
    )[:MOST_PLANS]
    roles: dict[int, list[str]] = {}
    for plan_id, role in held.filter(plan__in=[row[0] for row in rows]).values_list(
        "plan", "assignment__role"
    ):
        roles.setdefault(plan_id, []).append(role)
    titles = stage_titles((row[6], row[7]) for row in rows)
    found = []
    for row in rows:
        pk, uuid, account, value, mode, stage, playbook, _digest, author, cutover, due, risk, released = row
        mine = [*roles.get(pk, []), *(["author"] if author == person_id else [])]
        plan = MyPlan(
            uuid=uuid,
            account=account,
            mode=mode,
            stage=stage,
            stage_title=titles[playbook, stage],
            roles=tuple(mine),
            cutover_on=cutover,
            next_due_on=due,
            late=due is not None and due < today,
            risk=risk,
            confidential=released is None,
        )
        found.append((plan, value))
    return found
