"""Steps go to somebody else: some that were chosen, or all that somebody owes who has left."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.history import keep_many
from transitions.models import ChangeSet, HandoverPlan, PlanStep
from transitions.services.opened import look_again, opened, record
from transitions.services.refusals import PlanRefused

_ = gettext_noop


@transaction.atomic
def reassign(
    *, plan: HandoverPlan, steps: Mapping[int, int], person: Person, by: Person, now: datetime, why: str = ""
) -> ChangeSet:
    """Let `person` owe these steps: `steps` maps their keys to the versions that were read.

    Steps that are theirs already stay as they are. Raises StaleVersion when any was changed meanwhile,
    PlanNotOpen, PlanRefused (fields "steps" and "person").
    """
    plan = opened(plan.pk)
    rows = list(
        PlanStep.objects.undone().filter(plan=plan, pk__in=steps).order_by("due_on", "position", "pk")
    )
    problems = []
    if not rows or len(rows) != len(steps):
        problems.append(("steps", Message(_("Choose open steps of this plan."))))
    if person.archived_at is not None:
        problems.append(("person", Message(_("%(name)s has left."), {"name": person.name})))
    if plan.released_at is None and not plan.readers.filter(person=person).exists():
        # Who may not know of the plan cannot work on it.
        problems.append(("person", Message(_("%(name)s may not read this plan."), {"name": person.name})))
    if problems:
        raise PlanRefused(problems)
    PlanStep.objects.claim_many(dict(steps))
    changes, changed = [], []
    for step in rows:
        before, step.owner, step.version = step.owner_id, person, step.version + 1
        changed.append(step)
        if before != person.pk:
            changes.append(
                {
                    "model": "step",
                    "id": step.pk,
                    "version": step.version,
                    "label": step.title,
                    "key": step.key,
                    "before": {"owner_id": before},
                    "after": {"owner_id": person.pk},
                }
            )
    keep_many(changed, PlanStep, ["owner", "version"], by=by, now=now)
    look_again([plan.pk], today=today_of(plan.account, now))
    return record(plan=plan, verb="reassign", changes=changes, by=by, now=now, why=why)
