"""Steps are done, and undone when that was a mistake."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.calendar import today_of
from accounts.services.history import keep
from transitions.models import HandoverPlan, PlanStep
from transitions.rules.plans import ROLE_TITLES
from transitions.selectors.playbooks import playbook_of
from transitions.services.opened import claimed, look_again, opened, record
from transitions.services.refusals import StepRefused

_ = gettext_noop


@transaction.atomic
def complete_step(*, step: PlanStep, version: int, by: Person, now: datetime, note: str = "") -> PlanStep:
    """Mark a step as done by `by` at `now`; a note is added to what stands there.

    Raises StaleVersion, PlanNotOpen, StepRefused when it is done already or decides who holds a role
    that nobody holds.
    """
    plan = opened(step.plan_id)
    step = claimed(step, version)
    if step.done_at is not None:
        raise StepRefused(Message(_("This step is done already.")))
    _refuse_undecided(plan, step)
    step.done_at, step.done_by = now, by
    return _keep(plan, step, note, "done", by=by, now=now)


@transaction.atomic
def reopen_step(*, step: PlanStep, version: int, by: Person, now: datetime, note: str = "") -> PlanStep:
    """Mark a step as not done after all. Raises StaleVersion, PlanNotOpen, StepRefused."""
    plan = opened(step.plan_id)
    step = claimed(step, version)
    if step.done_at is None:
        raise StepRefused(Message(_("This step is not done.")))
    undone = {"done_at": step.done_at.isoformat(), "done_by": step.done_by_id}
    step.done_at = step.done_by = None
    _keep(plan, step, note, "reopened", by=by, now=now)
    change = {
        "model": "step",
        "id": step.pk,
        "version": step.version,
        "label": step.title,
        "key": step.key,
        "before": undone,
        "after": dict.fromkeys(undone),
    }
    record(plan=plan, verb="reopen_step", changes=[change], by=by, now=now, why=note.strip())
    return step


def _refuse_undecided(plan: HandoverPlan, step: PlanStep) -> None:
    """A decision about who holds a role is taken when somebody holds it. Raises StepRefused."""
    rule = playbook_of(plan.playbook, plan.tier).step(step.key)
    if rule is None or not rule.decides:
        return
    held = set(
        plan.roles.filter(assignment__until_on=None, assignment__person__archived_at=None).values_list(
            "assignment__role", flat=True
        )
    )
    for role in rule.decides:
        if role not in held:
            sentence = _(
                "This decides who holds the role “%(role)s”, and nobody does yet. Choose somebody first."
            )
            raise StepRefused(Message(sentence, {"role": Message(ROLE_TITLES[role])}), role)


def _keep(plan: HandoverPlan, step: PlanStep, note: str, why: str, *, by: Person, now: datetime) -> PlanStep:
    step.note = "\n".join(part for part in (step.note, note.strip()) if part)
    keep(step, by=by, now=now, why=why)
    look_again([plan.pk], today=today_of(plan.account, now))
    return step
