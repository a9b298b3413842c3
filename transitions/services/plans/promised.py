"""Dates that the client was promised in writing: such a date does not move unasked."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from accounts.rules.text import Message, gettext_noop
from accounts.services.history import keep
from transitions.models import Anchor, HandoverPlan, PlanStep
from transitions.rules.plans import number_of
from transitions.rules.schedule import Move
from transitions.selectors.playbooks import playbook_of
from transitions.services.opened import claimed, opened, opened_for, record, state_of
from transitions.services.refusals import PlanRefused, StepRefused

_ = gettext_noop

WITH_CLIENT = frozenset({"meeting", "check-in"})  # steps whose day a client is told
PROMISED = _("The client was promised this date in writing. Confirm that they are told of the new one.")


@transaction.atomic
def tell_client(*, plan: HandoverPlan, key: str, by: Person, now: datetime) -> Anchor:
    """Note that the client was told this date in writing. Noting it again changes nothing.

    Raises PlanNotOpen, PlanRefused for a date that the plan does not have.
    """
    return _noted(plan, key, now, verb="tell_client", by=by, now=now)


@transaction.atomic
def untell_client(*, plan: HandoverPlan, key: str, by: Person, now: datetime) -> Anchor:
    """Take that note back: it was a mistake. Raises PlanNotOpen, PlanRefused."""
    return _noted(plan, key, None, verb="untell_client", by=by, now=now)


def _noted(
    plan: HandoverPlan, key: str, promised_at: datetime | None, *, verb: str, by: Person, now: datetime
) -> Anchor:
    plan = opened(plan.pk)
    anchor = Anchor.objects.filter(plan=plan, key=key).first()
    if anchor is None:
        raise PlanRefused([("to", Message(_("This plan has no such date.")))])
    if (anchor.promised_at is None) == (promised_at is None):
        return anchor
    anchor.promised_at = promised_at
    anchor.save(update_fields=["promised_at"])
    rule = playbook_of(plan.playbook, plan.tier).anchor(key)
    day = anchor.falls_on.isoformat()
    change = {
        "model": "anchor",
        "id": anchor.pk,
        "version": None,
        "label": rule.title if rule else key,
        "before": {"falls_on": day},
        "after": {"falls_on": day},
    }
    record(plan=plan, verb=verb, changes=[change], by=by, now=now)
    return anchor


@transaction.atomic
def tell_client_of(*, step: PlanStep, version: int, by: Person, now: datetime) -> PlanStep:
    """Note that the client was told the day of this meeting or check-in in writing. Noting it again changes
    nothing.

    Raises StaleVersion, PlanNotOpen, StepRefused for a step that is done or of another kind.
    """
    return _noted_of(step, version, now, verb="tell_client", by=by, now=now)


@transaction.atomic
def untell_client_of(*, step: PlanStep, version: int, by: Person, now: datetime) -> PlanStep:
    """Take that note back: it was a mistake. Raises as `tell_client_of` does."""
    return _noted_of(step, version, None, verb="untell_client", by=by, now=now)


def _noted_of(
    step: PlanStep, version: int, promised_at: datetime | None, *, verb: str, by: Person, now: datetime
) -> PlanStep:
    plan = opened_for(step)
    step = claimed(step, version)
    if step.done_at is not None:
        raise StepRefused(Message(_("This step is done already.")))
    if step.kind not in WITH_CLIENT:
        raise StepRefused(Message(_("A client is told the days of meetings and check-ins alone.")))
    if (step.promised_at is None) != (promised_at is None):
        step.promised_at = promised_at
        day = {"due_on": step.due_on.isoformat()}
        change = {"model": "step", "id": step.pk, "version": step.version, "label": step.title}
        change |= {"key": step.key, "before": day, "after": day}
        record(plan=plan, verb=verb, changes=[change], by=by, now=now)
    return keep(step, by=by, now=now, why=verb)


def told_of(moves: Iterable[Move], rows: Mapping[str, PlanStep]) -> tuple[Move, ...]:
    """Those of these moves that take a step off a day which the client has in writing."""
    return tuple(
        move for move in moves if move.before != move.after and rows[move.key].promised_at is not None
    )


def named(key: str, title: str) -> Message:
    """A step in a sentence, with its number where it repeats."""
    number = number_of(key)
    if not number:
        return Message(title)
    return Message(_("%(step)s no. %(number)d"), {"step": Message(title), "number": number})


def moved(anchor: Anchor, to: date, title: str) -> dict[str, Any]:
    """Write another day into an anchor; what was promised of the old day no longer holds for the new one.

    Returns the change for the record.
    """
    before = state_of(anchor, ("falls_on", "promised_at"))
    anchor.falls_on, anchor.promised_at = to, None
    anchor.save(update_fields=["falls_on", "promised_at"])
    return {
        "model": "anchor",
        "id": anchor.pk,
        "version": None,
        "label": title,
        "key": anchor.key,
        "before": before,
        "after": state_of(anchor, ("falls_on", "promised_at")),
    }
