"""What every verb on a plan does first and last: lock it, record what was done, count again what lists read.

The lowest of the services: every subject stands on it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Model,
    OuterRef,
    Q,
    Subquery,
)

from accounts.models import Account, Person, Team
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services.history import keep
from transitions.models import ChangeSet, HandoverPlan, PlanRole, PlanState, PlanStep
from transitions.models.plans import SUMS
from transitions.rules.history import DEEDS
from transitions.rules.plans import Exposure, owner_for, risk
from transitions.rules.schedule import Planned
from transitions.selectors.plans.guardrails import undecided
from transitions.services.refusals import PlanNotOpen, StepRefused

_ = gettext_noop

SOON = 14  # days ahead in which an empty role counts as a risk
BATCH = 500
KEPT = ["team_id" if name == "team" else name for name in SUMS]
PROMISES = ("promises_owed", "promises_missed", "promises_kept")


def opened(
    plan_id: int, *, version: int | None = None, states: Collection[str] = (PlanState.OPEN,)
) -> HandoverPlan:
    """The plan's row as it is now, locked until the transaction ends.

    With `version` the plan is claimed for a change: raises StaleVersion. Raises PlanNotOpen for one that
    is in none of `states`.
    """
    plan = locked(plan_id)
    if plan.state not in states:
        raise PlanNotOpen(plan)
    if version is not None:
        if plan.version != version:
            raise StaleVersion(plan)
        HandoverPlan.objects.claim(pk=plan.pk, version=version)
        plan.version = version + 1
    return plan


def opened_for(step: PlanStep) -> HandoverPlan:
    """The plan of a step, locked, to work on that step: a promise outlives its plan. Raises PlanNotOpen."""
    if step.kind != "check-in":
        return opened(step.plan_id)
    return with_promises(step.plan_id)


def with_promises(plan_id: int) -> HandoverPlan:
    """The plan, locked, for working on its promises. Raises PlanNotOpen."""
    plan = locked(plan_id)
    if not plan.owes_promises:
        raise PlanNotOpen(plan)
    return plan


def locked(plan_id: int) -> HandoverPlan:
    """The plan's row as it is now, whatever its state, locked until the transaction ends."""
    return (
        HandoverPlan.objects.select_for_update(of=("self",))
        .select_related("account", "playbook", "created_by", "steward")
        .get(pk=plan_id)
    )


def claimed(step: PlanStep, version: int) -> PlanStep:
    """The row of a step, claimed for a change. Raises StaleVersion; StepRefused when it was dropped."""
    fresh = PlanStep.objects.get(pk=step.pk)
    if fresh.dropped_at is not None:
        raise StepRefused(Message(_("The plan no longer needs this step.")))
    if fresh.version != version:
        raise StaleVersion(fresh)
    PlanStep.objects.claim(pk=fresh.pk, version=version)
    fresh.version = version + 1
    return fresh


def marked_done(step: PlanStep, *, by: Person, now: datetime, note: str = "") -> PlanStep:
    """A claimed step, done by `by`; a note is added to what stands there. Raises StepRefused.

    The caller looks at the plan again.
    """
    if step.done_at is not None:
        raise StepRefused(Message(_("This step is done already.")))
    step.done_at, step.done_by = now, by
    step.note = "\n".join(part for part in (step.note, note.strip()) if part)
    return keep(step, by=by, now=now, why="done")


def state_of(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """What these fields of a row hold, as a change on the record has it: days and instants in ISO 8601."""
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def record(
    *,
    plan: HandoverPlan,
    verb: str,
    by: Person,
    now: datetime,
    changes: Sequence[Mapping[str, Any]] = (),
    why: str = "",
) -> ChangeSet:
    """Put a deed on the plan's record; `verb` is one of `rules.history.DEEDS`.

    A change is {"model", "id", "version", "label", "before", "after"}. Of rows other than anchors, steps
    and roles, `before` and `after` say what they said in {"said": text}.
    """
    DEEDS[verb]  # a verb that the history cannot tell is a mistake found by the first test
    return ChangeSet.objects.create(plan=plan, verb=verb, by=by, at=now, why=why, changes=list(changes))


def kept(plan: HandoverPlan, *, by: Person, now: datetime, today: date, why: str = "") -> HandoverPlan:
    """Save a plan that `opened` claimed, and what lists read of it."""
    keep(plan, by=by, now=now, why=why)
    look_again([plan.pk], today=today, guards=True)
    plan.refresh_from_db(fields=SUMS)
    return plan


def look_again(plan_ids: Sequence[int], *, today: date, guards: bool = False) -> int:
    """Recount risk, cutover and next due date of these plans, and with `guards` what waits for a leader.

    Guards hang on dates, people and the account, not on steps. Returns how many plans changed.
    """
    changed = 0
    for start in range(0, len(plan_ids), BATCH):
        changed += _look_again(plan_ids[start : start + BATCH], today=today, guards=guards)
    return changed


def _look_again(plan_ids: Sequence[int], *, today: date, guards: bool) -> int:
    roles = PlanRole.objects.filter(plan=OuterRef("pk"))
    plans = list(
        HandoverPlan.objects.filter(pk__in=plan_ids)
        .annotate(
            anchored=Max("anchors__falls_on", filter=Q(anchors__key="cutover")),
            renewal_on=F("account__renewal_on"),
            of_team=F("account__team"),
            worth=F("account__yearly_value"),
            names_incoming=Exists(roles.filter(assignment__role="incoming")),
            names_second_choice=Exists(roles.filter(assignment__role="second_choice")),
        )
        .only("pk", "state", "outcome", *SUMS)
    )
    lost = ExpressionWrapper(F("due_on") - F("planned_on"), output_field=DurationField())
    soon = date.fromordinal(today.toordinal() + SOON)
    undone, promise = Q(done_at=None), Q(kind="check-in")
    steps = {
        row["plan"]: row
        for row in PlanStep.objects.standing()
        .filter(plan__in=plan_ids)
        .values("plan")
        .annotate(
            next_due_on=Min("due_on", filter=undone),
            decides_on=Min("due_on", filter=undone & Q(kind="decision")),
            late=Count("pk", filter=undone & Q(due_on__lt=today)),
            lost=Max(lost, filter=undone & Q(pinned=False)),
            empty=Count("owner_role", distinct=True, filter=undone & Q(owner=None, due_on__lte=soon)),
            promises_owed=Count("pk", filter=undone & promise),
            promises_missed=Count("pk", filter=undone & promise & Q(due_on__lt=today)),
            promises_kept=Count("pk", filter=~undone & promise),
        )
    }
    waiting = (
        _waiting(plan_ids, today)
        if guards
        else {plan.pk: tuple(plan.waiting_guards.split()) for plan in plans}
    )
    changed = [plan for plan in plans if _sum_up(plan, steps.get(plan.pk, {}), waiting[plan.pk])]
    HandoverPlan.objects.keep_sums(changed)
    return len(changed)


def _waiting(plan_ids: Sequence[int], today: date) -> dict[int, tuple[str, ...]]:
    """Which guards of each plan wait for a leader. Two queries, and one for our own calendar."""
    rows = HandoverPlan.objects.filter(pk__in=plan_ids).select_related("account", "playbook")
    return undecided(list(rows.defer("playbook__content")), today, ours=organisation())


def _sum_up(plan: HandoverPlan, steps: Mapping[str, Any], waiting: Sequence[str]) -> bool:
    """Write the sums into `plan`; whether any of them changed. What is closed risks nothing more."""
    before = [getattr(plan, name) for name in KEPT]
    promises = steps if plan.owes_promises or plan.is_open else {}
    if plan.state != PlanState.OPEN:  # on hold nothing is due
        steps = {}
    lost = steps.get("lost")
    exposure = Exposure(
        late_steps=steps.get("late", 0),
        lost_days=lost.days if lost else 0,
        empty_roles=steps.get("empty", 0),
        cutover_on=plan.anchored,  # type: ignore[attr-defined]
        renewal_on=plan.renewal_on,  # type: ignore[attr-defined]
    )
    plan.risk = risk(exposure) if plan.is_open else 0
    plan.cutover_on = exposure.cutover_on
    plan.next_due_on = steps.get("next_due_on")
    plan.decides_on = steps.get("decides_on")
    plan.late_steps = steps.get("late", 0)
    plan.has_incoming = plan.names_incoming  # type: ignore[attr-defined]
    plan.has_second_choice = plan.names_second_choice  # type: ignore[attr-defined]
    for name in PROMISES:
        setattr(plan, name, promises.get(name, 0))
    waiting = waiting if plan.is_open else ()
    plan.undecided, plan.waiting_guards = len(waiting), " ".join(waiting)
    plan.team_id, plan.yearly_value = plan.of_team, plan.worth  # type: ignore[attr-defined]
    return before != [getattr(plan, name) for name in KEPT]


def first_sums(
    account: Account,
    anchors: Mapping[str, date],
    steps: Sequence[Planned],
    holders: Mapping[str, Sequence[int]],
    people: Mapping[str, Sequence[Person]],
    today: date,
) -> dict[str, Any]:
    """What `look_again` will find of a plan that is about to be written with these steps, but for what waits
    for a leader. Where hundreds are written at once, reading all of it back would take longer."""
    soon = date.fromordinal(today.toordinal() + SOON)
    late = sum(step.due_on < today for step in steps)
    promises = [step for step in steps if step.kind == "check-in"]
    waiting = {step.owner_role for step in steps if step.due_on <= soon}
    exposure = Exposure(
        late_steps=late,
        lost_days=max(((step.due_on - step.planned_on).days for step in steps), default=0),
        empty_roles=sum(owner_for(role, holders) is None for role in waiting),
        cutover_on=anchors.get("cutover"),
        renewal_on=account.renewal_on,
    )
    return {
        "risk": risk(exposure),
        "cutover_on": exposure.cutover_on,
        "next_due_on": min((step.due_on for step in steps), default=None),
        "decides_on": min((step.due_on for step in steps if step.kind == "decision"), default=None),
        "late_steps": late,
        "has_incoming": bool(people.get("incoming")),
        "has_second_choice": bool(people.get("second_choice")),
        "promises_owed": len(promises),
        "promises_missed": sum(step.due_on < today for step in promises),
        "team_id": account.team_id,
        "yearly_value": account.yearly_value,
    }


def ask_leaders(plan_ids: Sequence[int], *, today: date) -> None:
    """Count what waits for a leader on plans that were just written: two queries, and one for each
    combination of guards."""
    plans_by: dict[tuple[str, ...], list[int]] = {}
    for start in range(0, len(plan_ids), BATCH):
        for plan, guards in _waiting(plan_ids[start : start + BATCH], today).items():
            plans_by.setdefault(guards, []).append(plan)
    for guards, plans in plans_by.items():
        if guards:
            waiting = {"undecided": len(guards), "waiting_guards": " ".join(guards)}
            HandoverPlan.objects.filter(pk__in=plans).update(**waiting)


def follow_accounts(account_ids: Sequence[int]) -> int:
    """Repeat team and yearly value of these accounts on their plans. One query."""
    account = Account.objects.filter(pk=OuterRef("account"))
    return HandoverPlan.objects.filter(account__in=account_ids).update(
        team=Subquery(account.values("team")), yearly_value=Subquery(account.values("yearly_value"))
    )


def lead_of(account: Account) -> Person | None:
    """Who leads the account's team, or the nearest team above it that has a lead. Two queries."""
    team = account.team
    if team is None:
        return None
    paths = [team.path[:end] for end in range(Team.steplen, len(team.path) + 1, Team.steplen)]
    found = (
        Team.objects.filter(path__in=paths, lead__isnull=False, lead__archived_at=None)
        .select_related("lead")
        .order_by("-path")
        .first()
    )
    return found.lead if found else None


def holders_of(plan: HandoverPlan) -> dict[str, list[int]]:
    """Persons still with us by role on the plan, "lead" and "author" among them. Four queries at most.

    The author is whoever looks after the plan: see `services.plans.stewards`.
    """
    rows = plan.roles.filter(assignment__person__archived_at=None).order_by("pk")
    holders: dict[str, list[int]] = {}
    for role, person in rows.values_list("assignment__role", "assignment__person"):
        holders.setdefault(role, []).append(person)
    lead = lead_of(plan.account)
    return holders | with_us("lead", [lead] if lead else []) | with_us("author", [plan.steward])


def with_us(role: str, people: Iterable[Person]) -> dict[str, list[int]]:
    found = [person.pk for person in people if person.archived_at is None]
    return {role: found} if found else {}
