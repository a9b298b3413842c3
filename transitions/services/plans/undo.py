"""Putting back what a deed changed, while nothing that it touched was changed since."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from accounts.selectors.calendar import today_of
from accounts.services.history import keep, keep_many
from transitions.models import Anchor, ChangeSet, CustomerMeeting, HandoverPlan, PlanState, PlanStep
from transitions.rules.history import DEEDS
from transitions.services.opened import kept, opened, record
from transitions.services.plans.people import write_role
from transitions.services.refusals import CannotUndo

Change = Mapping[str, Any]
UNDONE_IN = (PlanState.OPEN, PlanState.ON_HOLD)


@transaction.atomic
def undo(*, change_set: ChangeSet, by: Person, now: datetime) -> ChangeSet:
    """Put back what a change set changed; returns the change set that records it.

    Raises CannotUndo when anything that it touched was changed since, when it could be undone only until
    the next deed and there was one, or when it is of a kind that is not undone; PlanNotOpen.
    """
    plan = opened(change_set.plan_id, states=UNDONE_IN)
    change_set = ChangeSet.objects.get(pk=change_set.pk)
    deed = DEEDS[change_set.verb]
    if not deed.undoable or (deed.until_next and _followed(plan, change_set)):
        raise CannotUndo([deed.sentence])
    return take_back(plan=plan, change_set=change_set, by=by, now=now)


def take_back(*, plan: HandoverPlan, change_set: ChangeSet, by: Person, now: datetime) -> ChangeSet:
    """Put back what a change set changed on a plan that the caller has locked; whether it may be undone at
    all, the caller has asked. Raises CannotUndo."""
    touched = list(zip(change_set.changes, _rows(plan, change_set.changes), strict=True))
    if changed := [change["label"] for change, row in touched if not _fits(change, row)]:
        raise CannotUndo(changed)
    HandoverPlan.objects.claim(pk=plan.pk, version=plan.version)
    plan.version += 1
    today = today_of(plan.account, now)
    changes = [_put_back(plan, change, row, today) for change, row in touched]
    steps = [row for change, row in touched if change["model"] == "step"]
    names = {name for change, row in touched if change["model"] == "step" for name in change["before"]}
    keep_many(steps, PlanStep, sorted(names | {"version"}), by=by, now=now)
    for change, row in touched:
        if change["model"] == "meeting":
            keep(row, by=by, now=now, why="undo")
    kept(plan, by=by, now=now, today=today, why="undo")
    return record(plan=plan, verb="undo", changes=changes, by=by, now=now)


def _followed(plan: HandoverPlan, change_set: ChangeSet) -> bool:
    """Whether anything was done on the plan after this deed."""
    return (
        plan.change_sets.filter(pk__gt=change_set.pk).exists()
        or plan.stage_changes.filter(changed_at__gt=change_set.at).exists()
        or plan.waivers.filter(waived_at__gt=change_set.at).exists()
        or plan.steps.filter(done_at__gt=change_set.at).exists()
    )


def _rows(plan: HandoverPlan, changes: Sequence[Change]) -> list[Any]:
    """The row that each change touched; None for one that is gone."""
    steps = {step.pk: step for step in plan.steps.all()}
    anchors = {anchor.pk: anchor for anchor in plan.anchors.all()}
    meetings = {meeting.pk: meeting for meeting in plan.meetings.all()}
    of_model: dict[str, Mapping[Any, Any]] = {
        "step": steps,
        "anchor": anchors,
        "meeting": meetings,
        "plan": {plan.pk: plan},
    }
    return [
        _holders(plan, change["label"])
        if change["model"] == "role"
        else of_model[change["model"]].get(change["id"])
        for change in changes
    ]


def _holders(plan: HandoverPlan, role: str) -> list[int]:
    held = plan.roles.filter(assignment__role=role).order_by("assignment__person")
    return list(held.values_list("assignment__person", flat=True))


def _fits(change: Change, row: Any) -> bool:
    """Whether the row still stands as the change left it."""
    if change["model"] == "role":
        return row == change["after"]["people"]
    if row is None or (change["version"] is not None and row.version != change["version"]):
        return False
    return all(getattr(row, name) == _value(name, value) for name, value in change["after"].items())


def _put_back(plan: HandoverPlan, change: Change, row: Any, today: date) -> dict[str, Any]:
    """Give the row what it had before; returns what is recorded of it. Steps and the plan are saved later."""
    turned = {**change, "before": change["after"], "after": change["before"]}
    if change["model"] == "role":
        people = Person.objects.filter(pk__in=change["before"]["people"])
        write_role(plan, change["label"], {person.pk: person for person in people}, today)
        return turned
    if isinstance(row, Anchor) and change["before"]["falls_on"] is None:
        row.delete()  # the plan had no such date
        return turned
    for name, value in change["before"].items():
        setattr(row, name, _value(name, value))
    if isinstance(row, PlanStep | CustomerMeeting):
        row.version += 1
    elif isinstance(row, Anchor):
        row.save(update_fields=["falls_on", "promised_at"])
    return {**turned, "version": getattr(row, "version", None)}


def _value(name: str, value: Any) -> Any:
    """What stands in the change set, as the row's field holds it."""
    if isinstance(value, str) and name.endswith("_on"):
        return date.fromisoformat(value)
    if isinstance(value, str) and name.endswith("_at"):
        return datetime.fromisoformat(value)
    return value
