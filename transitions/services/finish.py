"""Finishing a step from a mail, and taking that back."""

from datetime import datetime

from django.db import transaction

from accounts.models import Delivery
from accounts.rules.text import Message, gettext_noop
from accounts.services import audit
from transitions.models import PlanStep
from transitions.selectors.finish import Finishable
from transitions.services import plans
from transitions.services.refusals import StepRefused

NOT_YOURS = gettext_noop("Somebody else marked it as done. Open the step to change that.")


@transaction.atomic
def finish(*, found: Finishable, version: int, now: datetime) -> PlanStep:
    """Mark the step of a link as done by its owner, and keep from which mail.

    Raises as `plans.complete_step`. Pressed twice it is done once: a step
    that is done already stays as it is.
    """
    step = PlanStep.objects.get(pk=found.step.pk)
    if step.done_at is not None:
        return step
    step = plans.complete_step(step=found.step, version=version, by=found.owner, now=now)
    _keep("finish_by_link", found, step, now)
    return step


@transaction.atomic
def take_back(*, found: Finishable, version: int, now: datetime) -> PlanStep:
    """Mark the step of a link as not done after all. Raises as `plans.reopen_step`.

    Raises StepRefused as well for what somebody else did. Twice is the same as once.
    """
    step = PlanStep.objects.get(pk=found.step.pk)
    if step.done_at is None:
        return step
    if not may_take_back(found, step):
        raise StepRefused(Message(NOT_YOURS))
    step = plans.reopen_step(step=found.step, version=version, by=found.owner, now=now)
    _keep("reopen_by_link", found, step, now)
    return step


def may_take_back(found: Finishable, step: PlanStep) -> bool:
    """Whether `step`, which is the link's as it is now, was done by its owner, who may take it back."""
    return step.done_by_id == found.owner.pk


def _keep(verb: str, found: Finishable, step: PlanStep, now: datetime) -> None:
    mail = Delivery.objects.filter(key=found.mail)
    audit.record(verb=verb, rows=[step, *mail], by=found.owner, now=now)
