"""Support changes hands: somebody is asked to take over, says so, and does when the account moves."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Assignment, Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, clean_line, gettext_noop
from accounts.selectors.calendar import calendar_of, today_of
from accounts.services.history import keep, keep_claimed
from transitions.models import HandoverPlan, PlanState, PlanStep, TakeOver
from transitions.rules.support import CAPACITIES, TAKEOVER, TITLE
from transitions.selectors.playbooks import playbook_of
from transitions.selectors.support import part_of
from transitions.services.opened import locked, look_again, opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop

SUPPORT = "support"
WHY = _("Handover plan")  # stands in the history of who supported the account


@transaction.atomic
def add(
    *,
    plan: HandoverPlan,
    capacity: str,
    from_person: Person | None,
    to_person: Person | None,
    falls_on: date,
    by: Person,
    now: datetime,
) -> TakeOver:
    """Say who takes over a part of the support, or with no `to_person` that whoever does it stays.

    It becomes a step of `to_person` to say that they take over. Raises PlanNotOpen, and PlanRefused (fields
    "capacity", "from_person", "to_person", "falls_on", or none once the account has changed hands).
    """
    plan = opened(plan.pk)
    row = TakeOver(plan=plan)
    _fill(row, capacity, from_person, to_person, falls_on, now)
    _ask(row, by=by, now=now)
    keep(row, by=by, now=now)
    _told(plan, "hand_support", row, {}, by=by, now=now)
    return row


@transaction.atomic
def edit(
    *,
    takeover: TakeOver,
    version: int,
    capacity: str,
    from_person: Person | None,
    to_person: Person | None,
    falls_on: date,
    by: Person,
    now: datetime,
) -> TakeOver:
    """Say it otherwise; somebody else is asked anew. Raises StaleVersion, PlanNotOpen, PlanRefused."""
    row = _row(takeover, version)
    before = _said(row)
    other = row.to_person_id != (to_person.pk if to_person else None) or row.capacity != clean_line(capacity)
    _fill(row, capacity, from_person, to_person, falls_on, now)
    if other:
        row.said_at = row.said_by = None
    _ask(row, by=by, now=now)
    keep_claimed(row, version=version, by=by, now=now)
    _told(row.plan, "edit_support", row, before, by=by, now=now)
    return row


@transaction.atomic
def withdraw(*, takeover: TakeOver, version: int, by: Person, now: datetime) -> TakeOver:
    """Take it out of the plan: nobody is asked any more. Raises StaleVersion, PlanNotOpen, PlanRefused."""
    row = _row(takeover, version)
    _refuse_moved(row.plan)
    row.archived_at = now
    _ask(row, by=by, now=now)
    keep_claimed(row, version=version, by=by, now=now)
    _told(row.plan, "withdraw_support", row, {}, by=by, now=now)
    return row


@transaction.atomic
def say(*, takeover: TakeOver, version: int, by: Person, now: datetime) -> TakeOver:
    """Note that somebody takes over, in their own words and name.

    Doing it twice changes nothing. Raises PlanNotOpen, StaleVersion when it was arranged otherwise since, and
    PlanRefused for anybody else.
    """
    plan = opened(takeover.plan_id)
    row = TakeOver.objects.select_related("step").get(pk=takeover.pk)
    row.plan = plan
    if row.archived_at is not None or row.to_person_id is None:
        raise PlanRefused([("", Message(_("You are no longer asked to take this over.")))])
    if by.pk not in (row.to_person_id, row.step.owner_id if row.step else None):
        raise PlanRefused([("", Message(_("Only whoever takes over can say this.")))])
    if row.said_at is not None:
        return row
    if row.version != version:
        raise StaleVersion(row)
    row.said_at, row.said_by = now, by
    _ask(row, by=by, now=now)
    keep_claimed(row, version=version, by=by, now=now)
    _told(plan, "take_over_support", row, {}, by=by, now=now)
    return row


def take_back(*, step: PlanStep, by: Person, now: datetime) -> None:
    """Forget that somebody has said so, when the step is reopened. The caller holds the plan."""
    if step.kind != TAKEOVER:
        return
    row = TakeOver.objects.get(step=step)
    row.said_at = row.said_by = None
    keep_claimed(row, version=row.version, by=by, now=now)


def move(*, plan: HandoverPlan, cover: bool, by: Person, now: datetime) -> None:
    """Let the support change hands with the account. The caller holds the plan.

    With `cover` whoever does it today goes on beside. Whoever was to take over and has left begins nothing,
    and nobody ends for them.
    """
    today = today_of(plan.account, now)
    rows = plan.takeovers.live().filter(moved_at=None).select_related("from_person", "to_person")
    changes = []
    for row in rows.order_by("pk"):
        keeper = part_of(row).keeper
        if keeper.archived_at is not None:
            continue
        if row.to_person is not None and row.from_person is not None and not cover:
            _end(plan, row, today)
        row.assignment = _begin(plan, row, keeper, today)
        row.moved_at = now
        keep_claimed(row, version=row.version, by=by, now=now)
        if row.to_person is not None:
            changes.append(_change(row, {}))
    if changes:
        record(plan=plan, verb="move_support", changes=changes, by=by, now=now)


def end_cover(*, plan: HandoverPlan, today: date) -> None:
    """End what began for the time of a cover. The caller holds the plan."""
    begun = Assignment.objects.live().filter(
        pk__in=plan.takeovers.exclude(to_person=None).values("assignment")
    )
    for assignment in begun:
        _finish(assignment, today)


@transaction.atomic
def ask_for_another(*, now: datetime) -> int:
    """Bring up who has said that they take over and has left since: their steps are open again.

    What is owed by somebody who has left reaches the plan's author. Returns how many.
    """
    left = TakeOver.objects.live().filter(
        plan__state=PlanState.OPEN,
        to_person__archived_at__isnull=False,
        said_at__isnull=False,
        moved_at=None,
    )
    rows = list(left.order_by("pk"))
    for row in rows:
        plan = locked(row.plan_id)
        row = TakeOver.objects.select_related("step").get(pk=row.pk)
        row.plan = plan
        row.said_at = row.said_by = None
        _ask(row, by=None, now=now)
        keep_claimed(row, version=row.version, by=None, now=now)
    return len(rows)


def _row(takeover: TakeOver, version: int) -> TakeOver:
    plan = opened(takeover.plan_id)
    row = TakeOver.objects.select_related("step", "from_person", "to_person").get(pk=takeover.pk)
    if row.version != version or row.archived_at is not None:
        raise StaleVersion(row)
    row.plan = plan
    return row


def _refuse_moved(plan: HandoverPlan) -> None:
    if playbook_of(plan.playbook, plan.tier).has_cut_over(plan.stage):
        raise PlanRefused([("", Message(_("The account has changed hands already, and support with it.")))])


def _fill(
    row: TakeOver,
    capacity: str,
    from_person: Person | None,
    to_person: Person | None,
    falls_on: date,
    now: datetime,
) -> None:
    """Put what was typed into the row. Raises PlanRefused."""
    plan, capacity = row.plan, clean_line(capacity)
    _refuse_moved(plan)
    problems = []
    if not capacity:
        problems.append(("capacity", Message(_("Say what they do for the client."))))
    if from_person is None and to_person is None:
        problems.append(("from_person", Message(_("Say who does it today, or who takes it over."))))
    elif from_person is not None and from_person == to_person:
        words = _("%(name)s does it today. Leave this empty if they stay, or name somebody else.")
        problems.append(("to_person", Message(words, {"name": from_person.name})))
    keeper, field = (to_person, "to_person") if to_person is not None else (from_person, "from_person")
    if keeper is not None and keeper.archived_at is not None:
        problems.append((field, Message(_("%(name)s has left."), {"name": keeper.name})))
    today = today_of(plan.account, now)
    cutover = plan.anchors.get(key="cutover").falls_on
    if falls_on < today and falls_on != row.falls_on:
        problems.append(("falls_on", Message(_("Choose a day that has not passed."))))
    elif plan.mode == "soft" and falls_on > max(cutover, today):
        words = _("Support changes hands with the account, by %(day)s.")
        problems.append(("falls_on", Message(words, {"day": max(cutover, today)})))
    twins = plan.takeovers.live().filter(capacity=capacity, from_person=from_person).exclude(pk=row.pk)
    if from_person is not None and twins.exists():
        words = _("What %(name)s does is arranged already.")
        problems.append(("from_person", Message(words, {"name": from_person.name})))
    if problems:
        raise PlanRefused(problems)
    row.capacity, row.from_person, row.to_person, row.falls_on = capacity, from_person, to_person, falls_on


def _ask(row: TakeOver, *, by: Person | None, now: datetime) -> None:
    """Bring the step in line with the row: owed by whoever takes over, until they have said so.

    The caller keeps the row afterwards.
    """
    plan = row.plan
    step, wanted = row.step, row.to_person_id is not None and row.archived_at is None
    if step is None and not wanted:
        return
    today = today_of(plan.account, now)
    calendar = calendar_of(plan.account, today)
    due_on = max(calendar.add(row.falls_on, -1), calendar.roll(today))
    if step is None:
        step = PlanStep(
            uuid=row.uuid,
            plan=plan,
            key=f"{TAKEOVER}-{row.uuid}",
            stage=plan.stage,
            kind=TAKEOVER,
            title=TITLE,
            planned_on=due_on,
            due_on=due_on,
            pinned=True,
            owner_role=TAKEOVER,
            owner=row.to_person,
        )
        keep(step, by=by, now=now)
        row.step = step
    else:
        if row.said_at is None and wanted:
            if step.owner_id != row.to_person_id or step.done_at is not None:
                step.owner = row.to_person
            step.due_on = step.planned_on = due_on if step.done_at is None else max(step.due_on, due_on)
        step.done_at, step.done_by = row.said_at, row.said_by
        step.dropped_at = None if wanted else step.dropped_at or now
        keep_claimed(step, version=step.version, by=by, now=now)
    look_again([plan.pk], today=today)


def _begin(plan: HandoverPlan, row: TakeOver, keeper: Person, today: date) -> Assignment | None:
    """Let somebody support the account from today; what they did before is only named more exactly."""
    there = _of(plan, keeper, row.capacity)
    if there:
        Assignment.objects.filter(pk=there[0].pk).update(capacity=row.capacity)
        return None
    return Assignment.objects.create(
        account=plan.account,
        person=keeper,
        role=SUPPORT,
        capacity=row.capacity,
        from_on=today,
        why=WHY,
    )


def _end(plan: HandoverPlan, row: TakeOver, today: date) -> None:
    assert row.from_person is not None
    for assignment in _of(plan, row.from_person, row.capacity):
        _finish(assignment, today)


def _of(plan: HandoverPlan, person: Person, capacity: str) -> list[Assignment]:
    """The person's live support of the account in this capacity, or in none that was named."""
    rows = Assignment.objects.live().filter(account=plan.account, person=person, role=SUPPORT)
    return list(rows.filter(capacity__in=("", capacity)).order_by("-capacity", "pk"))


def _finish(assignment: Assignment, today: date) -> None:
    assignment.until_on = max(today, assignment.from_on)
    assignment.save(update_fields=["until_on"])


def _said(row: TakeOver) -> dict[str, Any]:
    people = [row.from_person_id, row.to_person_id]
    return {"people": [person for person in people if person is not None]}


def _change(row: TakeOver, before: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "model": "takeover",
        "id": row.pk,
        "label": CAPACITIES.get(row.capacity, row.capacity),
        "before": before or {"people": [row.from_person_id] if row.from_person_id else []},
        "after": _said(row) if before else {"people": [row.to_person_id or row.from_person_id]},
    }


def _told(
    plan: HandoverPlan,
    verb: str,
    row: TakeOver,
    before: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
) -> None:
    record(plan=plan, verb=verb, changes=[_change(row, before)], by=by, now=now)
