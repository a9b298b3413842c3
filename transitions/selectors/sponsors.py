"""Promises as pages and digests read them; each row is seen by whoever sees its plan."""

from collections import Counter
from datetime import date, datetime, timedelta, tzinfo

from django.db.models import Count, F, QuerySet

from accounts.models import Account, Organisation, Person, User
from accounts.rules.calendar import today as today_in
from accounts.rules.text import Message
from accounts.selectors.calendar import calendar_of, our_tz, today_of, tz_of
from accounts.selectors.organisation import organisation
from transitions.documents import sponsors as documents
from transitions.documents.sponsors import (
    Dated,
    Load,
    LoadPage,
    NextPromise,
    PersonLoad,
    Promise,
    PromisesPage,
    Proposal,
    Series,
)
from transitions.models import HandoverPlan, PlanStep, PromiseLimit, SponsorCheckIn, WarmUp
from transitions.rules import sponsors as rules
from transitions.rules.plans import number_of
from transitions.rules.playbooks import STEP_ROLES

WEEKS = 8  # that the pages of load look ahead
PROMISERS = ("sponsor", "lead")  # roles whose hours are few
MOST_NEXT = 5


def promises_page(plan: HandoverPlan, now: datetime, *, ours: Organisation | None = None) -> PromisesPage:
    """Promised against delivered on one plan, in a number of queries that never changes."""
    today = today_of(plan.account, now, ours=ours)
    rows = (
        SponsorCheckIn.objects.filter(plan=plan)
        .select_related("step__owner", "contact", "inherited_from", "delivered_by", "let_go_by")
        .order_by("step__due_on", "step__position", "step")
    )
    promises = [_promise(row, today, tz_of(plan.account, ours=ours)) for row in rows]
    ended = {row.series: row for row in WarmUp.objects.filter(plan=plan).select_related("by").order_by("pk")}
    titles: dict[str, Message] = {}
    for promise in promises:
        if promise.series:
            titles.setdefault(promise.series, promise.title)
    series = [_series(key, title, ended.get(key)) for key, title in titles.items()]
    return documents.build(today=today, promises=promises, series=series, roles=STEP_ROLES)


def _promise(row: SponsorCheckIn, today: date, tz: tzinfo) -> Promise:
    step = row.step
    return Promise(
        step=step.uuid,
        version=step.version,
        key=step.key,
        title=Message(step.title),
        number=number_of(step.key),
        role=step.owner_role,
        owner=step.owner.name if step.owner else "",
        owner_left=step.owner is not None and step.owner.archived_at is not None,
        due_on=step.due_on,
        pinned=step.pinned,
        state=_state(row, today),
        channel=row.channel,
        contact=row.contact.name if row.contact else "",
        in_writing=step.promised_at is not None,
        series=row.series,
        inherited_from=row.inherited_from.name if row.inherited_from else "",
        kept_on=row.delivered_on or (today_in(step.done_at, tz) if step.done_at else None),
        kept_channel=row.delivered_channel,
        kept_by=row.delivered_by.name if row.delivered_by else "",
        evidence=row.let_go_why or row.evidence or (step.note if step.done_at else ""),
        let_go_by=row.let_go_by.name if row.let_go_by else "",
        let_go_at=row.let_go_at,
    )


def _state(row: SponsorCheckIn, today: date) -> str:
    step = row.step
    return rules.state_of(
        step.due_on,
        today,
        done=step.done_at is not None,
        let_go=row.let_go_at is not None,
        dropped=step.dropped_at is not None,
        promised=row.channel,
        channel=row.delivered_channel,
    )


def _series(key: str, title: Message, ended: WarmUp | None) -> Series:
    if ended is None:
        return Series(key, title)
    return Series(key, title, ended.by.name, ended.decided_at, ended.reason)


def next_promises(account: Account, user: User, today: date) -> list[NextPromise]:
    """Who promised what next on this account: the nearest few that `user` may know of. One query."""
    rows = (
        PlanStep.objects.open()
        .visible_to(user)
        .filter(plan__account=account, kind="check-in")
        .order_by("due_on", "position", "pk")
        .values_list("uuid", "plan__uuid", "title", "key", "owner__name", "due_on", "check_in__channel")
    )
    return [
        NextPromise(
            step,
            plan,
            Message(title),
            number_of(key),
            owner or "",
            due_on,
            rules.state_of(due_on, today),
            way,
        )
        for step, plan, title, key, owner, due_on, way in rows[:MOST_NEXT]
    ]


# --- Load -----------------------------------------------------------------------------------------


def load_page(
    user: User,
    now: datetime,
    *,
    everyone: bool = False,
    own: bool = False,
    ours: Organisation | None = None,
) -> LoadPage:
    """How much each person whose promises `user` may know of has promised, week by week. Three queries.

    Leaders and sponsors, or with `everyone` all who promised anything, or with `own` the user alone.
    """
    today, mondays = _weeks(now, ours)
    steps = _promised(user).filter(due_on__lt=mondays[-1] + timedelta(days=7))
    if own:
        steps = steps.filter(owner=user.person_id)
    held: dict[int, Counter[date]] = {}
    missed: Counter[int] = Counter()
    promisers: set[int] = set()
    days = steps.order_by().values_list("owner", "due_on", "owner_role").annotate(count=Count("pk"))
    for owner, due_on, role, count in days:
        weeks = held.setdefault(owner, Counter())
        if role in PROMISERS or owner == user.person_id:
            promisers.add(owner)
        if due_on < today:
            missed[owner] += count
        if due_on >= mondays[0]:
            weeks[rules.week_of(due_on)] += count
    shown = held if everyone else [owner for owner in held if owner in promisers]
    people = Person.objects.filter(pk__in=shown, archived_at=None).order_by("name", "pk")
    limits = dict(PromiseLimit.objects.filter(person__in=shown).values_list("person", "touches"))
    loads = (
        Load(
            person=uuid,
            name=name,
            title=title,
            limit=limits.get(pk, rules.USUAL_LIMIT),
            weeks=tuple(held[pk][monday] for monday in mondays),
            missed=missed[pk],
        )
        for pk, uuid, name, title in people.values_list("pk", "uuid", "name", "title")
    )
    return LoadPage(mondays, tuple(sorted(loads, key=lambda load: (-load.over, -load.missed))))


def person_load(person: Person, user: User, now: datetime, *, ours: Organisation | None = None) -> PersonLoad:
    """The promises of one person that `user` may know of, week by week, and what would level them.

    Three queries, however many there are.
    """
    ours = ours or organisation()
    today, mondays = _weeks(now, ours)
    steps = list(
        _promised(user)
        .filter(owner=person, due_on__lt=mondays[-1] + timedelta(days=7))
        .select_related("plan__account", "check_in")
        .order_by("due_on", "plan__account__name", "position", "pk")
    )
    limit = limit_of(person)
    held = Counter(rules.week_of(step.due_on) for step in steps)
    load = Load(
        person=person.uuid,
        name=person.name,
        title=person.title,
        limit=limit,
        weeks=tuple(held[monday] for monday in mondays),
        missed=sum(step.due_on < today for step in steps),
    )
    by_key = {str(step.uuid): step for step in steps}
    shifts = rules.level([_touch(step, today, ours) for step in steps], limit, today)
    return PersonLoad(
        load=load,
        mondays=mondays,
        proposals=tuple(_proposal(by_key[shift.key], shift) for shift in shifts),
        promises=tuple(_dated(step, today) for step in steps),
    )


def limit_of(person: Person) -> int:
    """How many promised touches fit into one week of this person. One query."""
    own = PromiseLimit.objects.filter(person=person).values_list("touches", flat=True).first()
    return own or rules.USUAL_LIMIT


def full_weeks(user: User, now: datetime, *, ours: Organisation | None = None) -> LoadPage:
    """Sponsors and leaders who have promised for some week as much as they can, or more: before one more."""
    page = load_page(user, now, ours=ours)
    full = (load for load in page.people if any(week >= load.limit for week in load.weeks))
    return LoadPage(page.mondays, tuple(full))


def _promised(user: User) -> QuerySet[PlanStep]:
    return PlanStep.objects.open().visible_to(user).filter(kind="check-in", owner__isnull=False)


def _weeks(now: datetime, ours: Organisation | None) -> tuple[date, tuple[date, ...]]:
    today = today_in(now, our_tz(ours or organisation()))
    monday = rules.week_of(today)
    return today, tuple(monday + timedelta(weeks=week) for week in range(WEEKS))


def _touch(step: PlanStep, today: date, ours: Organisation) -> rules.Touch:
    return rules.Touch(
        key=str(step.uuid),
        on=step.due_on,
        window=step.check_in.window,
        calendar=calendar_of(step.plan.account, today, ours=ours),
        fixed=step.pinned or step.promised_at is not None,  # what stands in writing stays
    )


def _proposal(step: PlanStep, shift: rules.Shift) -> Proposal:
    return Proposal(
        step=step.uuid,
        version=step.version,
        title=Message(step.title),
        number=number_of(step.key),
        account=step.plan.account.name,
        before=shift.before,
        after=shift.after,
    )


def _dated(step: PlanStep, today: date) -> Dated:
    return Dated(
        step=step.uuid,
        plan=step.plan.uuid,
        title=Message(step.title),
        number=number_of(step.key),
        account=step.plan.account.name,
        due_on=step.due_on,
        state=rules.state_of(step.due_on, today),
        channel=step.check_in.channel,
        window=step.check_in.window,
        pinned=step.pinned,
    )


def claimable(plan: HandoverPlan) -> QuerySet[PlanStep]:
    """Promises of the plan that are still owed, those without a home first."""
    return (
        PlanStep.objects.open()
        .filter(plan=plan, kind="check-in")
        .select_related("owner", "check_in__inherited_from")
        .order_by(F("check_in__inherited_from").asc(nulls_last=True), "due_on", "position", "pk")
    )
